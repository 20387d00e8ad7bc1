#include "engine/author/compile_expectations.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "engine/author/coverage.h"
#include "engine/author/test_values.h"
#include "engine/base/suggestion.h"
#include "engine/expr/compile.h"
#include "engine/expr/scope.h"
#include "engine/pack/literal.h"
#include "engine/plan/plan_code.h"
#include "engine/trace/reason.h"

namespace stratagem::author {
namespace {

using expr::Type;
using expr::TypeKind;

// Why an offer may be left out, by name.
std::vector<std::string> ExclusionReasons() {
  std::vector<std::string> names;
  for (int number = 20; number < 60; ++number) {
    const absl::string_view name =
        trace::ReasonName(static_cast<trace::Reason>(number));
    if (name != "unknown") names.emplace_back(name);
  }
  return names;
}

class Compiler {
 public:
  Compiler(std::span<const absl::string_view> placements,
           const pack::Model& model, const plan::Plan& plan,
           pack::ReadContext& context)
      : placements_(placements),
        model_(model),
        plan_(plan),
        context_(context) {}

  std::shared_ptr<const Expectations> Compile(const pack::TestOutput& output) {
    auto expected = std::make_shared<Expectations>();
    for (const pack::TestEntry& entry : output.values) {
      AddValue(entry, *expected);
    }
    for (const pack::ExpectedOffers& offers : output.offers) {
      if (CheckOffers(offers)) expected->offers.push_back(offers);
    }
    for (const pack::ExpectedExclusion& exclusion : output.exclusions) {
      if (CheckExclusion(exclusion)) expected->exclusions.push_back(exclusion);
    }
    expected->degraded = output.degraded;
    expected->degraded_location = output.degraded_location;
    expected->refusal = output.refusal;
    for (const pack::Expression& assertion : output.assertions) {
      if (assertion.source.text().empty()) continue;  // Of a draft.
      std::optional<expr::Program> program =
          expr::Compile(assertion.source, plan_.code().scope,
                        {Type(TypeKind::kBool)}, context_.diagnostics);
      if (program.has_value()) {
        expected->assertions.push_back(*std::move(program));
      }
    }
    return expected;
  }

 private:
  void Error(absl::string_view code, const SourceLocation& location,
             std::string message, std::string hint = "") {
    context_.diagnostics.AddError(code, location, std::move(message),
                                  std::move(hint));
  }

  // What tests may ask for, for hints; attributes go without saying.
  std::vector<std::string> OutputNames() const {
    std::vector<std::string> names = {"offers", "excluded", "degraded", "error",
                                      "assert"};
    for (const std::string& name : plan_.code().scope.names()) {
      if (name == "tier" || name == "stage" || name == "score" ||
          name == "coverage" || absl::StartsWith(name, "treatments.") ||
          absl::StartsWith(name, "variables.")) {
        names.push_back(name);
      }
    }
    for (const pack::Treatment& treatment : model_.treatments) {
      names.push_back(
          absl::StrCat("treatments.", treatment.name.text, ".cell"));
    }
    return names;
  }

  void AddValue(const pack::TestEntry& entry, Expectations& expected) {
    const pack::Name& name = entry.name;
    ExpectedValue value;
    value.name = name.text;
    value.location = entry.value.location;
    value.tolerance = entry.value.tolerance;
    const expr::Scope& scope = plan_.code().scope;
    if (const expr::Declaration* const declared = scope.Find(name.text)) {
      value.actual = expr::Compile(SourceText(name.text, name.location), scope,
                                   {}, context_.diagnostics);
      if (!value.actual.has_value() || !AddLiteral(entry, *declared, value) ||
          !CheckTolerance(entry, IsNumber(declared->type))) {
        return;
      }
    } else if (const std::optional<size_t> treatment = CellName(name.text)) {
      value.treatment = *treatment;
      if (!AddCell(entry, model_.treatments[*treatment], value) ||
          !CheckTolerance(entry, /*is_number=*/false)) {
        return;
      }
    } else {
      ReportUnknown(name);
      return;
    }
    if (entry.value.expression.has_value()) {
      // Of a draft.
      if (entry.value.expression->source.text().empty()) return;
      value.expression = expr::Compile(entry.value.expression->source, scope,
                                       {}, context_.diagnostics);
      if (!value.expression.has_value()) return;
    }
    expected.values.push_back(std::move(value));
  }

  void ReportUnknown(const pack::Name& name) {
    const std::string* const why = plan_.code().scope.FindHidden(name.text);
    if (why != nullptr) {
      Error("E504", name.location, absl::StrCat("`", name.text, "` ", *why));
      return;
    }
    Error("E504", name.location,
          absl::StrCat("`", name.text, "` is no name of a decision"),
          HintAmong(name.text, OutputNames()));
  }

  // Of the names that begin like `name`, as far as a dot ("variables.",
  // "treatments.pricing."), so that another kind never is the nearest.
  static std::string HintAmong(absl::string_view name,
                               const std::vector<std::string>& known) {
    for (size_t dot = name.rfind('.'); dot != name.npos && dot > 0;
         dot = name.rfind('.', dot - 1)) {
      const absl::string_view kind = name.substr(0, dot + 1);
      std::vector<std::string> same_kind;
      std::vector<std::string> ends;
      for (const std::string& candidate : known) {
        if (!absl::StartsWith(candidate, kind)) continue;
        same_kind.push_back(candidate);
        ends.push_back(candidate.substr(kind.size()));
      }
      if (same_kind.empty()) continue;
      const std::string nearest = Nearest(name.substr(dot + 1), ends);
      return nearest.empty()
                 ? SuggestionHint("", same_kind)
                 : absl::StrCat("did you mean `", kind, nearest, "`?");
    }
    return SuggestionHint(name, known);
  }

  // Only numbers are near each other. False after an error.
  bool CheckTolerance(const pack::TestEntry& entry, bool is_number) {
    if (is_number || entry.value.tolerance == 0) return true;
    Error("E502", entry.value.location,
          absl::StrCat("`tolerance` of `", entry.name.text,
                       "`, which is no number"),
          "leave it out");
    return false;
  }

  static bool IsNumber(const Type& type) {
    if (type.is(TypeKind::kOptional)) return IsNumber(type.params()[0]);
    return type.is(TypeKind::kInt) || type.is(TypeKind::kUint) ||
           type.is(TypeKind::kDouble) || type.is(TypeKind::kDyn);
  }

  // The treatment that "treatments.NAME.cell" means.
  std::optional<size_t> CellName(absl::string_view name) const {
    if (!absl::ConsumePrefix(&name, "treatments.") ||
        !absl::ConsumeSuffix(&name, ".cell")) {
      return std::nullopt;
    }
    for (size_t i = 0; i < model_.treatments.size(); ++i) {
      if (model_.treatments[i].name.text == name) return i;
    }
    return std::nullopt;
  }

  // False after an error.
  bool AddLiteral(const pack::TestEntry& entry,
                  const expr::Declaration& declared, ExpectedValue& value) {
    const pack::YamlNode* const node = entry.value.literal;
    if (node == nullptr) return true;
    const bool is_optional = declared.type.is(TypeKind::kOptional);
    if (is_optional && node->is(pack::YamlKind::kNull)) return true;
    const std::optional<FieldType> wanted = LiteralTypeFor(declared.type);
    if (!wanted.has_value()) {
      Error("E504", value.location,
            absl::StrCat("`", value.name, "` is a ",
                         expr::ToString(declared.type),
                         ", which no literal can say"),
            "write {expr: \"CEL\"}");
      return false;
    }
    const std::optional<Value> literal =
        pack::ReadLiteral(context_, *node, *wanted);
    if (!literal.has_value()) return false;
    value.literal = *literal;
    // As people read it beside what was found: 80.0 and 100.0.
    const Type& type = is_optional ? declared.type.params()[0] : declared.type;
    if (type.is(TypeKind::kDouble) && literal->is(ValueKind::kInt)) {
      value.literal = Value::Double(static_cast<double>(literal->int_value()));
    }
    return declared.values.empty() ||
           ExpectKnown({node->text, value.location}, declared.values,
                       absl::StrCat("a value that `", value.name, "` can have"),
                       context_);
  }

  bool AddCell(const pack::TestEntry& entry, const pack::Treatment& treatment,
               ExpectedValue& value) {
    const pack::YamlNode* const node = entry.value.literal;
    if (node == nullptr) return true;
    const std::optional<Value> literal =
        pack::ReadLiteral(context_, *node, {ValueKind::kString, nullptr});
    if (!literal.has_value()) return false;
    value.literal = *literal;
    std::vector<std::string> labels = {treatment.default_cell.name.text};
    for (const TreatmentPart& part : PartsOf(treatment, model_)) {
      labels.push_back(part.label);
    }
    return ExpectKnown({node->text, value.location}, labels,
                       absl::StrCat("a cell of `", treatment.name.text, "`"),
                       context_);
  }

  bool CheckOffers(const pack::ExpectedOffers& expected) {
    absl::string_view placement = expected.name.text;
    bool ok = true;
    if (absl::ConsumePrefix(&placement, "placements.")) {
      ok = ExpectKnown({std::string(placement), expected.name.location},
                       plan_.summary().placements, "a placement of the pack",
                       context_) &&
           CheckAskedFor(placement, expected.name.location);
    } else {
      ok = CheckAskedForAny(expected.name);
    }
    for (const pack::Name& offer : expected.offers) ok &= CheckOffer(offer);
    return ok;
  }

  bool CheckExclusion(const pack::ExpectedExclusion& expected) {
    static const std::vector<std::string>* const reasons =
        new std::vector<std::string>(ExclusionReasons());
    const bool is_asked = CheckAskedForAny(expected.offer);
    const bool has_offer = CheckOffer(expected.offer);
    return ExpectKnown(expected.reason, *reasons,
                       "a reason to leave an offer out", context_) &&
           is_asked && has_offer;
  }

  bool CheckOffer(const pack::Name& offer) {
    return ExpectKnown(offer, plan_.summary().offers, "an offer of the pack",
                       context_);
  }

  bool CheckAskedFor(absl::string_view placement,
                     const SourceLocation& location) {
    if (std::find(placements_.begin(), placements_.end(), placement) !=
        placements_.end()) {
      return true;
    }
    Error("E512", location,
          absl::StrCat("the test does not ask for placement `", placement, "`"),
          "add it to its `placements`");
    return false;
  }

  bool CheckAskedForAny(const pack::Name& name) {
    if (!placements_.empty()) return true;
    Error("E512", name.location,
          "the test expects something of offers and asks for no placement",
          "add `placements` to the test or to its section");
    return false;
  }

  const std::span<const absl::string_view> placements_;
  const pack::Model& model_;
  const plan::Plan& plan_;
  pack::ReadContext& context_;
};

}  // namespace

bool ExpectKnown(const pack::Name& name, std::span<const std::string> known,
                 absl::string_view what, pack::ReadContext& context) {
  if (std::find(known.begin(), known.end(), name.text) != known.end()) {
    return true;
  }
  context.diagnostics.AddError("E505", name.location,
                               absl::StrCat("`", name.text, "` is not ", what),
                               SuggestionHint(name.text, known));
  return false;
}

std::shared_ptr<const Expectations> CompileExpectations(
    const pack::TestOutput& output,
    std::span<const absl::string_view> placements, const pack::Model& model,
    const plan::Plan& plan, pack::ReadContext& context) {
  return Compiler(placements, model, plan, context).Compile(output);
}

}  // namespace stratagem::author
