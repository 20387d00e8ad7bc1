// engine/decide/shadow_comparison.h
//
// ShadowComparison: how what a shadow decides compares to what was answered, as
// a running count. The server keeps one for each shadow; simulations compare
// one by one. SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_DECIDE_SHADOW_COMPARISON_H_
#define STRATAGEM_ENGINE_DECIDE_SHADOW_COMPARISON_H_

#include <atomic>
#include <cstdint>

#include "engine/trace/decision_record.h"

namespace stratagem::decide {

// What of two decisions of one call is another one, to whoever gets them.
struct Deviation {
  bool tier = false;
  bool stage = false;
  bool treatments = false;  // A dimension, a field or its value.
  bool offers = false;      // In any placement, or in another order.

  bool any() const { return tier || stage || treatments || offers; }
};

// Compares what was answered with what another version decides. Does not
// allocate.
Deviation DeviationOf(const trace::DecisionRecord& live,
                      const trace::DecisionRecord& other);

struct ShadowCounts {
  uint64_t decisions = 0;  // That both decided.
  uint64_t same = 0;       // In all that follows.
  uint64_t other_tier = 0;
  uint64_t other_stage = 0;
  uint64_t other_treatments = 0;
  uint64_t other_offers = 0;
  uint64_t refused = 0;  // Calls that the shadow would have refused.
  uint64_t dropped = 0;  // Decided, but the log took no more.
};

// Thread safe. Does not allocate.
class ShadowComparison {
 public:
  // One call that both decided.
  void Add(const trace::DecisionRecord& live,
           const trace::DecisionRecord& shadow);
  void AddRefused() { ++refused_; }
  void AddDropped() { ++dropped_; }

  // Counts of calls that are counted meanwhile may be there in part.
  ShadowCounts counts() const;

 private:
  std::atomic<uint64_t> decisions_ = 0;
  std::atomic<uint64_t> same_ = 0;
  std::atomic<uint64_t> other_tier_ = 0;
  std::atomic<uint64_t> other_stage_ = 0;
  std::atomic<uint64_t> other_treatments_ = 0;
  std::atomic<uint64_t> other_offers_ = 0;
  std::atomic<uint64_t> refused_ = 0;
  std::atomic<uint64_t> dropped_ = 0;
};

}  // namespace stratagem::decide

#endif  // STRATAGEM_ENGINE_DECIDE_SHADOW_COMPARISON_H_
