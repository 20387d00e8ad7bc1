#include "engine/trace/explain_text.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "engine/base/number_text.h"
#include "engine/trace/number_text.h"
#include "engine/trace/wording.h"

namespace stratagem::trace {
namespace {

// What stands in for `{name}`, by name.
using Parameters = std::vector<std::pair<absl::string_view, std::string>>;

constexpr char kIndent[] = "  ";
constexpr int kDecimals = 4;
constexpr int kScoreDecimals = 2;
constexpr double kMicros = 1e6;
constexpr double kScoreSteps = 100;  // Of one point, as kScoreDecimals shows.
// What binary fractions may lack of a step: 59.57 is a little less than that.
constexpr double kScoreNoise = 1e-9;
constexpr size_t kDigitsShown = 12;
// LIMIT: offers of a placement of which is said why they are not shown.
constexpr size_t kOffersSaidMax = 100;

// Whether `character`, in UTF-8, is from U+3000 on, where Chinese is: its signs
// stand next to each other without a space.
bool IsWide(absl::string_view character) {
  if (character.size() < 3) return false;
  const auto lead = static_cast<unsigned char>(character.front());
  return lead >= 0xE3 && lead <= 0xEF;
}

bool BeginsWide(absl::string_view text) { return IsWide(text.substr(0, 3)); }

bool EndsWide(absl::string_view text) {
  return text.size() >= 3 && IsWide(text.substr(text.size() - 3));
}

// Appends what stands next in a sentence, without a space between Chinese.
void Join(absl::string_view next, std::string& text) {
  if (absl::EndsWith(text, " ") && BeginsWide(next) &&
      EndsWide(absl::string_view(text).substr(0, text.size() - 1))) {
    text.pop_back();
  } else if (absl::StartsWith(next, " ") && EndsWide(text) &&
             BeginsWide(next.substr(1))) {
    next.remove_prefix(1);
  }
  absl::StrAppend(&text, next);
}

// Puts `parameters` into `sentence`; braces with other names stay.
std::string Fill(absl::string_view sentence, const Parameters& parameters) {
  std::string text;
  while (!sentence.empty()) {
    const size_t begin = sentence.find('{');
    const size_t end = sentence.find('}', begin);
    if (end == absl::string_view::npos) break;
    Join(sentence.substr(0, begin), text);
    const absl::string_view name = sentence.substr(begin + 1, end - begin - 1);
    const auto found = std::find_if(
        parameters.begin(), parameters.end(),
        [name](const auto& parameter) { return parameter.first == name; });
    Join(found == parameters.end() ? sentence.substr(begin, end - begin + 1)
                                   : absl::string_view(found->second),
         text);
    sentence.remove_prefix(end + 1);
  }
  Join(sentence, text);
  return text;
}

// "2026-12-30 08:00" of "2026-12-30T08:00:00+08:00"; dates stay as they are.
std::string ShortTime(const std::string& time) {
  constexpr size_t kDateSize = 10;
  constexpr size_t kMinutesSize = 5;
  if (time.size() < kDateSize + 1 + kMinutesSize || time[kDateSize] != 'T') {
    return time;
  }
  return absl::StrCat(time.substr(0, kDateSize), " ",
                      time.substr(kDateSize + 1, kMinutesSize));
}

class Writer {
 public:
  Writer(const DecisionRecord& record, const Explanation& explanation,
         const Wording& wording, const PackWords& words)
      : record_(record),
        explanation_(explanation),
        wording_(wording),
        words_(words) {}

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

  std::string Say(Phrase phrase, const Parameters& parameters = {}) const {
    return Fill(wording_.phrase(phrase), parameters);
  }

  // The pack's sentence for the reason if it has one, else the built-in one.
  std::string Say(Reason reason, const Parameters& parameters) const {
    const std::string own = words_(ReasonName(reason));
    return Fill(own.empty() ? wording_.reason(reason) : own, parameters);
  }

  // What the pack calls `name` of the kind `prefix`, or the name itself.
  std::string Called(absl::string_view prefix, absl::string_view name) const {
    if (name.empty()) return "";
    std::string own = words_(absl::StrCat(prefix, name));
    return own.empty() ? std::string(name) : own;
  }

  std::string Text(ErrorCode error) const {
    return std::string(wording_.error(error));
  }

  std::string Number(double number) const {
    return GroupedNumber(RoundedNumber(number, kDecimals), wording_);
  }

  // A number that came about by computing may have more digits than anybody
  // reads.
  std::string ShortNumber(const std::string& exact) const {
    double number = 0;
    if (exact.size() <= kDigitsShown || !absl::SimpleAtod(exact, &number)) {
      return GroupedNumber(exact, wording_);
    }
    return Number(number);
  }

  std::string ScoreText(double score) const {
    return GroupedNumber(RoundedNumber(score, kScoreDecimals), wording_);
  }

  // Of tiers: rounded down, so that no score reads as one that it misses.
  std::string ReachedText(double score) const {
    return ScoreText(std::floor(score * kScoreSteps + kScoreNoise) /
                     kScoreSteps);
  }

  // What is missing to a score, rounded up to go with it.
  std::string MissingText(double missing) const {
    return ScoreText(std::ceil(missing * kScoreSteps - kScoreNoise) /
                     kScoreSteps);
  }

  std::string Percent(double share) const {
    return Say(Phrase::kPercent, {{"value", Number(100 * share)}});
  }

  void WriteTier() {
    const TierExplained& tier = explanation_.tier;
    if (tier.tier.empty()) return;
    const std::string name = Called("tiers.", tier.tier);
    Parameters parameters = {{"tier", name},
                             {"computed", Called("tiers.", tier.computed)},
                             {"score", ReachedText(tier.score)},
                             {"coverage", Percent(tier.coverage)}};
    const bool is_unknown = tier.reason == Reason::kLowCoverage;
    if (is_unknown || tier.reason == Reason::kHeldTier) {
      parameters.emplace_back("since", ShortTime(tier.below_since));
      parameters.emplace_back("until", ShortTime(tier.downgrade_at));
    }
    if (is_unknown) {
      parameters.emplace_back("coverage_min",
                              Percent(tier.coverage_min.value_or(0)));
    }
    Line("", Say(Phrase::kTier,
                 {{"tier", name}, {"reason", Say(tier.reason, parameters)}}));
    for (const IndicatorExplained& indicator : explanation_.indicators) {
      WriteIndicator(indicator);
    }
    if (tier.next.empty()) return;
    Line(kIndent,
         Say(Phrase::kNextTier,
             {{"tier", Called("tiers.", tier.next)},
              {"score_min", ScoreText(tier.next_score_min)},
              {"missing",
               MissingText(std::max(0.0, tier.next_score_min - tier.score))}}));
  }

  void WriteIndicator(const IndicatorExplained& indicator) {
    // What failed is said at the end, with its error.
    if (indicator.error != ErrorCode::kNone) return;
    const std::string name = Called(
        "indicators.", absl::StrCat(indicator.dimension, ".", indicator.name));
    if (!indicator.points.has_value()) {
      Line(kIndent, Say(Phrase::kIndicatorUnknown, {{"indicator", name}}));
      return;
    }
    Line(kIndent,
         Say(Phrase::kIndicator, {{"indicator", name},
                                  {"value", ShortNumber(indicator.value)},
                                  {"points", ScoreText(*indicator.points)}}));
  }

  void WriteStage() {
    if (explanation_.stages.empty()) return;
    const ConditionTried& matched = explanation_.stages.back();
    Line("",
         Say(Phrase::kStage,
             {{"stage", Called("stages.", matched.name)},
              {"condition", matched.condition.empty()
                                ? Say(Phrase::kLastStage)
                                : absl::StrCat("`", matched.condition, "`")}}));
    for (const ConditionTried& line : explanation_.stages) {
      if (line.tried != Tried::kFailed) continue;
      Line(kIndent,
           Say(Phrase::kNotStage, {{"stage", Called("stages.", line.name)},
                                   {"needs", Needs(line)}}));
    }
  }

  void WriteTreatment(const TreatmentExplained& treatment, size_t index) {
    const std::string name = Called("treatments.", treatment.name);
    Line("", Say(Phrase::kTreatment,
                 {{"treatment", name},
                  {"fields", FieldsOf(index)},
                  {"reason",
                   Say(treatment.reason, ParametersOf(treatment, name))}}));
  }

  // What the reason of a treatment, which people call `name`, speaks of.
  Parameters ParametersOf(const TreatmentExplained& treatment,
                          const std::string& name) const {
    Parameters parameters = {{"treatment", name},
                             {"tier", Called("tiers.", record_.tier)},
                             {"stage", Called("stages.", record_.stage)}};
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
        parameters.emplace_back("error", Text(treatment.error));
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
      absl::StrAppend(
          &text, text.empty() ? "" : Say(Phrase::kComma),
          Called(absl::StrCat("treatments.", result.name, "."), field.name),
          " ", ValueText(field.value));
    }
    return text;
  }

  std::string ValueText(const Value& value) const {
    if (value.is(ValueKind::kString)) return std::string(value.text());
    if (value.is(ValueKind::kBool)) {
      return Say(value.bool_value() ? Phrase::kYes : Phrase::kNo);
    }
    if (value.is(ValueKind::kDouble)) return Number(value.double_value());
    if (value.is_missing()) return Say(Phrase::kUnknownValue);
    return value.is(ValueKind::kInt) ? GroupedNumber(ToString(value), wording_)
                                     : ToString(value);
  }

  void WritePlacement(const PlacementExplained& placement) {
    Line("", Say(Phrase::kPlacement,
                 {{"placement", Called("placements.", placement.name)}}));
    int number = 0;
    for (const absl::string_view id : SlotsOf(placement.name)) {
      const auto offer = std::find_if(
          placement.offers.begin(), placement.offers.end(),
          [id](const OfferExplained& one) { return one.offer == id; });
      if (offer == placement.offers.end()) continue;
      Line(kIndent,
           Say(Phrase::kSlot, {{"number", absl::StrCat(++number)},
                               {"offer", Called("offers.", offer->offer)},
                               {"reason", ReasonOf(*offer)}}));
    }
    if (number == 0) Line(kIndent, Say(Phrase::kNothingShown));
    size_t said = 0;
    size_t more = 0;
    for (const OfferExplained& offer : placement.offers) {
      if (IsShown(offer.reason)) continue;
      if (said == kOffersSaidMax || IsNamedOnly(offer)) {
        ++more;
        continue;
      }
      ++said;
      Line(kIndent,
           Say(Phrase::kNotShown, {{"offer", Called("offers.", offer.offer)},
                                   {"reason", ReasonOf(offer)}}));
    }
    if (more == 0) return;
    Line(kIndent,
         Say(Phrase::kMoreOffers,
             {{"count", GroupedNumber(absl::StrCat(more), wording_)}}));
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
    return Say(offer.reason, ParametersOf(offer));
  }

  // What the reason of an offer speaks of.
  Parameters ParametersOf(const OfferExplained& offer) const {
    Parameters parameters = {{"offer", Called("offers.", offer.offer)}};
    switch (offer.reason) {
      case Reason::kOutsideValidity:
      case Reason::kGroupEligibility:
      case Reason::kGroupApplicability:
      case Reason::kGroupSuitability:
      case Reason::kEligibility:
      case Reason::kApplicability:
      case Reason::kSuitability:
        AddGate(offer, parameters);
        break;
      case Reason::kContactPolicy:
      case Reason::kLimit:
      case Reason::kBudget:
      case Reason::kQuietHours:
        AddCap(offer, parameters);
        break;
      case Reason::kGateError:
      case Reason::kPropensityError:
      case Reason::kValueError:
      case Reason::kCostError:
      case Reason::kScoreError:
        AddError(offer, parameters);
        break;
      case Reason::kMinScore:
        AddScore(offer, parameters);
        parameters.emplace_back(
            "score_min", offer.factors.has_value()
                             ? ScoreText(offer.factors->score_min.value_or(0))
                             : "");
        break;
      case Reason::kOutranked:
      case Reason::kDistinctGroup:
        AddScore(offer, parameters);
        AddLoss(offer, parameters);
        break;
      case Reason::kAlreadyShown:
        AddScore(offer, parameters);
        parameters.emplace_back("placement",
                                Called("placements.", offer.shown_in));
        break;
      case Reason::kFallback:
        break;
      default:
        AddScore(offer, parameters);
    }
    return parameters;
  }

  void AddScore(const OfferExplained& offer, Parameters& parameters) const {
    parameters.emplace_back("score", offer.factors.has_value()
                                         ? ScoreText(offer.factors->score)
                                         : "");
  }

  void AddLoss(const OfferExplained& offer, Parameters& parameters) const {
    const std::string lost_by = ScoreText(offer.lost_by);
    parameters.emplace_back("lost_to", Called("offers.", offer.lost_to));
    parameters.emplace_back("lost_by", lost_by);
    parameters.emplace_back(
        "ahead",
        offer.lost_by > 0 ? Say(Phrase::kAhead, {{"lost_by", lost_by}}) : "");
    if (offer.reason != Reason::kDistinctGroup) return;
    parameters.emplace_back("group", Called("groups.", offer.group));
  }

  void AddError(const OfferExplained& offer, Parameters& parameters) const {
    parameters.emplace_back("subject", Called("offers.", offer.offer));
    parameters.emplace_back("error", Text(offer.error));
    if (offer.reason != Reason::kGateError) return;
    const GateExplained* const gate = StoppedAt(offer);
    parameters.emplace_back(
        "group", gate == nullptr ? "" : Called("groups.", gate->group));
    parameters.emplace_back("condition",
                            gate == nullptr ? "" : gate->condition.condition);
  }

  // The gate that stopped the offer, or null.
  static const GateExplained* StoppedAt(const OfferExplained& offer) {
    const auto gate = std::find_if(
        offer.gates.begin(), offer.gates.end(), [](const GateExplained& one) {
          return one.condition.tried == Tried::kFailed ||
                 one.condition.tried == Tried::kError;
        });
    return gate == offer.gates.end() ? nullptr : &*gate;
  }

  // What the gate that stopped the offer has to say; a sentence about none, or
  // about an input that there is not, has nothing in these places.
  void AddGate(const OfferExplained& offer, Parameters& parameters) const {
    static const GateExplained kNoGate;
    const GateExplained* const stop = StoppedAt(offer);
    const GateExplained& gate = stop == nullptr ? kNoGate : *stop;
    parameters.emplace_back("condition", gate.condition.condition);
    parameters.emplace_back("needs", Needs(gate.condition));
    const Nearest* const nearest = FirstNearest(gate.condition);
    const bool has_input = nearest != nullptr;
    parameters.emplace_back("input", has_input ? InputText(*nearest) : "");
    parameters.emplace_back("found", has_input ? FoundText(*nearest) : "");
    parameters.emplace_back("would_do", has_input ? WouldDoText(*nearest) : "");
    parameters.emplace_back("unit", has_input ? nearest->unit : "");
    if (offer.reason == Reason::kOutsideValidity) {
      parameters.emplace_back("from", ShortTime(gate.valid_from));
      parameters.emplace_back("until", ShortTime(gate.valid_until));
      parameters.emplace_back("dates", Dates(gate));
    } else if (offer.reason == Reason::kGroupEligibility ||
               offer.reason == Reason::kGroupApplicability ||
               offer.reason == Reason::kGroupSuitability) {
      parameters.emplace_back("group", Called("groups.", gate.group));
    }
  }

  // What the cap that stopped the offer has to say.
  void AddCap(const OfferExplained& offer, Parameters& parameters) const {
    static const CapExplained kNoCap;
    const auto stop = std::find_if(
        offer.caps.begin(), offer.caps.end(),
        [](const CapExplained& one) { return one.tried == Tried::kFailed; });
    const CapExplained& cap = stop == offer.caps.end() ? kNoCap : *stop;
    const std::string opens_at = ShortTime(cap.opens_at);
    parameters.emplace_back("cap", CapText(cap));
    parameters.emplace_back("opens_at", opens_at);
    parameters.emplace_back(
        "again",
        opens_at.empty() ? "" : Say(Phrase::kAgain, {{"opens_at", opens_at}}));
    if (offer.reason == Reason::kQuietHours) return;
    parameters.emplace_back("amount", AmountText(cap, cap.amount));
    parameters.emplace_back("amount_max", AmountText(cap, cap.amount_max));
    parameters.emplace_back("window", WindowText(cap));
  }

  std::string CapText(const CapExplained& cap) const {
    constexpr absl::string_view kBudgets = "budgets.";
    switch (cap.cap) {
      case Reason::kContactPolicy:
      case Reason::kQuietHours:
        return Called("contact_policy.", cap.name);
      case Reason::kBudget:
        return Called(kBudgets, absl::StripPrefix(cap.name, kBudgets));
      default:
        return cap.name;
    }
  }

  // A count, or an amount of money with its unit.
  std::string AmountText(const CapExplained& cap, int64_t amount) const {
    if (cap.cap != Reason::kBudget) {
      return GroupedNumber(absl::StrCat(amount), wording_);
    }
    return WithUnit(cap.unit, Number(static_cast<double>(amount) / kMicros));
  }

  std::string WindowText(const CapExplained& cap) const {
    if (!cap.period.empty()) return Say(PeriodPhrase(cap.period));
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
      return Say(phrase, {{"count", absl::StrCat(cap.within / unit)}});
    }
    return Say(Phrase::kWithinSeconds,
               {{"count", Number(absl::ToDoubleSeconds(cap.within))}});
  }

  static Phrase PeriodPhrase(absl::string_view period) {
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

  static const Nearest* FirstNearest(const ConditionTried& condition) {
    for (const WhyNot& part : condition.why_not) {
      if (!part.nearest.empty()) return &part.nearest.front();
    }
    return nullptr;
  }

  std::string Dates(const GateExplained& gate) const {
    const Parameters parameters = {{"from", ShortTime(gate.valid_from)},
                                   {"until", ShortTime(gate.valid_until)}};
    if (gate.valid_until.empty()) return Say(Phrase::kValidFrom, parameters);
    if (gate.valid_from.empty()) return Say(Phrase::kValidUntil, parameters);
    return Say(Phrase::kValidBetween, parameters);
  }

  // Everything that would have to change for the condition to hold.
  std::string Needs(const ConditionTried& condition) const {
    std::vector<std::string> parts;
    for (const WhyNot& part : condition.why_not) {
      std::vector<std::string> ways;
      for (const Nearest& nearest : part.nearest) {
        // Nobody gives a customer another stage: it follows from the rest.
        if (nearest.input == "stage") continue;
        ways.push_back(NearestText(nearest));
      }
      if (ways.empty()) {
        ways.push_back(
            Say(Phrase::kNotBecause, {{"condition", part.condition}}));
      }
      parts.push_back(absl::StrJoin(ways, Say(Phrase::kOr)));
    }
    if (parts.empty()) {
      return Say(Phrase::kNotBecause, {{"condition", condition.condition}});
    }
    return absl::StrJoin(parts, Say(Phrase::kAnd));
  }

  std::string NearestText(const Nearest& nearest) const {
    return Say(PhraseOf(nearest), {{"input", InputText(nearest)},
                                   {"found", FoundText(nearest)},
                                   {"would_do", WouldDoText(nearest)}});
  }

  static Phrase PhraseOf(const Nearest& nearest) {
    const bool is_time = nearest.kind == ValueKind::kTimestamp;
    switch (nearest.bound) {
      case Bound::kExactly:
      case Bound::kAtLeast:
      case Bound::kAtMost:
        return Phrase::kWouldDo;
      case Bound::kMoreThan:
        return is_time ? Phrase::kAfterWouldDo : Phrase::kMoreWouldDo;
      case Bound::kLessThan:
        return is_time ? Phrase::kBeforeWouldDo : Phrase::kLessWouldDo;
      case Bound::kAnyValue:
        return Phrase::kAnyWouldDo;
      case Bound::kNoValue:
        return Phrase::kAbsentWouldDo;
    }
    return Phrase::kWouldDo;
  }

  std::string InputText(const Nearest& nearest) const {
    if (nearest.input == "now") return Say(Phrase::kClock);
    std::string own = words_(absl::StrCat("attributes.", nearest.input));
    if (own.empty()) own = words_(nearest.input);
    return own.empty() ? nearest.input : own;
  }

  std::string FoundText(const Nearest& nearest) const {
    if (nearest.found.empty()) return Say(Phrase::kUnknownValue);
    if (nearest.kind != ValueKind::kDouble) {
      return WithUnit(nearest, nearest.found);
    }
    return WithUnit(nearest.unit, ShortNumber(nearest.found));
  }

  std::string WouldDoText(const Nearest& nearest) const {
    if (nearest.also.empty()) return WithUnit(nearest, nearest.would_do);
    std::vector<std::string> choices = {Plain(nearest, nearest.would_do)};
    for (const std::string& other : nearest.also) {
      choices.push_back(Plain(nearest, other));
    }
    return absl::StrJoin(choices, Say(Phrase::kOrValue));
  }

  std::string WithUnit(const Nearest& nearest, const std::string& value) const {
    return WithUnit(nearest.unit, Plain(nearest, value));
  }

  std::string WithUnit(const std::string& unit, std::string value) const {
    if (unit.empty()) return value;
    return Say(Phrase::kWithUnit,
               {{"value", std::move(value)}, {"unit", unit}});
  }

  // A value of an input as people write it.
  std::string Plain(const Nearest& nearest, const std::string& value) const {
    if (nearest.kind == ValueKind::kInt || nearest.kind == ValueKind::kDouble) {
      return GroupedNumber(value, wording_);
    }
    if (nearest.kind == ValueKind::kBool) {
      return Say(value == "true" ? Phrase::kYes : Phrase::kNo);
    }
    if (nearest.kind == ValueKind::kTimestamp) return ShortTime(value);
    if (nearest.input == "tier") return Called("tiers.", value);
    if (nearest.input == "stage") return Called("stages.", value);
    return value;
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
    const Parameters parameters = {
        {"subject", Called(*prefix, degradation.subject)},
        {"error", Text(degradation.error)}};
    Line("", Say(Phrase::kProblem,
                 {{"reason", Say(degradation.reason, parameters)}}));
  }

  const DecisionRecord& record_;
  const Explanation& explanation_;
  const Wording& wording_;
  const PackWords& words_;
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
