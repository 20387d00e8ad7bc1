// tests/conformance/table_condition.h
//
// Conditions of table cases: which names they mention, and what they mean when
// an input is null. Used by table_case.cc.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_TESTS_CONFORMANCE_TABLE_CONDITION_H_
#define STRATAGEM_TESTS_CONFORMANCE_TABLE_CONDITION_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace stratagem {

// How a condition reads an input that a test gives, or leaves out.
struct InputReading {
  std::string input;  // Its name in the table: "Full Age".
  // The CEL in its place: the name of an attribute, or a value.
  std::string cel;
  bool is_null = false;  // `cel` is then an optional attribute.
};

// Whether `word` is the variable of `input` in CEL: what is no letter, digit or
// `_` becomes `_`. A letter beyond ASCII stays or becomes `_`, one for it or
// one for each of its bytes: cases are translated by programs of others.
bool IsVariableOf(absl::string_view word, absl::string_view input);

// `condition` with what `readings` say in place of its variables, whose types
// no longer matter, so that ints compare with doubles. A part of it, between
// `&&` and `||`, about an input that is null becomes false, as comparisons with
// null are in DMN; unless it negates an equality or names null, which CEL
// answers itself.
std::string RewriteCondition(absl::string_view condition,
                             const std::vector<InputReading>& readings);

}  // namespace stratagem

#endif  // STRATAGEM_TESTS_CONFORMANCE_TABLE_CONDITION_H_
