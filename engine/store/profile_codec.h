// engine/store/profile_codec.h
//
// A profile's attributes to bytes and back, exactly (profile.proto holds the
// layout). Profile stores use it; the bytes also tell whether two profiles are
// the same.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_STORE_PROFILE_CODEC_H_
#define STRATAGEM_ENGINE_STORE_PROFILE_CODEC_H_

#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/base/arena.h"
#include "engine/value/facts.h"

namespace stratagem::store {

// The newest format of profiles that this program writes and reads.
inline constexpr uint32_t kProfileFormat = 1;

// Returns `attributes` as bytes; equal attributes give equal bytes.
// Requires: names ascending, each once. Thread safe.
std::string EncodeAttributes(std::span<const NamedValue> attributes);

// Returns the attributes in `bytes`; names and values live in `arena`.
// Errors: DATA_LOSS, the bytes are not a profile; FAILED_PRECONDITION, a newer
// program wrote them. Thread safe.
absl::StatusOr<std::vector<NamedValue>> DecodeAttributes(
    const std::string& bytes, Arena& arena);

}  // namespace stratagem::store

#endif  // STRATAGEM_ENGINE_STORE_PROFILE_CODEC_H_
