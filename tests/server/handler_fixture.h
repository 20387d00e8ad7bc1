// tests/server/handler_fixture.h
//
// HandlerFixture: a DecideHandler with packs of the test's own, a store that
// commits when told to, and a clock and seeds that the test sets.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_TESTS_SERVER_HANDLER_FIXTURE_H_
#define STRATAGEM_TESTS_SERVER_HANDLER_FIXTURE_H_

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "engine/store/record_codec.h"
#include "gtest/gtest.h"
#include "server/rpc/decide_handler.h"
#include "server/rpc/wire_bytes.h"
#include "tests/server/held_store.h"
#include "tests/server/test_host.h"
#include "tests/server/wire_pack.h"

namespace stratagem::server {

template <typename Response>
struct Answer {
  // Waits for an answer that another thread gives.
  void Await() const {
    while (!given) std::this_thread::yield();
  }

  std::atomic<bool> given = false;  // Set last.
  grpc::Status status;
  Response response;
};

class HandlerFixture : public testing::Test {
 protected:
  explicit HandlerFixture(
      std::shared_ptr<const decide::Router> router = WireRouter(),
      size_t queue = 1'000)
      : HandlerFixture(std::move(router), std::make_unique<HeldStore>(queue)) {}

  std::shared_ptr<Answer<v1::DecideResponse>> Decide(
      const v1::DecideRequest& request, absl::string_view traceparent = "") {
    auto answer = std::make_shared<Answer<v1::DecideResponse>>();
    handler_.Decide(ToByteBuffer(request.SerializeAsString()), traceparent,
                    GiveTo(answer));
    return answer;
  }

  // Decides, commits, and expects an answer.
  v1::Decision DecideNow(const v1::DecideRequest& request) {
    const auto answer = Decide(request);
    store_.Commit();
    EXPECT_TRUE(answer->given && answer->status.ok())
        << answer->status.error_message();
    return answer->response.decision();
  }

  std::shared_ptr<Answer<v1::BatchDecideResponse>> BatchDecide(
      const std::vector<v1::DecideRequest>& requests) {
    v1::BatchDecideRequest batch;
    for (const v1::DecideRequest& request : requests) {
      *batch.add_requests() = request;
    }
    auto answer = std::make_shared<Answer<v1::BatchDecideResponse>>();
    handler_.BatchDecide(ToByteBuffer(batch.SerializeAsString()), "",
                         GiveTo(answer));
    return answer;
  }

  // The record at `sequence`, decoded.
  std::unique_ptr<const store::DecodedRecord> Record(uint64_t sequence) {
    const auto entries = store_.Read(sequence - 1, 1);
    EXPECT_EQ(entries->size(), 1u);
    auto record = store::Decode(entries->front().record);
    EXPECT_TRUE(record.ok()) << record.status();
    return *std::move(record);
  }

  HeldStore& store_;  // Of the host; gone soon after it breaks.
  const std::unique_ptr<StoreHost> host_;
  PackStore packs_;
  absl::Time now_ = absl::FromUnixSeconds(1'790'000'000);
  uint64_t seed_ = 40;  // The next decision has the next one.
  DecideHandler handler_;

 private:
  HandlerFixture(std::shared_ptr<const decide::Router> router,
                 std::unique_ptr<HeldStore> store)
      : store_(*store),
        host_(HostOf(std::move(store))),
        packs_(std::move(router)),
        handler_(packs_, *host_,
                 {.batch_items_max = 10,
                  .time_zones_version = "2026a",
                  .now = [this] { return now_; },
                  .seed = [this] { return ++seed_; }}) {}

  template <typename Response>
  DecideHandler::Done GiveTo(std::shared_ptr<Answer<Response>> answer) {
    return [answer](const grpc::Status& status, grpc::ByteBuffer bytes) {
      EXPECT_FALSE(answer->given) << "answered twice";
      answer->status = status;
      const bool is_read = !status.ok() || ParseBytes(bytes, answer->response);
      EXPECT_TRUE(is_read);
      answer->given = true;
    };
  }
};

}  // namespace stratagem::server

#endif  // STRATAGEM_TESTS_SERVER_HANDLER_FIXTURE_H_
