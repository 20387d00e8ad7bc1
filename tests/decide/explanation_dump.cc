#include "tests/decide/explanation_dump.h"

#include "absl/strings/str_cat.h"

namespace stratagem::decide {
namespace {

using trace::ReasonName;

std::string Member(const char* name, const std::string& value) {
  return value.empty() ? "" : absl::StrCat(" ", name, "=", value);
}

std::string Member(const char* name, const std::optional<double>& value) {
  return value.has_value() ? absl::StrCat(" ", name, "=", *value) : "";
}

std::string Member(ErrorCode error) {
  return error == ErrorCode::kNone
             ? ""
             : absl::StrCat(" error=", ErrorCodeText(error));
}

void AppendCondition(const trace::ConditionTried& condition,
                     const std::string& indent, std::string& text) {
  absl::StrAppend(&text, condition.name, " ", trace::TriedName(condition.tried),
                  Member("condition", condition.condition),
                  Member(condition.error), "\n");
  for (const trace::WhyNot& why_not : condition.why_not) {
    absl::StrAppend(&text, indent, "fails ", why_not.condition, "\n");
    for (const trace::Nearest& nearest : why_not.nearest) {
      absl::StrAppend(&text, indent, "  change ", nearest.input, " (",
                      KindName(nearest.kind), ") found '", nearest.found,
                      "' would do ", trace::BoundName(nearest.bound), " '",
                      nearest.would_do, "'", Member("unit", nearest.unit));
      for (const std::string& other : nearest.also) {
        absl::StrAppend(&text, " also '", other, "'");
      }
      absl::StrAppend(&text, " by ", nearest.condition, "\n");
    }
  }
}

void AppendTier(const trace::TierExplained& tier, std::string& text) {
  absl::StrAppend(
      &text, "tier ", tier.tier, " (", ReasonName(tier.reason),
      ") computed=", tier.computed, " score=", tier.score,
      " coverage=", tier.coverage, Member("score_min", tier.score_min),
      Member("next", tier.next),
      tier.next.empty() ? "" : absl::StrCat(" from ", tier.next_score_min),
      Member("below_since", tier.below_since),
      Member("downgrade_at", tier.downgrade_at),
      Member("coverage_min", tier.coverage_min), "\n");
}

void AppendOffer(const trace::OfferExplained& offer, std::string& text) {
  absl::StrAppend(&text, "  ", offer.offer, " (", ReasonName(offer.reason), ")",
                  Member(offer.error), Member("lost_to", offer.lost_to),
                  offer.lost_by == 0 ? "" : absl::StrCat(" by ", offer.lost_by),
                  Member("group", offer.group),
                  Member("shown_in", offer.shown_in), "\n");
  for (const trace::GateExplained& gate : offer.gates) {
    absl::StrAppend(&text, "    gate", Member("group", gate.group),
                    Member("from", gate.valid_from),
                    Member("until", gate.valid_until), " ");
    AppendCondition(gate.condition, "      ", text);
  }
  for (const trace::CapExplained& cap : offer.caps) {
    absl::StrAppend(
        &text, "    cap ", ReasonName(cap.cap), " ", cap.name, " ",
        TriedName(cap.tried), " ", cap.amount, " of ", cap.amount_max,
        Member("unit", cap.unit),
        Member("within", cap.within > absl::ZeroDuration()
                             ? absl::FormatDuration(cap.within)
                             : ""),
        Member("period", cap.period), Member("opens_at", cap.opens_at),
        cap.amount_reserved == 0
            ? ""
            : absl::StrCat(" reserved ", cap.amount_reserved),
        cap.cost == 0 ? "" : absl::StrCat(" cost ", cap.cost), "\n");
  }
  if (!offer.factors.has_value()) return;
  const trace::Factors& factors = *offer.factors;
  absl::StrAppend(&text, "    score ", factors.score, " from propensity ",
                  factors.propensity,
                  factors.propensity_given ? "" : " (not given)", " value ",
                  factors.value, " cost ", factors.cost, " lever ",
                  factors.lever, " context_weight ", factors.context_weight,
                  Member("score_min", factors.score_min), "\n");
}

}  // namespace

std::string Dump(const trace::Explanation& explanation) {
  std::string text;
  for (const trace::IndicatorExplained& one : explanation.indicators) {
    absl::StrAppend(&text, "indicator ", one.dimension, ".", one.name,
                    " weight=", one.weight, " expression=", one.expression,
                    Member("value", one.value), Member("points", one.points),
                    Member(one.error), "\n");
  }
  if (!explanation.tier.tier.empty()) AppendTier(explanation.tier, text);
  for (const trace::ConditionTried& line : explanation.stages) {
    text += "stage ";
    AppendCondition(line, "  ", text);
  }
  for (const trace::TreatmentExplained& one : explanation.treatments) {
    absl::StrAppend(&text, "treatment ", one.name, " (", ReasonName(one.reason),
                    ")", Member("cell", one.cell), Member(one.error),
                    Member("explanation", one.explanation), "\n");
    for (const trace::RowExplained& row : one.rows) {
      absl::StrAppend(&text, "  row ", row.label,
                      Member("condition", row.condition), "\n");
    }
  }
  for (const trace::PlacementExplained& one : explanation.placements) {
    absl::StrAppend(&text, "placement ", one.name, " slots ", one.slots_max,
                    "\n");
    for (const trace::OfferExplained& offer : one.offers) {
      AppendOffer(offer, text);
    }
  }
  return text;
}

}  // namespace stratagem::decide
