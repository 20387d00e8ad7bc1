// What must hold for the services that read, and for the server as a whole:
// packs are described as declared, the log is paged without leaving one out,
// health follows the store, and one port has one server.

#include <atomic>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/store/record_codec.h"
#include "gmock/gmock.h"
#include "grpcpp/health_check_service_interface.h"
#include "gtest/gtest.h"
#include "server/rpc/insight_service.h"
#include "server/rpc/log_queries.h"
#include "server/rpc/pack_handler.h"
#include "tests/server/error_details.h"
#include "tests/server/held_store.h"
#include "tests/server/running_server.h"
#include "tests/support/status_matchers.h"

namespace stratagem::server {
namespace {

using grpc::StatusCode;

TEST(ListPacksTest, DescribesPacksAsTheirAuthorDeclaredThem) {
  const auto response =
      ListPacks(*WireRouter(), absl::FromUnixSeconds(1'790'000'000));
  ASSERT_EQ(response.packs_size(), 2);
  const v1::Pack& wire = response.packs(0);
  EXPECT_EQ(wire.ref().name(), "wire");
  EXPECT_EQ(wire.ref().version(), "1.0.0");
  EXPECT_EQ(wire.ref().digest().size(), 64u);
  EXPECT_EQ(wire.description(), "For the tests of the server");
  EXPECT_EQ(wire.timezone(), "UTC");
  EXPECT_TRUE(wire.in_effect());
  EXPECT_FALSE(wire.has_effective_from());
  ASSERT_EQ(wire.attributes_size(), 10);
  const v1::Field& orders = wire.attributes(0);
  EXPECT_EQ(orders.name(), "orders");
  EXPECT_EQ(orders.type(), "int");
  EXPECT_FALSE(orders.optional());
  EXPECT_FALSE(orders.has_default_value());
  EXPECT_EQ(orders.value_min().int_value(), 0);
  EXPECT_EQ(orders.value_max().int_value(), 1000);
  const v1::Field& spend = wire.attributes(1);
  EXPECT_EQ(spend.default_value().double_value(), 0);
  EXPECT_EQ(spend.unit(), "EUR");
  EXPECT_EQ(spend.description(), "in a year");
  EXPECT_TRUE(wire.attributes(2).optional());
  EXPECT_TRUE(wire.attributes(3).pii());
  EXPECT_THAT(wire.attributes(4).values(), testing::ElementsAre("app", "sms"));
  EXPECT_EQ(wire.attributes(7).type(), "list(string)");
  EXPECT_EQ(wire.attributes(8).type(), "map(string, double)");
  EXPECT_TRUE(wire.attributes(9).protected_());
  EXPECT_EQ(wire.request(0).name(), "channel");
  EXPECT_EQ(wire.parameters(0).default_value().double_value(), 5);
  EXPECT_THAT(wire.tiers(), testing::ElementsAre("gold", "bronze"));
  EXPECT_THAT(wire.stages(), testing::ElementsAre("prospect", "active"));
  EXPECT_THAT(wire.treatments(), testing::ElementsAre("pricing"));
  EXPECT_THAT(wire.offers(), testing::ElementsAre("coupon", "event", "survey"));
  EXPECT_THAT(wire.placements(), testing::ElementsAre("home", "side"));
}

TEST(ListPacksTest, TellsWhenAPackIsInEffect) {
  const absl::Time from = absl::FromUnixSeconds(1'546'300'800);   // 2019.
  const absl::Time until = absl::FromUnixSeconds(1'577'836'800);  // 2020.
  const auto retired = [](absl::Time now) {
    return ListPacks(*WireRouter(), now).packs(1);
  };
  EXPECT_EQ(retired(from).effective_from().seconds(), 1'546'300'800);
  EXPECT_EQ(retired(from).effective_until().seconds(), 1'577'836'800);
  EXPECT_FALSE(retired(from - absl::Nanoseconds(1)).in_effect());
  EXPECT_TRUE(retired(from).in_effect());
  EXPECT_TRUE(retired(until - absl::Nanoseconds(1)).in_effect());
  EXPECT_FALSE(retired(until).in_effect());
}

// A server whose log holds customers c-1 to c-5.
class InsightTest : public testing::Test {
 protected:
  InsightTest() {
    v1::BatchDecideRequest batch;
    for (int i = 1; i <= 5; ++i) {
      *batch.add_requests() = GoodRequest("c-" + std::to_string(i));
    }
    EXPECT_TRUE(running_.BatchDecide(batch, answered_).ok());
  }

  v1::ListDecisionsResponse List(const v1::ListDecisionsRequest& request) {
    auto result = ListDecisions(running_.store(), request, Pii::kMasked);
    EXPECT_TRUE(std::holds_alternative<v1::ListDecisionsResponse>(result));
    return std::get<v1::ListDecisionsResponse>(std::move(result));
  }

  static std::vector<std::string> Customers(
      const v1::ListDecisionsResponse& page) {
    std::vector<std::string> customers;
    for (const v1::LogEntry& entry : page.entries()) {
      customers.push_back(entry.customer_id());
    }
    return customers;
  }

  RunningServer running_;
  v1::BatchDecideResponse answered_;
};

TEST_F(InsightTest, PagesLeaveNoDecisionOut) {
  v1::ListDecisionsRequest request;
  request.set_order(v1::LIST_ORDER_OLDEST_FIRST);
  request.set_page_size(2);
  v1::ListDecisionsResponse page = List(request);
  EXPECT_THAT(Customers(page), testing::ElementsAre("c-1", "c-2"));
  request.set_page_token(page.next_page_token());
  page = List(request);
  EXPECT_THAT(Customers(page), testing::ElementsAre("c-3", "c-4"));
  request.set_page_token(page.next_page_token());
  page = List(request);
  EXPECT_THAT(Customers(page), testing::ElementsAre("c-5"));
  EXPECT_EQ(page.next_page_token(), "");
}

TEST_F(InsightTest, TheNewestComeFirstUnlessAskedOtherwise) {
  v1::ListDecisionsRequest request;
  request.set_page_size(2);
  EXPECT_THAT(Customers(List(request)), testing::ElementsAre("c-5", "c-4"));
  request.set_page_size(0);
  EXPECT_EQ(List(request).entries_size(), 5);
  EXPECT_EQ(List(request).next_page_token(), "");
}

TEST_F(InsightTest, AnEntryHoldsTheDecisionAsItWasAnswered) {
  v1::ListDecisionsRequest request;
  request.set_order(v1::LIST_ORDER_OLDEST_FIRST);
  const v1::ListDecisionsResponse page = List(request);
  ASSERT_EQ(page.entries_size(), 5);
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(page.entries(i).decision().SerializeAsString(),
              answered_.results(i).decision().SerializeAsString());
  }
}

TEST_F(InsightTest, ReasonsAreThereForWhoeverAsks) {
  v1::ListDecisionsRequest request;
  EXPECT_FALSE(List(request).entries(0).decision().has_explanation());
  request.set_explain(v1::EXPLAIN_LEVEL_REASONS);
  EXPECT_EQ(List(request)
                .entries(0)
                .decision()
                .explanation()
                .placements(0)
                .exclusions(0)
                .offer_id(),
            "event");
}

TEST_F(InsightTest, PageSizesOutsideTheLimitsAreRefused) {
  for (const int page_size : {-1, 1'001}) {
    v1::ListDecisionsRequest request;
    request.set_page_size(page_size);
    const auto result = ListDecisions(running_.store(), request, Pii::kMasked);
    ASSERT_TRUE(std::holds_alternative<google::rpc::Status>(result));
    EXPECT_THAT(
        std::get<google::rpc::Status>(result),
        IsError(StatusCode::INVALID_ARGUMENT, "OUT_OF_RANGE", "page_size"));
  }
}

TEST_F(InsightTest, StatsCountWhatWasDecided) {
  v1::DecideRequest preview = GoodRequest("c-6");
  preview.set_dry_run(true);
  EXPECT_TRUE(running_.Decide(preview).ok());
  auto stub = v1::InsightService::NewStub(running_.channel());
  grpc::ClientContext context;
  v1::GetLogStatsResponse stats;
  ASSERT_TRUE(stub->GetLogStats(&context, {}, &stats).ok());
  EXPECT_EQ(stats.node_id(), running_.store().identity().node_id);
  EXPECT_EQ(stats.epoch(), 1u);
  // Two packs were activated at the start.
  EXPECT_EQ(stats.records(), 8u);
  EXPECT_EQ(stats.last_sequence(), 8u);
  EXPECT_EQ(stats.projected_sequence(), 8u);
  EXPECT_GE(stats.commits(), 1u);
  std::vector<std::string> counts;
  for (const v1::LogCount& count : stats.counts()) {
    counts.push_back(count.dimension() + " " + count.value() + " " +
                     std::to_string(count.count()));
  }
  EXPECT_THAT(counts, testing::IsSupersetOf({"role live 5", "role dry_run 1",
                                             "tier gold 5", "stage active 5",
                                             "offer coupon 5"}));
}

TEST(InsightErrorTest, DamagedTablesAreDataLoss) {
  const HeldStore store;
  const auto result = GetLogStats(store, {}, {}, absl::UnixEpoch());
  ASSERT_TRUE(std::holds_alternative<google::rpc::Status>(result));
  EXPECT_THAT(std::get<google::rpc::Status>(result),
              IsError(StatusCode::DATA_LOSS, "STORE_DATA_LOSS", ""));
}

TEST(InsightErrorTest, ARecordThatDoesNotReadBackIsDataLossToWhoeverAsksForIt) {
  HeldStore store;
  ASSERT_TRUE(store.Append({"\xff\xff", ""}, [](auto) {}).ok());
  store.Commit();
  v1::GetDecisionRequest request;
  request.set_decision_id(absl::StrCat(store.identity().node_id, ".",
                                       store.identity().epoch, ".1"));
  const auto result = GetDecision(store, request, Pii::kMasked);
  ASSERT_TRUE(std::holds_alternative<google::rpc::Status>(result));
  EXPECT_THAT(std::get<google::rpc::Status>(result),
              IsError(StatusCode::DATA_LOSS, "STORE_DATA_LOSS", ""));
  // No filter asks for it, and one bad record hides no others.
  const auto page = ListDecisions(store, {}, Pii::kMasked);
  ASSERT_TRUE(std::holds_alternative<v1::ListDecisionsResponse>(page));
  EXPECT_EQ(std::get<v1::ListDecisionsResponse>(page).entries_size(), 0);
}

TEST(InsightQueueTest, ASlowDiskHoldsUpOnlyABoundedNumberOfReads) {
  auto held = std::make_unique<HeldStore>();
  // Something to read.
  trace::DecisionRecord decision;
  decision.decided_at = absl::UnixEpoch();
  ASSERT_TRUE(
      held->Append(store::Encode(decision, held->identity()), [](auto) {})
          .ok());
  held->Commit();
  const HeldStore& store = *held;
  // Nobody commits what a pack's start would record.
  RunningServer running({}, std::move(held), {});
  auto stub = v1::InsightService::NewStub(running.channel());
  // One more than run and wait: the disk answers none, so one is refused.
  constexpr size_t kCalls = kReadsWaitingMax + 2;
  struct Call {
    grpc::ClientContext context;
    v1::ListDecisionsRequest request;
    v1::ListDecisionsResponse response;
    std::promise<grpc::Status> done;
  };
  std::vector<Call> calls(kCalls);
  std::promise<grpc::Status> refused;
  std::atomic<size_t> refusals = 0;
  std::unique_lock<std::mutex> disk = store.HoldReads();
  for (Call& call : calls) {
    stub->async()->ListDecisions(&call.context, &call.request, &call.response,
                                 [&](grpc::Status status) {
                                   if (!status.ok() && refusals++ == 0)
                                     refused.set_value(status);
                                   call.done.set_value(status);
                                 });
  }
  EXPECT_THAT(refused.get_future().get(),
              IsError(StatusCode::RESOURCE_EXHAUSTED, "READ_QUEUE_FULL", ""));
  // Threads of gRPC are free meanwhile.
  v1::ListPacksResponse packs;
  grpc::ClientContext context;
  EXPECT_TRUE(v1::PackService::NewStub(running.channel())
                  ->ListPacks(&context, {}, &packs)
                  .ok());
  disk.unlock();
  size_t answered = 0;
  for (Call& call : calls)
    answered += call.done.get_future().get().ok() ? 1 : 0;
  EXPECT_EQ(answered, kCalls - refusals);
  EXPECT_GE(answered, kReadsWaitingMax);
}

TEST(HealthTest, EveryServiceServesFromTheStart) {
  RunningServer running;
  for (const char* service :
       {"", "stratagem.v1.DecisionService", "stratagem.v1.OutcomeService",
        "stratagem.v1.PackService", "stratagem.v1.InsightService"}) {
    EXPECT_EQ(running.Health(service), 1) << service;
  }
  EXPECT_EQ(running.Health("stratagem.v1.Unknown"),
            -static_cast<int>(StatusCode::NOT_FOUND));
}

TEST(ServerStartTest, ASecondServerOnThePortIsRefused) {
  RunningServer running;
  Options options;
  options.listen = absl::StrCat("127.0.0.1:", running.server().port());
  const auto host = HostOf(store::NewMemoryStore());
  const auto packs = PackRegistry::Start({}, {}, *host);
  ASSERT_THAT(packs.status(), IsOk());
  EXPECT_THAT(Server::Start(options, **packs, *host),
              StatusIs(absl::StatusCode::kUnavailable,
                       testing::HasSubstr(options.listen)));
}

TEST(ServerStopTest, IsIdempotentAndEndsCalls) {
  RunningServer running;
  running.server().Stop(absl::Seconds(10));
  running.server().Stop(absl::Seconds(10));
  EXPECT_EQ(running.Decide(GoodRequest()).error_code(),
            StatusCode::UNAVAILABLE);
}

}  // namespace
}  // namespace stratagem::server
