// engine/state/amount_timeline.h
//
// AmountTimeline: what was added to a counter, by time, with sums over any
// stretch of it. Part of SharedCounter.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_STATE_AMOUNT_TIMELINE_H_
#define STRATAGEM_ENGINE_STATE_AMOUNT_TIMELINE_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <vector>

#include "engine/state/ledger_bytes.h"

namespace stratagem::state {

// LIMIT: the sum of all amounts; what would go over it is not added.
inline constexpr int64_t kAmountsMax = std::numeric_limits<int64_t>::max();

// Amounts of the same time are one. They stand in chunks that know their sum:
// nearly all come at the end, few are taken from the middle. Thread compatible.
class AmountTimeline {
 public:
  // Returns how much was added: `amount`, or less at kAmountsMax.
  // Requires: amount >= 0.
  int64_t Add(int64_t at, int64_t amount, int64_t keep_until);
  // Takes up to `amount` away from what was added at `at`.
  void Take(int64_t at, int64_t amount);
  // Returns the sum of amounts with from <= at < until. Time: O(chunks outside
  // of that stretch), few when it is the newest one.
  int64_t Sum(int64_t from, int64_t until) const;
  // Drops the oldest entries while they are kept until `time` or less, at most
  // `most`.
  void Forget(int64_t time, size_t most);

  bool empty() const { return chunks_.empty(); }
  uint64_t bytes() const;

  void Save(LedgerWriter& writer) const;
  // Requires: an empty timeline.
  void Load(LedgerReader& reader);

 private:
  struct Entry {
    int64_t at;
    int64_t amount;  // > 0.
    int64_t keep_until;
  };
  // INVARIANT: not empty; strictly ascending by `at`, as the chunks are.
  struct Chunk {
    std::vector<Entry> entries;
    int64_t sum = 0;
  };

  // The first chunk whose last entry is not before `at`, or the end.
  std::deque<Chunk>::iterator ChunkOf(int64_t at);
  void Insert(const Entry& entry);
  void Split(std::deque<Chunk>::iterator chunk);
  // The sum of amounts before `at`, and from `at` on.
  int64_t SumBefore(int64_t at) const;
  int64_t SumFrom(int64_t at) const;

  std::deque<Chunk> chunks_;
  int64_t sum_ = 0;
};

}  // namespace stratagem::state

#endif  // STRATAGEM_ENGINE_STATE_AMOUNT_TIMELINE_H_
