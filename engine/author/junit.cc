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

std::string Counts(std::span<const TestResult> results) {
  size_t failed = 0;
  for (const TestResult& result : results) failed += result.passed() ? 0 : 1;
  return absl::StrCat(" tests=\"", results.size(), "\" failures=\"", failed,
                      "\" errors=\"0\"");
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

}  // namespace

std::string DifferenceText(const Difference& difference,
                           absl::string_view indent) {
  return absl::StrCat(indent, difference.name, "  ",
                      ToString(difference.location), "\n", indent, "  - ",
                      difference.expected, "\n", indent, "  + ",
                      difference.found, "\n");
}

std::string JunitXml(const TestReport& report, absl::string_view suites) {
  const std::span<const TestResult> all = report.results;
  std::string xml =
      absl::StrCat("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites",
                   Attribute("name", suites), Counts(all), ">\n");
  for (size_t begin = 0; begin < all.size();) {
    size_t end = begin;
    while (end < all.size() && all[end].file == all[begin].file) ++end;
    const std::span<const TestResult> suite = all.subspan(begin, end - begin);
    absl::StrAppend(&xml, "  <testsuite", Attribute("name", suite.front().file),
                    Counts(suite), ">\n");
    for (const TestResult& result : suite) AppendCase(result, xml);
    absl::StrAppend(&xml, "  </testsuite>\n");
    begin = end;
  }
  absl::StrAppend(&xml, "</testsuites>\n");
  return xml;
}

}  // namespace stratagem::author
