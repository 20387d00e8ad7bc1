// clients/cli/replay_printer.h
//
// A ReplayReport for people and as JSON.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_CLIENTS_CLI_REPLAY_PRINTER_H_
#define STRATAGEM_CLIENTS_CLI_REPLAY_PRINTER_H_

#include "clients/cli/console.h"
#include "clients/cli/replay_report.h"

namespace stratagem::cli {

// Prints totals, what would be treated differently and how, and every field
// that differs with its first example.
void PrintReplay(const ReplayReport& report, const Console& console);

// Prints all of the report as one JSON document.
void WriteReplay(const ReplayReport& report, const Console& console);

}  // namespace stratagem::cli

#endif  // STRATAGEM_CLIENTS_CLI_REPLAY_PRINTER_H_
