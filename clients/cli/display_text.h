// clients/cli/display_text.h
//
// Numbers and counts as people read them, words as shells do.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_CLIENTS_CLI_DISPLAY_TEXT_H_
#define STRATAGEM_CLIENTS_CLI_DISPLAY_TEXT_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace stratagem::cli {

// "4,338".
std::string WithThousands(uint64_t number);

// "1 warning", "2 warnings".
std::string Counted(uint64_t count, absl::string_view noun);

// At most `digits` after the point and no zeros at the end: "71.25", "8".
std::string Rounded(double number, int digits);

// `text` as one word of a command line: in single quotes where a shell would
// take it apart.
std::string ShellWord(absl::string_view text);

}  // namespace stratagem::cli

#endif  // STRATAGEM_CLIENTS_CLI_DISPLAY_TEXT_H_
