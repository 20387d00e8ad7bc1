// What must hold for regular expressions: constant patterns are compiled once
// and their mistakes are the author's; others are the evaluation's; both have
// limits with a name.

#include "engine/expr/regular_expression.h"

#include <string>

#include "engine/base/limits.h"
#include "engine/expr/program_code.h"
#include "gtest/gtest.h"
#include "tests/expr/world.h"
#include "tests/support/allocation_counter.h"

namespace stratagem::expr {
namespace {

TEST(RegularExpressionTest, SaysWhatIsWrongWithAPattern) {
  const RegularExpression open("(a");
  EXPECT_EQ(open.error(), ErrorCode::kInvalidArgument);
  EXPECT_EQ(open.message(), "missing ): `(a`");
  EXPECT_EQ(RegularExpression("a**").message(),
            "bad repetition operator: `**`");
  EXPECT_EQ(RegularExpression("(?=a)").message(),
            "invalid perl operator: `(?=`");
  EXPECT_EQ(RegularExpression("\\1").message(),
            "invalid escape sequence: `\\1`");
  // What would not fit into one line is left out.
  EXPECT_EQ(RegularExpression("(a\nb").message(), "missing )");
  EXPECT_EQ(RegularExpression("(" + std::string(60, 'a')).message(),
            "missing )");
  EXPECT_EQ(RegularExpression("a+").error(), ErrorCode::kNone);
  EXPECT_EQ(RegularExpression("a+").message(), "");
}

TEST(RegularExpressionTest, TextAndCompiledSizeHaveLimits) {
  const std::string longest(kRegularExpressionBytesMax, 'a');
  EXPECT_EQ(RegularExpression(longest).error(), ErrorCode::kNone);
  const RegularExpression longer(longest + "a");
  EXPECT_EQ(longer.error(), ErrorCode::kRegularExpressionLimit);
  EXPECT_EQ(longer.message(),
            "the pattern is too large (10000 bytes, and 1024 KiB when it is "
            "compiled, are allowed)");
  const RegularExpression explosion("(\\pL{100}){9}");
  EXPECT_EQ(explosion.error(), ErrorCode::kRegularExpressionLimit);
  EXPECT_EQ(explosion.message(), longer.message());
}

TEST(ConstantPatternTest, AMistakeIsReportedAtThePattern) {
  World world;
  world.Declare("city", Type(TypeKind::kString), Value::String("Beijing"));
  EXPECT_EQ(world.Diagnose("city.matches('(Bei')"),
            "x:1:14: error E118: bad regular expression: missing ): `(Bei`\n"
            "  hint: patterns are written in RE2's syntax\n");
  EXPECT_EQ(world.Diagnose("city == '' && matches(city, '[' + 'a')"),
            "x:1:33: error E118: bad regular expression: missing ]: `[a`\n"
            "  hint: patterns are written in RE2's syntax\n");
}

TEST(ConstantPatternTest, EachMistakeIsReported) {
  World world;
  world.Declare("city", Type(TypeKind::kString), Value::String("Beijing"));
  const std::string text =
      world.Diagnose("city.matches('(') || city.matches(')')");
  EXPECT_NE(text.find("x:1:14: error E118"), std::string::npos) << text;
  EXPECT_NE(text.find("x:1:35: error E118"), std::string::npos) << text;
}

// Whether a binding is constant is tried out first.
TEST(ConstantPatternTest, AMistakeInABindingIsReportedOnce) {
  World world;
  world.Declare("city", Type(TypeKind::kString), Value::String("Beijing"));
  EXPECT_EQ(world.Diagnose("cel.bind(x, city.matches('('), x || !x)"),
            "x:1:26: error E118: bad regular expression: missing ): `(`\n"
            "  hint: patterns are written in RE2's syntax\n");
}

// `count` patterns, all different.
std::string Patterns(size_t count) {
  std::string text = "false";
  for (size_t i = 0; i < count; ++i) {
    text += " || city.matches('" + std::to_string(i) + "')";
  }
  return text;
}

TEST(ConstantPatternTest, TheirNumberHasALimit) {
  World world;
  world.Declare("city", Type(TypeKind::kString), Value::String("31"));
  const std::string most = Patterns(kExpressionPatternsMax);
  EXPECT_EQ(ToString(world.Evaluate(most)), "true");
  const size_t column = (most + " || city.matches('").size();
  EXPECT_EQ(world.Diagnose(Patterns(kExpressionPatternsMax + 9)),
            "x:1:" + std::to_string(column) +
                ": error E102: the expression has more than 32 regular "
                "expressions\n"
                "  hint: join patterns with `|`, or split it into variables\n");
}

TEST(ConstantPatternTest, MatchingDoesNotAllocate) {
  World world;
  world.Declare("city", Type(TypeKind::kString), Value::String("Beijing"));
  Diagnostics diagnostics;
  const std::optional<Program> program = Compile(
      Source("city.matches('^[A-Z][a-z]+$') && !city.matches('(jin|fin)x')"),
      world.scope(), {}, diagnostics);
  ASSERT_TRUE(program.has_value()) << diagnostics.ToString();
  EXPECT_EQ(ToString(world.Run(*program)), "true");
  const AllocationCounter counter;
  world.Run(*program);
  EXPECT_EQ(counter.count(), 0);
}

TEST(VariablePatternTest, LimitsAreErrorsOfTheEvaluation) {
  World world;
  const std::string long_pattern(kRegularExpressionBytesMax + 1, 'a');
  world.Declare("p", Type(TypeKind::kString), Value::String(long_pattern))
      .Declare("q", Type(TypeKind::kString), Value::String("(\\pL{100}){9}"))
      .Declare("l", Type::List(Type(TypeKind::kInt)));
  const std::vector<Value> items(1'000, Value::Int(1));
  world.slots()[2] = Value::List(items);
  EXPECT_EQ(ToString(world.Evaluate("'x'.matches(p)")),
            "error(regular expression too large)");
  EXPECT_EQ(ToString(world.Evaluate("'x'.matches(p) || true")), "true");
  // Compiling is paid for, with or without success.
  EXPECT_EQ(ToString(world.Evaluate("l.exists(i, 'x'.matches(q + string(i)))")),
            "error(too many evaluation steps)");
}

TEST(RegularExpressionTest, MatchingChargesForTextAndPattern) {
  const std::string text(1'000, 'a');
  Arena arena;
  int64_t steps = 1'000'000;
  Evaluation evaluation(&arena, steps);
  const RegularExpression small("b");
  const RegularExpression large("(x+x+)+y|(a?){50}b");
  EXPECT_EQ(ToString(small.Matches(text, evaluation)), "false");
  const int64_t after_small = steps;
  EXPECT_EQ(ToString(large.Matches(text, evaluation)), "false");
  EXPECT_LT(after_small, 1'000'000);
  EXPECT_GT(after_small - steps, 10 * (1'000'000 - after_small));
  steps = 10;
  EXPECT_EQ(ToString(small.Matches(text, evaluation)),
            "error(too many evaluation steps)");
}

}  // namespace
}  // namespace stratagem::expr
