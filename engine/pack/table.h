// engine/pack/table.h
//
// Table: a decision table as its author wrote it, in YAML or in a CSV file.
// Part of the Model; compiled by plan, which knows the types of its inputs.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_PACK_TABLE_H_
#define STRATAGEM_ENGINE_PACK_TABLE_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/source_text.h"
#include "engine/pack/text_parts.h"
#include "engine/value/schema.h"
#include "engine/value/value.h"

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
  bool quoted = false;  // Quotes inside the cell: always a string.
  size_t offset = 0;    // Of its first byte in InputCell::source.
};

// One alternative of a cell: `gold`, `[10..20)`, `>= 5`.
struct CellTest {
  enum class Kind {
    kEqual,
    kLess,
    kLessOrEqual,
    kGreater,
    kGreaterOrEqual,
    kRange,
    kMissing,
  };
  Kind kind = Kind::kEqual;
  CellLiteral low;   // Of a comparison its operand; of a range its start.
  CellLiteral high;  // Of a range.
  bool low_inclusive = true;
  bool high_inclusive = false;
  size_t offset = 0;  // Of its first byte in InputCell::source.
};

// A condition on one input.
struct InputCell {
  enum class Kind {
    kAny,         // `_`
    kTests,       // Any of `tests` holds, or, negated (`!x`), none.
    kExpression,  // {cel: "…"}: a bool.
  };
  Kind kind = Kind::kAny;
  bool negated = false;
  std::vector<CellTest> tests;
  // The cell as it stands in the pack; of kExpression the CEL.
  SourceText source;
};

struct TableRow {
  std::vector<InputCell> when;  // One an input.
  // One a field of the treatment, conforming to it, or, of policies whose
  // fields are lists, to their items. Empty with TableAggregate::kCount.
  std::vector<Operand> out;
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
  // Of kPriority and kOutputOrder, in the order of the treatment's fields: the
  // values of each field that counts, best first.
  struct Order {
    size_t field = 0;
    std::vector<Value> values;
  };
  std::vector<Order> order;
  SourceLocation location;

  // Whether the treatment's fields are lists of what the rows yield.
  bool yields_lists() const {
    return hit == HitPolicy::kRuleOrder || hit == HitPolicy::kOutputOrder ||
           (hit == HitPolicy::kCollect && aggregate == TableAggregate::kNone);
  }
};

// What one row of `table` yields for a treatment with `fields`, in their order:
// of list fields an item, of a sum what is added, whose bounds are the sum's
// alone, of a count nothing.
std::vector<Field> RowFields(const Table& table, const Schema& fields);

}  // namespace stratagem::pack

#endif  // STRATAGEM_ENGINE_PACK_TABLE_H_
