// engine/trace/decision_record.h
//
// DecisionRecord: one decision as plain data - all that was read, all that was
// decided, why, and what it changes. decide fills it, the server answers from
// it, store writes it.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_TRACE_DECISION_RECORD_H_
#define STRATAGEM_ENGINE_TRACE_DECISION_RECORD_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "engine/state/state.h"
#include "engine/trace/reason.h"
#include "engine/value/facts.h"
#include "engine/value/value.h"

namespace stratagem::trace {

// What a decision was for. Numbers stand in records.
enum class Role : uint8_t {
  kLive = 1,
  kDryRun = 2,  // A preview: changes nothing.
  kAsOf = 3,    // A simulation at another time: changes nothing.
  kCanary = 4,
  kShadow = 5,
};

// Returns the role's stable name: "live", "dry_run", "as_of", ….
absl::string_view RoleName(Role role);

// An input as it was used; every declared one has an entry.
struct InputRead {
  absl::string_view name;
  Value value;
  FactSource source = FactSource::kAbsent;
  bool pii = false;  // Declared so in the pack.
};

struct TreatmentResult {
  absl::string_view name;
  // The matrix cell's name, the item of the rule ("rule.match[1]"), or the
  // first matching row of the table ("rows[3]", "rates.csv:14"); "" for an
  // unnamed default.
  absl::string_view cell;
  Reason reason = Reason::kNone;
  uint32_t fields_begin = 0;  // Range of DecisionRecord::treatment_fields.
  uint32_t fields_end = 0;
};

// An offer that passed every gate of one placement, with the factors of its
// score. `selection` says what became of it: kRanked, kExplored, kMandatory,
// kOutranked, kDistinctGroup or kAlreadyShown.
struct Candidate {
  absl::string_view offer;
  double propensity = 1;
  bool propensity_given = false;  // False: absent, counted as 1.
  double value = 0;
  double cost = 0;
  double lever = 1;
  double context_weight = 1;
  double score = 0;
  Reason selection = Reason::kNone;
};

// A filled slot of a placement, best first.
struct SlotResult {
  absl::string_view offer;
  Reason reason = Reason::kNone;  // kRanked, kExplored, kMandatory, kFallback.
  // Chance that this offer takes this slot, given the slots above it.
  double selection_probability = 1;
  double score = 0;  // 0 for a fallback.
  // state::Event::group, where caps look at the customer's events; else 0.
  uint64_t group_key = 0;
  // The offer's place in the plan, for what a screen shows of it
  // (plan/presentation.h); not recorded.
  uint32_t offer_index = 0;
};

struct Exclusion {
  absl::string_view offer;
  Reason reason = Reason::kNone;
  // For group gates: the group. Else "".
  absl::string_view group;
  // For errors: what the expression reported.
  ErrorCode error = ErrorCode::kNone;
  // For kMinScore: what the offer scores, and what the pack asks for.
  std::optional<double> score;
  std::optional<double> score_min;
  // For kOutsideValidity: the offer's dates, absent where they are open.
  std::optional<absl::Time> valid_from;
  std::optional<absl::Time> valid_until;  // Exclusive.
  // For kContactPolicy, kQuietHours, kLimit and kBudget: the name of the line,
  // limit or budget; what was counted, how much of that is only reserved, and
  // what it allows (micro-units of money for budgets).
  absl::string_view cap;
  std::optional<int64_t> amount;
  std::optional<int64_t> amount_reserved;  // Absent: nothing is.
  std::optional<int64_t> amount_max;
  // When this cap, and all others that are closed to the offer in this
  // placement, are open if nothing else happens; absent when that is never or
  // not known.
  std::optional<absl::Time> opens_at;
  // For kBudget: what showing the offer takes of it, and the unit.
  std::optional<int64_t> cost;
  absl::string_view unit;
};

struct PlacementResult {
  absl::string_view name;
  absl::string_view channel;  // "" for any.
  bool inbound = false;
  // Ranges of the vectors of DecisionRecord; candidates best first, exclusions
  // by offer id.
  uint32_t candidates_begin = 0, candidates_end = 0;
  uint32_t slots_begin = 0, slots_end = 0;
  uint32_t exclusions_begin = 0, exclusions_end = 0;
};

// Something that failed and was survived; its presence makes the decision
// degraded.
struct Degradation {
  Reason reason = Reason::kNone;
  absl::string_view subject;  // The indicator, stage, treatment or offer.
  ErrorCode error = ErrorCode::kNone;
};

struct ArmAssignment {
  absl::string_view experiment;
  absl::string_view arm;
  double share = 0;  // Of the experiment's units that were let in.
};

// Text and values are borrowed: from the plan, from the request and from the
// workspace's arena. The record is valid until the workspace is used again or
// any of them ends. Vectors keep their room from one decision to the next.
struct DecisionRecord {
  // The envelope: says nothing that identifies a person.
  absl::string_view request_id;
  // The caller named the call; within a window the same name gets this decision
  // again. False: whoever called Decide() made the name up.
  bool request_id_given = false;
  absl::string_view trace_id;  // W3C trace id, 32 hexadecimal digits, or "".
  Role role = Role::kLive;
  absl::string_view time_zones_version;
  absl::string_view pack_name;
  absl::string_view pack_version;
  absl::string_view pack_digest;
  absl::Time decided_at;  // By the clock of whoever called Decide().
  // The simulated time, for kAsOf.
  std::optional<absl::Time> as_of;
  uint64_t seed = 0;
  bool ignore_levers = false;  // The caller asked to leave levers out.
  std::vector<ArmAssignment> arms;
  std::vector<NamedValue> parameters;  // As in force for this customer.
  // What was remembered of the customer, and of counters that customers share.
  std::vector<state::Event> events_read;
  std::vector<state::Paused> paused_read;
  std::vector<state::CounterRead> counters_read;
  // What the decision adds to shared counters.
  std::vector<state::Effect> effects;
  // Until when its slots are remembered of the customer as presented;
  // InfinitePast: no cap of the pack looks at customers.
  absl::Time events_keep_until = absl::InfinitePast();
  bool scored = false;  // False when the pack has no `value:` section.
  double score = 0;     // 0..100.
  double coverage = 0;  // 0..1, share of weight that was present.
  absl::string_view tier;
  // kScored, kFloorTier, kHeldTier or kLowCoverage.
  Reason tier_reason = Reason::kNone;
  // Of packs with `hold:`: what was held before, and what is from now on.
  std::optional<state::TierHold> hold_read;
  std::optional<state::TierHold> hold_written;
  absl::string_view stage;
  std::vector<TreatmentResult> treatments;
  std::vector<NamedValue> treatment_fields;
  std::vector<PlacementResult> placements;
  std::vector<Candidate> candidates;
  std::vector<SlotResult> slots;
  std::vector<Exclusion> exclusions;
  std::vector<Degradation> degradations;

  // Personal: stored apart and erased with the customer.
  absl::string_view customer_id;
  absl::string_view unit;
  absl::string_view locale;
  std::vector<InputRead> attributes;
  std::vector<InputRead> request_values;

  // What expressions saw as `now`.
  absl::Time now() const { return as_of.value_or(decided_at); }
  bool degraded() const { return !degradations.empty(); }
  // Empties the record and keeps the vectors' room.
  void Clear();
};

}  // namespace stratagem::trace

#endif  // STRATAGEM_ENGINE_TRACE_DECISION_RECORD_H_
