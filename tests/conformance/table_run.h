// tests/conformance/table_run.h
//
// RunTable: one decision table of DMN, decided for the inputs of one test by a
// treatment of the engine. Used by table_case.cc.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_TESTS_CONFORMANCE_TABLE_RUN_H_
#define STRATAGEM_TESTS_CONFORMANCE_TABLE_RUN_H_

#include <optional>
#include <string>

#include "tests/conformance/table_case.h"
#include "tests/conformance/table_json.h"

namespace stratagem {

// What a decision came to, in DMN's words.
struct TableResult {
  Json value;
  bool is_error = false;  // Rows conflict, or an expression failed.
  bool no_row = false;
  bool any_order = false;  // `value` is a list whose order means nothing.
  std::string fault;       // Why there was no decision at all.
};

// `input_data` names the inputs, of which the object `inputs` gives values.
// Nothing when no row of the table can be written as `rows` says.
std::optional<TableResult> RunTable(const Json& table, const Json& input_data,
                                    const Json& inputs, TableRows rows);

}  // namespace stratagem

#endif  // STRATAGEM_TESTS_CONFORMANCE_TABLE_RUN_H_
