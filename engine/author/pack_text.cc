#include "engine/author/pack_text.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "engine/base/diagnostics.h"
#include "engine/base/duration_text.h"
#include "engine/base/number_text.h"
#include "engine/expr/parser.h"
#include "engine/expr/unparse.h"

namespace stratagem::author {
namespace {

// As a pack would write it: bare, unless that would mean something else.
std::string StringText(absl::string_view text) {
  double number = 0;
  const bool needs_quotes = text.empty() || text.front() == ' ' ||
                            text.back() == ' ' || text == "true" ||
                            text == "false" || text == "null" || text == "~" ||
                            absl::SimpleAtod(text, &number);
  return needs_quotes ? absl::StrCat("'", text, "'") : std::string(text);
}

std::string LiteralText(const pack::CellLiteral& literal) {
  return literal.quoted ? absl::StrCat("'", literal.text, "'") : literal.text;
}

std::string TestText(const pack::CellTest& test) {
  using Kind = pack::CellTest::Kind;
  switch (test.kind) {
    case Kind::kEqual:
      return LiteralText(test.low);
    case Kind::kLess:
      return absl::StrCat("< ", LiteralText(test.low));
    case Kind::kLessOrEqual:
      return absl::StrCat("<= ", LiteralText(test.low));
    case Kind::kGreater:
      return absl::StrCat("> ", LiteralText(test.low));
    case Kind::kGreaterOrEqual:
      return absl::StrCat(">= ", LiteralText(test.low));
    case Kind::kRange:
      return absl::StrCat(test.low_inclusive ? "[" : "(", LiteralText(test.low),
                          "..", LiteralText(test.high),
                          test.high_inclusive ? "]" : ")");
    case Kind::kMissing:
      return "missing";
  }
  return "";
}

std::vector<std::string> TestTexts(const pack::InputCell& cell) {
  std::vector<std::string> texts;
  for (const pack::CellTest& test : cell.tests) texts.push_back(TestText(test));
  return texts;
}

// `tests` are those of the cell, in any order.
std::string JoinedTests(const pack::InputCell& cell,
                        const std::vector<std::string>& tests) {
  switch (cell.kind) {
    case pack::InputCell::Kind::kAny:
      return "_";
    case pack::InputCell::Kind::kExpression:
      return absl::StrCat(
          "{cel: ", ExpressionText(pack::Expression{cell.source}), "}");
    case pack::InputCell::Kind::kTests:
      return absl::StrCat(cell.negated ? "!" : "", absl::StrJoin(tests, " | "));
  }
  return "";
}

}  // namespace

std::string ExpressionText(const pack::Expression& expression) {
  Diagnostics ignored;
  const auto ast = expr::Parse(expression.source, ignored);
  if (!ast.has_value()) return std::string(expression.source.text());
  return expr::Unparse(*ast, ast->root);
}

std::string DecimalText(pack::Decimal4 decimal) {
  const int64_t units = std::abs(decimal.ten_thousandths);
  std::string text =
      absl::StrFormat("%s%d.%04d", decimal.ten_thousandths < 0 ? "-" : "",
                      units / 10'000, units % 10'000);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

std::string MoneyText(int64_t micros) {
  std::string text =
      absl::StrFormat("%d.%06d", micros / 1'000'000, micros % 1'000'000);
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text;
}

std::string TimeOfDayText(absl::Duration since_midnight) {
  const int64_t minutes = since_midnight / absl::Minutes(1);
  return absl::StrFormat("%02d:%02d", minutes / 60, minutes % 60);
}

std::string TimeText(absl::Time time, absl::TimeZone timezone) {
  if (time == absl::InfinitePast() || time == absl::InfiniteFuture()) return "";
  const absl::CivilSecond civil = absl::ToCivilSecond(time, timezone);
  if (absl::FromCivil(absl::CivilDay(civil), timezone) == time) {
    return absl::FormatTime("%E4Y-%m-%d", time, timezone);
  }
  return absl::FormatTime(absl::RFC3339_full, time, timezone);
}

std::string ValueText(const Value& value, absl::TimeZone timezone) {
  if (value.is(ValueKind::kDouble)) return ExactNumber(value.double_value());
  if (value.is(ValueKind::kString)) return StringText(value.text());
  if (value.is(ValueKind::kTimestamp)) {
    return TimeText(value.timestamp(), timezone);
  }
  if (value.is(ValueKind::kDuration)) return DurationText(value.duration());
  std::vector<std::string> parts;
  if (value.is(ValueKind::kList)) {
    for (const Value& item : value.list()) {
      parts.push_back(ValueText(item, timezone));
    }
    return absl::StrCat("[", absl::StrJoin(parts, ", "), "]");
  }
  if (value.is(ValueKind::kMap)) {
    for (const MapEntry& entry : value.map()) {
      parts.push_back(absl::StrCat(ValueText(entry.key, timezone), ": ",
                                   ValueText(entry.value, timezone)));
    }
    return absl::StrCat("{", absl::StrJoin(parts, ", "), "}");
  }
  return ToString(value);
}

std::string OperandText(const pack::Operand& operand, absl::TimeZone timezone) {
  if (operand.expression.has_value()) {
    return absl::StrCat("{cel: ", ExpressionText(*operand.expression), "}");
  }
  return operand.literal.has_value() ? ValueText(*operand.literal, timezone)
                                     : "";
}

std::string CellText(const pack::InputCell& cell) {
  return JoinedTests(cell, TestTexts(cell));
}

std::string SortedText(const pack::InputCell& cell) {
  std::vector<std::string> tests = TestTexts(cell);
  std::sort(tests.begin(), tests.end());
  return JoinedTests(cell, tests);
}

std::string SortedText(const std::vector<pack::Name>& names) {
  std::vector<std::string> texts;
  for (const pack::Name& name : names) texts.push_back(name.text);
  std::sort(texts.begin(), texts.end());
  return absl::StrJoin(texts, ", ");
}

}  // namespace stratagem::author
