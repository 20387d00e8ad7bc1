// `stratagem outcome record`: tells a server what became of decisions, of one
// slot by flags or of many from a file.

#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/command.h"
#include "clients/cli/display_text.h"
#include "clients/cli/json_writer.h"
#include "clients/cli/outcome_file.h"
#include "clients/cli/outcome_report.h"
#include "clients/cli/usage_error.h"
#include "clients/cpp/error.h"
#include "engine/trace/outcome_record.h"

namespace stratagem::cli {
namespace {

using trace::OutcomeStatus;

constexpr size_t kBatchReports = 500;
// Bad lines that are printed; the rest are counted.
constexpr uint64_t kProblemsMax = 50;

struct OutcomeFlags {
  ServerFlags server;
  std::string file;
  // Of one outcome, by the names of OutcomeFieldNames().
  std::vector<std::pair<std::string, std::string>> fields;
  Output output = Output::kTable;
};

// Sends reports in batches and counts what they come to.
class OutcomeRun {
 public:
  OutcomeRun(const OutcomeFlags& flags, const Console& console)
      : flags_(flags), console_(console), client_(OptionsOf(flags.server)) {}

  ExitCode RunFile() {
    absl::StatusOr<std::unique_ptr<OutcomeFile>> file =
        OutcomeFile::Open(flags_.file);
    if (!file.ok()) {
      console_.Error(file.status().message());
      return absl::IsNotFound(file.status()) ? ExitCode::kEnvironment
                                             : ExitCode::kUsage;
    }
    for (OutcomeRow row; (*file)->Next(row);) {
      if (!row.status.ok()) {
        Problem(row.line, row.status);
        continue;
      }
      *batch_.add_reports() = std::move(row.report);
      lines_.push_back(row.line);
      if (lines_.size() < kBatchReports) continue;
      if (absl::Status sent = Send(); !sent.ok()) return Stop(sent);
    }
    if (absl::Status sent = Send(); !sent.ok()) return Stop(sent);
    return Finish();
  }

  ExitCode RunOne() {
    v1::OutcomeReport& report = *batch_.add_reports();
    for (const auto& [name, text] : flags_.fields) {
      const absl::Status set = SetOutcomeField(name, text, report);
      if (!set.ok()) return ReportUsage(set, console_);
    }
    const absl::Status complete = CheckComplete(report);
    if (!complete.ok()) return ReportUsage(complete, console_);
    lines_.push_back(0);
    if (absl::Status sent = Send(); !sent.ok()) {
      return ReportFailure(sent, console_);
    }
    return Finish();
  }

 private:
  absl::Status Send() {
    if (lines_.empty()) return absl::OkStatus();
    const absl::StatusOr<v1::RecordOutcomesResponse> response =
        client_.RecordOutcomes(batch_);
    if (!response.ok()) return response.status();
    for (size_t i = 0; i < lines_.size(); ++i) {
      Take(lines_[i], response->results(static_cast<int>(i)));
    }
    batch_.Clear();
    lines_.clear();
    return absl::OkStatus();
  }

  void Take(int64_t line, const v1::OutcomeResult& result) {
    if (result.has_error()) {
      return Problem(line, client::ToStatus(result.error()));
    }
    const auto status = static_cast<size_t>(result.told().status());
    if (status < counts_.size()) ++counts_[status];
    if (!result.told().detail().empty()) Print(line, result.told().detail());
  }

  void Problem(int64_t line, const absl::Status& status) {
    ++failed_;
    Print(line, status.message());
  }

  void Print(int64_t line, absl::string_view what) {
    if (++printed_ > kProblemsMax) return;
    console_.Error(line > 0 ? absl::StrCat(flags_.file, ":", line, ": ", what)
                            : std::string(what));
  }

  // The connection failed in the middle of a file.
  ExitCode Stop(const absl::Status& status) {
    PrintCounts();
    const ExitCode code = ReportFailure(status, console_);
    console_.Note(absl::StrCat(
        "stopped at line ", lines_.front(),
        "; run the same command again: what was recorded is told as repeated"));
    return code;
  }

  ExitCode Finish() {
    if (printed_ > kProblemsMax) {
      console_.Note(
          absl::StrCat("and ", Counted(printed_ - kProblemsMax, "more line")));
    }
    PrintCounts();
    return failed_ + counts_[static_cast<size_t>(OutcomeStatus::kUnknown)] == 0
               ? ExitCode::kOk
               : ExitCode::kRefused;
  }

  // "3 recorded, 1 repeated".
  void PrintCounts() const {
    std::vector<std::pair<std::string, uint64_t>> totals;
    for (size_t i = 1; i < counts_.size(); ++i) {
      totals.emplace_back(OutcomeStatusName(static_cast<OutcomeStatus>(i)),
                          counts_[i]);
    }
    totals.emplace_back("failed", failed_);
    if (flags_.output != Output::kTable) {
      JsonWriter json(console_.out, flags_.output == Output::kJson
                                        ? JsonWriter::Layout::kIndented
                                        : JsonWriter::Layout::kOneLine);
      json.BeginObject();
      for (const auto& [name, count] : totals) {
        json.Key(name);
        json.Uint(count);
      }
      json.EndObject();
      console_.out << "\n";
      return;
    }
    std::vector<std::string> parts;
    for (const auto& [name, count] : totals) {
      if (count == 0) continue;
      parts.push_back(absl::StrCat(WithThousands(count), " ", name));
    }
    console_.out << (parts.empty() ? "no outcomes" : absl::StrJoin(parts, ", "))
                 << "\n";
  }

  const OutcomeFlags& flags_;
  const Console& console_;
  client::Client client_;
  v1::RecordOutcomesRequest batch_;
  std::vector<int64_t> lines_;           // Of the batch; 0: not from a file.
  std::array<uint64_t, 6> counts_ = {};  // By OutcomeStatus.
  uint64_t failed_ = 0;
  uint64_t printed_ = 0;
};

ExitCode Run(const OutcomeFlags& flags, const Console& console) {
  if (flags.file.empty() == flags.fields.empty()) {
    console.Error(flags.file.empty()
                      ? "says nothing of any outcome"
                      : "--file and the flags of one outcome exclude each "
                        "other",
                  "give --decision, --offer and --outcome, or --file");
    return ExitCode::kUsage;
  }
  OutcomeRun run(flags, console);
  return flags.file.empty() ? run.RunOne() : run.RunFile();
}

}  // namespace

void AddOutcomeCommands(CLI::App& app, const Console& console, Chosen& chosen) {
  CLI::App* const outcome = app.add_subcommand(
      "outcome", "Tell a server what became of decisions: record");
  outcome->require_subcommand(1);

  const auto flags = std::make_shared<OutcomeFlags>();
  CLI::App* const record = outcome->add_subcommand(
      "record", "Record what became of one offer, or of those in a file");
  AddServerFlags(*record, flags->server)->required();
  const auto field = [&](const char* flag, const char* name, const char* type,
                         const char* help) {
    record
        ->add_option_function<std::string>(
            flag,
            [flags, name](const std::string& text) {
              flags->fields.emplace_back(name, text);
            },
            help)
        ->type_name(type);
  };
  field("--decision", "decision_id", "ID", "the decision's id");
  field("--offer", "offer_id", "ID", "the offer that it chose");
  field("--outcome", "outcome", "NAME",
        "presented, not_presented, clicked, accepted, declined, deferred, "
        "redeemed, revenue or ignored");
  field("--at", "occurred_at", "TIME", "when, RFC 3339; now unless given");
  field("--revenue", "revenue", "AMOUNT",
        "with the outcome revenue: how much, such as 12.50");
  field("--currency", "currency", "UNIT", "of the revenue, such as EUR");
  field("--outcome-id", "outcome_id", "NAME",
        "tells two reports of revenue apart");
  record
      ->add_option("--file", flags->file,
                   "outcomes to record: .csv with a header, or .ndjson; "
                   "decision_id, offer_id, outcome, and as needed "
                   "occurred_at, revenue, currency, outcome_id")
      ->type_name("FILE");
  AddOutputFlag(*record, flags->output);
  record->callback([flags, &console, &chosen] {
    chosen.run = [flags, &console] { return Run(*flags, console); };
  });
}

}  // namespace stratagem::cli
