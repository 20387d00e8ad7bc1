// server/ops/time_zones.h
//
// Which release of the time-zone data this machine has; it stands in every
// record, since dates of packs depend on it.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_OPS_TIME_ZONES_H_
#define STRATAGEM_SERVER_OPS_TIME_ZONES_H_

#include <string>

namespace stratagem::server {

inline constexpr char kTimeZonesPath[] = "/usr/share/zoneinfo/tzdata.zi";

// Returns the release in the first line of the file at `path`
// ("# version 2025b"), or "unknown".
std::string ReadTimeZonesVersion(const std::string& path = kTimeZonesPath);

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_OPS_TIME_ZONES_H_
