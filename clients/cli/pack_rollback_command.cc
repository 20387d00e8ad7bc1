// `stratagem pack rollback`: the version that decides is withdrawn, and the one
// before it decides again.

#include <memory>
#include <string>

#include "clients/cli/command.h"
#include "clients/cli/json_writer.h"
#include "clients/cli/operator_flags.h"
#include "clients/cli/served_version.h"
#include "clients/cli/usage_error.h"

namespace stratagem::cli {
namespace {

struct RollBackFlags {
  ChangeFlags change;
  std::string version;
};

ExitCode RunRollBack(const RollBackFlags& flags, const Console& console) {
  const absl::StatusOr<v1::PackVersion> version =
      ReadVersion(flags.version, VersionUse::kOptional);
  if (!version.ok()) return ReportUsage(version.status(), console);
  v1::RollBackPackRequest request;
  *request.mutable_pack() = *version;
  *request.mutable_change() = ChangeOf(flags.change);
  client::Client client(OptionsOf(flags.change.server));
  const auto response = client.RollBackPack(request);
  if (!response.ok()) return ReportFailure(response.status(), console);
  if (flags.change.output == AnswerForm::kText) {
    console.out << NameOf(response->withdrawn().ref()) << " is withdrawn, "
                << console.PaintOut(Style::kGood,
                                    NameOf(response->version().ref()))
                << " decides\n";
    return ExitCode::kOk;
  }
  JsonWriter json(console.out, JsonWriter::Layout::kIndented);
  json.BeginObject();
  json.Key("withdrawn");
  WriteServedVersion(response->withdrawn(), json);
  json.Key("version");
  WriteServedVersion(response->version(), json);
  json.EndObject();
  console.out << "\n";
  return ExitCode::kOk;
}

}  // namespace

void AddPackRollBackCommand(CLI::App& pack, const Console& console,
                            Chosen& chosen) {
  CLI::App* const rollback = pack.add_subcommand(
      "rollback", "Withdraw what decides: the version before decides again");
  const auto flags = std::make_shared<RollBackFlags>();
  AddVersionArgument(*rollback, VersionUse::kOptional, flags->version);
  AddChangeFlags(*rollback, flags->change);
  rollback->footer(
      "\nWith a version that one, if it is live, so that doing it twice goes "
      "back once: the one\nthat decides, one that is still to take over, or an "
      "earlier one that must not come back.\n"
      "\nexit codes:\n  0  it is withdrawn\n"
      "  1  there is no such version, it is not live, or none would decide "
      "without it\n"
      "  2  the command line is wrong\n  3  no server answers\n");
  rollback->callback([flags, &console, &chosen] {
    chosen.run = [flags, &console] { return RunRollBack(*flags, console); };
  });
}

}  // namespace stratagem::cli
