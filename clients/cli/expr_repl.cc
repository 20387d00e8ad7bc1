#include "clients/cli/expr_repl.h"

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "clients/cli/expr_printer.h"
#include "clients/cli/expr_steps.h"
#include "clients/cli/text_table.h"
#include "engine/base/suggestion.h"
#include "engine/expr/function_table.h"
#include "engine/expr/macros.h"

namespace stratagem::cli {
namespace {

constexpr char kPrompt[] = "cel> ";

constexpr char kHelp[] =
    "EXPRESSION           its value and type\n"
    ":set NAME = EXPR     gives a name a value\n"
    ":unset NAME          takes it away\n"
    ":facts FILE          gives the members of a JSON object as names\n"
    ":type EXPR           the type, without evaluating\n"
    ":explain EXPR        the value of every part\n"
    ":ast EXPR            the syntax tree\n"
    ":names               every name with its type and value\n"
    ":help                this list\n"
    ":quit, Ctrl-D        the end\n"
    "TAB completes names, functions and commands; Ctrl-C gives up a line\n";

// $XDG_STATE_HOME/stratagem/expr_history, or "" when there is no home.
std::string HistoryPath() {
  const char* const state = std::getenv("XDG_STATE_HOME");
  if (state != nullptr && *state == '/') {
    return absl::StrCat(state, "/stratagem/expr_history");
  }
  const char* const home = std::getenv("HOME");
  if (home == nullptr || *home != '/') return "";
  return absl::StrCat(home, "/.local/state/stratagem/expr_history");
}

class Repl {
 public:
  Repl(ExprSession& session, const Console& console)
      : session_(session), console_(console) {}

  // Returns false when the line failed.
  bool RunLine(absl::string_view line) {
    if (!absl::ConsumePrefix(&line, ":")) {
      return EvaluateExpr(std::string(line), session_, ExprOutput::kText,
                          console_) == ExitCode::kOk;
    }
    const size_t space = std::min(line.find(' '), line.size());
    const absl::string_view name = line.substr(0, space);
    const std::string rest(absl::StripAsciiWhitespace(line.substr(space)));
    for (const Command& command : kCommands) {
      if (name == command.name) return Run(command, rest);
    }
    const std::string nearest =
        Nearest(absl::StrCat(":", name), CommandNames());
    console_.Error(absl::StrCat("there is no command `:", name, "`"),
                   nearest.empty()
                       ? "`:help` lists them"
                       : absl::StrCat("did you mean `", nearest, "`?"));
    return false;
  }

  bool done() const { return done_; }

  static std::vector<std::string> CommandNames() {
    std::vector<std::string> names;
    for (const Command& command : kCommands) {
      names.push_back(absl::StrCat(":", command.name));
    }
    return names;
  }

 private:
  struct Command {
    const char* name;
    bool (Repl::*run)(const std::string& rest);
    const char* example;  // Null for a command that takes nothing.
  };
  static const Command kCommands[9];

  bool Run(const Command& command, const std::string& rest) {
    if (command.example == nullptr && !rest.empty()) {
      console_.Error(absl::StrCat("`:", command.name, "` takes nothing"));
      return false;
    }
    if (command.example != nullptr && rest.empty()) {
      console_.Error(absl::StrCat("`:", command.name, "` needs more"),
                     absl::StrCat("for example `:", command.name, " ",
                                  command.example, "`"));
      return false;
    }
    return (this->*command.run)(rest);
  }

  bool Report(const absl::Status& status) {
    if (!status.ok()) console_.Error(status.message());
    return status.ok();
  }

  bool Set(const std::string& rest) {
    const size_t equals = rest.find('=');
    if (equals == std::string::npos || equals == 0 ||
        absl::StartsWith(rest.substr(equals), "==")) {
      console_.Error("`:set` needs a name and an expression",
                     "for example `:set nps = 9`");
      return false;
    }
    const std::string name(absl::StripAsciiWhitespace(rest.substr(0, equals)));
    const std::optional<expr::Program> program =
        CompileExpr(rest.substr(equals + 1), session_, console_);
    if (!program) return false;
    const Value value = program->Evaluate(session_.Start());
    if (value.is_error()) {
      PrintValue(*program, value, session_, ExprOutput::kText, console_);
      return false;
    }
    return Report(session_.Set(name, value, program->type()));
  }

  bool Unset(const std::string& rest) {
    if (session_.Unset(rest)) return true;
    console_.Error(absl::StrCat("`", rest, "` was not set"));
    return false;
  }

  bool Facts(const std::string& rest) {
    return Report(SetFromFile(rest, session_, console_));
  }

  bool Type(const std::string& rest) {
    return CheckExpr(rest, session_, ExprOutput::kText, console_) ==
           ExitCode::kOk;
  }
  bool Explain(const std::string& rest) {
    return ExplainExpr(rest, session_, ExprOutput::kText, console_) ==
           ExitCode::kOk;
  }
  bool Tree(const std::string& rest) {
    return ParseExpr(rest, ExprOutput::kText, console_) == ExitCode::kOk;
  }

  bool Names(const std::string& /*rest*/) {
    const expr::Frame& frame = session_.Start();
    TextTable table({{"name"}, {"type"}, {"value", Align::kLeft, 24}},
                    console_);
    for (const std::string& name : session_.scope().names()) {
      const expr::Declaration& found = *session_.scope().Find(name);
      const Value& value = frame.slots[static_cast<size_t>(found.slot)];
      table.AddRow({{name},
                    {expr::ToString(found.type), Style::kFaint},
                    {value.is_missing() ? "-" : ToString(value)}});
    }
    table.Print();
    return true;
  }

  bool Help(const std::string& /*rest*/) {
    console_.out << kHelp;
    return true;
  }
  bool Quit(const std::string& /*rest*/) {
    done_ = true;
    return true;
  }

  ExprSession& session_;
  const Console& console_;
  bool done_ = false;
};

const Repl::Command Repl::kCommands[9] = {
    {"set", &Repl::Set, "nps = 9"},
    {"unset", &Repl::Unset, "nps"},
    {"facts", &Repl::Facts, "customer.json"},
    {"type", &Repl::Type, "[1, 2].size()"},
    {"explain", &Repl::Explain, "1 > 2 || 2 > 1"},
    {"ast", &Repl::Tree, "1 + 2 * 3"},
    {"names", &Repl::Names, nullptr},
    {"help", &Repl::Help, nullptr},
    {"quit", &Repl::Quit, nullptr}};

bool IsWordByte(char c) {
  return c == '_' || c == '.' || c == ':' ||
         absl::ascii_isalnum(static_cast<unsigned char>(c));
}

// Adds those of `words` that start with `typed`, after `before`.
void AddMatching(absl::string_view before, absl::string_view typed,
                 const std::vector<std::string>& words, absl::string_view after,
                 std::vector<std::string>& found) {
  for (const std::string& word : words) {
    if (absl::StartsWith(word, typed)) {
      found.push_back(absl::StrCat(before, word, after));
    }
  }
}

// Whether a method whose target is declared as `target` may be called on a
// value of type `type`, as far as the outermost type tells.
bool MayTake(const expr::Type& target, const expr::Type& type) {
  return target.is(expr::TypeKind::kDyn) ||
         target.is(expr::TypeKind::kParameter) ||
         type.is(expr::TypeKind::kDyn) || target.kind() == type.kind();
}

// Functions that people call: not those that macros stand for. Of methods
// those that values of type `target` may have.
std::vector<std::string> FunctionNames(const expr::FunctionTable& functions,
                                       expr::CallStyle style,
                                       const expr::Type& target) {
  std::vector<std::string> names;
  for (const std::string& name : functions.names()) {
    if (absl::StrContains(name, '@')) continue;
    const auto overloads = functions.Find(name);
    if (std::any_of(overloads.begin(), overloads.end(),
                    [style, &target](const expr::Overload& overload) {
                      return overload.style == style &&
                             (style == expr::CallStyle::kGlobal ||
                              MayTake(overload.params.front(), target));
                    })) {
      names.push_back(name);
    }
  }
  return names;
}

bool IsGlobalMacro(const std::string& name) {
  return name == "has" || absl::StrContains(name, '.');
}

std::vector<std::string> GlobalMacros() {
  std::vector<std::string> names = expr::MacroNames();
  names.erase(std::remove_if(
                  names.begin(), names.end(),
                  [](const std::string& name) { return !IsGlobalMacro(name); }),
              names.end());
  return names;
}

// Those that values of type `target` have ("all").
std::vector<std::string> MacrosOf(const expr::Type& target) {
  std::vector<std::string> names;
  for (const std::string& name : expr::MacroNames()) {
    if (IsGlobalMacro(name)) continue;
    const bool of_optionals = absl::StartsWith(name, "opt");
    const bool has = target.is(expr::TypeKind::kDyn) ||
                     (of_optionals ? target.is(expr::TypeKind::kOptional)
                                   : target.is(expr::TypeKind::kList) ||
                                         target.is(expr::TypeKind::kMap));
    if (has) names.push_back(name);
  }
  return names;
}

}  // namespace

Completions CompleteExpr(const ExprSession& session, absl::string_view line) {
  size_t start = line.size();
  while (start > 0 && IsWordByte(line[start - 1])) --start;
  const absl::string_view word = line.substr(start);
  Completions result{word.size(), {}};
  if (start == 0 && absl::StartsWith(word, ":")) {
    AddMatching("", word, Repl::CommandNames(), " ", result.words);
    return result;
  }
  const expr::FunctionTable& functions = *session.scope().functions();
  const expr::Type dyn;
  AddMatching("", word, session.scope().names(), "", result.words);
  AddMatching("", word, FunctionNames(functions, expr::CallStyle::kGlobal, dyn),
              "(", result.words);
  AddMatching("", word, GlobalMacros(), "(", result.words);
  const size_t dot = word.rfind('.');
  if (result.words.empty() && dot != absl::string_view::npos) {
    const absl::string_view before = word.substr(0, dot + 1);
    const absl::string_view typed = word.substr(dot + 1);
    const expr::Declaration* const name =
        session.scope().Find(word.substr(0, dot));
    const expr::Type target = name == nullptr ? dyn : name->type;
    AddMatching(before, typed,
                FunctionNames(functions, expr::CallStyle::kMember, target), "(",
                result.words);
    AddMatching(before, typed, MacrosOf(target), "(", result.words);
    if (name != nullptr && name->rank_slot >= 0) {
      AddMatching(before, typed, {"atLeast"}, "(", result.words);
    }
  }
  std::sort(result.words.begin(), result.words.end());
  result.words.erase(std::unique(result.words.begin(), result.words.end()),
                     result.words.end());
  return result;
}

ExitCode RunRepl(ExprSession& session, const Console& console) {
  Repl repl(session, console);
  const std::unique_ptr<LineEditor> editor = NewLineEditor(
      console, kPrompt, HistoryPath(), [&session](absl::string_view line) {
        return CompleteExpr(session, line);
      });
  if (console.in_is_terminal) console.Note("`:help` lists what can be typed");
  bool failed = false;
  while (!repl.done()) {
    const std::optional<std::string> line = editor->ReadLine();
    if (!line) break;
    const absl::string_view text = absl::StripAsciiWhitespace(*line);
    if (!text.empty() && !repl.RunLine(text)) failed = true;
    console.out.flush();
  }
  return failed && !console.in_is_terminal ? ExitCode::kRefused : ExitCode::kOk;
}

}  // namespace stratagem::cli
