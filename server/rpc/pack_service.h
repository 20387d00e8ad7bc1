// server/rpc/pack_service.h
//
// stratagem.v1.PackService: which packs decide.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_RPC_PACK_SERVICE_H_
#define STRATAGEM_SERVER_RPC_PACK_SERVICE_H_

#include "absl/time/time.h"
#include "grpcpp/grpcpp.h"
#include "server/reload/pack_store.h"
#include "stratagem/v1/pack_service.grpc.pb.h"

namespace stratagem::server {

// The answer to ListPacks at `now`.
v1::ListPacksResponse ListPacks(const decide::Router& router, absl::Time now);

class PackService final
    : public v1::PackService::WithRawCallbackMethod_ListPacks<
          v1::PackService::Service> {
 public:
  // `packs` must outlive the service.
  explicit PackService(const PackStore& packs) : packs_(packs) {}

  grpc::ServerUnaryReactor* ListPacks(grpc::CallbackServerContext* context,
                                      const grpc::ByteBuffer* request,
                                      grpc::ByteBuffer* response) override;

 private:
  const PackStore& packs_;
};

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_RPC_PACK_SERVICE_H_
