#include "engine/value/network.h"

#include <arpa/inet.h>

#include <array>

#include "absl/strings/str_cat.h"

namespace stratagem {

std::string NetworkText(const Value& value) {
  const absl::string_view bytes = value.text();
  const bool v6 = bytes.size() > 5;
  std::array<char, INET6_ADDRSTRLEN> buffer;
  const char* const address = inet_ntop(v6 ? AF_INET6 : AF_INET, bytes.data(),
                                        buffer.data(), buffer.size());
  if (value.is(ValueKind::kIp)) return address;
  return absl::StrCat(address, "/", static_cast<uint8_t>(bytes.back()));
}

}  // namespace stratagem
