// engine/value/network.h
//
// Text of network addresses and networks (Values of kind kIp and kCidr).
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_VALUE_NETWORK_H_
#define STRATAGEM_ENGINE_VALUE_NETWORK_H_

#include <string>

#include "engine/value/value.h"

namespace stratagem {

// "192.0.2.1", "2001:db8::1", and for networks "192.0.2.0/24"; IPv6 in the
// canonical form of RFC 5952.
// Requires: an address or a network.
std::string NetworkText(const Value& value);

}  // namespace stratagem

#endif  // STRATAGEM_ENGINE_VALUE_NETWORK_H_
