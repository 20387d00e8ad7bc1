#include "server/config/command_line.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "engine/base/suggestion.h"

namespace stratagem::server {
namespace {

constexpr char kHelpHint[] = "see `stratagemd --help`";
// Where an argument stands that is no flag.
constexpr char kArguments[] = "command line";
constexpr size_t kHelpColumns = 80;
constexpr size_t kHelpIndent = 6;

// Flags that are no options: what the file cannot say.
struct CommandFlag {
  const char* name;
  const char* usage;
  const char* help;
};
constexpr CommandFlag kCommandFlags[] = {
    {"--config", "--config FILE",
     "YAML file with options; without, the one that STRATAGEM_CONFIG names"},
    {"--check-config", "--check-config",
     "say what is wrong with the configuration, or what is in effect, and "
     "start nothing"},
    {"--version", "--version", "print the version"},
    {"--help", "-h, --help", "print this page"},
};

// Which option a flag sets, or null.
const OptionSpec* OptionOfFlag(absl::string_view flag) {
  const auto found = absl::c_find_if(OptionList(), [&](const OptionSpec& spec) {
    return spec.flag() == flag;
  });
  return found == OptionList().end() ? nullptr : &*found;
}

std::string FlagHint(absl::string_view flag) {
  std::vector<std::string> known;
  for (const OptionSpec& spec : OptionList()) known.push_back(spec.flag());
  for (const CommandFlag& command : kCommandFlags) {
    known.emplace_back(command.name);
  }
  std::string nearest = Nearest(flag, known);
  if (nearest.empty()) {
    const OptionSpec* const option =
        FindOption(NearestOption(absl::StripPrefix(flag, "--")));
    if (option != nullptr) nearest = option->flag();
  }
  return nearest.empty() ? kHelpHint
                         : absl::StrCat("did you mean `", nearest, "`?");
}

class Reader {
 public:
  Reader(std::span<const char* const> arguments, Diagnostics& diagnostics)
      : rest_(arguments.begin(), arguments.end()), diagnostics_(diagnostics) {}

  CommandLine Read() {
    while (next_ < rest_.size()) ReadOne();
    for (const OptionSpec& spec : OptionList()) {
      const auto found = settings_.find(spec.key);
      if (found == settings_.end()) continue;
      line_.settings.push_back(std::move(found->second));
    }
    return std::move(line_);
  }

 private:
  void ReadOne() {
    const std::string argument = rest_[next_++];
    const size_t equals = argument.find('=');
    const std::string flag = argument.substr(0, equals);
    std::optional<std::string> value;
    if (equals != std::string::npos) value = argument.substr(equals + 1);
    const SourceLocation here = {flag, 0, 0};
    if (!absl::StartsWith(flag, "-")) {
      diagnostics_.AddError("E602", {kArguments, 0, 0},
                            absl::StrCat("found the argument `", argument,
                                         "`, expected only flags"),
                            kHelpHint);
    } else if (const OptionSpec* option = OptionOfFlag(flag)) {
      ReadOption(*option, here, std::move(value));
    } else if (flag == "--config") {
      ReadConfigFile(here, std::move(value));
    } else if (!ReadCommand(flag, here, value.has_value())) {
      diagnostics_.AddError("E601", here,
                            absl::StrCat("unknown flag `", flag, "`"),
                            FlagHint(flag));
      // What follows is most likely its value.
      if (!value.has_value()) TakeValue();
    }
  }

  // False: it is none.
  bool ReadCommand(const std::string& flag, const SourceLocation& here,
                   bool has_value) {
    const std::map<std::string, Command> commands = {
        {"--check-config", Command::kCheckConfig},
        {"--version", Command::kVersion},
        {"--help", Command::kHelp},
        {"-h", Command::kHelp}};
    const auto found = commands.find(flag);
    if (found == commands.end()) return false;
    if (has_value) {
      diagnostics_.AddError("E602", here, "found a value, expected none");
    }
    line_.command = std::max(line_.command, found->second);
    return true;
  }

  // The next argument, unless that is a flag.
  std::optional<std::string> TakeValue() {
    if (next_ >= rest_.size()) return std::nullopt;
    if (absl::StartsWith(rest_[next_], "--")) return std::nullopt;
    return rest_[next_++];
  }

  // The value of the flag at `here`; E602 when it has none.
  std::optional<std::string> NeedValue(const SourceLocation& here,
                                       std::optional<std::string> value,
                                       absl::string_view expected) {
    if (!value.has_value()) value = TakeValue();
    if (!value.has_value()) {
      diagnostics_.AddError("E602", here,
                            absl::StrCat("found no value, expected ", expected),
                            kHelpHint);
    }
    return value;
  }

  void ReadConfigFile(const SourceLocation& here,
                      std::optional<std::string> value) {
    value = NeedValue(here, std::move(value), "a file");
    if (!value.has_value()) return;
    if (line_.config_file.has_value()) return RefuseSecond(here);
    line_.config_file = GivenValue{*std::move(value), here};
  }

  void ReadOption(const OptionSpec& option, const SourceLocation& here,
                  std::optional<std::string> value) {
    if (option.type.style == ValueStyle::kBool) {
      if (!value.has_value()) value = "true";
    } else {
      value = NeedValue(here, std::move(value), option.type.expected);
    }
    if (!value.has_value()) return;
    Setting& setting = settings_[option.key];
    if (!setting.values.empty() && !option.type.is_list()) {
      return RefuseSecond(here);
    }
    setting.option = &option;
    setting.location = here;
    setting.values.push_back({*std::move(value), here});
  }

  void RefuseSecond(const SourceLocation& here) {
    diagnostics_.AddError("E602", here, "the flag stands there more than once",
                          "keep one of them");
  }

  const std::vector<std::string> rest_;
  Diagnostics& diagnostics_;
  size_t next_ = 0;
  CommandLine line_;
  std::map<std::string, Setting> settings_;  // By key.
};

// `text` in lines of at most kHelpColumns, each indented.
std::string Wrapped(absl::string_view text) {
  std::string lines;
  size_t column = kHelpColumns;
  for (const absl::string_view word : absl::StrSplit(text, ' ')) {
    if (column + 1 + word.size() > kHelpColumns) {
      absl::StrAppend(&lines, lines.empty() ? "" : "\n",
                      std::string(kHelpIndent, ' '), word);
      column = kHelpIndent + word.size();
    } else {
      absl::StrAppend(&lines, " ", word);
      column += 1 + word.size();
    }
  }
  return lines + "\n";
}

std::string HelpOf(const OptionSpec& spec) {
  const std::string value = spec.type.style == ValueStyle::kBool
                                ? absl::StrCat("[=", spec.type.placeholder, "]")
                                : absl::StrCat(" ", spec.type.placeholder);
  std::vector<std::string> notes;
  if (spec.type.style != ValueStyle::kText || spec.type.placeholder == "WORD" ||
      spec.type.placeholder == "SIZE" || spec.type.placeholder == "DURATION") {
    notes.push_back(spec.type.bounds);
  }
  if (spec.type.is_list()) notes.emplace_back("repeat for more");
  const std::string standard = absl::StrJoin(spec.type.write(Options()), ",");
  if (!standard.empty()) notes.push_back(absl::StrCat("default ", standard));
  return absl::StrCat(
      "  ", spec.flag(), value, "\n",
      Wrapped(notes.empty() ? spec.help
                            : absl::StrCat(spec.help, " (",
                                           absl::StrJoin(notes, "; "), ")")));
}

}  // namespace

CommandLine ReadCommandLine(std::span<const char* const> arguments,
                            Diagnostics& diagnostics) {
  return Reader(arguments, diagnostics).Read();
}

bool IsUsageAtFault(const Diagnostics& diagnostics) {
  return absl::c_any_of(diagnostics.Sorted(), [](const Diagnostic& diagnostic) {
    return diagnostic.severity == Severity::kError &&
           (absl::StartsWith(diagnostic.location.file, "-") ||
            diagnostic.location.file == kArguments);
  });
}

std::string HelpPage() {
  std::string page =
      "stratagemd: decides for customers over gRPC and HTTP\n\n"
      "Usage: stratagemd [FLAGS]\n\n"
      "An option is set by its flag, or else by its variable "
      "(STRATAGEM_STORE_QUEUE_\n"
      "BYTES_MAX), or else by its key in the file of --config "
      "(store_queue_bytes_max).\n";
  std::optional<OptionGroup> group;
  for (const OptionSpec& spec : OptionList()) {
    if (spec.group != group) {
      absl::StrAppend(&page, "\n", GroupTitle(spec.group), ":\n");
      group = spec.group;
    }
    page += HelpOf(spec);
  }
  page += "\nCommands and the file:\n";
  for (const CommandFlag& flag : kCommandFlags) {
    absl::StrAppend(&page, "  ", flag.usage, "\n", Wrapped(flag.help));
  }
  return page;
}

}  // namespace stratagem::server
