// What must hold for routing: the newest version in effect decides, and each
// way to find none has an error of its own.

#include "engine/decide/router.h"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/plan/plan_fixture.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace stratagem::decide {
namespace {

std::shared_ptr<const plan::Plan> MakePlan(const std::string& name,
                                           const std::string& version,
                                           const std::string& effective = "") {
  const TempDir directory;
  directory.Write(
      "pack.yaml",
      absl::StrCat("language: 1\nname: ", name, "\nversion: ", version, "\n",
                   effective.empty() ? "" : "effective: ", effective, "\n"));
  plan::LoadedPlan loaded = plan::LoadPlan(directory.path());
  EXPECT_NE(loaded.plan, nullptr) << loaded.diagnostics;
  return loaded.plan;
}

absl::Time At(const std::string& text) {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, text, &time, &error))
      << error;
  return time;
}

std::string VersionOf(const absl::StatusOr<const plan::Plan*>& plan) {
  return plan.ok() ? absl::StrCat((*plan)->summary().name, " ",
                                  (*plan)->summary().version)
                   : plan.status().ToString();
}

class RouterTest : public testing::Test {
 protected:
  const Router router_{{
      MakePlan("retail", "v1"),
      MakePlan("retail", "v2", "{from: 2026-11-10, until: 2026-11-20}"),
      MakePlan("bank", "v1", "{from: 2026-12-01}"),
  }};
};

TEST_F(RouterTest, TheNewestVersionInEffectDecides) {
  EXPECT_EQ(VersionOf(router_.Route("retail", "", At("2026-11-09T23:59:59Z"))),
            "retail v1");
  EXPECT_EQ(VersionOf(router_.Route("retail", "", At("2026-11-10T00:00:00Z"))),
            "retail v2");
  EXPECT_EQ(VersionOf(router_.Route("retail", "", At("2026-11-20T00:00:00Z"))),
            "retail v1");
}

TEST_F(RouterTest, WithoutANameTheFirstPackDecides) {
  EXPECT_EQ(VersionOf(router_.Route("", "", At("2026-11-15T00:00:00Z"))),
            "retail v2");
}

TEST_F(RouterTest, AnOlderVersionAnswersWhenAskedFor) {
  EXPECT_EQ(
      VersionOf(router_.Route("retail", "v1", At("2026-11-15T00:00:00Z"))),
      "retail v1");
}

// An outcome is settled by limits as long as there are any.
TEST_F(RouterTest, OutcomesGoToTheVersionInEffectElseToTheOneThatDecided) {
  const Router router({
      MakePlan("retail", "v1", "{from: 2026-11-01, until: 2026-11-10}"),
      MakePlan("retail", "v2", "{from: 2026-11-10, until: 2026-11-20}"),
      MakePlan("retail", "v3", "{from: 2026-12-01}"),
  });
  struct Case {
    std::string version;
    std::string at;
    std::string want;
  };
  for (const Case& c : std::vector<Case>{
           {"v1", "2026-11-15T00:00:00Z", "v2"},
           {"v1", "2026-11-25T00:00:00Z", "v1"},
           {"v2", "2026-11-25T00:00:00Z", "v2"},
           {"gone", "2026-11-15T00:00:00Z", "v2"},
           {"gone", "2026-11-25T00:00:00Z", "v3"},
       }) {
    const plan::Plan* const plan =
        router.RouteOutcome("retail", c.version, At(c.at));
    ASSERT_NE(plan, nullptr) << c.version << " " << c.at;
    EXPECT_EQ(plan->summary().version, c.want) << c.version << " " << c.at;
  }
  EXPECT_EQ(router.RouteOutcome("bank", "v1", At("2026-11-15T00:00:00Z")),
            nullptr);
}

TEST_F(RouterTest, NothingInEffectNamesTheTimeAndTheInterval) {
  EXPECT_THAT(router_.Route("bank", "", At("2026-11-30T23:59:59Z")),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       "no active version of pack `bank` is in effect at "
                       "2026-11-30T23:59:59+00:00: `v1` from "
                       "2026-12-01T00:00:00+00:00"));
  EXPECT_THAT(router_.Route("retail", "v2", At("2026-12-01T00:00:00Z")),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       "no active version of pack `retail` is in effect at "
                       "2026-12-01T00:00:00+00:00: `v2` from "
                       "2026-11-10T00:00:00+00:00 until "
                       "2026-11-20T00:00:00+00:00"));
}

TEST(RouterGapTest, NamesTheNearestVersionsInThePacksZone) {
  const std::string zone = "\ntimezone: Asia/Shanghai";
  const Router router({
      MakePlan("shop", "v1", "{until: 2026-01-01}" + zone),
      MakePlan("shop", "v2", "{from: 2026-02-01, until: 2026-03-01}" + zone),
      MakePlan("shop", "v3", "{from: 2026-06-01, until: 2026-07-01}" + zone),
      MakePlan("shop", "v4", "{from: 2026-12-01}" + zone),
  });
  EXPECT_THAT(router.Route("", "", At("2026-03-01T00:00:00Z")),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       "no active version of pack `shop` is in effect at "
                       "2026-03-01T08:00:00+08:00: `v2` from "
                       "2026-02-01T00:00:00+08:00 until "
                       "2026-03-01T00:00:00+08:00, `v1` until "
                       "2026-01-01T00:00:00+08:00, and 2 further away"));
}

TEST(RouterOrderTest, OfTwoInEffectTheOneActivatedLastDecides) {
  const Router router({MakePlan("shop", "v2"), MakePlan("shop", "v1")});
  EXPECT_EQ(VersionOf(router.Route("", "", At("2026-11-15T00:00:00Z"))),
            "shop v1");
}

TEST(RouterEdgesTest, AVersionBeginsAndEndsAtMidnightInItsZone) {
  const std::string zone = "\ntimezone: Asia/Shanghai";
  const Router router({
      MakePlan("shop", "v1", "{until: 2026-11-01}" + zone),
      MakePlan("shop", "v2", "{from: 2026-11-01, until: 2027-01-01}" + zone),
  });
  EXPECT_EQ(VersionOf(router.Route("", "", At("2026-10-31T15:59:59Z"))),
            "shop v1");
  EXPECT_EQ(VersionOf(router.Route("", "", At("2026-10-31T16:00:00Z"))),
            "shop v2");
  EXPECT_EQ(VersionOf(router.Route("", "", At("2026-12-31T15:59:59Z"))),
            "shop v2");
  EXPECT_THAT(router.Route("", "", At("2026-12-31T16:00:00Z")),
              StatusIs(absl::StatusCode::kFailedPrecondition));
}

TEST_F(RouterTest, UnknownPacksAndVersionsAreNamed) {
  EXPECT_THAT(router_.Route("retial", "", At("2026-11-15T00:00:00Z")),
              StatusIs(absl::StatusCode::kNotFound,
                       testing::HasSubstr("unknown pack `retial`; did you mean "
                                          "`retail`?")));
  EXPECT_THAT(router_.Route("retail", "v3", At("2026-11-15T00:00:00Z")),
              StatusIs(absl::StatusCode::kNotFound,
                       testing::HasSubstr("no active version `v3`; ")));
}

TEST(RouterWithoutPacksTest, SaysSo) {
  EXPECT_THAT(Router({}).Route("", "", At("2026-11-15T00:00:00Z")),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       testing::HasSubstr("no pack is active")));
}

// Who of a thousand customers gets which version, "live" or "canary".
std::vector<std::string> ChosenFor(const Router& router,
                                   absl::string_view version = "") {
  std::vector<std::string> chosen;
  for (int i = 0; i < 1'000; ++i) {
    const absl::StatusOr<Chosen> one =
        router.RouteCustomer("retail", version, At("2026-11-15T00:00:00Z"),
                             absl::StrCat("customer-", i));
    EXPECT_EQ(one.status(), absl::OkStatus());
    chosen.push_back(
        absl::StrCat(one->plan->summary().version, one->is_canary ? "!" : ""));
  }
  return chosen;
}

TEST(CanaryTest, TheShareIsOfCustomersAndOnlyGrows) {
  const auto live = MakePlan("retail", "v1");
  const auto canary = MakePlan("retail", "v2");
  std::vector<std::string> before(1'000, "v1");
  for (const uint32_t slots : {0u, 100u, 2'000u, 10'000u}) {
    const std::vector<std::string> now =
        ChosenFor(Router({live}, {{canary, slots}}));
    const auto share =
        static_cast<uint32_t>(std::count(now.begin(), now.end(), "v2!"));
    // Five standard deviations.
    EXPECT_NEAR(share, slots / 10.0, 5 * 12.7);
    if (slots % 10'000 == 0) {
      EXPECT_EQ(share, slots / 10);
    }
    for (size_t i = 0; i < now.size(); ++i) {
      EXPECT_TRUE(now[i] == before[i] || now[i] == "v2!") << i;
      EXPECT_TRUE(now[i] == "v1" || now[i] == "v2!") << i;
    }
    before = now;
  }
  // Other customers for another version.
  EXPECT_NE(ChosenFor(Router({live}, {{canary, 2'000}})),
            ChosenFor(Router({live}, {{MakePlan("retail", "v3"), 2'000}})));
}

TEST(CanaryTest, NobodyElseGetsIt) {
  const absl::Time now = At("2026-11-15T00:00:00Z");
  const auto live = MakePlan("retail", "v1");
  const Router whole({live, MakePlan("bank", "v1")},
                     {{MakePlan("retail", "v2"), 10'000}});
  // Who has no id, who asks for a version, and who asks for another pack.
  EXPECT_FALSE(whole.RouteCustomer("retail", "", now, "")->is_canary);
  EXPECT_FALSE(whole.RouteCustomer("retail", "v1", now, "c")->is_canary);
  EXPECT_FALSE(whole.RouteCustomer("bank", "", now, "c")->is_canary);
  EXPECT_TRUE(whole.RouteCustomer("", "", now, "c")->is_canary);
  const Router later(
      {live}, {{MakePlan("retail", "v2", "{from: 2026-12-01}"), 10'000}});
  EXPECT_FALSE(later.RouteCustomer("retail", "", now, "c")->is_canary);
  EXPECT_TRUE(
      later.RouteCustomer("retail", "", At("2026-12-02T00:00:00Z"), "c")
          ->is_canary);
  EXPECT_THAT(whole.RouteCustomer("telecom", "", now, "c"),
              StatusIs(absl::StatusCode::kNotFound));
}

TEST(ShadowRoutingTest, AShadowIsOfItsPackWhileItIsInEffect) {
  const absl::Time now = At("2026-11-15T00:00:00Z");
  const auto shadow = MakePlan("retail", "v2", "{from: 2026-11-10}");
  const Router router({MakePlan("retail", "v1"), MakePlan("bank", "v1")}, {},
                      {{shadow, std::make_shared<ShadowComparison>()}});
  ASSERT_NE(router.RouteCustomer("retail", "", now, "")->shadow, nullptr);
  EXPECT_EQ(router.RouteCustomer("retail", "", now, "")->shadow->plan, shadow);
  EXPECT_EQ(router.RouteCustomer("retail", "v1", now, "")->shadow, nullptr);
  EXPECT_EQ(router.RouteCustomer("bank", "", now, "")->shadow, nullptr);
  EXPECT_EQ(
      router.RouteCustomer("retail", "", now - absl::Hours(24 * 7), "")->shadow,
      nullptr);
}

TEST(RouterFindTest, WhateverAnswersIsFoundByItsDigest) {
  const auto live = MakePlan("retail", "v1");
  const auto canary = MakePlan("retail", "v2");
  const auto shadow = MakePlan("retail", "v3");
  const Router router({live}, {{canary, 1}},
                      {{shadow, std::make_shared<ShadowComparison>()}});
  EXPECT_EQ(router.Find(live->summary().digest), live.get());
  EXPECT_EQ(router.Find(canary->summary().digest), canary.get());
  EXPECT_EQ(router.Find(shadow->summary().digest), nullptr);
}

}  // namespace
}  // namespace stratagem::decide
