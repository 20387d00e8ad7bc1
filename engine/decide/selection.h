// engine/decide/selection.h
//
// Selection: which candidates take the slots of one placement, and with what
// chance. A pure function of scores, rules, room and seed, so that it can be
// run again; phase_offers.cc calls it.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_DECIDE_SELECTION_H_
#define STRATAGEM_ENGINE_DECIDE_SELECTION_H_

#include <cstdint>
#include <span>
#include <vector>

#include "engine/decide/room.h"
#include "engine/plan/plan_code.h"
#include "engine/trace/reason.h"

namespace stratagem::decide {

// A candidate of the placement, as far as slots are concerned.
struct Contender {
  double score = 0;  // Finite.
  int group = -1;    // -1: of no group.
  bool mandatory = false;
  bool shown = false;  // Has a slot in a placement above.
  // What it takes of the room when it gets a slot: a range of the draws.
  uint32_t draws_begin = 0;
  uint32_t draws_end = 0;
};

struct SelectionRules {
  uint32_t offers_max = 1;
  bool distinct_group = false;
  pack::Explore explore;
};

// A slot that was filled.
struct Pick {
  size_t contender = 0;
  trace::Reason reason = trace::Reason::kNone;
  // Of this contender taking this slot, given the slots above it.
  double probability = 1;
};

// The result, and room that is used again. One thread at a time.
class Selection {
 public:
  // Fills the slots of the placement that is number `placement` (from 0) of its
  // decision. `contenders` stand in their ranking, the best first; they and the
  // rest outlive the call only. `rooms` say what is left, and lose what is
  // taken; a room that was asked remembers what it answered.
  //
  // Mandatory contenders go first, in their ranking, as long as there are
  // slots. Each further slot goes to one of those that remain - neither shown
  // nor mandatory nor, with `distinct_group`, of a group that has a slot, nor
  // without room - with
  //   p(i) = (1 - share) · [i is the best of them] + share · q(i)
  //   uniform: q(i) = 1/n
  //   softmax: q(i) = exp(z(i) / temperature) / sum of all exp(z /
  //   temperature),
  //            z(i) = (score(i) - max) / (max - min), all 0 if they are equal
  // by SlotDraw(seed, placement, slot) (base/random.h): the first contender, in
  // the ranking, at which the sum of p passes the draw. Without exploration it
  // is the best.
  // Time: O(n + draws), with exploration so much a slot. Does not allocate once
  // warm.
  void Run(const SelectionRules& rules, uint64_t seed, uint32_t placement,
           std::span<const Contender> contenders, std::span<const Draw> draws,
           std::span<Room> rooms);

  // The filled slots, in order.
  const std::vector<Pick>& picks() const { return picks_; }
  // What became of each contender: the reason of its pick, kAlreadyShown,
  // kDistinctGroup, the reason of a room that it did not fit in when a slot was
  // to be filled, or kOutranked.
  const std::vector<trace::Reason>& outcomes() const { return outcomes_; }

 private:
  bool IsFull() const { return picks_.size() == rules_.offers_max; }
  bool IsGroupTaken(const Contender& contender) const;
  // Whether the contender may have the next slot; notes the room that it lacks.
  bool IsOpen(size_t index);
  void Take(size_t index, trace::Reason reason, double probability);
  void TakeMandatory();
  void TakeBest();
  void TakeDrawn(uint64_t seed, uint32_t placement);
  // Weighs `open_` into `weights_`; returns their sum.
  double WeighOpen();

  SelectionRules rules_;
  std::span<const Contender> contenders_;
  std::span<const Draw> draws_;
  std::span<Room> rooms_;
  std::vector<Pick> picks_;
  std::vector<trace::Reason> outcomes_;
  std::vector<bool> group_taken_;  // Used only with distinct_group.
  std::vector<size_t> open_;       // Contenders that may still be drawn.
  std::vector<double> weights_;    // q of each of `open_`, times their sum.
};

}  // namespace stratagem::decide

#endif  // STRATAGEM_ENGINE_DECIDE_SELECTION_H_
