// tests/http/two_wires.h
//
// TwoWires: a server that is called over gRPC and over HTTP, and the error that
// a caller of each sees.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_TESTS_HTTP_TWO_WIRES_H_
#define STRATAGEM_TESTS_HTTP_TWO_WIRES_H_

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "server/http/connect_protocol.h"
#include "tests/http/raw_client.h"
#include "tests/server/error_details.h"
#include "tests/server/held_server.h"
#include "tests/server/running_server.h"

namespace stratagem::server {

// An error as a caller saw it.
struct Met {
  google::rpc::Status error;
  RawAnswer http;  // Without a status where HTTP was not asked.
};

inline Met OverGrpc(const grpc::Status& status) {
  return {ToRpcStatus(status), {}};
}

// Reads {"code":…,"message":…,"details":[…]} as clients of the protocol do.
inline google::rpc::Status ParseError(const nlohmann::json& json) {
  google::rpc::Status error;
  const std::string name = json.value("code", "");
  for (int code = 1; code <= 16; ++code) {
    if (name == CodeName(static_cast<grpc::StatusCode>(code))) {
      error.set_code(code);
    }
  }
  error.set_message(json.value("message", ""));
  for (const auto& detail : json.value("details", nlohmann::json::array())) {
    google::protobuf::Any& any = *error.add_details();
    any.set_type_url("type.googleapis.com/" + detail.value("type", ""));
    EXPECT_TRUE(
        absl::Base64Unescape(detail.value("value", ""), any.mutable_value()));
  }
  return error;
}

inline Met OverHttp(RawAnswer answer) {
  const auto json = nlohmann::json::parse(answer.body, nullptr, false);
  if (!json.is_object()) {
    ADD_FAILURE() << answer.status << " without an error: " << answer.body;
    return {};
  }
  return {ParseError(json), std::move(answer)};
}

// The error in the last envelope of a stream, which is its only one.
inline google::rpc::Status EndOf(const RawAnswer& answer) {
  constexpr size_t kPrefixBytes = 5;
  EXPECT_EQ(answer.status, 200);
  if (answer.body.size() < kPrefixBytes) {
    ADD_FAILURE() << "no envelope: " << answer.body;
    return {};
  }
  const auto json =
      nlohmann::json::parse(answer.body.substr(kPrefixBytes), nullptr, false);
  return ParseError(json.value("error", nlohmann::json::object()));
}

inline Options WithHttp() {
  Options options;
  options.http_listen = "127.0.0.1:0";
  return options;
}

class TwoWires {
 public:
  explicit TwoWires(const std::vector<std::string>& packs = WirePacks())
      : running_(std::make_unique<RunningServer>(
            WithHttp(), store::NewMemoryStore(), packs)) {}
  explicit TwoWires(std::unique_ptr<HeldStore> held)
      : running_(StartHeld(WithHttp(), std::move(held))) {}

  // Calls on both; they must fail alike.
  Met CallBytes(const std::string& method, const std::string& bytes) {
    const std::string path = "/stratagem.v1." + method;
    const google::rpc::Status over_grpc =
        ToRpcStatus(running_->CallBytes(path, bytes));
    Met met = OverHttp(Http(RawRequest(
        "POST", path, "Content-Type: application/proto\r\n", bytes)));
    // Messages may tell how much waits just now.
    google::rpc::Status over_http = met.error;
    over_http.set_message(over_grpc.message());
    EXPECT_EQ(over_http.ShortDebugString(), over_grpc.ShortDebugString());
    return met;
  }
  Met Call(const std::string& method,
           const google::protobuf::Message& request) {
    return CallBytes(method, request.SerializeAsString());
  }
  Met Decide(const std::function<void(v1::DecideRequest&)>& spoil) {
    v1::DecideRequest request = NamedRequest();
    spoil(request);
    return Call("DecisionService/Decide", request);
  }
  // Prepares what the call needs.
  void Do(const std::string& method, const google::protobuf::Message& request) {
    const grpc::Status status = running_->CallBytes(
        "/stratagem.v1." + method, request.SerializeAsString());
    EXPECT_TRUE(status.ok()) << method << ": " << status.error_message();
  }
  RawAnswer Http(const std::string& request) {
    RawClient client(running_->server().http_port());
    client.Send(request);
    return client.Read();
  }
  RunningServer& running() { return *running_; }

 private:
  std::unique_ptr<RunningServer> running_;
};

}  // namespace stratagem::server

#endif  // STRATAGEM_TESTS_HTTP_TWO_WIRES_H_
