#include "server/ops/call_counts.h"

#include <chrono>
#include <utility>

#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "server/ops/log.h"
#include "server/ops/trace_context.h"

namespace stratagem::server {
namespace {

using Steady = std::chrono::steady_clock;
using grpc::experimental::InterceptionHookPoints;

// LIMIT: lines of failed calls a second: enough to see what goes wrong, too few
// for a server in trouble to drown its log.
constexpr int64_t kFailedCallLinesMax = 20;
constexpr char kOther[] = "other";
constexpr char kStoppingReason[] = "ERROR_REASON_SERVER_STOPPING";

constexpr absl::string_view kCodeNames[] = {
    "OK",
    "CANCELLED",
    "UNKNOWN",
    "INVALID_ARGUMENT",
    "DEADLINE_EXCEEDED",
    "NOT_FOUND",
    "ALREADY_EXISTS",
    "PERMISSION_DENIED",
    "RESOURCE_EXHAUSTED",
    "FAILED_PRECONDITION",
    "ABORTED",
    "OUT_OF_RANGE",
    "UNIMPLEMENTED",
    "INTERNAL",
    "UNAVAILABLE",
    "DATA_LOSS",
    "UNAUTHENTICATED",
};

// How loud a call that ended so is: a caller's mistake is none of ours, and a
// stop is none at all.
LogLevel LevelOf(grpc::StatusCode code, absl::string_view reason) {
  if (reason == kStoppingReason) return LogLevel::kInfo;
  switch (code) {
    case grpc::StatusCode::UNKNOWN:
    case grpc::StatusCode::INTERNAL:
    case grpc::StatusCode::UNAVAILABLE:
    case grpc::StatusCode::DATA_LOSS:
      return LogLevel::kError;
    case grpc::StatusCode::RESOURCE_EXHAUSTED:
    case grpc::StatusCode::DEADLINE_EXCEEDED:
      return LogLevel::kWarning;
    default:
      return LogLevel::kInfo;
  }
}

// ErrorInfo.reason of `status`; "" when it has none.
std::string ReasonOf(const grpc::Status& status) {
  google::rpc::Status details;
  if (!details.ParseFromString(status.error_details())) return "";
  google::rpc::ErrorInfo info;
  for (const google::protobuf::Any& detail : details.details()) {
    if (detail.UnpackTo(&info)) return info.reason();
  }
  return "";
}

}  // namespace

// One call. Its hooks run one after the other.
class CallCounts::Interceptor final : public grpc::experimental::Interceptor {
 public:
  Interceptor(CallCounts& counts, Method& method)
      : counts_(counts), method_(method) {}

  void Intercept(grpc::experimental::InterceptorBatchMethods* call) override {
    if (call->QueryInterceptionHookPoint(
            InterceptionHookPoints::POST_RECV_INITIAL_METADATA)) {
      const auto& metadata = *call->GetRecvInitialMetadata();
      const auto entry = metadata.find(kTraceparentKey);
      if (entry != metadata.end()) {
        traceparent_.assign(entry->second.data(), entry->second.size());
      }
    }
    if (call->QueryInterceptionHookPoint(
            InterceptionHookPoints::PRE_SEND_STATUS)) {
      counts_.Count(method_, call->GetSendStatus(),
                    absl::FromChrono(Steady::now() - began_), traceparent_);
    }
    call->Proceed();
  }

 private:
  CallCounts& counts_;
  Method& method_;
  const Steady::time_point began_ = Steady::now();
  std::string traceparent_;
};

class CallCounts::Factory final
    : public grpc::experimental::ServerInterceptorFactoryInterface {
 public:
  explicit Factory(CallCounts& counts) : counts_(counts) {}

  grpc::experimental::Interceptor* CreateServerInterceptor(
      grpc::experimental::ServerRpcInfo* info) override {
    return new Interceptor(counts_, counts_.Find(info->method()));
  }

 private:
  CallCounts& counts_;
};

CallCounts::CallCounts(const std::vector<std::string>& methods)
    : log_limit_(kFailedCallLinesMax) {
  for (const std::string& path : methods) {
    methods_.push_back(std::make_unique<Method>());
    methods_.back()->name = std::string(absl::StripPrefix(path, "/"));
    by_path_.emplace(path, methods_.back().get());
  }
  methods_.push_back(std::make_unique<Method>());
  methods_.back()->name = kOther;
}

std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>
CallCounts::MakeInterceptors() {
  return std::make_unique<Factory>(*this);
}

CallCounts::Method& CallCounts::Find(absl::string_view path) {
  const auto found = by_path_.find(path);
  return found == by_path_.end() ? *methods_.back() : *found->second;
}

void CallCounts::Count(Method& method, const grpc::Status& status,
                       absl::Duration duration, absl::string_view traceparent) {
  const auto code = static_cast<size_t>(status.error_code());
  // A code that no version of gRPC knows is as good as UNKNOWN.
  const size_t index =
      code < kCodes ? code : static_cast<size_t>(grpc::StatusCode::UNKNOWN);
  method.by_code[index].Observe(duration);
  if (status.ok()) return;
  const std::optional<uint64_t> left_out = log_limit_.Admit(absl::Now());
  if (!left_out.has_value()) return;
  // Not the message, which may quote what the caller sent.
  const std::string reason = ReasonOf(status);
  Log(LevelOf(status.error_code(), reason), "call_failed",
      {{"method", Value::String(method.name)},
       {"code", Value::String(kCodeNames[index])},
       {"reason", Value::String(reason)},
       {"trace_id", Value::String(TraceIdOf(traceparent))},
       {"duration_seconds", Value::Double(absl::ToDoubleSeconds(duration))},
       {"left_out", Value::Int(static_cast<int64_t>(*left_out))}});
}

std::vector<CallCounts::View> CallCounts::view() const {
  std::vector<View> views;
  for (const std::unique_ptr<Method>& method : methods_) {
    for (size_t code = 0; code < kCodes; ++code) {
      LatencyCounts latency = method->by_code[code].counts();
      if (latency.count == 0) continue;
      views.push_back({method->name, std::string(kCodeNames[code]), latency});
    }
  }
  return views;
}

}  // namespace stratagem::server
