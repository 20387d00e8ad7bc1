// tests/conformance/table_case.h
//
// RunTableCases: decision tables of the DMN technology compatibility kit,
// decided by treatments of the engine. Used by the program table_conformance
// and its tests.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_TESTS_CONFORMANCE_TABLE_CASE_H_
#define STRATAGEM_TESTS_CONFORMANCE_TABLE_CASE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace stratagem {

// How the rules of a table become rows.
enum class TableRows {
  kConditions,  // One {cel} cell: the rule's `cel_condition`.
  kCells,       // A cell for each of its `feel_inputs`.
};

struct TableTest {
  std::string name;  // "0004-simpletable-U/001".
  TableRows rows = TableRows::kConditions;
  std::string failure;  // Why it failed; empty when it passed.
};

// Runs the tests of all cases in `json`, a list of
//   {"case": …, "input_data": [names], "tables": [one], "tests": […]}.
// Each table becomes a treatment with a `table`, and each test runs twice. With
// conditions, the inputs are variables whose names have `_` for what is no
// letter, digit or `_`. With cells, a rule keeps its condition when a cell
// cannot say one of its tests; where none can be said, or an input of the table
// is not one of the test's, the test runs once.
// What DMN says beyond a treatment is added here: a result without a row is the
// table's default output, else null; several outputs are an object, or a list
// of objects; a condition about an input that is null does not hold unless it
// negates or names null.
// Numbers compare as numbers; results of COLLECT in any order. A test that
// expects an error passes when rows conflict or an expression fails; so does
// one that expects null.
// Errors: INVALID_ARGUMENT for text that is no such list.
absl::StatusOr<std::vector<TableTest>> RunTableCases(absl::string_view json);

}  // namespace stratagem

#endif  // STRATAGEM_TESTS_CONFORMANCE_TABLE_CASE_H_
