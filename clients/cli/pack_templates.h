// clients/cli/pack_templates.h
//
// PackTemplates: the packs of rules/ as they were when the program was built,
// so that `stratagem pack new` needs no files beside it. The .cc is written by
// embed_pack_templates.cmake.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_CLIENTS_CLI_PACK_TEMPLATES_H_
#define STRATAGEM_CLIENTS_CLI_PACK_TEMPLATES_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace stratagem::cli {

struct PackTemplate {
  struct File {
    std::string name;  // "pack.yaml"; templates have no folders inside.
    absl::string_view text;
  };
  std::string name;  // "starter": of its folder and of the pack in it.
  std::vector<File> files;
};

// In order of names. Lives as long as the program.
const std::vector<PackTemplate>& PackTemplates();

}  // namespace stratagem::cli

#endif  // STRATAGEM_CLIENTS_CLI_PACK_TEMPLATES_H_
