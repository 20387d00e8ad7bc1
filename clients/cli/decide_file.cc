// Rows are read, decided and printed a batch at a time; a batch is also what a
// server gets in one call.

#include "clients/cli/decide_file.h"

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/hash/hash.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "clients/cli/customer_file.h"
#include "clients/cli/display_text.h"
#include "clients/cli/input_file.h"
#include "clients/cli/progress.h"
#include "clients/cli/spread.h"
#include "engine/base/display_width.h"

namespace stratagem::cli {
namespace {

constexpr size_t kBatchRows = 200;
// With full explanations, of which one may take a megabyte.
constexpr size_t kExplainedBatchRows = 10;
// LIMIT: ids that a repetition is looked for among; 9 bytes each.
constexpr size_t kIdsSeenMax = 1'000'000;

// Reads `--map a=b,c=d --map e=f`.
absl::Status ReadMap(const std::vector<std::string>& texts,
                     std::vector<std::pair<std::string, std::string>>& map) {
  for (const std::string& text : texts) {
    for (const absl::string_view part : absl::StrSplit(text, ',')) {
      const std::vector<std::string> sides =
          absl::StrSplit(part, absl::MaxSplits('=', 1));
      if (sides.size() != 2 || sides[0].empty() || sides[1].empty()) {
        return absl::InvalidArgumentError(absl::StrCat(
            "`--map ", part, "` is not of the form `attribute=column`"));
      }
      map.emplace_back(sides[0], sides[1]);
    }
  }
  return absl::OkStatus();
}

// A row that has problems is not asked about.
struct Row {
  Customer customer;
  std::vector<RowProblem> problems;
};

class FileRun {
 public:
  FileRun(CustomerFile& file, const DecideFlags& flags,
          const QuestionFrame& frame, Decider& decider, const Console& console,
          uint64_t bytes_total)
      : file_(file),
        flags_(flags),
        frame_(frame),
        decider_(decider),
        console_(console),
        batch_rows_(frame.explain == Explain::kFull ? kExplainedBatchRows
                                                    : kBatchRows),
        spread_(decider.schema().tiers, decider.schema().stages),
        progress_(console, bytes_total, ShowsProgress(flags, console)) {
    if (!flags.summary) {
      printer_ = NewDecisionPrinter(flags.output, Listing::kAnswers, console);
    }
  }

  ExitCode Run() {
    CustomerRead read = CustomerRead::kCustomer;
    absl::Status status;
    while (status.ok() && read != CustomerRead::kEnd &&
           read != CustomerRead::kFailed) {
      read = ReadBatch();
      status = DecideBatch();
      progress_.Update(file_.bytes_read(), spread_.decided(), spread_.failed());
    }
    progress_.Clear();
    if (read == CustomerRead::kFailed) ReportRow(file_.problems());
    PrintEnd(status.ok());
    if (!status.ok()) return ReportFailure(status, console_);
    if (read == CustomerRead::kFailed) return ExitCode::kEnvironment;
    return spread_.failed() == 0 ? ExitCode::kOk : ExitCode::kRefused;
  }

 private:
  // Lines on the same terminal would tear the bar apart.
  static bool ShowsProgress(const DecideFlags& flags, const Console& console) {
    return !flags.quiet && (flags.summary || !console.out_is_terminal);
  }

  void ReportRow(const std::vector<RowProblem>& problems) {
    progress_.Clear();
    for (const RowProblem& problem : problems) {
      console_.err << file_.Describe(problem) << "\n";
    }
  }

  // A customer who stands in the file twice is decided twice.
  void NoteId(const Customer& customer) {
    const size_t hash = absl::HashOf(customer.id);
    if (seen_ids_.contains(hash)) {
      if (repeated_ids_++ > 0) return;
      first_repeated_ =
          absl::StrCat("`", customer.id, "` in line ", customer.place.line);
    } else if (seen_ids_.size() < kIdsSeenMax) {
      seen_ids_.insert(hash);
    }
  }

  CustomerRead ReadBatch() {
    arena_.Reset();
    batch_size_ = 0;
    while (batch_size_ < batch_rows_) {
      if (batch_.size() == batch_size_) batch_.emplace_back();
      Row& row = batch_[batch_size_];
      const CustomerRead read = file_.Read(arena_, row.customer);
      if (read == CustomerRead::kEnd || read == CustomerRead::kFailed) {
        return read;
      }
      row.problems = file_.problems();
      if (!row.customer.id.empty()) NoteId(row.customer);
      ++batch_size_;
    }
    return CustomerRead::kCustomer;
  }

  absl::Status DecideBatch() {
    std::vector<Question> questions;
    for (size_t i = 0; i < batch_size_; ++i) {
      const Row& row = batch_[i];
      if (row.problems.empty()) {
        questions.push_back({row.customer.id, row.customer.attributes});
      }
    }
    std::vector<Answer> answers;
    if (!questions.empty()) {
      absl::StatusOr<std::vector<Answer>> decided =
          decider_.DecideAll(frame_, questions);
      if (!decided.ok()) return decided.status();
      answers = *std::move(decided);
    }
    // Row by row, so that complaints stand in the order of the file, too.
    absl::Status status;
    size_t answer = 0;
    for (size_t i = 0; i < batch_size_; ++i) {
      Row& row = batch_[i];
      if (row.problems.empty()) {
        status.Update(TakeAnswer(answers[answer++], row));
      }
      if (row.problems.empty()) continue;
      spread_.AddFailure();
      ReportRow(row.problems);
    }
    return status;
  }

  // Prints a decision, or puts down what the decider complains about.
  // Errors: the fault is not the row's, and the next row would meet it, too.
  absl::Status TakeAnswer(const Answer& answer, Row& row) {
    if (answer.decision.has_value()) {
      spread_.Add(*answer.decision);
      if (printer_ != nullptr) printer_->Add(*answer.decision);
      return absl::OkStatus();
    }
    for (const FieldProblem& field : answer.refusal.fields) {
      row.problems.push_back(
          file_.ProblemAt(row.customer, field.field, field.description));
    }
    if (row.problems.empty()) {
      row.problems.push_back({row.customer.place, "",
                              std::string(answer.refusal.status.message())});
    }
    return ExitCodeFor(answer.refusal.status) == ExitCode::kEnvironment
               ? answer.refusal.status
               : absl::OkStatus();
  }

  void PrintEnd(bool complete) {
    if (printer_ != nullptr) {
      printer_->Finish();
    } else if (flags_.output == Output::kTable) {
      spread_.Print(console_);
    } else {
      JsonWriter json(console_.out, flags_.output == Output::kJson
                                        ? JsonWriter::Layout::kIndented
                                        : JsonWriter::Layout::kOneLine);
      spread_.Write(json);
      console_.out << "\n";
    }
    console_.out.flush();
    if (flags_.quiet) return;
    if (repeated_ids_ > 0) {
      console_.Note(absl::StrCat(
          Counted(repeated_ids_, "row"), " of customers met before, first ",
          Printable(first_repeated_), "; each row is decided"));
    }
    console_.err << WithThousands(spread_.decided()) << " decided, "
                 << console_.PaintErr(
                        spread_.failed() == 0 ? Style::kPlain : Style::kError,
                        absl::StrCat(WithThousands(spread_.failed()),
                                     " failed"))
                 << DegradedText() << BlankText()
                 << (complete ? "" : ", then stopped") << "\n";
  }

  std::string DegradedText() const {
    if (spread_.degraded() == 0) return "";
    return absl::StrCat(
        ", ", console_.PaintErr(Style::kWarning,
                                absl::StrCat(WithThousands(spread_.degraded()),
                                             " degraded")));
  }

  std::string BlankText() const {
    if (file_.blank_rows() == 0) return "";
    return absl::StrCat(", ", Counted(file_.blank_rows(), "blank row"),
                        " skipped");
  }

  CustomerFile& file_;
  const DecideFlags& flags_;
  const QuestionFrame& frame_;
  Decider& decider_;
  const Console& console_;
  const size_t batch_rows_;
  Spread spread_;
  Progress progress_;
  std::unique_ptr<DecisionPrinter> printer_;
  Arena arena_;
  std::vector<Row> batch_;  // The first batch_size_ are in use.
  size_t batch_size_ = 0;
  absl::flat_hash_set<size_t> seen_ids_;  // Hashes of the first kIdsSeenMax.
  uint64_t repeated_ids_ = 0;
  std::string first_repeated_;
};

// Returns the delimiter's character, or '\0' when `text` names none.
char DelimiterOf(const std::string& text) {
  if (text == "tab" || text == "\\t") return '\t';
  const bool usable = text.size() == 1 && text[0] > 0 && text[0] != '"' &&
                      text[0] != '\n' && text[0] != '\r';
  return usable ? text[0] : '\0';
}

// Whether the file begins as a zip archive does, which an .xlsx is.
bool IsWorkbook(const std::string& path) {
  std::error_code error;
  // Of a pipe the bytes would be gone.
  if (!std::filesystem::is_regular_file(path, error)) return false;
  constexpr absl::string_view kZip = "PK\x03\x04";
  std::string begin(kZip.size(), '\0');
  std::ifstream(path, std::ios::binary)
      .read(begin.data(), static_cast<std::streamsize>(begin.size()));
  return begin == kZip;
}

uint64_t SizeOf(const std::string& path) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  return error ? 0 : static_cast<uint64_t>(size);
}

}  // namespace

ExitCode DecideFile(const DecideFlags& flags, const QuestionFrame& frame,
                    std::vector<NamedValue> constants, Decider& decider,
                    const Console& console) {
  CustomerFileOptions options;
  options.name = flags.csv == "-" ? "standard input" : flags.csv;
  options.id_column = flags.id_column;
  options.constants = std::move(constants);
  options.timezone = decider.schema().timezone;
  options.delimiter = DelimiterOf(flags.delimiter);
  if (options.delimiter == '\0') {
    console.Error(absl::StrCat("`", flags.delimiter,
                               "` is not a delimiter; expected one character "
                               "or `tab`"));
    return ExitCode::kUsage;
  }
  if (const absl::Status map = ReadMap(flags.map, options.map); !map.ok()) {
    console.Error(map.message());
    return ExitCode::kUsage;
  }
  std::ifstream stream;
  if (flags.csv != "-") {
    if (const absl::Status status = OpenInput(flags.csv, stream);
        !status.ok()) {
      console.Error(status.message());
      return ExitCode::kEnvironment;
    }
    if (IsWorkbook(flags.csv)) {
      console.Error(
          absl::StrCat(flags.csv, " is a workbook or an archive, not CSV"),
          "save it as CSV (UTF-8) first");
      return ExitCode::kUsage;
    }
  }
  CustomerFile file(flags.csv == "-" ? console.in : stream,
                    decider.schema().attributes, std::move(options));
  if (const absl::Status open = file.Open(); !open.ok()) {
    console.Error(open.message());
    return open.code() == absl::StatusCode::kUnavailable
               ? ExitCode::kEnvironment
               : ExitCode::kUsage;
  }
  if (const auto unused = file.unused_columns();
      !unused.empty() && !flags.quiet) {
    console.Note(absl::StrCat(Counted(unused.size(), "column"),
                              " not used: ", absl::StrJoin(unused, ", ")));
  }
  if (!flags.quiet) {
    for (const auto& [column, attribute] : file.misspelt_columns()) {
      console.Note(absl::StrCat("column `", column, "`: did you mean `",
                                attribute, "`? add `--map ", attribute, "=",
                                ShellWord(column), "`"));
    }
  }
  return FileRun(file, flags, frame, decider, console, SizeOf(flags.csv)).Run();
}

}  // namespace stratagem::cli
