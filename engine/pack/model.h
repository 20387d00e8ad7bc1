// engine/pack/model.h
//
// Model: a pack as its author wrote it, read from YAML, shapes and literals
// checked, expressions still text. Made by LoadPack() (loader.h), compiled by
// plan. Plain data.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_PACK_MODEL_H_
#define STRATAGEM_ENGINE_PACK_MODEL_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "engine/base/arena.h"
#include "engine/base/source_text.h"
#include "engine/pack/caps.h"
#include "engine/pack/table.h"
#include "engine/pack/text_parts.h"
#include "engine/value/schema.h"
#include "engine/value/value.h"

namespace stratagem::pack {

// Half open: from <= t < until.
struct Interval {
  absl::Time from = absl::InfinitePast();
  absl::Time until = absl::InfiniteFuture();
};

struct Variable {
  Name name;
  Expression expression;
};

// An exact decimal of at most 4 digits after the point, in ten-thousandths:
// 0.45 is 4500. Weights, `score_min`, `lever_percent`.
struct Decimal4 {
  int64_t ten_thousandths = 0;
};

struct Indicator {
  Name name;
  Expression expression;
  std::vector<double> bins;  // Strictly ascending; empty when `curve` is set.
  std::vector<std::pair<double, double>> curve;  // (x ascending, points 0..100)
  bool lower_is_better = false;
  SourceLocation location;
};

struct Dimension {
  Name name;
  Decimal4 weight;                    // > 0.
  std::vector<Indicator> indicators;  // At least one.
};

struct Tier {
  Name name;
  std::optional<Decimal4> score_min;  // Absent on the last only.
};

// `hold:` of `value`: how long a customer keeps a tier that the score no longer
// reaches.
struct TierHold {
  absl::Duration downgrade_after;  // > 0.
  // A decision with less coverage never downgrades. 0..1, in ten-thousandths.
  Decimal4 coverage_min;
  SourceLocation location;
};

struct CustomerValue {
  std::vector<Dimension> dimensions;
  std::vector<Tier> tiers;  // Best first, score_min descending, at least one.
  std::optional<TierHold> hold;
  SourceLocation location;
};

struct StageRule {
  std::optional<Expression> condition;  // Absent on the last only.
  Name stage;
};

struct Lifecycle {
  std::vector<Name> stages;
  std::vector<StageRule> match;
  SourceLocation location;
};

// One value of a treatment: an operand for each of its fields, in order.
struct Cell {
  Name name;
  std::vector<Operand> operands;
};

struct MatrixRow {
  Name tier;
  std::vector<Name> cells;  // One a column.
};

struct Matrix {
  std::vector<Name> columns;  // Stages.
  std::vector<MatrixRow> rows;
  SourceLocation location;
};

struct RuleItem;

// A rule block of CEL Policy: variables, and items that are tried in order
// (`match`: the first that applies) or all (`aggregate`).
struct RuleBlock {
  std::string id;  // Free text; may be empty.
  std::string description;
  std::vector<Variable> variables;  // Each sees those before it.
  bool is_aggregate = false;
  std::vector<RuleItem> items;  // At least one.
  SourceLocation location;
};

struct RuleItem {
  std::optional<Expression> condition;  // Absent: applies always.
  // Exactly one of the two.
  std::optional<Expression> output;
  std::unique_ptr<const RuleBlock> rule;
  std::optional<Expression> explanation;  // Beside `output` only.
  SourceLocation location;
};

struct Treatment {
  Name name;
  Schema fields;
  // The default is a cell of its own: named when the pack says `default: NAME`,
  // else with the name "" and the fields written there.
  Cell default_cell;
  std::vector<Cell> cells;
  // At most one of the three; with none it is always the default.
  std::optional<Matrix> matrix;
  std::optional<Table> table;
  std::optional<RuleBlock> rule;
  // No protected attribute may influence it; absent or false: not checked.
  std::optional<SourceLocation> protected_check;
};

struct Group {
  Name name;
  std::optional<Name> parent;
  std::optional<Expression> eligibility;
  std::optional<Expression> applicability;
  std::optional<Expression> suitability;
  Decimal4 lever_percent;
  std::vector<Limit> limits;  // Of its offers and its children's, together.
};

// A text in one locale.
struct LocalText {
  Name locale;  // A BCP 47 tag: "zh", "pt-BR".
  std::string text;
};

// What a screen shows of an offer, in each locale that the author wrote, in the
// order written.
struct OfferContent {
  Name channel;
  std::vector<LocalText> texts;
};

struct OfferLabel {
  Name name;  // "accept".
  std::vector<LocalText> texts;
};

struct Offer {
  Name id;
  std::optional<Name> group;
  std::vector<Name> channels;  // Empty: every channel.
  std::vector<OfferLabel> labels;
  std::vector<OfferContent> content;
  std::string action_ref;  // Passed through to the screen; may be empty.
  // Goes before all others, whatever its score; every other gate holds.
  bool mandatory = false;
  Interval valid;
  std::optional<Expression> eligibility;
  std::optional<Expression> applicability;
  std::optional<Expression> suitability;
  std::optional<Operand> propensity;  // Literals are doubles.
  std::optional<Operand> value;
  std::optional<Operand> cost;
  Decimal4 lever_percent;
  std::vector<Limit> limits;
};

enum class Direction { kOutbound, kInbound };
enum class Distinct { kNone, kGroup };

struct Placement {
  Name name;
  std::optional<Name> channel;  // Absent: any channel.
  Direction direction = Direction::kOutbound;
  int32_t offers_max = 1;
  Distinct distinct = Distinct::kNone;
  std::vector<Name> groups;  // Empty: every group; else these and children.
  std::optional<Name> fallback;
};

// A weight for offers whose call matches: it multiplies their score's
// `offer.context_weight`.
struct ContextWeight {
  Expression when;
  std::optional<Name> group;  // This group and its children; else every offer.
  double weight = 1;          // >= 0, finite.
  SourceLocation location;
};

enum class ExploreMethod { kNone, kUniform, kSoftmax };

// How slots are drawn; p of each candidate as in the pack language, step 7.
struct Explore {
  ExploreMethod method = ExploreMethod::kNone;
  double temperature = 1;  // > 0; of softmax.
  double share = 0;        // 0..1.
};

struct Arbitration {
  std::optional<Expression> score;
  std::optional<double> score_min;  // `min_score`.
  std::optional<Explore> explore;
};

// A text of `texts:` that stands for a reason or a name in what people read:
// key "eligibility", "tiers.gold", "stages.churned", "attributes.nps".
struct ReasonText {
  Name key;
  std::vector<LocalText> texts;
  std::vector<Name> placeholders;  // What stands in braces, of all texts.
};

struct Model {
  int64_t language = 1;
  Name name;
  Name version;
  std::string description;
  std::string timezone_name = "UTC";
  absl::TimeZone timezone;
  Interval effective;
  Schema attributes;
  Schema request;
  Schema parameters;
  // Where attribute/request/parameter number i is declared.
  std::vector<SourceLocation> attribute_locations;
  std::vector<SourceLocation> request_locations;
  std::vector<SourceLocation> parameter_locations;
  std::vector<Expression> constraints;
  std::vector<Variable> variables;
  std::optional<CustomerValue> customer_value;
  std::optional<Lifecycle> lifecycle;
  std::vector<Treatment> treatments;
  std::vector<Group> groups;
  std::vector<Offer> offers;
  std::vector<Placement> placements;
  std::vector<ContextWeight> context_weights;
  std::optional<Arbitration> arbitration;
  std::vector<ContactLine> contact_policy;
  std::vector<Budget> budgets;
  // The attribute that names a customer's time zone for quiet hours.
  std::optional<Name> timezone_attribute;
  std::vector<ReasonText> texts;
  // Of a draft only (loader.h): names, or roots of names, whose declaration has
  // an error. Expressions that use them get no second one.
  std::vector<std::string> broken_names;
  // SHA-256 over the sorted paths and bytes of all files, tests excluded;
  // lower-case hexadecimal.
  std::string digest;
  // Owns the text of literals. Shared, so that a plan may keep it.
  std::shared_ptr<Arena> arena;
};

}  // namespace stratagem::pack

#endif  // STRATAGEM_ENGINE_PACK_MODEL_H_
