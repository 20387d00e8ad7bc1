#include "clients/cli/operator_flags.h"

#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "clients/cli/display_text.h"
#include "clients/cli/usage_error.h"
#include "clients/cpp/error.h"

namespace stratagem::cli {
namespace {

// Who is logged in, as far as the shell says.
std::string LoginName() {
  for (const char* const name : {"USER", "LOGNAME"}) {
    const char* const value = std::getenv(name);
    if (value != nullptr && *value != '\0') return value;
  }
  return "";
}

}  // namespace

void AddAnswerFlags(CLI::App& command, ServerFlags& server,
                    AnswerForm& output) {
  AddServerFlags(command, server)->required();
  AddOutputFlag<AnswerForm>(
      command, output, "text (for people) or json (one document)",
      {{"text", AnswerForm::kText}, {"json", AnswerForm::kJson}});
}

void AddChangeFlags(CLI::App& command, ChangeFlags& flags) {
  AddAnswerFlags(command, flags.server, flags.output);
  command
      .add_option("--actor", flags.actor,
                  "who does it, for the log (default: who is logged in)")
      ->type_name("NAME");
  command.add_option("--reason", flags.reason, "why, for the log")
      ->type_name("TEXT");
}

v1::Change ChangeOf(const ChangeFlags& flags) {
  v1::Change change;
  change.set_actor(flags.actor.empty() ? LoginName() : flags.actor);
  change.set_reason(flags.reason);
  return change;
}

void AddForceFlag(CLI::App& command, bool& force) {
  command.add_flag("--force", force, "although the pack's own tests fail");
}

void AddVersionArgument(CLI::App& command, VersionUse use, std::string& text) {
  const bool is_optional = use == VersionUse::kOptional;
  command
      .add_option(is_optional ? "NAME[@VERSION]" : "NAME@VERSION", text,
                  is_optional ? "the pack, and which version of it"
                              : "the version of a pack")
      ->required()
      ->type_name("");
}

absl::StatusOr<v1::PackVersion> ReadVersion(const std::string& text,
                                            VersionUse use) {
  const size_t at = text.find('@');
  v1::PackVersion version;
  version.set_name(text.substr(0, at));
  if (at != text.npos) version.set_version(text.substr(at + 1));
  if (version.name().empty()) {
    return UsageError(absl::StrCat("`", text, "` names no pack"),
                      "write it as NAME@VERSION");
  }
  const bool lacks_version = version.version().empty();
  if (lacks_version && (use == VersionUse::kRequired || at != text.npos)) {
    return UsageError(absl::StrCat("`", text, "` names no version"),
                      "write it as NAME@VERSION; `stratagem pack list` shows "
                      "those that there are");
  }
  return version;
}

std::string NameOf(const v1::PackRef& pack) {
  return absl::StrCat(pack.name(), "@", pack.version());
}

ExitCode ReportRefusal(const absl::Status& status, const std::string& what,
                       const Console& console) {
  if (client::DetailsOf(status).reason != "ERROR_REASON_PACK_TESTS_FAILED") {
    return ReportFailure(status, console);
  }
  console.Error(absl::StrCat(what, ": ", status.message()),
                "`--force` does it all the same");
  return ExitCodeFor(status);
}

std::string NextCommand(const std::string& command, const ServerFlags& server) {
  return absl::StrCat("stratagem ", command, " --server ",
                      ShellWord(server.address));
}

}  // namespace stratagem::cli
