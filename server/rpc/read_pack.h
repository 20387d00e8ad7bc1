// server/rpc/read_pack.h
//
// What calls of PackService bring, checked: files, names of versions, who makes
// a change. pack_handler reads it.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_RPC_READ_PACK_H_
#define STRATAGEM_SERVER_RPC_READ_PACK_H_

#include <vector>

#include "absl/strings/string_view.h"
#include "server/reload/pack_registry.h"
#include "server/rpc/error_map.h"
#include "stratagem/v1/pack_service.pb.h"

namespace stratagem::server {

// Each adds what is wrong to `errors`, with `field` as the path of the message
// in its request. What they return is of use only without errors.
PackFiles ReadPackFiles(const v1::PackFiles& files, absl::string_view field,
                        std::vector<FieldError>& errors);

enum class VersionNeed { kMayBeEmpty, kNamed };
VersionName ReadVersionName(const v1::PackVersion& version, VersionNeed need,
                            absl::string_view field,
                            std::vector<FieldError>& errors);

// Its field is `change` in every request.
Change ReadChange(const v1::Change& change, std::vector<FieldError>& errors);

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_RPC_READ_PACK_H_
