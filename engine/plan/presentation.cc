#include "engine/plan/presentation.h"

#include <optional>

#include "engine/base/check.h"
#include "engine/base/language_tag.h"
#include "engine/plan/plan_code.h"

namespace stratagem::plan {
namespace {

constexpr absl::string_view kReasonTextKeys[] = {
    "scored",
    "floor_tier",
    "stage_matched",
    "matrix_cell",
    "default",
    "ranked",
    "fallback",
    "rule_item",
    "no_rule_item",
    "table_row",
    "no_table_row",
    "mandatory",
    "explored",
    "held_tier",
    "low_coverage",
    "outside_validity",
    "group_eligibility",
    "group_applicability",
    "group_suitability",
    "eligibility",
    "applicability",
    "suitability",
    "gate_error",
    "propensity_error",
    "value_error",
    "cost_error",
    "score_error",
    "min_score",
    "outranked",
    "distinct_group",
    "already_shown",
    "indicator_error",
    "stage_condition_error",
    "treatment_error",
    "context_weight_error",
    "table_conflict",
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

std::span<const absl::string_view> ReasonTextKeys() { return kReasonTextKeys; }

}  // namespace stratagem::plan
