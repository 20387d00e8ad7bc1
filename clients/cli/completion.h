// clients/cli/completion.h
//
// CompletionScript: what a shell needs to complete commands, flags and their
// values, written from the tree of commands itself, so that it never lags
// behind. Used by `stratagem completion`.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_CLIENTS_CLI_COMPLETION_H_
#define STRATAGEM_CLIENTS_CLI_COMPLETION_H_

#include <string>
#include <vector>

#include "CLI/CLI.hpp"

namespace stratagem::cli {

enum class Shell { kBash, kZsh, kFish };

// What may stand where a value is wanted.
struct Completion {
  enum class Kind {
    kNothing,  // A value that nobody can guess: a name, a number.
    kChoices,
    kFiles,
    kFolders,
  };
  Kind kind = Kind::kNothing;
  std::vector<std::string> choices;
};

struct CompletionFlag {
  std::vector<std::string> names;  // "-o", "--output".
  std::string help;
  bool takes_value = false;
  Completion value;
};

struct CompletionCommand {
  std::string name;  // "stratagem pack check".
  std::string help;
  std::vector<CompletionFlag> flags;
  Completion argument;  // Of all arguments: no command mixes kinds.
};

// Every command below `app` and itself, parents first.
std::vector<CompletionCommand> DescribeCommands(CLI::App& app);

// The script that makes `shell` complete them. Requires: `commands` is not
// empty; the first is the program.
std::string CompletionScript(const std::vector<CompletionCommand>& commands,
                             Shell shell);

}  // namespace stratagem::cli

#endif  // STRATAGEM_CLIENTS_CLI_COMPLETION_H_
