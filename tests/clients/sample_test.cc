// What must hold for `sample customers`: every customer is accepted by its
// pack, the same seed gives the same bytes anywhere, and tiers are spread.

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/cli/customer_generator.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/clients/run_command.h"
#include "tests/support/golden.h"
#include "tests/support/temp_dir.h"

namespace stratagem::cli {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::StartsWith;

// Published vectors of SplitMix64 for seed 0.
TEST(SampleRandomTest, IsSplitMix64) {
  SampleRandom random(0);
  EXPECT_EQ(random.Next(), 0xE220A8397B1DCDAFu);
  EXPECT_EQ(random.Next(), 0x6E789E6AA1B965F4u);
  EXPECT_EQ(random.Next(), 0x06C45D188009454Fu);
}

TEST(SampleRandomTest, UnitIsAtLeastZeroAndBelowOne) {
  SampleRandom random(7);
  for (int i = 0; i < 10'000; ++i) {
    const double unit = random.Unit();
    ASSERT_GE(unit, 0);
    ASSERT_LT(unit, 1);
    ASSERT_LT(random.Below(3), 3u);
  }
}

class SampleTest : public testing::Test {
 protected:
  SampleTest() { folder_.Write("shop/pack.yaml", kShopPack); }

  Ran Sample(const std::vector<std::string>& more) {
    std::vector<std::string> arguments = {"sample", "customers", "--pack",
                                          folder_.Join("shop")};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return RunHere(arguments);
  }

  TempDir folder_;
};

// The golden file was written on one machine and is compared on every other.
TEST_F(SampleTest, IsTheSameOnEveryMachine) {
  const Ran ran = Sample({"--count", "12", "--seed", "42"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_EQ(ran.err, "");
  ExpectMatchesGolden(ran.out, "tests/golden/clients/sample.csv");
  EXPECT_EQ(Sample({"--count", "12", "--seed", "42"}).out, ran.out);
  EXPECT_NE(Sample({"--count", "12", "--seed", "43"}).out, ran.out);
}

TEST_F(SampleTest, ALongerSampleBeginsWithTheShorterOne) {
  const std::string shorter = Sample({"--count", "5"}).out;
  EXPECT_THAT(Sample({"--count", "50"}).out, StartsWith(shorter));
}

TEST_F(SampleTest, JsonHoldsTheSameCustomers) {
  const json customers =
      json::parse(Sample({"--count", "3", "--output", "json"}).out);
  ASSERT_EQ(customers.size(), 3u);
  EXPECT_EQ(customers[2].at("customer_id"), "c-000003");
  EXPECT_TRUE(customers[2].at("attributes").contains("orders"));
  EXPECT_THAT(Sample({"--count", "2", "--output", "table"}).out,
              StartsWith("customer_id  orders  "));
}

class SampleOfShippedPackTest : public testing::TestWithParam<std::string> {};

TEST_P(SampleOfShippedPackTest, IsDecidedWithoutAFailureAndReachesEveryTier) {
  const std::string pack = SourcePath(absl::StrCat("rules/", GetParam()));
  const Ran sample = RunHere({"sample", "customers", "--pack", pack, "--count",
                              "2000", "--seed", "1"});
  ASSERT_EQ(sample.code, 0) << sample.err;
  const Ran ran = RunHere(
      {"decide", "--pack", pack, "--csv", "-", "--summary", "--output", "json"},
      sample.out);
  EXPECT_EQ(ran.code, 0) << ran.err;
  const json summary = json::parse(ran.out);
  EXPECT_EQ(summary.at("decided"), 2000);
  EXPECT_EQ(summary.at("failed"), 0);
  EXPECT_EQ(summary.at("degraded"), 0);
  for (const char* const axis : {"tiers", "stages"}) {
    for (const auto& [name, count] : summary.at(axis).items()) {
      EXPECT_GE(count.get<int>(), 20) << axis << " " << name;
    }
  }
}

// Not the bank: its columns say -1 for "never called", which is seldom drawn.
INSTANTIATE_TEST_SUITE_P(Packs, SampleOfShippedPackTest,
                         testing::Values("retail", "starter", "telecom"),
                         [](const auto& param_info) {
                           return param_info.param;
                         });

TEST(SampleImpossibleTest, APackThatNobodySatisfiesIsSaidSo) {
  std::string pack = kShopPack;
  const std::string constraint = "last.hasValue() == (orders > 0)";
  pack.replace(pack.find(constraint), constraint.size(),
               "orders > 5 && orders < 5");
  const TempDir folder;
  folder.Write("pack.yaml", pack);
  const Ran ran = RunHere({"sample", "customers", "--pack", folder.path()});
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.err, HasSubstr("customers drawn satisfies the pack"));
  EXPECT_THAT(ran.err, HasSubstr("orders > 5 && orders < 5"));
}

}  // namespace
}  // namespace stratagem::cli
