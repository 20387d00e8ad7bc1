// clients/cli/command.h
//
// What the commands have in common: how each one joins the command line, and
// flags that mean the same everywhere. One file a command; command_line.cc
// lists them.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_CLIENTS_CLI_COMMAND_H_
#define STRATAGEM_CLIENTS_CLI_COMMAND_H_

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "CLI/CLI.hpp"
#include "clients/cli/console.h"
#include "clients/cli/decision_printer.h"
#include "clients/cli/exit_code.h"
#include "clients/cpp/client.h"

namespace stratagem::cli {

// The command that was chosen, set while parsing and run after it.
struct Chosen {
  std::function<ExitCode()> run;
};

// Each adds its commands under `app`. `console` and `chosen` outlive it.
void AddPackCommands(CLI::App& app, const Console& console, Chosen& chosen);
// Those of `stratagem pack`, each in a file of its own.
void AddPackActivateCommand(CLI::App& pack, const Console& console,
                            Chosen& chosen);
void AddPackCanaryCommand(CLI::App& pack, const Console& console,
                          Chosen& chosen);
void AddPackDiffCommand(CLI::App& pack, const Console& console, Chosen& chosen);
void AddPackFmtCommand(CLI::App& pack, const Console& console, Chosen& chosen);
void AddPackGetCommand(CLI::App& pack, const Console& console, Chosen& chosen);
void AddPackListCommand(CLI::App& pack, const Console& console, Chosen& chosen);
void AddPackNewCommand(CLI::App& pack, const Console& console, Chosen& chosen);
void AddPackPublishCommand(CLI::App& pack, const Console& console,
                           Chosen& chosen);
void AddPackRollBackCommand(CLI::App& pack, const Console& console,
                            Chosen& chosen);
void AddPackSchemaCommand(CLI::App& pack, const Console& console,
                          Chosen& chosen);
void AddPackShadowCommand(CLI::App& pack, const Console& console,
                          Chosen& chosen);
void AddPackShowCommand(CLI::App& pack, const Console& console, Chosen& chosen);
void AddPackSimulateCommand(CLI::App& pack, const Console& console,
                            Chosen& chosen);
void AddPackTestCommand(CLI::App& pack, const Console& console, Chosen& chosen);
void AddCompletionCommand(CLI::App& app, const Console& console,
                          Chosen& chosen);
void AddCustomerCommands(CLI::App& app, const Console& console, Chosen& chosen);
void AddDecideCommand(CLI::App& app, const Console& console, Chosen& chosen);
void AddExprCommands(CLI::App& app, const Console& console, Chosen& chosen);
void AddLogCommands(CLI::App& app, const Console& console, Chosen& chosen);
void AddOfferCommands(CLI::App& app, const Console& console, Chosen& chosen);
void AddOutcomeCommands(CLI::App& app, const Console& console, Chosen& chosen);
void AddPlacementCommands(CLI::App& app, const Console& console,
                          Chosen& chosen);
void AddStatusCommand(CLI::App& app, const Console& console, Chosen& chosen);
void AddStoreCommands(CLI::App& app, const Console& console, Chosen& chosen);
void AddTopCommand(CLI::App& app, const Console& console, Chosen& chosen);
void AddReplayCommand(CLI::App& app, const Console& console, Chosen& chosen);
void AddSampleCommands(CLI::App& app, const Console& console, Chosen& chosen);

// Adds `-o,--output`, one of the names of `choices`; `chosen` gets its value
// and keeps the one it has when the flag is not given.
template <typename Enum>
void AddOutputFlag(CLI::App& command, Enum& chosen, const std::string& help,
                   std::vector<std::pair<std::string, Enum>> choices);

// The validator without its own lines in `--help`, where the text says it. What
// it would have said becomes its name, where completion finds the choices.
inline CLI::Validator Quiet(CLI::Validator validator) {
  validator.name(validator.get_description());
  return validator.description("");
}

// --output table|json|ndjson.
void AddOutputFlag(CLI::App& command, Output& output);

// --server ADDR and --timeout-ms N.
struct ServerFlags {
  std::string address;
  int64_t timeout_ms = 10'000;
};
CLI::Option* AddServerFlags(CLI::App& command, ServerFlags& flags);
client::Options OptionsOf(const ServerFlags& flags);

// Prints why a call failed, with a hint where there is one. Returns what to
// exit with.
ExitCode ReportFailure(const absl::Status& status, const Console& console);

template <typename Enum>
void AddOutputFlag(CLI::App& command, Enum& chosen, const std::string& help,
                   std::vector<std::pair<std::string, Enum>> choices) {
  std::string default_name;
  std::vector<std::string> names;
  for (const auto& [name, value] : choices) {
    names.push_back(name);
    if (value == chosen) default_name = name;
  }
  command
      .add_option_function<std::string>(
          "-o,--output",
          [&chosen, choices](const std::string& name) {
            for (const auto& [choice, value] : choices) {
              if (choice == name) chosen = value;
            }
          },
          help)
      ->check(Quiet(CLI::IsMember(names)))
      ->type_name("FORMAT")
      ->default_str(default_name);
}

}  // namespace stratagem::cli

#endif  // STRATAGEM_CLIENTS_CLI_COMMAND_H_
