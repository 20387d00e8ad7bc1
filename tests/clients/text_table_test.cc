// What must hold for tables: columns line up whatever the script, and a
// terminal's width is kept.

#include "clients/cli/text_table.h"

#include <sstream>
#include <string>
#include <vector>

#include "clients/cli/display_text.h"
#include "clients/cli/paragraph.h"
#include "clients/cli/progress.h"
#include "gtest/gtest.h"

namespace stratagem::cli {
namespace {

class TextTableTest : public testing::Test {
 protected:
  std::istringstream in_;
  std::ostringstream out_;
  std::ostringstream err_;
  Console console_{.in = in_, .out = out_, .err = err_};
};

TEST_F(TextTableTest, AlignsByDisplayWidthAndPadsNoLineEnd) {
  TextTable table({{"name"}, {"score", Align::kRight}, {"note"}}, console_);
  table.AddRow({{"gold"}, {"71.25"}, {"first"}});
  table.AddRow({{"老客户"}, {"8"}, {}});
  table.AddRow({{"x"}, {}, {"last"}});
  table.Print();
  EXPECT_EQ(out_.str(),
            "name    score  note\n"
            "gold    71.25  first\n"
            "老客户      8\n"
            "x              last\n");
}

TEST_F(TextTableTest, LaterPagesKeepColumnsAndDoNotRepeatHeadings) {
  TextTable table({{"a"}, {"b"}}, console_);
  table.AddRow({{"wide cell"}, {"1"}});
  table.Print();
  table.AddRow({{"x"}, {"2"}});
  table.Print();
  table.Print();
  EXPECT_EQ(out_.str(),
            "a          b\n"
            "wide cell  1\n"
            "x          2\n");
}

TEST_F(TextTableTest, ATableWithoutRowsPrintsNothing) {
  TextTable table({{"a"}}, console_);
  table.Print();
  EXPECT_EQ(out_.str(), "");
}

TEST_F(TextTableTest, WrapsBetweenWordsOnATerminalOnly) {
  const std::vector<TableCell> row = {{"abc"}, {"a long explanation"}, {"1"}};
  const std::vector<TableColumn> columns = {{"a"}, {"b"}, {"n", Align::kRight}};
  {
    TextTable table(columns, console_);
    table.AddRow(row);
    table.Print();
    EXPECT_EQ(out_.str(),
              "a    b                   n\nabc  a long explanation  1\n");
  }
  out_.str("");
  console_.out_is_terminal = true;
  console_.colors = false;
  console_.columns = 20;
  TextTable table(columns, console_);
  table.AddRow(row);
  table.Print();
  EXPECT_EQ(out_.str(),
            "a    b             n\n"
            "abc  a long        1\n"
            "     explanation\n");
}

TEST_F(TextTableTest, TheWidestColumnGivesWayFirst) {
  console_.out_is_terminal = true;
  console_.colors = false;
  console_.columns = 30;
  TextTable table({{"a"}, {"b"}}, console_);
  table.AddRow({{"two words"}, {"a good many more words than two"}});
  table.Print();
  EXPECT_EQ(out_.str(),
            "a          b\n"
            "two words  a good many more\n"
            "           words than two\n");
}

TEST_F(TextTableTest, WordsAreBrokenLastAndColumnsKeepTheirMinimum) {
  console_.out_is_terminal = true;
  console_.colors = false;
  console_.columns = 26;
  TextTable table({{"first"}, {"last", Align::kLeft, 14}}, console_);
  table.AddRow({{std::string(15, 'a')}, {std::string(20, 'b')}});
  table.Print();
  EXPECT_EQ(out_.str(),
            "first       last\n"
            "aaaaaaaaaa  bbbbbbbbbbbbbb\n"
            "aaaaa       bbbbbb\n");
}

TEST_F(TextTableTest, WhatFoldsStandsBelowItsRowWhereThereIsNoRoom) {
  const std::vector<TableColumn> columns = {
      {"who"},
      {.heading = "offers", .folds = true},
      {.heading = "why", .folds = true}};
  console_.out_is_terminal = true;
  console_.colors = false;
  console_.columns = 32;
  TextTable table(columns, console_);
  table.AddRow({{"c-1"}, {"gift"}, {"short"}});
  table.Print();
  EXPECT_EQ(out_.str(), "who  offers  why\nc-1  gift    short\n");
  out_.str("");
  table.AddRow({{"c-2"}, {"gift"}, {"one reason after the other"}});
  table.AddRow({{"c-3"}, {}, {"none"}});
  table.Print();
  EXPECT_EQ(out_.str(),
            "who\n"
            "c-2\n"
            "  offers  gift\n"
            "  why     one reason after the\n"
            "          other\n"
            "c-3\n"
            "  why     none\n");
}

TEST_F(TextTableTest, ColorsStandOnTerminalsThatWantThem) {
  console_.out_is_terminal = true;
  TextTable table({{"a"}, {"b"}}, console_);
  table.AddRow({{"x", Style::kGood}, {"y"}});
  table.Print();
  EXPECT_EQ(out_.str(),
            "\033[1ma\033[0m  \033[1mb\033[0m\n"
            "\033[32mx\033[0m  y\n");
}

TEST(DisplayTextTest, NumbersReadEasily) {
  EXPECT_EQ(WithThousands(0), "0");
  EXPECT_EQ(WithThousands(999), "999");
  EXPECT_EQ(WithThousands(4338), "4,338");
  EXPECT_EQ(WithThousands(1234567), "1,234,567");
  EXPECT_EQ(Counted(1, "warning"), "1 warning");
  EXPECT_EQ(Counted(0, "warning"), "0 warnings");
}

TEST(DisplayTextTest, TimesAreReadInAZone) {
  absl::TimeZone shanghai;
  ASSERT_TRUE(absl::LoadTimeZone("Asia/Shanghai", &shanghai));
  EXPECT_EQ(ZonedTime("2026-11-15T02:00:00.123Z", shanghai),
            "2026-11-15T10:00:00+08:00");
  EXPECT_EQ(ZonedTime("2026-11-15T02:00:00Z", absl::UTCTimeZone()),
            "2026-11-15T02:00:00Z");
  EXPECT_EQ(ZonedTime("soon", shanghai), "soon");
}

TEST(ParagraphTest, HangsOnATerminalAndIsOneLineElsewhere) {
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  Console console{.in = in, .out = out, .err = err};
  const std::string text = "one two three four five six\n";
  PrintParagraph(text, 2, Style::kPlain, console);
  EXPECT_EQ(out.str(), "  one two three four five six\uFFFD\n");
  out.str("");
  console.out_is_terminal = true;
  console.colors = false;
  console.columns = 26;
  PrintParagraph(text, 2, Style::kPlain, console);
  EXPECT_EQ(out.str(), "  one two three four\n    five six\uFFFD\n");
}

TEST(ProgressLineTest, ShowsShareCountsAndTimeLeft) {
  EXPECT_EQ(ProgressLine(0, 100, 0, 0, absl::ZeroDuration(), 80),
            "[>                   ]   0%  0 decided");
  EXPECT_EQ(ProgressLine(50, 100, 2300, 1, absl::Seconds(4), 80),
            "[==========>         ]  50%  2,300 decided, 1 failed  0:05 left");
  EXPECT_EQ(ProgressLine(100, 100, 4338, 0, absl::Seconds(9), 80),
            "[====================] 100%  4,338 decided");
  EXPECT_EQ(ProgressLine(50, 0, 7, 0, absl::Seconds(4), 80), "7 decided");
  EXPECT_EQ(ProgressLine(50, 100, 2300, 1, absl::Seconds(4), 10), "[========…");
}

}  // namespace
}  // namespace stratagem::cli
