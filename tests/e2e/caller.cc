#include "tests/e2e/caller.h"

#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/e2e/fair_pack.h"
#include "tests/e2e/server_process.h"

namespace stratagem {
namespace {

constexpr uint32_t kCustomers = 6;
constexpr uint32_t kProfiles = 5;
constexpr uint32_t kBatchItems = 4;
constexpr size_t kAnsweredMax = 32;
constexpr std::chrono::seconds kCallTimeout(60);

v1::NamedValue Named(const std::string& name, double value) {
  v1::NamedValue named;
  named.set_name(name);
  named.mutable_value()->set_double_value(value);
  return named;
}

bool IsTellable(const std::string& offer) {
  return offer == "ticket" || offer == "seat" || offer == "coin" ||
         offer == "note";
}

}  // namespace

std::unique_ptr<grpc::ClientContext> NewContext() {
  auto context = std::make_unique<grpc::ClientContext>();
  context->set_deadline(std::chrono::system_clock::now() + kCallTimeout);
  return context;
}

void Caller::Connect(int port) {
  const auto channel = ChannelTo(port);
  decide_ = v1::DecisionService::NewStub(channel);
  outcome_ = v1::OutcomeService::NewStub(channel);
  profile_ = v1::ProfileService::NewStub(channel);
}

void Caller::Disconnect() {
  decide_ = nullptr;
  outcome_ = nullptr;
  profile_ = nullptr;
}

void Caller::Run(int port, CallGate& gate) {
  Connect(port);
  answered_.clear();
  bool answered = true;
  while (answered && gate.Begin()) {
    const Request request = NextRequest();
    answered = Call(request);
    if (!answered) unanswered_.push_back(request);
    gate.End(answered);
  }
  Disconnect();
}

void Caller::RepeatUnanswered(int port) {
  Connect(port);
  const std::vector<Request> requests = std::move(unanswered_);
  unanswered_.clear();
  for (const Request& request : requests) {
    EXPECT_TRUE(Call(request)) << last_failure_.error_message();
  }
  Disconnect();
}

void Caller::RepeatAnswered(int port, int count) {
  Connect(port);
  for (int i = 0; i < count && !answered_.empty(); ++i) {
    const v1::DecideRequest request = answered_.back();
    answered_.pop_back();
    EXPECT_TRUE(Call(request)) << last_failure_.error_message();
  }
  Disconnect();
}

void Caller::ForgetReasons(uint64_t after) {
  for (auto i = decisions_.upper_bound(after); i != decisions_.end(); ++i) {
    i->second.clear_explanation();
  }
}

std::set<std::string> Caller::TakeTold() { return std::exchange(told_, {}); }

Caller::Request Caller::NextRequest() {
  const uint32_t kind = Draw(20);
  if (kind < 5 && !tellable_.empty()) return NextOutcomes();
  if (kind < 7) return NextProfile();
  if (kind < 16) return NextDecision();
  v1::BatchDecideRequest batch;
  for (uint32_t i = 0; i < kBatchItems; ++i) {
    *batch.add_requests() = NextDecision();
  }
  return batch;
}

v1::DecideRequest Caller::NextDecision() {
  v1::DecideRequest request;
  request.set_request_id(absl::StrCat("r-", number_, "-", ++next_request_));
  request.set_explain(v1::EXPLAIN_LEVEL_REASONS);
  if (Draw(8) == 0 && !profiles_.empty()) {
    // Its profile is seen: Keep() looks.
    auto profile = profiles_.begin();
    std::advance(profile, Draw(static_cast<uint32_t>(profiles_.size())));
    request.set_customer_id(profile->first);
    return request;
  }
  request.set_customer_id(absl::StrCat("c-", era_, "-", Draw(kCustomers)));
  if (Draw(16) == 0) *request.add_attributes() = Named("spend", kGoldSpend);
  const uint32_t first = Draw(5);
  request.add_placements(kFairPlacements[first]);
  if (Draw(4) == 0) {
    request.add_placements(kFairPlacements[(first + 1 + Draw(4)) % 5]);
  }
  return request;
}

v1::RecordOutcomesRequest Caller::NextOutcomes() {
  v1::RecordOutcomesRequest request;
  for (uint32_t i = 0; i < 3 && !tellable_.empty(); ++i) {
    const size_t chosen = Draw(static_cast<uint32_t>(tellable_.size()));
    std::swap(tellable_[chosen], tellable_.back());
    Tellable slot = std::move(tellable_.back());
    tellable_.pop_back();
    v1::OutcomeReport& report = *request.add_reports();
    report.set_decision_id(slot.decision_id);
    report.set_offer_id(slot.offer);
    report.set_outcome(NextOutcomeOf(slot));
    told_.insert(slot.decision_id);
    // Later they want it after all.
    if (slot.declined && Draw(3) == 0) tellable_.push_back(std::move(slot));
  }
  return request;
}

v1::Outcome Caller::NextOutcomeOf(Tellable& slot) {
  if (slot.offer == "ticket") return v1::OUTCOME_NOT_PRESENTED;
  if (std::exchange(slot.declined, false)) return v1::OUTCOME_ACCEPTED;
  switch (Draw(8)) {
    case 0:
      return v1::OUTCOME_NOT_PRESENTED;
    case 1:
    case 2:
    case 3:
      return v1::OUTCOME_ACCEPTED;
    default:
      slot.declined = true;
      return v1::OUTCOME_DECLINED;
  }
}

v1::UpsertProfileRequest Caller::NextProfile() {
  const std::string customer =
      absl::StrCat("p-", number_, "-", Draw(kProfiles));
  v1::UpsertProfileRequest request;
  request.mutable_update()->set_customer_id(customer);
  v1::NamedValue& mark = *request.mutable_update()->add_attributes();
  mark.set_name("mark");
  const auto known = profiles_.find(customer);
  mark.mutable_value()->set_int_value(
      known == profiles_.end() ? 1 : static_cast<int64_t>(known->second) + 1);
  return request;
}

bool Caller::Call(const Request& request) {
  const grpc::Status status =
      std::visit([this](const auto& one) { return Send(one); }, request);
  if (!status.ok()) last_failure_ = status;
  return status.ok();
}

grpc::Status Caller::Send(const v1::DecideRequest& request) {
  v1::DecideResponse response;
  const grpc::Status status =
      decide_->Decide(NewContext().get(), request, &response);
  if (status.ok()) Keep(request, response.decision());
  return status;
}

grpc::Status Caller::Send(const v1::BatchDecideRequest& request) {
  v1::BatchDecideResponse response;
  const grpc::Status status =
      decide_->BatchDecide(NewContext().get(), request, &response);
  for (int i = 0; status.ok() && i < request.requests_size(); ++i) {
    const v1::BatchDecideResult& result = response.results(i);
    if (result.has_error()) {
      return {static_cast<grpc::StatusCode>(result.error().code()),
              result.error().message()};
    }
    Keep(request.requests(i), result.decision());
  }
  return status;
}

grpc::Status Caller::Send(const v1::RecordOutcomesRequest& request) {
  v1::RecordOutcomesResponse response;
  const grpc::Status status =
      outcome_->RecordOutcomes(NewContext().get(), request, &response);
  for (const v1::OutcomeResult& result : response.results()) {
    if (result.has_error()) {
      return {static_cast<grpc::StatusCode>(result.error().code()),
              result.error().message()};
    }
    EXPECT_NE(result.told().status(), v1::OUTCOME_STATUS_UNKNOWN)
        << request.ShortDebugString();
    if (result.told().has_position()) {
      outcomes_.insert(result.told().position().sequence());
    }
  }
  return status;
}

grpc::Status Caller::Send(const v1::UpsertProfileRequest& request) {
  v1::UpsertProfileResponse response;
  const grpc::Status status =
      profile_->UpsertProfile(NewContext().get(), request, &response);
  if (!status.ok()) return status;
  // Nobody else changes it, and the same again changes nothing.
  const v1::ProfileUpdate& update = request.update();
  EXPECT_EQ(static_cast<int64_t>(response.version()),
            update.attributes(0).value().int_value());
  profiles_[update.customer_id()] = response.version();
  return status;
}

void Caller::Keep(const v1::DecideRequest& request,
                  const v1::Decision& decision) {
  EXPECT_EQ(decision.request_id(), request.request_id());
  const auto [kept, is_new] =
      decisions_.try_emplace(decision.position().sequence(), decision);
  if (!is_new) {  // Told again.
    EXPECT_EQ(decision.SerializeAsString(), kept->second.SerializeAsString());
    return;
  }
  const auto profile = profiles_.find(request.customer_id());
  if (profile != profiles_.end()) {
    EXPECT_EQ(decision.explanation().attributes(1).value().int_value(),
              static_cast<int64_t>(profile->second));
  }
  for (const v1::Placement& placement : decision.placements()) {
    for (const v1::Slot& slot : placement.slots()) {
      // Of some nobody ever hears.
      if (!IsTellable(slot.offer_id()) || Draw(3) == 0) continue;
      tellable_.push_back({decision.decision_id(), slot.offer_id(), false});
    }
  }
  answered_.push_back(request);
  if (answered_.size() > kAnsweredMax) answered_.erase(answered_.begin());
}

}  // namespace stratagem
