// tests/server/running_server.h
//
// RunningServer: a Server in this process, on a free port of loopback, with the
// test packs and, unless told otherwise, a log in memory.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_TESTS_SERVER_RUNNING_SERVER_H_
#define STRATAGEM_TESTS_SERVER_RUNNING_SERVER_H_

#include <future>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/base/check.h"
#include "engine/store/memory_profile_store.h"
#include "engine/store/memory_store.h"
#include "engine/store/sequencer.h"
#include "grpcpp/generic/generic_stub.h"
#include "grpcpp/grpcpp.h"
#include "server/rpc/wire_bytes.h"
#include "server/server.h"
#include "stratagem/v1/decision_service.grpc.pb.h"
#include "stratagem/v1/insight_service.grpc.pb.h"
#include "stratagem/v1/outcome_service.grpc.pb.h"
#include "stratagem/v1/pack_service.grpc.pb.h"
#include "tests/server/wire_pack.h"

namespace stratagem::server {

inline std::shared_ptr<grpc::Channel> LoopbackChannel(int port) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  arguments.SetMaxReceiveMessageSize(-1);
  return grpc::CreateCustomChannel(absl::StrCat("127.0.0.1:", port),
                                   grpc::InsecureChannelCredentials(),
                                   arguments);
}

// Calls `method` ("/stratagem.v1.DecisionService/Decide") with bytes that need
// not be a message.
inline grpc::Status CallWithBytes(const std::shared_ptr<grpc::Channel>& channel,
                                  const std::string& method,
                                  const std::string& bytes,
                                  std::string& answer) {
  grpc::GenericStub stub(channel);
  grpc::ClientContext context;
  const grpc::ByteBuffer request = ToByteBuffer(bytes);
  grpc::ByteBuffer response;
  std::promise<grpc::Status> done;
  stub.UnaryCall(&context, method, grpc::StubOptions(), &request, &response,
                 [&done](grpc::Status status) { done.set_value(status); });
  const grpc::Status status = done.get_future().get();
  if (status.ok()) answer = ToString(response);
  return status;
}

class RunningServer {
 public:
  explicit RunningServer(
      Options options = {},
      std::unique_ptr<store::Store> with = store::NewMemoryStore(),
      std::shared_ptr<const decide::Router> router = WireRouter())
      : store_(std::move(with)) {
    options.listen = "127.0.0.1:0";
    auto sequencer = store::Sequencer::Open(
        *store_, {.request_window = options.request_window});
    STRATAGEM_CHECK(sequencer.ok());
    sequencer_ = *std::move(sequencer);
    auto started = Server::Start(options, std::move(router), *store_,
                                 *sequencer_, *profiles_);
    STRATAGEM_CHECK(started.ok());
    server_ = *std::move(started);
    channel_ = LoopbackChannel(server_->port());
    decisions_ = v1::DecisionService::NewStub(channel_);
    outcomes_ = v1::OutcomeService::NewStub(channel_);
  }
  ~RunningServer() {
    server_->Stop(absl::InfiniteDuration());
    sequencer_->Close();
    store_->Close();
  }

  grpc::Status Decide(const v1::DecideRequest& request,
                      v1::DecideResponse& response) {
    grpc::ClientContext context;
    return decisions_->Decide(&context, request, &response);
  }
  grpc::Status Decide(const v1::DecideRequest& request) {
    v1::DecideResponse response;
    return Decide(request, response);
  }
  grpc::Status BatchDecide(const v1::BatchDecideRequest& request,
                           v1::BatchDecideResponse& response) {
    grpc::ClientContext context;
    return decisions_->BatchDecide(&context, request, &response);
  }
  grpc::Status RecordOutcomes(const v1::RecordOutcomesRequest& request,
                              v1::RecordOutcomesResponse& response) {
    grpc::ClientContext context;
    return outcomes_->RecordOutcomes(&context, request, &response);
  }
  grpc::Status CallBytes(const std::string& method, const std::string& bytes) {
    std::string answer;
    return CallWithBytes(channel_, method, bytes, answer);
  }

  Server& server() { return *server_; }
  store::Store& store() { return *store_; }
  store::Sequencer& sequencer() { return *sequencer_; }
  store::ProfileStore& profiles() { return *profiles_; }
  const std::shared_ptr<grpc::Channel>& channel() { return channel_; }

 private:
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<store::Sequencer> sequencer_;
  const std::unique_ptr<store::ProfileStore> profiles_ =
      store::NewMemoryProfileStore();
  std::unique_ptr<Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::DecisionService::Stub> decisions_;
  std::unique_ptr<v1::OutcomeService::Stub> outcomes_;
};

}  // namespace stratagem::server

#endif  // STRATAGEM_TESTS_SERVER_RUNNING_SERVER_H_
