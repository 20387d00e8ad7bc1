// `stratagem expr`: expressions tried by hand, with a pack's names or none.

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "clients/cli/command.h"
#include "clients/cli/expr_repl.h"
#include "clients/cli/expr_session.h"
#include "clients/cli/expr_steps.h"
#include "clients/cli/pack_files.h"
#include "engine/base/status_macros.h"
#include "engine/base/time_text.h"
#include "engine/base/utf8.h"

namespace stratagem::cli {
namespace {

struct ExprFlags {
  std::string text;
  std::string pack;
  std::string facts;
  std::vector<std::string> set;
  std::vector<std::string> request;
  std::string now;
  ExprOutput output = ExprOutput::kText;
};

// What a command does once names and values are there.
using Step = std::function<ExitCode(ExprSession&)>;

absl::StatusOr<absl::Time> ReadNow(const std::string& text) {
  absl::Time time;
  std::string error;
  if (text.empty()) return absl::Now();
  if (absl::ParseTime(absl::RFC3339_full, text, &time, &error)) return time;
  if (LacksZone(text)) {
    return absl::InvalidArgumentError(
        absl::StrCat("`--now`: `", text, "` lacks its zone; ", kZoneHint));
  }
  return absl::InvalidArgumentError(
      absl::StrCat("`--now`: `", text,
                   "` is not a time; expected such as 2026-11-15T10:00:00Z"));
}

// Facts from a file lie below those of flags.
absl::Status SetValues(const ExprFlags& flags, ExprSession& session,
                       const Console& console) {
  if (!flags.facts.empty()) {
    STRATAGEM_RETURN_IF_ERROR(SetFromFile(flags.facts, session, console));
  }
  for (const std::string& assignment : flags.set) {
    STRATAGEM_RETURN_IF_ERROR(session.SetFromText(assignment));
  }
  for (const std::string& assignment : flags.request) {
    STRATAGEM_RETURN_IF_ERROR(
        session.SetFromText(absl::StrCat("request.", assignment)));
  }
  return absl::OkStatus();
}

ExitCode RunWith(const ExprFlags& flags, const Console& console,
                 const Step& step) {
  if (!IsValidUtf8(flags.text)) {
    console.Error("the expression is not valid UTF-8");
    return ExitCode::kUsage;
  }
  const absl::StatusOr<absl::Time> now = ReadNow(flags.now);
  if (!now.ok()) {
    console.Error(now.status().message());
    return ExitCode::kUsage;
  }
  LoadedPack pack;
  if (!flags.pack.empty()) {
    const ExitCode code = RequirePack(flags.pack, console, pack);
    if (code != ExitCode::kOk) return code;
  }
  ExprSession session(pack.plan.get(), *now);
  if (const absl::Status set = SetValues(flags, session, console); !set.ok()) {
    console.Error(set.message());
    return set.code() == absl::StatusCode::kUnavailable ? ExitCode::kEnvironment
                                                        : ExitCode::kUsage;
  }
  for (const std::string& mistake : session.LikelyMistakes()) {
    console.Note(mistake);
  }
  return step(session);
}

void AddNameFlags(CLI::App& command, ExprFlags& flags) {
  command
      .add_option("--pack", flags.pack,
                  "use the names of the pack in this folder")
      ->type_name("DIR");
  command
      .add_option("--facts", flags.facts,
                  "values of names: a JSON object in a file, or - for standard "
                  "input")
      ->type_name("FILE");
  const auto add_many = [&](const char* name, std::vector<std::string>& values,
                            const char* help) {
    command.add_option(name, values, help)
        ->type_name("NAME=VALUE")
        ->expected(1)
        ->allow_extra_args(false)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  };
  add_many("--set", flags.set,
           "one value, over --facts: JSON or text; again for more");
  add_many("--request", flags.request,
           "one request value of the pack; again for more");
  command.add_option("--now", flags.now, "what `now` is (default: the clock)")
      ->type_name("TIME");
}

CLI::App* AddCommand(CLI::App& expr, const char* name, const char* help,
                     ExprFlags& flags) {
  CLI::App* const command = expr.add_subcommand(name, help);
  command->add_option("EXPR", flags.text, "the expression")
      ->required()
      ->type_name("");
  AddOutputFlag<ExprOutput>(
      *command, flags.output, "text (for people) or json",
      {{"text", ExprOutput::kText}, {"json", ExprOutput::kJson}});
  return command;
}

constexpr char kFooter[] =
    "\nexamples:\n"
    "  stratagem expr eval '1 + 1'\n"
    "  stratagem expr eval 'cart.exists(i, i.price > 10.0)' --facts cart.json\n"
    "  stratagem expr explain \"tier.atLeast('gold')\" --pack rules/retail \\\n"
    "      --facts customer.json\n"
    "\nexit codes:\n"
    "  0  done\n"
    "  1  the expression has errors, or comes to one\n"
    "  2  the command line is wrong\n"
    "  3  a file cannot be read\n";

}  // namespace

void AddExprCommands(CLI::App& app, const Console& console, Chosen& chosen) {
  CLI::App* const expr = app.add_subcommand(
      "expr", "Try expressions: evaluate, check, explain them");
  expr->require_subcommand(1);
  const auto flags = std::make_shared<ExprFlags>();
  const auto on = [&console, &chosen, flags](CLI::App* command, Step step) {
    command->footer(kFooter);
    command->callback([&console, &chosen, flags, step = std::move(step)] {
      chosen.run = [&console, flags, step] {
        return RunWith(*flags, console, step);
      };
    });
  };
  CLI::App* const eval =
      AddCommand(*expr, "eval", "Its value and type", *flags);
  AddNameFlags(*eval, *flags);
  on(eval, [flags, &console](ExprSession& session) {
    return EvaluateExpr(flags->text, session, flags->output, console);
  });
  CLI::App* const check = AddCommand(
      *expr, "check", "Its type, or every mistake at its place", *flags);
  AddNameFlags(*check, *flags);
  on(check, [flags, &console](ExprSession& session) {
    return CheckExpr(flags->text, session, flags->output, console);
  });
  CLI::App* const explain = AddCommand(
      *expr, "explain", "The value of each of its parts: why it is so", *flags);
  AddNameFlags(*explain, *flags);
  on(explain, [flags, &console](ExprSession& session) {
    return ExplainExpr(flags->text, session, flags->output, console);
  });
  CLI::App* const ast =
      AddCommand(*expr, "ast", "Its syntax tree, macros expanded", *flags);
  on(ast, [flags, &console](ExprSession&) {
    return ParseExpr(flags->text, flags->output, console);
  });
  CLI::App* const repl = expr->add_subcommand(
      "repl", "Type expressions and see their values at once");
  AddNameFlags(*repl, *flags);
  on(repl,
     [&console](ExprSession& session) { return RunRepl(session, console); });
}

}  // namespace stratagem::cli
