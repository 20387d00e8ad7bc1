// server/rpc/insight_service.h
//
// stratagem.v1.InsightService: totals and pages of the log. These calls read
// the disk, on a thread of their own; they are for people and tools, and
// bounded.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_RPC_INSIGHT_SERVICE_H_
#define STRATAGEM_SERVER_RPC_INSIGHT_SERVICE_H_

#include <variant>

#include "engine/store/store.h"
#include "google/rpc/status.pb.h"
#include "grpcpp/grpcpp.h"
#include "server/options.h"
#include "server/rpc/read_thread.h"
#include "stratagem/v1/insight_service.grpc.pb.h"

namespace stratagem::server {

// The answers to GetLogStats and ListDecisions, without a wire.
std::variant<v1::GetLogStatsResponse, google::rpc::Status> GetLogStats(
    const store::Store& store);
std::variant<v1::ListDecisionsResponse, google::rpc::Status> ListDecisions(
    const store::Store& store, const v1::ListDecisionsRequest& request);

class InsightService final
    : public v1::InsightService::WithRawCallbackMethod_GetLogStats<
          v1::InsightService::WithRawCallbackMethod_ListDecisions<
              v1::InsightService::Service>> {
 public:
  // `store` must outlive the service.
  explicit InsightService(const store::Store& store)
      : store_(store), reads_(kReadsWaitingMax) {}

  grpc::ServerUnaryReactor* GetLogStats(grpc::CallbackServerContext* context,
                                        const grpc::ByteBuffer* request,
                                        grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* ListDecisions(grpc::CallbackServerContext* context,
                                          const grpc::ByteBuffer* request,
                                          grpc::ByteBuffer* response) override;

 private:
  const store::Store& store_;
  ReadThread reads_;
};

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_RPC_INSIGHT_SERVICE_H_
