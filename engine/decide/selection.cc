#include "engine/decide/selection.h"

#include <algorithm>
#include <cmath>

#include "engine/base/exponential.h"
#include "engine/base/random.h"

namespace stratagem::decide {

using trace::Reason;

void Selection::Run(const SelectionRules& rules, uint64_t seed,
                    uint32_t placement, std::span<const Contender> contenders,
                    std::span<const Draw> draws, std::span<Room> rooms) {
  rules_ = rules;
  contenders_ = contenders;
  draws_ = draws;
  rooms_ = rooms;
  picks_.clear();
  outcomes_.assign(contenders.size(), Reason::kNone);
  if (rules.distinct_group) {
    int groups = 0;
    for (const Contender& contender : contenders) {
      groups = std::max(groups, contender.group + 1);
    }
    group_taken_.assign(static_cast<size_t>(groups), false);
  }
  TakeMandatory();
  if (rules.explore.method == pack::ExploreMethod::kNone) {
    TakeBest();
  } else {
    TakeDrawn(seed, placement);
  }
  for (size_t i = 0; i < contenders.size(); ++i) {
    if (outcomes_[i] != Reason::kNone) continue;
    outcomes_[i] = contenders[i].shown           ? Reason::kAlreadyShown
                   : IsGroupTaken(contenders[i]) ? Reason::kDistinctGroup
                                                 : Reason::kOutranked;
  }
}

bool Selection::IsGroupTaken(const Contender& contender) const {
  return rules_.distinct_group && contender.group >= 0 &&
         group_taken_[static_cast<size_t>(contender.group)];
}

bool Selection::IsOpen(size_t index) {
  const Contender& contender = contenders_[index];
  if (outcomes_[index] != Reason::kNone || contender.shown ||
      IsGroupTaken(contender)) {
    return false;
  }
  for (uint32_t i = contender.draws_begin; i < contender.draws_end; ++i) {
    Room& room = rooms_[draws_[i].room];
    if (room.Fits(draws_[i].amount)) continue;
    // Room only shrinks: it is closed for the slots below, too.
    outcomes_[index] = room.reason;
    return false;
  }
  return true;
}

void Selection::Take(size_t index, Reason reason, double probability) {
  picks_.push_back({index, reason, probability});
  outcomes_[index] = reason;
  const Contender& contender = contenders_[index];
  for (uint32_t i = contender.draws_begin; i < contender.draws_end; ++i) {
    rooms_[draws_[i].room].Take(draws_[i].amount);
  }
  const int group = contender.group;
  if (rules_.distinct_group && group >= 0) {
    group_taken_[static_cast<size_t>(group)] = true;
  }
}

void Selection::TakeMandatory() {
  for (size_t i = 0; i < contenders_.size() && !IsFull(); ++i) {
    if (contenders_[i].mandatory && IsOpen(i)) Take(i, Reason::kMandatory, 1);
  }
}

void Selection::TakeBest() {
  for (size_t i = 0; i < contenders_.size() && !IsFull(); ++i) {
    if (!contenders_[i].mandatory && IsOpen(i)) Take(i, Reason::kRanked, 1);
  }
}

void Selection::TakeDrawn(uint64_t seed, uint32_t placement) {
  open_.clear();
  for (size_t i = 0; i < contenders_.size(); ++i) {
    if (!contenders_[i].mandatory && !contenders_[i].shown) open_.push_back(i);
  }
  const double share = rules_.explore.share;
  while (!IsFull()) {
    std::erase_if(open_, [this](size_t i) { return !IsOpen(i); });
    if (open_.empty()) return;
    const double total = WeighOpen();
    const double draw =
        SlotDraw(seed, placement, static_cast<uint32_t>(picks_.size()));
    size_t drawn = 0;
    double probability = 0;
    double reached = 0;
    // Rounding may leave the sum a little below 1 and the draw above it; then
    // it is the last that has a chance at all.
    for (size_t i = 0; i < open_.size() && draw >= reached; ++i) {
      const double p = (i == 0 ? 1 - share : 0) + share * (weights_[i] / total);
      if (p <= 0) continue;
      drawn = i;
      probability = p;
      reached += p;
    }
    Take(open_[drawn], drawn == 0 ? Reason::kRanked : Reason::kExplored,
         probability);
  }
}

double Selection::WeighOpen() {
  if (rules_.explore.method == pack::ExploreMethod::kUniform) {
    weights_.assign(open_.size(), 1);
    return static_cast<double>(open_.size());
  }
  // Halves of scores, where the distance of whole ones is no double.
  const double best = contenders_[open_.front()].score;
  const double worst = contenders_[open_.back()].score;
  const double scale = std::isinf(best - worst) ? 0.5 : 1;
  const double range = best * scale - worst * scale;
  weights_.clear();
  double total = 0;
  for (const size_t i : open_) {
    const double z =
        range > 0 ? (contenders_[i].score * scale - best * scale) / range : 0;
    weights_.push_back(Exponential(z / rules_.explore.temperature));
    total += weights_.back();
  }
  return total;
}

}  // namespace stratagem::decide
