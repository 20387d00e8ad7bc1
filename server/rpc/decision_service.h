// server/rpc/decision_service.h
//
// stratagem.v1.DecisionService over gRPC's callbacks: hands bytes to the
// DecideHandler and its answer to gRPC.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_RPC_DECISION_SERVICE_H_
#define STRATAGEM_SERVER_RPC_DECISION_SERVICE_H_

#include "grpcpp/grpcpp.h"
#include "server/rpc/decide_handler.h"
#include "stratagem/v1/decision_service.grpc.pb.h"

namespace stratagem::server {

class DecisionService final
    : public v1::DecisionService::WithRawCallbackMethod_Decide<
          v1::DecisionService::WithRawCallbackMethod_BatchDecide<
              v1::DecisionService::Service>> {
 public:
  // `handler` must outlive the service.
  explicit DecisionService(DecideHandler& handler) : handler_(handler) {}

  grpc::ServerUnaryReactor* Decide(grpc::CallbackServerContext* context,
                                   const grpc::ByteBuffer* request,
                                   grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* BatchDecide(grpc::CallbackServerContext* context,
                                        const grpc::ByteBuffer* request,
                                        grpc::ByteBuffer* response) override;

 private:
  DecideHandler& handler_;
};

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_RPC_DECISION_SERVICE_H_
