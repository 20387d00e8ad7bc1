// clients/cli/diagnostic_printer.h
//
// Diagnostics as every command prints them: place, message, the source's line
// with a caret, and a hint.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_CLIENTS_CLI_DIAGNOSTIC_PRINTER_H_
#define STRATAGEM_CLIENTS_CLI_DIAGNOSTIC_PRINTER_H_

#include "absl/strings/string_view.h"
#include "clients/cli/console.h"
#include "clients/cli/json_writer.h"
#include "engine/base/diagnostics.h"

namespace stratagem::cli {

// Prints one diagnostic to `out` or `err` of the console. `text` is all of the
// file that it is about; without it ("") no line is shown.
void PrintDiagnostic(const Diagnostic& diagnostic, absl::string_view text,
                     const Console& console, bool to_out);

// Writes an object of code, severity, file, line, column, message and hint.
void WriteDiagnostic(const Diagnostic& diagnostic, JsonWriter& json);

}  // namespace stratagem::cli

#endif  // STRATAGEM_CLIENTS_CLI_DIAGNOSTIC_PRINTER_H_
