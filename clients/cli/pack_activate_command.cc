// `stratagem pack activate`: a version that was published decides from now on,
// or from its `effective.from`.

#include <memory>
#include <string>

#include "clients/cli/command.h"
#include "clients/cli/operator_flags.h"
#include "clients/cli/served_version.h"
#include "clients/cli/usage_error.h"

namespace stratagem::cli {
namespace {

struct ActivateFlags {
  ChangeFlags change;
  std::string version;
  bool force = false;
};

ExitCode RunActivate(const ActivateFlags& flags, const Console& console) {
  const absl::StatusOr<v1::PackVersion> version =
      ReadVersion(flags.version, VersionUse::kRequired);
  if (!version.ok()) return ReportUsage(version.status(), console);
  v1::ActivatePackRequest request;
  *request.mutable_pack() = *version;
  request.set_force(flags.force);
  *request.mutable_change() = ChangeOf(flags.change);
  client::Client client(OptionsOf(flags.change.server));
  return ReportServing(client.ActivatePack(request), flags.version,
                       flags.change.output, console);
}

}  // namespace

void AddPackActivateCommand(CLI::App& pack, const Console& console,
                            Chosen& chosen) {
  CLI::App* const activate = pack.add_subcommand(
      "activate", "Let a published version decide live calls");
  const auto flags = std::make_shared<ActivateFlags>();
  AddVersionArgument(*activate, VersionUse::kRequired, flags->version);
  AddForceFlag(*activate, flags->force);
  AddChangeFlags(*activate, flags->change);
  activate->footer(
      "\nIts own tests run before. It is then the newest version of its pack, "
      "and decides\nwhile it is in effect; `pack rollback` goes back.\n"
      "\nexit codes:\n  0  it is live\n"
      "  1  it was never published, its tests fail, or the server refuses it\n"
      "  2  the command line is wrong\n  3  no server answers\n");
  activate->callback([flags, &console, &chosen] {
    chosen.run = [flags, &console] { return RunActivate(*flags, console); };
  });
}

}  // namespace stratagem::cli
