// server/rpc/profile_handler.h
//
// ProfileHandler: what ProfileService's calls do, as functions of messages. It
// waits for the disk, so it is called from threads that may.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_RPC_PROFILE_HANDLER_H_
#define STRATAGEM_SERVER_RPC_PROFILE_HANDLER_H_

#include <functional>
#include <span>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "google/rpc/status.pb.h"
#include "server/ops/store_host.h"
#include "server/reload/pack_store.h"
#include "stratagem/v1/profile_service.pb.h"

namespace stratagem::server {

struct ProfileHandlerOptions {
  std::function<absl::Time()> now = absl::Now;
};

// Thread safe.
class ProfileHandler {
 public:
  template <typename Response>
  using Answer = std::variant<Response, google::rpc::Status>;

  // Both must outlive the handler.
  ProfileHandler(const PackStore& packs, const StoreHost& host,
                 ProfileHandlerOptions options);

  Answer<v1::UpsertProfileResponse> Upsert(
      const v1::UpsertProfileRequest& request) const;
  Answer<v1::BatchUpsertProfilesResponse> BatchUpsert(
      const v1::BatchUpsertProfilesRequest& request) const;
  Answer<v1::GetProfileResponse> Get(
      const v1::GetProfileRequest& request) const;
  Answer<v1::SearchProfilesResponse> Search(
      const v1::SearchProfilesRequest& request) const;
  Answer<v1::DeleteCustomerResponse> Delete(
      const v1::DeleteCustomerRequest& request) const;

  // Adds what became of a part of an import to `sum`. Returns the error that
  // ends the import, or OK.
  google::rpc::Status Import(const v1::ImportProfilesRequest& part,
                             v1::ImportProfilesResponse& sum) const;

 private:
  // What became of each update, in their order.
  std::vector<Answer<v1::UpsertProfileResponse>> UpsertAll(
      std::span<const v1::ProfileUpdate* const> updates) const;

  const PackStore& packs_;
  const StoreHost& host_;
  const ProfileHandlerOptions options_;
};

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_RPC_PROFILE_HANDLER_H_
