#include "engine/trace/offer_parameters.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "engine/trace/needs_text.h"

namespace stratagem::trace {
namespace {

constexpr double kMicros = 1e6;

// The gate that stopped the offer, or null.
const GateExplained* StoppedAt(const OfferExplained& offer) {
  const auto gate = std::find_if(
      offer.gates.begin(), offer.gates.end(), [](const GateExplained& one) {
        return one.condition.tried == Tried::kFailed ||
               one.condition.tried == Tried::kError;
      });
  return gate == offer.gates.end() ? nullptr : &*gate;
}

void AddScore(const OfferExplained& offer, const Sentences& say,
              Parameters& parameters) {
  parameters.emplace_back("score", offer.factors.has_value()
                                       ? say.ScoreText(offer.factors->score)
                                       : "");
}

void AddLoss(const OfferExplained& offer, const Sentences& say,
             Parameters& parameters) {
  const std::string lost_by = say.ScoreText(offer.lost_by);
  parameters.emplace_back("lost_to", say.Called("offers.", offer.lost_to));
  parameters.emplace_back("lost_by", lost_by);
  parameters.emplace_back(
      "ahead",
      offer.lost_by > 0 ? say.Say(Phrase::kAhead, {{"lost_by", lost_by}}) : "");
  if (offer.reason != Reason::kDistinctGroup) return;
  parameters.emplace_back("group", say.Called("groups.", offer.group));
}

void AddError(const OfferExplained& offer, const Sentences& say,
              Parameters& parameters) {
  parameters.emplace_back("subject", say.Called("offers.", offer.offer));
  parameters.emplace_back("error", say.Error(offer.error));
  if (offer.reason != Reason::kGateError) return;
  const GateExplained* const gate = StoppedAt(offer);
  parameters.emplace_back(
      "group", gate == nullptr ? "" : say.Called("groups.", gate->group));
  parameters.emplace_back("condition",
                          gate == nullptr ? "" : gate->condition.condition);
}

std::string DatesText(const GateExplained& gate, const Sentences& say) {
  const Parameters parameters = {{"from", ShortTime(gate.valid_from)},
                                 {"until", ShortTime(gate.valid_until)}};
  if (gate.valid_until.empty()) return say.Say(Phrase::kValidFrom, parameters);
  if (gate.valid_from.empty()) return say.Say(Phrase::kValidUntil, parameters);
  return say.Say(Phrase::kValidBetween, parameters);
}

// What the gate that stopped the offer has to say; a sentence about none, or
// about an input that there is not, has nothing in these places.
void AddGate(const OfferExplained& offer, const Sentences& say,
             Parameters& parameters) {
  static const GateExplained kNoGate;
  const GateExplained* const stop = StoppedAt(offer);
  const GateExplained& gate = stop == nullptr ? kNoGate : *stop;
  parameters.emplace_back("condition", gate.condition.condition);
  parameters.emplace_back("needs", NeedsText(gate.condition, say));
  const Nearest* const nearest = FirstNearest(gate.condition);
  const bool has_input = nearest != nullptr;
  parameters.emplace_back("input", has_input ? InputText(*nearest, say) : "");
  parameters.emplace_back("found", has_input ? FoundText(*nearest, say) : "");
  parameters.emplace_back("would_do",
                          has_input ? WouldDoText(*nearest, say) : "");
  parameters.emplace_back("unit", has_input ? nearest->unit : "");
  if (offer.reason == Reason::kOutsideValidity) {
    parameters.emplace_back("from", ShortTime(gate.valid_from));
    parameters.emplace_back("until", ShortTime(gate.valid_until));
    parameters.emplace_back("dates", DatesText(gate, say));
  } else if (offer.reason == Reason::kGroupEligibility ||
             offer.reason == Reason::kGroupApplicability ||
             offer.reason == Reason::kGroupSuitability) {
    parameters.emplace_back("group", say.Called("groups.", gate.group));
  }
}

std::string CapText(const CapExplained& cap, const Sentences& say) {
  constexpr absl::string_view kBudgets = "budgets.";
  switch (cap.cap) {
    case Reason::kContactPolicy:
    case Reason::kQuietHours:
      return say.Called("contact_policy.", cap.name);
    case Reason::kBudget:
      return say.Called(kBudgets, absl::StripPrefix(cap.name, kBudgets));
    default:
      return cap.name;
  }
}

// A count, or an amount of money with its unit.
std::string AmountText(const CapExplained& cap, int64_t amount,
                       const Sentences& say) {
  if (cap.cap != Reason::kBudget) {
    return say.Grouped(absl::StrCat(amount));
  }
  return say.WithUnit(cap.unit,
                      say.Number(static_cast<double>(amount) / kMicros));
}

Phrase PeriodPhrase(absl::string_view period) {
  constexpr std::pair<absl::string_view, Phrase> kPeriods[] = {
      {"hour", Phrase::kThisHour},
      {"day", Phrase::kToday},
      {"week", Phrase::kThisWeek},
      {"month", Phrase::kThisMonth}};
  for (const auto& [name, phrase] : kPeriods) {
    if (name == period) return phrase;
  }
  return Phrase::kInAll;
}

std::string WindowText(const CapExplained& cap, const Sentences& say) {
  if (!cap.period.empty()) return say.Say(PeriodPhrase(cap.period));
  // The largest unit of which there are two: what is plural in all languages.
  constexpr std::pair<absl::Duration, Phrase> kUnits[] = {
      {absl::Hours(24), Phrase::kWithinDays},
      {absl::Hours(1), Phrase::kWithinHours},
      {absl::Minutes(1), Phrase::kWithinMinutes},
      {absl::Seconds(1), Phrase::kWithinSeconds}};
  for (const auto& [unit, phrase] : kUnits) {
    if (cap.within < 2 * unit || cap.within % unit != absl::ZeroDuration()) {
      continue;
    }
    return say.Say(phrase, {{"count", absl::StrCat(cap.within / unit)}});
  }
  return say.Say(Phrase::kWithinSeconds,
                 {{"count", say.Number(absl::ToDoubleSeconds(cap.within))}});
}

// What the cap that stopped the offer has to say.
void AddCap(const OfferExplained& offer, const Sentences& say,
            Parameters& parameters) {
  static const CapExplained kNoCap;
  const auto stop = std::find_if(
      offer.caps.begin(), offer.caps.end(),
      [](const CapExplained& one) { return one.tried == Tried::kFailed; });
  const CapExplained& cap = stop == offer.caps.end() ? kNoCap : *stop;
  const std::string opens_at = ShortTime(cap.opens_at);
  parameters.emplace_back("cap", CapText(cap, say));
  parameters.emplace_back("opens_at", opens_at);
  parameters.emplace_back(
      "again", opens_at.empty()
                   ? ""
                   : say.Say(Phrase::kAgain, {{"opens_at", opens_at}}));
  if (offer.reason == Reason::kQuietHours) return;
  parameters.emplace_back("amount", AmountText(cap, cap.amount, say));
  parameters.emplace_back("amount_max", AmountText(cap, cap.amount_max, say));
  parameters.emplace_back("window", WindowText(cap, say));
  if (offer.reason == Reason::kContactPolicy) return;
  parameters.emplace_back(
      "reserved",
      cap.amount_reserved == 0
          ? ""
          : say.Say(Phrase::kOnlyReserved,
                    {{"count", AmountText(cap, cap.amount_reserved, say)}}));
  if (offer.reason == Reason::kLimit) return;
  parameters.emplace_back("cost", AmountText(cap, cap.cost, say));
}

}  // namespace

Parameters OfferParameters(const OfferExplained& offer, const Sentences& say) {
  Parameters parameters = {{"offer", say.Called("offers.", offer.offer)}};
  switch (offer.reason) {
    case Reason::kOutsideValidity:
    case Reason::kGroupEligibility:
    case Reason::kGroupApplicability:
    case Reason::kGroupSuitability:
    case Reason::kEligibility:
    case Reason::kApplicability:
    case Reason::kSuitability:
      AddGate(offer, say, parameters);
      break;
    case Reason::kContactPolicy:
    case Reason::kLimit:
    case Reason::kBudget:
    case Reason::kQuietHours:
      AddCap(offer, say, parameters);
      break;
    case Reason::kGateError:
    case Reason::kPropensityError:
    case Reason::kValueError:
    case Reason::kCostError:
    case Reason::kScoreError:
      AddError(offer, say, parameters);
      break;
    case Reason::kMinScore:
      AddScore(offer, say, parameters);
      parameters.emplace_back(
          "score_min", offer.factors.has_value()
                           ? say.ScoreText(offer.factors->score_min.value_or(0))
                           : "");
      break;
    case Reason::kOutranked:
    case Reason::kDistinctGroup:
      AddScore(offer, say, parameters);
      AddLoss(offer, say, parameters);
      break;
    case Reason::kAlreadyShown:
      AddScore(offer, say, parameters);
      parameters.emplace_back("placement",
                              say.Called("placements.", offer.shown_in));
      break;
    case Reason::kFallback:
    case Reason::kOfferPaused:
    case Reason::kPlacementPaused:
      break;
    default:
      AddScore(offer, say, parameters);
  }
  return parameters;
}

}  // namespace stratagem::trace
