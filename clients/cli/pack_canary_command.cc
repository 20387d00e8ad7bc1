// `stratagem pack canary`: a version decides for a share of customers.

#include <memory>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "clients/cli/command.h"
#include "clients/cli/operator_flags.h"
#include "clients/cli/served_version.h"
#include "clients/cli/usage_error.h"

namespace stratagem::cli {
namespace {

struct CanaryFlags {
  ChangeFlags change;
  std::string version;
  std::string share;
  bool force = false;
};

// Reads "0.05" or "5%".
// Errors: INVALID_ARGUMENT, a UsageError().
absl::StatusOr<double> ReadShare(const std::string& text) {
  absl::string_view digits = text;
  const bool is_percent = absl::ConsumeSuffix(&digits, "%");
  double share = 0;
  const bool is_number = absl::SimpleAtod(digits, &share);
  if (is_percent) share /= 100;
  if (is_number && share >= 0 && share <= 1) return share;
  return UsageError(absl::StrCat("`", text, "` is not a share of customers"),
                    "write it as a number from 0 to 1, or as 5%");
}

ExitCode RunCanary(const CanaryFlags& flags, const Console& console) {
  const absl::StatusOr<v1::PackVersion> version =
      ReadVersion(flags.version, VersionUse::kRequired);
  if (!version.ok()) return ReportUsage(version.status(), console);
  const absl::StatusOr<double> share = ReadShare(flags.share);
  if (!share.ok()) return ReportUsage(share.status(), console);
  v1::SetCanaryRequest request;
  *request.mutable_pack() = *version;
  request.set_share(*share);
  request.set_force(flags.force);
  *request.mutable_change() = ChangeOf(flags.change);
  client::Client client(OptionsOf(flags.change.server));
  return ReportServing(client.SetCanary(request), flags.version,
                       flags.change.output, console);
}

}  // namespace

void AddPackCanaryCommand(CLI::App& pack, const Console& console,
                          Chosen& chosen) {
  CLI::App* const canary = pack.add_subcommand(
      "canary", "Let a version decide for a share of customers");
  const auto flags = std::make_shared<CanaryFlags>();
  AddVersionArgument(*canary, VersionUse::kRequired, flags->version);
  canary
      ->add_option("SHARE", flags->share,
                   "of customers: 0.05 or 5%; 0 ends the canary")
      ->required()
      ->type_name("");
  AddForceFlag(*canary, flags->force);
  AddChangeFlags(*canary, flags->change);
  canary->footer(
      "\nAlways the same customers, and more of them when the share rises. A "
      "pack has one\ncanary at most. The version's own tests run before.\n"
      "\nexit codes:\n  0  it decides for them, or no more\n"
      "  1  it was never published, its tests fail, or it is live\n"
      "  2  the command line is wrong\n  3  no server answers\n");
  canary->callback([flags, &console, &chosen] {
    chosen.run = [flags, &console] { return RunCanary(*flags, console); };
  });
}

}  // namespace stratagem::cli
