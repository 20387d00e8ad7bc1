#include "clients/cli/explanation_printer.h"

#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/text_table.h"
#include "engine/base/number_text.h"

namespace stratagem::cli {
namespace {

constexpr int kDigitsShown = 4;

std::string Number(double number) {
  return RoundedNumber(number, kDigitsShown);
}

void PrintApart(TextTable& table, const Console& console) {
  if (table.pending_rows() > 0) console.out << "\n";
  table.Print();
}

// ">= 400 EUR", "= app or sms", "any value".
std::string WantedText(const trace::Nearest& nearest) {
  const auto with = [&nearest](absl::string_view relation) {
    std::string text = absl::StrCat(relation, nearest.would_do);
    for (const std::string& other : nearest.also) {
      absl::StrAppend(&text, " or ", other);
    }
    if (!nearest.unit.empty()) absl::StrAppend(&text, " ", nearest.unit);
    return text;
  };
  switch (nearest.bound) {
    case trace::Bound::kExactly:
      return with("");
    case trace::Bound::kAtLeast:
      return with(">= ");
    case trace::Bound::kMoreThan:
      return with("> ");
    case trace::Bound::kAtMost:
      return with("<= ");
    case trace::Bound::kLessThan:
      return with("< ");
    case trace::Bound::kAnyValue:
      return "any value";
    case trace::Bound::kNoValue:
      return "none";
  }
  return "";
}

std::string NearestText(const trace::Nearest& nearest) {
  return absl::StrCat(nearest.input, " is ",
                      nearest.found.empty() ? "absent" : nearest.found,
                      ", needs ", WantedText(nearest));
}

std::string WhyNotText(const trace::WhyNot& why_not) {
  if (why_not.nearest.empty()) {
    return absl::StrCat("`", why_not.condition, "` is false");
  }
  return absl::StrJoin(why_not.nearest, ", or ",
                       [](std::string* out, const trace::Nearest& nearest) {
                         absl::StrAppend(out, NearestText(nearest));
                       });
}

TableCell TriedCell(trace::Tried tried) {
  switch (tried) {
    case trace::Tried::kNotTried:
      return {"not tried", Style::kFaint};
    case trace::Tried::kHeld:
      return {"holds", Style::kGood};
    case trace::Tried::kFailed:
      return {"fails"};
    case trace::Tried::kError:
      return {"error", Style::kWarning};
  }
  return {};
}

// "from 2026-11-10 until 2026-12-24".
std::string ValidText(const trace::GateExplained& gate) {
  std::vector<std::string> ends;
  if (!gate.valid_from.empty()) {
    ends.push_back(absl::StrCat("from ", gate.valid_from));
  }
  if (!gate.valid_until.empty()) {
    ends.push_back(absl::StrCat("until ", gate.valid_until));
  }
  return absl::StrJoin(ends, " ");
}

void PrintIndicators(const trace::Explanation& explanation,
                     const Console& console) {
  TextTable table({{"dimension"},
                   {"weight", Align::kRight, 6},
                   {"indicator"},
                   {"value", Align::kRight},
                   {"points", Align::kRight, 7},
                   {"expression"}},
                  console);
  for (const trace::IndicatorExplained& indicator : explanation.indicators) {
    const bool failed = indicator.error != ErrorCode::kNone;
    table.AddRow(
        {{indicator.dimension},
         {Number(indicator.weight)},
         {indicator.name},
         {failed ? std::string(ErrorCodeText(indicator.error))
                 : indicator.value,
          failed ? Style::kWarning : Style::kPlain},
         {indicator.points.has_value() ? RoundedNumber(*indicator.points, 2)
                                       : "missing"},
         {indicator.expression}});
  }
  PrintApart(table, console);
}

// Beside what the card says: why the tier is not the score's, and what the next
// one takes. A line each.
std::string TierLines(const trace::TierExplained& tier) {
  std::string lines;
  if (tier.computed != tier.tier) {
    absl::StrAppend(&lines, "the score alone gives ", tier.computed, "\n");
  }
  if (!tier.below_since.empty()) {
    absl::StrAppend(&lines, "below ", tier.tier, " since ", tier.below_since,
                    tier.downgrade_at.empty() ? "" : ", falls at ",
                    tier.downgrade_at, "\n");
  }
  if (tier.coverage_min.has_value()) {
    absl::StrAppend(&lines, "a lower tier takes ",
                    RoundedNumber(100 * *tier.coverage_min, 1),
                    "% of the score's weight\n");
  }
  if (!tier.next.empty()) {
    absl::StrAppend(&lines, tier.next, " takes ", Number(tier.next_score_min),
                    " points, ", Number(tier.next_score_min - tier.score),
                    " more\n");
  }
  return lines;
}

void PrintTier(const trace::TierExplained& tier, const Console& console) {
  const std::string lines = TierLines(tier);
  if (!lines.empty()) console.out << "\n" << lines;
}

void PrintStages(const trace::Explanation& explanation,
                 const Console& console) {
  TextTable table(
      {{"stage"}, {"tried", Align::kLeft, 5}, {"needs"}, {"condition"}},
      console);
  for (const trace::ConditionTried& stage : explanation.stages) {
    table.AddRow(
        {{stage.name},
         TriedCell(stage.tried),
         {NeedText(stage)},
         {stage.condition.empty() ? "the last line" : stage.condition}});
  }
  PrintApart(table, console);
}

void PrintRows(const trace::Explanation& explanation, const Console& console) {
  TextTable table({{"treatment"}, {"row or item"}, {"says"}}, console);
  for (const trace::TreatmentExplained& treatment : explanation.treatments) {
    for (const trace::RowExplained& row : treatment.rows) {
      table.AddRow({{treatment.name}, {row.label}, {row.condition}});
    }
    if (!treatment.explanation.empty()) {
      table.AddRow(
          {{treatment.name}, {treatment.cell}, {treatment.explanation}});
    }
    if (treatment.error != ErrorCode::kNone) {
      table.AddRow(
          {{treatment.name},
           {treatment.cell},
           {std::string(ErrorCodeText(treatment.error)), Style::kWarning}});
    }
  }
  PrintApart(table, console);
}

// Gates do not depend on the placement, so each offer's stand here once.
void PrintGates(const trace::Explanation& explanation, const Console& console) {
  TextTable table({{"offer"},
                   {"gate"},
                   {"group"},
                   {"tried", Align::kLeft, 5},
                   {"condition"}},
                  console);
  std::set<std::string> seen;
  for (const trace::PlacementExplained& placement : explanation.placements) {
    for (const trace::OfferExplained& offer : placement.offers) {
      if (!seen.insert(offer.offer).second) continue;
      for (const trace::GateExplained& gate : offer.gates) {
        const std::string condition = gate.condition.condition.empty()
                                          ? ValidText(gate)
                                          : gate.condition.condition;
        table.AddRow({{offer.offer},
                      {std::string(trace::ReasonName(gate.gate))},
                      {gate.group},
                      TriedCell(gate.condition.tried),
                      {condition}});
      }
    }
  }
  PrintApart(table, console);
}

void PrintFactors(const trace::Explanation& explanation,
                  const Console& console) {
  TextTable table({{"placement"},
                   {"offer"},
                   {"chance of yes", Align::kRight, 6},
                   {"value", Align::kRight, 5},
                   {"cost", Align::kRight, 4},
                   {"lever", Align::kRight, 5},
                   {"context", Align::kRight, 7},
                   {"score", Align::kRight, 5}},
                  console);
  for (const trace::PlacementExplained& placement : explanation.placements) {
    for (const trace::OfferExplained& offer : placement.offers) {
      if (!offer.factors.has_value()) continue;
      const trace::Factors& factors = *offer.factors;
      table.AddRow(
          {{placement.name},
           {offer.offer},
           {factors.propensity_given ? Number(factors.propensity) : "not given",
            factors.propensity_given ? Style::kPlain : Style::kFaint},
           {Number(factors.value)},
           {Number(factors.cost)},
           {Number(factors.lever)},
           {Number(factors.context_weight)},
           {Number(factors.score)}});
    }
  }
  PrintApart(table, console);
}

}  // namespace

std::string NeedText(const trace::ConditionTried& condition) {
  if (condition.tried == trace::Tried::kError) {
    return std::string(ErrorCodeText(condition.error));
  }
  return absl::StrJoin(condition.why_not, "; and ",
                       [](std::string* out, const trace::WhyNot& why_not) {
                         absl::StrAppend(out, WhyNotText(why_not));
                       });
}

std::string LossText(const trace::OfferExplained& offer) {
  if (!offer.shown_in.empty()) {
    return absl::StrCat("shown in ", offer.shown_in);
  }
  if (!offer.lost_to.empty()) {
    return absl::StrCat(
        "lost to ", offer.lost_to,
        offer.lost_by > 0 ? absl::StrCat(" by ", Number(offer.lost_by)) : "");
  }
  if (offer.reason == trace::Reason::kMinScore && offer.factors.has_value() &&
      offer.factors->score_min.has_value()) {
    return absl::StrCat("score is ", Number(offer.factors->score), ", needs ",
                        Number(*offer.factors->score_min));
  }
  for (const trace::GateExplained& gate : offer.gates) {
    if (gate.condition.tried != trace::Tried::kFailed) continue;
    const std::string valid = ValidText(gate);
    return valid.empty() ? NeedText(gate.condition)
                         : absl::StrCat("valid ", valid);
  }
  return "";
}

void PrintExplanation(const trace::Explanation& explanation,
                      const Console& console) {
  PrintIndicators(explanation, console);
  PrintTier(explanation.tier, console);
  PrintStages(explanation, console);
  PrintRows(explanation, console);
  PrintGates(explanation, console);
  PrintFactors(explanation, console);
}

}  // namespace stratagem::cli
