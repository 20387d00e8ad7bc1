#include "server/http/connect_protocol.h"

#include <array>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "google/protobuf/descriptor.h"
#include "google/rpc/status.pb.h"
#include "nlohmann/json.hpp"
#include "server/http/gzip.h"
#include "server/http/json_codec.h"
#include "server/rpc/error_list.h"
#include "server/rpc/error_map.h"

namespace stratagem::server {
namespace {

struct CodeRow {
  const char* name;
  int http_status;
};

// By gRPC's number, OK first.
constexpr std::array<CodeRow, 17> kCodes = {{
    {"ok", 200},
    {"canceled", 499},
    {"unknown", 500},
    {"invalid_argument", 400},
    {"deadline_exceeded", 504},
    {"not_found", 404},
    {"already_exists", 409},
    {"permission_denied", 403},
    {"resource_exhausted", 429},
    {"failed_precondition", 400},
    {"aborted", 409},
    {"out_of_range", 400},
    {"unimplemented", 501},
    {"internal", 500},
    {"unavailable", 503},
    {"data_loss", 500},
    {"unauthenticated", 401},
}};

const CodeRow& RowOf(grpc::StatusCode code) {
  const auto number = static_cast<size_t>(code);
  if (number < kCodes.size()) return kCodes[number];
  return kCodes[grpc::StatusCode::UNKNOWN];
}

constexpr size_t kTimeoutDigitsMax = 10;
// HTTP has no shorter time; a RetryInfo says it more precisely.
constexpr char kRetryAfterSeconds[] = "1";

// The detail's message as JSON, for people who read answers; absent when this
// program does not know its type.
std::optional<nlohmann::json> DebugOf(const google::protobuf::Any& detail,
                                      const std::string& type_name) {
  const google::protobuf::Descriptor* type =
      google::protobuf::DescriptorPool::generated_pool()->FindMessageTypeByName(
          type_name);
  if (type == nullptr) return std::nullopt;
  const absl::StatusOr<std::string> json = BinaryToJson(detail.value(), *type);
  if (!json.ok()) return std::nullopt;
  return nlohmann::json::parse(*json, nullptr, /*allow_exceptions=*/false);
}

nlohmann::json DetailJson(const google::protobuf::Any& detail) {
  const std::string type_name =
      detail.type_url().substr(detail.type_url().rfind('/') + 1);
  std::string value = absl::Base64Escape(detail.value());
  value.erase(value.find_last_not_of('=') + 1);
  nlohmann::json json = {{"type", type_name}, {"value", value}};
  if (auto debug = DebugOf(detail, type_name)) json["debug"] = *debug;
  return json;
}

// Decodes "%41+b": '+' is a space, as forms write it and clients read it.
std::optional<std::string> PercentDecoded(absl::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out.push_back(text[i] == '+' ? ' ' : text[i]);
      continue;
    }
    if (i + 2 >= text.size() ||
        !absl::ascii_isxdigit(static_cast<unsigned char>(text[i + 1])) ||
        !absl::ascii_isxdigit(static_cast<unsigned char>(text[i + 2]))) {
      return std::nullopt;
    }
    out += absl::HexStringToBytes(text.substr(i + 1, 2));
    i += 2;
  }
  return out;
}

absl::Status QueryError(absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("the query ", what));
}

}  // namespace

std::optional<ContentType> ParseContentType(absl::string_view value) {
  const std::vector<absl::string_view> parts = absl::StrSplit(value, ';');
  for (size_t i = 1; i < parts.size(); ++i) {
    const std::pair<absl::string_view, absl::string_view> parameter =
        absl::StrSplit(parts[i], absl::MaxSplits('=', 1));
    if (absl::EqualsIgnoreCase(absl::StripAsciiWhitespace(parameter.first),
                               "charset") &&
        !absl::EqualsIgnoreCase(absl::StripAsciiWhitespace(parameter.second),
                                "utf-8") &&
        !absl::EqualsIgnoreCase(absl::StripAsciiWhitespace(parameter.second),
                                "\"utf-8\"")) {
      return std::nullopt;
    }
  }
  const absl::string_view name = absl::StripAsciiWhitespace(parts[0]);
  for (const Codec codec : {Codec::kJson, Codec::kProto}) {
    for (const bool is_stream : {false, true}) {
      const ContentType type = {codec, is_stream};
      if (absl::EqualsIgnoreCase(name, ContentTypeName(type))) return type;
    }
  }
  return std::nullopt;
}

absl::string_view ContentTypeName(ContentType type) {
  switch (type.codec) {
    case Codec::kJson:
      return type.is_stream ? "application/connect+json" : "application/json";
    case Codec::kProto:
      return type.is_stream ? "application/connect+proto" : "application/proto";
  }
  return "";
}

std::optional<Codec> ParseCodec(absl::string_view name) {
  if (name == "json") return Codec::kJson;
  if (name == "proto") return Codec::kProto;
  return std::nullopt;
}

int HttpStatusOf(grpc::StatusCode code) { return RowOf(code).http_status; }
absl::string_view CodeName(grpc::StatusCode code) { return RowOf(code).name; }

std::string ErrorJson(const grpc::Status& status) {
  nlohmann::json error = {{"code", RowOf(status.error_code()).name}};
  if (!status.error_message().empty()) {
    error["message"] = status.error_message();
  }
  google::rpc::Status details;
  if (details.ParseFromString(status.error_details())) {
    for (const google::protobuf::Any& detail : details.details()) {
      error["details"].push_back(DetailJson(detail));
    }
  }
  // Messages may repeat what a caller sent.
  return error.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

HttpResponse ErrorAnswer(const grpc::Status& status) {
  HttpResponse answer = {
      HttpStatusOf(status.error_code()),
      {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}},
      ErrorJson(status)};
  google::rpc::Status error;
  if (!error.ParseFromString(status.error_details())) return answer;
  const ErrorRow* const row = FindErrorRow(ErrorReasonOf(error));
  if (row == nullptr) return answer;
  if (row->http_status != 0) answer.status = row->http_status;
  if (row->detail == ErrorDetail::kRetryDelay) {
    answer.headers.push_back({"Retry-After", kRetryAfterSeconds});
  }
  return answer;
}

HttpResponse ErrorAnswer(v1::ErrorReason reason, absl::string_view message) {
  return ErrorAnswer(ToGrpcStatus(MakeError(reason, message)));
}

grpc::Status NoRoomForRequest() {
  return ToGrpcStatus(MakeError(
      v1::ERROR_REASON_SERVER_BUSY,
      "the requests under way take as much memory as they may; try again "
      "later"));
}

absl::StatusOr<absl::Duration> ParseTimeoutMs(absl::string_view value) {
  int64_t milliseconds = 0;
  const bool has_sign =
      !value.empty() &&
      !absl::ascii_isdigit(static_cast<unsigned char>(value[0]));
  if (value.size() > kTimeoutDigitsMax || has_sign ||
      !absl::SimpleAtoi(value, &milliseconds)) {
    return absl::InvalidArgumentError(
        absl::StrCat("`Connect-Timeout-Ms` is `", value,
                     "`, not a number of milliseconds of at most ",
                     kTimeoutDigitsMax, " digits"));
  }
  return absl::Milliseconds(milliseconds);
}

absl::StatusOr<Compression> ParseCompression(absl::string_view name) {
  if (name.empty() || absl::EqualsIgnoreCase(name, "identity")) {
    return Compression::kIdentity;
  }
  if (absl::EqualsIgnoreCase(name, "gzip")) return Compression::kGzip;
  return absl::UnimplementedError(absl::StrCat(
      "the compression `", name, "` is not one of `gzip` and `identity`"));
}

Compression ChooseCompression(absl::string_view accepted) {
  for (absl::string_view entry : absl::StrSplit(accepted, ',')) {
    const std::pair<absl::string_view, absl::string_view> parts =
        absl::StrSplit(entry, absl::MaxSplits(';', 1));
    double quality = 1;
    absl::string_view weight = absl::StripAsciiWhitespace(parts.second);
    if (absl::ConsumePrefix(&weight, "q=") &&
        !absl::SimpleAtod(weight, &quality)) {
      quality = 0;
    }
    if (quality <= 0) continue;
    const absl::string_view name = absl::StripAsciiWhitespace(parts.first);
    if (absl::EqualsIgnoreCase(name, "gzip")) return Compression::kGzip;
    if (absl::EqualsIgnoreCase(name, "identity")) break;
  }
  return Compression::kIdentity;
}

absl::StatusOr<std::string> Decompress(std::string bytes, Compression with,
                                       size_t bytes_max) {
  switch (with) {
    case Compression::kIdentity:
      return bytes;
    case Compression::kGzip:
      if (bytes.empty()) return bytes;
      return Gunzip(bytes, bytes_max);
  }
  return bytes;
}

absl::StatusOr<GetQuery> ParseGetQuery(absl::string_view query) {
  std::array<std::pair<absl::string_view, std::optional<std::string>>, 5>
      known = {{{"message", {}},
                {"encoding", {}},
                {"compression", {}},
                {"base64", {}},
                {"connect", {}}}};
  for (absl::string_view part : absl::StrSplit(query, '&')) {
    const std::pair<absl::string_view, absl::string_view> parameter =
        absl::StrSplit(part, absl::MaxSplits('=', 1));
    for (auto& [name, value] : known) {
      if (parameter.first != name) continue;
      if (value) {
        return QueryError(absl::StrCat("has `", name, "` more than once"));
      }
      value = PercentDecoded(parameter.second);
      if (!value) {
        return QueryError(
            absl::StrCat("has a `%` in `", name,
                         "` that is not followed by two hexadecimal digits"));
      }
    }
  }
  const auto& [message, encoding, compression, base64, connect] = known;
  if (!message.second) return QueryError("has no `message`");
  if (!encoding.second) return QueryError("has no `encoding`");
  if (connect.second && *connect.second != "v1") {
    return QueryError("has a `connect` that is not `v1`");
  }
  GetQuery out = {*message.second, *encoding.second,
                  compression.second.value_or("")};
  if (base64.second == "1" &&
      !absl::WebSafeBase64Unescape(*message.second, &out.message)) {
    return QueryError("has a `message` that is not URL-safe base64");
  }
  return out;
}

}  // namespace stratagem::server
