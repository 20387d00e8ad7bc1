// clients/cpp/client.h
//
// Client: calls a Stratagem server from C++. Requests and answers are the
// messages of proto/stratagem/v1, errors are absl::Status with everything the
// server said. Needs the proto library and nothing of the engine.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_CLIENTS_CPP_CLIENT_H_
#define STRATAGEM_CLIENTS_CPP_CLIENT_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "clients/cpp/error.h"
#include "stratagem/v1/decision_service.pb.h"
#include "stratagem/v1/insight_service.pb.h"
#include "stratagem/v1/outcome_service.pb.h"
#include "stratagem/v1/pack_service.pb.h"
#include "stratagem/v1/profile_service.pb.h"
#include "stratagem/v1/server_service.pb.h"

namespace stratagem::client {

struct Options {
  // gRPC's name of the server: "host:port", "dns:///name:port",
  // "unix:/path". The connection is not encrypted.
  std::string address = "127.0.0.1:50051";
  // Of one call, connecting included. A call that takes longer fails with
  // DEADLINE_EXCEEDED; whether a decision was recorded is then not known.
  absl::Duration timeout = absl::Seconds(10);
  // LIMIT: bytes of one answer. The default holds a batch of 1,000 decisions
  // with all their reasons.
  int answer_bytes_max = 64 << 20;
  // How long it waits, at most, after it could not connect before it tries
  // again; calls meanwhile fail at once. gRPC begins with a second.
  absl::Duration reconnect_after_max = absl::Minutes(2);
};

// One connection, shared by all calls. Thread safe. Connects with the first
// call, and again by itself after a failure; calls block until answered.
//
// Errors of every call: what the rpc's comment in proto/stratagem/v1 says, as
// ToStatus() (error.h) translates it; UNAVAILABLE when no server answers;
// DEADLINE_EXCEEDED after Options::timeout.
//
//   stratagem::client::Client client({.address = "127.0.0.1:50051"});
//   stratagem::v1::DecideRequest request;
//   request.set_customer_id("c-1");
//   auto answer = client.Decide(request);
//   if (!answer.ok()) std::cerr << answer.status().message() << "\n";
class Client {
 public:
  explicit Client(Options options);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  absl::StatusOr<v1::DecideResponse> Decide(const v1::DecideRequest& request);

  // An answer is whole or an error; errors of single requests stand in it and
  // ToStatus() translates them.
  absl::StatusOr<v1::BatchDecideResponse> BatchDecide(
      const v1::BatchDecideRequest& request);

  // As BatchDecide().
  absl::StatusOr<v1::RecordOutcomesResponse> RecordOutcomes(
      const v1::RecordOutcomesRequest& request);

  absl::StatusOr<v1::GetProfileResponse> GetProfile(
      const v1::GetProfileRequest& request);
  absl::StatusOr<v1::SearchProfilesResponse> SearchProfiles(
      const v1::SearchProfilesRequest& request);
  absl::StatusOr<v1::UpsertProfileResponse> UpsertProfile(
      const v1::UpsertProfileRequest& request);
  absl::StatusOr<v1::DeleteCustomerResponse> DeleteCustomer(
      const v1::DeleteCustomerRequest& request);
  // Sends what `next` fills its argument with until it returns false. Takes as
  // long as that takes: Options::timeout is for the connection alone.
  absl::StatusOr<v1::ImportProfilesResponse> ImportProfiles(
      absl::FunctionRef<bool(v1::ImportProfilesRequest&)> next);

  absl::StatusOr<std::vector<v1::Pack>> ListPacks();
  absl::StatusOr<v1::ListVersionsResponse> ListVersions(
      const v1::ListVersionsRequest& request = {});
  absl::StatusOr<v1::GetPackResponse> GetPack(
      const v1::GetPackRequest& request);
  // A pack with errors is no error of the call.
  absl::StatusOr<v1::ValidatePackResponse> ValidatePack(
      const v1::ValidatePackRequest& request);
  absl::StatusOr<v1::PublishPackResponse> PublishPack(
      const v1::PublishPackRequest& request);
  absl::StatusOr<v1::ActivatePackResponse> ActivatePack(
      const v1::ActivatePackRequest& request);
  absl::StatusOr<v1::RollBackPackResponse> RollBackPack(
      const v1::RollBackPackRequest& request);
  absl::StatusOr<v1::SetCanaryResponse> SetCanary(
      const v1::SetCanaryRequest& request);
  absl::StatusOr<v1::SetShadowResponse> SetShadow(
      const v1::SetShadowRequest& request);
  // Of many customers it may take longer than the default of Options::timeout.
  absl::StatusOr<v1::SimulateResponse> Simulate(
      const v1::SimulateRequest& request);
  absl::StatusOr<v1::SetPausedResponse> SetPaused(
      const v1::SetPausedRequest& request);

  // One page; a page may be empty and still have a next one.
  absl::StatusOr<v1::ListDecisionsResponse> ListDecisions(
      const v1::ListDecisionsRequest& request);

  absl::StatusOr<v1::GetDecisionResponse> GetDecision(
      const v1::GetDecisionRequest& request);

  // Calls `take` with each decision as it is recorded, until it returns false.
  // Options::timeout does not hold.
  absl::Status FollowDecisions(
      const v1::FollowDecisionsRequest& request,
      absl::FunctionRef<bool(const v1::FollowDecisionsResponse&)> take);

  absl::StatusOr<v1::GetLogStatsResponse> GetLogStats(
      const v1::GetLogStatsRequest& request = {});

  absl::StatusOr<v1::GetStatusResponse> GetStatus();

 private:
  struct Connection;
  const std::unique_ptr<Connection> connection_;
};

}  // namespace stratagem::client

#endif  // STRATAGEM_CLIENTS_CPP_CLIENT_H_
