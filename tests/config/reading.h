// tests/config/reading.h
//
// Read: a configuration from flags, variables and a file, for tests.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_TESTS_CONFIG_READING_H_
#define STRATAGEM_TESTS_CONFIG_READING_H_

#include <optional>
#include <string>
#include <vector>

#include "engine/base/diagnostics.h"
#include "server/config/command_line.h"
#include "server/config/configuration.h"

namespace stratagem::server {

// What was read, and what was said.
struct Reading {
  std::optional<Configuration> configuration;
  std::string said;
  bool is_usage_at_fault = false;

  const Options& options() const { return configuration->options; }
};

inline Reading Read(const std::vector<const char*>& arguments,
                    const std::vector<std::string>& environment = {}) {
  Diagnostics diagnostics;
  const CommandLine line = ReadCommandLine(arguments, diagnostics);
  Reading reading;
  reading.configuration = ReadConfiguration(line, environment, diagnostics);
  // As main does: a line that cannot be read starts nothing.
  if (diagnostics.has_errors()) reading.configuration.reset();
  reading.said = diagnostics.ToString();
  reading.is_usage_at_fault = IsUsageAtFault(diagnostics);
  return reading;
}

}  // namespace stratagem::server

#endif  // STRATAGEM_TESTS_CONFIG_READING_H_
