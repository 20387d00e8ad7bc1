// engine/base/random.h
//
// Random numbers of decisions: a pure function of a seed and a place, so that
// any draw can be made again, alone and in any order. decide draws slots by it.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_BASE_RANDOM_H_
#define STRATAGEM_ENGINE_BASE_RANDOM_H_

#include <array>
#include <cstdint>

namespace stratagem {

// Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3",
// 2011): the block of random bits with number `counter` of the stream `key`.
std::array<uint32_t, 4> Philox4x32(std::array<uint32_t, 4> counter,
                                   std::array<uint32_t, 2> key);

// The draw for slot number `slot` of placement number `placement` (both from 0,
// in the order in which they are filled) of the decision with `seed`: one of
// the 2^53 multiples of 2^-53 in [0, 1), all equally likely.
// It is the Philox4x32-10 block with key = (low half of the seed, high half)
// and counter = (slot, placement, 0, 0); the first word of the block is the low
// half of a 64-bit number, the second the high half, whose upper 53 bits count.
// Changing any of this changes what decisions recorded with a seed come to:
// raise kRandomVersion (versions.h).
double SlotDraw(uint64_t seed, uint32_t placement, uint32_t slot);

}  // namespace stratagem

#endif  // STRATAGEM_ENGINE_BASE_RANDOM_H_
