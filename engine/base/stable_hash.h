// engine/base/stable_hash.h
//
// The stable hash of units and salts: which customers are of a share. Part of
// what records mean (kHashVersion): it never changes within a version.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_BASE_STABLE_HASH_H_
#define STRATAGEM_ENGINE_BASE_STABLE_HASH_H_

#include <cstdint>

#include "absl/strings/string_view.h"

namespace stratagem {

// Returns a number of 0 <= slot < `slots` for `unit`, evenly spread and, under
// two salts, independent. Version 1: the first 8 bytes, the first one most
// significant, of SHA-256 over the length of the salt (8 bytes, the first one
// most significant), the salt and the unit, are a fraction of 2^64; the slot is
// that fraction of `slots`, rounded down.
// Thread safe. Requires: slots > 0. Time: O(bytes); allocates.
//   StableSlot("win-back-1", "c-1", 10'000);  // 558
uint32_t StableSlot(absl::string_view salt, absl::string_view unit,
                    uint32_t slots);

}  // namespace stratagem

#endif  // STRATAGEM_ENGINE_BASE_STABLE_HASH_H_
