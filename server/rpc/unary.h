// server/rpc/unary.h
//
// Calls that are answered at once: bytes to message, a function, message to
// bytes. Services take bytes so that a message that cannot be parsed gets an
// error of ours, with its reason, and not gRPC's.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_RPC_UNARY_H_
#define STRATAGEM_SERVER_RPC_UNARY_H_

#include <utility>
#include <variant>

#include "google/rpc/status.pb.h"
#include "grpcpp/grpcpp.h"
#include "server/rpc/error_map.h"
#include "server/rpc/wire_bytes.h"
#include "server/rpc/wire_check.h"

namespace stratagem::server {

// Parses `request_bytes` as a Request, calls `answer`, which returns a
// std::variant<Response, google::rpc::Status>, and finishes the call.
template <typename Request, typename Answer>
grpc::ServerUnaryReactor* AnswerUnary(grpc::CallbackServerContext& context,
                                      const grpc::ByteBuffer& request_bytes,
                                      grpc::ByteBuffer& response_bytes,
                                      Answer answer) {
  grpc::ServerUnaryReactor* reactor = context.DefaultReactor();
  Request request;
  if (!ParseBytes(request_bytes, request)) {
    reactor->Finish(ToGrpcStatus(
        DescribeParseFailure(ToString(request_bytes), *Request::descriptor())));
    return reactor;
  }
  auto result = answer(std::as_const(request));
  if (auto* error = std::get_if<google::rpc::Status>(&result)) {
    reactor->Finish(ToGrpcStatus(*error));
    return reactor;
  }
  response_bytes = ToByteBuffer(std::get<0>(result).SerializeAsString());
  reactor->Finish(grpc::Status::OK);
  return reactor;
}

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_RPC_UNARY_H_
