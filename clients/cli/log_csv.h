// clients/cli/log_csv.h
//
// Decisions of a log as CSV, one row each, for spreadsheets; docs/log.md lists
// the columns. `log export` writes it.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_CLIENTS_CLI_LOG_CSV_H_
#define STRATAGEM_CLIENTS_CLI_LOG_CSV_H_

#include <ostream>

#include "clients/cli/decision_view.h"

namespace stratagem::cli {

void WriteCsvHeader(std::ostream& out);
// RFC 4180. A text that a spreadsheet would run as a formula gets a `'` before
// it.
void WriteCsvRow(const DecisionView& decision, std::ostream& out);

}  // namespace stratagem::cli

#endif  // STRATAGEM_CLIENTS_CLI_LOG_CSV_H_
