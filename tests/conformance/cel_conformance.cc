#include "tests/conformance/cel_conformance.h"

#include <fstream>
#include <iterator>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
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

std::optional<Options> ReadOptions(const std::vector<std::string>& arguments,
                                   std::ostream& err) {
  Options options;
  for (size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    if (argument == "-v" || argument == "--verbose") {
      options.verbose = true;
    } else if (argument == "-h" || argument == "--help") {
      options.help = true;
    } else if (argument == "--known" && i + 1 < arguments.size()) {
      options.known = arguments[++i];
    } else if (absl::StartsWith(argument, "-")) {
      err << "cel_conformance: unknown option `" << argument << "`\n" << kUsage;
      return std::nullopt;
    } else {
      options.files.push_back(argument);
    }
  }
  if (options.files.empty() && !options.help) {
    err << kUsage;
    return std::nullopt;
  }
  return options;
}

std::optional<KnownFailures> ReadKnown(const std::string& path,
                                       std::ostream& err) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    err << "cel_conformance: cannot read `" << path << "`\n";
    return std::nullopt;
  }
  absl::StatusOr<KnownFailures> known =
      ReadKnownFailures(std::string(std::istreambuf_iterator<char>(file), {}));
  if (!known.ok()) {
    err << "cel_conformance: " << path << ": " << known.status().message()
        << "\n";
    return std::nullopt;
  }
  return *std::move(known);
}

std::string Report(const expr::CelCase& test, const expr::CelResult& result) {
  const auto indented = [](absl::string_view text) {
    return absl::StrReplaceAll(text, {{"\n", "\n               "}});
  };
  return absl::StrCat("FAILED ", test.path(), "\n    expression ",
                      indented(test.expr), "\n    expected   ",
                      indented(result.expected), "\n    found      ",
                      indented(result.found), "\n");
}

// Adds the case on `line`.
// Errors: INVALID_ARGUMENT or UNIMPLEMENTED when it cannot be read.
absl::Status RunLine(absl::string_view line, ConformanceRun& run) {
  Arena arena;
  const absl::StatusOr<expr::CelCase> test = expr::ReadCelCase(line, arena);
  if (!test.ok()) return test.status();
  if (!test->in_scope) {
    run.AddSkipped(test->suite, test->path());
    return absl::OkStatus();
  }
  const expr::CelResult result = expr::RunCelCase(*test);
  if (result.passed) {
    run.AddPassed(test->suite, test->path());
  } else {
    run.AddFailed(test->suite, test->path(), Report(*test, result));
  }
  return absl::OkStatus();
}

// Returns false when the file or one of its lines cannot be read.
bool RunFile(const std::string& path, ConformanceRun& run, std::ostream& err) {
  std::ifstream file(path);
  if (!file) {
    err << "cel_conformance: cannot read `" << path << "`\n";
    return false;
  }
  bool readable = true;
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    if (line.empty()) continue;
    if (const absl::Status status = RunLine(line, run); !status.ok()) {
      err << path << ":" << number << ": " << status.message() << "\n";
      readable = false;
    }
  }
  return readable;
}

}  // namespace

int RunCelConformance(const std::vector<std::string>& arguments,
                      std::ostream& out, std::ostream& err) {
  const std::optional<Options> options = ReadOptions(arguments, err);
  if (!options) return kExitUsage;
  if (options->help) {
    out << kUsage;
    return 0;
  }
  std::optional<KnownFailures> known = ReadKnown(options->known, err);
  if (!known) return kExitUsage;
  ConformanceRun run(*std::move(known));
  bool readable = true;
  for (const std::string& file : options->files) {
    readable = RunFile(file, run, err) && readable;
  }
  if (options->verbose) out << run.failures();
  out << run.Table() << run.ListFaults() << run.Summary() << "\n";
  return readable && run.ok() ? 0 : kExitFailed;
}

}  // namespace stratagem
