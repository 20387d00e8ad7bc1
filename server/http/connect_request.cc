#include "server/http/connect_request.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/base/status_macros.h"
#include "google/protobuf/descriptor.pb.h"
#include "server/http/envelope.h"
#include "server/http/json_codec.h"
#include "server/rpc/error_map.h"

namespace stratagem::server {
namespace {

// Below, gzip's own header eats what is won.
constexpr size_t kCompressedBytesMin = 1'024;

bool HasNoSideEffects(const google::protobuf::MethodDescriptor& method) {
  return method.options().idempotency_level() ==
         google::protobuf::MethodOptions::NO_SIDE_EFFECTS;
}

HttpResponse MethodNotAllowed(
    const google::protobuf::MethodDescriptor& method) {
  const absl::string_view allowed =
      HasNoSideEffects(method) ? "GET, POST" : "POST";
  HttpResponse answer = PlainPage(
      405, absl::StrCat("`", method.full_name(), "` takes ", allowed));
  answer.headers.push_back({"Allow", std::string(allowed)});
  return answer;
}

// The content types that `method` takes.
HttpResponse UnsupportedMediaType(
    const google::protobuf::MethodDescriptor& method) {
  const bool is_stream = method.server_streaming() || method.client_streaming();
  const std::string types =
      absl::StrCat(ContentTypeName({Codec::kJson, is_stream}), ", ",
                   ContentTypeName({Codec::kProto, is_stream}));
  HttpResponse answer =
      PlainPage(415, absl::StrCat("`", method.full_name(), "` takes ", types));
  answer.headers.push_back({"Accept-Post", types});
  return answer;
}

// What the HTTP side itself finds wrong with a call.
grpc::Status ErrorOf(const absl::Status& status,
                     const google::protobuf::MethodDescriptor& method) {
  if (!absl::IsInvalidArgument(status)) {
    return {static_cast<grpc::StatusCode>(status.code()),
            std::string(status.message())};
  }
  google::rpc::Status error =
      MalformedMessage(method.input_type()->full_name());
  error.set_message(std::string(status.message()));
  return ToGrpcStatus(error);
}

// A value of the header, or "".
absl::string_view HeaderOf(const HttpRequest& request, absl::string_view name) {
  const std::string* value = FindHeader(request.headers, name);
  return value == nullptr ? "" : absl::string_view(*value);
}

absl::Status CheckVersion(const HttpRequest& request) {
  const std::string* version =
      FindHeader(request.headers, "Connect-Protocol-Version");
  if (version == nullptr || *version == "1") return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("`Connect-Protocol-Version` is `", *version, "`, not `1`"));
}

// What stands in a request's headers for all kinds of calls.
absl::Status ReadHeaders(const HttpRequest& request, CallPlan& plan) {
  STRATAGEM_RETURN_IF_ERROR(CheckVersion(request));
  if (const std::string* timeout =
          FindHeader(request.headers, "Connect-Timeout-Ms")) {
    STRATAGEM_ASSIGN_OR_RETURN(plan.timeout, ParseTimeoutMs(*timeout));
  }
  plan.metadata = MetadataOf(request.headers);
  return absl::OkStatus();
}

// The answer's compression: what the client accepts, or else how it compressed.
Compression AnswerCompression(const HttpRequest& request,
                              absl::string_view header, Compression its_own) {
  const std::string* accepted = FindHeader(request.headers, header);
  return accepted == nullptr ? its_own : ChooseCompression(*accepted);
}

absl::Status ReadPost(const HttpRequest& request, size_t body_bytes_max,
                      CallPlan& plan) {
  STRATAGEM_RETURN_IF_ERROR(ReadHeaders(request, plan));
  const bool is_stream = plan.type.is_stream;
  STRATAGEM_ASSIGN_OR_RETURN(
      const Compression compression,
      ParseCompression(HeaderOf(request, is_stream ? "Connect-Content-Encoding"
                                                   : "Content-Encoding")));
  plan.compression = AnswerCompression(
      request, is_stream ? "Connect-Accept-Encoding" : "Accept-Encoding",
      compression);
  STRATAGEM_ASSIGN_OR_RETURN(
      plan.message,
      is_stream ? OnlyMessage(request.body, compression, body_bytes_max)
                : Decompress(request.body, compression, body_bytes_max));
  return absl::OkStatus();
}

absl::Status ReadGet(const GetQuery& query, const HttpRequest& request,
                     size_t body_bytes_max, CallPlan& plan) {
  STRATAGEM_RETURN_IF_ERROR(ReadHeaders(request, plan));
  STRATAGEM_ASSIGN_OR_RETURN(const Compression compression,
                             ParseCompression(query.compression));
  plan.compression = AnswerCompression(request, "Accept-Encoding", compression);
  STRATAGEM_ASSIGN_OR_RETURN(
      plan.message, Decompress(query.message, compression, body_bytes_max));
  return absl::OkStatus();
}

grpc::Status ErrorOf(const JsonFault& fault,
                     const google::protobuf::MethodDescriptor& method) {
  v1::ErrorReason reason = v1::ERROR_REASON_WRONG_TYPE;
  switch (fault.kind) {
    case JsonFault::Kind::kMalformed:
      return ErrorOf(absl::InvalidArgumentError(fault.description), method);
    case JsonFault::Kind::kUnknownField:
      reason = v1::ERROR_REASON_UNKNOWN_NAME;
      break;
    case JsonFault::Kind::kWrongType:
      break;
  }
  const FieldError error = {fault.field, reason, fault.description};
  return ToGrpcStatus(InvalidRequest({&error, 1}));
}

// Returns `plan` with its message in binary, or the error that `status` is or
// that there is then.
std::variant<CallPlan, HttpResponse> Finished(CallPlan plan,
                                              const absl::Status& status) {
  if (!status.ok()) {
    return ErrorAnswerAs(plan.type, ErrorOf(status, *plan.method));
  }
  // An empty message is one without fields, in both codecs.
  if (plan.type.codec == Codec::kProto || plan.message.empty()) return plan;
  auto read = JsonToBinary(plan.message, *plan.method->input_type());
  if (const auto* fault = std::get_if<JsonFault>(&read)) {
    return ErrorAnswerAs(plan.type, ErrorOf(*fault, *plan.method));
  }
  plan.message = std::move(std::get<std::string>(read));
  return plan;
}

}  // namespace

std::variant<CallPlan, HttpResponse> ReadConnectRequest(
    const google::protobuf::MethodDescriptor& method, absl::string_view query,
    const HttpRequest& request, size_t body_bytes_max) {
  CallPlan plan;
  plan.method = &method;
  if (request.method == "GET" && HasNoSideEffects(method)) {
    const absl::StatusOr<GetQuery> read = ParseGetQuery(query);
    if (!read.ok()) return ErrorAnswer(ErrorOf(read.status(), method));
    const std::optional<Codec> codec = ParseCodec(read->encoding);
    if (!codec) return UnsupportedMediaType(method);
    plan.type.codec = *codec;
    const absl::Status status = ReadGet(*read, request, body_bytes_max, plan);
    return Finished(std::move(plan), status);
  }
  if (request.method != "POST") return MethodNotAllowed(method);
  const std::optional<ContentType> type =
      ParseContentType(HeaderOf(request, "Content-Type"));
  if (!type) return UnsupportedMediaType(method);
  plan.type = *type;
  if (method.client_streaming()) {
    return ErrorAnswerAs(
        *type, grpc::Status(grpc::StatusCode::UNIMPLEMENTED,
                            absl::StrCat("`", method.full_name(),
                                         "` takes a stream, which needs gRPC; "
                                         "call it there")));
  }
  if (type->is_stream != method.server_streaming()) {
    return UnsupportedMediaType(method);
  }
  const absl::Status status = ReadPost(request, body_bytes_max, plan);
  return Finished(std::move(plan), status);
}

HttpResponse ErrorAnswerAs(ContentType type, const grpc::Status& status) {
  if (!type.is_stream) return ErrorAnswer(status);
  return {200,
          {{"Content-Type", std::string(ContentTypeName(type))}},
          EndOfStream(status, {})};
}

bool IsWorthCompressing(absl::string_view bytes) {
  return bytes.size() >= kCompressedBytesMin;
}

}  // namespace stratagem::server
