#include "clients/cli/customer_file.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "clients/cli/display_text.h"
#include "engine/base/display_width.h"
#include "engine/base/status_macros.h"
#include "engine/base/suggestion.h"
#include "engine/value/json.h"

namespace stratagem::cli {
namespace {

bool IsConstant(const CustomerFileOptions& options, absl::string_view name) {
  return std::any_of(
      options.constants.begin(), options.constants.end(),
      [&](const NamedValue& constant) { return constant.name == name; });
}

// `name` as it would be without capitals and separators: "Recency Days" and
// "recency_days" are the same.
std::string Folded(absl::string_view name) {
  std::string folded;
  for (const char c : name) {
    if (c != '_' && c != '-' && c != ' ' && c != '.') {
      folded.push_back(absl::ascii_tolower(static_cast<unsigned char>(c)));
    }
  }
  return folded;
}

// Returns that of `names` which `name` seems to mean, or "".
std::string Meant(absl::string_view name,
                  const std::vector<std::string>& names) {
  const std::string folded = Folded(name);
  for (const std::string& candidate : names) {
    if (Folded(candidate) == folded) return candidate;
  }
  return Nearest(name, names);
}

}  // namespace

CustomerFile::CustomerFile(std::istream& input, const Schema& attributes,
                           CustomerFileOptions options)
    : reader_(input, CsvOptions{.delimiter = options.delimiter}),
      attributes_(attributes),
      options_(std::move(options)) {}

absl::Status CustomerFile::Open() {
  STRATAGEM_RETURN_IF_ERROR(ReadHeader());
  STRATAGEM_RETURN_IF_ERROR(CheckDelimiter());
  STRATAGEM_RETURN_IF_ERROR(
      FindColumn("the customers' ids", options_.id_column, id_column_));
  STRATAGEM_RETURN_IF_ERROR(BindMapped());
  BindByName();
  return options_.whole ? CheckRequired() : absl::OkStatus();
}

absl::Status CustomerFile::ReadHeader() {
  switch (reader_.Next()) {
    case CsvRead::kRow:
      break;
    case CsvRead::kEnd:
      return absl::InvalidArgumentError(absl::StrCat(
          options_.name, ": the file is empty; expected a header line"));
    case CsvRead::kMalformed:
      return absl::InvalidArgumentError(
          absl::StrCat(options_.name, ":", reader_.error().line, ":",
                       reader_.error().column, ": ", reader_.error().message));
    case CsvRead::kFailed:
      return absl::UnavailableError(
          absl::StrCat(options_.name, ": ", reader_.error().message));
  }
  for (const CsvCell& cell : reader_.row()) {
    header_.push_back(std::string(absl::StripAsciiWhitespace(cell.text)));
    if (std::count(header_.begin(), header_.end(), header_.back()) > 1) {
      return absl::InvalidArgumentError(
          absl::StrCat(options_.name, ":", cell.line, ":", cell.column,
                       ": two columns are called `", header_.back(), "`"));
    }
  }
  return absl::OkStatus();
}

// A header of one cell that holds another delimiter was divided by that one.
absl::Status CustomerFile::CheckDelimiter() const {
  if (header_.size() != 1 || header_[0] == options_.id_column) {
    return absl::OkStatus();
  }
  for (const auto& [delimiter, flag] :
       {std::pair{';', "';'"}, {'\t', "tab"}, {'|', "'|'"}, {',', "','"}}) {
    if (!absl::StrContains(header_[0], delimiter)) continue;
    return absl::InvalidArgumentError(
        absl::StrCat(options_.name, " has one column, `", header_[0],
                     "`; add `--delimiter ", flag, "`"));
  }
  return absl::OkStatus();
}

absl::Status CustomerFile::FindColumn(absl::string_view what,
                                      const std::string& name,
                                      size_t& column) const {
  const auto found = std::find(header_.begin(), header_.end(), name);
  if (found == header_.end()) {
    return absl::InvalidArgumentError(
        absl::StrCat(options_.name, " has no column `", name, "` for ", what,
                     "; ", SuggestionHint(name, header_)));
  }
  column = static_cast<size_t>(found - header_.begin());
  return absl::OkStatus();
}

absl::Status CustomerFile::BindMapped() {
  for (const auto& [attribute, column_name] : options_.map) {
    const int field = attributes_.Find(attribute);
    if (field < 0) {
      return absl::InvalidArgumentError(
          absl::StrCat("the pack has no attribute `", attribute, "`; ",
                       SuggestionHint(attribute, attributes_.names())));
    }
    if (IsConstant(options_, attribute)) {
      return absl::InvalidArgumentError(
          absl::StrCat("attribute `", attribute,
                       "` is both mapped to a column and set for all"));
    }
    Binding binding{static_cast<size_t>(field), 0};
    STRATAGEM_RETURN_IF_ERROR(
        FindColumn(absl::StrCat("attribute `", attribute, "`"), column_name,
                   binding.column));
    for (const Binding& earlier : bindings_) {
      if (earlier.field == binding.field) {
        return absl::InvalidArgumentError(
            absl::StrCat("attribute `", attribute, "` is mapped twice"));
      }
    }
    bindings_.push_back(binding);
  }
  return absl::OkStatus();
}

void CustomerFile::BindByName() {
  for (size_t field = 0; field < attributes_.fields().size(); ++field) {
    const std::string& name = attributes_.fields()[field].name;
    const auto column = std::find(header_.begin(), header_.end(), name);
    if (column == header_.end() || IsConstant(options_, name) ||
        IsBound(field)) {
      continue;
    }
    bindings_.push_back({field, static_cast<size_t>(column - header_.begin())});
  }
}

bool CustomerFile::IsBound(size_t field) const {
  return std::any_of(bindings_.begin(), bindings_.end(),
                     [&](const Binding& b) { return b.field == field; });
}

absl::Status CustomerFile::CheckRequired() const {
  for (size_t field = 0; field < attributes_.fields().size(); ++field) {
    const Field& declared = attributes_.fields()[field];
    if (declared.optional || declared.default_value.has_value() ||
        IsConstant(options_, declared.name) || IsBound(field)) {
      continue;
    }
    const std::string meant = Meant(declared.name, unused_columns());
    return absl::InvalidArgumentError(absl::StrCat(
        options_.name, " has no column for attribute `", declared.name,
        "`, which the pack requires; add `--map ", declared.name, "=",
        meant.empty() ? "COLUMN" : ShellWord(meant), "` or `--set ",
        declared.name, "=VALUE`"));
  }
  return absl::OkStatus();
}

bool CustomerFile::IsBlankRow() const {
  const std::vector<CsvCell>& row = reader_.row();
  return std::all_of(row.begin(), row.end(), [](const CsvCell& cell) {
    return absl::StripAsciiWhitespace(cell.text).empty();
  });
}

CustomerRead CustomerFile::Read(Arena& arena, Customer& customer) {
  problems_.clear();
  customer.attributes.clear();
  customer.cells.clear();
  CsvRead read = reader_.Next();
  while (read == CsvRead::kRow && IsBlankRow()) {
    ++blank_rows_;
    read = reader_.Next();
  }
  if (read == CsvRead::kEnd) return CustomerRead::kEnd;
  if (read == CsvRead::kMalformed || read == CsvRead::kFailed) {
    const CsvError& error = reader_.error();
    problems_.push_back({{error.line, error.column}, "", error.message});
    return read == CsvRead::kMalformed ? CustomerRead::kBadRow
                                       : CustomerRead::kFailed;
  }
  ReadCells(arena, customer);
  return problems_.empty() ? CustomerRead::kCustomer : CustomerRead::kBadRow;
}

void CustomerFile::ReadCells(Arena& arena, Customer& customer) {
  const std::vector<CsvCell>& row = reader_.row();
  customer.place = {row.front().line, row.front().column};
  if (row.size() != header_.size()) {
    problems_.push_back({customer.place, "",
                         absl::StrCat("the row has ", row.size(),
                                      " cells, the header ", header_.size())});
    return;
  }
  const CsvCell& id = row[id_column_];
  customer.id = arena.CopyString(absl::StripAsciiWhitespace(id.text));
  if (customer.id.empty()) {
    problems_.push_back({{id.line, id.column},
                         header_[id_column_],
                         "the cell is blank; a customer needs an id"});
  }
  customer.attributes = options_.constants;
  for (const Binding& binding : bindings_) {
    const CsvCell& cell = row[binding.column];
    const Field& field = attributes_.fields()[binding.field];
    customer.cells.push_back({cell.line, cell.column});
    const absl::string_view text = absl::StripAsciiWhitespace(cell.text);
    if (text.empty()) continue;
    const bool verbatim = field.type.kind == ValueKind::kString;
    absl::StatusOr<Value> value = ReadText(
        verbatim ? cell.text : text, field.type, arena, &options_.timezone);
    if (value.ok()) {
      customer.attributes.push_back({field.name, *value});
    } else {
      problems_.push_back({customer.cells.back(), header_[binding.column],
                           std::string(value.status().message())});
    }
  }
}

RowProblem CustomerFile::ProblemAt(const Customer& customer,
                                   absl::string_view field,
                                   std::string description) const {
  absl::string_view name = field;
  if (absl::ConsumePrefix(&name, "attributes.")) {
    for (size_t i = 0; i < bindings_.size(); ++i) {
      if (attributes_.fields()[bindings_[i].field].name == name) {
        return {customer.cells[i], header_[bindings_[i].column],
                std::move(description)};
      }
    }
  }
  return {customer.place, "", absl::StrCat(field, ": ", description)};
}

std::string CustomerFile::Describe(const RowProblem& problem) const {
  return Printable(absl::StrCat(
      options_.name, ":", problem.place.line, ":", problem.place.column, ": ",
      problem.column.empty() ? ""
                             : absl::StrCat("column `", problem.column, "`: "),
      problem.description));
}

std::vector<std::string> CustomerFile::unused_columns() const {
  std::vector<std::string> unused;
  for (size_t column = 0; column < header_.size(); ++column) {
    if (column != id_column_ &&
        std::none_of(bindings_.begin(), bindings_.end(),
                     [&](const Binding& b) { return b.column == column; })) {
      unused.push_back(header_[column]);
    }
  }
  return unused;
}

std::vector<std::pair<std::string, std::string>>
CustomerFile::misspelt_columns() const {
  std::vector<std::string> missing;
  for (size_t field = 0; field < attributes_.fields().size(); ++field) {
    const std::string& name = attributes_.fields()[field].name;
    if (!IsBound(field) && !IsConstant(options_, name)) missing.push_back(name);
  }
  std::vector<std::pair<std::string, std::string>> misspelt;
  for (const std::string& column : unused_columns()) {
    const std::string meant = Meant(column, missing);
    if (!meant.empty()) misspelt.emplace_back(column, meant);
  }
  return misspelt;
}

}  // namespace stratagem::cli
