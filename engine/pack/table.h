// engine/pack/table.h
//
// Table: a decision table as its author wrote it, in YAML or in a CSV file.
// Part of the Model; compiled by plan, which knows the types of its inputs.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_PACK_TABLE_H_
#define STRATAGEM_ENGINE_PACK_TABLE_H_

#include <optional>
#include <string>
#include <vector>

#include "engine/base/source_text.h"
#include "engine/pack/text_parts.h"

namespace stratagem::pack {

// DMN's hit policies.
enum class HitPolicy {
  kUnique,
  kAny,
  kFirst,
  kPriority,
  kRuleOrder,
  kOutputOrder,
  kCollect,
};

// Of kCollect.
enum class TableAggregate { kNone, kSum, kMin, kMax, kCount };

// A literal of a cell, as text: the type of the input says how it is read.
struct CellLiteral {
  std::string text;
  bool quoted = false;  // Always a string.
  SourceLocation location;
};

// One alternative of a cell: `gold`, `[10..20)`, `>= 5`.
struct CellTest {
  enum class Kind { kEqual, kLess, kLessOrEqual, kGreater, kGreaterOrEqual, kRange, kMissing };
  Kind kind = Kind::kEqual;
  CellLiteral low;   // Of a comparison its operand; of a range its start.
  CellLiteral high;  // Of a range.
  bool low_inclusive = true;
  bool high_inclusive = false;
};

// A condition on one input: any alternative must hold, or, negated, none.
// Exactly one of `any`, `tests` and `expression` is given.
struct InputCell {
  bool any = false;  // `_`
  bool negated = false;  // `!x`
  std::vector<CellTest> tests;
  std::optional<Expression> expression;  // {cel: "…"}: a bool.
  SourceLocation location;
};

struct TableRow {
  std::vector<InputCell> when;  // One an input.
  std::vector<Operand> out;     // One a field of the treatment.
  SourceLocation location;
  // Where the row stands, for people: "rows[3]" or "rates.csv:14".
  std::string label;
};

struct TableInput {
  Expression expression;  // A name, or any CEL.
};

struct Table {
  HitPolicy hit = HitPolicy::kUnique;
  TableAggregate aggregate = TableAggregate::kNone;
  std::vector<TableInput> inputs;
  std::vector<TableRow> rows;
  // Of kPriority and kOutputOrder: for each field that the pack orders, its
  // values, best first; as literals of the field.
  struct Order {
    Name field;
    std::vector<Value> values;
  };
  std::vector<Order> order;
  SourceLocation location;
};

}  // namespace stratagem::pack

#endif  // STRATAGEM_ENGINE_PACK_TABLE_H_
