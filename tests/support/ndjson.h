// tests/support/ndjson.h
//
// Reads NDJSON back. Tests of what programs print use it.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_TESTS_SUPPORT_NDJSON_H_
#define STRATAGEM_TESTS_SUPPORT_NDJSON_H_

#include <vector>

#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "nlohmann/json.hpp"

namespace stratagem {

// The values of `text`, one a line; one that cannot be read is discarded(), as
// json has it. Blank lines are skipped.
inline std::vector<nlohmann::json> ParseNdjson(absl::string_view text) {
  std::vector<nlohmann::json> lines;
  for (const absl::string_view line :
       absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    lines.push_back(
        nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false));
  }
  return lines;
}

}  // namespace stratagem

#endif  // STRATAGEM_TESTS_SUPPORT_NDJSON_H_
