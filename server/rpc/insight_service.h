// server/rpc/insight_service.h
//
// stratagem.v1.InsightService: questions to the log. Calls of one answer read
// the disk on a thread of their own; those that follow the log have another.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_RPC_INSIGHT_SERVICE_H_
#define STRATAGEM_SERVER_RPC_INSIGHT_SERVICE_H_

#include <vector>

#include "grpcpp/grpcpp.h"
#include "server/ops/store_host.h"
#include "server/options.h"
#include "server/rpc/decision_feed.h"
#include "server/rpc/read_thread.h"
#include "stratagem/v1/insight_service.grpc.pb.h"

namespace stratagem::server {

class InsightService final
    : public v1::InsightService::WithRawCallbackMethod_GetLogStats<
          v1::InsightService::WithRawCallbackMethod_ListDecisions<
              v1::InsightService::WithRawCallbackMethod_GetDecision<
                  v1::InsightService::WithRawCallbackMethod_FollowDecisions<
                      v1::InsightService::Service>>>> {
 public:
  // `host` must outlive the service.
  InsightService(const StoreHost& host, Pii pii);

  grpc::ServerUnaryReactor* GetLogStats(grpc::CallbackServerContext* context,
                                        const grpc::ByteBuffer* request,
                                        grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* ListDecisions(grpc::CallbackServerContext* context,
                                          const grpc::ByteBuffer* request,
                                          grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* GetDecision(grpc::CallbackServerContext* context,
                                        const grpc::ByteBuffer* request,
                                        grpc::ByteBuffer* response) override;
  grpc::ServerWriteReactor<grpc::ByteBuffer>* FollowDecisions(
      grpc::CallbackServerContext* context,
      const grpc::ByteBuffer* request) override;

  // Ends the calls that follow the log, which would never end by themselves.
  // Does not wait.
  void Drain() { feed_.Drain(); }

  void AddQueues(std::vector<QueueStats>& queues) const {
    queues.push_back(reads_.stats());
    queues.push_back(feed_.stats());
  }

 private:
  const StoreHost& host_;
  const Pii pii_;
  ReadThread reads_;
  DecisionFeed feed_;
};

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_RPC_INSIGHT_SERVICE_H_
