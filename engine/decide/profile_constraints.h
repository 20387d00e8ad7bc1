// engine/decide/profile_constraints.h
//
// ProfileConstraints: which constraints of a pack a customer's profile breaks
// by itself, before any call is made. Decisions count what such a constraint
// reads as missing; whoever stores profiles is told in time.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_DECIDE_PROFILE_CONSTRAINTS_H_
#define STRATAGEM_ENGINE_DECIDE_PROFILE_CONSTRAINTS_H_

#include <memory>
#include <span>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "engine/plan/plan.h"
#include "engine/value/facts.h"

namespace stratagem::decide {

struct BrokenConstraint {
  absl::string_view text;  // Lives as long as the plan.
  // The stored attributes that it reads, as declared, at least one. They live
  // as long as the plan.
  std::vector<absl::string_view> attributes;
};

struct DecisionState;  // decision_state.h

// Memory that is used again. One thread at a time.
class ProfileConstraints {
 public:
  ProfileConstraints();
  ~ProfileConstraints();
  ProfileConstraints(const ProfileConstraints&) = delete;
  ProfileConstraints& operator=(const ProfileConstraints&) = delete;

  // Whether a plan has any, so that it is worth reading profiles.
  static bool Has(const plan::Plan& plan);

  // Returns, in their order, the constraints that do not hold at `now` of a
  // call that sends nothing beside `profile`. Those that read values of the
  // call, or a required attribute that the profile lacks, depend on what calls
  // send and are passed over.
  std::vector<BrokenConstraint> Broken(const plan::Plan& plan,
                                       std::span<const NamedValue> profile,
                                       absl::Time now);

 private:
  std::unique_ptr<DecisionState> state_;
};

}  // namespace stratagem::decide

#endif  // STRATAGEM_ENGINE_DECIDE_PROFILE_CONSTRAINTS_H_
