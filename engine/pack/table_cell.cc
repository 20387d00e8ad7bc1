#include "engine/pack/table_cell.h"

#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace stratagem::pack {
namespace {

constexpr char kAny[] = "_";
constexpr char kMissing[] = "missing";
// What bare text may not begin with: it would look like more than text.
constexpr char kSigns[] = "<>=![](){}|";

bool IsOneOf(char c, absl::string_view set) {
  return set.find(c) != absl::string_view::npos;
}

class CellParser {
 public:
  CellParser(InputCell& cell, Diagnostics& diagnostics)
      : cell_(cell), text_(cell.source.text()), diagnostics_(diagnostics) {}

  void Parse() {
    SkipSpace();
    if (AtEnd()) {
      Fail("the cell is empty", "write `_` where every value will do");
      return;
    }
    if (absl::StripAsciiWhitespace(text_) == kAny) {
      cell_.kind = InputCell::Kind::kAny;
      return;
    }
    cell_.negated = Take('!');
    do {
      if (!ParseTest()) {
        cell_.tests.clear();
        return;
      }
    } while (Take('|'));
    if (AtEnd()) return;
    cell_.tests.clear();
    Fail(absl::StrCat("found `", Rest(),
                      "`, expected `|` or the end of the "
                      "cell"),
         "alternatives stand like `a | b`");
  }

 private:
  bool AtEnd() const { return position_ == text_.size(); }
  char Peek() const { return AtEnd() ? '\0' : text_[position_]; }

  void SkipSpace() {
    while (!AtEnd() &&
           absl::ascii_isspace(static_cast<unsigned char>(text_[position_]))) {
      ++position_;
    }
  }

  // Takes `sign` and the space around it.
  bool Take(char sign) {
    SkipSpace();
    if (Peek() != sign) return false;
    ++position_;
    SkipSpace();
    return true;
  }

  // What is left, for messages.
  std::string Rest() const {
    constexpr size_t kShownBytesMax = 40;
    std::string rest(text_.substr(position_));
    if (rest.size() <= kShownBytesMax) return rest;
    size_t end = kShownBytesMax;
    while (end > 0 &&
           (static_cast<unsigned char>(rest[end]) & 0xC0u) == 0x80u) {
      --end;  // Not inside a code point.
    }
    return rest.substr(0, end) + "…";
  }

  bool Fail(std::string message, std::string hint) {
    for (char& c : message) {
      if (absl::ascii_iscntrl(static_cast<unsigned char>(c))) c = ' ';
    }
    diagnostics_.AddError("E275", cell_.source.Locate(position_),
                          std::move(message), std::move(hint));
    return false;
  }

  bool ParseTest() {
    SkipSpace();
    CellTest test;
    test.offset = position_;
    bool ok = false;
    if (Peek() == '<' || Peek() == '>') {
      ok = ParseComparison(test);
    } else if (IsOneOf(Peek(), "[(]") && !AtEnd()) {
      ok = ParseRange(test);
    } else {
      ok = ParseLiteral("|", test.low);
      if (ok && !test.low.quoted && test.low.text == kMissing) {
        test.kind = CellTest::Kind::kMissing;
      }
    }
    if (ok) cell_.tests.push_back(std::move(test));
    return ok;
  }

  bool ParseComparison(CellTest& test) {
    const bool less = Peek() == '<';
    ++position_;
    const bool or_equal = Take('=');
    if (less) {
      test.kind =
          or_equal ? CellTest::Kind::kLessOrEqual : CellTest::Kind::kLess;
    } else {
      test.kind =
          or_equal ? CellTest::Kind::kGreaterOrEqual : CellTest::Kind::kGreater;
    }
    return ParseLiteral("|", test.low);
  }

  bool ParseRange(CellTest& test) {
    constexpr char kHint[] =
        "a range stands like [10..20), its end left out, or [10..20]; text "
        "that begins with a bracket stands between quotes of its own";
    test.kind = CellTest::Kind::kRange;
    test.low_inclusive = Peek() == '[';
    ++position_;
    if (text_.find("..", position_) == absl::string_view::npos) {
      return Fail("the range has no `..`",
                  cell_.negated ? "without brackets, `!a | b` takes neither "
                                  "a nor b"
                                : kHint);
    }
    SkipSpace();
    if (text_.substr(position_, 2) == "..") return FailOpenBelow();
    if (!ParseLiteral("..", test.low)) return false;
    if (text_.substr(position_, 2) != "..") {
      return Fail(absl::StrCat("found `", Rest(), "`, expected `..`"), kHint);
    }
    position_ += 2;
    SkipSpace();
    if (!AtEnd() && IsOneOf(Peek(), "])[")) {
      return Fail("a value is missing here",
                  absl::StrCat("write `", test.low_inclusive ? ">= " : "> ",
                               test.low.text, "`"));
    }
    if (!ParseLiteral("])[", test.high)) return false;
    if (AtEnd()) return Fail("the range has no end bracket", kHint);
    test.high_inclusive = Peek() == ']';
    ++position_;
    SkipSpace();
    return true;
  }

  // Of a range without its start, at its `..`.
  bool FailOpenBelow() {
    const size_t begin = position_ + 2;
    const size_t end = text_.find_first_of("])[", begin);
    std::string hint;
    if (end != absl::string_view::npos) {
      const absl::string_view high =
          absl::StripAsciiWhitespace(text_.substr(begin, end - begin));
      if (!high.empty()) {
        hint = absl::StrCat("write `", text_[end] == ']' ? "<= " : "< ",
                            std::string(high), "`");
      }
    }
    return Fail("a value is missing here", std::move(hint));
  }

  // What to write in place of a sign where a value is expected.
  std::string SignHint() const {
    const absl::string_view sign = text_.substr(position_, 2);
    if (sign == "=>" || sign == "=<") {
      return absl::StrCat(
          "write `", sign == "=>" ? ">= " : "<= ",
          std::string(absl::StripAsciiWhitespace(text_.substr(position_ + 2))),
          "`");
    }
    if (Peek() == '=') return "write the value alone; it is compared with ==";
    if (Peek() == '|') return "one `|` stands between alternatives: `a | b`";
    return "text that begins with a sign stands between quotes of its own: "
           "'\"(none)\"'";
  }

  // Reads up to the end of the cell or to `stop`: the text ".." or else any of
  // its bytes.
  bool ParseLiteral(absl::string_view stop, CellLiteral& literal) {
    SkipSpace();
    literal.offset = position_;
    if (Peek() == '"' || Peek() == '\'') return ParseQuoted(literal);
    if (IsOneOf(Peek(), kSigns) && !AtEnd()) {
      return Fail(absl::StrCat("found `", Rest(), "`, expected a value"),
                  SignHint());
    }
    size_t end = stop == ".." ? text_.find(stop, position_)
                              : text_.find_first_of(stop, position_);
    if (end == absl::string_view::npos) end = text_.size();
    const absl::string_view bare =
        absl::StripAsciiWhitespace(text_.substr(position_, end - position_));
    if (bare.empty()) return Fail("a value is missing here", "");
    if (bare == kAny || bare == "-") {
      return Fail(absl::StrCat("`", std::string(bare), "` is not a value"),
                  bare == kAny ? "`_` takes every value and stands alone"
                               : "where every value will do, write `_`");
    }
    literal.text = std::string(bare);
    position_ = end;
    return true;
  }

  bool ParseQuoted(CellLiteral& literal) {
    const size_t end = text_.find(Peek(), position_ + 1);
    if (end == absl::string_view::npos) {
      return Fail("the quote is never closed",
                  "a quote at the start of a value closes at its end; for text "
                  "that holds quotes use the other kind around it");
    }
    literal.quoted = true;
    literal.text =
        std::string(text_.substr(position_ + 1, end - position_ - 1));
    position_ = end + 1;
    SkipSpace();
    return true;
  }

  InputCell& cell_;
  const absl::string_view text_;
  Diagnostics& diagnostics_;
  size_t position_ = 0;
};

}  // namespace

InputCell ParseTableCell(SourceText source, Diagnostics& diagnostics) {
  InputCell cell;
  cell.kind = InputCell::Kind::kTests;
  cell.source = std::move(source);
  CellParser(cell, diagnostics).Parse();
  return cell;
}

namespace {

// For a list in place of a cell: most often its items are the alternatives.
std::string ListHint(const YamlNode& list) {
  std::string alternatives;
  for (const YamlNode& item : list.items) {
    if (!item.is(YamlKind::kScalar) || list.items.size() < 2) {
      alternatives.clear();
      break;
    }
    absl::StrAppend(&alternatives, alternatives.empty() ? "" : " | ",
                    item.text);
  }
  constexpr size_t kShownBytesMax = 60;
  if (alternatives.empty() || alternatives.size() > kShownBytesMax) {
    return "put a range between quotes: '[10..20]'";
  }
  return absl::StrCat("for any of these write `", alternatives,
                      "`; a range stands between quotes: '[10..20]'");
}

}  // namespace

InputCell ReadTableCell(ReadContext& context, const YamlNode& node) {
  if (node.is(YamlKind::kScalar)) {
    return ParseTableCell(node.source(), context.diagnostics);
  }
  const SourceText nothing("", node.location());
  InputCell cell{InputCell::Kind::kTests, false, {}, nothing};
  if (node.is(YamlKind::kMapping) && node.entries.size() == 1 &&
      node.entries[0].key.text == "cel") {
    Expression expression{nothing};
    Read(context, node.entries[0].value, expression);
    cell.kind = InputCell::Kind::kExpression;
    cell.source = std::move(expression.source);
  } else if (!node.is(YamlKind::kBroken)) {
    context.diagnostics.AddError(
        "E275", node.location(),
        absl::StrCat("found ", Describe(node), ", expected a cell"),
        node.is(YamlKind::kSequence)
            ? ListHint(node)
            : "write `_` where every value will do, `missing` where there is "
              "none");
  }
  return cell;
}

}  // namespace stratagem::pack
