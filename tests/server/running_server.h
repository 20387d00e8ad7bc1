// tests/server/running_server.h
//
// RunningServer: a Server in this process, on a free port of loopback, with the
// test packs and, unless told otherwise, a log in memory.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_TESTS_SERVER_RUNNING_SERVER_H_
#define STRATAGEM_TESTS_SERVER_RUNNING_SERVER_H_

#include <cstdint>
#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/base/check.h"
#include "engine/store/memory_store.h"
#include "grpcpp/generic/generic_stub.h"
#include "grpcpp/grpcpp.h"
#include "server/rpc/wire_bytes.h"
#include "server/server.h"
#include "stratagem/v1/decision_service.grpc.pb.h"
#include "stratagem/v1/insight_service.grpc.pb.h"
#include "stratagem/v1/outcome_service.grpc.pb.h"
#include "stratagem/v1/pack_service.grpc.pb.h"
#include "tests/server/test_host.h"
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
      const std::vector<std::string>& packs = WirePacks())
      : RunningServer(
            options,
            HostOf(std::move(with), {.request_window = options.request_window}),
            packs) {}
  RunningServer(Options options, std::unique_ptr<StoreHost> host,
                const std::vector<std::string>& packs = WirePacks())
      : host_(std::move(host)) {
    // Packs that reserve for longer than outcomes count here are served, too.
    auto registry = PackRegistry::Start({}, LoadFolders(packs), *host_);
    STRATAGEM_CHECK(registry.ok());
    registry_ = *std::move(registry);
    records_at_start_ = store().stats().records;
    options.listen = "127.0.0.1:0";
    // Only where a test asks for it: tests run side by side.
    if (options.http_listen == Options().http_listen) options.http_listen = "";
    auto started = Server::Start(options, *registry_, *host_);
    STRATAGEM_CHECK(started.ok());
    server_ = *std::move(started);
    channel_ = LoopbackChannel(server_->port());
    decisions_ = v1::DecisionService::NewStub(channel_);
    outcomes_ = v1::OutcomeService::NewStub(channel_);
  }
  ~RunningServer() {
    server_->Stop(absl::InfiniteDuration());
    host_->Stop();
    const std::shared_ptr<const OpenStores> stores = host_->stores();
    if (stores == nullptr) return;
    stores->sequencer->Close();
    stores->log->Close();
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

  // What health answers for `service`: 1 is SERVING, 2 NOT_SERVING; an error
  // as minus its code. The messages of grpc.health.v1 are a string and an enum,
  // each field 1.
  int Health(const std::string& service) {
    std::string request;
    if (!service.empty()) AppendMessageField(1, service, "", request);
    std::string answer;
    const grpc::Status status = CallWithBytes(
        channel_, "/grpc.health.v1.Health/Check", request, answer);
    if (!status.ok()) return -static_cast<int>(status.error_code());
    return answer.size() == 2 ? answer[1] : 0;
  }

  Server& server() { return *server_; }
  PackRegistry& packs() { return *registry_; }
  StoreHost& host() { return *host_; }
  // Until a write fails.
  store::Store& store() { return *host_->stores()->log; }
  // Of the log, since the packs serve: the first ones are their activations.
  uint64_t records() { return store().stats().records - records_at_start_; }
  store::Sequencer& sequencer() { return *host_->stores()->sequencer; }
  const std::shared_ptr<grpc::Channel>& channel() { return channel_; }

 private:
  const std::unique_ptr<StoreHost> host_;
  std::unique_ptr<PackRegistry> registry_;
  uint64_t records_at_start_ = 0;
  std::unique_ptr<Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::DecisionService::Stub> decisions_;
  std::unique_ptr<v1::OutcomeService::Stub> outcomes_;
};

}  // namespace stratagem::server

#endif  // STRATAGEM_TESTS_SERVER_RUNNING_SERVER_H_
