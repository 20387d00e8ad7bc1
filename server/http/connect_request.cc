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

HttpResponse MethodNotAllowed(const google::protobuf::MethodDescriptor& method,
                              absl::string_view found) {
  const absl::string_view allowed =
      HasNoSideEffects(method) ? "GET, POST" : "POST";
  HttpResponse answer =
      ErrorAnswer(v1::ERROR_REASON_METHOD_NOT_ALLOWED,
                  absl::StrCat("`", method.full_name(), "` takes ", allowed,
                               ", not `", found, "`"));
  answer.headers.push_back({"Allow", std::string(allowed)});
  return answer;
}

// The content types that `method` takes; `found` is what stands instead.
HttpResponse UnsupportedMediaType(
    const google::protobuf::MethodDescriptor& method, absl::string_view found) {
  const bool is_stream = method.server_streaming() || method.client_streaming();
  const std::string types =
      absl::StrCat(ContentTypeName({Codec::kJson, is_stream}), ", ",
                   ContentTypeName({Codec::kProto, is_stream}));
  HttpResponse answer = ErrorAnswer(
      v1::ERROR_REASON_UNSUPPORTED_MEDIA_TYPE,
      absl::StrCat("`", method.full_name(), "` takes ", types, ", not ",
                   found.empty() ? "a message without a type"
                                 : absl::StrCat("`", found, "`")));
  answer.headers.push_back({"Accept-Post", types});
  return answer;
}

// What is wrong with the headers or the query of a call, or with how its
// message is compressed.
grpc::Status CallError(const absl::Status& status) {
  return ToGrpcStatus(MakeError(absl::IsUnimplemented(status)
                                    ? v1::ERROR_REASON_UNSUPPORTED_COMPRESSION
                                    : v1::ERROR_REASON_MALFORMED_CALL,
                                status.message()));
}

// What is wrong with its message.
grpc::Status MessageError(const absl::Status& status) {
  return ToGrpcStatus(MakeError(absl::IsResourceExhausted(status)
                                    ? v1::ERROR_REASON_MESSAGE_TOO_LARGE
                                    : v1::ERROR_REASON_MALFORMED_MESSAGE,
                                status.message()));
}

grpc::Status MessageError(const JsonFault& fault) {
  v1::ErrorReason reason = v1::ERROR_REASON_WRONG_TYPE;
  switch (fault.kind) {
    case JsonFault::Kind::kMalformed:
      return MessageError(absl::InvalidArgumentError(fault.description));
    case JsonFault::Kind::kUnknownField:
      reason = v1::ERROR_REASON_UNKNOWN_NAME;
      break;
    case JsonFault::Kind::kWrongType:
      break;
  }
  const FieldError error = {fault.field, reason, fault.description};
  return ToGrpcStatus(InvalidRequest({&error, 1}));
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

// The headers of a POST; returns how its message is compressed.
absl::StatusOr<Compression> ReadPost(const HttpRequest& request,
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
  return compression;
}

// The same of a GET.
absl::StatusOr<Compression> ReadGet(const GetQuery& query,
                                    const HttpRequest& request,
                                    CallPlan& plan) {
  STRATAGEM_RETURN_IF_ERROR(ReadHeaders(request, plan));
  STRATAGEM_ASSIGN_OR_RETURN(const Compression compression,
                             ParseCompression(query.compression));
  plan.compression = AnswerCompression(request, "Accept-Encoding", compression);
  return compression;
}

// Returns `plan` with the message that was sent as `sent`, in binary, or the
// error that there is.
std::variant<CallPlan, HttpResponse> Finished(
    CallPlan plan, const absl::StatusOr<Compression>& compression,
    const std::string& sent, size_t body_bytes_max) {
  if (!compression.ok()) {
    return ErrorAnswerAs(plan.type, CallError(compression.status()));
  }
  absl::StatusOr<std::string> message =
      plan.type.is_stream ? OnlyMessage(sent, *compression, body_bytes_max)
                          : Decompress(sent, *compression, body_bytes_max);
  if (!message.ok()) {
    return ErrorAnswerAs(plan.type, MessageError(message.status()));
  }
  plan.message = *std::move(message);
  // An empty message is one without fields, in both codecs.
  if (plan.type.codec == Codec::kProto || plan.message.empty()) return plan;
  auto read = JsonToBinary(plan.message, *plan.method->input_type());
  if (const auto* fault = std::get_if<JsonFault>(&read)) {
    return ErrorAnswerAs(plan.type, MessageError(*fault));
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
    if (!read.ok()) return ErrorAnswer(CallError(read.status()));
    const std::optional<Codec> codec = ParseCodec(read->encoding);
    if (!codec) return UnsupportedMediaType(method, read->encoding);
    plan.type.codec = *codec;
    const absl::StatusOr<Compression> compression =
        ReadGet(*read, request, plan);
    return Finished(std::move(plan), compression, read->message,
                    body_bytes_max);
  }
  if (request.method != "POST") return MethodNotAllowed(method, request.method);
  const absl::string_view type_name = HeaderOf(request, "Content-Type");
  const std::optional<ContentType> type = ParseContentType(type_name);
  if (!type) return UnsupportedMediaType(method, type_name);
  plan.type = *type;
  if (method.client_streaming()) {
    return ErrorAnswerAs(
        *type, ToGrpcStatus(MakeError(
                   v1::ERROR_REASON_METHOD_NEEDS_GRPC,
                   absl::StrCat("`", method.full_name(),
                                "` takes a stream, which needs gRPC; call it "
                                "there"))));
  }
  if (type->is_stream != method.server_streaming()) {
    return UnsupportedMediaType(method, type_name);
  }
  const absl::StatusOr<Compression> compression = ReadPost(request, plan);
  return Finished(std::move(plan), compression, request.body, body_bytes_max);
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
