// What is counted on the path of calls: nothing twice, nothing lost, each under
// its own name.

#include <future>
#include <string>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/ops/latency_histogram.h"
#include "server/ops/log_limit.h"
#include "server/reload/pack_store.h"
#include "server/rpc/read_thread.h"
#include "tests/server/running_server.h"
#include "tests/server/shop_pack.h"

namespace stratagem::server {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

TEST(LatencyHistogramTest, ABoundBelongsToTheBucketThatItEnds) {
  LatencyHistogram histogram;
  histogram.Observe(absl::Microseconds(1));
  histogram.Observe(absl::Nanoseconds(1'001));
  histogram.Observe(absl::Microseconds(2));
  histogram.Observe(absl::Seconds(10));
  histogram.Observe(absl::Seconds(11));
  histogram.Observe(-absl::Seconds(1));  // A clock that went back.
  const LatencyCounts counts = histogram.counts();
  EXPECT_EQ(counts.buckets[0], 2u);
  EXPECT_EQ(counts.buckets[1], 2u);
  EXPECT_EQ(counts.buckets[kLatencyBoundsSeconds.size() - 1], 1u);
  EXPECT_EQ(counts.buckets[kLatencyBoundsSeconds.size()], 1u);
  EXPECT_EQ(counts.count, 6u);
  EXPECT_NEAR(counts.sum_seconds, 21.000004001, 1e-9);
}

TEST(LatencyHistogramTest, LosesNothingAmongThreads) {
  LatencyHistogram histogram;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&histogram, i] {
      for (int n = 0; n < 1'000; ++n) {
        histogram.Observe(absl::Milliseconds(i + 1));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(histogram.counts().count, 4'000u);
  EXPECT_NEAR(histogram.counts().sum_seconds, 10.0, 1e-6);
}

TEST(LogLimitTest, LeavesOutWhatIsBeyondASecondsLinesAndSaysHowMuch) {
  LogLimit limit(2);
  const absl::Time second = absl::FromUnixSeconds(1'790'000'000);
  EXPECT_EQ(limit.Admit(second), 0u);
  EXPECT_EQ(limit.Admit(second), 0u);
  EXPECT_EQ(limit.Admit(second), std::nullopt);
  EXPECT_EQ(limit.Admit(second + absl::Milliseconds(999)), std::nullopt);
  EXPECT_EQ(limit.Admit(second + absl::Seconds(1)), 2u);
  EXPECT_EQ(limit.Admit(second + absl::Seconds(1)), 0u);
  EXPECT_EQ(limit.Admit(second + absl::Seconds(1)), std::nullopt);
}

std::shared_ptr<const plan::Plan> ShopPlan(const std::string& version) {
  const TempDir dir;
  const std::string folder = WriteShop(dir, "shop", {.version = version});
  return CompileFolder(folder, folder).plan;
}

std::shared_ptr<const decide::Router> RouterOf(
    const std::shared_ptr<const plan::Plan>& plan) {
  return std::make_shared<const decide::Router>(std::vector{plan});
}

// A decision of nothing but the role, with a tier that the shop does not have.
trace::DecisionRecord RecordOf(trace::Role role) {
  trace::DecisionRecord record;
  record.role = role;
  record.tier = "gold";
  return record;
}

TEST(PackStoreTest, AVersionThatComesBackGoesOnWithItsCounts) {
  const auto one = ShopPlan("1");
  const auto two = ShopPlan("2");
  PackStore packs(RouterOf(one));
  packs.serving()->CountsOf(*one).CountDecision(RecordOf(trace::Role::kLive));
  packs.Set(RouterOf(two));
  packs.serving()->CountsOf(*two).CountUnlogged();
  packs.Set(RouterOf(ShopPlan("1")));
  const auto serving = packs.serving();
  serving->CountsOf(*serving->router().plans().front())
      .CountDecision(RecordOf(trace::Role::kCanary));
  ASSERT_THAT(serving->counts(), SizeIs(2));
  const PlanCountsView first =
      serving->counts().at(one->summary().digest)->view();
  EXPECT_EQ(first.decisions_total, 2u);
  ASSERT_THAT(first.decisions, SizeIs(2));
  EXPECT_EQ(first.decisions[0].role, trace::Role::kLive);
  EXPECT_EQ(first.decisions[1].role, trace::Role::kCanary);
  EXPECT_EQ(first.decisions[0].tier, "") << "not a tier of the pack";
  const PlanCountsView second =
      serving->counts().at(two->summary().digest)->view();
  EXPECT_EQ(second.unlogged, 1u);
  EXPECT_THAT(second.decisions, IsEmpty());
}

TEST(PackStoreTest, ACallThatBeganBeforeASwapIsCountedForItsVersion) {
  const auto one = ShopPlan("1");
  PackStore packs(RouterOf(one));
  const auto before = packs.serving();
  packs.Set(RouterOf(ShopPlan("2")));
  before->CountsOf(*one).CountUnlogged();
  EXPECT_EQ(
      packs.serving()->counts().at(one->summary().digest)->view().unlogged, 1u);
}

v1::DecideRequest ShopRequest(const std::string& placement) {
  v1::DecideRequest request;
  request.set_customer_id("c-1");
  if (!placement.empty()) request.add_placements(placement);
  return request;
}

uint64_t Count(const ServerPicture& picture, Phase phase, Outcome outcome) {
  return picture
      .latencies[static_cast<size_t>(phase)][static_cast<size_t>(outcome)]
      .count;
}

Options AllowingQuotes() {
  Options options;
  options.unlogged_quotes = true;
  return options;
}

class LookTest : public testing::Test {
 protected:
  LookTest()
      : server_(AllowingQuotes(), store::NewMemoryStore(),
                {WriteShop(dir_, "shop")}) {}

  PlanCountsView Counts() { return server_.server().Look().decided[0].counts; }

  const TempDir dir_;
  RunningServer server_;
};

TEST_F(LookTest, CountsDecisionsByRolePlacementAndGate) {
  ASSERT_TRUE(server_.packs()
                  .SetPaused({.pack = "shop", .name = "gift"}, true, {})
                  .ok());
  ASSERT_TRUE(server_.Decide(ShopRequest("home")).ok());
  ASSERT_TRUE(server_.Decide(ShopRequest("")).ok());
  v1::DecideRequest preview = ShopRequest("home");
  preview.set_dry_run(true);
  ASSERT_TRUE(server_.Decide(preview).ok());
  const PlanCountsView counts = Counts();
  EXPECT_EQ(counts.decisions_total, 3u);
  ASSERT_THAT(counts.decisions, SizeIs(2));
  EXPECT_EQ(counts.decisions[0].count, 2u);
  EXPECT_EQ(counts.decisions[1].role, trace::Role::kDryRun);
  ASSERT_THAT(counts.placements, SizeIs(1));
  EXPECT_EQ(counts.placements[0].name, "home");
  EXPECT_TRUE(counts.placements[0].filled);
  EXPECT_EQ(counts.placements[0].count, 2u);
  ASSERT_THAT(counts.exclusions, SizeIs(1));
  EXPECT_EQ(counts.exclusions[0].reason, trace::Reason::kOfferPaused);
  EXPECT_EQ(counts.exclusions[0].count, 2u);
  EXPECT_EQ(counts.degraded, 0u);
}

TEST_F(LookTest, CountsAPlacementThatStayedEmpty) {
  for (const char* offer : {"gift", "coupon"}) {
    ASSERT_TRUE(server_.packs()
                    .SetPaused({.pack = "shop", .name = offer}, true, {})
                    .ok());
  }
  ASSERT_TRUE(server_.Decide(ShopRequest("home")).ok());
  const PlanCountsView counts = Counts();
  ASSERT_THAT(counts.placements, SizeIs(1));
  EXPECT_FALSE(counts.placements[0].filled);
}

TEST_F(LookTest, TellsHowCallsForDecisionsEnded) {
  v1::DecideRequest named = ShopRequest("");
  named.set_request_id("r-1");
  ASSERT_TRUE(server_.Decide(named).ok());
  ASSERT_TRUE(server_.Decide(named).ok());
  EXPECT_FALSE(server_.Decide(v1::DecideRequest()).ok());
  v1::DecideRequest quote = ShopRequest("");
  quote.set_unlogged(true);
  v1::BatchDecideRequest batch;
  *batch.add_requests() = quote;
  *batch.add_requests() = v1::DecideRequest();
  *batch.add_requests() = ShopRequest("home");
  v1::BatchDecideResponse answers;
  ASSERT_TRUE(server_.BatchDecide(batch, answers).ok());
  const ServerPicture picture = server_.server().Look();
  EXPECT_EQ(Count(picture, Phase::kTotal, Outcome::kDecided), 2u);
  EXPECT_EQ(Count(picture, Phase::kTotal, Outcome::kRepeated), 1u);
  EXPECT_EQ(Count(picture, Phase::kTotal, Outcome::kUnlogged), 1u);
  EXPECT_EQ(Count(picture, Phase::kTotal, Outcome::kRefused), 2u);
  EXPECT_EQ(Count(picture, Phase::kTotal, Outcome::kFailed), 0u);
  for (const Phase phase : {Phase::kRead, Phase::kDecide, Phase::kCommit}) {
    EXPECT_EQ(Count(picture, phase, Outcome::kDecided), 2u) << PhaseName(phase);
  }
  EXPECT_EQ(Count(picture, Phase::kDecide, Outcome::kUnlogged), 1u);
  EXPECT_EQ(Count(picture, Phase::kCommit, Outcome::kUnlogged), 0u);
}

TEST_F(LookTest, CountsCallsByMethodAndCode) {
  ASSERT_TRUE(server_.Decide(ShopRequest("home")).ok());
  EXPECT_FALSE(server_.Decide(v1::DecideRequest()).ok());
  EXPECT_EQ(server_.Health(""), 1);
  // A status is counted before it is sent, so all three are there.
  std::vector<std::string> calls;
  for (const CallCounts::View& call : server_.server().Look().calls) {
    calls.push_back(
        absl::StrCat(call.method, " ", call.code, " ", call.latency.count));
  }
  EXPECT_THAT(calls, ElementsAre("stratagem.v1.DecisionService/Decide OK 1",
                                 "stratagem.v1.DecisionService/Decide "
                                 "INVALID_ARGUMENT 1",
                                 "other OK 1"));
}

TEST_F(LookTest, AFailedCallStandsInTheLogByItsTraceAndWithoutWhatItSaid) {
  const std::string trace = "0af7651916cd43dd8448eb211c80319c";
  const auto stub = v1::DecisionService::NewStub(server_.channel());
  grpc::ClientContext context;
  context.AddMetadata("traceparent",
                      absl::StrCat("00-", trace, "-b7ad6b7169203331-01"));
  v1::DecideRequest request = ShopRequest("");
  request.mutable_pack()->set_name("of-mrs-smith");
  v1::DecideResponse response;
  testing::internal::CaptureStderr();
  const grpc::Status status = stub->Decide(&context, request, &response);
  const std::string log = testing::internal::GetCapturedStderr();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_THAT(log, HasSubstr("\"event\":\"call_failed\",\"method\":"
                             "\"stratagem.v1.DecisionService/Decide\",\"code\":"
                             "\"NOT_FOUND\",\"reason\":"
                             "\"ERROR_REASON_PACK_NOT_FOUND\""));
  EXPECT_THAT(log, HasSubstr(absl::StrCat("\"trace_id\":\"", trace, "\"")));
  EXPECT_THAT(log, Not(HasSubstr("smith")));
}

TEST_F(LookTest, AnOperationStandsInTheLogWithWhoDidItAndWhy) {
  testing::internal::CaptureStderr();
  ASSERT_TRUE(server_.packs()
                  .SetPaused({.pack = "shop", .name = "gift"}, true,
                             {.actor = "jane", .reason = "sold out"})
                  .ok());
  EXPECT_THAT(testing::internal::GetCapturedStderr(),
              HasSubstr("\"operation\":\"pause_offer\",\"pack\":\"shop\","
                        "\"version\":\"\",\"name\":\"gift\","
                        "\"canary_slots\":0,\"forced\":false,"
                        "\"actor\":\"jane\",\"reason\":\"sold out\""));
}

TEST(ReadThreadTest, TellsHowManyWaitAndHowManyItRefused) {
  ReadThread thread("reads", 1);
  std::promise<void> begun, held;
  ASSERT_TRUE(thread.Post([&begun, wait = held.get_future().share()] {
    begun.set_value();
    wait.wait();
  }));
  begun.get_future().wait();
  EXPECT_TRUE(thread.Post([] {}));
  EXPECT_FALSE(thread.Post([] {}));
  EXPECT_FALSE(thread.Post([] {}));
  const QueueStats stats = thread.stats();
  EXPECT_EQ(stats.name, "reads");
  EXPECT_EQ(stats.waiting, 1u);
  EXPECT_EQ(stats.refused, 2u);
  held.set_value();
}

TEST_F(LookTest, TellsOfTheStoreAndWhatServes) {
  ASSERT_TRUE(server_.Decide(ShopRequest("home")).ok());
  const ServerPicture picture = server_.server().Look();
  EXPECT_TRUE(picture.ready.ok());
  EXPECT_EQ(picture.node_id, server_.host().node_id());
  ASSERT_TRUE(picture.stores.has_value());
  const store::StoreStats& log = picture.stores->log;
  EXPECT_EQ(log.records_committed, log.last_sequence);
  uint64_t commits = 0;
  for (const uint64_t count : log.commits_by_size) commits += count;
  EXPECT_EQ(commits, log.commits);
  ASSERT_THAT(picture.packs, SizeIs(1));
  EXPECT_EQ(picture.packs[0].served.version, "1");
  EXPECT_TRUE(picture.packs[0].decides);
  EXPECT_EQ(picture.packs_served, 1u);
  EXPECT_FALSE(picture.http.has_value());
  EXPECT_EQ(picture.records_dropped, 0u);
}

}  // namespace
}  // namespace stratagem::server
