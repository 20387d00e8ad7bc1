// server/http/connect_call.h
//
// Calls of the Connect protocol, made through gRPC: what comes back is written
// to an AnswerSink. Started by the router.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_HTTP_CONNECT_CALL_H_
#define STRATAGEM_SERVER_HTTP_CONNECT_CALL_H_

#include <memory>

#include "grpcpp/channel.h"
#include "server/http/answer_sink.h"
#include "server/http/connect_request.h"

namespace stratagem::server {

// Starts the call of `plan` over `channel` and returns at once. `sink` gets its
// answer, an error included, exactly once.
// Requires: a method without a stream of requests. Thread safe.
std::shared_ptr<Call> StartCall(const std::shared_ptr<grpc::Channel>& channel,
                                CallPlan plan,
                                std::shared_ptr<AnswerSink> sink);

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_HTTP_CONNECT_CALL_H_
