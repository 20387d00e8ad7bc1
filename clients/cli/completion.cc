// One description of the commands, and a script for each shell that holds it as
// `case` lines over "command word".

#include "clients/cli/completion.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"

namespace stratagem::cli {
namespace {

using Kind = Completion::Kind;

// The choices of `CLI::IsMember`, which Quiet() keeps as the validator's name:
// "{json,table}".
std::vector<std::string> ChoicesOf(CLI::Option& option) {
  for (int i = 0;; ++i) {
    const CLI::Validator* validator = nullptr;
    try {
      validator = option.get_validator(i);
    } catch (const CLI::OptionNotFound&) {
      return {};
    }
    absl::string_view choices = validator->get_name();
    if (absl::ConsumePrefix(&choices, "{") &&
        absl::ConsumeSuffix(&choices, "}")) {
      return absl::StrSplit(choices, ',');
    }
  }
}

// `word` is what `--help` calls the value: "DIR".
Completion CompletionOf(CLI::Option& option, const std::string& word) {
  std::vector<std::string> choices = ChoicesOf(option);
  if (!choices.empty()) return {Kind::kChoices, std::move(choices)};
  if (word == "DIR" || word == "A" || word == "B") return {Kind::kFolders, {}};
  if (word == "FILE" || word == "PATH") return {Kind::kFiles, {}};
  return {};
}

// The help's first line, without what a `case` line could not hold.
std::string OneLine(const std::string& help) {
  return help.substr(0, help.find('\n'));
}

void Describe(CLI::App& app, const std::string& parent,
              std::vector<CompletionCommand>& commands) {
  CompletionCommand command;
  command.name = parent.empty() ? app.get_name()
                                : absl::StrCat(parent, " ", app.get_name());
  command.help = OneLine(app.get_description());
  for (CLI::Option* const option : app.get_options()) {
    if (option->get_positional()) {
      command.argument = CompletionOf(*option, option->get_name(true));
      continue;
    }
    CompletionFlag flag;
    for (const std::string& name : option->get_snames()) {
      flag.names.push_back(absl::StrCat("-", name));
    }
    for (const std::string& name : option->get_lnames()) {
      flag.names.push_back(absl::StrCat("--", name));
    }
    flag.help = OneLine(option->get_description());
    flag.takes_value = option->get_items_expected_max() > 0;
    if (flag.takes_value) {
      flag.value = CompletionOf(*option, option->get_type_name());
    }
    command.flags.push_back(std::move(flag));
  }
  const std::string name = command.name;
  commands.push_back(std::move(command));
  for (CLI::App* const sub : app.get_subcommands(nullptr)) {
    Describe(*sub, name, commands);
  }
}

using Commands = std::vector<CompletionCommand>;

std::string SingleQuoted(absl::string_view text) {
  return absl::StrCat("'", absl::StrReplaceAll(text, {{"'", "'\\''"}}), "'");
}

std::vector<const CompletionCommand*> CommandsBelow(
    const Commands& commands, const CompletionCommand& parent) {
  std::vector<const CompletionCommand*> below;
  for (const CompletionCommand& command : commands) {
    absl::string_view rest = command.name;
    if (absl::ConsumePrefix(&rest, absl::StrCat(parent.name, " ")) &&
        !absl::StrContains(rest, ' ')) {
      below.push_back(&command);
    }
  }
  return below;
}

std::string LastWord(const std::string& name) {
  return name.substr(name.rfind(' ') + 1);
}

// "'stratagem pack'|'stratagem pack check'|…": all but the program itself.
std::string CommandPattern(const Commands& commands) {
  std::vector<std::string> names;
  for (const CompletionCommand& command : commands) {
    if (&command != &commands.front())
      names.push_back(SingleQuoted(command.name));
  }
  return absl::StrJoin(names, "|");
}

// "'stratagem decide -o'|'stratagem decide --output'".
std::string FlagPattern(const CompletionCommand& command,
                        const CompletionFlag& flag) {
  return absl::StrJoin(
      flag.names, "|", [&](std::string* out, const std::string& name) {
        absl::StrAppend(out,
                        SingleQuoted(absl::StrCat(command.name, " ", name)));
      });
}

std::vector<std::string> FlagNames(const CompletionCommand& command) {
  std::vector<std::string> names;
  for (const CompletionFlag& flag : command.flags) {
    names.insert(names.end(), flag.names.begin(), flag.names.end());
  }
  return names;
}

// ------------------------------------------------------------------ bash

std::string BashReply(const Completion& completion) {
  switch (completion.kind) {
    case Kind::kNothing:
      return ":";
    case Kind::kChoices:
      return absl::StrCat("_stratagem_words ",
                          SingleQuoted(absl::StrJoin(completion.choices, " ")));
    case Kind::kFiles:
      return "_stratagem_paths -f";
    case Kind::kFolders:
      return "_stratagem_paths -d";
  }
  return ":";
}

std::string BashScript(const Commands& commands) {
  std::string values;
  std::string words;
  for (const CompletionCommand& command : commands) {
    for (const CompletionFlag& flag : command.flags) {
      if (!flag.takes_value) continue;
      absl::StrAppend(&values, "    ", FlagPattern(command, flag), ") ",
                      BashReply(flag.value), "; return ;;\n");
    }
    std::vector<std::string> below;
    for (const CompletionCommand* sub : CommandsBelow(commands, command)) {
      below.push_back(LastWord(sub->name));
    }
    absl::StrAppend(&words, "    ", SingleQuoted(command.name),
                    ")\n      if [[ $word == -* ]]; then _stratagem_words ",
                    SingleQuoted(absl::StrJoin(FlagNames(command), " ")),
                    "; else ",
                    below.empty() ? BashReply(command.argument)
                                  : BashReply({Kind::kChoices, below}),
                    "; fi ;;\n");
  }
  return absl::StrCat(R"sh(# Completion of stratagem for bash.

_stratagem_words() {
  mapfile -t COMPREPLY < <(compgen -W "$1" -- "$word")
}

_stratagem_paths() {
  compopt -o filenames 2>/dev/null
  mapfile -t COMPREPLY < <(compgen "$1" -- "$word")
}

_stratagem() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
  local command=stratagem i
  COMPREPLY=()
  # `--flag=value` comes as three words.
  if [[ $word == = ]]; then
    word=
  elif [[ $before == = ]] && ((COMP_CWORD > 1)); then
    before=${COMP_WORDS[COMP_CWORD - 2]}
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$command ${COMP_WORDS[i]}" in
      )sh",
                      CommandPattern(commands), R"sh()
        command="$command ${COMP_WORDS[i]}" ;;
    esac
  done
  case "$command $before" in
)sh",
                      values, R"sh(  esac
  case "$command" in
)sh",
                      words, R"sh(  esac
}

complete -F _stratagem stratagem
)sh");
}

// ------------------------------------------------------------------- zsh

std::string ZshReply(const Completion& completion) {
  switch (completion.kind) {
    case Kind::kNothing:
      return ":";
    case Kind::kChoices:
      return absl::StrCat("compadd -- ",
                          absl::StrJoin(completion.choices, " "));
    case Kind::kFiles:
      return "_files";
    case Kind::kFolders:
      return "_files -/";
  }
  return ":";
}

// 'name:what it does', as _describe takes it.
std::string ZshItem(absl::string_view name, absl::string_view help) {
  return SingleQuoted(absl::StrCat(name, ":", help));
}

std::string ZshScript(const Commands& commands) {
  std::string values;
  std::string words;
  for (const CompletionCommand& command : commands) {
    std::string flags;
    for (const CompletionFlag& flag : command.flags) {
      for (const std::string& name : flag.names) {
        absl::StrAppend(&flags, " ", ZshItem(name, flag.help));
      }
      if (!flag.takes_value) continue;
      absl::StrAppend(&values, "    ", FlagPattern(command, flag), ") ",
                      ZshReply(flag.value), "; return ;;\n");
    }
    std::string below;
    for (const CompletionCommand* sub : CommandsBelow(commands, command)) {
      absl::StrAppend(&below, " ", ZshItem(LastWord(sub->name), sub->help));
    }
    absl::StrAppend(&words, "    ", SingleQuoted(command.name),
                    ")\n      flags=(", flags, " )\n      commands=(", below,
                    " )\n      [[ $word == -* || -n $commands ]] || ",
                    ZshReply(command.argument), " ;;\n");
  }
  return absl::StrCat(R"sh(#compdef stratagem
# Completion of stratagem for zsh.

_stratagem() {
  local word=${words[CURRENT]} before=${words[CURRENT-1]}
  local command=stratagem item
  local -a flags commands
  for item in "${(@)words[2,CURRENT-1]}"; do
    case "$command $item" in
      )sh",
                      CommandPattern(commands), R"sh()
        command="$command $item" ;;
    esac
  done
  case "$command $before" in
)sh",
                      values, R"sh(  esac
  case "$command" in
)sh",
                      words, R"sh(  esac
  if [[ $word == -* ]]; then
    _describe -o flag flags
  elif [[ -n $commands ]]; then
    _describe command commands
  fi
}

if [[ $funcstack[1] == _stratagem ]]; then
  _stratagem "$@"
else
  compdef _stratagem stratagem
fi
)sh");
}

// ------------------------------------------------------------------ fish

std::string FishReply(const Completion& completion) {
  switch (completion.kind) {
    case Kind::kNothing:
      return " -x";
    case Kind::kChoices:
      return absl::StrCat(" -x -a ",
                          SingleQuoted(absl::StrJoin(completion.choices, " ")));
    case Kind::kFiles:
      return " -r -F";
    case Kind::kFolders:
      return " -x -a '(__fish_complete_directories)'";
  }
  return "";
}

std::string FishQuoted(absl::string_view text) {
  return absl::StrCat(
      "'", absl::StrReplaceAll(text, {{"\\", "\\\\"}, {"'", "\\'"}}), "'");
}

std::string FishScript(const Commands& commands) {
  std::string names;
  std::string lines;
  for (const CompletionCommand& command : commands) {
    if (&command != &commands.front()) {
      absl::StrAppend(&names, " ", FishQuoted(command.name));
    }
    const std::string begin = absl::StrCat(
        "complete -c stratagem -n '__stratagem_is \"", command.name, "\"'");
    for (const CompletionCommand* sub : CommandsBelow(commands, command)) {
      absl::StrAppend(&lines, begin, " -a ", LastWord(sub->name), " -d ",
                      FishQuoted(sub->help), "\n");
    }
    for (const CompletionFlag& flag : command.flags) {
      absl::StrAppend(&lines, begin);
      for (const absl::string_view name : flag.names) {
        absl::StrAppend(&lines, absl::StartsWith(name, "--") ? " -l " : " -s ",
                        name.substr(name.find_first_not_of('-')));
      }
      absl::StrAppend(&lines, flag.takes_value ? FishReply(flag.value) : "",
                      " -d ", FishQuoted(flag.help), "\n");
    }
    if (command.argument.kind != Kind::kNothing) {
      absl::StrAppend(&lines, begin,
                      command.argument.kind == Kind::kFiles
                          ? " -F"
                          : FishReply(command.argument),
                      "\n");
    }
  }
  return absl::StrCat(R"sh(# Completion of stratagem for fish.

function __stratagem_is
    set -l command stratagem
    for word in (commandline -opc)[2..-1]
        switch "$command $word"
            case)sh",
                      names, R"sh(
                set command "$command $word"
        end
    end
    test "$command" = "$argv[1]"
end

complete -c stratagem -f
)sh",
                      lines);
}

}  // namespace

std::vector<CompletionCommand> DescribeCommands(CLI::App& app) {
  Commands commands;
  Describe(app, "", commands);
  return commands;
}

std::string CompletionScript(const std::vector<CompletionCommand>& commands,
                             Shell shell) {
  switch (shell) {
    case Shell::kBash:
      return BashScript(commands);
    case Shell::kZsh:
      return ZshScript(commands);
    case Shell::kFish:
      return FishScript(commands);
  }
  return "";
}

}  // namespace stratagem::cli
