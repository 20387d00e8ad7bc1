// What must hold for CsvReader: RFC 4180 and what spreadsheets really write,
// each cell at its own place, and one bad line costs one line.

#include "engine/value/csv.h"

#include <ios>
#include <sstream>
#include <streambuf>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gtest/gtest.h"

namespace stratagem {
namespace {

// Everything the reader says, one item a line: "1:1=a|1:3=b", "error 2:1 …".
std::string ReadAll(const std::string& text, CsvOptions options = {}) {
  std::istringstream input(text);
  CsvReader reader(input, options);
  std::vector<std::string> lines;
  while (true) {
    switch (reader.Next()) {
      case CsvRead::kRow:
        lines.push_back(absl::StrJoin(
            reader.row(), "|", [](std::string* out, const CsvCell& cell) {
              absl::StrAppend(out, cell.line, ":", cell.column, "=", cell.text);
            }));
        break;
      case CsvRead::kMalformed:
        lines.push_back(absl::StrCat("error ", reader.error().line, ":",
                                     reader.error().column, " ",
                                     reader.error().message));
        break;
      case CsvRead::kEnd:
        return absl::StrJoin(lines, "\n");
      case CsvRead::kFailed:
        return "failed";
    }
  }
}

struct RowsCase {
  std::string name;
  std::string text;
  std::string want;
};

class CsvReaderRowsTest : public testing::TestWithParam<RowsCase> {};

TEST_P(CsvReaderRowsTest, ReadsCellsWithTheirPlaces) {
  EXPECT_EQ(ReadAll(GetParam().text), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    WellFormed, CsvReaderRowsTest,
    testing::ValuesIn(std::vector<RowsCase>{
        {"Empty", "", ""},
        {"OneCell", "a", "1:1=a"},
        {"LfEndsRows", "a,b\nc,d\n", "1:1=a|1:3=b\n2:1=c|2:3=d"},
        {"CrLfEndsRows", "a,b\r\nc,d\r\n", "1:1=a|1:3=b\n2:1=c|2:3=d"},
        {"LastRowWithoutEnd", "a\nb", "1:1=a\n2:1=b"},
        {"EmptyCellsCount", ",a,\n", "1:1=|1:2=a|1:4="},
        {"SpacesAreKept", " a , b \n", "1:1= a |1:5= b "},
        {"EmptyLinesAreSkipped", "a\n\n\r\nb\n\n", "1:1=a\n4:1=b"},
        {"ByteOrderMarkIsSkipped",
         "\xEF\xBB\xBF"
         "a,b\n",
         "1:1=a|1:3=b"},
        {"QuotedCell", "\"a,b\",c\n", "1:1=a,b|1:7=c"},
        {"DoubledQuotes", "\"say \"\"hi\"\"\",c", "1:1=say \"hi\"|1:14=c"},
        {"EmptyQuotedCell", "\"\",a", "1:1=|1:4=a"},
        {"QuotedLineBreaks", "\"a\r\nb\",c\nd,e",
         "1:1=a\r\nb|2:4=c\n3:1=d|3:3=e"},
        {"QuotedAtTheEndOfInput", "a,\"b\"", "1:1=a|1:3=b"},
        {"LoneCarriageReturnIsText", "a\rb,c", "1:1=a\rb|1:5=c"},
        {"ColumnsCountBytes", "城,b", "1:1=城|1:5=b"},
        {"RowsMayDifferInLength", "a\nb,c\n", "1:1=a\n2:1=b|2:3=c"},
    }),
    [](const auto& param_info) { return param_info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Malformed, CsvReaderRowsTest,
    testing::ValuesIn(std::vector<RowsCase>{
        {"StrayQuote", "a\nb,5\" pipe\nc",
         "1:1=a\nerror 2:4 a quote inside a cell that does not start with "
         "one; quote the whole cell and double the quotes in it\n3:1=c"},
        {"TextAfterTheClosingQuote", "\"a\"b,c\nd",
         "error 1:4 text after the closing quote; expected `,` or the end of "
         "the line\n2:1=d"},
        {"UnclosedQuoteCostsOneLine", "a\n\"b,c\nd,e\nf",
         "1:1=a\nerror 2:1 a quoted cell that is not closed before the end of "
         "the input\n3:1=d|3:3=e\n4:1=f"},
        {"UnclosedQuoteOnTheLastLine", "a\n\"",
         "1:1=a\nerror 2:1 a quoted cell that is not closed before the end of "
         "the input"},
        {"NotUtf8", "a,\xC3\xC3\nb",
         "error 1:3 text that is not UTF-8; save the file as UTF-8\n2:1=b"},
        {"ACodePointCutByADelimiter", "\xC3,\xA9\nb",
         "error 1:1 text that is not UTF-8; save the file as UTF-8\n2:1=b"},
    }),
    [](const auto& param_info) { return param_info.param.name; });

TEST(CsvReaderOptionsTest, TakesAnotherDelimiter) {
  EXPECT_EQ(ReadAll("a;b,c\n", {.delimiter = ';'}), "1:1=a|1:3=b,c");
  EXPECT_EQ(ReadAll("a\tb\n", {.delimiter = '\t'}), "1:1=a|1:3=b");
}

TEST(CsvReaderOptionsTest, ARowAtTheLimitIsReadAndOneAboveIsAnError) {
  const CsvOptions options{.row_bytes_max = 5};
  EXPECT_EQ(ReadAll("ab,cd\nx", options), "1:1=ab|1:4=cd\n2:1=x");
  EXPECT_EQ(ReadAll("ab,cde\nx", options),
            "error 1:4 the row is longer than 5 bytes\n2:1=x");
  EXPECT_EQ(ReadAll("\"ab\ncdefg\nx", options),
            "error 1:1 a quoted cell that is not closed within the 5 bytes of "
            "a row\n2:1=cdefg\n3:1=x");
}

TEST(CsvReaderLongInputTest, RowsThatStraddleReadsAreWhole) {
  std::string text;
  const int rows = 20'000;
  for (int i = 0; i < rows; ++i) {
    absl::StrAppend(&text, i, ",\"row\n", i, "\"\r\n");
  }
  std::istringstream input(text);
  CsvReader reader(input);
  for (int i = 0; i < rows; ++i) {
    ASSERT_EQ(reader.Next(), CsvRead::kRow) << i;
    ASSERT_EQ(reader.row().size(), 2u) << i;
    ASSERT_EQ(reader.row()[0].text, absl::StrCat(i));
    ASSERT_EQ(reader.row()[1].text, absl::StrCat("row\n", i));
    ASSERT_EQ(reader.row()[0].line, 2 * i + 1);
  }
  EXPECT_EQ(reader.Next(), CsvRead::kEnd);
  EXPECT_EQ(reader.bytes_read(), text.size());
}

TEST(CsvReaderLongInputTest, ALineWithoutEndIsOneError) {
  EXPECT_EQ(ReadAll(std::string(3u << 20, 'x') + "\ny"),
            "error 1:1 the row is longer than 1048576 bytes\n2:1=y");
}

// A file on a disk that breaks off.
class BrokenBuffer : public std::streambuf {
 protected:
  std::streamsize xsgetn(char*, std::streamsize) override {
    throw std::ios_base::failure("disk");
  }
  int_type underflow() override { throw std::ios_base::failure("disk"); }
};

TEST(CsvReaderFailureTest, AnInputThatBreaksOffIsNotAnEnd) {
  BrokenBuffer buffer;
  std::istream input(&buffer);
  CsvReader reader(input);
  EXPECT_EQ(reader.Next(), CsvRead::kFailed);
  EXPECT_EQ(reader.error().message, "the input cannot be read any further");
}

}  // namespace
}  // namespace stratagem
