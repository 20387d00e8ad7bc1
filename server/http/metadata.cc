#include "server/http/metadata.h"

#include <array>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace stratagem::server {
namespace {

constexpr absl::string_view kBinarySuffix = "-bin";

// Headers between two machines, about the body, or of the browser; gRPC has its
// own of those that it knows.
constexpr std::array<absl::string_view, 25> kNotMetadata = {
    "accept",
    "accept-encoding",
    "accept-language",
    "cache-control",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "cookie",
    "date",
    "expect",
    "host",
    "keep-alive",
    "origin",
    "pragma",
    "priority",
    "proxy-authorization",
    "proxy-connection",
    "referer",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
    "via",
};

bool IsReserved(absl::string_view name) {
  return absl::c_linear_search(kNotMetadata, name) ||
         absl::StartsWith(name, "connect-") ||
         absl::StartsWith(name, "grpc-") || absl::StartsWith(name, "sec-") ||
         absl::StartsWith(name, "access-control-");
}

// gRPC stops the process at names and values that it cannot carry.
bool IsCarriedName(absl::string_view name) {
  return !name.empty() && absl::c_all_of(name, [](char c) {
    return absl::ascii_islower(static_cast<unsigned char>(c)) ||
           absl::ascii_isdigit(static_cast<unsigned char>(c)) || c == '-' ||
           c == '_' || c == '.';
  });
}

bool IsCarriedValue(absl::string_view value) {
  return absl::c_all_of(value, [](char c) { return c >= 0x20 && c <= 0x7E; });
}

}  // namespace

Metadata MetadataOf(const HttpHeaders& headers) {
  Metadata metadata;
  for (const HttpHeader& header : headers) {
    std::string name = absl::AsciiStrToLower(header.name);
    if (IsReserved(name) || !IsCarriedName(name)) continue;
    std::string value = header.value;
    if (absl::EndsWith(name, kBinarySuffix)) {
      if (!absl::Base64Unescape(header.value, &value)) continue;
    } else if (!IsCarriedValue(value)) {
      continue;
    }
    metadata.emplace_back(std::move(name), std::move(value));
  }
  return metadata;
}

Metadata MetadataOf(
    const std::multimap<grpc::string_ref, grpc::string_ref>& metadata) {
  Metadata out;
  for (const auto& [name_ref, value_ref] : metadata) {
    const std::string name(name_ref.data(), name_ref.size());
    if (IsReserved(name)) continue;
    out.emplace_back(name, std::string(value_ref.data(), value_ref.size()));
  }
  return out;
}

std::string WireValue(absl::string_view name, absl::string_view value) {
  if (!absl::EndsWith(name, kBinarySuffix)) return std::string(value);
  std::string encoded = absl::Base64Escape(value);
  encoded.erase(encoded.find_last_not_of('=') + 1);
  return encoded;
}

}  // namespace stratagem::server
