// What must hold for tables: columns line up whatever the script, and a
// terminal's width is kept.

#include "clients/cli/text_table.h"

#include <sstream>
#include <string>
#include <vector>

#include "clients/cli/display_text.h"
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

TEST_F(TextTableTest, CutsTheLastColumnOnATerminalOnly) {
  const std::vector<TableCell> row = {{"abc"}, {"a long explanation"}};
  {
    TextTable table({{"a"}, {"b"}}, console_);
    table.AddRow(row);
    table.Print();
    EXPECT_EQ(out_.str(), "a    b\nabc  a long explanation\n");
  }
  out_.str("");
  console_.out_is_terminal = true;
  console_.colors = false;
  console_.columns = 14;
  TextTable table({{"a"}, {"b"}}, console_);
  table.AddRow(row);
  table.Print();
  EXPECT_EQ(out_.str(), "a    b\nabc  a long e…\n");
}

TEST_F(TextTableTest, TheLastColumnGivesWayFirstAndThenTheWidest) {
  console_.out_is_terminal = true;
  console_.colors = false;
  console_.columns = 31;
  TextTable table({{"a"}, {"b"}, {"c"}}, console_);
  table.AddRow({{"twelve chars"}, {"fifteen letters"}, {"a last column"}});
  table.Print();
  EXPECT_EQ(out_.str(),
            "a          b           c\n"
            "twelve c…  fifteen l…  a last …\n");
}

TEST_F(TextTableTest, AColumnKeepsItsOwnMinimum) {
  console_.out_is_terminal = true;
  console_.colors = false;
  console_.columns = 30;
  TextTable table({{"first"}, {"last", Align::kLeft, 14}}, console_);
  table.AddRow({{std::string(30, 'a')}, {std::string(30, 'b')}});
  table.Print();
  EXPECT_EQ(out_.str(), "first           last\n" + std::string(13, 'a') +
                            "…  " + std::string(13, 'b') + "…\n");
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
  EXPECT_EQ(Rounded(71.250, 2), "71.25");
  EXPECT_EQ(Rounded(8, 2), "8");
  EXPECT_EQ(Rounded(100, 0), "100");
  EXPECT_EQ(Rounded(-0.001, 2), "0");
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
