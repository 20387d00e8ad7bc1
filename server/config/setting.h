// server/config/setting.h
//
// Setting: one option as one source sets it: the file, a variable or a flag.
// The readers of sources make them; Configuration is made of them.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_CONFIG_SETTING_H_
#define STRATAGEM_SERVER_CONFIG_SETTING_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "engine/base/source_text.h"
#include "server/config/option_list.h"

namespace stratagem::server {

// A value as it is written, and where: "stratagemd.yaml" 3:9, or a variable's
// or flag's name without a line.
struct GivenValue {
  std::string text;
  SourceLocation location;
};

struct Setting {
  const OptionSpec* option = nullptr;
  SourceLocation location;         // Of the key, the variable or the flag.
  std::vector<GivenValue> values;  // One, but of lists.
};

// `text` for a message: on one line, short, and valid UTF-8 whatever it was.
std::string OneLine(absl::string_view text);

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_CONFIG_SETTING_H_
