// The `table` of a treatment: cells become ranges of their input's type, and
// the columns of a DecisionTable.

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "engine/base/limits.h"
#include "engine/base/suggestion.h"
#include "engine/pack/literal.h"
#include "engine/plan/compiler.h"
#include "engine/plan/table_cover.h"
#include "engine/value/compare.h"

namespace stratagem::plan {
namespace {

using expr::Type;
using expr::TypeKind;
using pack::CellTest;
using pack::HitPolicy;
using pack::InputCell;

// What the cells of a column may say.
struct InputType {
  // Absent when the input does not compile; its cells are then not checked.
  std::optional<FieldType> type;
  bool optional = false;
  std::vector<std::string> values;  // All that it can be; empty: anything.
  // What the declaration of an attribute or request value says of it.
  ValueRange bounds;
};

// The kind of values that cells can test, for a type that has one.
std::optional<ValueKind> TestableKind(const Type& type) {
  switch (type.kind()) {
    case TypeKind::kBool:
      return ValueKind::kBool;
    case TypeKind::kInt:
      return ValueKind::kInt;
    case TypeKind::kDouble:
      return ValueKind::kDouble;
    case TypeKind::kString:
      return ValueKind::kString;
    case TypeKind::kTimestamp:
      return ValueKind::kTimestamp;
    case TypeKind::kDuration:
      return ValueKind::kDuration;
    default:
      return std::nullopt;
  }
}

bool IsEmpty(const ValueRange& range) {
  if (range.low.is_missing() || range.high.is_missing()) return false;
  const auto order = CompareValues(range.low, range.high);
  return order == Order::kGreater ||
         (order == Order::kEqual &&
          !(range.low_inclusive && range.high_inclusive));
}

// Brings ranges of ints to inclusive bounds, so that (1..2) is seen to be
// empty. False when nothing is left of it.
bool CloseIntRange(ValueRange& range) {
  if (range.low.is(ValueKind::kInt) && !range.low_inclusive) {
    if (range.low.int_value() == std::numeric_limits<int64_t>::max()) {
      return false;
    }
    range.low = Value::Int(range.low.int_value() + 1);
    range.low_inclusive = true;
  }
  if (range.high.is(ValueKind::kInt) && !range.high_inclusive) {
    if (range.high.int_value() == std::numeric_limits<int64_t>::min()) {
      return false;
    }
    range.high = Value::Int(range.high.int_value() - 1);
    range.high_inclusive = true;
  }
  return true;
}

// Whether `a` begins before `b`.
bool BeginsBefore(const ValueRange& a, const ValueRange& b) {
  if (a.low.is_missing() || b.low.is_missing()) {
    return a.low.is_missing() && !b.low.is_missing();
  }
  const auto order = CompareValues(a.low, b.low);
  return order == Order::kLess ||
         (order == Order::kEqual && a.low_inclusive && !b.low_inclusive);
}

// Requires: !BeginsBefore(b, a).
bool Overlap(const ValueRange& a, const ValueRange& b) {
  if (a.high.is_missing() || b.low.is_missing()) return true;
  const auto order = CompareValues(a.high, b.low);
  return order == Order::kGreater ||
         (order == Order::kEqual && a.high_inclusive && b.low_inclusive);
}

// Whether `a` ends behind the end of `b`.
bool ReachesFurther(const ValueRange& a, const ValueRange& b) {
  if (a.high.is_missing() || b.high.is_missing()) {
    return a.high.is_missing() && !b.high.is_missing();
  }
  const auto order = CompareValues(a.high, b.high);
  return order == Order::kGreater ||
         (order == Order::kEqual && a.high_inclusive && !b.high_inclusive);
}

// For `not gold`.
std::optional<std::string> NegationHint(absl::string_view text) {
  if (!absl::ConsumePrefix(&text, "not ")) return std::nullopt;
  return absl::StrCat("write `!", std::string(absl::StripAsciiWhitespace(text)),
                      "`");
}

bool IsNumber(absl::string_view text) {
  return pack::ParseNumber(text).has_value();
}

// `5 and < 7` behind a `>` or `>=`: a range.
std::optional<std::string> BetweenHint(const CellTest& test,
                                       absl::string_view text) {
  const bool is_above = test.kind == CellTest::Kind::kGreater ||
                        test.kind == CellTest::Kind::kGreaterOrEqual;
  const std::vector<absl::string_view> sides = absl::StrSplit(text, " and ");
  if (!is_above || sides.size() != 2) return std::nullopt;
  const absl::string_view low = absl::StripAsciiWhitespace(sides[0]);
  absl::string_view high = absl::StripAsciiWhitespace(sides[1]);
  if (!absl::ConsumePrefix(&high, "<")) return std::nullopt;
  const bool is_closed = absl::ConsumePrefix(&high, "=");
  high = absl::StripAsciiWhitespace(high);
  if (!IsNumber(low) || !IsNumber(high)) return std::nullopt;
  return absl::StrCat(
      "write `", test.kind == CellTest::Kind::kGreater ? "(" : "[",
      std::string(low), "..", std::string(high), is_closed ? "]`" : ")`");
}

// The forms in which people write numbers and comparisons elsewhere.
std::string NumberHint(bool is_double, const CellTest& test,
                       absl::string_view text) {
  if (auto hint = NegationHint(text)) return *std::move(hint);
  if (auto hint = BetweenHint(test, text)) return *std::move(hint);
  absl::string_view rest = text;
  for (const auto& [sign, written] :
       {std::pair("≥", ">= "), std::pair("≤", "<= "), std::pair("≠", "!")}) {
    if (!absl::ConsumePrefix(&rest, sign)) continue;
    return absl::StrCat("write `", written,
                        std::string(absl::StripAsciiWhitespace(rest)), "`");
  }
  const std::string whole = absl::StrReplaceAll(text, {{",", ""}});
  if (whole.size() < text.size() && IsNumber(whole)) {
    return absl::StrCat("write ", whole);
  }
  if (absl::ConsumeSuffix(&rest, "%")) {
    rest = absl::StripAsciiWhitespace(rest);
    double percent = 0;
    if (!IsNumber(rest) || !absl::SimpleAtod(rest, &percent)) return "";
    if (!is_double) return absl::StrCat("write ", std::string(rest));
    return absl::StrCat("write ", percent / 100, " or ", std::string(rest));
  }
  const size_t dash = text.find('-', 1);
  if (dash == absl::string_view::npos) return "";
  const absl::string_view low =
      absl::StripAsciiWhitespace(text.substr(0, dash));
  const absl::string_view high =
      absl::StripAsciiWhitespace(text.substr(dash + 1));
  if (!IsNumber(low) || !IsNumber(high)) return "";
  return absl::StrCat("write `[", std::string(low), "..", std::string(high),
                      "]`");
}

class TableCompiler {
 public:
  TableCompiler(const pack::Treatment& treatment, Compiler& compiler)
      : treatment_(treatment), table_(*treatment.table), compiler_(compiler) {}

  // Nothing after an error, or when only a draft is checked.
  std::optional<DecisionTable> Compile() {
    const size_t errors = compiler_.diagnostics.error_count();
    parts_.hit = table_.hit;
    parts_.aggregate = table_.aggregate;
    parts_.order = table_.order;
    parts_.row_count = table_.rows.size();
    parts_.fields = treatment_.fields.fields();
    parts_.row_fields = pack::RowFields(table_, treatment_.fields);
    for (const pack::TableInput& input : table_.inputs) CompileInput(input);
    if (!HasRoomForAlternatives()) return std::nullopt;
    CompileCells();
    CompileOutputs();
    if (compiler_.is_draft || compiler_.diagnostics.error_count() > errors) {
      return std::nullopt;
    }
    WarnOfCoveredRows(treatment_.name.text, table_, compiler_.diagnostics);
    WriteTexts();
    return DecisionTable(std::move(parts_));
  }

 private:
  void Error(absl::string_view code, const SourceLocation& location,
             std::string message, std::string hint = "") {
    compiler_.diagnostics.AddError(code, location, std::move(message),
                                   std::move(hint));
  }

  // E225: an alternative takes as much room as a cell.
  bool HasRoomForAlternatives() {
    size_t cells = 0;
    for (const pack::TableRow& row : table_.rows) {
      for (const InputCell& cell : row.when) {
        cells += std::max<size_t>(cell.tests.size(), 1);
      }
      if (cells <= kTableCellsMax) continue;
      Error("E225", row.location,
            absl::StrCat("more than ", kTableCellsMax,
                         " cells in one table, each alternative counted"));
      return false;
    }
    return true;
  }

  void CompileInput(const pack::TableInput& input) {
    InputType& column = inputs_.emplace_back();
    const SourceText& source = input.expression.source;
    std::optional<expr::Program> program =
        compiler_.Compile(input.expression, compiler_.scopes.treatments, {});
    if (!program.has_value()) return;
    Type type = program->type();
    if (type.is(TypeKind::kError)) return;
    column.optional = type.is(TypeKind::kOptional);
    if (column.optional) type = Type(type.params()[0]);
    const std::optional<ValueKind> kind = TestableKind(type);
    if (!kind.has_value()) {
      Error("E315", source.Locate(0),
            absl::StrCat("the input is ", ToString(type),
                         ", which cells cannot test"),
            "an input is a bool, int, double, string, timestamp or duration, "
            "or an optional one");
      return;
    }
    column.type = FieldType{*kind, nullptr};
    const expr::Declaration* const name = compiler_.scopes.treatments.Find(
        absl::StripAsciiWhitespace(source.text()));
    if (name != nullptr) column.values = name->values;
    column.bounds = BoundsOf(absl::StripAsciiWhitespace(source.text()));
    parts_.inputs.push_back(*std::move(program));
  }

  // Of a bare name of an attribute or request value; else open on both sides.
  ValueRange BoundsOf(absl::string_view name) const {
    const bool is_request = absl::ConsumePrefix(&name, "request.");
    const pack::Model& model = compiler_.model;
    const Schema& schema = is_request ? model.request : model.attributes;
    for (const Field& field : schema.fields()) {
      if (field.name != name) continue;
      return {field.value_min.value_or(Value()),
              field.value_max.value_or(Value())};
    }
    return {};
  }

  // Column by column, so that only one is held before it is packed.
  void CompileCells() {
    for (size_t i = 0; i < inputs_.size(); ++i) {
      std::vector<ColumnCell> cells(table_.rows.size());
      for (uint32_t row = 0; row < table_.rows.size(); ++row) {
        // Rows of a draft may be short.
        const std::vector<InputCell>& when = table_.rows[row].when;
        if (i < when.size()) cells[row] = CompileCell(when[i], i, row);
      }
      if (!compiler_.is_draft) parts_.columns.emplace_back(cells);
    }
    std::stable_sort(parts_.conditions.begin(), parts_.conditions.end(),
                     [](const CellCondition& a, const CellCondition& b) {
                       return a.row < b.row;
                     });
  }

  ColumnCell CompileCell(const InputCell& cell, size_t input, uint32_t row) {
    ColumnCell column;
    column.any = true;
    switch (cell.kind) {
      case InputCell::Kind::kAny:
        return column;
      case InputCell::Kind::kExpression: {
        std::optional<expr::Program> program =
            compiler_.Compile({cell.source}, compiler_.scopes.treatments,
                              {Type(TypeKind::kBool)});
        if (program.has_value()) {
          parts_.conditions.push_back({row, *std::move(program)});
        }
        return column;
      }
      case InputCell::Kind::kTests:
        break;
    }
    if (!inputs_[input].type.has_value()) return column;
    column.any = false;
    column.negated = cell.negated;
    bool has_missing = false;
    std::vector<PlacedRange> placed;
    for (const CellTest& test : cell.tests) {
      if (test.kind == CellTest::Kind::kMissing) {
        has_missing = true;
        CheckMissing(cell, test, input);
      } else if (const auto range =
                     CompileTest(cell, test, inputs_[input], NameOf(input))) {
        placed.push_back({*range, test.offset});
      }
    }
    column.ranges = Order(cell, std::move(placed));
    column.absent = has_missing != cell.negated;
    return column;
  }

  std::string NameOf(size_t input) const {
    return std::string(absl::StripAsciiWhitespace(
        table_.inputs[input].expression.source.text()));
  }

  void CheckMissing(const InputCell& cell, const CellTest& test, size_t input) {
    if (inputs_[input].optional) return;
    Error("E320", cell.source.Locate(test.offset),
          absl::StrCat("`", NameOf(input), "` is never missing"),
          "only optional inputs can be; the text is '\"missing\"'");
  }

  // A range with its place in the cell.
  struct PlacedRange {
    ValueRange range;
    size_t offset = 0;
  };

  // The ranges in order; E318 for each that overlaps another one: of two that
  // meet, the one written later.
  std::vector<ValueRange> Order(const InputCell& cell,
                                std::vector<PlacedRange> placed) {
    std::stable_sort(placed.begin(), placed.end(),
                     [](const PlacedRange& a, const PlacedRange& b) {
                       return BeginsBefore(a.range, b.range);
                     });
    std::vector<ValueRange> ranges;
    size_t last = 0;  // Of `placed`: the one that reaches furthest.
    for (size_t i = 0; i < placed.size(); ++i) {
      if (i > 0 && Overlap(placed[last].range, placed[i].range)) {
        Error(
            "E318",
            cell.source.Locate(std::max(placed[last].offset, placed[i].offset)),
            "this alternative overlaps another one of the cell",
            "drop what is said twice");
        if (!ReachesFurther(placed[i].range, placed[last].range)) continue;
      } else {
        ranges.push_back(placed[i].range);
      }
      last = i;
    }
    return ranges;
  }

  std::optional<ValueRange> CompileTest(const InputCell& cell,
                                        const CellTest& test,
                                        const InputType& input,
                                        const std::string& name) {
    if (test.kind != CellTest::Kind::kEqual &&
        !CheckHasOrder(cell, test, input, name)) {
      return std::nullopt;
    }
    const std::optional<Value> low =
        ReadLiteral(cell, test, test.low, input, name);
    if (!low.has_value()) return std::nullopt;
    ValueRange range;
    switch (test.kind) {
      case CellTest::Kind::kMissing:
        return std::nullopt;
      case CellTest::Kind::kEqual:
        range.low = range.high = *low;
        break;
      case CellTest::Kind::kLess:
      case CellTest::Kind::kLessOrEqual:
        range.high = *low;
        range.high_inclusive = test.kind == CellTest::Kind::kLessOrEqual;
        break;
      case CellTest::Kind::kGreater:
      case CellTest::Kind::kGreaterOrEqual:
        range.low = *low;
        range.low_inclusive = test.kind == CellTest::Kind::kGreaterOrEqual;
        break;
      case CellTest::Kind::kRange: {
        const std::optional<Value> high =
            ReadLiteral(cell, test, test.high, input, name);
        if (!high.has_value()) return std::nullopt;
        range = {*low, *high, test.low_inclusive, test.high_inclusive};
        break;
      }
    }
    if (CloseIntRange(range) && !IsEmpty(range)) {
      return CheckBounds(cell, test, range, input, name) ? std::optional(range)
                                                         : std::nullopt;
    }
    Error("E318", cell.source.Locate(test.offset),
          "no value lies in this range",
          "it begins at the smaller value; [a..b] holds both ends, (a..b) "
          "neither");
    return std::nullopt;
  }

  // E317 and E318 for values that the declaration of the input rules out.
  bool CheckBounds(const InputCell& cell, const CellTest& test,
                   const ValueRange& range, const InputType& input,
                   const std::string& name) {
    const ValueRange& bounds = input.bounds;
    if (!IsEmpty({range.low, bounds.high, range.low_inclusive, true}) &&
        !IsEmpty({bounds.low, range.high, true, range.high_inclusive})) {
      return true;
    }
    std::vector<std::string> said;
    if (!bounds.low.is_missing()) {
      said.push_back(absl::StrCat("min ", ToString(bounds.low)));
    }
    if (!bounds.high.is_missing()) {
      said.push_back(absl::StrCat("max ", ToString(bounds.high)));
    }
    const bool is_value = test.kind == CellTest::Kind::kEqual;
    Error(is_value ? "E317" : "E318", cell.source.Locate(test.offset),
          is_value ? absl::StrCat("`", name, "` is never `", test.low.text, "`")
                   : absl::StrCat("`", name, "` has no value in this range"),
          absl::StrCat("it is declared with ", absl::StrJoin(said, " and ")));
    return false;
  }

  // E319 for bools and for names, whose alphabet means nothing.
  bool CheckHasOrder(const InputCell& cell, const CellTest& test,
                     const InputType& input, const std::string& name) {
    const bool is_bool = input.type->kind == ValueKind::kBool;
    if (!is_bool && input.values.empty()) return true;
    Error("E319", cell.source.Locate(test.offset),
          absl::StrCat("the values of `", name, "` have no order"),
          is_bool ? "write true or false"
                  : absl::StrCat("list those that match: ",
                                 absl::StrJoin(input.values, " | ")));
    return false;
  }

  // E316 for text that is no value of the input's type, E317 for one that it
  // never has.
  std::optional<Value> ReadLiteral(const InputCell& cell, const CellTest& test,
                                   const pack::CellLiteral& literal,
                                   const InputType& input,
                                   const std::string& name) {
    Field field;
    field.type = *input.type;
    std::optional<Value> value =
        pack::ParseLiteral({literal.text, literal.quoted}, *input.type,
                           compiler_.model.timezone, parts_.literals);
    if (!value.has_value() ||
        Conform(field, *value, parts_.literals) != FieldFault::kNone) {
      Error("E316", cell.source.Locate(literal.offset),
            absl::StrCat("found ", literal.quoted ? "the quoted text `" : "`",
                         literal.text, "`, but `", name, "` is ",
                         ToString(*input.type)),
            literal.quoted ? "remove the quotes inside the cell"
                           : HintFor(*input.type, test, literal.text));
      return std::nullopt;
    }
    if (!input.values.empty() &&
        std::find(input.values.begin(), input.values.end(), literal.text) ==
            input.values.end()) {
      Error("E317", cell.source.Locate(literal.offset),
            absl::StrCat("`", name, "` is never `", literal.text, "`"),
            NegationHint(literal.text)
                .value_or(SuggestionHint(literal.text, input.values)));
      return std::nullopt;
    }
    return value;
  }

  static std::string HintFor(const FieldType& type, const CellTest& test,
                             absl::string_view text) {
    switch (type.kind) {
      case ValueKind::kInt:
      case ValueKind::kDouble:
        return NumberHint(type.kind == ValueKind::kDouble, test, text);
      case ValueKind::kBool:
        return "write true or false";
      case ValueKind::kTimestamp:
        return "write 2026-11-01 or 2026-11-01T10:00:00+08:00";
      case ValueKind::kDuration:
        return "write a duration such as 90s, 1h30m or 30d";
      default:
        return "";
    }
  }

  void CompileOutputs() {
    for (const pack::TableRow& row : table_.rows) {
      for (size_t i = 0; i < row.out.size(); ++i) {
        CheckIsOrdered(row.out[i], i);
        parts_.outputs.push_back(
            compiler_.CompileOperand(row.out[i], compiler_.scopes.treatments,
                                     Type::Of(parts_.row_fields[i].type)));
      }
    }
  }

  // E321 for a literal that has no place in the order of its field.
  void CheckIsOrdered(const pack::Operand& operand, size_t field) {
    if (!operand.literal.has_value()) return;
    for (const pack::Table::Order& order : table_.order) {
      if (order.field != field) continue;
      for (const Value& value : order.values) {
        if (ValuesEqual(value, *operand.literal)) return;
      }
      Error("E321", operand.location,
            absl::StrCat(ToString(*operand.literal),
                         " has no place in the order of `",
                         parts_.row_fields[field].name, "`"),
            "list every value that a row yields, best first");
    }
  }

  void WriteTexts() {
    for (const pack::TableRow& row : table_.rows) {
      absl::StrAppend(&parts_.texts, row.label);
      EndText();
      absl::string_view separator = "";
      for (size_t i = 0; i < row.when.size(); ++i) {
        const InputCell& cell = row.when[i];
        if (cell.kind == InputCell::Kind::kAny) continue;
        absl::StrAppend(&parts_.texts, separator);
        separator = ", ";
        if (cell.kind == InputCell::Kind::kTests) {
          absl::StrAppend(&parts_.texts, NameOf(i), ": ");
        }
        absl::StrAppend(&parts_.texts,
                        absl::StripAsciiWhitespace(cell.source.text()));
      }
      EndText();
    }
  }

  void EndText() {
    parts_.text_ends.push_back(static_cast<uint32_t>(parts_.texts.size()));
  }

  const pack::Treatment& treatment_;
  const pack::Table& table_;
  Compiler& compiler_;
  std::vector<InputType> inputs_;
  DecisionTable::Parts parts_;
};

}  // namespace

void CompileTreatmentTable(const pack::Treatment& treatment,
                           TreatmentCode& code, Compiler& compiler) {
  code.table = TableCompiler(treatment, compiler).Compile();
}

}  // namespace stratagem::plan
