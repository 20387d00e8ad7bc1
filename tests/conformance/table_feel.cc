// FEEL's tests are parsed into ranges, which say whether a pack may write them,
// and written down again as our cells.

#include "tests/conformance/table_feel.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "engine/value/compare.h"

namespace stratagem {
namespace {

// A literal, and how a cell writes it.
struct Literal {
  Value value;
  std::string cell;
};

// One alternative; a bound that is missing leaves that side open.
struct Alternative {
  std::string cell;
  Value low;
  Value high;
  bool low_inclusive = true;
  bool high_inclusive = true;
  bool is_null = false;
  bool is_comparison = false;
};

bool IsEmpty(const Value& low, bool low_inclusive, const Value& high,
             bool high_inclusive) {
  if (low.is_missing() || high.is_missing()) return false;
  const auto order = CompareValues(low, high);
  return order == Order::kGreater ||
         (order == Order::kEqual && !(low_inclusive && high_inclusive));
}

bool Overlap(const Alternative& a, const Alternative& b) {
  if (a.is_null || b.is_null) return a.is_null && b.is_null;
  return !IsEmpty(a.low, a.low_inclusive, b.high, b.high_inclusive) &&
         !IsEmpty(b.low, b.low_inclusive, a.high, a.high_inclusive);
}

// Where the text literal that begins at `begin` ends, behind its quote.
size_t EndOfText(absl::string_view feel, size_t begin) {
  size_t i = begin + 1;
  while (i < feel.size() && feel[i] != '"') i += feel[i] == '\\' ? 2 : 1;
  return std::min(i + 1, feel.size());
}

// What stands between commas outside quotes.
std::vector<absl::string_view> SplitTests(absl::string_view feel) {
  std::vector<absl::string_view> tests;
  size_t begin = 0;
  for (size_t i = 0; i < feel.size();) {
    if (feel[i] == ',') {
      tests.push_back(feel.substr(begin, i - begin));
      begin = i + 1;
    }
    i = feel[i] == '"' ? EndOfText(feel, i) : i + 1;
  }
  tests.push_back(feel.substr(begin));
  return tests;
}

// Where `..` stands outside quotes.
size_t FindDots(absl::string_view feel) {
  for (size_t i = 0; i < feel.size();) {
    if (absl::StartsWith(feel.substr(i), "..")) return i;
    i = feel[i] == '"' ? EndOfText(feel, i) : i + 1;
  }
  return absl::string_view::npos;
}

class FeelReader {
 public:
  // Values of texts borrow from `feel`.
  explicit FeelReader(ValueKind kind) : kind_(kind) {}

  std::optional<std::string> Read(absl::string_view feel) const {
    feel = absl::StripAsciiWhitespace(feel);
    if (feel.empty() || feel == "-") return "_";
    const bool negated = TakeNegation(feel);
    std::vector<Alternative> all;
    for (const absl::string_view test : SplitTests(feel)) {
      std::optional<Alternative> one =
          ReadTest(absl::StripAsciiWhitespace(test));
      if (!one.has_value()) return std::nullopt;
      const bool is_repeated = std::any_of(
          all.begin(), all.end(),
          [&](const Alternative& other) { return other.cell == one->cell; });
      if (is_repeated) continue;
      for (const Alternative& other : all) {
        if (Overlap(other, *one)) return std::nullopt;
      }
      all.push_back(*std::move(one));
    }
    return Write(negated, all);
  }

 private:
  // Leaves in `feel` what is negated.
  static bool TakeNegation(absl::string_view& feel) {
    if (absl::ConsumePrefix(&feel, "!=")) return true;
    absl::string_view rest = feel;
    if (!absl::ConsumePrefix(&rest, "not")) return false;
    rest = absl::StripLeadingAsciiWhitespace(rest);
    if (!absl::ConsumePrefix(&rest, "(") || !absl::ConsumeSuffix(&rest, ")")) {
      return false;
    }
    feel = rest;
    return true;
  }

  static std::string Write(bool negated, const std::vector<Alternative>& all) {
    bool takes_null = false;
    bool compares = false;
    for (const Alternative& one : all) {
      takes_null |= one.is_null;
      compares |= one.is_comparison;
    }
    // `!< 5` alone takes what is missing.
    const bool leaves_null_out = negated && compares && !takes_null;
    return absl::StrCat(
        negated ? "!" : "",
        absl::StrJoin(all, " | ",
                      [](std::string* out, const Alternative& one) {
                        out->append(one.cell);
                      }),
        leaves_null_out ? " | missing" : "");
  }

  std::optional<Alternative> ReadTest(absl::string_view test) const {
    if (test.empty()) return std::nullopt;
    if (test == "null") {
      Alternative one;
      one.cell = "missing";
      one.is_null = true;
      return one;
    }
    if (absl::StrContains("[(]", test.substr(0, 1))) return ReadInterval(test);
    if (test[0] == '<' || test[0] == '>') return ReadComparison(test);
    absl::ConsumePrefix(&test, "=");
    const std::optional<Literal> literal = ReadLiteral(test);
    if (!literal.has_value()) return std::nullopt;
    Alternative one;
    one.cell = literal->cell;
    one.low = one.high = literal->value;
    return one;
  }

  std::optional<Alternative> ReadComparison(absl::string_view test) const {
    const std::string sign(
        test.substr(0, absl::StartsWith(test.substr(1), "=") ? 2 : 1));
    const std::optional<Literal> literal =
        ReadLiteral(test.substr(sign.size()));
    if (!literal.has_value() || kind_ == ValueKind::kBool) return std::nullopt;
    Alternative one;
    one.cell = absl::StrCat(sign, literal->cell);
    one.is_comparison = true;
    const bool is_less = sign[0] == '<';
    (is_less ? one.high : one.low) = literal->value;
    (is_less ? one.high_inclusive : one.low_inclusive) = sign.size() == 2;
    return one;
  }

  std::optional<Alternative> ReadInterval(absl::string_view test) const {
    const size_t dots = FindDots(test);
    if (dots == absl::string_view::npos ||
        !absl::StrContains("])[", test.substr(test.size() - 1))) {
      return std::nullopt;
    }
    const std::optional<Literal> low = ReadLiteral(test.substr(1, dots - 1));
    const std::optional<Literal> high =
        ReadLiteral(test.substr(dots + 2, test.size() - dots - 3));
    if (!low.has_value() || !high.has_value() || kind_ == ValueKind::kBool) {
      return std::nullopt;
    }
    Alternative one;
    one.cell = absl::StrCat(test.substr(0, 1), low->cell, "..", high->cell,
                            test.substr(test.size() - 1));
    one.is_comparison = true;
    one.low = low->value;
    one.high = high->value;
    one.low_inclusive = test.front() == '[';
    one.high_inclusive = test.back() == ']';
    if (IsEmpty(one.low, one.low_inclusive, one.high, one.high_inclusive)) {
      return std::nullopt;
    }
    return one;
  }

  std::optional<Literal> ReadLiteral(absl::string_view text) const {
    text = absl::StripAsciiWhitespace(text);
    switch (kind_) {
      case ValueKind::kBool:
        if (text != "true" && text != "false") return std::nullopt;
        return Literal{Value::Bool(text == "true"), std::string(text)};
      case ValueKind::kDouble:
        return ReadNumber(text);
      default:
        return ReadText(text);
    }
  }

  // FEEL leaves the 0 of 0.5 out where it likes; cells do not.
  static std::optional<Literal> ReadNumber(absl::string_view text) {
    const bool is_negative = absl::ConsumePrefix(&text, "-");
    const bool is_plain =
        !text.empty() && absl::ascii_isdigit(text.back()) &&
        text.find_first_not_of("0123456789.") == absl::string_view::npos;
    const std::string number = absl::StrCat(
        is_negative ? "-" : "", absl::StartsWith(text, ".") ? "0" : "", text);
    double value = 0;
    if (!is_plain || !absl::SimpleAtod(number, &value)) return std::nullopt;
    return Literal{Value::Double(value), number};
  }

  // Escapes are left to the conditions: cells have none.
  static std::optional<Literal> ReadText(absl::string_view text) {
    if (text.size() < 2 || text[0] != '"' ||
        EndOfText(text, 0) != text.size() || text.back() != '"' ||
        absl::StrContains(text, "\\")) {
      return std::nullopt;
    }
    return Literal{Value::String(text.substr(1, text.size() - 2)),
                   std::string(text)};
  }

  ValueKind kind_;
};

}  // namespace

std::optional<std::string> CellOfFeel(absl::string_view feel, ValueKind kind) {
  return FeelReader(kind).Read(feel);
}

}  // namespace stratagem
