// server/rpc/outcome_service.h
//
// stratagem.v1.OutcomeService over gRPC's callbacks: hands bytes to the
// OutcomeHandler and its answer to gRPC.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_RPC_OUTCOME_SERVICE_H_
#define STRATAGEM_SERVER_RPC_OUTCOME_SERVICE_H_

#include "grpcpp/grpcpp.h"
#include "server/rpc/outcome_handler.h"
#include "stratagem/v1/outcome_service.grpc.pb.h"

namespace stratagem::server {

class OutcomeService final
    : public v1::OutcomeService::WithRawCallbackMethod_RecordOutcomes<
          v1::OutcomeService::Service> {
 public:
  // `handler` must outlive the service.
  explicit OutcomeService(OutcomeHandler& handler) : handler_(handler) {}

  grpc::ServerUnaryReactor* RecordOutcomes(grpc::CallbackServerContext* context,
                                           const grpc::ByteBuffer* request,
                                           grpc::ByteBuffer* response) override;

 private:
  OutcomeHandler& handler_;
};

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_RPC_OUTCOME_SERVICE_H_
