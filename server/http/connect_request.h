// server/http/connect_request.h
//
// From a request of HTTP to the call that it asks for, by the Connect protocol.
// Pure; the router starts the call.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_HTTP_CONNECT_REQUEST_H_
#define STRATAGEM_SERVER_HTTP_CONNECT_REQUEST_H_

#include <cstddef>
#include <optional>
#include <string>
#include <variant>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "google/protobuf/descriptor.h"
#include "server/http/connect_protocol.h"
#include "server/http/http_message.h"
#include "server/http/metadata.h"

namespace stratagem::server {

// What to call, and how to answer.
struct CallPlan {
  const google::protobuf::MethodDescriptor* method = nullptr;
  ContentType type;
  std::string message;  // Binary, as gRPC takes it.
  Metadata metadata;
  std::optional<absl::Duration> timeout;
  // Of answers worth it.
  Compression compression = Compression::kIdentity;
};

// Returns the plan of a call of `method`, or what to answer instead: 405, 415,
// or an error of the protocol in the form that the request's content type
// wants. `query` is the target's part behind "?". `body_bytes_max` bounds the
// message once it is decompressed. Thread safe.
std::variant<CallPlan, HttpResponse> ReadConnectRequest(
    const google::protobuf::MethodDescriptor& method, absl::string_view query,
    const HttpRequest& request, size_t body_bytes_max);

// Returns an error in the form that `type` wants.
HttpResponse ErrorAnswerAs(ContentType type, const grpc::Status& status);

// Whether answers may be compressed that way: too short ones would grow.
bool IsWorthCompressing(absl::string_view bytes);

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_HTTP_CONNECT_REQUEST_H_
