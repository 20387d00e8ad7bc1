// clients/cli/paragraph.h
//
// A text for people that may be longer than a line of their terminal; what
// `pack show` prints outside of tables.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_CLIENTS_CLI_PARAGRAPH_H_
#define STRATAGEM_CLIENTS_CLI_PARAGRAPH_H_

#include <cstddef>

#include "absl/strings/string_view.h"
#include "clients/cli/console.h"

namespace stratagem::cli {

// Prints `text` after `indent` spaces, on a terminal in as many lines as it
// takes, those after the first two spaces deeper. Control characters are
// replaced.
void PrintParagraph(absl::string_view text, size_t indent, Style style,
                    const Console& console);

}  // namespace stratagem::cli

#endif  // STRATAGEM_CLIENTS_CLI_PARAGRAPH_H_
