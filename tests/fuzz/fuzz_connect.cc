// Any bytes as what the Connect protocol carries: JSON, envelopes, gzip,
// queries and headers. What is read as a message must be one that its JSON
// gives again.

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>

#include "absl/strings/string_view.h"
#include "engine/base/check.h"
#include "server/http/connect_protocol.h"
#include "server/http/envelope.h"
#include "server/http/gzip.h"
#include "server/http/json_codec.h"
#include "stratagem/v1/decision_service.pb.h"

namespace stratagem::server {
namespace {

constexpr size_t kBytesMax = 10'000;

// What JSON says as a message, it says again when that is written as JSON.
void CheckJson(absl::string_view json) {
  const google::protobuf::Descriptor& type =
      *v1::BatchDecideRequest::descriptor();
  const auto read = JsonToBinary(json, type);
  const auto* binary = std::get_if<std::string>(&read);
  if (binary == nullptr) {
    STRATAGEM_CHECK(!std::get<JsonFault>(read).description.empty());
    return;
  }
  v1::BatchDecideRequest request;
  STRATAGEM_CHECK(request.ParseFromString(*binary));
  const auto written = BinaryToJson(request.SerializeAsString(), type);
  // Times that JSON cannot write are the exception.
  if (!written.ok()) return;
  const auto again = JsonToBinary(*written, type);
  STRATAGEM_CHECK(std::holds_alternative<std::string>(again));
  v1::BatchDecideRequest second;
  STRATAGEM_CHECK(second.ParseFromString(std::get<std::string>(again)));
  STRATAGEM_CHECK(second.SerializeAsString() == request.SerializeAsString());
}

void CheckCompression(absl::string_view bytes) {
  const auto inflated = Gunzip(bytes, kBytesMax);
  STRATAGEM_CHECK(!inflated.ok() || inflated->size() <= kBytesMax);
  const auto back = Gunzip(Gzip(bytes), bytes.size());
  STRATAGEM_CHECK(back.ok() && *back == bytes);
}

}  // namespace
}  // namespace stratagem::server

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace stratagem::server;
  if (size == 0 || size > 20'000) return 0;
  const absl::string_view bytes(reinterpret_cast<const char*>(data + 1),
                                size - 1);
  switch (data[0] % 5) {
    case 0:
      CheckJson(bytes);
      break;
    case 1:
      (void)OnlyMessage(bytes, Compression::kGzip, kBytesMax);
      break;
    case 2:
      CheckCompression(bytes);
      break;
    case 3:
      (void)ParseGetQuery(bytes);
      break;
    case 4:
      (void)ParseContentType(bytes);
      (void)ParseTimeoutMs(bytes);
      (void)ChooseCompression(bytes);
      (void)ErrorJson(
          {grpc::StatusCode::ABORTED, std::string(bytes), std::string(bytes)});
      break;
  }
  return 0;
}
