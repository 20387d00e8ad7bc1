// engine/base/versions.h
//
// Versions that stand in every decision record: two records with equal facts,
// state, seed and versions hold equal decisions.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_BASE_VERSIONS_H_
#define STRATAGEM_ENGINE_BASE_VERSIONS_H_

#include <cstdint>

namespace stratagem {

// The release; CMakeLists.txt holds the same number and a test compares them.
inline constexpr char kEngineVersion[] = "0.1.0";
// Of stable hashes of units and salts (assignment to experiments).
inline constexpr uint32_t kHashVersion = 1;
// Of the random generator behind a decision's seed.
inline constexpr uint32_t kRandomVersion = 1;

}  // namespace stratagem

#endif  // STRATAGEM_ENGINE_BASE_VERSIONS_H_
