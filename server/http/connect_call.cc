#include "server/http/connect_call.h"

#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "grpcpp/generic/generic_stub.h"
#include "grpcpp/support/client_callback.h"
#include "server/http/connect_protocol.h"
#include "server/http/envelope.h"
#include "server/http/gzip.h"
#include "server/http/json_codec.h"
#include "server/rpc/error_map.h"
#include "server/rpc/wire_bytes.h"

namespace stratagem::server {
namespace {

std::string PathOf(const google::protobuf::MethodDescriptor& method) {
  return absl::StrCat("/", method.service()->full_name(), "/", method.name());
}

void Prepare(const CallPlan& plan, grpc::ClientContext& context) {
  for (const auto& [name, value] : plan.metadata) {
    context.AddMetadata(name, value);
  }
  if (plan.timeout) {
    context.set_deadline(absl::ToChronoTime(absl::Now() + *plan.timeout));
  }
}

void AppendHeaders(const Metadata& metadata, absl::string_view prefix,
                   HttpHeaders& headers) {
  for (const auto& [name, value] : metadata) {
    headers.push_back({absl::StrCat(prefix, name), WireValue(name, value)});
  }
}

// The message of `plan`, which has none afterwards: a call may be long.
grpc::ByteBuffer TakeMessage(CallPlan& plan) {
  return ToByteBuffer(std::exchange(plan.message, std::string()));
}

// The answer's message as the client wants it, not compressed.
absl::StatusOr<std::string> Encoded(const CallPlan& plan,
                                    const grpc::ByteBuffer& message) {
  std::string binary = ToString(message);
  if (plan.type.codec == Codec::kProto) return binary;
  return BinaryToJson(binary, *plan.method->output_type());
}

grpc::Status Internal(const absl::Status& status) {
  return ToGrpcStatus(MakeError(
      v1::ERROR_REASON_INTERNAL,
      absl::StrCat("the answer cannot be written as JSON: ", status.message(),
                   "; the call was done, and is answered in "
                   "`application/proto`")));
}

class UnaryCall final : public Call,
                        public std::enable_shared_from_this<UnaryCall> {
 public:
  UnaryCall(CallPlan plan, std::shared_ptr<AnswerSink> sink)
      : plan_(std::move(plan)),
        request_(TakeMessage(plan_)),
        sink_(std::move(sink)) {
    Prepare(plan_, context_);
  }

  void Start(const std::shared_ptr<grpc::Channel>& channel) {
    grpc::GenericStub stub(channel);
    stub.UnaryCall(&context_, PathOf(*plan_.method), grpc::StubOptions(),
                   &request_, &response_,
                   [self = shared_from_this()](const grpc::Status& status) {
                     self->Finish(status);
                   });
  }

  void Cancel() override { context_.TryCancel(); }

 private:
  void Finish(const grpc::Status& status) {
    HttpResponse answer = status.ok() ? Success() : ErrorAnswer(status);
    AppendHeaders(MetadataOf(context_.GetServerInitialMetadata()), "",
                  answer.headers);
    AppendHeaders(MetadataOf(context_.GetServerTrailingMetadata()), "Trailer-",
                  answer.headers);
    std::exchange(sink_, nullptr)->Answer(std::move(answer));
  }

  HttpResponse Success() {
    absl::StatusOr<std::string> body = Encoded(plan_, response_);
    if (!body.ok()) return ErrorAnswer(Internal(body.status()));
    HttpResponse answer = {
        200,
        {{"Content-Type", std::string(ContentTypeName(plan_.type))},
         {"Vary", "Accept-Encoding"}},
        *std::move(body)};
    if (plan_.compression == Compression::kGzip &&
        IsWorthCompressing(answer.body)) {
      answer.body = Gzip(answer.body);
      answer.headers.push_back({"Content-Encoding", "gzip"});
    }
    return answer;
  }

  CallPlan plan_;  // Without its message.
  const grpc::ByteBuffer request_;
  std::shared_ptr<AnswerSink> sink_;
  grpc::ClientContext context_;
  grpc::ByteBuffer response_;
};

// One request, many answers. Reads the next one when the client has taken the
// one before, so that a slow client holds one message and not the log.
class StreamCall final
    : public Call,
      public grpc::ClientBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>,
      public std::enable_shared_from_this<StreamCall> {
 public:
  StreamCall(CallPlan plan, std::shared_ptr<AnswerSink> sink)
      : plan_(std::move(plan)),
        request_(TakeMessage(plan_)),
        sink_(std::move(sink)) {
    Prepare(plan_, context_);
  }

  void Start(const std::shared_ptr<grpc::Channel>& channel) {
    self_ = shared_from_this();
    grpc::GenericStub stub(channel);
    stub.PrepareBidiStreamingCall(&context_, PathOf(*plan_.method),
                                  grpc::StubOptions(), this);
    // While the client takes a message no operation is under way that would
    // keep the call.
    AddHold();
    StartWriteLast(&request_, grpc::WriteOptions());
    grpc::ClientBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>::StartCall();
  }

  void Cancel() override { context_.TryCancel(); }

  // A stream may last for days, and needs its request no more.
  void OnWriteDone(bool) override { request_.Clear(); }

  void OnReadInitialMetadataDone(bool) override {
    HttpResponse head;
    head.headers = {{"Content-Type", std::string(ContentTypeName(plan_.type))}};
    if (plan_.compression == Compression::kGzip) {
      head.headers.push_back({"Connect-Content-Encoding", "gzip"});
    }
    AppendHeaders(MetadataOf(context_.GetServerInitialMetadata()), "",
                  head.headers);
    sink_->StartStream(std::move(head));
    StartRead(&message_);
  }

  void OnReadDone(bool ok) override {
    if (!ok) return RemoveHold();
    absl::StatusOr<std::string> message = Encoded(plan_, message_);
    message_.Clear();  // The client may take its time.
    if (!message.ok()) {
      failure_ = Internal(message.status());
      context_.TryCancel();
      return StartRead(&message_);
    }
    const bool compress =
        plan_.compression == Compression::kGzip && IsWorthCompressing(*message);
    sink_->Write(compress ? Enveloped(kCompressedFlag, Gzip(*message))
                          : Enveloped(0, *message),
                 [self = self_] { self->StartRead(&self->message_); });
  }

  void OnDone(const grpc::Status& status) override {
    sink_->FinishStream(
        EndOfStream(failure_.ok() ? status : failure_,
                    MetadataOf(context_.GetServerTrailingMetadata())));
    sink_.reset();
    self_.reset();  // This may be the end of this object.
  }

 private:
  CallPlan plan_;  // Without its message.
  grpc::ByteBuffer request_;
  std::shared_ptr<AnswerSink> sink_;
  grpc::ClientContext context_;
  grpc::ByteBuffer message_;
  grpc::Status failure_;
  // Until OnDone(): gRPC holds a plain pointer.
  std::shared_ptr<StreamCall> self_;
};

}  // namespace

std::shared_ptr<Call> StartCall(const std::shared_ptr<grpc::Channel>& channel,
                                CallPlan plan,
                                std::shared_ptr<AnswerSink> sink) {
  if (plan.method->server_streaming()) {
    auto call = std::make_shared<StreamCall>(std::move(plan), std::move(sink));
    call->Start(channel);
    return call;
  }
  auto call = std::make_shared<UnaryCall>(std::move(plan), std::move(sink));
  call->Start(channel);
  return call;
}

}  // namespace stratagem::server
