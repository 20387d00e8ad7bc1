// engine/value/network.h
//
// Network addresses and networks (Values of kind kIp and kCidr) from text and
// to text. Expressions read and write them with it, messages show them.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_VALUE_NETWORK_H_
#define STRATAGEM_ENGINE_VALUE_NETWORK_H_

#include <array>
#include <cstddef>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "engine/value/value.h"

namespace stratagem {

// The bytes of Value::Ip() or Value::Cidr().
struct NetworkBytes {
  std::array<char, 17> bytes = {};
  size_t size = 0;

  absl::string_view view() const { return {bytes.data(), size}; }
};

// Reads "192.0.2.1" or "2001:db8::1". Strict, as Go's netip: four decimal
// numbers without leading zeros, or up to eight groups of at most four hex
// digits, the last two of which may be a dotted IPv4 address; no zone
// ("fe80::1%eth0"). An IPv6 address that stands for an IPv4 one is that IPv4
// address when its groups are hex ("::ffff:c0a8:1" is 192.168.0.1), and is
// refused when it is written with dots. Returns nullopt for other text.
std::optional<NetworkBytes> ParseIp(absl::string_view text);

// Reads "192.0.2.0/24": an address and the length of its prefix, 0 to 32 or
// 128 without sign or leading zeros. The bits behind the prefix are kept. IPv6
// addresses that stand for IPv4 ones are refused: it would not be clear which
// bits the length counts. Returns nullopt for other text.
std::optional<NetworkBytes> ParseCidr(absl::string_view text);

// "192.0.2.1", "2001:db8::1", and for networks "192.0.2.0/24"; IPv6 in the
// canonical form of RFC 5952.
// Requires: an address or a network.
std::string NetworkText(const Value& value);

}  // namespace stratagem

#endif  // STRATAGEM_ENGINE_VALUE_NETWORK_H_
