// clients/cli/outcome_file.h
//
// OutcomeFile: outcomes out of a file, one a row of CSV or a line of NDJSON, in
// constant memory. `outcome record --file` sends them.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_CLIENTS_CLI_OUTCOME_FILE_H_
#define STRATAGEM_CLIENTS_CLI_OUTCOME_FILE_H_

#include <cstdint>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/value/csv.h"
#include "stratagem/v1/outcome_service.pb.h"

namespace stratagem::cli {

// One row: a report, or what is wrong with it.
struct OutcomeRow {
  int64_t line = 0;
  v1::OutcomeReport report;
  absl::Status status;
};

class OutcomeFile {
 public:
  // Opens the file: NDJSON for `.ndjson` and `.jsonl`, CSV for `.csv`, whose
  // header names the fields of outcomes.
  // Errors: NOT_FOUND, it cannot be read; INVALID_ARGUMENT, another kind of
  // file, or a header without the fields that every outcome needs.
  static absl::StatusOr<std::unique_ptr<OutcomeFile>> Open(
      const std::string& path);
  virtual ~OutcomeFile() = default;

  // Reads the next row; false at the end.
  virtual bool Next(OutcomeRow& row) = 0;
};

}  // namespace stratagem::cli

#endif  // STRATAGEM_CLIENTS_CLI_OUTCOME_FILE_H_
