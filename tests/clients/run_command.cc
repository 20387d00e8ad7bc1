#include "tests/clients/run_command.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <utility>

#include "clients/cli/command_line.h"
#include "engine/base/check.h"
#include "tests/support/temp_dir.h"

namespace stratagem::cli {
namespace {

std::string Contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace

Ran RunHere(const std::vector<std::string>& arguments,
            const std::string& input) {
  std::istringstream in(input);
  std::ostringstream out;
  std::ostringstream err;
  const Console console{.in = in, .out = out, .err = err};
  const ExitCode code = RunCommandLine(arguments, console);
  return {static_cast<int>(code), out.str(), err.str()};
}

Ran RunProgram(const std::vector<std::string>& arguments) {
  const TempDir folder;
  const std::string out = folder.Join("out");
  const std::string err = folder.Join("err");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, out.c_str(), O_WRONLY | O_CREAT,
                                   0600);
  posix_spawn_file_actions_addopen(&actions, 2, err.c_str(), O_WRONLY | O_CREAT,
                                   0600);
  std::vector<std::string> words = {std::string(STRATAGEM_BIN_DIR) +
                                    "/stratagem"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  pid_t child = 0;
  STRATAGEM_CHECK(posix_spawn(&child, argv[0], &actions, nullptr, argv.data(),
                              environ) == 0);
  posix_spawn_file_actions_destroy(&actions);
  int status = 0;
  STRATAGEM_CHECK(waitpid(child, &status, 0) == child);
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, Contents(out),
          Contents(err)};
}

const char kShopPack[] = R"yaml(language: 1
name: shop
version: 1.0.0
description: a small shop
timezone: UTC
attributes:
  orders:  {type: int, min: 0}
  spend:   {type: double, min: 0, unit: EUR}
  last:    {type: int, min: 0, optional: true}
  city:    {type: string, default: 城市}
  member:  {type: bool, default: false}
request:
  channel: {type: string, values: [web, call], default: web}
constraints:
  - "last.hasValue() == (orders > 0)"
value:
  dimensions:
    money:
      weight: 1
      indicators:
        - {name: spend, expression: "spend", bins: [100, 1000]}
  tiers:
    - {tier: high, score_min: 50}
    - {tier: low}
lifecycle:
  stages: [fresh, active]
  match:
    - {condition: "orders == 0", stage: fresh}
    - {stage: active}
treatments:
  price:
    fields: {discount_pct: {type: double, min: 0, max: 50}}
    default: list
    matrix:
      columns: [fresh, active]
      high:    [intro, loyal]
      low:     [intro, list]
    cells:
      list:  {discount_pct: 0}
      intro: {discount_pct: 5}
      loyal: {discount_pct: 7.5}
groups:
  all: {}
  manners: {}
offers:
  - {id: gift, group: all, eligibility: "tier == 'high'", propensity: 0.5, value: "spend * 0.1", cost: 2}
  - {id: note, group: all, applicability: "orders > 1", propensity: 0.1, value: 10, cost: 0}
  - {id: hello, group: manners, value: 0, cost: 0}
placements:
  web:  {direction: outbound, max_offers: 1, groups: [all]}
  desk: {direction: inbound, max_offers: 2, fallback: hello}
arbitration:
  score: "offer.propensity * offer.value - offer.cost"
)yaml";

}  // namespace stratagem::cli
