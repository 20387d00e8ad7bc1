// engine/plan/plan_code.h
//
// PlanCode: what decide executes - programs over slots, tables of indexes.
// Filled by the compile_*.cc files of this folder and then immutable.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_PLAN_PLAN_CODE_H_
#define STRATAGEM_ENGINE_PLAN_PLAN_CODE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "engine/base/arena.h"
#include "engine/expr/program.h"
#include "engine/expr/scope.h"
#include "engine/pack/model.h"
#include "engine/plan/cap_code.h"
#include "engine/plan/decision_table.h"
#include "engine/plan/operand_code.h"
#include "engine/plan/scorecard.h"
#include "engine/policy/policy.h"
#include "engine/value/schema.h"
#include "engine/value/value.h"

namespace stratagem::plan {

// Where everything that an expression can read stands in Frame::slots. Ranges
// begin at the number given; single names are one slot.
struct SlotLayout {
  int attributes = 0;
  int request = 0;
  int parameters = 0;
  int variables = 0;
  int treatments = 0;  // Fields of all treatments, in order.
  int now = 0;
  int score = 0;
  int coverage = 0;
  int tier = 0;
  int tier_rank = 0;
  int stage = 0;
  int offer_id = 0;
  int offer_group = 0;
  int offer_channel = 0;
  int offer_propensity = 0;
  int offer_value = 0;
  int offer_cost = 0;
  int offer_lever = 0;
  int offer_context_weight = 0;
  int count = 0;  // With the variables of rules, which stand last.
};

struct StageRuleCode {
  std::optional<expr::Program> condition;  // Absent on the last.
  size_t stage = 0;                        // Index into PlanCode::stages.
};

struct CellCode {
  std::string name;
  std::vector<OperandCode> operands;  // One a field.
};

struct TreatmentCode {
  std::string name;
  Schema fields;
  int slot = 0;  // Of its first field.
  // cells[0] is the default, whose operands are literals.
  std::vector<CellCode> cells;
  // Cell of tier t and stage s: matrix[t · stages + s]; empty: the default.
  std::vector<uint32_t> matrix;
  // At most one of the three is there.
  std::optional<DecisionTable> table;
  // Yields a map of the fields, or nothing.
  std::optional<policy::Policy> rule;
};

struct GateCode {
  std::optional<expr::Program> eligibility;
  std::optional<expr::Program> applicability;
  std::optional<expr::Program> suitability;
};

// A weight of `context_weights`.
struct ContextWeightCode {
  std::string name;  // Its place in the pack's list: "context_weights[0]".
  expr::Program when;
  double weight = 1;
};

struct GroupCode {
  std::string name;
  int parent = -1;
  GateCode gates;
  // Those of this very group, in the order of the pack; parents have their own.
  std::vector<ContextWeightCode> context_weights;
};

struct OfferCode {
  std::string id;
  int group = -1;
  std::vector<std::string> channels;  // Empty: every channel.
  pack::Interval valid;
  GateCode gates;
  std::optional<OperandCode> propensity;
  OperandCode value;  // 0.0 when absent.
  OperandCode cost;   // 0.0 when absent.
  double lever = 1;
  bool mandatory = false;
};

// A text in one locale.
struct LocalTextCode {
  std::string locale;  // As written.
  std::string text;
};

// What a screen shows of an offer; read by presentation.cc only.
struct OfferTextCode {
  struct Entry {
    std::string name;                  // Of the label, or the channel.
    std::vector<LocalTextCode> texts;  // In the order written; at least one.
  };
  std::vector<Entry> labels;
  std::vector<Entry> content;
  std::string action_ref;
};

// How a tier is held; see pack::TierHold.
struct TierHoldCode {
  absl::Duration downgrade_after;
  int64_t coverage_min = 0;  // In ten-thousandths.
};

struct PlacementCode {
  std::string name;
  std::string channel;  // "" for any.
  bool inbound = false;
  uint32_t offers_max = 1;
  bool distinct_group = false;
  // Offers of its channel and groups, by index, ascending by id, so that equal
  // scores rank by id.
  std::vector<uint32_t> offers;
  int fallback = -1;
};

struct ConstraintCode {
  expr::Program program;
};

struct PlanCode {
  SlotLayout slots;
  // lazy[slot] computes a variable of the pack or of a rule, else null; for
  // Frame::lazy.
  std::vector<const expr::Program*> lazy;
  std::vector<expr::Program> variables;
  std::vector<ConstraintCode> constraints;
  std::vector<Value> parameter_values;  // Defaults, in order.
  std::optional<Scorecard> scorecard;
  std::optional<TierHoldCode> hold;
  std::vector<std::string> stages;
  std::vector<StageRuleCode> stage_rules;  // Empty without `lifecycle:`.
  std::vector<TreatmentCode> treatments;
  std::vector<GroupCode> groups;  // In declared order.
  std::vector<OfferCode> offers;
  std::vector<OfferTextCode> offer_texts;  // One an offer.
  // Of `texts:`, by key.
  absl::flat_hash_map<std::string, std::vector<LocalTextCode>> texts;
  std::vector<ContextWeightCode> context_weights;  // Those of no group.
  std::vector<PlacementCode> placements;
  absl::flat_hash_map<std::string, uint32_t> placement_index;
  std::optional<expr::Program> score;  // Set when there are offers.
  std::optional<double> score_min;
  pack::Explore explore;
  CapsCode caps;
  // What a gate sees: every name but those of an offer. For expressions that
  // somebody tries against the pack.
  expr::Scope scope;
  // Keeps the text of literals alive.
  std::shared_ptr<const Arena> literals;
};

}  // namespace stratagem::plan

#endif  // STRATAGEM_ENGINE_PLAN_PLAN_CODE_H_
