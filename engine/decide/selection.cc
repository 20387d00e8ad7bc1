#include "engine/decide/selection.h"

#include <algorithm>
#include <cmath>

#include "engine/base/exponential.h"
#include "engine/base/random.h"

namespace stratagem::decide {

using trace::Reason;

void Selection::Run(const SelectionRules& rules, uint64_t seed,
                    uint32_t placement, std::span<const Contender> contenders) {
  rules_ = rules;
  contenders_ = contenders;
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

void Selection::Take(size_t contender, Reason reason, double probability) {
  picks_.push_back({contender, reason, probability});
  outcomes_[contender] = reason;
  const int group = contenders_[contender].group;
  if (rules_.distinct_group && group >= 0) {
    group_taken_[static_cast<size_t>(group)] = true;
  }
}

void Selection::TakeMandatory() {
  for (size_t i = 0; i < contenders_.size() && !IsFull(); ++i) {
    const Contender& contender = contenders_[i];
    if (!contender.mandatory || contender.shown || IsGroupTaken(contender)) {
      continue;
    }
    Take(i, Reason::kMandatory, 1);
  }
}

void Selection::TakeBest() {
  for (size_t i = 0; i < contenders_.size() && !IsFull(); ++i) {
    const Contender& contender = contenders_[i];
    if (contender.mandatory || contender.shown || IsGroupTaken(contender)) {
      continue;
    }
    Take(i, Reason::kRanked, 1);
  }
}

void Selection::TakeDrawn(uint64_t seed, uint32_t placement) {
  open_.clear();
  for (size_t i = 0; i < contenders_.size(); ++i) {
    if (!contenders_[i].mandatory && !contenders_[i].shown) open_.push_back(i);
  }
  const double share = rules_.explore.share;
  while (!IsFull()) {
    std::erase_if(open_, [this](size_t i) {
      return outcomes_[i] != Reason::kNone || IsGroupTaken(contenders_[i]);
    });
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
