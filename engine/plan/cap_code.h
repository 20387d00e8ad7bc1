// engine/plan/cap_code.h
//
// Caps as decide tries them: which events of a customer count, which shared
// counters are asked, what room there is. Part of PlanCode; filled by
// compile_caps.cc, tried by decide/caps.cc.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_PLAN_CAP_CODE_H_
#define STRATAGEM_ENGINE_PLAN_CAP_CODE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "engine/pack/caps.h"
#include "engine/state/outcome.h"

namespace stratagem::plan {

// A counter that customers share, in the pack's name: its text is part of what
// records mean and does not name a version.
//   retail/offers.vip_event/presented/day
//   retail/groups.loyalty/accepted/within 30d/channel app
//   retail/budgets.win_back_money/day
struct CounterCode {
  std::string name;
  uint64_t key = 0;  // state::KeyOf(name).
  pack::CapWindow window;
};

// A limit or a budget on offers, as each of its offers sees it.
struct CapCode {
  // "offers.vip_event.limits[0]", "groups.loyalty.limits[1]",
  // "budgets.win_back_money".
  std::string name;
  bool is_budget = false;
  state::Outcome outcome = state::Outcome::kPresented;
  pack::CapWindow window;
  absl::Duration reserve_for;
  // How much at most: a count, or micro-units of money.
  int64_t amount_max = 0;
  std::string unit;  // Of a budget.
  // Of whose events it counts, for caps of each customer: those of offers with
  // this cap. `counters` is then empty.
  bool per_customer = false;
  // Indexes of PlanCode::counters: one for all, or one a channel (by index of
  // PlanCode::channels; placements without a channel use the last).
  std::vector<uint32_t> counters;
  bool per_channel = false;
};

// A line of `contact_policy`.
struct ContactCode {
  std::string name;
  std::vector<std::string> channels;  // Empty: every channel.
  pack::Directions direction = pack::Directions::kOutbound;
  std::optional<pack::QuietHours> quiet;
  // Of a counting line:
  int64_t count = 0;
  pack::CapWindow window;
  state::Outcome outcome = state::Outcome::kPresented;
  pack::Counting counting = pack::Counting::kOffers;
  // Which offers it counts and holds back, one bit an offer of the plan; empty:
  // all.
  std::vector<bool> offers;
  // state::KeyOf() of the groups that it names and of their children,
  // ascending: it counts events of these too, whatever offers are in them now.
  std::vector<uint64_t> groups;
};

// All of it. Empty in packs without caps, which then read no state but `hold`.
struct CapsCode {
  std::vector<CounterCode> counters;
  std::vector<CapCode> caps;
  std::vector<ContactCode> contacts;
  // caps_of[offer]: indexes of `caps`: limits of the groups from the root, its
  // own, then budgets, in the order in which they are tried.
  std::vector<std::vector<uint32_t>> caps_of;
  // By state::KeyOf() a group: the limits of each customer that it and its
  // parents have; groups without any are not there.
  absl::flat_hash_map<uint64_t, std::vector<uint32_t>> customer_limits_of_group;
  // state::KeyOf() the group of each offer; 0 without one.
  std::vector<uint64_t> group_keys;
  // The plan's offer by state::KeyOf(id).
  absl::flat_hash_map<uint64_t, uint32_t> offer_by_key;
  std::vector<uint64_t> offer_keys;   // The reverse, by offer.
  std::vector<std::string> channels;  // Of the plan's placements, each once.
  // How long events of a customer matter to caps of this plan; nullopt: no cap
  // looks at customers.
  std::optional<absl::Duration> events_kept;
  std::string pack_name;
  absl::TimeZone zone;
  // The attribute that names the customer's zone for quiet hours, or -1.
  int timezone_attribute = -1;

  bool empty() const { return caps.empty() && contacts.empty(); }
};

}  // namespace stratagem::plan

#endif  // STRATAGEM_ENGINE_PLAN_CAP_CODE_H_
