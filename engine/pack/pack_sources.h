// engine/pack/pack_sources.h
//
// ReadPackSources: the files that a pack consists of, as its digest covers
// them. For keeping a pack beside what it decided.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_PACK_PACK_SOURCES_H_
#define STRATAGEM_ENGINE_PACK_PACK_SOURCES_H_

#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace stratagem::pack {

// Returns the bytes of each file of the pack in `directory`, by its path there.
// They are those of the pack with `digest` (Model::digest), or none: the folder
// may have changed since that one was read.
// Errors: ABORTED, it has. Thread safe. Time: that of ReadPack().
absl::StatusOr<std::map<std::string, std::string>> ReadPackSources(
    const std::string& directory, absl::string_view digest);

}  // namespace stratagem::pack

#endif  // STRATAGEM_ENGINE_PACK_PACK_SOURCES_H_
