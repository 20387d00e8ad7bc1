#include "tests/http/http_fixture.h"

#include <cstdlib>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "engine/base/check.h"
#include "grpcpp/server_builder.h"
#include "server/rpc/wire_bytes.h"
#include "stratagem/v1/decision_service.pb.h"
#include "stratagem/v1/insight_service.pb.h"

namespace stratagem::server {
namespace {

class ScriptedCall final : public grpc::ServerGenericBidiReactor {
 public:
  ScriptedCall(grpc::GenericCallbackServerContext& context,
               ScriptedService& service)
      : context_(context), service_(service) {
    StartRead(&request_);
  }

  void OnReadDone(bool) override {
    context_.AddTrailingMetadata("x-seen",
                                 absl::BytesToHexString(ToString(request_)));
    context_.AddInitialMetadata("x-first", "1");
    if (!Metadata("x-hang").empty()) {
      StartSendInitialMetadata();
      service_.hanging.Notify();
      return;
    }
    const std::string code = Metadata("x-code");
    if (!code.empty()) {
      return Finish(
          grpc::Status(static_cast<grpc::StatusCode>(std::atoi(code.c_str())),
                       Metadata("x-message")));
    }
    const std::string count = Metadata("x-count");
    left_ = count.empty() ? 1 : std::atoi(count.c_str());
    WriteNext();
  }
  void OnWriteDone(bool ok) override {
    if (ok) WriteNext();
  }
  void OnCancel() override {
    if (!Metadata("x-hang").empty()) service_.cancelled.Notify();
    Finish(grpc::Status::CANCELLED);
  }
  void OnDone() override { delete this; }

 private:
  std::string Metadata(const char* name) const {
    const auto found = context_.client_metadata().find(name);
    return found == context_.client_metadata().end()
               ? ""
               : std::string(found->second.data(), found->second.size());
  }
  void WriteNext() {
    if (left_-- == 0) return Finish(grpc::Status::OK);
    message_ = ToByteBuffer(service_.answer);
    StartWrite(&message_);
  }

  grpc::GenericCallbackServerContext& context_;
  ScriptedService& service_;
  grpc::ByteBuffer request_;
  grpc::ByteBuffer message_;
  int left_ = 0;
};

const google::protobuf::ServiceDescriptor* Service(const std::string& name) {
  return google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(
      "stratagem.v1." + name);
}

}  // namespace

grpc::ServerGenericBidiReactor* ScriptedService::CreateReactor(
    grpc::GenericCallbackServerContext* context) {
  return new ScriptedCall(*context, *this);
}

HttpTest::HttpTest() {
  // Else the linker leaves their descriptors out.
  v1::DecideRequest::descriptor();
  v1::FollowDecisionsRequest::descriptor();
  grpc::ServerBuilder builder;
  builder.RegisterCallbackGenericService(&service_);
  grpc_ = builder.BuildAndStart();
  STRATAGEM_CHECK(grpc_ != nullptr);
}

HttpTest::~HttpTest() {
  if (http_ != nullptr) http_->Stop(absl::ZeroDuration());
  grpc_->Shutdown();
}

void HttpTest::StartServer(HttpOptions options) {
  options.listen = "127.0.0.1:0";
  auto started =
      HttpServer::Start(std::move(options),
                        {Service("DecisionService"), Service("InsightService")},
                        grpc_->InProcessChannel(grpc::ChannelArguments()));
  STRATAGEM_CHECK(started.ok());
  http_ = *std::move(started);
}

RawAnswer HttpTest::Call(const std::string& request) const {
  RawClient client = Connect();
  client.Send(request);
  return client.Read();
}

}  // namespace stratagem::server
