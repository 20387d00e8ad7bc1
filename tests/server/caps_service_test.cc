// What must hold for caps over gRPC: what many callers share is never given
// out more often than the pack says, previews spend nothing, and everything is
// remembered across a restart.

#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "engine/store/record_codec.h"
#include "engine/store/sqlite_store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/server/running_server.h"
#include "tests/server/wire_pack.h"
#include "tests/support/temp_dir.h"

namespace stratagem::server {
namespace {

constexpr int kCallers = 64;

v1::DecideRequest Request(const std::string& customer_id,
                          const std::string& placement) {
  v1::DecideRequest request;
  request.set_customer_id(customer_id);
  request.set_explain(v1::EXPLAIN_LEVEL_REASONS);
  request.add_placements(placement);
  return request;
}

std::string OfferOf(const v1::Decision& decision) {
  const v1::Placement& placement = decision.placements(0);
  return placement.slots().empty() ? "" : placement.slots(0).offer_id();
}

// Every caller decides at the same time, each for a customer of its own; how
// often each offer was answered.
std::map<std::string, int> OffersOfAll(RunningServer& server,
                                       const std::string& placement) {
  std::vector<std::string> offers(kCallers);
  std::vector<std::thread> callers;
  for (int i = 0; i < kCallers; ++i) {
    callers.emplace_back([&, i] {
      v1::DecideResponse response;
      const grpc::Status status =
          server.Decide(Request("c-" + std::to_string(i), placement), response);
      EXPECT_TRUE(status.ok()) << status.error_message();
      offers[static_cast<size_t>(i)] = OfferOf(response.decision());
    });
  }
  for (std::thread& caller : callers) caller.join();
  std::map<std::string, int> counts;
  for (const std::string& offer : offers) ++counts[offer];
  return counts;
}

TEST(CapsServiceTest, ALimitOfTenIsShownTenTimesToSixtyFourCallers) {
  RunningServer server({}, store::NewMemoryStore(),
                       PackDirectories({"capped"}));
  EXPECT_EQ(OffersOfAll(server, "for_all"),
            (std::map<std::string, int>{{"ticket", 10}, {"thanks", 54}}));
}

TEST(CapsServiceTest, ABudgetIsReservedToItsLastUnitAndNotBeyond) {
  RunningServer server({}, store::NewMemoryStore(),
                       PackDirectories({"capped"}));
  // 35 at 3.5 each.
  EXPECT_EQ(OffersOfAll(server, "paid"),
            (std::map<std::string, int>{{"cash", 10}, {"", 54}}));
}

TEST(CapsServiceTest, WhatIsExcludedSaysByWhichCapAndWhenItOpens) {
  RunningServer server({}, store::NewMemoryStore(),
                       PackDirectories({"capped"}));
  v1::DecideResponse response;
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(server.Decide(Request("c-1", "for_each"), response).ok());
    EXPECT_EQ(OfferOf(response.decision()), i < 2 ? "sample" : "");
  }
  const v1::PlacementExplanation& explained =
      response.decision().explanation().placements(0);
  ASSERT_EQ(explained.exclusions_size(), 1);
  const v1::Exclusion& exclusion = explained.exclusions(0);
  EXPECT_EQ(exclusion.reason(), v1::REASON_LIMIT);
  EXPECT_EQ(exclusion.cap(), "offers.sample.limits[0]");
  EXPECT_EQ(exclusion.amount(), 2);
  EXPECT_EQ(exclusion.amount_max(), 2);
  EXPECT_EQ(exclusion.opens_at().seconds() / 86'400 -
                response.decision().decided_at().seconds() / 86'400,
            30);
}

TEST(CapsServiceTest, PreviewsSeeWhatIsLeftAndSpendNothing) {
  RunningServer server({}, store::NewMemoryStore(),
                       PackDirectories({"capped"}));
  v1::DecideRequest preview = Request("c-1", "for_each");
  preview.set_dry_run(true);
  v1::DecideResponse response;
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(server.Decide(preview, response).ok());
    EXPECT_EQ(OfferOf(response.decision()), "sample");
  }
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(server.Decide(Request("c-1", "for_each"), response).ok());
    EXPECT_EQ(OfferOf(response.decision()), "sample");
  }
  ASSERT_TRUE(server.Decide(preview, response).ok());
  EXPECT_EQ(OfferOf(response.decision()), "");
}

TEST(CapsServiceTest, TheTierIsHeldFromDecisionToDecision) {
  RunningServer server({}, store::NewMemoryStore(),
                       PackDirectories({"capped"}));
  v1::DecideRequest rich = Request("c-1", "for_all");
  *rich.add_attributes() = Double("spend", 500);
  v1::DecideResponse response;
  ASSERT_TRUE(server.Decide(rich, response).ok());
  EXPECT_EQ(response.decision().tier(), "gold");
  ASSERT_TRUE(server.Decide(Request("c-1", "for_all"), response).ok());
  EXPECT_EQ(response.decision().tier(), "gold");
  EXPECT_EQ(response.decision().tier_reason(), v1::REASON_HELD_TIER);
}

TEST(CapsServiceTest, ARestartForgetsNothing) {
  const TempDir directory;
  const auto open = [&directory] {
    store::SqliteStoreOptions options;
    options.directory = directory.path();
    return *store::OpenSqliteStore(options);
  };
  {
    RunningServer server({}, open(), PackDirectories({"capped"}));
    OffersOfAll(server, "for_all");
    EXPECT_TRUE(server.Decide(Request("c-1", "for_each")).ok());
  }
  RunningServer server({}, open(), PackDirectories({"capped"}));
  EXPECT_EQ(OffersOfAll(server, "for_all"),
            (std::map<std::string, int>{{"thanks", kCallers}}));
  v1::DecideResponse response;
  for (const char* const offer : {"sample", ""}) {
    ASSERT_TRUE(server.Decide(Request("c-1", "for_each"), response).ok());
    EXPECT_EQ(OfferOf(response.decision()), offer);
  }
}

}  // namespace
}  // namespace stratagem::server
