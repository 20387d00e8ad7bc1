// tests/conformance/table_columns.h
//
// ColumnsOf, CellsOf: the inputs of a DMN table and the unary tests of its
// rules, as inputs and cells of our own tables. Used by table_run.cc.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_TESTS_CONFORMANCE_TABLE_COLUMNS_H_
#define STRATAGEM_TESTS_CONFORMANCE_TABLE_COLUMNS_H_

#include <optional>
#include <string>
#include <vector>

#include "engine/value/value.h"
#include "tests/conformance/table_json.h"

namespace stratagem {

// An input of a table that is one of the test's, by name.
struct CellColumn {
  Json given;  // Null when the test leaves it out.
  ValueKind kind = ValueKind::kString;
};

// The inputs of `table`, in its order: of the kind that it declares, else of
// the value that `inputs` gives. Nothing when one is no name in `input_data` or
// `inputs`, or has a value of another kind, and when CellsOf() knows no rule.
std::optional<std::vector<CellColumn>> ColumnsOf(const Json& table,
                                                 const Json& input_data,
                                                 const Json& inputs);

// The cells of the row for `rule`. Nothing when a cell cannot say what one of
// its `feel_inputs` does.
std::optional<std::vector<std::string>> CellsOf(
    const Json& rule, const std::vector<CellColumn>& columns);

}  // namespace stratagem

#endif  // STRATAGEM_TESTS_CONFORMANCE_TABLE_COLUMNS_H_
