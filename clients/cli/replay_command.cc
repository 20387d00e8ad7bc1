// `stratagem replay`: decides what a store holds once more and says what comes
// out otherwise.

#include <cstdint>
#include <memory>
#include <string>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "clients/cli/as_of.h"
#include "clients/cli/command.h"
#include "clients/cli/pack_files.h"
#include "clients/cli/progress.h"
#include "clients/cli/replay_log.h"
#include "clients/cli/replay_printer.h"

namespace stratagem::cli {
namespace {

constexpr uint64_t kDecisionsMax = 1'000'000'000'000;

struct ReplayFlags {
  ReplayOptions options;
  std::string pack;
  std::string from;
  std::string until;
  Output output = Output::kTable;
};

absl::Status ReadTimes(const absl::TimeZone& zone, ReplayFlags& flags) {
  for (const auto& [name, text, time] :
       {std::tuple("--from", &flags.from, &flags.options.from),
        std::tuple("--until", &flags.until, &flags.options.until)}) {
    if (text->empty()) continue;
    const absl::StatusOr<absl::Time> read = ReadTime(name, *text, zone);
    if (!read.ok()) return read.status();
    *time = *read;
  }
  if (flags.options.from < flags.options.until) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("`--until`: `", flags.until,
                                                 "` is not after `--from`, `",
                                                 flags.from, "`"));
}

// Differences are the answer, also when something else could not be read.
ExitCode CodeOf(const ReplayReport& report) {
  if (report.different() > 0) return ExitCode::kRefused;
  return report.unreadable > 0 || !report.without_pack.empty()
             ? ExitCode::kEnvironment
             : ExitCode::kOk;
}

ExitCode RunReplay(ReplayFlags& flags, const Console& console) {
  LoadedPack pack;
  absl::TimeZone zone = absl::LocalTimeZone();
  if (!flags.pack.empty()) {
    const ExitCode code = RequirePack(flags.pack, console, pack);
    // 1 is for differences.
    if (code != ExitCode::kOk) return ExitCode::kEnvironment;
    flags.options.plan = pack.plan.get();
    zone = ZoneOf(pack.plan->summary().timezone);
  }
  const absl::Status times = ReadTimes(zone, flags);
  if (!times.ok()) {
    console.Error(times.message());
    return ExitCode::kUsage;
  }
  absl::StatusOr<ReplayReport> report = absl::UnknownError("");
  {
    std::unique_ptr<Progress> progress;
    report = ReplayLog(flags.options, [&](uint64_t records, uint64_t total,
                                          const ReplayReport& so_far) {
      if (progress == nullptr) {
        progress = std::make_unique<Progress>(console, total, true);
      }
      progress->Update(records, so_far.replayed, so_far.unreadable);
    });
  }
  if (!report.ok()) {
    console.Error(report.status().message());
    return ExitCode::kEnvironment;
  }
  if (flags.output == Output::kTable) {
    PrintReplay(*report, console);
  } else {
    WriteReplay(*report, console);
  }
  return CodeOf(*report);
}

}  // namespace

void AddReplayCommand(CLI::App& app, const Console& console, Chosen& chosen) {
  const auto flags = std::make_shared<ReplayFlags>();
  CLI::App* const replay = app.add_subcommand(
      "replay",
      "Decide a store's decisions again and tell what comes out otherwise");
  replay->footer(
      "Without --pack each decision is made by the pack of the time, as the\n"
      "store kept it; nothing differs unless the program or a file was\n"
      "changed. Reads beside a running server.\n\n"
      "exit codes: 0 all the same, 1 differences, 2 the command line is "
      "wrong,\n"
      "3 something could not be read\n");
  replay->add_option("--store", flags->options.store, "folder of the store")
      ->required()
      ->type_name("DIR");
  replay
      ->add_option("--pack", flags->pack,
                   "decide by the pack in this folder instead")
      ->type_name("DIR");
  replay
      ->add_option("--from", flags->from,
                   "only decisions from this time on, RFC 3339 or a date")
      ->type_name("TIME");
  replay
      ->add_option("--until,--to", flags->until,
                   "only decisions before this time")
      ->type_name("TIME");
  replay
      ->add_option("-c,--customer", flags->options.customer_id,
                   "only decisions of this customer")
      ->type_name("ID");
  replay
      ->add_option("--limit", flags->options.decisions_max,
                   "stop after so many decisions")
      ->check(Quiet(CLI::Range(uint64_t{1}, kDecisionsMax)))
      ->type_name("N");
  AddOutputFlag<Output>(*replay, flags->output,
                        "table (for people) or json (one document)",
                        {{"table", Output::kTable}, {"json", Output::kJson}});
  replay->callback([flags, &console, &chosen] {
    chosen.run = [flags, &console] { return RunReplay(*flags, console); };
  });
}

}  // namespace stratagem::cli
