#include "engine/author/compare_decision.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "engine/base/limits.h"
#include "engine/expr/explain.h"
#include "engine/plan/plan_code.h"
#include "engine/value/compare.h"

namespace stratagem::author {
namespace {

using trace::DecisionRecord;

// What became of an offer in one placement.
struct Fate {
  absl::string_view placement;
  absl::string_view reason;  // "shown", or why it was left out.
};

class Comparison {
 public:
  Comparison(const plan::Plan& plan, const DecisionRecord& record,
             expr::Frame& frame, std::vector<Difference>& differences)
      : plan_(plan),
        record_(record),
        frame_(frame),
        differences_(differences) {}

  void Compare(const Expectations& expected) {
    if (expected.refusal.has_value()) {
      Differ("error",
             absl::StrCat("refused for `", expected.refusal->field.text, "`"),
             "a decision", expected.refusal->location);
    }
    for (const ExpectedValue& value : expected.values) CompareValue(value);
    for (const pack::ExpectedOffers& offers : expected.offers) {
      CompareOffers(offers);
    }
    for (const pack::ExpectedExclusion& exclusion : expected.exclusions) {
      CompareExclusion(exclusion);
    }
    if (expected.degraded.has_value() &&
        *expected.degraded != record_.degraded()) {
      Differ("degraded", *expected.degraded ? "true" : "false",
             DegradationText(), expected.degraded_location);
    }
    for (const expr::Program& assertion : expected.assertions) {
      CheckAssertion(assertion);
    }
  }

 private:
  void Differ(std::string name, std::string expected, std::string found,
              const SourceLocation& location) {
    differences_.push_back(
        {std::move(name), std::move(expected), std::move(found), location});
  }

  // An optional stands for what it holds.
  Value Evaluate(const expr::Program& program) {
    frame_.steps_left = kEvaluationStepsMax;
    Value value = program.Evaluate(frame_);
    while (value.is(ValueKind::kOptional)) {
      value = value.optional() == nullptr ? Value() : *value.optional();
    }
    return value;
  }

  void CompareValue(const ExpectedValue& value) {
    const Value found =
        value.actual.has_value()
            ? Evaluate(*value.actual)
            : Value::String(record_.treatments[value.treatment].cell);
    const Value expected = value.expression.has_value()
                               ? Evaluate(*value.expression)
                               : value.literal;
    if (AreEqual(expected, found, value.tolerance)) return;
    std::string text = ToString(expected);
    if (value.tolerance > 0) {
      absl::StrAppend(&text, " ± ", value.tolerance);
    }
    if (value.expression.has_value()) {
      absl::StrAppend(&text, " (", value.expression->source().text(), ")");
    }
    Differ(value.name, std::move(text), ToString(found), value.location);
  }

  static bool IsNumber(const Value& value) {
    return value.is(ValueKind::kInt) || value.is(ValueKind::kUint) ||
           value.is(ValueKind::kDouble);
  }

  static double NumberOf(const Value& value) {
    if (value.is(ValueKind::kInt)) {
      return static_cast<double>(value.int_value());
    }
    if (value.is(ValueKind::kUint)) {
      return static_cast<double>(value.uint_value());
    }
    return value.double_value();
  }

  // Errors equal nothing.
  static bool AreEqual(const Value& expected, const Value& found,
                       double tolerance) {
    if (expected.is_error() || found.is_error()) return false;
    if (expected.is_missing() || found.is_missing()) {
      return expected.is_missing() && found.is_missing();
    }
    if (tolerance > 0 && IsNumber(expected) && IsNumber(found)) {
      return std::abs(NumberOf(expected) - NumberOf(found)) <= tolerance;
    }
    return ValuesEqual(expected, found);
  }

  void CompareOffers(const pack::ExpectedOffers& expected) {
    absl::string_view placement = expected.name.text;
    if (!absl::ConsumePrefix(&placement, "placements.")) placement = "";
    const std::vector<absl::string_view> shown = Shown(placement);
    std::vector<absl::string_view> wanted;
    for (const pack::Name& offer : expected.offers) {
      wanted.push_back(offer.text);
    }
    std::vector<absl::string_view> missing;
    for (const absl::string_view offer : wanted) {
      if (std::find(shown.begin(), shown.end(), offer) == shown.end()) {
        missing.push_back(offer);
      }
    }
    if (expected.contains ? missing.empty() : shown == wanted) return;
    std::string found = absl::StrCat("[", absl::StrJoin(shown, ", "), "]");
    for (const absl::string_view offer : missing) {
      absl::StrAppend(&found, "; ", offer, ": ", FateText(offer));
    }
    Differ(expected.name.text,
           absl::StrCat(expected.contains ? "contains [" : "[",
                        absl::StrJoin(wanted, ", "), "]"),
           std::move(found), expected.name.location);
  }

  // Offers in slots, of one placement or, for "", of all in their order.
  std::vector<absl::string_view> Shown(absl::string_view placement) const {
    std::vector<absl::string_view> offers;
    for (const trace::PlacementResult& result : record_.placements) {
      if (!placement.empty() && result.name != placement) continue;
      for (uint32_t i = result.slots_begin; i < result.slots_end; ++i) {
        offers.push_back(record_.slots[i].offer);
      }
    }
    return offers;
  }

  std::vector<Fate> FatesOf(absl::string_view offer) const {
    std::vector<Fate> fates;
    for (const trace::PlacementResult& result : record_.placements) {
      for (uint32_t i = result.slots_begin; i < result.slots_end; ++i) {
        if (record_.slots[i].offer != offer) continue;
        fates.push_back({result.name, "shown"});
      }
      for (uint32_t i = result.candidates_begin; i < result.candidates_end;
           ++i) {
        const trace::Candidate& candidate = record_.candidates[i];
        if (candidate.offer != offer || IsShown(candidate)) continue;
        fates.push_back({result.name, trace::ReasonName(candidate.selection)});
      }
      for (uint32_t i = result.exclusions_begin; i < result.exclusions_end;
           ++i) {
        const trace::Exclusion& exclusion = record_.exclusions[i];
        if (exclusion.offer != offer) continue;
        fates.push_back({result.name, trace::ReasonName(exclusion.reason)});
      }
    }
    return fates;
  }

  static bool IsShown(const trace::Candidate& candidate) {
    return candidate.selection == trace::Reason::kRanked ||
           candidate.selection == trace::Reason::kExplored ||
           candidate.selection == trace::Reason::kMandatory;
  }

  // "applicability in app_home".
  std::string FateText(absl::string_view offer) const {
    const std::vector<Fate> fates = FatesOf(offer);
    if (fates.empty()) return "of no placement that the test asks for";
    return absl::StrJoin(fates, ", ", [](std::string* out, const Fate& fate) {
      absl::StrAppend(out, fate.reason, " in ", fate.placement);
    });
  }

  void CompareExclusion(const pack::ExpectedExclusion& expected) {
    const std::vector<Fate> fates = FatesOf(expected.offer.text);
    if (std::any_of(fates.begin(), fates.end(), [&](const Fate& fate) {
          return fate.reason == expected.reason.text;
        })) {
      return;
    }
    Differ(absl::StrCat("excluded.", expected.offer.text), expected.reason.text,
           FateText(expected.offer.text), expected.reason.location);
  }

  // "false", "true: table_conflict of service, no such key".
  std::string DegradationText() const {
    if (!record_.degraded()) return "false";
    return absl::StrCat(
        "true: ",
        absl::StrJoin(record_.degradations, "; ",
                      [](std::string* out, const trace::Degradation& fault) {
                        absl::StrAppend(out, trace::ReasonName(fault.reason),
                                        " of ", fault.subject);
                        if (fault.error == ErrorCode::kNone) return;
                        absl::StrAppend(out, ", ", ErrorCodeText(fault.error));
                      }));
  }

  void CheckAssertion(const expr::Program& assertion) {
    const Value holds = Evaluate(assertion);
    if (holds.is(ValueKind::kBool) && holds.bool_value()) return;
    std::string found = ToString(holds);
    const std::string values = ValuesIn(assertion);
    if (!values.empty()) absl::StrAppend(&found, ": ", values);
    Differ("assert", assertion.source().text(), std::move(found),
           assertion.source().Locate(0));
  }

  // "tier = 'silver', score = 40.0": the names that the expression read.
  std::string ValuesIn(const expr::Program& program) {
    Diagnostics ignored;
    Arena keep;
    frame_.steps_left = kDecisionStepsMax;
    const std::optional<expr::Explanation> explained = expr::Explain(
        program.source(), plan_.code().scope, frame_, keep, ignored);
    std::vector<std::string> values;
    if (explained.has_value()) AddLeaves(*explained, values);
    return absl::StrJoin(values, ", ");
  }

  // LIMIT: recursion is as deep as the expression, kExpressionDepthMax.
  static void AddLeaves(const expr::Explanation& part,
                        std::vector<std::string>& values) {
    for (const expr::Explanation& inner : part.parts) AddLeaves(inner, values);
    if (!part.parts.empty() || part.value.is_missing()) return;
    const std::string value = ToString(part.value);
    std::string text = absl::StrCat(part.text, " = ", value);
    if (value == part.text ||
        std::find(values.begin(), values.end(), text) != values.end()) {
      return;
    }
    values.push_back(std::move(text));
  }

  const plan::Plan& plan_;
  const DecisionRecord& record_;
  expr::Frame& frame_;
  std::vector<Difference>& differences_;
};

bool IsExpected(const pack::ExpectedRefusal& expected,
                const Violation& violation) {
  return violation.field == expected.field.text &&
         absl::StrContains(violation.description, expected.message);
}

std::string TextOf(const pack::ExpectedRefusal& expected) {
  return absl::StrCat("refused for `", expected.field.text, "`",
                      expected.message.empty()
                          ? ""
                          : absl::StrCat(": … ", expected.message, " …"));
}

std::string TextOf(const Violation& violation) {
  return absl::StrCat("refused for `", violation.field,
                      "`: ", violation.description);
}

}  // namespace

void CompareDecision(const Expectations& expected, const plan::Plan& plan,
                     const DecisionRecord& record, expr::Frame& frame,
                     std::vector<Difference>& differences) {
  Comparison(plan, record, frame, differences).Compare(expected);
}

void CompareRefusal(const TestRun& run, std::span<const Violation> violations,
                    std::vector<Difference>& differences) {
  const auto all = [&] {
    return absl::StrJoin(violations, "; ",
                         [](std::string* out, const Violation& violation) {
                           absl::StrAppend(out, TextOf(violation));
                         });
  };
  bool is_expected = false;
  for (const auto& expected : run.expected) {
    if (!expected->refusal.has_value()) continue;
    is_expected = true;
    const pack::ExpectedRefusal& refusal = *expected->refusal;
    if (std::none_of(violations.begin(), violations.end(),
                     [&](const Violation& violation) {
                       return IsExpected(refusal, violation);
                     })) {
      differences.push_back(
          {"error", TextOf(refusal), all(), refusal.location});
    }
  }
  if (is_expected) return;
  for (const Violation& violation : violations) {
    differences.push_back(
        {"error", "a decision", TextOf(violation), run.location});
  }
}

}  // namespace stratagem::author
