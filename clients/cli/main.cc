#include <iostream>
#include <string>
#include <vector>

#include "clients/cli/command_line.h"
#include "clients/cli/console.h"

int main(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  return static_cast<int>(stratagem::cli::RunCommandLine(
      std::vector<std::string>(argv + 1, argv + argc),
      stratagem::cli::ProcessConsole()));
}
