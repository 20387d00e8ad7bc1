#include "engine/author/junit.h"

#include <span>

#include "absl/strings/str_cat.h"

namespace stratagem::author {
namespace {

constexpr char kReplacement[] = "\xEF\xBF\xBD";

enum class Inside { kAttribute, kElement };

// `text` inside XML. A reader keeps line breaks of an attribute only as
// references. Requires: UTF-8.
std::string Escaped(absl::string_view text, Inside inside) {
  std::string escaped;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const absl::string_view rest = text.substr(i, 3);
    if (c == '&') {
      escaped += "&amp;";
    } else if (c == '<') {
      escaped += "&lt;";
    } else if (c == '>') {
      escaped += "&gt;";
    } else if (c == '"') {
      escaped += "&quot;";
    } else if (inside == Inside::kElement && (c == '\n' || c == '\t')) {
      escaped += c;
    } else if (c == '\n' || c == '\t' || c == '\r') {
      absl::StrAppend(&escaped, "&#", static_cast<int>(c), ";");
    } else if (static_cast<unsigned char>(c) < 0x20) {
      escaped += kReplacement;
    } else if (rest == "\xEF\xBF\xBE" || rest == "\xEF\xBF\xBF") {
      escaped += kReplacement;  // U+FFFE and U+FFFF.
      i += 2;
    } else {
      escaped += c;
    }
  }
  return escaped;
}

std::string Attribute(absl::string_view name, absl::string_view value) {
  return absl::StrCat(" ", name, "=\"", Escaped(value, Inside::kAttribute),
                      "\"");
}

std::string CountsText(size_t tests, size_t failures, size_t errors) {
  return absl::StrCat(" tests=\"", tests, "\" failures=\"", failures,
                      "\" errors=\"", errors, "\"");
}

std::string Counts(std::span<const TestResult> results) {
  size_t failed = 0;
  for (const TestResult& result : results) failed += result.passed() ? 0 : 1;
  return CountsText(results.size(), failed, 0);
}

std::string Counts(std::span<const Diagnostic> errors) {
  return CountsText(errors.size(), 0, errors.size());
}

absl::string_view FileOf(const TestResult& result) { return result.file; }

absl::string_view FileOf(const Diagnostic& error) {
  return error.location.file;
}

void AppendCase(const TestResult& result, std::string& xml) {
  absl::StrAppend(&xml, "    <testcase", Attribute("name", result.name),
                  Attribute("classname", result.section),
                  Attribute("file", result.file), " line=\"",
                  result.location.line, "\"");
  if (result.passed()) {
    xml += "/>\n";
    return;
  }
  std::string names;
  std::string text;
  for (const Difference& difference : result.differences) {
    absl::StrAppend(&names, names.empty() ? "" : ", ", difference.name);
    absl::StrAppend(&text, DifferenceText(difference, ""));
  }
  absl::StrAppend(&xml, ">\n      <failure", Attribute("message", names),
                  " type=\"difference\">", Escaped(text, Inside::kElement),
                  "</failure>\n    </testcase>\n");
}

void AppendCase(const Diagnostic& error, std::string& xml) {
  absl::StrAppend(&xml, "    <testcase", Attribute("name", error.message),
                  Attribute("classname", error.location.file),
                  Attribute("file", error.location.file), " line=\"",
                  error.location.line, "\">\n      <error",
                  Attribute("message", error.message),
                  Attribute("type", error.code), ">",
                  Escaped(ToString(error), Inside::kElement),
                  "</error>\n    </testcase>\n");
}

// A suite for each run of things of the same file.
template <typename Thing>
std::string Xml(std::span<const Thing> all, absl::string_view suites) {
  std::string xml =
      absl::StrCat("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites",
                   Attribute("name", suites), Counts(all), ">\n");
  for (size_t begin = 0; begin < all.size();) {
    const absl::string_view file = FileOf(all[begin]);
    size_t end = begin;
    while (end < all.size() && FileOf(all[end]) == file) ++end;
    const std::span<const Thing> suite = all.subspan(begin, end - begin);
    absl::StrAppend(&xml, "  <testsuite", Attribute("name", file),
                    Counts(suite), ">\n");
    for (const Thing& thing : suite) AppendCase(thing, xml);
    absl::StrAppend(&xml, "  </testsuite>\n");
    begin = end;
  }
  absl::StrAppend(&xml, "</testsuites>\n");
  return xml;
}

}  // namespace

std::string DifferenceText(const Difference& difference,
                           absl::string_view indent) {
  return absl::StrCat(indent, difference.name, "  ",
                      ToString(difference.location), "\n", indent, "  - ",
                      difference.expected, "\n", indent, "  + ",
                      difference.found, "\n");
}

std::string JunitXml(const TestReport& report, absl::string_view suites) {
  return Xml<TestResult>(report.results, suites);
}

std::string JunitErrorsXml(std::span<const Diagnostic> errors,
                           absl::string_view suites) {
  return Xml<Diagnostic>(errors, suites);
}

}  // namespace stratagem::author
