// What must hold for explanations: the whole has the value that Evaluate()
// gives, each part its own, and what others decided says so.

#include "engine/expr/explain.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/expr/world.h"

namespace stratagem::expr {
namespace {

class ExplainTest : public testing::Test {
 protected:
  ExplainTest() {
    world_.Declare("a", Type(TypeKind::kInt), Value::Int(3))
        .Declare("no", Type(TypeKind::kBool), Value::Bool(false))
        .Declare("request.channel", Type(TypeKind::kString),
                 Value::String("app"))
        .Declare("absent", Type::Optional(Type(TypeKind::kInt)))
        .Declare("held", Type::Optional(Type(TypeKind::kInt)), Value::Int(7))
        .Declare("unset", Type(TypeKind::kInt));
  }

  std::optional<Explanation> Explained(const std::string& text) {
    Diagnostics diagnostics;
    world_.frame().slots = world_.slots();
    world_.frame().arena = &arena_;
    std::optional<Explanation> explanation = Explain(
        Source(text), world_.scope(), world_.frame(), keep_, diagnostics);
    EXPECT_EQ(explanation.has_value(), !diagnostics.has_errors());
    return explanation;
  }

  // One part a line, indented by two for each level.
  std::string Lines(const std::string& text) {
    const std::optional<Explanation> explanation = Explained(text);
    std::string lines;
    if (explanation) Write(*explanation, 0, lines);
    return lines;
  }

  World world_;
  Arena arena_;
  Arena keep_;

 private:
  static void Write(const Explanation& part, size_t indent,
                    std::string& lines) {
    absl::StrAppend(
        &lines, std::string(indent, ' '), part.text, " -> ",
        part.value.is_missing() ? "not evaluated" : ToString(part.value), "\n");
    for (const Explanation& one : part.parts) Write(one, indent + 2, lines);
    if (part.omitted > 0) {
      absl::StrAppend(&lines, std::string(indent + 2, ' '), "+ ", part.omitted,
                      "\n");
    }
  }
};

TEST_F(ExplainTest, EachPartHasItsValueAndConstantsStandForThemselves) {
  EXPECT_EQ(Lines("a + 1 > 3"),
            "a + 1 > 3 -> true\n"
            "  a + 1 -> 4\n"
            "    a -> 3\n");
}

TEST_F(ExplainTest, ADottedNameIsOnePart) {
  EXPECT_EQ(Lines("request.channel == 'app'"),
            "request.channel == 'app' -> true\n"
            "  request.channel -> 'app'\n");
}

TEST_F(ExplainTest, AChainStopsWhereItIsDecided) {
  EXPECT_EQ(Lines("no && a > 1 && a > 2"),
            "no && a > 1 && a > 2 -> false\n"
            "  no -> false\n"
            "  a > 1 -> not evaluated\n"
            "  a > 2 -> not evaluated\n");
  EXPECT_EQ(Lines("a > 1 || no"),
            "a > 1 || no -> true\n"
            "  a > 1 -> true\n"
            "    a -> 3\n"
            "  no -> not evaluated\n");
}

TEST_F(ExplainTest, AnErrorDecidesNothing) {
  EXPECT_EQ(Lines("1 / (a - 3) > 0 || a == 3"),
            "1 / (a - 3) > 0 || a == 3 -> true\n"
            "  1 / (a - 3) > 0 -> error(division by zero)\n"
            "    1 / (a - 3) -> error(division by zero)\n"
            "      a - 3 -> 0\n"
            "        a -> 3\n"
            "  a == 3 -> true\n"
            "    a -> 3\n");
}

TEST_F(ExplainTest, OneBranchOfAConditionalIsNotEvaluated) {
  EXPECT_EQ(Lines("no ? a + 1 : a + 2"),
            "no ? a + 1 : a + 2 -> 5\n"
            "  no -> false\n"
            "  a + 1 -> not evaluated\n"
            "  a + 2 -> 5\n"
            "    a -> 3\n");
}

TEST_F(ExplainTest, ADefaultIsEvaluatedWhenThereIsNoValue) {
  EXPECT_EQ(Lines("absent.orValue(a)"),
            "absent.orValue(a) -> 3\n"
            "  absent -> optional.none()\n"
            "  a -> 3\n");
  EXPECT_EQ(Lines("held.orValue(a)"),
            "held.orValue(a) -> 7\n"
            "  held -> optional.of(7)\n"
            "  a -> not evaluated\n");
}

TEST_F(ExplainTest, AMacroShowsItsItemsUntilOneDecides) {
  EXPECT_EQ(Lines("[1, a, 9].exists(x, x + 1 == 4)"),
            "[1, a, 9].exists(x, x + 1 == 4) -> true\n"
            "  [1, a, 9] -> [1, 3, 9]\n"
            "    a -> 3\n"
            "  x = 1 -> false\n"
            "    x + 1 -> 2\n"
            "  x = 3 -> true\n"
            "    x + 1 -> 4\n"
            "  + 1\n");
}

TEST_F(ExplainTest, AMacroWithAConditionShowsBoth) {
  EXPECT_EQ(Lines("{'b': 5, 'c': 1}.transformList(k, v, v > a, v * 2)"),
            "{'b': 5, 'c': 1}.transformList(k, v, v > a, v * 2) -> [10]\n"
            "  {'b': 5, 'c': 1} -> {'b': 5, 'c': 1}\n"
            "  k = 'b', v = 5 -> 10\n"
            "    v > a -> true\n"
            "      a -> 3\n"
            "    v * 2 -> 10\n"
            "  k = 'c', v = 1 -> false\n"
            "    v > a -> false\n"
            "      a -> 3\n");
}

TEST_F(ExplainTest, AVariableThatHidesAnotherIsTheInnerOne) {
  EXPECT_EQ(Lines("[1].map(a, [a + 1].map(a, a * 10))"),
            "[1].map(a, [a + 1].map(a, a * 10)) -> [[20]]\n"
            "  [1] -> [1]\n"
            "  a = 1 -> [20]\n"
            "    [a + 1] -> [2]\n"
            "      a + 1 -> 2\n"
            "    a = 2 -> 20\n");
}

TEST_F(ExplainTest, ALetShowsWhatItsBodyRead) {
  EXPECT_EQ(Lines("cel.bind(x, a + 1, cel.bind(y, a / 0, x * 2))"),
            "cel.bind(x, a + 1, cel.bind(y, a / 0, x * 2)) -> 8\n"
            "  x = a + 1 -> 4\n"
            "    a -> 3\n"
            "  cel.bind(y, a / 0, x * 2) -> 8\n"
            "    y = a / 0 -> not evaluated\n"
            "    x * 2 -> 8\n");
}

TEST_F(ExplainTest, AMappedOptionalShowsTheMapping) {
  EXPECT_EQ(Lines("held.optMap(h, h + a)"),
            "held.optMap(h, h + a) -> optional.of(10)\n"
            "  held -> optional.of(7)\n"
            "  h + a -> 10\n"
            "    a -> 3\n");
  EXPECT_EQ(Lines("absent.optMap(h, h + a)"),
            "absent.optMap(h, h + a) -> optional.none()\n"
            "  absent -> optional.none()\n"
            "  h + a -> not evaluated\n");
}

TEST_F(ExplainTest, WhatHasNoValueIsAnError) {
  EXPECT_EQ(Lines("unset > 1"),
            "unset > 1 -> error(optional has no value)\n"
            "  unset -> error(optional has no value)\n");
}

TEST_F(ExplainTest, ItemsBeyondTheLimitAreCounted) {
  const std::optional<Explanation> explanation =
      Explained("[1,2,3,4,5,6,7,8,9,10,11,12].all(x, x > 0)");
  ASSERT_TRUE(explanation.has_value());
  EXPECT_EQ(explanation->parts.size(), 1 + kExplainedItemsMax);
  EXPECT_EQ(explanation->omitted, 2u);
}

TEST_F(ExplainTest, PartsBeyondTheLimitAreCounted) {
  std::string text = "[a";
  for (size_t i = 1; i < kExplainedPartsMax + 50; ++i) text += ", a";
  const std::optional<Explanation> explanation = Explained(text + "]");
  ASSERT_TRUE(explanation.has_value());
  EXPECT_EQ(explanation->parts.size(), kExplainedPartsMax - 1);
  EXPECT_EQ(explanation->omitted, 51u);
}

TEST_F(ExplainTest, AHostileExpressionEndsAtTheStepLimit) {
  std::string text = "d + e + f + g + h + i > 0";
  for (const char* name : {"d", "e", "f", "g", "h", "i"}) {
    text = absl::StrCat("[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16].all(", name,
                        ", ", text, ")");
  }
  const std::optional<Explanation> explanation = Explained(text);
  ASSERT_TRUE(explanation.has_value());
  EXPECT_TRUE(explanation->value.is_error());
  EXPECT_EQ(explanation->value.error_code(), ErrorCode::kStepLimit);
}

TEST_F(ExplainTest, ReportsTheMistakesOfAWrongText) {
  Diagnostics diagnostics;
  EXPECT_EQ(Explain(Source("a +"), world_.scope(), world_.frame(), keep_,
                    diagnostics),
            std::nullopt);
  EXPECT_EQ(Explain(Source("a + 'x'"), world_.scope(), world_.frame(), keep_,
                    diagnostics),
            std::nullopt);
  EXPECT_EQ(diagnostics.error_count(), 2u);
}

TEST_F(ExplainTest, EachPartKnowsItsPlace) {
  const std::optional<Explanation> explanation = Explained("no || a > 2");
  ASSERT_TRUE(explanation.has_value());
  EXPECT_EQ(explanation->location.column, 4);
  EXPECT_EQ(explanation->parts[1].location.column, 9);
}

}  // namespace
}  // namespace stratagem::expr
