// What must hold for routing: the newest version in effect decides, and each
// way to find none has an error of its own.

#include "engine/decide/router.h"

#include <string>

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
                       testing::HasSubstr("unknown pack `retial`")));
  EXPECT_THAT(router_.Route("retail", "v3", At("2026-11-15T00:00:00Z")),
              StatusIs(absl::StatusCode::kNotFound,
                       testing::HasSubstr("no active version `v3`")));
}

TEST(RouterWithoutPacksTest, SaysSo) {
  EXPECT_THAT(Router({}).Route("", "", At("2026-11-15T00:00:00Z")),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       testing::HasSubstr("no pack is active")));
}

}  // namespace
}  // namespace stratagem::decide
