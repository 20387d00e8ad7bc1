// FEEL's tests and our cells must mean the same, and what a cell cannot say
// must not be guessed.

#include "tests/conformance/table_feel.h"

#include <optional>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace stratagem {
namespace {

struct FeelCase {
  std::string name;
  ValueKind kind;
  std::string feel;
  std::optional<std::string> cell;
};

class CellOfFeelTest : public testing::TestWithParam<FeelCase> {};

TEST_P(CellOfFeelTest, SaysTheSameOrNothing) {
  EXPECT_EQ(CellOfFeel(GetParam().feel, GetParam().kind), GetParam().cell);
}

constexpr ValueKind kNumber = ValueKind::kDouble;
constexpr ValueKind kText = ValueKind::kString;
constexpr ValueKind kBool = ValueKind::kBool;

INSTANTIATE_TEST_SUITE_P(
    Said, CellOfFeelTest,
    testing::ValuesIn(std::vector<FeelCase>{
        {"Dash", kNumber, " - ", "_"},
        {"Nothing", kText, "", "_"},
        {"Number", kNumber, "-18", "-18"},
        {"NumberWithoutZero", kNumber, "-.5", "-0.5"},
        {"Equals", kNumber, "= 5", "5"},
        {"Comparison", kNumber, "<= 1.50", "<=1.50"},
        {"Closed", kNumber, "[18..60]", "[18..60]"},
        {"Open", kNumber, "]18 .. 60[", "]18..60["},
        {"OpenInParentheses", kNumber, "(18..60)", "(18..60)"},
        {"ClosedPoint", kNumber, "[5..5]", "[5..5]"},
        {"Texts", kText, R"("a, b","..")", R"("a, b" | "..")"},
        {"TextsInOrder", kText, R"(["a".."c"])", R"(["a".."c"])"},
        {"SaidTwice", kText, R"("a", "a", "b")", R"("a" | "b")"},
        {"Truth", kBool, "true", "true"},
        {"Negation", kBool, "not(true)", "!true"},
        {"NegatedList", kText, R"(not ("a", "b"))", R"(!"a" | "b")"},
        {"Differs", kNumber, "!= 5", "!5"},
        {"Null", kNumber, "null", "missing"},
        {"NullOrLess", kNumber, "null, <5", "missing | <5"},
        {"NotNull", kText, "not(null)", "!missing"},
        {"NegatedComparisonLeavesNullOut", kNumber, "not(<5)", "!<5 | missing"},
        {"NegatedNullIsSaidOnce", kNumber, "not(null, [1..2])",
         "!missing | [1..2]"},
        {"RangesSideBySide", kNumber, "<1, [1..2[, 2", "<1 | [1..2[ | 2"},
    }),
    [](const auto& param_info) { return param_info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    NotSaid, CellOfFeelTest,
    testing::ValuesIn(std::vector<FeelCase>{
        {"Call", kNumber, "odd(?)", std::nullopt},
        {"CallOfText", kText, R"(date("2026-01-01"))", std::nullopt},
        {"TextOfNumber", kNumber, R"("5")", std::nullopt},
        {"NumberOfText", kText, "5", std::nullopt},
        {"NumberOfBool", kBool, "1", std::nullopt},
        {"OrderOfBool", kBool, "> false", std::nullopt},
        {"RangeOfBool", kBool, "[false..true]", std::nullopt},
        {"Escape", kText, R"("a\"b")", std::nullopt},
        {"TwoTextsInOne", kText, R"("a" + "b")", std::nullopt},
        {"OpenText", kText, R"("a)", std::nullopt},
        {"EmptyAlternative", kNumber, "1,", std::nullopt},
        {"SignAlone", kNumber, ">", std::nullopt},
        {"RangeWithoutEnd", kNumber, "[1..]", std::nullopt},
        {"RangeWithoutDots", kNumber, "[1,2]", std::nullopt},
        {"RangeWithoutValues", kNumber, "[2..1]", std::nullopt},
        {"OpenPoint", kNumber, "[5..5)", std::nullopt},
        {"Overlap", kNumber, "<5, 3", std::nullopt},
        {"OverlapAtTheEdge", kNumber, "<=5, [5..6]", std::nullopt},
        {"NotANumber", kNumber, "1.2.3", std::nullopt},
        {"Words", kNumber, "18 years", std::nullopt},
        {"NotWithoutEnd", kNumber, "not(5", std::nullopt},
    }),
    [](const auto& param_info) { return param_info.param.name; });

}  // namespace
}  // namespace stratagem
