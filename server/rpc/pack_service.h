// server/rpc/pack_service.h
//
// stratagem.v1.PackService over gRPC's callbacks: bytes to messages, the
// PackHandler on threads that may wait for the disk, its answers to gRPC.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_RPC_PACK_SERVICE_H_
#define STRATAGEM_SERVER_RPC_PACK_SERVICE_H_

#include <vector>

#include "grpcpp/grpcpp.h"
#include "server/options.h"
#include "server/rpc/pack_handler.h"
#include "server/rpc/read_thread.h"
#include "stratagem/v1/pack_service.grpc.pb.h"

namespace stratagem::server {

class PackService final
    : public v1::PackService::WithRawCallbackMethod_ListPacks<
          v1::PackService::WithRawCallbackMethod_ListVersions<v1::PackService::WithRawCallbackMethod_GetPack<
              v1::PackService::WithRawCallbackMethod_ValidatePack<
                  v1::PackService::WithRawCallbackMethod_PublishPack<
                      v1::PackService::WithRawCallbackMethod_ActivatePack<
                          v1::PackService::WithRawCallbackMethod_RollBackPack<
                              v1::PackService::WithRawCallbackMethod_RunTests<
                                  v1::PackService::WithRawCallbackMethod_SetPaused<
                                      v1::PackService::WithRawCallbackMethod_SetCanary<
                                          v1::PackService::WithRawCallbackMethod_SetShadow<
                                              v1::PackService::WithRawCallbackMethod_DiffPacks<
                                                  v1::PackService::
                                                      WithRawCallbackMethod_Simulate<
                                                          v1::PackService::
                                                              Service>>>>>>>>>>>>> {
 public:
  // `handler` must outlive the service.
  explicit PackService(const PackHandler& handler) : handler_(handler) {}

  grpc::ServerUnaryReactor* ListPacks(grpc::CallbackServerContext* context,
                                      const grpc::ByteBuffer* request,
                                      grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* ListVersions(grpc::CallbackServerContext* context,
                                         const grpc::ByteBuffer* request,
                                         grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* GetPack(grpc::CallbackServerContext* context,
                                    const grpc::ByteBuffer* request,
                                    grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* ValidatePack(grpc::CallbackServerContext* context,
                                         const grpc::ByteBuffer* request,
                                         grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* PublishPack(grpc::CallbackServerContext* context,
                                        const grpc::ByteBuffer* request,
                                        grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* ActivatePack(grpc::CallbackServerContext* context,
                                         const grpc::ByteBuffer* request,
                                         grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* RollBackPack(grpc::CallbackServerContext* context,
                                         const grpc::ByteBuffer* request,
                                         grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* RunTests(grpc::CallbackServerContext* context,
                                     const grpc::ByteBuffer* request,
                                     grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* SetPaused(grpc::CallbackServerContext* context,
                                      const grpc::ByteBuffer* request,
                                      grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* SetCanary(grpc::CallbackServerContext* context,
                                      const grpc::ByteBuffer* request,
                                      grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* SetShadow(grpc::CallbackServerContext* context,
                                      const grpc::ByteBuffer* request,
                                      grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* DiffPacks(grpc::CallbackServerContext* context,
                                      const grpc::ByteBuffer* request,
                                      grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* Simulate(grpc::CallbackServerContext* context,
                                     const grpc::ByteBuffer* request,
                                     grpc::ByteBuffer* response) override;

  void AddQueues(std::vector<QueueStats>& queues) const {
    for (const ReadThread* thread : {&reads_, &trials_, &changes_, &pauses_}) {
      queues.push_back(thread->stats());
    }
  }

 private:
  const PackHandler& handler_;
  // INVARIANT: last, so that they end before what their work uses. Apart, since
  // a trial may take seconds, a change waits for the tests of its pack, and a
  // pause must wait for neither.
  ReadThread reads_{"packs", kReadsWaitingMax};
  ReadThread trials_{"pack_trials", kPackCallsWaitingMax};
  ReadThread changes_{"pack_changes", kPackCallsWaitingMax};
  ReadThread pauses_{"pauses", kPackCallsWaitingMax};
};

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_RPC_PACK_SERVICE_H_
