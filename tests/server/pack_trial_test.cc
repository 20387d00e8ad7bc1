// What must hold for versions that are tried before they decide: a canary
// decides for its share and no more, a shadow answers nothing, a diff tells
// what is different, and a simulation changes nothing.

#include <cmath>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "stratagem/v1/profile_service.grpc.pb.h"
#include "tests/server/error_details.h"
#include "tests/server/pack_calls.h"

namespace stratagem::server {
namespace {

using grpc::StatusCode;
using testing::ElementsAre;
using testing::HasSubstr;

class PackTrialTest : public PackCalls {
 protected:
  grpc::Status SetCanary(const std::string& version, double share,
                         v1::SetCanaryResponse& response) {
    v1::SetCanaryRequest request;
    request.mutable_pack()->set_name("shop");
    request.mutable_pack()->set_version(version);
    request.set_share(share);
    return Call(&Stub::SetCanary, request, response);
  }
  grpc::Status SetCanary(const std::string& version, double share) {
    v1::SetCanaryResponse response;
    return SetCanary(version, share, response);
  }
  grpc::Status SetShadow(const std::string& version, bool enabled,
                         bool force = false) {
    v1::SetShadowRequest request;
    request.mutable_pack()->set_name("shop");
    request.mutable_pack()->set_version(version);
    request.set_enabled(enabled);
    request.set_force(force);
    v1::SetShadowResponse response;
    return Call(&Stub::SetShadow, request, response);
  }
  v1::ServedVersion Version(const std::string& version) {
    v1::ListVersionsResponse response;
    EXPECT_TRUE(Call(&Stub::ListVersions, {}, response).ok());
    for (const v1::ServedVersion& served : response.versions()) {
      if (served.ref().version() == version) return served;
    }
    return {};
  }
  // Customers of whom this version decides, of a hundred.
  std::set<std::string> CustomersOf(const std::string& version) {
    std::set<std::string> customers;
    for (int i = 0; i < 100; ++i) {
      const std::string customer = absl::StrCat("c-", i);
      if (DecideOf(customer).pack().version() == version) {
        customers.insert(customer);
      }
    }
    return customers;
  }
  void StoreProfiles(int count) {
    auto profiles = v1::ProfileService::NewStub(running_.channel());
    for (int i = 0; i < count; ++i) {
      v1::UpsertProfileRequest request;
      request.mutable_update()->set_customer_id(absl::StrCat("p-", i));
      v1::NamedValue& orders = *request.mutable_update()->add_attributes();
      orders.set_name("orders");
      orders.mutable_value()->set_int_value(i);
      v1::UpsertProfileResponse response;
      grpc::ClientContext context;
      ASSERT_TRUE(profiles->UpsertProfile(&context, request, &response).ok());
    }
  }
  uint64_t Records() { return running_.store().stats().records; }
};

TEST_F(PackTrialTest, ACanaryDecidesForTheSameCustomersAndMoreWhenItGrows) {
  ASSERT_TRUE(Publish({.version = "2", .discount = 2}).ok());
  v1::SetCanaryResponse response;
  ASSERT_TRUE(SetCanary("2", 0.3, response).ok());
  EXPECT_EQ(response.version().serving(), v1::SERVING_CANARY);
  EXPECT_DOUBLE_EQ(response.version().canary_share(), 0.3);
  EXPECT_FALSE(response.version().decides());
  const std::set<std::string> few = CustomersOf("2");
  EXPECT_GT(few.size(), 10u);
  EXPECT_LT(few.size(), 60u);
  EXPECT_EQ(CustomersOf("2"), few);
  ASSERT_TRUE(SetCanary("2", 0.7).ok());
  const std::set<std::string> more = CustomersOf("2");
  EXPECT_GT(more.size(), few.size());
  for (const std::string& customer : few) EXPECT_TRUE(more.contains(customer));
  ASSERT_TRUE(SetCanary("2", 1).ok());
  EXPECT_EQ(CustomersOf("2").size(), 100u);
  ASSERT_TRUE(SetCanary("2", 0).ok());
  EXPECT_TRUE(CustomersOf("2").empty());
  EXPECT_EQ(Version("2").serving(), v1::SERVING_WITHDRAWN);
}

TEST_F(PackTrialTest, TheSmallestShareIsOneStep) {
  ASSERT_TRUE(Publish({.version = "2"}).ok());
  v1::SetCanaryResponse response;
  ASSERT_TRUE(SetCanary("2", 1e-9, response).ok());
  EXPECT_DOUBLE_EQ(response.version().canary_share(), 0.0001);
  ASSERT_TRUE(SetCanary("2", 0.07, response).ok());
  EXPECT_DOUBLE_EQ(response.version().canary_share(), 0.07);
  const uint64_t records = Records();
  ASSERT_TRUE(SetCanary("2", 0.07, response).ok());
  EXPECT_EQ(Records(), records);
}

TEST_F(PackTrialTest, AShareOutsideItsBoundsIsRefused) {
  ASSERT_TRUE(Publish({.version = "2"}).ok());
  for (const double share : {-0.1, 1.1, std::nan("")}) {
    EXPECT_THAT(SetCanary("2", share),
                IsError(StatusCode::INVALID_ARGUMENT, "OUT_OF_RANGE", "share"));
  }
}

TEST_F(PackTrialTest, WhatIsLiveCannotBeATrialOfItself) {
  EXPECT_THAT(SetCanary("1", 0.5), IsError(StatusCode::INVALID_ARGUMENT,
                                           "NOT_ALLOWED", "pack.version"));
  EXPECT_THAT(SetShadow("1", true), IsError(StatusCode::INVALID_ARGUMENT,
                                            "NOT_ALLOWED", "pack.version"));
  EXPECT_EQ(Version("1").serving(), v1::SERVING_LIVE);
}

TEST_F(PackTrialTest, EndingATrialThatThereIsNotLeavesAVersionAsItServes) {
  ASSERT_TRUE(Publish({.version = "2"}).ok());
  ASSERT_TRUE(SetShadow("2", true).ok());
  const uint64_t records = Records();
  EXPECT_TRUE(SetCanary("1", 0).ok());
  EXPECT_TRUE(SetShadow("1", false).ok());
  EXPECT_TRUE(SetCanary("2", 0).ok());
  EXPECT_EQ(Version("1").serving(), v1::SERVING_LIVE);
  EXPECT_EQ(Version("2").serving(), v1::SERVING_SHADOW);
  EXPECT_EQ(Records(), records);
}

TEST_F(PackTrialTest, ATrialWhoseTestsFailNeedsForce) {
  ASSERT_TRUE(Publish({.version = "2", .expected_discount = "5"}).ok());
  EXPECT_THAT(SetCanary("2", 0.5), IsError(StatusCode::FAILED_PRECONDITION,
                                           "PACK_TESTS_FAILED", ""));
  EXPECT_THAT(SetShadow("2", true), IsError(StatusCode::FAILED_PRECONDITION,
                                            "PACK_TESTS_FAILED", ""));
  EXPECT_TRUE(SetShadow("2", true, true).ok());
  EXPECT_EQ(Version("2").serving(), v1::SERVING_SHADOW);
}

TEST_F(PackTrialTest, AShadowAnswersNothingAndIsCompared) {
  ASSERT_TRUE(Publish({.version = "2", .discount = 2}).ok());
  ASSERT_TRUE(SetShadow("2", true).ok());
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(DecideOf(absl::StrCat("c-", i)).pack().version(), "1");
  }
  const v1::ServedVersion shadow = Version("2");
  EXPECT_EQ(shadow.serving(), v1::SERVING_SHADOW);
  // The last call may be answered before its shadow is counted.
  EXPECT_GE(shadow.comparison().decisions(), 4u);
  EXPECT_EQ(shadow.comparison().other_treatments(),
            shadow.comparison().decisions());
  EXPECT_EQ(shadow.comparison().same(), 0u);
  EXPECT_EQ(shadow.comparison().dropped(), 0u);
  ASSERT_TRUE(SetShadow("2", false).ok());
  EXPECT_EQ(Version("2").serving(), v1::SERVING_WITHDRAWN);
  EXPECT_FALSE(Version("2").has_comparison());
}

TEST_F(PackTrialTest, AComparisonGoesOnWhileOtherThingsChange) {
  ASSERT_TRUE(Publish({.version = "2", .discount = 2}).ok());
  ASSERT_TRUE(SetShadow("2", true).ok());
  DecideOf("c-1");
  DecideOf("c-2");
  ASSERT_TRUE(Publish({.version = "3"}).ok());
  EXPECT_GE(Version("2").comparison().decisions(), 1u);
}

TEST_F(PackTrialTest, AShadowThatComesBackIsComparedAnew) {
  ASSERT_TRUE(Publish({.version = "2"}).ok());
  ASSERT_TRUE(Publish({.version = "3"}).ok());
  ASSERT_TRUE(SetShadow("2", true).ok());
  DecideOf("c-1");
  DecideOf("c-2");
  EXPECT_GE(Version("2").comparison().decisions(), 1u);
  ASSERT_TRUE(SetShadow("3", true).ok());
  EXPECT_EQ(Version("2").serving(), v1::SERVING_WITHDRAWN);
  ASSERT_TRUE(SetShadow("2", true).ok());
  EXPECT_EQ(Version("2").comparison().decisions(), 0u);
}

TEST_F(PackTrialTest, ADiffTellsWhatIsDifferent) {
  v1::DiffPacksRequest request;
  request.mutable_before()->mutable_published()->set_name("shop");
  *request.mutable_after()->mutable_files() =
      ShopWire({.version = "2", .discount = 7});
  v1::DiffPacksResponse response;
  ASSERT_TRUE(Call(&Stub::DiffPacks, request, response).ok());
  bool found = false;
  for (const v1::PackChange& change : response.changes()) {
    if (change.path(change.path_size() - 1) != "discount") continue;
    found = true;
    EXPECT_EQ(change.kind(), v1::PACK_CHANGE_KIND_CHANGED);
    EXPECT_EQ(change.path(0), "treatments");
    EXPECT_EQ(change.before(), "1");
    EXPECT_EQ(change.after(), "7");
  }
  EXPECT_TRUE(found) << response.DebugString();
  *request.mutable_after() = request.before();
  ASSERT_TRUE(Call(&Stub::DiffPacks, request, response).ok());
  EXPECT_EQ(response.changes_size(), 0);
  request.mutable_after()->mutable_files()->add_files()->set_path("pack.yaml");
  EXPECT_THAT(Call(&Stub::DiffPacks, request, response),
              IsError(StatusCode::FAILED_PRECONDITION, "PACK_INVALID", ""));
}

TEST_F(PackTrialTest, ASimulatedCallIsAnsweredByTheDraftAndLogsNothing) {
  const uint64_t records = Records();
  v1::SimulateRequest request;
  *request.mutable_pack()->mutable_files() =
      ShopWire({.version = "2", .discount = 7});
  request.mutable_call()->set_customer_id("c-1");
  request.mutable_call()->add_placements("home");
  v1::SimulateResponse response;
  ASSERT_TRUE(Call(&Stub::Simulate, request, response).ok());
  EXPECT_EQ(response.decision().pack().version(), "2");
  EXPECT_EQ(response.decision().role(), v1::DECISION_ROLE_DRY_RUN);
  ASSERT_EQ(response.decision().placements_size(), 1);
  EXPECT_EQ(response.decision().placements(0).slots_size(), 2);
  EXPECT_EQ(Records(), records);
  *request.mutable_call()->add_attributes() = Int("nonsense", 1);
  EXPECT_THAT(Call(&Stub::Simulate, request, response),
              IsError(StatusCode::INVALID_ARGUMENT, "UNKNOWN_NAME",
                      "attributes.nonsense"));
}

TEST_F(PackTrialTest, ASimulationOfStoredCustomersComparesWithWhatDecides) {
  StoreProfiles(7);
  const uint64_t records = Records();
  v1::SimulateRequest request;
  PackFiles files = ShopFiles({.version = "2"});
  // Half of them get something else.
  files["pack.yaml"].replace(files["pack.yaml"].find("{id: gift"),
                             std::string("{id: gift").size(),
                             "{id: gift, eligibility: \"orders < 4\"");
  *request.mutable_pack()->mutable_files() = ToWireFiles(files);
  request.mutable_population()->add_placements("home");
  v1::SimulateResponse response;
  const grpc::Status status = Call(&Stub::Simulate, request, response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  const v1::SimulatedPopulation& population = response.population();
  EXPECT_EQ(population.customers(), 7u);
  EXPECT_EQ(population.different(), 3u);
  EXPECT_EQ(population.refused(), 0u);
  EXPECT_FALSE(population.truncated());
  EXPECT_THAT(population.examples(), ElementsAre("p-4", "p-5", "p-6"));
  std::vector<std::string> counts;
  for (const v1::SimulatedCount& count : population.counts()) {
    counts.push_back(absl::StrCat(count.dimension(), " ", count.value(), " ",
                                  count.now(), " ", count.simulated()));
  }
  EXPECT_THAT(counts, ElementsAre("offer coupon 7 7", "offer gift 7 4",
                                  "treatment.pricing list 7 7"));
  EXPECT_EQ(Records(), records);

  request.mutable_population()->set_customers_max(2);
  request.mutable_population()->set_customer_id_prefix("p-");
  ASSERT_TRUE(Call(&Stub::Simulate, request, response).ok());
  EXPECT_EQ(response.population().customers(), 2u);
  EXPECT_TRUE(response.population().truncated());
  request.mutable_population()->set_customer_id_prefix("q");
  ASSERT_TRUE(Call(&Stub::Simulate, request, response).ok());
  EXPECT_EQ(response.population().customers(), 0u);
}

TEST_F(PackTrialTest, ASimulationBeyondItsBoundsIsRefused) {
  v1::SimulateRequest request;
  request.mutable_pack()->mutable_published()->set_name("shop");
  request.mutable_population()->set_customers_max(100'001);
  v1::SimulateResponse response;
  EXPECT_THAT(Call(&Stub::Simulate, request, response),
              IsError(StatusCode::INVALID_ARGUMENT, "OUT_OF_RANGE",
                      "population.customers_max"));
  request.mutable_population()->set_customers_max(1);
  request.mutable_population()->add_placements("hone");
  const grpc::Status status = Call(&Stub::Simulate, request, response);
  EXPECT_THAT(status, IsError(StatusCode::INVALID_ARGUMENT, "UNKNOWN_NAME",
                              "population.placements[0]"));
  EXPECT_THAT(status.error_message(), HasSubstr("did you mean `home`?"));
  request.Clear();
  *request.mutable_pack()->mutable_files() = ShopWire({.name = "another"});
  request.mutable_population();
  EXPECT_THAT(Call(&Stub::Simulate, request, response),
              IsError(StatusCode::NOT_FOUND, "PACK_NOT_FOUND", ""));
}

}  // namespace
}  // namespace stratagem::server
