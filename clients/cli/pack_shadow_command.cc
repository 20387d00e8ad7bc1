// `stratagem pack shadow`: a version decides live calls as well, and answers
// none of them.

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "clients/cli/command.h"
#include "clients/cli/operator_flags.h"
#include "clients/cli/served_version.h"
#include "clients/cli/usage_error.h"

namespace stratagem::cli {
namespace {

struct ShadowFlags {
  ChangeFlags change;
  std::string version;
  bool off = false;
  bool force = false;
};

ExitCode RunShadow(const ShadowFlags& flags, const Console& console) {
  const absl::StatusOr<v1::PackVersion> version =
      ReadVersion(flags.version, VersionUse::kRequired);
  if (!version.ok()) return ReportUsage(version.status(), console);
  v1::SetShadowRequest request;
  *request.mutable_pack() = *version;
  request.set_enabled(!flags.off);
  request.set_force(flags.force);
  *request.mutable_change() = ChangeOf(flags.change);
  client::Client client(OptionsOf(flags.change.server));
  const ExitCode code = ReportServing(client.SetShadow(request), flags.version,
                                      flags.change.output, console);
  if (code == ExitCode::kOk && !flags.off) {
    console.Note(
        absl::StrCat("`",
                     NextCommand(absl::StrCat("pack list ", version->name()),
                                 flags.change.server),
                     "` shows how it compares"));
  }
  return code;
}

}  // namespace

void AddPackShadowCommand(CLI::App& pack, const Console& console,
                          Chosen& chosen) {
  CLI::App* const shadow = pack.add_subcommand(
      "shadow", "Let a version decide as well, without answering");
  const auto flags = std::make_shared<ShadowFlags>();
  AddVersionArgument(*shadow, VersionUse::kRequired, flags->version);
  shadow->add_flag("--off", flags->off, "end it");
  AddForceFlag(*shadow, flags->force);
  AddChangeFlags(*shadow, flags->change);
  shadow->footer(
      "\nWhat it decides is logged apart, and `pack list` compares it to what "
      "was answered. A\npack has one shadow at most. The version's own tests "
      "run before.\n"
      "\nexit codes:\n  0  it decides beside the live version, or no more\n"
      "  1  it was never published, its tests fail, or it is live\n"
      "  2  the command line is wrong\n  3  no server answers\n");
  shadow->callback([flags, &console, &chosen] {
    chosen.run = [flags, &console] { return RunShadow(*flags, console); };
  });
}

}  // namespace stratagem::cli
