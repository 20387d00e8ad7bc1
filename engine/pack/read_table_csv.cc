// Rows of a decision table that live in a spreadsheet. A mistake is reported at
// the line and column of the file where its author looks for it.

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "engine/pack/literal.h"
#include "engine/pack/pack_folder.h"
#include "engine/pack/table_cell.h"
#include "engine/pack/table_reader.h"
#include "engine/pack/yaml_scalar.h"
#include "engine/value/csv.h"

namespace stratagem::pack {
namespace {

// What a column of the file holds: an input or, from `inputs` on, a field.
constexpr size_t kUnknownColumn = static_cast<size_t>(-1);

bool IsBlank(const CsvCell& cell) {
  return absl::StripAsciiWhitespace(cell.text).empty();
}

// How many of `cells` stand before those at the end that are blank.
size_t CountToLastFilled(const std::vector<CsvCell>& cells) {
  size_t count = cells.size();
  while (count > 0 && IsBlank(cells[count - 1])) --count;
  return count;
}

// Whether `text` is rather meant to be computed: it has a name and an operator
// or a call. A lone `/` and `-` are of "n/a" and of dates too.
bool LooksLikeExpression(absl::string_view text) {
  const auto is_word = [](char c) {
    return c == '_' || absl::ascii_isalnum(static_cast<unsigned char>(c));
  };
  bool has_name = false;
  bool has_operator = absl::StrContains(text, " / ") ||
                      absl::StrContains(text, " - ") ||
                      absl::StrContains(text, " ? ");
  for (size_t i = 0; i < text.size(); ++i) {
    has_name |= absl::ascii_isalpha(static_cast<unsigned char>(text[i]));
    const bool follows_word = i > 0 && is_word(text[i - 1]);
    has_operator |= text[i] == '*' || (text[i] == '+' && i > 0) ||
                    (text[i] == '(' && follows_word);
  }
  return has_name && has_operator;
}

// What to write in place of a value that `field` does not take.
std::string LiteralHint(absl::string_view text, const Field& field) {
  const bool is_text = field.type.kind == ValueKind::kString;
  if (text.empty()) return is_text ? "for no text write {cel: \"''\"}" : "";
  constexpr size_t kShownBytesMax = 60;
  if (!LooksLikeExpression(text)) return "";
  const bool fits = text.size() <= kShownBytesMax &&
                    text.find_first_of("\"\n\r") == absl::string_view::npos;
  return absl::StrCat("to compute the value write `{cel: \"",
                      fits ? std::string(text) : "…", "\"}`");
}

class CsvTableReader {
 public:
  CsvTableReader(ReadContext& context, std::string path,
                 const std::string& bytes, const Schema& fields, Table& table)
      : context_(context),
        path_(std::move(path)),
        bytes_(bytes),
        fields_(fields),
        table_(table) {}

  void ReadAll() {
    std::istringstream input(bytes_);
    CsvReader reader(input);
    bool has_header = false;
    while (!context_.HasEnoughErrors()) {
      switch (reader.Next()) {
        case CsvRead::kRow:
          if (!has_header) {
            has_header = true;
            if (!ReadHeader(reader.row())) return;
          } else if (!ReadRow(reader.row())) {
            return;
          }
          break;
        case CsvRead::kMalformed:
          Report(reader.error());
          // Without a header the rows mean nothing.
          if (!has_header) return;
          break;
        case CsvRead::kFailed:
          Report(reader.error());
          return;
        case CsvRead::kEnd:
          if (!has_header) {
            Error("E280", {path_, 1, 1}, "the file has no header",
                  "name the inputs and the fields in the first line");
          }
          return;
      }
    }
  }

 private:
  void Error(absl::string_view code, const SourceLocation& location,
             std::string message, std::string hint = "") {
    context_.diagnostics.AddError(code, location, std::move(message),
                                  std::move(hint));
  }

  void Report(const CsvError& error) {
    Error("E279",
          {path_, static_cast<int>(error.line), static_cast<int>(error.column)},
          error.message);
  }

  SourceLocation LocationOf(const CsvCell& cell) const {
    return {path_, static_cast<int>(cell.line), static_cast<int>(cell.column)};
  }

  // False when a column is unknown, missing or there twice: the rows would be
  // read wrongly.
  bool ReadHeader(const std::vector<CsvCell>& header) {
    const size_t semicolon = header[0].text.find(';');
    if (header.size() == 1 && semicolon != absl::string_view::npos) {
      SourceLocation place = LocationOf(header[0]);
      place.column += static_cast<int>(semicolon);
      Error("E280", place, "found `;` between columns, expected `,`",
            "save the file with commas between its columns");
      return false;
    }
    std::vector<std::string> names;
    for (const TableInput& input : table_.inputs) {
      names.push_back(input.expression.source.text());
    }
    for (const std::string& name : fields_.names()) names.push_back(name);
    std::vector<bool> is_there(names.size());
    bool ok = true;
    header_cells_ = header.size();
    // Spreadsheets save the empty columns beside a table with it.
    const size_t named =
        std::max<size_t>(CountToLastFilled(header), header_cells_ > 0 ? 1 : 0);
    for (const CsvCell& cell : std::span(header).first(named)) {
      const absl::string_view name = absl::StripAsciiWhitespace(cell.text);
      const size_t column = FindColumn(names, name, is_there);
      columns_.push_back(column);
      if (column == kUnknownColumn && name.empty()) {
        ok = false;
        Error("E280", LocationOf(cell),
              absl::StrCat("column ", columns_.size(), " has no name"));
      } else if (column == kUnknownColumn) {
        ok = false;
        const bool is_known =
            std::find(names.begin(), names.end(), name) != names.end();
        Error("E280", LocationOf(cell),
              is_known ? absl::StrCat("column `", std::string(name),
                                      "` is there twice")
                       : absl::StrCat("column `", std::string(name),
                                      "` is neither an input nor a field"),
              is_known ? "" : HintAmong(name, names));
      } else {
        is_there[column] = true;
      }
    }
    for (size_t i = 0; i < names.size(); ++i) {
      if (is_there[i]) continue;
      ok = false;
      Error("E280", LocationOf(header[0]),
            absl::StrCat("the header has no column for the ",
                         i < table_.inputs.size() ? "input" : "field", " `",
                         names[i], "`"));
    }
    return ok;
  }

  // The first of that name that is not yet there: an input and a field may
  // share a name.
  static size_t FindColumn(const std::vector<std::string>& names,
                           absl::string_view name,
                           const std::vector<bool>& is_there) {
    for (size_t i = 0; i < names.size(); ++i) {
      if (names[i] == name && !is_there[i]) return i;
    }
    return kUnknownColumn;
  }

  // False when there is no room for more rows. A line of nothing but empty
  // cells, as spreadsheets save them below a table, is no row.
  bool ReadRow(const std::vector<CsvCell>& cells) {
    const size_t filled = CountToLastFilled(cells);
    if (filled == 0) return true;
    if (!HasRoomForRow(context_, LocationOf(cells[0]), table_)) return false;
    if (cells.size() != header_cells_) {
      Error("E281",
            LocationOf(cells[std::min(cells.size(), header_cells_ + 1) - 1]),
            absl::StrCat("the row has ", cells.size(),
                         " cells, the header has ", header_cells_),
            cells.size() > header_cells_
                ? "put a cell with a comma between quotes"
                : "");
      return true;
    }
    if (filled > columns_.size()) {
      Error("E281", LocationOf(cells[filled - 1]),
            absl::StrCat("the cell stands in column ", filled,
                         ", which has no name"),
            "name the column in the header, or empty its cells");
    }
    TableRow row;
    row.location = LocationOf(cells[0]);
    row.label = absl::StrCat(path_, ":", cells[0].line);
    row.when.resize(table_.inputs.size());
    row.out.resize(fields_.fields().size());
    for (size_t i = 0; i < columns_.size(); ++i) {
      const size_t column = columns_[i];
      if (column < row.when.size()) {
        row.when[column] = ReadCell(cells[i]);
      } else {
        const size_t field = column - row.when.size();
        row.out[field] = ReadOutput(cells[i], fields_.fields()[field]);
      }
    }
    table_.rows.push_back(std::move(row));
    return true;
  }

  InputCell ReadCell(const CsvCell& csv) {
    InputCell cell;
    if (IsBlank(csv)) return cell;  // Any.
    SourceText source = SourceOf(csv);
    std::optional<SourceText> cel = ComputedPart(source);
    if (!cel.has_value()) {
      return ParseTableCell(std::move(source), context_.diagnostics);
    }
    cell.kind = InputCell::Kind::kExpression;
    cell.source = *std::move(cel);
    return cell;
  }

  Operand ReadOutput(const CsvCell& csv, const Field& field) {
    Operand operand;
    operand.location = LocationOf(csv);
    if (absl::StrContains(csv.text, "{cel:")) {
      std::optional<SourceText> cel = ComputedPart(SourceOf(csv));
      if (cel.has_value()) {
        operand.expression = Expression{*std::move(cel)};
        return operand;
      }
    }
    const bool is_text = field.type.kind == ValueKind::kString;
    const absl::string_view text =
        is_text ? csv.text : absl::StripAsciiWhitespace(csv.text);
    std::optional<Value> value;
    if (!text.empty()) {
      value = ParseLiteral({text, /*quoted=*/false}, field.type,
                           context_.timezone, context_.arena);
    }
    if (!value.has_value()) {
      YamlNode found;
      found.kind = text.empty() ? YamlKind::kNull : YamlKind::kScalar;
      found.text = std::string(text);
      Error("E240", operand.location,
            absl::StrCat("found ", Describe(found), ", expected ",
                         ToString(field.type)),
            LiteralHint(text, field));
      return operand;
    }
    const FieldFault fault = Conform(field, *value, context_.arena);
    if (fault == FieldFault::kNone) {
      operand.literal = value;
    } else {
      Error(fault == FieldFault::kWrongType ? "E240" : "E241", operand.location,
            absl::StrCat("value of `", field.name,
                         "`: ", DescribeFault(field, fault, *value)));
    }
    return operand;
  }

  // The text of a cell with the place of each of its bytes, through quotes that
  // are doubled and line breaks.
  SourceText SourceOf(const CsvCell& csv) {
    const size_t begin = OffsetOf(csv.line, csv.column);
    SourceLocation place = LocationOf(csv);
    if (begin >= bytes_.size() || bytes_[begin] != '"') {
      return SourceText(std::string(csv.text), std::move(place));
    }
    ++place.column;
    std::vector<SourceText::Anchor> anchors = {{0, place.line, place.column}};
    size_t raw = begin + 1;
    for (size_t i = 0; i < csv.text.size(); ++i, ++raw, ++place.column) {
      if (csv.text[i] == '"') {  // Two in the file.
        ++raw;
        ++place.column;
        anchors.push_back({i + 1, place.line, place.column + 1});
      } else if (csv.text[i] == '\n') {
        ++place.line;
        place.column = 0;
        anchors.push_back({i + 1, place.line, 1});
      }
    }
    return SourceText(std::string(csv.text), path_, std::move(anchors));
  }

  // Offset of a place in the file; rows come in order, so lines are counted
  // once.
  size_t OffsetOf(int64_t line, int64_t column) {
    while (line_ < line) {
      const size_t end = bytes_.find('\n', line_start_);
      if (end == std::string::npos) break;
      line_start_ = end + 1;
      ++line_;
    }
    return line_start_ + static_cast<size_t>(column) - 1;
  }

  // The CEL of `{cel: "…"}`; the quotes may be left out, since a CSV cell has
  // its own. Backslashes are CEL's.
  static std::optional<SourceText> ComputedPart(const SourceText& source) {
    const absl::string_view all = source.text();
    absl::string_view cel = absl::StripAsciiWhitespace(all);
    if (!absl::ConsumePrefix(&cel, "{cel:") ||
        !absl::ConsumeSuffix(&cel, "}")) {
      return std::nullopt;
    }
    cel = absl::StripAsciiWhitespace(cel);
    if (cel.size() >= 2 && cel.front() == '"' && cel.back() == '"') {
      cel = cel.substr(1, cel.size() - 2);
    }
    const auto begin = static_cast<size_t>(cel.data() - all.data());
    std::vector<SourceText::Anchor> anchors;
    SourceLocation last;
    for (size_t i = 0; i <= cel.size(); ++i) {
      const SourceLocation place = source.Locate(begin + i);
      if (i == 0 || place.line != last.line ||
          place.column != last.column + 1) {
        anchors.push_back({i, place.line, place.column});
      }
      last = place;
    }
    return SourceText(std::string(cel), source.file(), std::move(anchors));
  }

  ReadContext& context_;
  const std::string path_;
  const std::string& bytes_;
  const Schema& fields_;
  Table& table_;
  std::vector<size_t> columns_;  // Of each that has a name: input, then field.
  size_t header_cells_ = 0;      // Of the header, with or without a name.
  int64_t line_ = 1;             // Begins at line_start_.
  size_t line_start_ = 0;
};

}  // namespace

void ReadTableCsv(ReadContext& context, const Name& path, const Schema& fields,
                  Table& table) {
  if (path.text.empty()) return;
  if (!absl::EndsWith(path.text, ".csv")) {
    context.diagnostics.AddError(
        "E260", path.location,
        absl::StrCat("`", path.text, "` does not end in `.csv`"));
    return;
  }
  const std::string* const bytes =
      context.folder->Read(path.text, path.location, context.diagnostics);
  if (bytes == nullptr) return;
  if (IsMarkedUtf16(*bytes)) {
    context.diagnostics.AddError("E279", {path.text, 1, 1},
                                 "the file is UTF-16", "save it as UTF-8");
    return;
  }
  const size_t rows = table.rows.size();
  const size_t errors = context.diagnostics.error_count();
  CsvTableReader(context, path.text, *bytes, fields, table).ReadAll();
  if (table.rows.size() == rows &&
      context.diagnostics.error_count() == errors) {
    context.diagnostics.AddError("E224", {path.text, 1, 1},
                                 "the table has no rows");
  }
}

}  // namespace stratagem::pack
