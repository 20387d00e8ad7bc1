#include "server/http/envelope.h"

#include <limits>

#include "absl/strings/str_cat.h"
#include "engine/base/check.h"
#include "nlohmann/json.hpp"

namespace stratagem::server {
namespace {

constexpr size_t kPrefixSize = 5;

}  // namespace

std::string Enveloped(uint8_t flags, absl::string_view message) {
  STRATAGEM_CHECK(message.size() <= std::numeric_limits<uint32_t>::max());
  const auto size = static_cast<uint32_t>(message.size());
  std::string out;
  out.reserve(kPrefixSize + message.size());
  out.push_back(static_cast<char>(flags));
  for (const int shift : {24, 16, 8, 0}) {
    out.push_back(static_cast<char>(size >> shift & 0xFF));
  }
  out.append(message.data(), message.size());
  return out;
}

absl::StatusOr<std::string> OnlyMessage(absl::string_view body,
                                        Compression compression,
                                        size_t bytes_max) {
  if (body.size() < kPrefixSize) {
    return absl::InvalidArgumentError(
        "the body holds no message: a server-streaming call takes one, in an "
        "envelope of one byte of flags and four of length");
  }
  const auto flags = static_cast<uint8_t>(body[0]);
  uint32_t size = 0;
  for (const char byte : body.substr(1, kPrefixSize - 1)) {
    size = size << 8 | static_cast<uint8_t>(byte);
  }
  body.remove_prefix(kPrefixSize);
  if (size != body.size()) {
    return absl::InvalidArgumentError(
        absl::StrCat("the envelope says that its message has ", size,
                     " bytes, and ", body.size(), " follow"));
  }
  if ((flags & ~kCompressedFlag) != 0) {
    return absl::InvalidArgumentError(absl::StrCat(
        "the envelope has flags ", flags, "; a request has 0 or 1"));
  }
  const bool is_compressed = flags == kCompressedFlag;
  if (is_compressed && compression == Compression::kIdentity) {
    return absl::InvalidArgumentError(
        "the envelope is marked as compressed, without a "
        "`Connect-Content-Encoding`");
  }
  return Decompress(std::string(body),
                    is_compressed ? compression : Compression::kIdentity,
                    bytes_max);
}

std::string EndOfStream(const grpc::Status& status, const Metadata& trailers) {
  // The error's text is JSON already.
  std::string json = "{";
  if (!status.ok()) absl::StrAppend(&json, "\"error\":", ErrorJson(status));
  nlohmann::json metadata;
  for (const auto& [name, value] : trailers) {
    metadata[name].push_back(WireValue(name, value));
  }
  if (!metadata.empty()) {
    absl::StrAppend(&json, status.ok() ? "" : ",", "\"metadata\":",
                    metadata.dump(-1, ' ', false,
                                  nlohmann::json::error_handler_t::replace));
  }
  return Enveloped(kEndStreamFlag, json + "}");
}

}  // namespace stratagem::server
