// The repl as a person meets it: on a terminal, with a prompt, completion and a
// history that nobody else may read.

#include <sys/stat.h>

#include <fstream>
#include <sstream>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/clients/terminal.h"
#include "tests/support/temp_dir.h"

namespace stratagem::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

// `stratagem expr repl`, whose history is in that folder.
class ReplTerminal : public Terminal {
 public:
  explicit ReplTerminal(const std::string& state_folder)
      : Terminal({"expr", "repl", "--set", "orders_total=3", "--set",
                  "orders_open=1"},
                 {.environment = {{"XDG_STATE_HOME", state_folder},
                                  {"HOME", state_folder}}}) {}
};

std::string Contents(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(ExprTerminalTest, PromptsCompletesAndRemembers) {
  const TempDir state;
  const std::string history = state.Join("stratagem/expr_history");
  {
    ReplTerminal terminal(state.path());
    EXPECT_THAT(terminal.WaitFor("cel> "), HasSubstr("`:help` lists"));
    // What is shared is typed, what is not is listed.
    terminal.Type("ord\t");
    EXPECT_THAT(terminal.WaitFor("ers_"), HasSubstr("ord"));
    terminal.Type("\t");
    EXPECT_THAT(terminal.WaitFor("orders_total"), HasSubstr("orders_open"));
    terminal.Type("t\t + 39\n");
    EXPECT_THAT(terminal.WaitFor("42 : int"), HasSubstr("otal + 39"));
    terminal.WaitFor("cel> ");
    terminal.Type("1 / 0\n");
    EXPECT_THAT(terminal.WaitFor("^"), HasSubstr("error: division by zero"));
    terminal.WaitFor("cel> ");
    terminal.Type("\x04");  // Ctrl-D.
    EXPECT_EQ(terminal.WaitForEnd(), 0);
  }
  struct stat file {};
  ASSERT_EQ(stat(history.c_str(), &file), 0) << history;
  EXPECT_EQ(file.st_mode & 0777, 0600u);
  EXPECT_THAT(Contents(history), HasSubstr("orders_total"));

  // The next time the last line is one key away.
  ReplTerminal terminal(state.path());
  terminal.WaitFor("cel> ");
  terminal.Type("\x10\x10\n");  // Ctrl-P twice: the line before the last.
  EXPECT_THAT(terminal.WaitFor("42 : int"), HasSubstr("orders_total + 39"));
  terminal.WaitFor("cel> ");
  terminal.Type(":quit\n");
  EXPECT_EQ(terminal.WaitForEnd(), 0);
}

TEST(ExprTerminalTest, CtrlCGivesUpTheLineAndNothingElse) {
  const TempDir state;
  ReplTerminal terminal(state.path());
  terminal.WaitFor("cel> ");
  terminal.Type("1 + 1\n");
  terminal.WaitFor("2 : int");
  terminal.WaitFor("cel> ");
  // The line is kept when it is typed, not when the program ends.
  EXPECT_THAT(Contents(state.Join("stratagem/expr_history")),
              HasSubstr("1\\040+\\0401"));
  terminal.Type("orders_total + \x03");
  EXPECT_THAT(terminal.WaitFor("cel> "), HasSubstr("^C"));
  terminal.Type("\x03");
  terminal.WaitFor("cel> ");
  terminal.Type("20 + 3\n");
  EXPECT_THAT(terminal.WaitFor("23 : int"), Not(HasSubstr("error")));
  terminal.WaitFor("cel> ");
  terminal.Type("\x04");
  EXPECT_EQ(terminal.WaitForEnd(), 0);
}

TEST(ExprTerminalTest, TextIsUtf8WithoutALocale) {
  const TempDir state;
  ReplTerminal terminal(state.path());
  terminal.WaitFor("cel> ");
  terminal.Type("'预约é'.size()\n");
  terminal.WaitFor("3 : int");
  terminal.WaitFor("cel> ");
  terminal.Type(":quit\n");
  EXPECT_EQ(terminal.WaitForEnd(), 0);
}

TEST(ExprTerminalTest, AHistoryThatCannotBeWrittenIsNoError) {
  const TempDir state;
  state.Write("stratagem", "a file where the folder would be");
  ReplTerminal terminal(state.path());
  terminal.WaitFor("cel> ");
  terminal.Type("1 + 1\n");
  EXPECT_THAT(terminal.WaitFor("2 : int"), HasSubstr("1 + 1"));
  terminal.Type(":quit\n");
  EXPECT_EQ(terminal.WaitForEnd(), 0);
}

}  // namespace
}  // namespace stratagem::cli
