// tests/e2e/caller.h
//
// Caller: one client of a server with the fair pack (fair_pack.h) that knows
// what it was promised: each decision, outcome and profile that was
// acknowledged, and the one call that got no answer, which it repeats as it
// was when the server is there again.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_TESTS_E2E_CALLER_H_
#define STRATAGEM_TESTS_E2E_CALLER_H_

#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "grpcpp/grpcpp.h"
#include "stratagem/v1/decision_service.grpc.pb.h"
#include "stratagem/v1/outcome_service.grpc.pb.h"
#include "stratagem/v1/profile_service.grpc.pb.h"
#include "tests/e2e/call_gate.h"

namespace stratagem {

// One thread at a time.
class Caller {
 public:
  // Its choices follow from `number`, which also names its requests.
  explicit Caller(uint32_t number) : number_(number), random_(number) {}

  // Customers of whom it decides are shared with other callers of the same era;
  // a new one begins with customers of whom nothing is remembered.
  void SetEra(int era) { era_ = era; }
  // Calls the server at `port` until a call fails or the gate is closed.
  void Run(int port, CallGate& gate);
  // Makes the call again that got no answer, if there is one.
  void RepeatUnanswered(int port);
  // Makes up to `count` decisions of the last Run() again: the same answers.
  void RepeatAnswered(int port, int count);

  // A failed call, in case it was no end that a test wanted.
  const grpc::Status& last_failure() const { return last_failure_; }

  // All that was acknowledged. By sequence, as answered, without the reasons
  // that were forgotten.
  const std::map<uint64_t, v1::Decision>& decisions() const {
    return decisions_;
  }
  // Those of decisions after this place need their memory no more.
  void ForgetReasons(uint64_t after);
  // The decisions of which outcomes were told since the last call of this, by
  // id.
  std::set<std::string> TakeTold();
  // Sequences of the outcomes that were acknowledged with their place.
  const std::set<uint64_t>& outcomes() const { return outcomes_; }
  // By customer; each version sets `mark` to its own number.
  const std::map<std::string, uint64_t>& profiles() const { return profiles_; }

 private:
  using Request =
      std::variant<v1::DecideRequest, v1::BatchDecideRequest,
                   v1::RecordOutcomesRequest, v1::UpsertProfileRequest>;
  // A slot of which an outcome can be told.
  struct Tellable {
    std::string decision_id;
    std::string offer;
    bool declined = false;
  };

  void Connect(int port);
  // A connection that is idle would hold up a server's stop.
  void Disconnect();
  Request NextRequest();
  v1::DecideRequest NextDecision();
  v1::RecordOutcomesRequest NextOutcomes();
  v1::Outcome NextOutcomeOf(Tellable& slot);
  v1::UpsertProfileRequest NextProfile();
  // Returns whether it was answered, and takes the answer.
  bool Call(const Request& request);
  grpc::Status Send(const v1::DecideRequest& request);
  grpc::Status Send(const v1::BatchDecideRequest& request);
  grpc::Status Send(const v1::RecordOutcomesRequest& request);
  grpc::Status Send(const v1::UpsertProfileRequest& request);
  void Keep(const v1::DecideRequest& request, const v1::Decision& decision);
  uint32_t Draw(uint32_t below) {
    return static_cast<uint32_t>(random_() % below);
  }

  const uint32_t number_;
  std::mt19937 random_;
  int era_ = 0;
  int next_request_ = 0;
  std::unique_ptr<v1::DecisionService::Stub> decide_;
  std::unique_ptr<v1::OutcomeService::Stub> outcome_;
  std::unique_ptr<v1::ProfileService::Stub> profile_;
  std::vector<Request> unanswered_;  // At most one.
  grpc::Status last_failure_;
  std::vector<v1::DecideRequest> answered_;  // The last ones of this Run().
  std::map<uint64_t, v1::Decision> decisions_;
  std::vector<Tellable> tellable_;
  std::set<std::string> told_;
  std::set<uint64_t> outcomes_;
  std::map<std::string, uint64_t> profiles_;
};

// A context whose call does not wait for ever.
std::unique_ptr<grpc::ClientContext> NewContext();

}  // namespace stratagem

#endif  // STRATAGEM_TESTS_E2E_CALLER_H_
