// server/reload/compiled_pack.h
//
// CompiledPack: a pack with its tests, read and compiled; and what its tests
// gave. PackLibrary makes them of folders and of files that calls bring.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_RELOAD_COMPILED_PACK_H_
#define STRATAGEM_SERVER_RELOAD_COMPILED_PACK_H_

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "engine/author/run_tests.h"
#include "engine/author/test_suite.h"
#include "engine/base/diagnostics.h"
#include "engine/pack/model.h"
#include "engine/plan/plan.h"

namespace stratagem::server {

// Bytes by path, relative and with '/'.
using PackFiles = std::map<std::string, std::string>;

struct CompiledPack {
  // Null with errors in the pack.
  std::shared_ptr<const plan::Plan> plan;
  std::unique_ptr<const pack::Model> model;
  // Absent with errors in the pack or its tests. Borrows from `plan`.
  std::optional<author::TestSuite> tests;
  // What the digest covers, and the tests, which it does not.
  PackFiles sources;
  PackFiles test_files;
  Diagnostics diagnostics;  // Of both.

  // It may be published.
  bool is_valid() const { return tests.has_value(); }
};

// Compiles the pack in `directory`, with the tests in `tests_directory`, which
// may be the same one and need not exist. What is wrong with them stands in
// `diagnostics`. Thread safe. Time: O(text of both).
CompiledPack CompileFolder(const std::string& directory,
                           const std::string& tests_directory);

// What the tests of a pack gave.
struct TestOutcome {
  author::TestReport report;
  // What is wrong with the tests themselves, in a sentence; then none ran.
  std::string mistake;

  bool passed() const { return report.failed == 0 && mistake.empty(); }
};

// Requires: `pack` compiled. Time: that of the tests.
TestOutcome RunTestsOf(const CompiledPack& pack);

// Which tests fail, in a sentence. Requires: !outcome.passed().
std::string FailureText(const TestOutcome& outcome);

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_RELOAD_COMPILED_PACK_H_
