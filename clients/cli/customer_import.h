// clients/cli/customer_import.h
//
// `stratagem customer import`: the customers of a file, CSV or NDJSON, into a
// server's profiles, in constant memory.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_CLIENTS_CLI_CUSTOMER_IMPORT_H_
#define STRATAGEM_CLIENTS_CLI_CUSTOMER_IMPORT_H_

#include <string>
#include <vector>

#include "clients/cli/command.h"
#include "clients/cli/console.h"
#include "clients/cli/exit_code.h"

namespace stratagem::cli {

struct ImportFlags {
  ServerFlags server;
  std::string pack;  // Whose attributes have types; "": the server's first.
  std::string file;  // "-": standard input.
  std::string format = "auto";
  std::string delimiter = ",";
  std::string id_column = "customer_id";
  std::vector<std::string> map;
  bool replace = false;
  bool quiet = false;
};

// Prints each bad line with what was found and expected, and the totals.
// Interrupted it stores what it has read so far and says so: kInterrupted.
// kRefused when a line was not stored.
ExitCode ImportCustomers(const ImportFlags& flags, const Console& console);

}  // namespace stratagem::cli

#endif  // STRATAGEM_CLIENTS_CLI_CUSTOMER_IMPORT_H_
