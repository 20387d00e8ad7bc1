// tests/clients/run_command.h
//
// Runs `stratagem` and keeps what it said: in this process, where a sanitizer
// sees everything, or as the program that was built.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_TESTS_CLIENTS_RUN_COMMAND_H_
#define STRATAGEM_TESTS_CLIENTS_RUN_COMMAND_H_

#include <string>
#include <vector>

namespace stratagem::cli {

struct Ran {
  int code = -1;
  std::string out;
  std::string err;
};

// Neither stream is a terminal.
Ran RunHere(const std::vector<std::string>& arguments,
            const std::string& input = "");

// Starts build/bin/stratagem in the source tree's root.
Ran RunProgram(const std::vector<std::string>& arguments);

// A pack with a scorecard, a lifecycle, a matrix and offers, small enough that
// a reader knows what it decides:
//   score   spend 0..100 -> low/high at 50 (bins 100, 1000)
//   stage   `fresh` before the first order, else `active`
//   offers  `gift` for high in `web`, `hello` as the fallback of `desk`
extern const char kShopPack[];

}  // namespace stratagem::cli

#endif  // STRATAGEM_TESTS_CLIENTS_RUN_COMMAND_H_
