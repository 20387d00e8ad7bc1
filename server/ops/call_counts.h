// server/ops/call_counts.h
//
// CallCounts: how calls end and how long they take, by method and code, over
// gRPC and HTTP alike: what gRPC tells of each call, counted without locks, and
// those that fail in the server's log. Server holds one and gives it to gRPC.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_OPS_CALL_COUNTS_H_
#define STRATAGEM_SERVER_OPS_CALL_COUNTS_H_

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "grpcpp/support/server_interceptor.h"
#include "grpcpp/support/status.h"
#include "server/ops/latency_histogram.h"
#include "server/ops/log_limit.h"

namespace stratagem::server {

// Thread safe.
class CallCounts {
 public:
  // One method and code, at about one moment.
  struct View {
    std::string method;  // "stratagem.v1.DecisionService/Decide".
    std::string code;    // "OK", "INVALID_ARGUMENT", ….
    LatencyCounts latency;
  };

  // Calls of `methods` ("/stratagem.v1.DecisionService/Decide") are counted
  // apart, all others as "other".
  explicit CallCounts(const std::vector<std::string>& methods);

  // What gRPC is to make of each call. Borrows this.
  std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>
  MakeInterceptors();

  // What has come, by method and code.
  std::vector<View> view() const;

 private:
  class Interceptor;
  class Factory;
  static constexpr size_t kCodes = 17;  // By grpc::StatusCode.

  struct Method {
    std::string name;
    std::array<LatencyHistogram, kCodes> by_code;
  };

  Method& Find(absl::string_view path);
  void Count(Method& method, const grpc::Status& status,
             absl::Duration duration, absl::string_view traceparent);

  // By path; the last one is "other".
  std::vector<std::unique_ptr<Method>> methods_;
  absl::flat_hash_map<std::string, Method*> by_path_;
  LogLimit log_limit_;
};

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_OPS_CALL_COUNTS_H_
