// engine/store/posting.h
//
// Postings: the decisions of one term, ascending, in blocks as derived tables
// hold them: the first sequence, and the others as distances from it. What a
// batch finds of a term is one block, so that a thousand decisions cost a few
// dozen rows. ViewsWriter writes them, ViewsReader reads them.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_STORE_POSTING_H_
#define STRATAGEM_ENGINE_STORE_POSTING_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace stratagem::store {

// Returns the distances of `sequences` from the first of them, itself left
// out: four bytes each, the lowest first.
// Requires: ascending, not empty, within 2^32 of the first.
std::string EncodeBlock(std::span<const uint64_t> sequences);

// Returns all sequences of the block that begins with `first`; bytes that are
// no distance are passed over.
std::vector<uint64_t> DecodeBlock(uint64_t first, absl::string_view distances);

}  // namespace stratagem::store

#endif  // STRATAGEM_ENGINE_STORE_POSTING_H_
