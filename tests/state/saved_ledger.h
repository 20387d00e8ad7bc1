// tests/state/saved_ledger.h
//
// A ledger as one string and back.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_TESTS_STATE_SAVED_LEDGER_H_
#define STRATAGEM_TESTS_STATE_SAVED_LEDGER_H_

#include <algorithm>
#include <cstddef>
#include <string>

#include "engine/state/ledger.h"
#include "gmock/gmock.h"
#include "tests/support/status_matchers.h"

namespace stratagem::state {

inline std::string Saved(const Ledger& ledger) {
  std::string bytes;
  EXPECT_THAT(ledger.Save([&](absl::string_view piece) {
    bytes.append(piece.data(), piece.size());
    return absl::OkStatus();
  }),
              IsOk());
  return bytes;
}

// Gives the bytes in pieces of `piece` at most, whatever is asked for.
inline absl::Status Load(const std::string& bytes, Ledger& ledger,
                         size_t piece = ~size_t{0}) {
  size_t next = 0;
  return ledger.Load([&](size_t count) -> absl::StatusOr<std::string> {
    std::string part = bytes.substr(next, std::min(count, piece));
    next += part.size();
    return part;
  });
}

}  // namespace stratagem::state

#endif  // STRATAGEM_TESTS_STATE_SAVED_LEDGER_H_
