// `stratagem completion`: the script that teaches a shell our commands.

#include <memory>
#include <string>

#include "clients/cli/command.h"
#include "clients/cli/completion.h"

namespace stratagem::cli {
namespace {

Shell ShellOf(const std::string& name) {
  if (name == "zsh") return Shell::kZsh;
  return name == "fish" ? Shell::kFish : Shell::kBash;
}

}  // namespace

void AddCompletionCommand(CLI::App& app, const Console& console,
                          Chosen& chosen) {
  CLI::App* const command = app.add_subcommand(
      "completion", "Print the script that lets a shell complete commands");
  const auto shell = std::make_shared<std::string>();
  command->add_option("SHELL", *shell, "bash, zsh or fish")
      ->required()
      ->check(Quiet(CLI::IsMember({"bash", "zsh", "fish"})))
      ->type_name("");
  command->footer(
      "\nTo have it in every new shell:\n"
      "  bash  echo 'source <(stratagem completion bash)' >> ~/.bashrc\n"
      "  zsh   echo 'source <(stratagem completion zsh)' >> ~/.zshrc, below "
      "`compinit`\n"
      "  fish  stratagem completion fish > "
      "~/.config/fish/completions/stratagem.fish\n"
      "\nexit codes:\n  0  done\n  2  the command line is wrong\n");
  command->callback([shell, &app, &console, &chosen] {
    chosen.run = [shell, &app, &console] {
      console.out << CompletionScript(DescribeCommands(app), ShellOf(*shell));
      return ExitCode::kOk;
    };
  });
}

}  // namespace stratagem::cli
