#include "server/http/http_router.h"

#include <utility>
#include <variant>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "server/http/connect_call.h"
#include "server/http/connect_request.h"
#include "server/rpc/error_map.h"

namespace stratagem::server {
namespace {

// The path and query of a target: "/path?query", or with a scheme and a host in
// front, as proxies are asked.
absl::string_view PathAndQuery(absl::string_view target) {
  if (!absl::ConsumePrefix(&target, "http://")) return target;
  const size_t slash = target.find('/');
  return slash == target.npos ? "/" : target.substr(slash);
}

HttpResponse NotFound(absl::string_view path) {
  return {404,
          {{"Content-Type", "application/json"}},
          ErrorJson({grpc::StatusCode::UNIMPLEMENTED,
                     absl::StrCat("there is no `", path,
                                  "`; calls are POST /SERVICE/METHOD, pages "
                                  "/healthz and /readyz")})};
}

}  // namespace

HttpRouter::HttpRouter(const HttpOptions& options, const ServiceList& services,
                       std::shared_ptr<grpc::Channel> channel)
    : cors_(options.cors_origins),
      ready_(options.ready),
      body_bytes_max_(options.request.body_bytes_max),
      channel_(std::move(channel)) {
  for (const google::protobuf::ServiceDescriptor* service : services) {
    for (int i = 0; i < service->method_count(); ++i) {
      const google::protobuf::MethodDescriptor* method = service->method(i);
      methods_[absl::StrCat("/", service->full_name(), "/", method->name())] =
          method;
    }
  }
}

std::shared_ptr<Call> HttpRouter::Handle(
    const HttpRequest& request, const std::shared_ptr<AnswerSink>& sink) const {
  if (auto preflight = cors_.AnswerPreflight(request)) {
    sink->Answer(*std::move(preflight));
    return nullptr;
  }
  const std::pair<absl::string_view, absl::string_view> target =
      absl::StrSplit(PathAndQuery(request.target), absl::MaxSplits('?', 1));
  if (auto page = AnswerPage(target.first, request)) {
    sink->Answer(*std::move(page));
    return nullptr;
  }
  const auto method = methods_.find(target.first);
  if (method == methods_.end()) {
    sink->Answer(NotFound(target.first));
    return nullptr;
  }
  auto read = ReadConnectRequest(*method->second, target.second, request,
                                 body_bytes_max_);
  if (auto* answer = std::get_if<HttpResponse>(&read)) {
    sink->Answer(std::move(*answer));
    return nullptr;
  }
  auto& plan = std::get<CallPlan>(read);
  if (draining_) {
    sink->Answer(ErrorAnswerAs(plan.type, ToGrpcStatus(ServerStopping())));
    return nullptr;
  }
  return StartCall(channel_, std::move(plan), sink);
}

std::optional<HttpResponse> HttpRouter::AnswerPage(
    absl::string_view path, const HttpRequest& request) const {
  if (path != "/healthz" && path != "/readyz") return std::nullopt;
  if (request.method != "GET" && request.method != "HEAD") {
    HttpResponse answer = PlainPage(405, "pages are read with GET");
    answer.headers.push_back({"Allow", "GET, HEAD"});
    return answer;
  }
  if (path == "/healthz") return PlainPage(200, "ok");
  return ReadyPage();
}

HttpResponse HttpRouter::ReadyPage() const {
  if (draining_) return PlainPage(503, "the server stops");
  const absl::Status status = ready_();
  if (status.ok()) return PlainPage(200, "ready");
  return PlainPage(503, status.message());
}

}  // namespace stratagem::server
