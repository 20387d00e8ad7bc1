#include "clients/cli/diagnostic_printer.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "engine/base/display_width.h"
#include "engine/base/excerpt.h"

namespace stratagem::cli {
namespace {

absl::string_view Word(Severity severity) {
  return severity == Severity::kError ? "error" : "warning";
}

}  // namespace

void PrintDiagnostic(const Diagnostic& diagnostic, absl::string_view text,
                     const Console& console, bool to_out) {
  const auto paint = [&](Style style, absl::string_view painted) {
    return to_out ? console.PaintOut(style, painted)
                  : console.PaintErr(style, painted);
  };
  const bool is_error = diagnostic.severity == Severity::kError;
  const SourceLocation& place = diagnostic.location;
  std::ostream& stream = to_out ? console.out : console.err;
  stream << paint(Style::kHeading, ToString(place)) << ": "
         << paint(is_error ? Style::kError : Style::kWarning,
                  Word(diagnostic.severity))
         << " " << diagnostic.code << ": " << Printable(diagnostic.message)
         << "\n";
  if (!text.empty()) stream << Excerpt(text, place.line, place.column);
  if (!diagnostic.hint.empty()) {
    stream << paint(Style::kFaint,
                    absl::StrCat("  hint: ", Printable(diagnostic.hint)))
           << "\n";
  }
}

void WriteDiagnostic(const Diagnostic& diagnostic, JsonWriter& json) {
  json.BeginObject();
  json.StringMember("code", diagnostic.code);
  json.StringMember("severity", Word(diagnostic.severity));
  json.StringMember("file", diagnostic.location.file);
  json.Key("line");
  json.Int(diagnostic.location.line);
  json.Key("column");
  json.Int(diagnostic.location.column);
  json.StringMember("message", diagnostic.message);
  json.StringMember("hint", diagnostic.hint);
  json.EndObject();
}

}  // namespace stratagem::cli
