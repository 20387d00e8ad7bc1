// The tree of commands, and what is said when the command line makes no sense.
// CLI11 reports with exceptions; they end here.

#include "clients/cli/command_line.h"

#include <algorithm>
#include <memory>
#include <sstream>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "clients/cli/command.h"
#include "clients/cli/parse_error.h"
#include "engine/base/display_width.h"
#include "engine/base/suggestion.h"
#include "engine/base/versions.h"

namespace stratagem::cli {
namespace {

// The same on every terminal, so that pages of help can be compared.
constexpr size_t kHelpColumns = 80;

// Help in lines that end where the page does.
class HelpFormatter : public CLI::Formatter {
 public:
  std::string make_option_desc(const CLI::Option* option) const override {
    return Narrow(CLI::Formatter::make_option_desc(option));
  }

  std::string make_subcommand(const CLI::App* sub) const override {
    std::ostringstream out;
    CLI::detail::format_help(out, sub->get_name(),
                             Narrow(sub->get_description()),
                             get_column_width());
    return out.str();
  }

  // Lines that begin a column in are examples and lists: they stay.
  std::string make_footer(const CLI::App* app) const override {
    std::string footer;
    std::string paragraph;
    const auto end_paragraph = [&] {
      if (paragraph.empty()) return;
      absl::StrAppend(&footer,
                      absl::StrJoin(Wrap(paragraph, kHelpColumns), "\n"), "\n");
      paragraph.clear();
    };
    const std::string text = app->get_footer();
    if (text.empty()) return footer;
    for (const absl::string_view line : absl::StrSplit(text, '\n')) {
      if (!line.empty() && line.front() != ' ') {
        absl::StrAppend(&paragraph, paragraph.empty() ? "" : " ", line);
        continue;
      }
      end_paragraph();
      absl::StrAppend(&footer, line, "\n");
    }
    end_paragraph();
    return footer;
  }

 private:
  // What stands beside a name.
  std::string Narrow(const std::string& text) const {
    return absl::StrJoin(Wrap(text, kHelpColumns - get_column_width()), "\n");
  }
};

// The command that parsing got to: the last of the chosen ones.
CLI::App* Deepest(CLI::App* app) {
  while (!app->get_subcommands().empty()) app = app->get_subcommands().front();
  return app;
}

// "stratagem pack check".
std::string FullName(const CLI::App* app) {
  const CLI::App* const parent = app->get_parent();
  return parent == nullptr
             ? app->get_name()
             : absl::StrCat(FullName(parent), " ", app->get_name());
}

// Under its full name, as it is called.
std::string HelpOf(const CLI::App* app) {
  return app->help(app->get_parent() == nullptr ? ""
                                                : FullName(app->get_parent()));
}

std::vector<std::string> SubcommandNames(const CLI::App* app) {
  std::vector<std::string> names;
  for (const CLI::App* sub : app->get_subcommands(nullptr)) {
    names.push_back(sub->get_name());
  }
  return names;
}

std::vector<std::string> FlagNames(const CLI::App* app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app->get_options()) {
    for (const std::string& name : option->get_lnames()) {
      names.push_back(absl::StrCat("--", name));
    }
  }
  return names;
}

// Says what of the rest nobody understood, and what was meant.
void ReportExtra(CLI::App* app, const std::vector<std::string>& extras,
                 const Console& console) {
  const std::string& extra = extras.front();
  if (absl::StartsWith(extra, "-")) {
    const std::string flag = extra.substr(0, extra.find('='));
    const std::string nearest = Nearest(flag, FlagNames(app));
    console.Error(
        absl::StrCat("`", FullName(app), "` has no flag `", flag, "`"),
        nearest.empty() ? absl::StrCat("see `", FullName(app), " --help`")
                        : absl::StrCat("did you mean `", nearest, "`?"));
    return;
  }
  const std::vector<std::string> commands = SubcommandNames(app);
  if (commands.empty()) {
    console.Error(
        absl::StrCat("`", FullName(app), "` takes no argument `", extra, "`"),
        absl::StrCat("see `", FullName(app), " --help`"));
    return;
  }
  console.Error(
      absl::StrCat("`", FullName(app), "` has no command `", extra, "`"),
      SuggestionHint(extra, commands));
}

ExitCode ReportParseError(CLI::App& app, const CLI::ParseError& error,
                          const Console& console) {
  CLI::App* const deepest = Deepest(&app);
  if (error.get_name() == "CallForVersion") {
    console.out << error.what() << "\n";
    return ExitCode::kOk;
  }
  if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success)) {
    console.out << HelpOf(deepest);
    return ExitCode::kOk;
  }
  const std::vector<std::string> extras = app.remaining(/*recurse=*/true);
  if (!extras.empty()) {
    ReportExtra(deepest, extras, console);
  } else if (!SubcommandNames(deepest).empty()) {
    console.err << HelpOf(deepest);
  } else {
    const ParseErrorText text = Reword(error, *deepest, FullName(deepest));
    console.Error(text.message, text.hint);
  }
  return ExitCode::kUsage;
}

// Completes "host", "[v6]" and a bare v6 address by stratagemd's port; gRPC
// would take 443. What has a port, or names a scheme ("unix:…"), stays.
std::string WithPort(const std::string& address) {
  constexpr absl::string_view kPort = ":50051";
  if (address.empty() || absl::StrContains(address, "://")) return address;
  for (const absl::string_view scheme : {"unix:", "unix-abstract:", "dns:",
                                         "ipv4:", "ipv6:", "vsock:", "xds:"}) {
    if (absl::StartsWith(address, scheme)) return address;
  }
  if (address.front() == '[') {
    return address.back() == ']' ? absl::StrCat(address, kPort) : address;
  }
  switch (std::count(address.begin(), address.end(), ':')) {
    case 0:
      return absl::StrCat(address, kPort);
    case 1:
      return address;
    default:
      return absl::StrCat("[", address, "]", kPort);
  }
}

}  // namespace

void AddOutputFlag(CLI::App& command, Output& output) {
  AddOutputFlag<Output>(command, output,
                        "table (for people), json (one document) or ndjson "
                        "(one object a line)",
                        {{"table", Output::kTable},
                         {"json", Output::kJson},
                         {"ndjson", Output::kNdjson}});
}

CLI::Option* AddServerFlags(CLI::App& command, ServerFlags& flags) {
  command
      .add_option("--timeout-ms", flags.timeout_ms,
                  "how long one call may take, in milliseconds")
      ->check(Quiet(CLI::Range(int64_t{1}, int64_t{3'600'000})))
      ->type_name("N")
      ->capture_default_str();
  return command
      .add_option("--server", flags.address,
                  "address of the server, host:port (default port of "
                  "stratagemd: 50051)")
      ->type_name("ADDR");
}

client::Options OptionsOf(const ServerFlags& flags) {
  return {.address = WithPort(flags.address),
          .timeout = absl::Milliseconds(flags.timeout_ms)};
}

ExitCode ReportFailure(const absl::Status& status, const Console& console) {
  std::string hint;
  if (status.code() == absl::StatusCode::kUnavailable &&
      client::DetailsOf(status).reason.empty()) {
    hint = "is `stratagemd` running there?";
  } else if (status.code() == absl::StatusCode::kDeadlineExceeded) {
    hint = "give it more time with `--timeout-ms`";
  }
  console.Error(status.message(), hint);
  return ExitCodeFor(status);
}

ExitCode RunCommandLine(std::vector<std::string> arguments,
                        const Console& console) {
  CLI::App app("Decides what each customer gets, by packs of rules.",
               "stratagem");
  app.formatter(std::make_shared<HelpFormatter>());
  app.set_help_flag("-h,--help", "print this page");
  app.set_version_flag("--version", absl::StrCat("stratagem ", kEngineVersion),
                       "print the version");
  app.footer(absl::StrCat("\n", kExitCodeHelp));
  app.require_subcommand(1);
  Chosen chosen;
  AddPackCommands(app, console, chosen);
  AddDecideCommand(app, console, chosen);
  AddCustomerCommands(app, console, chosen);
  AddExprCommands(app, console, chosen);
  AddLogCommands(app, console, chosen);
  AddOfferCommands(app, console, chosen);
  AddOutcomeCommands(app, console, chosen);
  AddPlacementCommands(app, console, chosen);
  AddReplayCommand(app, console, chosen);
  AddSampleCommands(app, console, chosen);
  AddStatusCommand(app, console, chosen);
  AddStoreCommands(app, console, chosen);
  AddTopCommand(app, console, chosen);
  AddCompletionCommand(app, console, chosen);
  std::reverse(arguments.begin(), arguments.end());  // As CLI11 takes them.
  try {
    app.parse(std::move(arguments));
  } catch (const CLI::ParseError& error) {
    return ReportParseError(app, error, console);
  }
  const ExitCode code = chosen.run();
  console.out.flush();
  if (!console.out) {
    console.Error("the answer could not be written");
    return ExitCode::kEnvironment;
  }
  return code;
}

}  // namespace stratagem::cli
