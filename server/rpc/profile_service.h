// server/rpc/profile_service.h
//
// stratagem.v1.ProfileService over gRPC's callbacks: bytes to messages, the
// ProfileHandler on threads that may wait for the disk, its answers to gRPC.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_RPC_PROFILE_SERVICE_H_
#define STRATAGEM_SERVER_RPC_PROFILE_SERVICE_H_

#include <vector>

#include "grpcpp/grpcpp.h"
#include "server/options.h"
#include "server/rpc/profile_handler.h"
#include "server/rpc/read_thread.h"
#include "stratagem/v1/profile_service.grpc.pb.h"

namespace stratagem::server {

class ProfileService final
    : public v1::ProfileService::WithRawCallbackMethod_UpsertProfile<
          v1::ProfileService::WithRawCallbackMethod_BatchUpsertProfiles<
              v1::ProfileService::WithRawCallbackMethod_ImportProfiles<
                  v1::ProfileService::WithRawCallbackMethod_GetProfile<
                      v1::ProfileService::WithRawCallbackMethod_SearchProfiles<
                          v1::ProfileService::
                              WithRawCallbackMethod_DeleteCustomer<
                                  v1::ProfileService::Service>>>>>> {
 public:
  // `handler` must outlive the service.
  explicit ProfileService(const ProfileHandler& handler) : handler_(handler) {}

  grpc::ServerUnaryReactor* UpsertProfile(grpc::CallbackServerContext* context,
                                          const grpc::ByteBuffer* request,
                                          grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* BatchUpsertProfiles(
      grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
      grpc::ByteBuffer* response) override;
  grpc::ServerReadReactor<grpc::ByteBuffer>* ImportProfiles(
      grpc::CallbackServerContext* context,
      grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* GetProfile(grpc::CallbackServerContext* context,
                                       const grpc::ByteBuffer* request,
                                       grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* SearchProfiles(grpc::CallbackServerContext* context,
                                           const grpc::ByteBuffer* request,
                                           grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* DeleteCustomer(grpc::CallbackServerContext* context,
                                           const grpc::ByteBuffer* request,
                                           grpc::ByteBuffer* response) override;

  void AddQueues(std::vector<QueueStats>& queues) const {
    for (const ReadThread* thread : {&reads_, &writes_, &erasures_}) {
      queues.push_back(thread->stats());
    }
  }

 private:
  const ProfileHandler& handler_;
  // INVARIANT: last, so that they end before what their work uses. Apart, since
  // an erasure reads the whole log, a search many profiles.
  ReadThread reads_{"profiles", kReadsWaitingMax};
  ReadThread writes_{"profile_writes", kProfileWritesWaitingMax};
  ReadThread erasures_{"erasures", kErasuresWaitingMax};
};

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_RPC_PROFILE_SERVICE_H_
