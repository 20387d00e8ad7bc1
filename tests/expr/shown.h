// tests/expr/shown.h
//
// ExpectShown: tables of expressions and what they come to, as text.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_TESTS_EXPR_SHOWN_H_
#define STRATAGEM_TESTS_EXPR_SHOWN_H_

#include <initializer_list>

#include "gtest/gtest.h"
#include "tests/expr/world.h"

namespace stratagem::expr {

struct ShownCase {
  const char* expression;
  const char* want;  // As ToString(Value) writes it: "1.0", "error(…)".
};

inline void ExpectShown(World& world, std::initializer_list<ShownCase> cases) {
  for (const ShownCase& test : cases) {
    EXPECT_EQ(world.Show(test.expression), test.want) << test.expression;
  }
}

inline void ExpectShown(std::initializer_list<ShownCase> cases) {
  World world;
  ExpectShown(world, cases);
}

}  // namespace stratagem::expr

#endif  // STRATAGEM_TESTS_EXPR_SHOWN_H_
