#include "clients/cli/outcome_file.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "clients/cli/input_file.h"
#include "clients/cli/line_reader.h"
#include "clients/cli/outcome_report.h"
#include "engine/base/arena.h"
#include "engine/base/status_macros.h"
#include "engine/value/csv.h"
#include "engine/value/json.h"
#include "engine/value/schema.h"

namespace stratagem::cli {
namespace {

// LIMIT: bytes of one line of NDJSON.
constexpr size_t kLineBytesMax = 64u << 10;

absl::Status AtField(absl::string_view name, const absl::Status& status) {
  return absl::InvalidArgumentError(
      absl::StrCat("`", name, "`: ", status.message()));
}

class NdjsonFile final : public OutcomeFile {
 public:
  absl::Status Open(const std::string& path) {
    return OpenInput(path, stream_);
  }

  bool Next(OutcomeRow& row) override {
    while (line_.Next()) {
      if (absl::StripAsciiWhitespace(line_.text()).empty()) continue;
      row = {.line = line_.number(), .report = {}, .status = {}};
      row.status = Read(row.report);
      return true;
    }
    return false;
  }

 private:
  absl::Status Read(v1::OutcomeReport& report) {
    STRATAGEM_RETURN_IF_ERROR(line_.CheckSize());
    Arena arena;
    STRATAGEM_ASSIGN_OR_RETURN(const std::vector<NamedValue> members,
                               ReadJsonObject(line_.text(), Schema(), arena));
    for (const NamedValue& member : members) {
      if (member.value.is(ValueKind::kNull)) continue;
      // Numbers as they are written: 12.5.
      const std::string text = member.value.is(ValueKind::kString)
                                   ? std::string(member.value.text())
                                   : ToJson(member.value);
      const absl::Status set = SetOutcomeField(member.name, text, report);
      if (!set.ok()) return AtField(member.name, set);
    }
    return CheckComplete(report);
  }

  std::ifstream stream_;
  LineReader line_{stream_, kLineBytesMax};
};

class CsvOutcomes final : public OutcomeFile {
 public:
  absl::Status Open(const std::string& path) {
    STRATAGEM_RETURN_IF_ERROR(OpenInput(path, stream_));
    const CsvRead read = reader_.Next();
    if (read != CsvRead::kRow) {
      return absl::InvalidArgumentError(
          absl::StrCat(path, ": ",
                       read == CsvRead::kEnd ? "empty, without a header"
                                             : reader_.error().message));
    }
    const std::vector<std::string>& names = OutcomeFieldNames();
    for (const CsvCell& cell : reader_.row()) {
      columns_.emplace_back(cell.text);
      if (std::find(names.begin(), names.end(), columns_.back()) ==
          names.end()) {
        return absl::InvalidArgumentError(
            absl::StrCat(path, ":", cell.line, ":", cell.column, ": column `",
                         cell.text, "` is no field of outcomes; they have ",
                         absl::StrJoin(names, ", ")));
      }
    }
    for (const char* const needed : {"decision_id", "offer_id", "outcome"}) {
      if (std::find(columns_.begin(), columns_.end(), needed) ==
          columns_.end()) {
        return absl::InvalidArgumentError(
            absl::StrCat(path, ": has no column `", needed, "`"));
      }
    }
    return absl::OkStatus();
  }

  bool Next(OutcomeRow& row) override {
    const CsvRead read = ended_ ? CsvRead::kEnd : reader_.Next();
    if (read == CsvRead::kEnd) return false;
    row = {};
    if (read == CsvRead::kRow) {
      row.line = reader_.row().front().line;
      row.status = Read(row.report);
    } else {
      ended_ = read == CsvRead::kFailed;
      row.line = reader_.error().line;
      row.status = absl::InvalidArgumentError(reader_.error().message);
    }
    return true;
  }

 private:
  absl::Status Read(v1::OutcomeReport& report) const {
    const std::vector<CsvCell>& cells = reader_.row();
    if (cells.size() != columns_.size()) {
      return absl::InvalidArgumentError(absl::StrCat(
          cells.size(), " cells, the header has ", columns_.size()));
    }
    for (size_t i = 0; i < cells.size(); ++i) {
      const absl::Status set =
          SetOutcomeField(columns_[i], cells[i].text, report);
      if (!set.ok()) return AtField(columns_[i], set);
    }
    return CheckComplete(report);
  }

  std::ifstream stream_;
  CsvReader reader_{stream_};
  std::vector<std::string> columns_;
  bool ended_ = false;
};

template <typename File>
absl::StatusOr<std::unique_ptr<OutcomeFile>> OpenAs(const std::string& path) {
  auto file = std::make_unique<File>();
  STRATAGEM_RETURN_IF_ERROR(file->Open(path));
  return file;
}

}  // namespace

absl::StatusOr<std::unique_ptr<OutcomeFile>> OutcomeFile::Open(
    const std::string& path) {
  if (absl::EndsWithIgnoreCase(path, ".csv")) return OpenAs<CsvOutcomes>(path);
  if (absl::EndsWithIgnoreCase(path, ".ndjson") ||
      absl::EndsWithIgnoreCase(path, ".jsonl")) {
    return OpenAs<NdjsonFile>(path);
  }
  return absl::InvalidArgumentError(
      absl::StrCat("`", path, "` is neither .csv nor .ndjson nor .jsonl"));
}

}  // namespace stratagem::cli
