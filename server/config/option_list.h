// server/config/option_list.h
//
// The options of stratagemd, each described once. Flags, variables, the file,
// the page of help, `--check-config` and the test of docs/configuration.md go
// by this list.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_CONFIG_OPTION_LIST_H_
#define STRATAGEM_SERVER_CONFIG_OPTION_LIST_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "server/config/option_type.h"

namespace stratagem::server {

// Where an option stands in the page of help.
enum class OptionGroup {
  kListening,
  kPacks,
  kStore,
  kDecisions,
  kCalls,
  kRunning
};

struct OptionSpec {
  std::string key;  // "http_body_bytes_max", as the file has it.
  OptionGroup group = OptionGroup::kListening;
  OptionType type;
  std::string help;      // One sentence, without a final stop.
  bool reloads = false;  // A reload takes a change of it over.

  std::string flag() const;      // "--http-body-bytes-max"
  std::string variable() const;  // "STRATAGEM_HTTP_BODY_BYTES_MAX"
};

inline constexpr char kVariablePrefix[] = "STRATAGEM_";

// All of them, those of a group together, in the order of OptionGroup.
const std::vector<OptionSpec>& OptionList();

// The option with that key, or null.
const OptionSpec* FindOption(absl::string_view key);

// The key that whoever wrote `key` may have meant, or "".
std::string NearestOption(absl::string_view key);

// "Where it listens".
absl::string_view GroupTitle(OptionGroup group);

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_CONFIG_OPTION_LIST_H_
