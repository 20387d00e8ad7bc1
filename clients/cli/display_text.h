// clients/cli/display_text.h
//
// Numbers, counts and times as people read them, words as shells do.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_CLIENTS_CLI_DISPLAY_TEXT_H_
#define STRATAGEM_CLIENTS_CLI_DISPLAY_TEXT_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace stratagem::cli {

// "4,338".
std::string WithThousands(uint64_t number);

// "1 warning", "2 warnings".
std::string Counted(uint64_t count, absl::string_view noun);

// "1.5 GB".
std::string BytesText(uint64_t bytes);

// `time`, which is RFC 3339, as clocks of `zone` show it, to the second:
// "2026-11-15T10:00:00+08:00"; with Z where that is also UTC. Another text is
// returned as it is.
std::string ZonedTime(const std::string& time, absl::TimeZone zone);

// `text` as one word of a command line: in single quotes where a shell would
// take it apart.
std::string ShellWord(absl::string_view text);

}  // namespace stratagem::cli

#endif  // STRATAGEM_CLIENTS_CLI_DISPLAY_TEXT_H_
