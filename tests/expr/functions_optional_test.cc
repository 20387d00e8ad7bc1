// What must hold for functions of optionals.

#include "gtest/gtest.h"
#include "tests/expr/shown.h"

namespace stratagem::expr {
namespace {

TEST(OptionalTest, HoldsAValueOrNone) {
  ExpectShown({
      {"optional.of(1)", "optional.of(1)"},
      {"optional.of(null).hasValue()", "true"},
      {"optional.none().hasValue()", "false"},
      {"optional.of(1).value()", "1"},
      {"optional.none().value()", "error(optional has no value)"},
      {"optional.none().or(optional.of(2))", "optional.of(2)"},
      {"optional.of(1).or(optional.of(2))", "optional.of(1)"},
      {"optional.none().orValue(3)", "3"},
      // The alternative is evaluated only when it is needed.
      {"optional.of(1).orValue(1 / 0)", "1"},
      {"optional.none().orValue(1 / 0)", "error(division by zero)"},
      {"optional.of(1 / 0)", "error(division by zero)"},
  });
}

TEST(OptionalOfNonZeroValueTest, KnowsTheZeroOfEachType) {
  for (const char* zero : {"0", "0u", "0.0", "-0.0", "false", "''", "b''", "[]",
                           "{}", "null", "duration('0s')", "optional.none()"}) {
    EXPECT_EQ(World().Show(std::string("optional.ofNonZeroValue(") + zero +
                           ").hasValue()"),
              "false")
        << zero;
  }
  ExpectShown({
      {"optional.ofNonZeroValue(-1)", "optional.of(-1)"},
      {"optional.ofNonZeroValue([0]).hasValue()", "true"},
      {"optional.ofNonZeroValue(0.0 / 0.0).hasValue()", "true"},
      {"optional.ofNonZeroValue(ip('0.0.0.0')).hasValue()", "true"},
  });
}

TEST(OptionalUnwrapTest, KeepsTheValuesThatAreThere) {
  ExpectShown({
      {"optional.unwrap([optional.of(42), optional.none()])", "[42]"},
      {"[optional.of(1), optional.none(), optional.of(2)].unwrapOpt()",
       "[1, 2]"},
      {"optional.unwrap([])", "[]"},
      {"[optional.none()].unwrapOpt()", "[]"},
      {"[optional.of(optional.none())].unwrapOpt()", "[optional.none()]"},
      {"optional.unwrap([dyn(1)])", "error(no matching overload)"},
  });
  World world;
  EXPECT_EQ(world.TypeOf("[optional.of(1)].unwrapOpt()"), "list(int)");
  EXPECT_NE(world.Diagnose("[1].unwrapOpt()"), "");
}

}  // namespace
}  // namespace stratagem::expr
