#include "server/ops/store_host.h"

#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/store/memory_profile_store.h"
#include "engine/store/record_codec.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "stratagem/v1/profile_service.pb.h"
#include "tests/server/error_details.h"
#include "tests/server/held_store.h"
#include "tests/server/running_server.h"
#include "tests/support/status_matchers.h"

namespace stratagem::server {
namespace {

using grpc::StatusCode;
using testing::AllOf;
using testing::HasSubstr;

template <typename Condition>
void Await(const Condition& condition) {
  while (!condition()) std::this_thread::yield();
}

// Opens the stores, or tells the errors, that the test has lined up.
class Openings {
 public:
  // Returns the store that an opening will get; it holds so many records.
  HeldStore& Add(int records = 0) {
    auto store = std::make_unique<HeldStore>();
    trace::DecisionRecord decision;
    decision.decided_at = absl::UnixEpoch();
    for (int i = 0; i < records; ++i) {
      EXPECT_THAT(store->Append(store::Encode(decision, store->identity()),
                                [](auto) {}),
                  IsOk());
    }
    store->Commit();
    HeldStore& added = *store;
    const std::lock_guard<std::mutex> lock(mutex_);
    next_.emplace_back(std::move(store));
    return added;
  }
  void AddError(absl::Status error) {
    const std::lock_guard<std::mutex> lock(mutex_);
    next_.emplace_back(std::move(error));
  }
  void set_profiles(std::unique_ptr<store::ProfileStore> profiles) {
    profiles_ = std::move(profiles);
  }

  // The names of the logs that were asked for.
  std::vector<std::string> asked() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return asked_;
  }

  std::unique_ptr<StoreHost> Open() {
    const absl::Duration soon = absl::Milliseconds(1);
    auto host = StoreHost::Open(
        [this](const std::string& node_id) { return OpenNext(node_id); },
        {.look_every = soon, .retry_first = soon, .retry_max = soon});
    EXPECT_THAT(host, IsOk());
    return *std::move(host);
  }

 private:
  absl::StatusOr<OpenStores> OpenNext(const std::string& node_id) {
    const std::lock_guard<std::mutex> lock(mutex_);
    asked_.push_back(node_id);
    if (next_.empty()) return absl::UnavailableError("the disk is still gone");
    const absl::Status status = next_.front().status();
    OpenStores stores;
    if (status.ok()) stores.log = *std::move(next_.front());
    next_.pop_front();
    if (!status.ok()) return status;
    stores.sequencer = *store::Sequencer::Open(*stores.log, {});
    stores.profiles = profiles_ == nullptr ? store::NewMemoryProfileStore()
                                           : std::move(profiles_);
    return stores;
  }

  mutable std::mutex mutex_;
  std::deque<absl::StatusOr<std::unique_ptr<store::Store>>> next_;
  std::vector<std::string> asked_;
  std::unique_ptr<store::ProfileStore> profiles_;
};

bool IsOpen(const StoreHost& host) { return host.stores() != nullptr; }

TEST(StoreHostTest, OpensTheSameLogAnewAfterAFailedWrite) {
  Openings openings;
  HeldStore& first = openings.Add(2);
  HeldStore& second = openings.Add(2);
  const auto host = openings.Open();
  EXPECT_EQ(host->stores()->log.get(), &first);
  first.Break();
  Await([&] { return host->reopenings() == 1; });
  ASSERT_TRUE(IsOpen(*host));
  EXPECT_EQ(host->stores()->log.get(), &second);
  EXPECT_THAT(openings.asked(), testing::ElementsAre("", host->node_id()));
}

TEST(StoreHostTest, SaysWhyNothingIsOpenUntilSomethingIs) {
  Openings openings;
  HeldStore& first = openings.Add();
  const auto host = openings.Open();
  first.Break();
  Await([&] { return openings.asked().size() > 3; });
  EXPECT_FALSE(IsOpen(*host));
  EXPECT_THAT(host->Closed(), StatusIs(absl::StatusCode::kUnavailable,
                                       HasSubstr("the disk is still gone")));
  openings.Add();
  Await([&] { return host->reopenings() == 1; });
  EXPECT_TRUE(IsOpen(*host));
}

TEST(StoreHostTest, TheSameReasonIsLoggedOnce) {
  testing::internal::CaptureStderr();
  Openings openings;
  HeldStore& first = openings.Add();
  const auto host = openings.Open();
  for (int i = 0; i < 3; ++i) openings.AddError(absl::DataLossError("page 7"));
  for (int i = 0; i < 2; ++i) openings.AddError(absl::DataLossError("page 9"));
  openings.Add();
  first.Break();
  Await([&] { return host->reopenings() == 1; });
  host->Stop();
  const std::string log = testing::internal::GetCapturedStderr();
  const auto lines = [&log](const std::string& part) {
    size_t count = 0;
    for (size_t at = log.find(part); at != std::string::npos;
         at = log.find(part, at + 1)) {
      ++count;
    }
    return count;
  };
  EXPECT_EQ(lines("\"event\":\"store_failed\""), 1u) << log;
  EXPECT_EQ(lines("page 7"), 1u) << log;
  EXPECT_EQ(lines("page 9"), 1u) << log;
  EXPECT_EQ(lines("\"event\":\"store_reopened\""), 1u) << log;
}

TEST(StoreHostTest, WaitsForWhoeverStillUsesTheStores) {
  Openings openings;
  HeldStore& first = openings.Add();
  const auto host = openings.Open();
  openings.Add();
  auto held = host->stores();
  first.Break();
  Await([&] { return !IsOpen(*host); });
  EXPECT_EQ(openings.asked().size(), 1u);
  EXPECT_NE(held->log->stats().failure, "");  // Still whole.
  held = nullptr;
  Await([&] { return IsOpen(*host); });
}

TEST(StoreHostTest, RefusesALogThatLacksWhatWasAcknowledged) {
  testing::internal::CaptureStderr();
  Openings openings;
  HeldStore& first = openings.Add(3);
  const auto host = openings.Open();
  openings.Add(2);
  first.Break();
  Await([&] { return openings.asked().size() > 2; });
  EXPECT_FALSE(IsOpen(*host));
  host->Stop();
  EXPECT_THAT(testing::internal::GetCapturedStderr(),
              AllOf(HasSubstr("the log ends at record 2"),
                    HasSubstr("those up to 3 were acknowledged")));
}

// A failed profile store, which says on which thread it ended.
class FailedProfiles final : public store::ProfileStore {
 public:
  explicit FailedProfiles(std::thread::id& ended_on) : ended_on_(ended_on) {}
  ~FailedProfiles() override { ended_on_ = std::this_thread::get_id(); }
  absl::StatusOr<std::vector<store::ProfileResult>> Upsert(
      std::span<const store::ProfileUpdate>, absl::Time) override {
    return absl::UnavailableError("broken");
  }
  absl::StatusOr<std::shared_ptr<const store::Profile>> Get(
      absl::string_view) const override {
    return nullptr;
  }
  absl::StatusOr<store::ProfilePage> Search(
      const store::ProfileSearch&) const override {
    return store::ProfilePage();
  }
  absl::StatusOr<bool> Delete(absl::string_view) override { return false; }
  absl::StatusOr<uint64_t> Count() const override { return uint64_t{0}; }
  store::ProfileStats stats() const override {
    store::ProfileStats stats;
    stats.failure = "broken";
    return stats;
  }

 private:
  std::thread::id& ended_on_;
};

// Whoever lets go last may be a thread of the store itself, which its end waits
// for.
TEST(StoreHostTest, AFailedProfileStoreEndsOnAThreadOfTheHost) {
  std::thread::id ended_on;
  Openings openings;
  openings.Add();
  openings.set_profiles(std::make_unique<FailedProfiles>(ended_on));
  const auto host = openings.Open();
  auto held = host->stores();
  openings.Add();
  Await([&] { return !IsOpen(*host); });
  held = nullptr;
  Await([&] { return IsOpen(*host); });
  EXPECT_NE(ended_on, std::thread::id());
  EXPECT_NE(ended_on, std::this_thread::get_id());
}

TEST(StoreHostTest, StopsWhileCallsHoldTheStoresAndWhileNothingOpens) {
  for (const bool is_held : {true, false}) {
    Openings openings;
    HeldStore& first = openings.Add();
    const auto host = openings.Open();
    auto held = is_held ? host->stores() : nullptr;
    first.Break();
    Await([&] { return !IsOpen(*host); });
    host->Stop();
    host->Stop();
    EXPECT_FALSE(IsOpen(*host));
  }
}

TEST(ServerOnFailedStoreTest, RefusesCallsAndServesAgainByItself) {
  Openings openings;
  HeldStore& first = openings.Add();
  // Nobody commits what a pack's start would record.
  RunningServer running({}, openings.Open(), {});
  const auto health = [&running](const std::string& service) {
    return running.Health(absl::StrCat("stratagem.v1.", service));
  };
  EXPECT_EQ(health("DecisionService"), 1);
  first.Break();
  Await([&] { return running.Health("") == 2; });
  for (const char* service : {"DecisionService", "OutcomeService",
                              "ProfileService", "InsightService"}) {
    EXPECT_EQ(health(service), 2) << service;
  }
  EXPECT_EQ(health("PackService"), 1);

  const auto is_closed =
      IsError(StatusCode::UNAVAILABLE, "STORE_UNAVAILABLE", "");
  const grpc::Status decided = running.Decide(GoodRequest());
  EXPECT_THAT(decided, is_closed);
  EXPECT_THAT(decided.error_message(), HasSubstr("opened anew"));
  v1::RecordOutcomesRequest outcomes;
  outcomes.add_reports();
  v1::RecordOutcomesResponse recorded;
  EXPECT_THAT(running.RecordOutcomes(outcomes, recorded), is_closed);
  v1::BatchDecideRequest batch;
  *batch.add_requests() = GoodRequest();
  v1::UpsertProfileRequest upsert;
  upsert.mutable_update()->set_customer_id("c-1");
  v1::GetProfileRequest profile;
  profile.set_customer_id("c-1");
  v1::DeleteCustomerRequest erasure;
  erasure.set_customer_id("c-1");
  v1::GetDecisionRequest decision;
  decision.set_decision_id("n.1.1");
  const std::pair<const char*, std::string> calls[] = {
      {"DecisionService/BatchDecide", batch.SerializeAsString()},
      {"ProfileService/UpsertProfile", upsert.SerializeAsString()},
      {"ProfileService/GetProfile", profile.SerializeAsString()},
      {"ProfileService/SearchProfiles", ""},
      {"ProfileService/DeleteCustomer", erasure.SerializeAsString()},
      {"InsightService/GetLogStats", ""},
      {"InsightService/ListDecisions", ""},
      {"InsightService/GetDecision", decision.SerializeAsString()}};
  for (const auto& [method, bytes] : calls) {
    EXPECT_THAT(
        running.CallBytes(absl::StrCat("/stratagem.v1.", method), bytes),
        is_closed)
        << method;
  }

  openings.Add();
  Await([&] { return running.Health("") == 1; });
  EXPECT_EQ(health("DecisionService"), 1);
  EXPECT_EQ(running.host().reopenings(), 1u);
}

}  // namespace
}  // namespace stratagem::server
