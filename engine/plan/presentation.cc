#include "engine/plan/presentation.h"

#include <optional>

#include "engine/base/check.h"
#include "engine/base/language_tag.h"
#include "engine/plan/plan_code.h"

namespace stratagem::plan {
namespace {

using Names = absl::string_view[];

constexpr Names kTier = {"tier", "computed", "score", "coverage"};
constexpr Names kHeldTier = {"tier",     "computed", "score",
                             "coverage", "since",    "until"};
constexpr Names kLowCoverage = {"tier",  "computed", "score",       "coverage",
                                "since", "until",    "coverage_min"};
constexpr Names kTreatment = {"treatment", "tier", "stage", "cell"};
constexpr Names kRow = {"treatment", "tier", "stage", "row"};
constexpr Names kItem = {"treatment", "tier", "stage", "cell", "explanation"};
constexpr Names kTreatmentError = {"treatment", "tier", "stage", "subject",
                                   "error"};
constexpr Names kOffer = {"offer"};
constexpr Names kChosen = {"offer", "score"};
constexpr Names kGate = {"offer", "condition", "needs", "input",
                         "found", "would_do",  "unit"};
constexpr Names kGroupGate = {"offer", "condition", "needs", "input",
                              "found", "would_do",  "unit",  "group"};
constexpr Names kValidity = {"offer", "condition", "needs", "input",
                             "found", "would_do",  "unit",  "from",
                             "until", "dates"};
constexpr Names kCap = {"offer",  "cap",      "amount", "amount_max",
                        "window", "opens_at", "again"};
constexpr Names kLimit = {"offer",  "cap",      "amount", "amount_max",
                          "window", "opens_at", "again",  "reserved"};
constexpr Names kBudget = {"offer",      "cap",      "amount",
                           "amount_max", "window",   "opens_at",
                           "again",      "reserved", "cost"};
constexpr Names kQuiet = {"offer", "cap", "opens_at", "again"};
constexpr Names kGateError = {"offer", "subject", "error", "group",
                              "condition"};
constexpr Names kOfferError = {"offer", "subject", "error"};
constexpr Names kMinScore = {"offer", "score", "score_min"};
constexpr Names kOutranked = {"offer", "score", "lost_to", "lost_by", "ahead"};
constexpr Names kDistinctGroup = {"offer",   "score", "lost_to",
                                  "lost_by", "ahead", "group"};
constexpr Names kAlreadyShown = {"offer", "score", "placement"};
constexpr Names kError = {"subject", "error"};
constexpr Names kSubject = {"subject"};

constexpr ReasonSentence kReasonSentences[] = {
    {"scored", kTier},
    {"floor_tier", kTier},
    {"matrix_cell", kTreatment},
    {"default", kTreatment},
    {"ranked", kChosen},
    {"fallback", kOffer},
    {"rule_item", kItem},
    {"no_rule_item", kTreatment},
    {"table_row", kRow},
    {"no_table_row", kTreatment},
    {"mandatory", kChosen},
    {"explored", kChosen},
    {"held_tier", kHeldTier},
    {"low_coverage", kLowCoverage},
    {"outside_validity", kValidity},
    {"group_eligibility", kGroupGate},
    {"group_applicability", kGroupGate},
    {"group_suitability", kGroupGate},
    {"eligibility", kGate},
    {"applicability", kGate},
    {"suitability", kGate},
    {"contact_policy", kCap},
    {"limit", kLimit},
    {"budget", kBudget},
    {"gate_error", kGateError},
    {"propensity_error", kOfferError},
    {"value_error", kOfferError},
    {"cost_error", kOfferError},
    {"score_error", kOfferError},
    {"min_score", kMinScore},
    {"quiet_hours", kQuiet},
    {"offer_paused", kOffer},
    {"placement_paused", kOffer},
    {"outranked", kOutranked},
    {"distinct_group", kDistinctGroup},
    {"already_shown", kAlreadyShown},
    {"indicator_error", kError},
    {"stage_condition_error", kError},
    {"treatment_error", kTreatmentError},
    {"context_weight_error", kError},
    {"table_conflict", kRow},
    {"profile_value", kSubject},
    {"time_zone_error", kError},
};

// The best of `texts` for `locale` by lookup alone.
const LocalTextCode* LookUp(const std::vector<LocalTextCode>& texts,
                            absl::string_view locale) {
  std::vector<absl::string_view> tags;
  for (const LocalTextCode& text : texts) tags.push_back(text.locale);
  const std::optional<size_t> found = LookUpLanguage(locale, tags);
  return found.has_value() ? &texts[*found] : nullptr;
}

// The same, else one in the language of `locale`, else the first. Requires: at
// least one text.
const LocalTextCode& Best(const std::vector<LocalTextCode>& texts,
                          absl::string_view locale) {
  const LocalTextCode* const found = LookUp(texts, locale);
  if (found != nullptr) return *found;
  std::vector<absl::string_view> tags;
  for (const LocalTextCode& text : texts) tags.push_back(text.locale);
  return texts[SameLanguage(locale, tags).value_or(0)];
}

}  // namespace

Presentation Present(const Plan& plan, uint32_t offer_index,
                     absl::string_view channel, absl::string_view locale) {
  STRATAGEM_CHECK(offer_index < plan.code().offer_texts.size());
  const OfferTextCode& offer = plan.code().offer_texts[offer_index];
  Presentation result;
  for (const OfferTextCode::Entry& label : offer.labels) {
    result.labels.emplace_back(label.name, Best(label.texts, locale).text);
  }
  for (const OfferTextCode::Entry& content : offer.content) {
    if (content.name != channel) continue;
    const LocalTextCode& best = Best(content.texts, locale);
    result.content = best.text;
    result.content_locale = best.locale;
  }
  result.action_ref = offer.action_ref;
  return result;
}

absl::string_view TextOf(const Plan& plan, absl::string_view key,
                         absl::string_view locale) {
  const auto found = plan.code().texts.find(key);
  if (found == plan.code().texts.end()) return "";
  const LocalTextCode* const best = LookUp(found->second, locale);
  return best == nullptr ? absl::string_view() : best->text;
}

std::span<const ReasonSentence> ReasonSentences() { return kReasonSentences; }

}  // namespace stratagem::plan
