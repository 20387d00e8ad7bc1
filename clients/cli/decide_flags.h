// clients/cli/decide_flags.h
//
// What `stratagem decide` was asked, as read from its flags.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_CLIENTS_CLI_DECIDE_FLAGS_H_
#define STRATAGEM_CLIENTS_CLI_DECIDE_FLAGS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "clients/cli/command.h"
#include "clients/cli/decision_printer.h"

namespace stratagem::cli {

struct DecideFlags {
  std::vector<std::string> packs;  // Folders; or else a server.
  ServerFlags server;
  std::string pack_name;
  std::string pack_version;

  std::string customer;
  std::string facts;             // File, "-" for standard input.
  std::vector<std::string> set;  // NAME=VALUE.
  std::vector<std::string> request;
  std::vector<std::string> placements;
  std::string request_id;
  std::string unit;
  std::string locale;
  std::string as_of;
  std::string hold;  // tier=NAME[,since=TIME].
  bool dry_run = false;
  bool ignore_levers = false;
  // "none", "reasons", "full", "text" or "", which leaves it to us.
  std::string explain;
  uint64_t seed = 0;

  std::string csv;  // File, "-" for standard input.
  std::string id_column = "customer_id";
  std::vector<std::string> map;  // ATTRIBUTE=COLUMN.
  std::string delimiter = ",";
  bool summary = false;

  Output output = Output::kTable;
  bool quiet = false;
};

}  // namespace stratagem::cli

#endif  // STRATAGEM_CLIENTS_CLI_DECIDE_FLAGS_H_
