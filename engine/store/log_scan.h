// engine/store/log_scan.h
//
// ScanLog: finds decisions by reading the log itself, record by record. For the
// newest records, which derived tables do not hold yet, and for stores without
// such tables.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_STORE_LOG_SCAN_H_
#define STRATAGEM_ENGINE_STORE_LOG_SCAN_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/store/log_query.h"
#include "engine/store/store.h"

namespace stratagem::store {

// As Store::Read().
using ReadLog = std::function<absl::StatusOr<std::vector<LogEntry>>(
    uint64_t after, size_t limit)>;

// Returns the decisions of `range` that `query` asks for. Adds kLooksOfARecord
// to `looks` for each record that it reads and ends when they are kLooksMax.
// Requires: `range` is in the log. Errors: those of `read`. Thread safe.
absl::StatusOr<DecisionPage> ScanLog(const ReadLog& read,
                                     const DecisionQuery& query,
                                     SequenceRange range, size_t& looks);

// Finds the decisions of one part of the log.
using FindPart = std::function<absl::StatusOr<DecisionPage>(
    const DecisionQuery& query, SequenceRange range, size_t& looks)>;

// Answers a query from two ways to find: `older` for the sequences of
// `older_range`, `newer` for the rest up to `last`.
absl::StatusOr<DecisionPage> FindInTwo(const DecisionQuery& query,
                                       SequenceRange older_range,
                                       const FindPart& older, uint64_t last,
                                       const FindPart& newer);

}  // namespace stratagem::store

#endif  // STRATAGEM_ENGINE_STORE_LOG_SCAN_H_
