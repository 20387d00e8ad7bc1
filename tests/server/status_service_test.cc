// What must hold for GetStatus: it counts what was decided, once, under its
// version and what it was for; it answers also when nothing else does; and it
// says the same over HTTP.

#include "server/rpc/status_service.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/base/versions.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/rpc/write_status.h"
#include "stratagem/v1/server_service.grpc.pb.h"
#include "tests/server/error_details.h"
#include "tests/server/held_store.h"
#include "tests/server/running_server.h"
#include "tests/server/shop_pack.h"

namespace stratagem::server {
namespace {

using grpc::StatusCode;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

v1::GetStatusResponse GetStatus(RunningServer& server) {
  grpc::ClientContext context;
  v1::GetStatusResponse status;
  const grpc::Status answer =
      v1::ServerService::NewStub(server.channel())
          ->GetStatus(&context, v1::GetStatusRequest(), &status);
  EXPECT_TRUE(answer.ok()) << answer.error_message();
  return status;
}

v1::DecideRequest ShopRequest() {
  v1::DecideRequest request;
  request.set_customer_id("c-1");
  return request;
}

// "shop@1 LIVE decides 3".
std::vector<std::string> PacksOf(const v1::GetStatusResponse& status) {
  std::vector<std::string> packs;
  for (const v1::PackStatus& pack : status.packs()) {
    packs.push_back(absl::StrCat(pack.ref().name(), "@", pack.ref().version(),
                                 " ", v1::Serving_Name(pack.serving()),
                                 pack.decides() ? " decides " : " ",
                                 pack.decisions()));
  }
  return packs;
}

std::vector<std::string> RolesOf(const v1::PackStatus& pack) {
  std::vector<std::string> roles;
  for (const v1::RoleCount& role : pack.roles()) {
    roles.push_back(
        absl::StrCat(v1::DecisionRole_Name(role.role()), " ", role.count()));
  }
  return roles;
}

uint64_t CountOf(const v1::GetStatusResponse& status, const std::string& phase,
                 const std::string& outcome) {
  for (const v1::Latency& latency : status.latencies()) {
    if (latency.phase() == phase && latency.outcome() == outcome) {
      return latency.count();
    }
  }
  return 0;
}

class StatusServiceTest : public testing::Test {
 protected:
  void Decide(int live, int previews) {
    for (int i = 0; i < live + previews; ++i) {
      v1::DecideRequest request = ShopRequest();
      request.set_dry_run(i >= live);
      EXPECT_TRUE(server_.Decide(request).ok());
    }
  }

  const TempDir dir_;
  RunningServer server_{{}, store::NewMemoryStore(), {WriteShop(dir_, "shop")}};
};

TEST_F(StatusServiceTest, CountsWhatWasDecidedByVersionAndRole) {
  Decide(3, 2);
  EXPECT_FALSE(server_.Decide(v1::DecideRequest()).ok());
  const v1::GetStatusResponse status = GetStatus(server_);
  EXPECT_TRUE(status.ready());
  EXPECT_EQ(status.not_ready_reason(), "");
  EXPECT_EQ(status.version(), kEngineVersion);
  EXPECT_EQ(status.node_id(), server_.host().node_id());
  EXPECT_THAT(PacksOf(status), ElementsAre("shop@1 SERVING_LIVE decides 5"));
  EXPECT_EQ(status.packs(0).ref().digest().size(), 64u);
  EXPECT_THAT(RolesOf(status.packs(0)),
              ElementsAre("DECISION_ROLE_LIVE 3", "DECISION_ROLE_DRY_RUN 2"));
  EXPECT_EQ(status.packs(0).decisions_degraded(), 0u);
  for (const char* const phase : {"read", "decide", "commit", "total"}) {
    EXPECT_EQ(CountOf(status, phase, "decided"), 5u) << phase;
  }
  EXPECT_EQ(CountOf(status, "total", "refused"), 1u);
  EXPECT_EQ(CountOf(status, "total", "failed"), 0u);
  ASSERT_EQ(status.calls_size(), 2);
  EXPECT_EQ(status.calls(0).method(), "stratagem.v1.DecisionService/Decide");
  EXPECT_EQ(status.calls(0).code(), "OK");
  EXPECT_EQ(status.calls(0).count(), 5u);
  EXPECT_EQ(status.calls(1).code(), "INVALID_ARGUMENT");
  EXPECT_EQ(status.calls(1).count(), 1u);
  EXPECT_EQ(status.store().last_sequence(), server_.store().stats().records);
  EXPECT_EQ(status.store().records_committed(), status.store().last_sequence());
  EXPECT_EQ(status.store().queue_records(), 0u);
  EXPECT_FALSE(status.has_http());
}

TEST_F(StatusServiceTest, BucketsAddUpAndHaveABoundEachButTheLast) {
  Decide(4, 0);
  const v1::GetStatusResponse status = GetStatus(server_);
  ASSERT_GT(status.latencies_size(), 0);
  for (const v1::Latency& latency : status.latencies()) {
    EXPECT_EQ(latency.buckets_size(), status.latency_bounds_seconds_size() + 1);
    uint64_t count = 0;
    for (const uint64_t bucket : latency.buckets()) count += bucket;
    EXPECT_EQ(count, latency.count()) << latency.phase();
    EXPECT_GT(latency.sum_seconds(), 0) << latency.phase();
  }
}

TEST_F(StatusServiceTest, TheSecondAnswerGoesOnFromTheFirst) {
  Decide(1, 0);
  const v1::GetStatusResponse first = GetStatus(server_);
  Decide(2, 0);
  const v1::GetStatusResponse second = GetStatus(server_);
  EXPECT_EQ(second.packs(0).decisions(), first.packs(0).decisions() + 2);
  EXPECT_EQ(second.started_at().seconds(), first.started_at().seconds());
  EXPECT_EQ(second.started_at().nanos(), first.started_at().nanos());
  const auto nanoseconds = [](const google::protobuf::Duration& duration) {
    return duration.seconds() * 1'000'000'000 + duration.nanos();
  };
  EXPECT_GT(nanoseconds(second.uptime()), nanoseconds(first.uptime()));
  // The first asking stands in the second.
  EXPECT_EQ(second.calls(second.calls_size() - 1).method(),
            "stratagem.v1.ServerService/GetStatus");
  EXPECT_EQ(second.calls(second.calls_size() - 1).count(), 1u);
}

TEST_F(StatusServiceTest, WhatIsNoMessageIsRefused) {
  EXPECT_THAT(
      server_.CallBytes("/stratagem.v1.ServerService/GetStatus", "\xff"),
      IsError(StatusCode::INVALID_ARGUMENT, "MALFORMED_MESSAGE", ""));
}

TEST(StatusWithoutPackTest, SaysThatItIsNotReadyAndWhy) {
  RunningServer server({}, store::NewMemoryStore(), {});
  const v1::GetStatusResponse status = GetStatus(server);
  EXPECT_FALSE(status.ready());
  EXPECT_THAT(status.not_ready_reason(), HasSubstr("no pack serves"));
  EXPECT_THAT(PacksOf(status), IsEmpty());
  EXPECT_TRUE(status.has_store());
  EXPECT_EQ(server.Health("stratagem.v1.ServerService"), 1);
}

TEST(StatusOnFailedStoreTest, AnswersWhileTheStoreIsClosed) {
  auto held = std::make_unique<HeldStore>();
  HeldStore& store = *held;
  // Nobody commits what a pack's start would record.
  RunningServer server({}, std::move(held), {});
  EXPECT_TRUE(GetStatus(server).has_store());
  store.Break();
  v1::GetStatusResponse status;
  do {
    status = GetStatus(server);
  } while (status.has_store());
  EXPECT_FALSE(status.ready());
  EXPECT_THAT(status.not_ready_reason(), HasSubstr("opened anew"));
  EXPECT_EQ(server.Health("stratagem.v1.ServerService"), 1);
}

// What a test of a server cannot bring about.
TEST(WriteStatusTest, HasEverythingOfThePicture) {
  ServerPicture picture;
  picture.node_id = "n";
  picture.started_at = absl::FromUnixSeconds(1'790'000'000);
  picture.uptime = absl::Seconds(5) + absl::Nanoseconds(7);
  picture.ready = absl::UnavailableError("not now");
  picture.store_reopenings = 2;
  picture.records_dropped = 3;
  picture.stores.emplace();
  picture.stores->log.last_sequence = 10;
  picture.stores->log.projected_sequence = 9;
  picture.stores->log.queue_records = 4;
  picture.stores->log.queue_bytes = 400;
  picture.stores->log.appends_refused = 5;
  picture.stores->log.commits = 6;
  picture.stores->log.records_committed = 8;
  picture.stores->sequencer.ledger.customers = 11;
  picture.stores->sequencer.ledger.bytes = 1'100;
  ServerPicture::Pack canary;
  canary.served.pack = "shop";
  canary.served.version = "2";
  canary.served.serving = state::Serving::kCanary;
  canary.served.canary_slots = state::kCanarySlots / 4;
  picture.packs.push_back(canary);
  ServerPicture::Decided decided;
  decided.pack = "shop";
  decided.version = "2";
  // Tiers of one role are one count.
  decided.counts.decisions = {{trace::Role::kCanary, "gold", "", 3},
                              {trace::Role::kCanary, "silver", "", 4},
                              {trace::Role::kShadow, "gold", "", 1}};
  decided.counts.decisions_total = 8;
  decided.counts.degraded = 2;
  decided.counts.unlogged = 6;
  picture.decided.push_back(decided);
  // It served before, and does no more.
  decided.version = "1";
  picture.decided.push_back(decided);
  picture.refused.push_back(
      {"packs/gym", "gym: no", absl::FromUnixSeconds(1'790'000'001)});
  picture.paused = 2;
  picture.packs_served = 7;
  picture.packs_refused = 1;
  picture.config.succeeded = 4;
  picture.config.failed = 1;
  picture.config.last_ok = false;
  picture.queues.push_back({"repeats", 3, 9});
  picture.http.emplace();
  picture.http->connections_open = 1;
  picture.http->connections_refused = 2;
  picture.http->requests = 3;
  picture.http->requests_refused = 4;
  picture.http->timeouts = 5;

  const v1::GetStatusResponse status = ToWire(picture);
  EXPECT_FALSE(status.ready());
  EXPECT_EQ(status.not_ready_reason(), "not now");
  EXPECT_EQ(status.started_at().seconds(), 1'790'000'000);
  EXPECT_EQ(status.uptime().seconds(), 5);
  EXPECT_EQ(status.uptime().nanos(), 7);
  EXPECT_EQ(status.store_reopenings(), 2u);
  EXPECT_EQ(status.records_dropped(), 3u);
  EXPECT_EQ(status.store().ShortDebugString(),
            "last_sequence: 10 projected_sequence: 9 queue_records: 4 "
            "queue_bytes: 400 commits: 6 records_committed: 8 customers: 11 "
            "ledger_bytes: 1100 appends_refused: 5");
  ASSERT_THAT(PacksOf(status), ElementsAre("shop@2 SERVING_CANARY 8"));
  EXPECT_EQ(status.packs(0).canary_share(), 0.25);
  EXPECT_EQ(status.packs(0).decisions_degraded(), 2u);
  EXPECT_EQ(status.packs(0).quotes_unlogged(), 6u);
  EXPECT_THAT(RolesOf(status.packs(0)),
              ElementsAre("DECISION_ROLE_CANARY 7", "DECISION_ROLE_SHADOW 1"));
  ASSERT_EQ(status.refused_packs_size(), 1);
  EXPECT_EQ(status.refused_packs(0).ShortDebugString(),
            "folder: \"packs/gym\" message: \"gym: no\" at { seconds: "
            "1790000001 }");
  EXPECT_EQ(status.paused(), 2u);
  EXPECT_EQ(status.pack_reloads().ShortDebugString(),
            "succeeded: 7 failed: 1 last_failed: true");
  EXPECT_EQ(status.config_reloads().ShortDebugString(),
            "succeeded: 4 failed: 1 last_failed: true");
  EXPECT_EQ(status.latencies_size(), 0);
  ASSERT_EQ(status.queues_size(), 1);
  EXPECT_EQ(status.queues(0).ShortDebugString(),
            "queue: \"repeats\" waiting: 3 refused: 9");
  EXPECT_EQ(status.http().ShortDebugString(),
            "connections_open: 1 connections_refused: 2 requests: 3 "
            "requests_refused: 4 timeouts: 5");
}

}  // namespace
}  // namespace stratagem::server
