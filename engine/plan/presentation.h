// engine/plan/presentation.h
//
// What a screen shows of an offer: labels, content and the action behind it, in
// the caller's language. Read when an answer is written, never while deciding.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_PLAN_PRESENTATION_H_
#define STRATAGEM_ENGINE_PLAN_PRESENTATION_H_

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "engine/plan/plan.h"

namespace stratagem::plan {

// Borrowed from the plan. A text whose locale is not the caller's is the best
// that there is: by RFC 4647 lookup ("zh-Hant-TW", "zh-Hant", "zh"), else the
// first in the caller's language ("zh-Hans" for "zh-CN"), else the first that
// the author wrote.
struct Presentation {
  std::vector<std::pair<absl::string_view, absl::string_view>> labels;
  absl::string_view content;         // Of the channel; "" when there is none.
  absl::string_view content_locale;  // Of `content`.
  absl::string_view action_ref;
  bool empty() const {
    return labels.empty() && content.empty() && action_ref.empty();
  }
};

// Requires: `offer_index` is one of `plan`, as trace::SlotResult holds it.
// Time: O(texts of the offer).
Presentation Present(const Plan& plan, uint32_t offer_index,
                     absl::string_view channel, absl::string_view locale);

// The text that `texts:` of the pack gives `key` ("eligibility", "tiers.gold"),
// by the same lookup; "" when the pack has none in the locale or a wider one:
// here no other language stands in. Lives as long as the plan.
// Time: O(locales).
absl::string_view TextOf(const Plan& plan, absl::string_view key,
                         absl::string_view locale);

// A key that `texts:` may have beside those that name a part of the pack: the
// name of a reason (trace/reason.h), and what may stand in braces in its
// sentence (trace/explain_text.h fills it in).
struct ReasonSentence {
  absl::string_view name;
  std::span<const absl::string_view> parameters;
};

// Those of all reasons, by their numbers.
std::span<const ReasonSentence> ReasonSentences();

}  // namespace stratagem::plan

#endif  // STRATAGEM_ENGINE_PLAN_PRESENTATION_H_
