// Any bytes as what a client sends: the reader must take them or refuse them,
// alike in one piece and in small ones, and the Connect protocol must turn each
// request into a call or an answer.

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/base/check.h"
#include "google/protobuf/descriptor.h"
#include "server/http/connect_request.h"
#include "server/http/cors.h"
#include "server/http/request_reader.h"
#include "stratagem/v1/insight_service.pb.h"

namespace stratagem::server {
namespace {

constexpr RequestLimits kLimits = {.header_bytes_max = 2'000,
                                   .body_bytes_max = 4'000};

std::string Answered(const HttpRequest& request) {
  const google::protobuf::ServiceDescriptor* service =
      v1::GetDecisionRequest::descriptor()->file()->service(0);
  const Cors cors({"https://a.example"});
  std::string said = absl::StrCat(cors.AnswerHeaders(request).size());
  const size_t mark = request.target.find('?');
  const std::string query =
      mark == std::string::npos ? "" : request.target.substr(mark + 1);
  for (int i = 0; i < service->method_count(); ++i) {
    const auto read = ReadConnectRequest(*service->method(i), query, request,
                                         kLimits.body_bytes_max);
    if (const auto* answer = std::get_if<HttpResponse>(&read)) {
      absl::StrAppend(&said, FormatHead(*answer, Framing::kLength, true));
    } else {
      const CallPlan& plan = std::get<CallPlan>(read);
      STRATAGEM_CHECK(plan.message.size() <= 2 * kLimits.body_bytes_max);
      absl::StrAppend(&said, plan.message, plan.metadata.size());
    }
  }
  return said;
}

std::string Read(absl::string_view bytes, size_t piece) {
  RequestReader reader(kLimits);
  std::string said;
  while (!bytes.empty() && reader.state() != RequestReader::State::kRefused) {
    reader.Feed(bytes.substr(0, piece));
    bytes.remove_prefix(std::min(piece, bytes.size()));
    if (reader.state() == RequestReader::State::kBody) {
      reader.TakeExpectation();
    }
    while (reader.state() == RequestReader::State::kWhole) {
      absl::StrAppend(&said, Answered(reader.Take()));
    }
  }
  STRATAGEM_CHECK(reader.bytes_held() <=
                  2 * (kLimits.header_bytes_max + kLimits.body_bytes_max) +
                      piece);
  return absl::StrCat(said, static_cast<int>(reader.state()));
}

}  // namespace
}  // namespace stratagem::server

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0 || size > 20'000) return 0;
  const absl::string_view bytes(reinterpret_cast<const char*>(data + 1),
                                size - 1);
  const size_t piece = data[0] % 64 + 1u;
  STRATAGEM_CHECK(stratagem::server::Read(bytes, bytes.size() + 1) ==
                  stratagem::server::Read(bytes, piece));
  return 0;
}
