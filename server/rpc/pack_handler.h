// server/rpc/pack_handler.h
//
// PackHandler: what PackService's calls do, as functions of messages. It waits
// for the disk and compiles packs, so it is called from threads that may.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_RPC_PACK_HANDLER_H_
#define STRATAGEM_SERVER_RPC_PACK_HANDLER_H_

#include <functional>
#include <variant>

#include "absl/time/clock.h"
#include "google/rpc/status.pb.h"
#include "server/reload/pack_registry.h"
#include "stratagem/v1/pack_service.pb.h"

namespace stratagem::server {

// The answer to ListPacks at `now`.
v1::ListPacksResponse ListPacks(const decide::Router& router, absl::Time now);

struct PackHandlerOptions {
  std::function<absl::Time()> now = [] { return absl::Now(); };
};

// Thread safe.
class PackHandler {
 public:
  template <typename Response>
  using Answer = std::variant<Response, google::rpc::Status>;

  // `registry` must outlive the handler.
  PackHandler(PackRegistry& registry, PackHandlerOptions options);

  Answer<v1::ListPacksResponse> ListPacks(
      const v1::ListPacksRequest& request) const;
  Answer<v1::ListVersionsResponse> ListVersions(
      const v1::ListVersionsRequest& request) const;
  Answer<v1::GetPackResponse> Get(const v1::GetPackRequest& request) const;
  Answer<v1::ValidatePackResponse> Validate(
      const v1::ValidatePackRequest& request) const;
  Answer<v1::PublishPackResponse> Publish(
      const v1::PublishPackRequest& request) const;
  Answer<v1::ActivatePackResponse> Activate(
      const v1::ActivatePackRequest& request) const;
  Answer<v1::RollBackPackResponse> RollBack(
      const v1::RollBackPackRequest& request) const;
  Answer<v1::SetCanaryResponse> SetCanary(
      const v1::SetCanaryRequest& request) const;
  Answer<v1::SetShadowResponse> SetShadow(
      const v1::SetShadowRequest& request) const;
  Answer<v1::DiffPacksResponse> Diff(const v1::DiffPacksRequest& request) const;
  Answer<v1::RunTestsResponse> RunTests(
      const v1::RunTestsRequest& request) const;
  Answer<v1::SimulateResponse> Simulate(
      const v1::SimulateRequest& request) const;
  Answer<v1::SetPausedResponse> SetPaused(
      const v1::SetPausedRequest& request) const;

 private:
  // The pack that a call is about, compiled; one that came with it may have
  // mistakes.
  std::variant<CompiledPack, google::rpc::Status> ReadPublished(
      const v1::PackVersion& version, absl::string_view field) const;
  std::variant<CompiledPack, google::rpc::Status> Read(
      const v1::PackSource& source, absl::string_view field) const;
  // What `plan` would decide of stored customers.
  Answer<v1::SimulateResponse> SimulateStored(
      const plan::Plan& plan, const v1::Population& population) const;
  // Answers with how a version serves now.
  template <typename Response>
  Answer<Response> WriteServing(const absl::StatusOr<Served>& served) const;

  PackRegistry& registry_;
  const PackHandlerOptions options_;
};

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_RPC_PACK_HANDLER_H_
