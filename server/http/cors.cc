#include "server/http/cors.h"

#include <utility>

#include "absl/algorithm/container.h"

namespace stratagem::server {
namespace {

// Of the protocol, and what callers are known to send.
constexpr char kAllowedHeaders[] =
    "Content-Type, Content-Encoding, Connect-Protocol-Version, "
    "Connect-Timeout-Ms, Connect-Content-Encoding, Connect-Accept-Encoding, "
    "Authorization, Traceparent, Tracestate, X-User-Agent";
constexpr char kExposedHeaders[] = "Content-Encoding, Connect-Content-Encoding";
// As long as browsers remember it.
constexpr char kMaxAgeSeconds[] = "7200";

}  // namespace

Cors::Cors(std::vector<std::string> origins)
    : origins_(std::move(origins)),
      allows_all_(absl::c_linear_search(origins_, "*")) {}

bool Cors::Allows(const std::string& origin) const {
  return allows_all_ || absl::c_linear_search(origins_, origin);
}

HttpHeaders Cors::AnswerHeaders(const HttpRequest& request) const {
  if (origins_.empty()) return {};
  const std::string* origin = FindHeader(request.headers, "Origin");
  if (origin == nullptr || !Allows(*origin)) return {{"Vary", "Origin"}};
  return {{"Access-Control-Allow-Origin", allows_all_ ? "*" : *origin},
          {"Access-Control-Expose-Headers", kExposedHeaders},
          {"Vary", "Origin"}};
}

std::optional<HttpResponse> Cors::AnswerPreflight(
    const HttpRequest& request) const {
  const std::string* origin = FindHeader(request.headers, "Origin");
  if (request.method != "OPTIONS" || origin == nullptr || !Allows(*origin) ||
      FindHeader(request.headers, "Access-Control-Request-Method") == nullptr) {
    return std::nullopt;
  }
  return HttpResponse{204,
                      {{"Access-Control-Allow-Methods", "GET, POST"},
                       {"Access-Control-Allow-Headers", kAllowedHeaders},
                       {"Access-Control-Max-Age", kMaxAgeSeconds}},
                      ""};
}

}  // namespace stratagem::server
