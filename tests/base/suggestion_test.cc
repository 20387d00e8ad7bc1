// What must hold for 'did you mean': a slip of the finger is recognised, a
// different word is not, and a long name buys no work.

#include "engine/base/suggestion.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace stratagem {
namespace {

struct NearestCase {
  std::string name;
  std::string wanted;
  std::string want;
};

class NearestTest : public testing::TestWithParam<NearestCase> {};

TEST_P(NearestTest, FindsTheNameThatWasMeant) {
  const std::vector<std::string> known = {"spend", "orders", "tier", "churned",
                                          "tenure_months"};
  EXPECT_EQ(Nearest(GetParam().wanted, known), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    Slips, NearestTest,
    testing::ValuesIn(std::vector<NearestCase>{
        {"Same", "spend", "spend"},
        {"OneLetterMissing", "spnd", "spend"},
        {"OneLetterTooMany", "spendd", "spend"},
        {"OneLetterWrong", "spond", "spend"},
        {"NeighboursSwapped", "spedn", "spend"},
        {"OtherCase", "Tenure_Months", "tenure_months"},
        {"TwoSwapsInALongName", "tenrue_mnoths", "tenure_months"},
        {"AnotherWord", "colour", ""},
        {"TwoOfFour", "tixx", ""},
        {"Empty", "", ""},
    }),
    [](const auto& param_info) { return param_info.param.name; });

TEST(NearestTieTest, TheFirstOfEquallyNearOnesWins) {
  const std::vector<std::string> known = {"bold", "cold", "gold"};
  EXPECT_EQ(Nearest("told", known), "bold");
}

TEST(NearestLimitTest, LongNamesAreNotCompared) {
  const std::string long_name(65, 'a');
  const std::vector<std::string> known = {long_name};
  EXPECT_EQ(Nearest(long_name, known), "");
  EXPECT_EQ(Nearest(long_name.substr(1), known), "");
}

TEST(NearestLimitTest, OnlyTheFirstThousandAreCompared) {
  std::vector<std::string> known(999, "unlike");
  known.push_back("last");
  known.push_back("beyond");
  EXPECT_EQ(Nearest("lasst", known), "last");
  EXPECT_EQ(Nearest("beyonnd", known), "");
}

TEST(SuggestionHintTest, AsksOrListsOrSaysNothing) {
  const std::vector<std::string> known = {"gold", "silver", "bronze"};
  EXPECT_EQ(SuggestionHint("sliver", known), "did you mean `silver`?");
  EXPECT_EQ(SuggestionHint("platinum", known),
            "expected one of `gold`, `silver`, `bronze`");
  EXPECT_EQ(SuggestionHint("platinum", known, 2),
            "expected one of `gold`, `silver`, …");
  EXPECT_EQ(SuggestionHint("platinum", {}), "");
}

}  // namespace
}  // namespace stratagem
