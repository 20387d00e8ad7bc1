#include "engine/trace/explain_text.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/trace/needs_text.h"
#include "engine/trace/offer_parameters.h"
#include "engine/trace/sentences.h"
#include "engine/trace/wording.h"

namespace stratagem::trace {
namespace {

constexpr char kIndent[] = "  ";
// LIMIT: offers of a placement of which is said why they are not shown.
constexpr size_t kOffersSaidMax = 100;

class Writer {
 public:
  Writer(const DecisionRecord& record, const Explanation& explanation,
         const Wording& wording, const PackWords& words)
      : record_(record), explanation_(explanation), say_(wording, words) {}

  std::string Write() {
    WriteTier();
    WriteStage();
    for (size_t i = 0; i < explanation_.treatments.size(); ++i) {
      WriteTreatment(explanation_.treatments[i], i);
    }
    for (const PlacementExplained& placement : explanation_.placements) {
      WritePlacement(placement);
    }
    for (const Degradation& degradation : record_.degradations) {
      WriteProblem(degradation);
    }
    return std::move(text_);
  }

 private:
  void Line(absl::string_view indent, absl::string_view line) {
    absl::StrAppend(&text_, indent, line, "\n");
  }

  void WriteTier() {
    const TierExplained& tier = explanation_.tier;
    if (tier.tier.empty()) return;
    const std::string name = say_.Called("tiers.", tier.tier);
    Parameters parameters = {{"tier", name},
                             {"computed", say_.Called("tiers.", tier.computed)},
                             {"score", say_.ReachedText(tier.score)},
                             {"coverage", say_.Percent(tier.coverage)}};
    const bool is_unknown = tier.reason == Reason::kLowCoverage;
    if (is_unknown || tier.reason == Reason::kHeldTier) {
      parameters.emplace_back("since", ShortTime(tier.below_since));
      parameters.emplace_back("until", ShortTime(tier.downgrade_at));
    }
    if (is_unknown) {
      parameters.emplace_back("coverage_min",
                              say_.Percent(tier.coverage_min.value_or(0)));
    }
    Line("", say_.Say(Phrase::kTier,
                      {{"tier", name},
                       {"reason", say_.Say(tier.reason, parameters)}}));
    for (const IndicatorExplained& indicator : explanation_.indicators) {
      WriteIndicator(indicator);
    }
    if (tier.next.empty()) return;
    Line(kIndent,
         say_.Say(Phrase::kNextTier,
                  {{"tier", say_.Called("tiers.", tier.next)},
                   {"score_min", say_.ScoreText(tier.next_score_min)},
                   {"missing", say_.MissingText(std::max(
                                   0.0, tier.next_score_min - tier.score))}}));
  }

  void WriteIndicator(const IndicatorExplained& indicator) {
    // What failed is said at the end, with its error.
    if (indicator.error != ErrorCode::kNone) return;
    const std::string name = say_.Called(
        "indicators.", absl::StrCat(indicator.dimension, ".", indicator.name));
    if (!indicator.points.has_value()) {
      Line(kIndent, say_.Say(Phrase::kIndicatorUnknown, {{"indicator", name}}));
      return;
    }
    Line(kIndent, say_.Say(Phrase::kIndicator,
                           {{"indicator", name},
                            {"value", say_.ShortNumber(indicator.value)},
                            {"points", say_.ScoreText(*indicator.points)}}));
  }

  void WriteStage() {
    if (explanation_.stages.empty()) return;
    const ConditionTried& matched = explanation_.stages.back();
    Line("", say_.Say(Phrase::kStage,
                      {{"stage", say_.Called("stages.", matched.name)},
                       {"condition",
                        matched.condition.empty()
                            ? say_.Say(Phrase::kLastStage)
                            : absl::StrCat("`", matched.condition, "`")}}));
    for (const ConditionTried& line : explanation_.stages) {
      if (line.tried != Tried::kFailed) continue;
      Line(kIndent, say_.Say(Phrase::kNotStage,
                             {{"stage", say_.Called("stages.", line.name)},
                              {"needs", NeedsText(line, say_)}}));
    }
  }

  void WriteTreatment(const TreatmentExplained& treatment, size_t index) {
    const std::string name = say_.Called("treatments.", treatment.name);
    Line("", say_.Say(Phrase::kTreatment,
                      {{"treatment", name},
                       {"fields", FieldsOf(index)},
                       {"reason", say_.Say(treatment.reason,
                                           ParametersOf(treatment, name))}}));
  }

  // What the reason of a treatment, which people call `name`, speaks of.
  Parameters ParametersOf(const TreatmentExplained& treatment,
                          const std::string& name) const {
    Parameters parameters = {{"treatment", name},
                             {"tier", say_.Called("tiers.", record_.tier)},
                             {"stage", say_.Called("stages.", record_.stage)}};
    switch (treatment.reason) {
      case Reason::kTableRow:
      case Reason::kTableConflict:
        parameters.emplace_back("row", RowsText(treatment));
        break;
      case Reason::kRuleItem:
        parameters.emplace_back("cell", treatment.cell);
        parameters.emplace_back("explanation", treatment.explanation.empty()
                                                   ? treatment.cell
                                                   : treatment.explanation);
        break;
      case Reason::kTreatmentError:
        parameters.emplace_back("subject", name);
        parameters.emplace_back("error", say_.Error(treatment.error));
        break;
      default:
        parameters.emplace_back("cell", treatment.cell);
    }
    return parameters;
  }

  // Conflicts are about all rows, results about the first.
  static std::string RowsText(const TreatmentExplained& treatment) {
    if (treatment.rows.empty()) return treatment.cell;
    if (treatment.reason != Reason::kTableConflict) {
      return RowText(treatment.rows.front());
    }
    return absl::StrJoin(treatment.rows, "; ",
                         [](std::string* out, const RowExplained& row) {
                           absl::StrAppend(out, RowText(row));
                         });
  }

  static std::string RowText(const RowExplained& row) {
    return row.condition.empty() ? row.label
                                 : absl::StrCat(row.label, ", ", row.condition);
  }

  // The values of treatment number `index` of the record.
  std::string FieldsOf(size_t index) const {
    if (index >= record_.treatments.size()) return "";
    const TreatmentResult& result = record_.treatments[index];
    std::string text;
    for (uint32_t i = result.fields_begin; i < result.fields_end; ++i) {
      const NamedValue& field = record_.treatment_fields[i];
      absl::StrAppend(&text, text.empty() ? "" : say_.Say(Phrase::kComma),
                      say_.Called(absl::StrCat("treatments.", result.name, "."),
                                  field.name),
                      " ", ValueText(field.value));
    }
    return text;
  }

  std::string ValueText(const Value& value) const {
    if (value.is(ValueKind::kString)) return std::string(value.text());
    if (value.is(ValueKind::kBool)) {
      return say_.Say(value.bool_value() ? Phrase::kYes : Phrase::kNo);
    }
    if (value.is(ValueKind::kDouble)) return say_.Number(value.double_value());
    if (value.is_missing()) return say_.Say(Phrase::kUnknownValue);
    return value.is(ValueKind::kInt) ? say_.Grouped(ToString(value))
                                     : ToString(value);
  }

  void WritePlacement(const PlacementExplained& placement) {
    Line("",
         say_.Say(Phrase::kPlacement,
                  {{"placement", say_.Called("placements.", placement.name)}}));
    int number = 0;
    for (const absl::string_view id : SlotsOf(placement.name)) {
      const auto offer = std::find_if(
          placement.offers.begin(), placement.offers.end(),
          [id](const OfferExplained& one) { return one.offer == id; });
      if (offer == placement.offers.end()) continue;
      Line(kIndent, say_.Say(Phrase::kSlot,
                             {{"number", absl::StrCat(++number)},
                              {"offer", say_.Called("offers.", offer->offer)},
                              {"reason", ReasonOf(*offer)}}));
    }
    if (number == 0) Line(kIndent, say_.Say(Phrase::kNothingShown));
    size_t said = 0;
    size_t more = 0;
    for (const OfferExplained& offer : placement.offers) {
      if (IsShown(offer.reason)) continue;
      if (said == kOffersSaidMax || IsNamedOnly(offer)) {
        ++more;
        continue;
      }
      ++said;
      Line(kIndent, say_.Say(Phrase::kNotShown,
                             {{"offer", say_.Called("offers.", offer.offer)},
                              {"reason", ReasonOf(offer)}}));
    }
    if (more == 0) return;
    Line(kIndent, say_.Say(Phrase::kMoreOffers,
                           {{"count", say_.Grouped(absl::StrCat(more))}}));
  }

  // Whether the offer lacks what its reason speaks of, because the explanation
  // had too many.
  static bool IsNamedOnly(const OfferExplained& offer) {
    switch (offer.reason) {
      case Reason::kOutsideValidity:
      case Reason::kGroupEligibility:
      case Reason::kGroupApplicability:
      case Reason::kGroupSuitability:
      case Reason::kEligibility:
      case Reason::kApplicability:
      case Reason::kSuitability:
      case Reason::kGateError:
        return offer.gates.empty();
      case Reason::kContactPolicy:
      case Reason::kLimit:
      case Reason::kBudget:
      case Reason::kQuietHours:
        return offer.caps.empty();
      case Reason::kMinScore:
        return !offer.factors.has_value();
      default:
        return false;
    }
  }

  // The offers in the slots of a placement, in order.
  std::vector<absl::string_view> SlotsOf(absl::string_view placement) const {
    std::vector<absl::string_view> offers;
    for (const PlacementResult& result : record_.placements) {
      if (result.name != placement) continue;
      for (uint32_t i = result.slots_begin; i < result.slots_end; ++i) {
        offers.push_back(record_.slots[i].offer);
      }
    }
    return offers;
  }

  static bool IsShown(Reason reason) {
    return reason == Reason::kRanked || reason == Reason::kExplored ||
           reason == Reason::kMandatory || reason == Reason::kFallback;
  }

  std::string ReasonOf(const OfferExplained& offer) const {
    return say_.Say(offer.reason, OfferParameters(offer, say_));
  }

  // What stands before the names that a problem is about; nullopt for offers
  // and treatments, which say theirs where they stand.
  static std::optional<absl::string_view> SubjectPrefix(Reason reason) {
    switch (reason) {
      case Reason::kIndicatorError:
        return "indicators.";
      case Reason::kStageConditionError:
        return "stages.";
      case Reason::kProfileValue:
      case Reason::kTimeZoneError:
        return "attributes.";
      case Reason::kContextWeightError:
        return "";
      default:
        return std::nullopt;
    }
  }

  void WriteProblem(const Degradation& degradation) {
    const std::optional<absl::string_view> prefix =
        SubjectPrefix(degradation.reason);
    if (!prefix.has_value()) return;
    Parameters parameters = {
        {"subject", say_.Called(*prefix, degradation.subject)}};
    if (degradation.reason != Reason::kProfileValue) {
      parameters.emplace_back("error", say_.Error(degradation.error));
    }
    Line("", say_.Say(Phrase::kProblem,
                      {{"reason", say_.Say(degradation.reason, parameters)}}));
  }

  const DecisionRecord& record_;
  const Explanation& explanation_;
  const Sentences say_;
  std::string text_;
};

}  // namespace

std::vector<absl::string_view> ExplainLocales() {
  std::vector<absl::string_view> locales;
  for (const Wording* const wording : Wordings()) {
    locales.push_back(wording->locale);
  }
  return locales;
}

std::string ExplainText(const DecisionRecord& record,
                        const Explanation& explanation,
                        absl::string_view locale, const PackWords& words) {
  return Writer(record, explanation, WordingFor(locale), words).Write();
}

}  // namespace stratagem::trace
