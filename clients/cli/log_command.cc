// `stratagem log tail|stats`: what a server's log holds.

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/cli/command.h"
#include "clients/cli/decision_view.h"
#include "clients/cli/display_text.h"
#include "clients/cli/json_writer.h"
#include "clients/cli/text_table.h"

namespace stratagem::cli {
namespace {

constexpr int kTailMax = 1'000;  // A server's page.

struct LogFlags {
  ServerFlags server;
  int count = 10;
  std::string explain = "none";
  Output output = Output::kTable;
};

ExitCode RunTail(const LogFlags& flags, const Console& console) {
  client::Client client(OptionsOf(flags.server));
  v1::ListDecisionsRequest request;
  request.set_page_size(flags.count);
  request.set_explain(flags.explain == "reasons" ? v1::EXPLAIN_LEVEL_REASONS
                                                 : v1::EXPLAIN_LEVEL_NONE);
  absl::StatusOr<std::vector<v1::LogEntry>> entries =
      client.ListDecisions(request);
  if (!entries.ok()) return ReportFailure(entries.status(), console);
  if (entries->empty() && flags.output == Output::kTable) {
    console.Note("the log is empty");
    return ExitCode::kOk;
  }
  const std::unique_ptr<DecisionPrinter> printer =
      NewDecisionPrinter(flags.output, Listing::kLog, console);
  for (const v1::LogEntry& entry : *entries) {
    printer->Add(
        ViewOf(entry.decision(), entry.customer_id(), absl::LocalTimeZone()));
  }
  printer->Finish();
  return ExitCode::kOk;
}

void PrintStats(const v1::GetLogStatsResponse& stats, const Console& console) {
  const auto line = [&](absl::string_view name, const std::string& value) {
    console.out << console.PaintOut(Style::kFaint, name)
                << std::string(12 - name.size(), ' ') << value << "\n";
  };
  line("log", absl::StrCat(stats.node_id(), ", epoch ", stats.epoch()));
  line("records", WithThousands(stats.records()));
  line("last", absl::StrCat("#", stats.last_sequence()));
  line("waiting", absl::StrCat(WithThousands(stats.queue_records()), ", ",
                               WithThousands(stats.appends_refused()),
                               " refused by a full queue"));
  line("commits", WithThousands(stats.commits()));
  if (stats.projected_sequence() < stats.last_sequence()) {
    const uint64_t behind = stats.last_sequence() - stats.projected_sequence();
    line("counts", absl::StrCat(Counted(behind, "record"), " behind"));
  }
  if (stats.failed()) {
    line("failed", "a write failed; the server must be started again");
  }
  if (stats.projection_failures() + stats.checkpoint_failures() > 0) {
    line("retried",
         absl::StrCat(Counted(stats.projection_failures(), "projection"), ", ",
                      Counted(stats.checkpoint_failures(), "checkpoint"), ", ",
                      WithThousands(stats.wal_bytes()),
                      " bytes of write-ahead log"));
  }
  if (stats.counts().empty()) return;
  console.out << "\n";
  TextTable table({{"dimension"}, {"value"}, {"records", Align::kRight}},
                  console);
  for (const v1::LogCount& count : stats.counts()) {
    table.AddRow({{count.dimension()},
                  {count.value().empty() ? "-" : count.value()},
                  {WithThousands(count.count())}});
  }
  table.Print();
}

void WriteStats(const v1::GetLogStatsResponse& stats, JsonWriter& json) {
  const auto number = [&](absl::string_view key, uint64_t value) {
    json.Key(key);
    json.Uint(value);
  };
  json.BeginObject();
  json.StringMember("node_id", stats.node_id());
  number("epoch", stats.epoch());
  number("records", stats.records());
  number("last_sequence", stats.last_sequence());
  number("projected_sequence", stats.projected_sequence());
  number("queue_records", stats.queue_records());
  number("appends_refused", stats.appends_refused());
  number("commits", stats.commits());
  json.Key("failed");
  json.Bool(stats.failed());
  number("projection_failures", stats.projection_failures());
  number("checkpoint_failures", stats.checkpoint_failures());
  number("wal_bytes", stats.wal_bytes());
  json.Key("counts");
  json.BeginArray();
  for (const v1::LogCount& count : stats.counts()) {
    json.BeginObject();
    json.StringMember("dimension", count.dimension());
    json.StringMember("value", count.value());
    number("count", count.count());
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
}

ExitCode RunStats(const LogFlags& flags, const Console& console) {
  client::Client client(OptionsOf(flags.server));
  absl::StatusOr<v1::GetLogStatsResponse> stats = client.GetLogStats();
  if (!stats.ok()) return ReportFailure(stats.status(), console);
  if (flags.output == Output::kTable) {
    PrintStats(*stats, console);
    return ExitCode::kOk;
  }
  JsonWriter json(console.out, flags.output == Output::kJson
                                   ? JsonWriter::Layout::kIndented
                                   : JsonWriter::Layout::kOneLine);
  WriteStats(*stats, json);
  console.out << "\n";
  return ExitCode::kOk;
}

}  // namespace

void AddLogCommands(CLI::App& app, const Console& console, Chosen& chosen) {
  CLI::App* const log = app.add_subcommand(
      "log", "Look into a server's log of decisions: tail, stats");
  log->require_subcommand(1);

  const auto tail_flags = std::make_shared<LogFlags>();
  CLI::App* const tail =
      log->add_subcommand("tail", "Print the newest decisions, oldest first");
  AddServerFlags(*tail, tail_flags->server)->required();
  tail->add_option("-n", tail_flags->count, "how many, at most 1,000")
      ->check(Quiet(CLI::Range(1, kTailMax)))
      ->type_name("N")
      ->capture_default_str();
  tail->add_option("--explain", tail_flags->explain,
                   "how much of the reasons to print: none or reasons")
      ->check(Quiet(CLI::IsMember({"none", "reasons"})))
      ->type_name("LEVEL")
      ->capture_default_str();
  AddOutputFlag(*tail, tail_flags->output);
  tail->callback([tail_flags, &console, &chosen] {
    chosen.run = [tail_flags, &console] {
      return RunTail(*tail_flags, console);
    };
  });

  const auto stats_flags = std::make_shared<LogFlags>();
  CLI::App* const stats = log->add_subcommand(
      "stats", "Print totals, and counts by tier, stage, offer and more");
  AddServerFlags(*stats, stats_flags->server)->required();
  AddOutputFlag(*stats, stats_flags->output);
  stats->callback([stats_flags, &console, &chosen] {
    chosen.run = [stats_flags, &console] {
      return RunStats(*stats_flags, console);
    };
  });
}

}  // namespace stratagem::cli
