// server/rpc/unary.h
//
// Calls of one request and one answer: bytes to message, a function, message to
// bytes; at once, or on a thread that may wait for the disk. Services take
// bytes so that a message that cannot be parsed gets an error of ours, with its
// reason, and not gRPC's.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_RPC_UNARY_H_
#define STRATAGEM_SERVER_RPC_UNARY_H_

#include <utility>
#include <variant>

#include "absl/strings/string_view.h"
#include "google/rpc/status.pb.h"
#include "grpcpp/grpcpp.h"
#include "server/ops/trace_context.h"
#include "server/rpc/error_map.h"
#include "server/rpc/read_thread.h"
#include "server/rpc/wire_bytes.h"
#include "server/rpc/wire_check.h"

namespace stratagem::server {

// The call's W3C trace context, or "".
inline absl::string_view Traceparent(
    const grpc::CallbackServerContext& context) {
  const auto entry = context.client_metadata().find(kTraceparentKey);
  if (entry == context.client_metadata().end()) return "";
  return {entry->second.data(), entry->second.size()};
}

// Returns a function that finishes the call with a status and the bytes of its
// answer. `response` and the reactor live until the reactor has finished.
inline auto FinishWith(grpc::ServerUnaryReactor* reactor,
                       grpc::ByteBuffer* response) {
  return
      [reactor, response](const grpc::Status& status, grpc::ByteBuffer bytes) {
        response->Swap(&bytes);
        reactor->Finish(status);
      };
}

// Finishes the call with `answer(request)`, a std::variant<Response,
// google::rpc::Status>.
template <typename Request, typename Answer>
void FinishUnary(const Request& request, grpc::ByteBuffer& response_bytes,
                 const Answer& answer, grpc::ServerUnaryReactor& reactor) {
  const auto result = answer(request);
  if (const auto* error = std::get_if<google::rpc::Status>(&result)) {
    return reactor.Finish(ToGrpcStatus(*error));
  }
  response_bytes = ToByteBuffer(std::get<0>(result).SerializeAsString());
  reactor.Finish(grpc::Status::OK);
}

// Parses `request_bytes` as `request`, or finishes the call and returns false.
template <typename Request>
bool ParseOrFinish(const grpc::ByteBuffer& request_bytes, Request& request,
                   grpc::ServerUnaryReactor& reactor) {
  if (ParseBytes(request_bytes, request)) return true;
  reactor.Finish(ToGrpcStatus(
      DescribeParseFailure(ToString(request_bytes), *Request::descriptor())));
  return false;
}

// Answers on this thread; `answer` must not wait for anything.
template <typename Request, typename Answer>
grpc::ServerUnaryReactor* AnswerUnary(grpc::CallbackServerContext& context,
                                      const grpc::ByteBuffer& request_bytes,
                                      grpc::ByteBuffer& response_bytes,
                                      Answer answer) {
  grpc::ServerUnaryReactor* reactor = context.DefaultReactor();
  Request request;
  if (ParseOrFinish(request_bytes, request, *reactor)) {
    FinishUnary(request, response_bytes, answer, *reactor);
  }
  return reactor;
}

// Answers on the thread of `reads`, or with ReadQueueFull() when too many wait;
// a caller who has gone meanwhile is not worked for.
// What `answer` uses must live until the server has ended its calls.
template <typename Request, typename Answer>
grpc::ServerUnaryReactor* AnswerUnaryFrom(ReadThread& reads,
                                          grpc::CallbackServerContext& context,
                                          const grpc::ByteBuffer& request_bytes,
                                          grpc::ByteBuffer& response_bytes,
                                          Answer answer) {
  grpc::ServerUnaryReactor* reactor = context.DefaultReactor();
  Request request;
  if (!ParseOrFinish(request_bytes, request, *reactor)) return reactor;
  const bool queued =
      reads.Post([request = std::move(request), &context, &response_bytes,
                  answer = std::move(answer), reactor] {
        if (context.IsCancelled()) {
          return reactor->Finish(grpc::Status::CANCELLED);
        }
        FinishUnary(request, response_bytes, answer, *reactor);
      });
  if (!queued) reactor->Finish(ToGrpcStatus(ReadQueueFull()));
  return reactor;
}

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_RPC_UNARY_H_
