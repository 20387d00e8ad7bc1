// engine/store/log_query.h
//
// DecisionQuery: which decisions of a log are asked for, and a page of the
// answer. Store::Find() answers; InsightService asks.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_STORE_LOG_QUERY_H_
#define STRATAGEM_ENGINE_STORE_LOG_QUERY_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"

namespace stratagem::store {

// LIMIT: work of one Find(), in looks at an index; a record that must be read
// from the log itself counts as kLooksOfARecord. A page that reaches it ends
// early and says where to go on, so that no question takes longer than tens of
// milliseconds, however rare what it asks for is.
inline constexpr size_t kLooksMax = 20'000;
inline constexpr size_t kLooksOfARecord = 16;

// LIMIT: outcomes of one decision that are returned.
inline constexpr int64_t kOutcomesMax = 1'000;

// Sequences, both inclusive; none when first > last.
struct SequenceRange {
  uint64_t first = 1;
  uint64_t last = 0;
};

struct TreatmentFilter {
  std::string name;  // The dimension.
  std::string cell;  // "": a default without a name.
};

// One of them may be "": any.
struct ExclusionFilter {
  std::string offer;
  std::string reason;  // Its name (trace/reason.h).
};

// All that is given must hold. "" and absent: whatever it is.
struct DecisionFilter {
  std::optional<std::string> subject;  // A customer's pseudonym (identity.h).
  absl::Time from = absl::InfinitePast();     // By decided_at, inclusive.
  absl::Time until = absl::InfiniteFuture();  // Exclusive.
  std::string role;
  std::string tier;
  std::string stage;
  std::string pack;
  std::string version;  // Requires `pack`.
  std::optional<bool> degraded;
  std::vector<TreatmentFilter> treatments;
  std::vector<std::string> offers;  // Each fills a slot.
  std::vector<ExclusionFilter> exclusions;
};

struct DecisionQuery {
  DecisionFilter filter = {};
  bool newest_first = true;
  // The first sequence that may be in the page; the page goes on from it to
  // smaller ones if `newest_first`, else to greater ones.
  uint64_t start = std::numeric_limits<uint64_t>::max();
  size_t limit = 100;  // 1 or more.
};

struct DecisionPage {
  std::vector<uint64_t> sequences;  // In the order asked for.
  // The `start` of the next page; absent when there is no more. A page may have
  // a next one and no sequences (kLooksMax).
  std::optional<uint64_t> next;
};

// One thing that was reported of a decision.
struct OutcomeRow {
  uint64_t sequence = 0;  // Of its record.
  uint64_t decision_sequence = 0;
  std::string offer;
  std::string outcome;  // state::OutcomeName().
  std::string status;   // trace::OutcomeStatusName().
  std::string outcome_id;
  absl::Time occurred_at;  // As the caller says.
  absl::Time recorded_at;
  int64_t revenue_micros = 0;
  std::string revenue_currency;

  friend bool operator==(const OutcomeRow&, const OutcomeRow&) = default;
};

}  // namespace stratagem::store

#endif  // STRATAGEM_ENGINE_STORE_LOG_QUERY_H_
