#include "clients/cli/customer_import.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <system_error>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/hash/hash.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "clients/cli/customer_file.h"
#include "clients/cli/customer_lines.h"
#include "clients/cli/decider.h"
#include "clients/cli/display_text.h"
#include "clients/cli/input_file.h"
#include "clients/cli/interrupt.h"
#include "clients/cli/progress.h"
#include "clients/cli/value_view.h"
#include "engine/base/display_width.h"

namespace stratagem::cli {
namespace {

// LIMIT: items and bytes of one message, below what a server takes. It stores
// a message at a time.
constexpr int kPartItems = 500;
constexpr size_t kPartBytes = 1u << 20;
// LIMIT: bad lines that are printed; the rest are counted.
constexpr uint64_t kProblemsMax = 100;
// LIMIT: customers of whom it is remembered that the file had them.
constexpr size_t kLinesKept = 2'000'000;

uint64_t SizeOf(const std::string& path) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  return error ? 0 : static_cast<uint64_t>(size);
}

bool IsNdjson(const ImportFlags& flags) {
  if (flags.format != "auto") return flags.format == "ndjson";
  return absl::EndsWith(flags.file, ".ndjson") ||
         absl::EndsWith(flags.file, ".jsonl");
}

std::string NameOf(const ImportFlags& flags) {
  return flags.file == "-" ? "standard input" : flags.file;
}

// Rows is CustomerFile or CustomerLines.
template <typename Rows>
class ImportRun {
 public:
  ImportRun(Rows& rows, const ImportFlags& flags, client::Client& client,
            const Console& console)
      : rows_(rows),
        flags_(flags),
        client_(client),
        console_(console),
        progress_(console, SizeOf(flags.file), !flags.quiet, "read") {}

  ExitCode Run() {
    const absl::StatusOr<v1::ImportProfilesResponse> sum =
        client_.ImportProfiles(
            [this](v1::ImportProfilesRequest& part) { return FillPart(part); });
    progress_.Clear();
    if (!sum.ok()) return Stop(sum.status());
    for (const v1::ImportProblem& problem : sum->problems()) {
      PrintProblem(problem);
    }
    PrintEnd(*sum);
    if (interrupt_.seen()) return Interrupted();
    if (failed_) return ExitCode::kEnvironment;
    return bad_rows_ + sum->refused() == 0 ? ExitCode::kOk : ExitCode::kRefused;
  }

 private:
  // False at the end of the file.
  bool FillPart(v1::ImportProfilesRequest& part) {
    arena_.Reset();
    size_t bytes = 0;
    while (part.items_size() < kPartItems && bytes < kPartBytes && !ended_) {
      if (interrupt_.seen()) {
        ended_ = true;
        break;
      }
      switch (rows_.Read(arena_, customer_)) {
        case CustomerRead::kCustomer:
          AddItem(*part.add_items());
          bytes += part.items().rbegin()->ByteSizeLong();
          break;
        case CustomerRead::kBadRow:
          ++bad_rows_;
          ReportRow();
          break;
        case CustomerRead::kFailed:
          failed_ = true;
          ReportRow();
          ended_ = true;
          break;
        case CustomerRead::kEnd:
          ended_ = true;
          break;
      }
    }
    sent_ += static_cast<uint64_t>(part.items_size());
    progress_.Update(rows_.bytes_read(), sent_, bad_rows_);
    return part.items_size() > 0;
  }

  // Customers that a file has twice are stored twice, the later line over the
  // earlier one, which is seldom meant.
  void NoteIfRepeated() {
    const int64_t line = customer_.place.line;
    const size_t key = absl::HashOf(customer_.id);
    const auto known = lines_.find(key);
    if (known == lines_.end()) {
      if (lines_.size() < kLinesKept) lines_.emplace(key, line);
      return;
    }
    const int64_t before = std::exchange(known->second, line);
    if (++printed_ > kProblemsMax) return;
    progress_.Clear();
    console_.err << Printable(
                        absl::StrCat(NameOf(flags_), ":", line, ": note: `",
                                     customer_.id, "` was in line ", before,
                                     " already; this line is stored over it"))
                 << "\n";
  }

  void AddItem(v1::ImportItem& item) {
    NoteIfRepeated();
    item.set_line(static_cast<uint64_t>(customer_.place.line));
    v1::ProfileUpdate& update = *item.mutable_update();
    update.set_customer_id(std::string(customer_.id));
    update.set_replace(flags_.replace);
    for (const NamedValue& attribute : customer_.attributes) {
      v1::NamedValue& named = *update.add_attributes();
      named.set_name(std::string(attribute.name));
      *named.mutable_value() = ToProto(attribute.value);
    }
  }

  void ReportRow() {
    for (const RowProblem& problem : rows_.problems()) {
      if (++printed_ > kProblemsMax) return;
      progress_.Clear();
      console_.err << rows_.Describe(problem) << "\n";
    }
  }

  void PrintProblem(const v1::ImportProblem& problem) {
    if (++printed_ > kProblemsMax) return;
    console_.err << Printable(absl::StrCat(
                        NameOf(flags_), ":", problem.line(), ": ",
                        problem.reason().empty() ? "warning: " : "",
                        problem.field(), problem.field().empty() ? "" : ": ",
                        problem.description()))
                 << "\n";
  }

  ExitCode Interrupted() {
    console_.Note(absl::StrCat(
        NameOf(flags_), ": read up to line ", customer_.place.line,
        "; run the same command again: what is there already does not change"));
    return ExitCode::kInterrupted;
  }

  // The server did not take all of it.
  ExitCode Stop(const absl::Status& status) {
    const ExitCode code = ReportFailure(status, console_);
    console_.Note(
        "what was sent before is stored; run the same command again: what is "
        "there already does not change");
    return code;
  }

  void PrintEnd(const v1::ImportProfilesResponse& sum) {
    const uint64_t told = static_cast<uint64_t>(sum.problems_size());
    const uint64_t untold = sum.refused() + sum.warned() > told
                                ? sum.refused() + sum.warned() - told
                                : 0;
    const uint64_t unprinted =
        untold + (printed_ > kProblemsMax ? printed_ - kProblemsMax : 0);
    if (unprinted > 0) {
      console_.Note(
          absl::StrCat("and ", WithThousands(unprinted), " more like these"));
    }
    const uint64_t bad = bad_rows_ + sum.refused();
    console_.out << WithThousands(sum.stored()) << " stored";
    if (sum.warned() > 0) {
      console_.out << " (" << WithThousands(sum.warned()) << " with warnings)";
    }
    console_.out << ", "
                 << console_.PaintOut(
                        bad == 0 ? Style::kPlain : Style::kError,
                        absl::StrCat(WithThousands(bad), " refused"))
                 << "\n";
  }

  Rows& rows_;
  const ImportFlags& flags_;
  client::Client& client_;
  const Console& console_;
  Progress progress_;
  const Interrupt interrupt_{
      "\ninterrupted: what was read is stored, then it ends; once more ends it "
      "at once\n"};
  Arena arena_;
  Customer customer_;
  // By the hash of a customer's id: where it was last.
  absl::flat_hash_map<size_t, int64_t> lines_;
  bool ended_ = false;
  bool failed_ = false;  // The file could not be read to its end.
  uint64_t sent_ = 0;
  uint64_t bad_rows_ = 0;
  uint64_t printed_ = 0;
};

absl::Status ReadOptions(const ImportFlags& flags, const DeciderSchema& schema,
                         CustomerFileOptions& options) {
  options.name = NameOf(flags);
  options.id_column = flags.id_column;
  options.whole = false;
  options.timezone = schema.timezone;
  options.delimiter = flags.delimiter == "tab" ? '\t' : flags.delimiter[0];
  for (const std::string& text : flags.map) {
    for (const absl::string_view part : absl::StrSplit(text, ',')) {
      const std::vector<std::string> sides =
          absl::StrSplit(part, absl::MaxSplits('=', 1));
      if (sides.size() != 2 || sides[0].empty() || sides[1].empty()) {
        return absl::InvalidArgumentError(absl::StrCat(
            "`--map ", part, "` is not of the form `attribute=column`"));
      }
      options.map.emplace_back(sides[0], sides[1]);
    }
  }
  return absl::OkStatus();
}

ExitCode ImportCsv(const ImportFlags& flags, std::istream& input,
                   const DeciderSchema& schema, client::Client& client,
                   const Console& console) {
  CustomerFileOptions options;
  absl::Status status = ReadOptions(flags, schema, options);
  if (!status.ok()) {
    console.Error(status.message());
    return ExitCode::kUsage;
  }
  CustomerFile file(input, schema.attributes, std::move(options));
  status = file.Open();
  if (!status.ok()) {
    console.Error(status.message());
    return absl::IsUnavailable(status) ? ExitCode::kEnvironment
                                       : ExitCode::kUsage;
  }
  if (!flags.quiet) {
    const std::vector<std::string> unused = file.unused_columns();
    if (!unused.empty()) {
      console.Note(absl::StrCat(Counted(unused.size(), "column"),
                                " not used: ", absl::StrJoin(unused, ", ")));
    }
    for (const auto& [column, attribute] : file.misspelt_columns()) {
      console.Note(absl::StrCat("column `", column, "`: did you mean `",
                                attribute, "`? add `--map ", attribute, "=",
                                ShellWord(column), "`"));
    }
  }
  return ImportRun<CustomerFile>(file, flags, client, console).Run();
}

}  // namespace

ExitCode ImportCustomers(const ImportFlags& flags, const Console& console) {
  std::ifstream stream;
  if (flags.file != "-") {
    const absl::Status opened = OpenInput(flags.file, stream);
    if (!opened.ok()) {
      console.Error(opened.message());
      return ExitCode::kEnvironment;
    }
  }
  std::istream& input = flags.file == "-" ? console.in : stream;
  client::Client client(OptionsOf(flags.server));
  const absl::StatusOr<std::unique_ptr<Decider>> packs =
      NewServerDecider(client, {flags.pack, "", ""});
  if (!packs.ok()) return ReportFailure(packs.status(), console);
  const DeciderSchema& schema = (*packs)->schema();
  if (!IsNdjson(flags)) {
    return ImportCsv(flags, input, schema, client, console);
  }
  CustomerLines lines(input, schema.attributes, NameOf(flags), schema.timezone);
  return ImportRun<CustomerLines>(lines, flags, client, console).Run();
}

}  // namespace stratagem::cli
