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
#include "engine/store/profile_store.h"
#include "engine/store/sequencer.h"
#include "google/rpc/status.pb.h"
#include "server/reload/pack_store.h"
#include "stratagem/v1/profile_service.pb.h"

namespace stratagem::server {

struct ProfileHandlerOptions {
  std::function<absl::Time()> now = absl::Now;
  // Called, on any thread and any number of times, when profiles turn out not
  // to take changes any more.
  std::function<void(const absl::Status&)> store_failed =
      [](const absl::Status&) {};
};

// Thread safe.
class ProfileHandler {
 public:
  template <typename Response>
  using Answer = std::variant<Response, google::rpc::Status>;

  // All three must outlive the handler.
  ProfileHandler(const PackStore& packs, store::ProfileStore& profiles,
                 store::Sequencer& sequencer, ProfileHandlerOptions options);

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
  google::rpc::Status StoreFailure(const absl::Status& status) const;

  const PackStore& packs_;
  store::ProfileStore& profiles_;
  store::Sequencer& sequencer_;
  const ProfileHandlerOptions options_;
};

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_RPC_PROFILE_HANDLER_H_
