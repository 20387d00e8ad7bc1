// tests/conformance/table_condition.h
//
// Conditions of table cases: which names they mention, and what they mean when
// an input is null. Used by table_case.cc.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_TESTS_CONFORMANCE_TABLE_CONDITION_H_
#define STRATAGEM_TESTS_CONFORMANCE_TABLE_CONDITION_H_

#include <map>
#include <string>

#include "absl/strings/string_view.h"

namespace stratagem {

// How a condition reads an input that a test gives, or leaves out.
struct InputReading {
  std::string attribute;
  bool is_null = false;
};

// The CEL variable for an input: what is no letter, digit or `_` becomes `_`.
std::string CelNameOf(absl::string_view input);

// `condition` over attributes in place of its variables, whose types no longer
// matter, so that ints compare with doubles. A part of it, between `&&` and
// `||`, about an input that is null becomes false, as comparisons with null are
// in DMN; unless it negates an equality or names null, which CEL answers
// itself.
std::string RewriteCondition(
    absl::string_view condition,
    const std::map<std::string, InputReading>& readings);

}  // namespace stratagem

#endif  // STRATAGEM_TESTS_CONFORMANCE_TABLE_CONDITION_H_
