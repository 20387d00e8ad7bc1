// server/http/connect_protocol.h
//
// The words of the Connect protocol: codes and their HTTP statuses, errors as
// JSON, content types, time-outs, the query of a GET. Pure functions; what is
// done with them stands in the router and the calls.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_HTTP_CONNECT_PROTOCOL_H_
#define STRATAGEM_SERVER_HTTP_CONNECT_PROTOCOL_H_

#include <cstddef>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "grpcpp/support/status.h"
#include "server/http/http_message.h"
#include "stratagem/v1/error_reason.pb.h"

namespace stratagem::server {

enum class Codec { kJson, kProto };

struct ContentType {
  Codec codec = Codec::kJson;
  bool is_stream = false;  // application/connect+…
};

// Returns what `value` of a Content-Type header names, or nullopt for all that
// is not of the protocol. Parameters are ignored, but a charset must be UTF-8.
std::optional<ContentType> ParseContentType(absl::string_view value);
// "application/json".
absl::string_view ContentTypeName(ContentType type);
// "json" and "proto" of a GET.
std::optional<Codec> ParseCodec(absl::string_view name);

// Returns the HTTP status of an error with `code`.
int HttpStatusOf(grpc::StatusCode code);
// Returns the protocol's name of `code`: "invalid_argument".
absl::string_view CodeName(grpc::StatusCode code);

// Returns {"code":…,"message":…,"details":[…]} for a status that is not OK. Its
// details are those of the google.rpc.Status that its error_details() hold;
// with each stands its JSON, for people.
std::string ErrorJson(const grpc::Status& status);

// Returns an error as a whole answer. Its HTTP status is that of its code, or
// the one that error_list.h has for its reason.
HttpResponse ErrorAnswer(const grpc::Status& status);
// The same for an error that the HTTP side makes.
HttpResponse ErrorAnswer(v1::ErrorReason reason, absl::string_view message);
// UNAVAILABLE: all requests together take as many bytes as they may.
grpc::Status NoRoomForRequest();

// Returns the duration of a Connect-Timeout-Ms header.
// Errors: INVALID_ARGUMENT unless it is a number of at most ten digits.
absl::StatusOr<absl::Duration> ParseTimeoutMs(absl::string_view value);

// How a message is compressed.
enum class Compression { kIdentity, kGzip };
// Returns what `name` of a Content-Encoding header or a query names.
// Errors: UNIMPLEMENTED for others, with those there are.
absl::StatusOr<Compression> ParseCompression(absl::string_view name);
// Returns the first of `accepted`, an Accept-Encoding header, that there is.
Compression ChooseCompression(absl::string_view accepted);

// Returns `bytes` as they were before they were compressed. An empty message is
// never compressed.
// Errors: as Gunzip().
absl::StatusOr<std::string> Decompress(std::string bytes, Compression with,
                                       size_t bytes_max);

// The query of a GET.
struct GetQuery {
  std::string message;  // Decoded, still compressed.
  std::string encoding;
  std::string compression;  // "" for identity.
};
// Errors: INVALID_ARGUMENT when a message or an encoding is missing, a
// parameter of the protocol stands there twice, `connect` is not "v1", or text
// is not encoded as it says. Other parameters are ignored.
absl::StatusOr<GetQuery> ParseGetQuery(absl::string_view query);

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_HTTP_CONNECT_PROTOCOL_H_
