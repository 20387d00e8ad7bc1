// clients/cli/operator_flags.h
//
// What the commands of an operator have in common: the server, who changes
// something and why, versions of packs by name, and what a refusal says.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_CLIENTS_CLI_OPERATOR_FLAGS_H_
#define STRATAGEM_CLIENTS_CLI_OPERATOR_FLAGS_H_

#include <string>

#include "absl/status/statusor.h"
#include "clients/cli/command.h"
#include "stratagem/v1/pack_service.pb.h"

namespace stratagem::cli {

enum class AnswerForm { kText, kJson };

struct ChangeFlags {
  ServerFlags server;
  std::string actor;
  std::string reason;
  AnswerForm output = AnswerForm::kText;
};

// --server, --timeout-ms and --output text|json.
void AddAnswerFlags(CLI::App& command, ServerFlags& server, AnswerForm& output);

// The same, --actor and --reason.
void AddChangeFlags(CLI::App& command, ChangeFlags& flags);

// What the log is to say of who and why.
v1::Change ChangeOf(const ChangeFlags& flags);

// --force.
void AddForceFlag(CLI::App& command, bool& force);

// Whether a version of a pack must be named.
enum class VersionUse { kRequired, kOptional };

// Adds the argument NAME@VERSION or NAME[@VERSION].
void AddVersionArgument(CLI::App& command, VersionUse use, std::string& text);

// Reads "shop@2", and "shop" where the version is optional.
// Errors: INVALID_ARGUMENT, a UsageError().
absl::StatusOr<v1::PackVersion> ReadVersion(const std::string& text,
                                            VersionUse use);

// "shop@2", as ReadVersion() takes it.
std::string NameOf(const v1::PackRef& pack);

// Prints why a change was refused; of tests that fail also how to do it all the
// same. `what` is what should have changed: "shop@2". Returns what to exit
// with.
ExitCode ReportRefusal(const absl::Status& status, const std::string& what,
                       const Console& console);

// The rest of `command` as it would be typed after "stratagem": with the same
// server.
std::string NextCommand(const std::string& command, const ServerFlags& server);

}  // namespace stratagem::cli

#endif  // STRATAGEM_CLIENTS_CLI_OPERATOR_FLAGS_H_
