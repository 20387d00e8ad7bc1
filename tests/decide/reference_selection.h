// tests/decide/reference_selection.h
//
// A second implementation of how placements are filled, written from the pack
// language alone ('How one decision is made', 6 and 7), slowly and plainly. The
// engine must agree with it.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_TESTS_DECIDE_REFERENCE_SELECTION_H_
#define STRATAGEM_TESTS_DECIDE_REFERENCE_SELECTION_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "engine/pack/model.h"
#include "engine/plan/plan.h"
#include "engine/state/state.h"

namespace stratagem::decide {

// A pack of offers whose gates are open or closed and whose scores are given.
struct ReferenceOffer {
  std::string id;
  std::string group;  // "" for none.
  bool open = true;
  bool mandatory = false;
  double score = 0;
  double cost = 0;
};

// What a cap counts of the offers that are shown.
enum class ReferenceCounts {
  kOffer,     // That offer.
  kGroup,     // Offers of that group.
  kMoney,     // What they cost, in micro-units: a budget of all offers.
  kShown,     // Every offer: a line of the contact policy.
  kContacts,  // One a decision.
};

struct ReferenceCap {
  ReferenceCounts counts = ReferenceCounts::kOffer;
  std::string of;  // The offer or the group; "" of others.
  int64_t max = 1;
  int64_t amount = 0;  // Before the decision.
};

struct ReferencePlacement {
  std::string name;
  uint32_t offers_max = 1;
  bool distinct_group = false;
  std::string fallback;  // "" for none.
};

struct ReferencePack {
  std::vector<ReferenceOffer> offers;
  std::vector<ReferencePlacement> placements;
  pack::Explore explore;
  std::optional<double> score_min;
  std::vector<ReferenceCap> caps;
};

struct ReferenceSlot {
  std::string offer;
  std::string reason;
  double probability = 1;
  // The chance of every offer that could have had the slot.
  std::map<std::string, double> chances;
};

// The pack as YAML, without its header.
std::string ToYaml(const ReferencePack& pack);

// What is remembered when the caps of the pack hold their amounts; `plan` is
// the pack's. Text lives as long as the plan.
state::StateCopy StateOf(const ReferencePack& pack, const plan::Plan& plan,
                         absl::Time now);

// The slots of each placement, in order, of a decision with `seed`.
std::vector<std::vector<ReferenceSlot>> FillByReference(
    const ReferencePack& pack, uint64_t seed);

}  // namespace stratagem::decide

#endif  // STRATAGEM_TESTS_DECIDE_REFERENCE_SELECTION_H_
