// server/rpc/status_service.h
//
// stratagem.v1.ServerService over gRPC's callbacks: how the server is, for
// whoever watches it. Server registers one.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_RPC_STATUS_SERVICE_H_
#define STRATAGEM_SERVER_RPC_STATUS_SERVICE_H_

#include <functional>
#include <vector>

#include "grpcpp/grpcpp.h"
#include "server/ops/queue_stats.h"
#include "server/ops/server_picture.h"
#include "server/rpc/read_thread.h"
#include "stratagem/v1/server_service.grpc.pb.h"

namespace stratagem::server {

class StatusService final
    : public v1::ServerService::WithRawCallbackMethod_GetStatus<
          v1::ServerService::Service> {
 public:
  // `look` is called on a thread of the service and may be until that is gone.
  explicit StatusService(std::function<ServerPicture()> look);

  grpc::ServerUnaryReactor* GetStatus(grpc::CallbackServerContext* context,
                                      const grpc::ByteBuffer* request,
                                      grpc::ByteBuffer* response) override;

  void AddQueues(std::vector<QueueStats>& queues) const {
    queues.push_back(looks_.stats());
  }

 private:
  const std::function<ServerPicture()> look_;
  // INVARIANT: last, so that it ends before what its work uses. Apart, since a
  // server that is too busy to answer others must tell why.
  ReadThread looks_;
};

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_RPC_STATUS_SERVICE_H_
