// cel_conformance FILE…: runs CEL's conformance cases against engine/expr.
// SPDX-License-Identifier: Apache-2.0

#include <cstdio>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "engine/base/arena.h"
#include "tests/conformance/cel_case.h"
#include "tests/conformance/conformance_run.h"

namespace stratagem {
namespace {

constexpr char kUsage[] =
    "usage: cel_conformance [-v|--verbose] [--known FILE] FILE...\n"
    "\n"
    "Runs CEL's conformance cases, one JSON object a line, and prints for "
    "each\n"
    "suite how many passed, failed and were skipped (values of protobuf\n"
    "messages). Fails unless every failure stands in the list of known ones,\n"
    "and when one that stands there passes.\n"
    "\n"
    "  -v, --verbose  each failure with its expression\n"
    "  --known FILE   the list: `suite/section/name # reason` a line\n";

constexpr int kExitFailed = 1;
constexpr int kExitUsage = 2;

struct Options {
  bool verbose = false;
  bool help = false;
  std::string known = STRATAGEM_CEL_KNOWN_FAILURES;
  std::vector<std::string> files;
};

std::optional<Options> ReadOptions(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const absl::string_view argument = argv[i];
    if (argument == "-v" || argument == "--verbose") {
      options.verbose = true;
    } else if (argument == "-h" || argument == "--help") {
      options.help = true;
    } else if (argument == "--known" && i + 1 < argc) {
      options.known = argv[++i];
    } else if (!argument.empty() && argument[0] == '-') {
      std::fprintf(stderr, "cel_conformance: unknown option `%s`\n%s", argv[i],
                   kUsage);
      return std::nullopt;
    } else {
      options.files.emplace_back(argument);
    }
  }
  if (options.files.empty() && !options.help) {
    std::fputs(kUsage, stderr);
    return std::nullopt;
  }
  return options;
}

std::optional<std::string> ReadWholeFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    std::fprintf(stderr, "cel_conformance: cannot read `%s`\n", path.c_str());
    return std::nullopt;
  }
  return std::string(std::istreambuf_iterator<char>(file), {});
}

std::string Report(const expr::CelCase& test, const expr::CelResult& result) {
  const auto indented = [](const std::string& text) {
    return absl::StrReplaceAll(text, {{"\n", "\n              "}});
  };
  return absl::StrCat("FAILED ", test.path(), "\n    expression ",
                      indented(test.expr), "\n    expected   ",
                      indented(result.expected), "\n    found      ",
                      indented(result.found), "\n");
}

// Adds the case on `line`; returns false when it cannot be read.
bool RunLine(const std::string& line, ConformanceRun& run) {
  Arena arena;
  absl::StatusOr<expr::CelCase> test = expr::ReadCelCase(line, arena);
  if (!test.ok()) {
    std::fprintf(stderr, "%s\n", std::string(test.status().message()).c_str());
    return false;
  }
  if (!test->in_scope) {
    run.AddSkipped(test->suite, test->path());
    return true;
  }
  const expr::CelResult result = expr::RunCelCase(*test);
  if (result.passed) {
    run.AddPassed(test->suite, test->path());
  } else {
    run.AddFailed(test->suite, test->path(), Report(*test, result));
  }
  return true;
}

// Returns false when the file or one of its lines cannot be read.
bool RunFile(const std::string& path, ConformanceRun& run) {
  std::ifstream file(path);
  if (!file) {
    std::fprintf(stderr, "cel_conformance: cannot read `%s`\n", path.c_str());
    return false;
  }
  bool readable = true;
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    if (line.empty()) continue;
    if (!RunLine(line, run)) {
      std::fprintf(stderr, "  at %s:%d\n", path.c_str(), number);
      readable = false;
    }
  }
  return readable;
}

int Main(int argc, char** argv) {
  const std::optional<Options> options = ReadOptions(argc, argv);
  if (!options) return kExitUsage;
  if (options->help) {
    std::fputs(kUsage, stdout);
    return 0;
  }
  const std::optional<std::string> list = ReadWholeFile(options->known);
  if (!list) return kExitUsage;
  absl::StatusOr<KnownFailures> known = ReadKnownFailures(*list);
  if (!known.ok()) {
    std::fprintf(stderr, "cel_conformance: %s: %s\n", options->known.c_str(),
                 std::string(known.status().message()).c_str());
    return kExitUsage;
  }
  ConformanceRun run(*std::move(known));
  bool readable = true;
  for (const std::string& file : options->files) {
    readable = RunFile(file, run) && readable;
  }
  if (options->verbose) std::fputs(run.failures().c_str(), stdout);
  std::fputs(run.Table().c_str(), stdout);
  std::fputs(run.ListFaults().c_str(), stdout);
  std::fprintf(stdout, "%s\n", run.Summary().c_str());
  return readable && run.ok() ? 0 : kExitFailed;
}

}  // namespace
}  // namespace stratagem

int main(int argc, char** argv) { return stratagem::Main(argc, argv); }
