// `stratagem log tail|list|show|export|stats`: what a server's log holds.

#include <algorithm>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "clients/cli/command.h"
#include "clients/cli/decision_json.h"
#include "clients/cli/decision_view.h"
#include "clients/cli/display_text.h"
#include "clients/cli/json_writer.h"
#include "clients/cli/log_csv.h"
#include "clients/cli/log_filter_flags.h"
#include "clients/cli/log_name_notes.h"
#include "clients/cli/log_stats.h"
#include "clients/cli/logged_outcomes.h"
#include "clients/cli/progress.h"
#include "clients/cli/value_view.h"

namespace stratagem::cli {
namespace {

constexpr int kPageMax = 1'000;  // A server's page.
constexpr int64_t kListMax = 1'000'000;
constexpr int kDaysMax = 400;
constexpr uint64_t kSequenceMax = std::numeric_limits<int64_t>::max();

enum class ExportFormat { kNdjson, kCsv };

struct LogFlags {
  ServerFlags server;
  LogFilterFlags filter;
  int64_t count = 10;
  bool follow = false;
  std::optional<uint64_t> after;  // A sequence.
  bool oldest_first = false;
  std::string id;
  int days = 0;
  std::string explain = "none";
  Output output = Output::kTable;
  ExportFormat format = ExportFormat::kNdjson;
};

v1::ExplainLevel LevelOf(const std::string& name) {
  return name == "reasons" ? v1::EXPLAIN_LEVEL_REASONS : v1::EXPLAIN_LEVEL_NONE;
}

DecisionView Shown(const v1::LogEntry& entry) {
  return ViewOf(entry, absl::LocalTimeZone());
}

absl::StatusOr<v1::DecisionFilter> FilterOf(const LogFlags& flags) {
  return ReadFilterFlags(flags.filter, absl::Now(), absl::LocalTimeZone());
}

// Calls `take` with each decision that `request` asks for, page by page, at
// most `count` of them; 0: all.
absl::Status ForEach(client::Client& client, v1::ListDecisionsRequest request,
                     int64_t count,
                     const std::function<void(const v1::LogEntry&)>& take) {
  int64_t left = count == 0 ? std::numeric_limits<int64_t>::max() : count;
  while (true) {
    request.set_page_size(
        static_cast<int32_t>(std::min<int64_t>(left, kPageMax)));
    const auto page = client.ListDecisions(request);
    if (!page.ok()) return page.status();
    for (const v1::LogEntry& entry : page->entries()) take(entry);
    left -= page->entries_size();
    if (left <= 0 || page->next_page_token().empty()) return absl::OkStatus();
    request.set_page_token(page->next_page_token());
  }
}

// Says that nothing was found, and which names of the question nothing has.
void NoteNothingFound(client::Client& client, const v1::DecisionFilter& filter,
                      const Console& console) {
  console.Note("the log has no such decision");
  const auto stats = client.GetLogStats();
  // Whoever asked has the answer; why it is empty is only a help.
  if (!stats.ok()) return;
  for (const std::string& note : UnknownNames(filter, *stats)) {
    console.Note(note);
  }
}

ExitCode ReportUsage(const absl::Status& status, const Console& console) {
  console.Error(status.message());
  return ExitCode::kUsage;
}

// Prints what is recorded after the sequence `seen`, as it comes.
ExitCode Follow(client::Client& client, const LogFlags& flags,
                const v1::DecisionFilter& filter, uint64_t seen,
                DecisionPrinter& printer, const Console& console) {
  v1::FollowDecisionsRequest request;
  *request.mutable_filter() = filter;
  request.set_after_sequence(seen);
  request.set_explain(LevelOf(flags.explain));
  const absl::Status status = client.FollowDecisions(
      request, [&](const v1::FollowDecisionsResponse& response) {
        if (response.records_missed() > 0) {
          console.Note(
              absl::StrCat(Counted(response.records_missed(), "record"),
                           " were removed by retention before they came here"));
        }
        seen =
            std::max(seen, response.entry().decision().position().sequence());
        printer.Add(Shown(response.entry()));
        printer.Flush();
        console.out.flush();
        return console.out.good();
      });
  if (status.ok()) return ExitCode::kOk;
  const ExitCode code = ReportFailure(status, console);
  console.Note(absl::StrCat("go on with `--follow --after ", seen, "`"));
  return code;
}

// Of a reader that stopped at `flags.after` and comes back.
ExitCode GoOn(const LogFlags& flags, const v1::DecisionFilter& filter,
              const Console& console) {
  client::Client client(OptionsOf(flags.server));
  const std::unique_ptr<DecisionPrinter> printer =
      NewDecisionPrinter(flags.output, Listing::kLog, console);
  const ExitCode code =
      Follow(client, flags, filter, *flags.after, *printer, console);
  printer->Finish();
  return code;
}

ExitCode RunTail(const LogFlags& flags, const Console& console) {
  const absl::StatusOr<v1::DecisionFilter> filter = FilterOf(flags);
  if (!filter.ok()) return ReportUsage(filter.status(), console);
  if (flags.after.has_value()) return GoOn(flags, *filter, console);
  client::Client client(OptionsOf(flags.server));
  uint64_t seen = 0;
  if (flags.follow) {
    const auto stats = client.GetLogStats();
    if (!stats.ok()) return ReportFailure(stats.status(), console);
    seen = stats->last_sequence();
  }
  v1::ListDecisionsRequest request;
  *request.mutable_filter() = *filter;
  request.set_explain(LevelOf(flags.explain));
  std::vector<v1::LogEntry> entries;
  const absl::Status status =
      ForEach(client, request, flags.count,
              [&](const v1::LogEntry& entry) { entries.push_back(entry); });
  if (!status.ok()) return ReportFailure(status, console);
  std::reverse(entries.begin(), entries.end());
  if (entries.empty() && !flags.follow) {
    NoteNothingFound(client, *filter, console);
    if (flags.output == Output::kTable) return ExitCode::kOk;
  }
  const std::unique_ptr<DecisionPrinter> printer =
      NewDecisionPrinter(flags.output, Listing::kLog, console);
  for (const v1::LogEntry& entry : entries) {
    seen = std::max(seen, entry.decision().position().sequence());
    printer->Add(Shown(entry));
  }
  ExitCode code = ExitCode::kOk;
  if (flags.follow) {
    printer->Flush();
    console.out.flush();
    code = Follow(client, flags, *filter, seen, *printer, console);
  }
  printer->Finish();
  return code;
}

ExitCode RunList(const LogFlags& flags, const Console& console) {
  const absl::StatusOr<v1::DecisionFilter> filter = FilterOf(flags);
  if (!filter.ok()) return ReportUsage(filter.status(), console);
  client::Client client(OptionsOf(flags.server));
  v1::ListDecisionsRequest request;
  *request.mutable_filter() = *filter;
  request.set_order(flags.oldest_first ? v1::LIST_ORDER_OLDEST_FIRST
                                       : v1::LIST_ORDER_NEWEST_FIRST);
  request.set_explain(LevelOf(flags.explain));
  const std::unique_ptr<DecisionPrinter> printer =
      NewDecisionPrinter(flags.output, Listing::kLog, console);
  int64_t found = 0;
  const absl::Status status =
      ForEach(client, request, flags.count, [&](const v1::LogEntry& entry) {
        ++found;
        printer->Add(Shown(entry));
      });
  printer->Finish();
  if (!status.ok()) return ReportFailure(status, console);
  if (found == 0) {
    NoteNothingFound(client, *filter, console);
  } else if (flags.output == Output::kTable && found == flags.count) {
    console.Note(absl::StrCat("the first ",
                              WithThousands(static_cast<uint64_t>(found)),
                              "; more with `-n`, all with `-n 0`"));
  }
  return ExitCode::kOk;
}

ExitCode RunShow(const LogFlags& flags, const Console& console) {
  client::Client client(OptionsOf(flags.server));
  v1::GetDecisionRequest request;
  request.set_decision_id(flags.id);
  request.set_explain(LevelOf(flags.explain));
  const auto response = client.GetDecision(request);
  if (!response.ok()) return ReportFailure(response.status(), console);
  const DecisionView view = Shown(response->entry());
  if (flags.output == Output::kTable) {
    PrintDecision(view, Output::kTable, console);
    if (!view.masked->empty()) {
      console.out << "\n"
                  << console.PaintOut(Style::kFaint, "masked") << ": "
                  << absl::StrJoin(*view.masked, ", ") << "\n";
    }
    PrintOutcomes({response->outcomes().begin(), response->outcomes().end()},
                  console);
    return ExitCode::kOk;
  }
  JsonWriter json(console.out, flags.output == Output::kJson
                                   ? JsonWriter::Layout::kIndented
                                   : JsonWriter::Layout::kOneLine);
  json.BeginObject();
  json.Key("decision");
  WriteDecision(view, json);
  json.StringMember("trace_id", response->entry().trace_id());
  json.Key("outcomes");
  WriteOutcomes({response->outcomes().begin(), response->outcomes().end()},
                json);
  json.EndObject();
  console.out << "\n";
  return ExitCode::kOk;
}

ExitCode RunExport(const LogFlags& flags, const Console& console) {
  const absl::StatusOr<v1::DecisionFilter> filter = FilterOf(flags);
  if (!filter.ok()) return ReportUsage(filter.status(), console);
  client::Client client(OptionsOf(flags.server));
  v1::ListDecisionsRequest request;
  *request.mutable_filter() = *filter;
  request.set_order(v1::LIST_ORDER_OLDEST_FIRST);
  const bool csv = flags.format == ExportFormat::kCsv;
  request.set_explain(v1::EXPLAIN_LEVEL_REASONS);
  request.set_with_outcomes(true);
  if (csv) WriteCsvHeader(console.out);
  uint64_t found = 0;
  Progress progress(console, 0, !console.out_is_terminal, "exported");
  const absl::Status status =
      ForEach(client, request, 0, [&](const v1::LogEntry& entry) {
        progress.Update(0, ++found, 0);
        DecisionView view = Shown(entry);
        view.outcomes.emplace(entry.outcomes().begin(), entry.outcomes().end());
        if (csv) {
          WriteCsvRow(view, console.out);
          return;
        }
        JsonWriter json(console.out, JsonWriter::Layout::kOneLine);
        WriteDecision(view, json);
        console.out << "\n";
      });
  progress.Clear();
  if (!status.ok()) return ReportFailure(status, console);
  if (found == 0) NoteNothingFound(client, *filter, console);
  return ExitCode::kOk;
}

ExitCode RunStats(const LogFlags& flags, const Console& console) {
  client::Client client(OptionsOf(flags.server));
  v1::GetLogStatsRequest request;
  request.set_days(flags.days);
  const auto stats = client.GetLogStats(request);
  if (!stats.ok()) return ReportFailure(stats.status(), console);
  PrintStats(*stats, flags.output, console);
  return ExitCode::kOk;
}

// Adds a command that `run` runs with its flags.
CLI::App* AddLogCommand(CLI::App& log, const std::string& name,
                        const std::string& help,
                        const std::shared_ptr<LogFlags>& flags,
                        ExitCode (*run)(const LogFlags&, const Console&),
                        const Console& console, Chosen& chosen) {
  CLI::App* const command = log.add_subcommand(name, help);
  AddServerFlags(*command, flags->server)->required();
  command->callback([flags, run, &console, &chosen] {
    chosen.run = [flags, run, &console] { return run(*flags, console); };
  });
  return command;
}

void AddExplainFlag(CLI::App& command, LogFlags& flags) {
  command
      .add_option("--explain", flags.explain,
                  "how much of the reasons to print: none or reasons")
      ->check(Quiet(CLI::IsMember({"none", "reasons"})))
      ->type_name("LEVEL")
      ->capture_default_str();
}

void AddTail(CLI::App& log, const Console& console, Chosen& chosen) {
  const auto flags = std::make_shared<LogFlags>();
  CLI::App* const tail =
      AddLogCommand(log, "tail", "Print the newest decisions, oldest first",
                    flags, RunTail, console, chosen);
  tail->add_option("-n", flags->count, "how many, at most 1,000")
      ->check(Quiet(CLI::Range(1, kPageMax)))
      ->type_name("N")
      ->capture_default_str();
  tail->add_flag("-f,--follow", flags->follow,
                 "go on with what is recorded, until interrupted");
  CLI::Option* const follow = tail->get_option("--follow");
  tail->add_option("--after", flags->after,
                   "with --follow: go on after this sequence, in place of the "
                   "newest decisions")
      ->needs(follow)
      ->check(Quiet(CLI::Range(uint64_t{0}, kSequenceMax)))
      ->type_name("SEQUENCE");
  AddExplainFlag(*tail, *flags);
  AddLogFilterFlags(*tail, flags->filter);
  AddOutputFlag(*tail, flags->output);
}

void AddList(CLI::App& log, const Console& console, Chosen& chosen) {
  const auto flags = std::make_shared<LogFlags>();
  flags->count = 100;
  CLI::App* const list =
      AddLogCommand(log, "list", "Find decisions, newest first", flags, RunList,
                    console, chosen);
  list->add_option("-n", flags->count, "how many; 0 for all")
      ->check(Quiet(CLI::Range(int64_t{0}, kListMax)))
      ->type_name("N")
      ->capture_default_str();
  list->add_flag("--oldest-first", flags->oldest_first,
                 "begin with the oldest");
  AddExplainFlag(*list, *flags);
  AddLogFilterFlags(*list, flags->filter);
  AddOutputFlag(*list, flags->output);
}

void AddShow(CLI::App& log, const Console& console, Chosen& chosen) {
  const auto flags = std::make_shared<LogFlags>();
  flags->explain = "reasons";
  CLI::App* const show = AddLogCommand(
      log, "show", "Print one decision with its reasons and its outcomes",
      flags, RunShow, console, chosen);
  show->add_option("id", flags->id, "the decision's id")
      ->required()
      ->type_name("ID");
  AddExplainFlag(*show, *flags);
  AddOutputFlag(*show, flags->output);
}

void AddExport(CLI::App& log, const Console& console, Chosen& chosen) {
  const auto flags = std::make_shared<LogFlags>();
  CLI::App* const command = AddLogCommand(
      log, "export", "Write decisions to standard output, oldest first", flags,
      RunExport, console, chosen);
  std::vector<std::string> formats = {"ndjson", "csv"};
  command
      ->add_option_function<std::string>(
          "--format",
          [flags](const std::string& name) {
            flags->format =
                name == "csv" ? ExportFormat::kCsv : ExportFormat::kNdjson;
          },
          "ndjson (one object a line, with all reasons) or csv (one row a "
          "decision)")
      ->check(Quiet(CLI::IsMember(formats)))
      ->type_name("FORMAT")
      ->default_str("ndjson");
  AddLogFilterFlags(*command, flags->filter);
}

void AddStats(CLI::App& log, const Console& console, Chosen& chosen) {
  const auto flags = std::make_shared<LogFlags>();
  CLI::App* const stats = AddLogCommand(
      log, "stats", "Print totals, and counts by tier, stage, offer and more",
      flags, RunStats, console, chosen);
  stats
      ->add_option("--days", flags->days,
                   "also counts of so many UTC days, today the last")
      ->check(Quiet(CLI::Range(0, kDaysMax)))
      ->type_name("N")
      ->capture_default_str();
  AddOutputFlag(*stats, flags->output);
}

}  // namespace

void AddLogCommands(CLI::App& app, const Console& console, Chosen& chosen) {
  CLI::App* const log = app.add_subcommand(
      "log",
      "Look into a server's log of decisions: tail, list, show, export, stats");
  log->require_subcommand(1);
  AddTail(*log, console, chosen);
  AddList(*log, console, chosen);
  AddShow(*log, console, chosen);
  AddExport(*log, console, chosen);
  AddStats(*log, console, chosen);
}

}  // namespace stratagem::cli
