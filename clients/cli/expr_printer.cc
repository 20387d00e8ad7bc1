#include "clients/cli/expr_printer.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/cli/diagnostic_printer.h"
#include "clients/cli/json_writer.h"
#include "clients/cli/text_table.h"
#include "engine/base/display_width.h"
#include "engine/base/excerpt.h"
#include "engine/expr/type.h"
#include "engine/value/json.h"

namespace stratagem::cli {
namespace {

// On a narrow terminal: the values are what an explanation is for.
constexpr size_t kValueWidthMin = 24;

void WritePlace(const SourceLocation& location, JsonWriter& json) {
  json.Key("line");
  json.Int(location.line);
  json.Key("column");
  json.Int(location.column);
}

void WriteError(absl::string_view reason, const SourceLocation& location,
                JsonWriter& json) {
  json.Key("error");
  json.BeginObject();
  json.StringMember("reason", reason);
  WritePlace(location, json);
  json.EndObject();
}

// The members `type`, `value` as JSON and `text` as CEL.
void WriteTypedValue(const expr::Type& type, const Value& value,
                     JsonWriter& json) {
  json.StringMember("type", expr::ToString(type));
  json.Key("value");
  json.Raw(ToJson(value));
  json.StringMember("text", ToString(value));
}

// A name without a value is said as such; CEL knows optionals only.
std::string ReasonOf(const Value& error, absl::string_view missing_name) {
  if (error.error_code() != ErrorCode::kNoValue || missing_name.empty()) {
    return std::string(ErrorCodeText(error.error_code()));
  }
  return absl::StrCat("`", missing_name, "` has no value");
}

std::string ShownValue(const Value& value, absl::string_view missing_name) {
  if (value.is_missing()) return "not evaluated";
  if (!value.is_error()) return ToString(value);
  return absl::StrCat("error(", ReasonOf(value, missing_name), ")");
}

Style StyleOf(const Value& value) {
  if (value.is_missing()) return Style::kFaint;
  if (value.is_error()) return Style::kError;
  if (!value.is(ValueKind::kBool)) return Style::kPlain;
  return value.bool_value() ? Style::kGood : Style::kWarning;
}

// `branch` leads to this part, `rest` to those below it.
void AddRows(const expr::Explanation& part, absl::string_view missing_name,
             const std::string& branch, const std::string& rest,
             TextTable& table) {
  const Style style = StyleOf(part.value);
  table.AddRow({{branch + part.text,
                 part.value.is_missing() ? Style::kFaint : Style::kPlain},
                {expr::ToString(part.type), Style::kFaint},
                {ShownValue(part.value, missing_name), style}});
  for (size_t i = 0; i < part.parts.size(); ++i) {
    const bool last = i + 1 == part.parts.size() && part.omitted == 0;
    AddRows(part.parts[i], missing_name, absl::StrCat(rest, last ? "└ " : "├ "),
            absl::StrCat(rest, last ? "  " : "│ "), table);
  }
  if (part.omitted > 0) {
    table.AddRow(
        {{absl::StrCat(rest, "└ … ", part.omitted, " more"), Style::kFaint},
         {},
         {}});
  }
}

void WriteExplanation(const expr::Explanation& part,
                      absl::string_view missing_name, JsonWriter& json) {
  json.BeginObject();
  json.StringMember("expression", part.text);
  json.StringMember("type", expr::ToString(part.type));
  WritePlace(part.location, json);
  json.Key("evaluated");
  json.Bool(!part.value.is_missing());
  if (part.value.is_error()) {
    json.StringMember("error", ReasonOf(part.value, missing_name));
  } else if (!part.value.is_missing()) {
    json.Key("value");
    json.Raw(ToJson(part.value));
    json.StringMember("text", ToString(part.value));
  }
  json.Key("parts");
  json.BeginArray();
  for (const expr::Explanation& one : part.parts) {
    WriteExplanation(one, missing_name, json);
  }
  json.EndArray();
  if (part.omitted > 0) {
    json.Key("omitted");
    json.Uint(part.omitted);
  }
  json.EndObject();
}

}  // namespace

void PrintExprDiagnostics(const std::vector<Diagnostic>& diagnostics,
                          const SourceText& source, const Console& console) {
  for (const Diagnostic& diagnostic : diagnostics) {
    PrintDiagnostic(diagnostic, source.text(), console, /*to_out=*/false);
  }
}

void PrintExprError(const expr::Program& program, const Value& error,
                    const ExprSession& session, const Console& console) {
  const std::string missing = session.MissingName(program);
  console.err << console.PaintErr(Style::kError, "error:") << " "
              << ReasonOf(error, missing) << "\n";
  const SourceLocation place = program.Locate(error.error_expr_id());
  console.err << Excerpt(program.source().text(), place.line, place.column);
  if (error.error_code() != ErrorCode::kNoValue || missing.empty()) return;
  console.err << console.PaintErr(
                     Style::kFaint,
                     absl::StrCat("  hint: ", session.HintForMissing(missing)))
              << "\n";
}

void PrintValue(const expr::Program& program, const Value& value,
                const ExprSession& session, ExprOutput output,
                const Console& console) {
  if (output == ExprOutput::kJson) {
    JsonWriter json(console.out, JsonWriter::Layout::kIndented);
    json.BeginObject();
    if (value.is_error()) {
      WriteError(ReasonOf(value, session.MissingName(program)),
                 program.Locate(value.error_expr_id()), json);
    } else {
      WriteTypedValue(program.type(), value, json);
    }
    json.EndObject();
    console.out << "\n";
  } else if (value.is_error()) {
    PrintExprError(program, value, session, console);
  } else {
    console.out << Printable(ToString(value))
                << console.PaintOut(
                       Style::kFaint,
                       absl::StrCat(" : ", expr::ToString(program.type())))
                << "\n";
  }
}

void PrintCheck(const expr::Program* program,
                const std::vector<Diagnostic>& diagnostics,
                const SourceText& source, ExprOutput output,
                const Console& console) {
  if (output == ExprOutput::kText) {
    PrintExprDiagnostics(diagnostics, source, console);
    if (program) console.out << expr::ToString(program->type()) << "\n";
    return;
  }
  JsonWriter json(console.out, JsonWriter::Layout::kIndented);
  json.BeginObject();
  if (program) json.StringMember("type", expr::ToString(program->type()));
  json.Key("diagnostics");
  json.BeginArray();
  for (const Diagnostic& diagnostic : diagnostics) {
    WriteDiagnostic(diagnostic, json);
  }
  json.EndArray();
  json.EndObject();
  console.out << "\n";
}

void PrintExplanation(const expr::Explanation& explanation,
                      absl::string_view missing_name, ExprOutput output,
                      const Console& console) {
  if (output == ExprOutput::kJson) {
    JsonWriter json(console.out, JsonWriter::Layout::kIndented);
    WriteExplanation(explanation, missing_name, json);
    console.out << "\n";
    return;
  }
  TextTable table(
      {{"expression"}, {"type"}, {"value", Align::kLeft, kValueWidthMin}},
      console);
  AddRows(explanation, missing_name, "", "", table);
  table.Print();
}

}  // namespace stratagem::cli
