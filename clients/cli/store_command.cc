// `stratagem store rebuild|stats`: a store's folder. Tables are made anew while
// no server has it open; statistics are read beside one.

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/cli/command.h"
#include "clients/cli/display_text.h"
#include "clients/cli/log_stats.h"
#include "clients/cli/progress.h"
#include "engine/base/status_macros.h"
#include "engine/store/sqlite_store.h"
#include "engine/store/store_reader.h"

namespace stratagem::cli {
namespace {

constexpr auto kLookEvery = std::chrono::milliseconds(50);

struct StoreFlags {
  std::string directory;
  Output output = Output::kTable;
};

using OpenedStore = absl::StatusOr<std::unique_ptr<store::Store>>;

// Opens a store that is there: an empty folder is none.
OpenedStore OpenExisting(const std::string& directory, bool project) {
  std::error_code error;
  if (!std::filesystem::exists(directory + "/log.db", error)) {
    return absl::NotFoundError(
        absl::StrCat("`", directory, "`: is no store: it has no log.db"));
  }
  return store::OpenSqliteStore({.directory = directory, .project = project});
}

// Waits until derived tables hold the whole log. False when they cannot take
// it.
bool AwaitProjected(const store::Store& store, const Console& console) {
  const store::StoreStats begun = store.stats();
  Progress progress(console, begun.records, true, "records");
  while (true) {
    const store::StoreStats stats = store.stats();
    if (stats.projected_sequence >= stats.last_sequence) return true;
    if (stats.projection_failures > begun.projection_failures) return false;
    const uint64_t done = stats.projected_sequence + 1 - stats.first_sequence;
    progress.Update(done, done, 0);
    std::this_thread::sleep_for(kLookEvery);
  }
}

absl::Status RemoveViews(const std::string& directory) {
  // Nobody else may use them meanwhile.
  const OpenedStore store = OpenExisting(directory, /*project=*/false);
  if (!store.ok()) return store.status();
  for (const char* suffix : {"", "-wal", "-shm"}) {
    std::error_code error;
    const std::string path = absl::StrCat(directory, "/views.db", suffix);
    std::filesystem::remove(path, error);
    if (error) {
      return absl::PermissionDeniedError(
          absl::StrCat("`", path, "`: cannot delete: ", error.message()));
    }
  }
  return absl::OkStatus();
}

ExitCode RunRebuild(const StoreFlags& flags, const Console& console) {
  const absl::Status removed = RemoveViews(flags.directory);
  if (!removed.ok()) return ReportFailure(removed, console);
  const OpenedStore store = OpenExisting(flags.directory, /*project=*/true);
  if (!store.ok()) return ReportFailure(store.status(), console);
  if (!AwaitProjected(**store, console)) {
    console.Error(absl::StrCat("`", flags.directory,
                               "`: derived tables cannot take the log"),
                  "check the disk, then try again");
    return ExitCode::kEnvironment;
  }
  console.out << "rebuilt " << Counted((*store)->stats().records, "record")
              << "\n";
  return ExitCode::kOk;
}

absl::StatusOr<v1::GetLogStatsResponse> ReadStats(
    const std::string& directory) {
  STRATAGEM_ASSIGN_OR_RETURN(const std::unique_ptr<store::StoreReader> reader,
                             store::StoreReader::Open(directory));
  // Before the log, which goes on: counts lag, if at all.
  STRATAGEM_ASSIGN_OR_RETURN(const uint64_t projected,
                             reader->ProjectedSequence());
  STRATAGEM_ASSIGN_OR_RETURN(const std::vector<store::StoreCount> counts,
                             reader->Counts());
  STRATAGEM_ASSIGN_OR_RETURN(const store::SequenceRange range,
                             reader->log().Range());
  STRATAGEM_ASSIGN_OR_RETURN(const store::StoreSize size, reader->log().Size());
  v1::GetLogStatsResponse stats;
  stats.set_node_id(reader->identity().node_id);
  stats.set_epoch(reader->identity().epoch);
  stats.set_records(range.last < range.first ? 0
                                             : range.last - range.first + 1);
  stats.set_first_sequence(range.first);
  stats.set_last_sequence(range.last);
  stats.set_projected_sequence(projected);
  stats.set_record_bytes(size.record_bytes);
  stats.set_file_bytes(size.file_bytes);
  for (const store::StoreCount& count : counts) {
    v1::LogCount& wire = *stats.add_counts();
    wire.set_dimension(count.dimension);
    wire.set_value(count.value);
    wire.set_count(count.count);
  }
  return stats;
}

ExitCode RunStats(const StoreFlags& flags, const Console& console) {
  const absl::StatusOr<v1::GetLogStatsResponse> stats =
      ReadStats(flags.directory);
  if (!stats.ok()) return ReportFailure(stats.status(), console);
  PrintStats(*stats, flags.output, console);
  if (stats->projected_sequence() < stats->last_sequence()) {
    console.Note(
        "counts are behind the log: a server that has the folder open brings "
        "them up, as does `stratagem store rebuild`");
  }
  return ExitCode::kOk;
}

CLI::App* AddStoreCommand(CLI::App& store, const std::string& name,
                          const std::string& help,
                          const std::shared_ptr<StoreFlags>& flags,
                          ExitCode (*run)(const StoreFlags&, const Console&),
                          const Console& console, Chosen& chosen) {
  CLI::App* const command = store.add_subcommand(name, help);
  command->add_option("directory", flags->directory, "the store's folder")
      ->required()
      ->type_name("DIR");
  command->callback([flags, run, &console, &chosen] {
    chosen.run = [flags, run, &console] { return run(*flags, console); };
  });
  return command;
}

}  // namespace

void AddStoreCommands(CLI::App& app, const Console& console, Chosen& chosen) {
  CLI::App* const store =
      app.add_subcommand("store", "Look after a store's folder");
  store->require_subcommand(1);
  AddStoreCommand(*store, "rebuild",
                  "Make the tables for queries and counts anew from the log, "
                  "while no server has the folder open",
                  std::make_shared<StoreFlags>(), RunRebuild, console, chosen);
  const auto flags = std::make_shared<StoreFlags>();
  CLI::App* const stats = AddStoreCommand(
      *store, "stats",
      "Print totals, and counts by tier, stage, offer and more; "
      "changes nothing",
      flags, RunStats, console, chosen);
  AddOutputFlag(*stats, flags->output);
}

}  // namespace stratagem::cli
