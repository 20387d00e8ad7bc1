// The language of cells: what each form says, and where a mistake is reported.

#include "engine/pack/table_cell.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace stratagem::pack {
namespace {

std::string TextOf(const CellLiteral& literal) {
  return literal.quoted ? absl::StrCat("<", literal.text, ">") : literal.text;
}

std::string TextOf(const CellTest& test) {
  const std::string low = TextOf(test.low);
  switch (test.kind) {
    case CellTest::Kind::kEqual:
      return absl::StrCat("==", low);
    case CellTest::Kind::kLess:
      return absl::StrCat("<", low);
    case CellTest::Kind::kLessOrEqual:
      return absl::StrCat("<=", low);
    case CellTest::Kind::kGreater:
      return absl::StrCat(">", low);
    case CellTest::Kind::kGreaterOrEqual:
      return absl::StrCat(">=", low);
    case CellTest::Kind::kRange:
      return absl::StrCat(test.low_inclusive ? "[" : "(", low, "..",
                          TextOf(test.high), test.high_inclusive ? "]" : ")");
    case CellTest::Kind::kMissing:
      return "missing";
  }
  return "";
}

// What the cell says, or the diagnostics.
std::string Parse(const std::string& text) {
  Diagnostics diagnostics;
  const InputCell cell =
      ParseTableCell(SourceText(text, {"t.yaml", 1, 1}), diagnostics);
  if (diagnostics.has_errors()) {
    EXPECT_TRUE(cell.tests.empty());
    const Diagnostic error = diagnostics.Sorted().front();
    return absl::StrCat(error.location.column, " ", error.code, " ",
                        error.message);
  }
  EXPECT_EQ(cell.source.text(), text);
  if (cell.kind == InputCell::Kind::kAny) return "any";
  std::string all = cell.negated ? "not" : "";
  for (const CellTest& test : cell.tests) {
    absl::StrAppend(&all, all.empty() ? "" : " ", TextOf(test));
  }
  return all;
}

struct CellCase {
  std::string text;
  std::string want;
};

class TableCellTest : public testing::TestWithParam<CellCase> {};

TEST_P(TableCellTest, SaysWhatIsWritten) {
  EXPECT_EQ(Parse(GetParam().text), GetParam().want) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    Good, TableCellTest,
    testing::ValuesIn(std::vector<CellCase>{
        {"_", "any"},
        {"  _ ", "any"},
        {"gold", "==gold"},
        {" two  words ", "==two  words"},
        {"-5", "==-5"},
        {"2026-11-01T10:00:00+08:00", "==2026-11-01T10:00:00+08:00"},
        {"a..b", "==a..b"},
        {"Men's", "==Men's"},
        {"a_b", "==a_b"},
        {"gold|silver | bronze", "==gold ==silver ==bronze"},
        {"\"gold | silver\" | x", "==<gold | silver> ==x"},
        {"'say \"hi\"'", "==<say \"hi\">"},
        {"\"\"", "==<>"},
        {"\"missing\" | missing", "==<missing> missing"},
        {"<5", "<5"},
        {"< = 5", "<=5"},
        {"<= 5 | >10 | >= 20", "<=5 >10 >=20"},
        {"> \"a b\"", "><a b>"},
        {"[10..20)", "[10..20)"},
        {"(10..20]", "(10..20]"},
        {"[ 10 .. 20 ]", "[10..20]"},
        {"]10..20[", "(10..20)"},
        {"[0.5..1.5)|[2..3)", "[0.5..1.5) [2..3)"},
        {"['a..b'..\"c\"]", "[<a..b>..<c>]"},
        {"!gold", "not ==gold"},
        {"! gold | [1..2]", "not ==gold [1..2]"},
        {"!missing", "not missing"},
    }));

INSTANTIATE_TEST_SUITE_P(
    Bad, TableCellTest,
    testing::ValuesIn(std::vector<CellCase>{
        {"", "1 E275 the cell is empty"},
        {"  ", "3 E275 the cell is empty"},
        {"!", "2 E275 a value is missing here"},
        {"| a", "1 E275 found `| a`, expected a value"},
        {"a |", "4 E275 a value is missing here"},
        {"a || b", "4 E275 found `| b`, expected a value"},
        {"_ | a", "1 E275 `_` is not a value"},
        {"!_", "2 E275 `_` is not a value"},
        {"-", "1 E275 `-` is not a value"},
        {"!!a", "2 E275 found `!a`, expected a value"},
        {"= 5", "1 E275 found `= 5`, expected a value"},
        {"{cel: x}", "1 E275 found `{cel: x}`, expected a value"},
        {"> >5", "3 E275 found `>5`, expected a value"},
        {"\"a\" b", "5 E275 found `b`, expected `|` or the end of the cell"},
        {"'a", "1 E275 the quote is never closed"},
        {"[1..2] 3", "8 E275 found `3`, expected `|` or the end of the cell"},
        {"[1..", "5 E275 a value is missing here"},
        {"[..2]", "2 E275 a value is missing here"},
        {"[1..2", "6 E275 the range has no end bracket"},
        {"[1]", "2 E275 the range has no `..`"},
        {"[\"a\" b..c]", "6 E275 found `b..c]`, expected `..`"},
        {"[[1..2]", "2 E275 found `[1..2]`, expected a value"},
    }));

}  // namespace
}  // namespace stratagem::pack
