// engine/store/log_erasure.h
//
// Finding and clearing the records of one customer in the log of a sqlite
// store, in steps that hold nobody up for long. sqlite_store runs them.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_STORE_LOG_ERASURE_H_
#define STRATAGEM_ENGINE_STORE_LOG_ERASURE_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "engine/store/sqlite_database.h"

namespace stratagem::store {

// Who is erased.
struct ErasedPerson {
  std::string customer_id;
  std::string subject;  // identity.h.
};

// Returns the sequences of the person's records with after < sequence <=
// through, ascending. Errors: as Database. Time: reads these records, in short
// transactions.
absl::StatusOr<std::vector<uint64_t>> FindRecordsOf(const ErasedPerson& person,
                                                    uint64_t after,
                                                    uint64_t through,
                                                    Database& log);

// Clears these records, those that are there and the person's, and returns
// their sequences. Requires: a transaction of `log` is open. Errors: as
// Database.
absl::StatusOr<std::vector<uint64_t>> ClearRecords(
    const ErasedPerson& person, std::span<const uint64_t> sequences,
    Database& log);

}  // namespace stratagem::store

#endif  // STRATAGEM_ENGINE_STORE_LOG_ERASURE_H_
