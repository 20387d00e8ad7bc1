// `stratagem pack test`: does the pack decide what its tests expect, and what
// of it does no test reach?

#include <cmath>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/cli/command.h"
#include "clients/cli/display_text.h"
#include "clients/cli/json_writer.h"
#include "clients/cli/pack_files.h"
#include "clients/cli/text_table.h"
#include "engine/author/coverage.h"
#include "engine/author/junit.h"
#include "engine/author/run_tests.h"
#include "engine/author/test_suite.h"
#include "engine/base/display_width.h"
#include "engine/base/number_text.h"
#include "engine/pack/test_file.h"

namespace stratagem::cli {
namespace {

enum class TestOutput { kTable, kJson };

struct TestFlags {
  std::string directory;
  std::string filter;
  std::string junit_path;
  bool coverage = false;
  std::optional<double> coverage_min;  // In percent.
  TestOutput output = TestOutput::kTable;
};

// What there is to print, with places as the user finds them.
struct TestAnswer {
  const LoadedPack& pack;
  const TestFlags& flags;
  const author::TestReport& report;
  const author::Coverage& coverage;

  std::string Place(SourceLocation location) const {
    location.file = PackFilePath(flags.directory, location.file);
    return ToString(location);
  }
};

// Never up to a hundred that it is not.
std::string PercentText(const author::CoverageShare& share) {
  return absl::StrCat(RoundedNumber(std::floor(share.percent() * 10) / 10, 1),
                      " %");
}

std::string SummaryLine(const author::TestReport& report) {
  return absl::StrCat(Counted(report.results.size(), "test"), ", ",
                      report.passed, " passed, ", report.failed, " failed");
}

void PrintFailure(const author::TestResult& result, const TestAnswer& answer,
                  const Console& console) {
  console.out << console.PaintOut(Style::kError, "FAIL") << " "
              << console.PaintOut(Style::kHeading,
                                  Printable(absl::StrCat(result.section, " / ",
                                                         result.name)))
              << console.PaintOut(
                     Style::kFaint,
                     absl::StrCat("  ", answer.Place(result.location)))
              << "\n";
  for (const author::Difference& difference : result.differences) {
    console.out << "  " << Printable(difference.name)
                << console.PaintOut(
                       Style::kFaint,
                       absl::StrCat("  ", answer.Place(difference.location)))
                << "\n"
                << console.PaintOut(
                       Style::kGood,
                       absl::StrCat("    - ", Printable(difference.expected)))
                << "\n"
                << console.PaintOut(
                       Style::kError,
                       absl::StrCat("    + ", Printable(difference.found)))
                << "\n";
  }
  console.out << "\n";
}

void PrintCoverage(const TestAnswer& answer, const Console& console) {
  const author::Coverage& coverage = answer.coverage;
  TextTable shares({{"coverage"},
                    {"reached", Align::kRight},
                    {"of", Align::kRight, 1},
                    {"", Align::kRight, 1}},
                   console);
  const auto add = [&](absl::string_view name,
                       const author::CoverageShare& share) {
    const Style style =
        share.reached == share.total ? Style::kGood : Style::kWarning;
    shares.AddRow({{std::string(name)},
                   {WithThousands(share.reached)},
                   {WithThousands(share.total)},
                   {PercentText(share), style}});
  };
  for (const author::CoverageKind kind : author::kCoverageKinds) {
    const author::CoverageShare share = coverage.Of(kind);
    if (share.total > 0) add(author::CoverageKindName(kind), share);
  }
  add("in all", coverage.InAll());
  console.out << "\n";
  shares.Print();
  TextTable rest({{"not reached"}, {"", Align::kLeft}, {""}}, console);
  for (const author::CoverageItem& item : coverage.items()) {
    if (item.reached > 0) continue;
    rest.AddRow({{std::string(author::CoverageKindName(item.kind))},
                 {item.name},
                 {answer.Place(item.location), Style::kFaint}});
  }
  if (rest.pending_rows() == 0) return;
  console.out << "\n";
  rest.Print();
}

void PrintTable(const TestAnswer& answer, const Console& console) {
  for (const author::TestResult& result : answer.report.results) {
    if (!result.passed()) PrintFailure(result, answer, console);
  }
  const bool ok = answer.report.failed == 0;
  console.out << console.PaintOut(ok ? Style::kGood : Style::kError,
                                  SummaryLine(answer.report))
              << "\n";
  if (answer.flags.coverage) PrintCoverage(answer, console);
}

void WritePlace(const SourceLocation& location, const TestAnswer& answer,
                JsonWriter& json) {
  json.StringMember("file",
                    PackFilePath(answer.flags.directory, location.file));
  json.Key("line");
  json.Int(location.line);
  json.Key("column");
  json.Int(location.column);
}

void WriteResult(const author::TestResult& result, const TestAnswer& answer,
                 JsonWriter& json) {
  json.BeginObject();
  json.StringMember("section", result.section);
  json.StringMember("name", result.name);
  WritePlace(result.location, answer, json);
  json.Key("passed");
  json.Bool(result.passed());
  json.Key("differences");
  json.BeginArray();
  for (const author::Difference& difference : result.differences) {
    json.BeginObject();
    json.StringMember("name", difference.name);
    json.StringMember("expected", difference.expected);
    json.StringMember("found", difference.found);
    WritePlace(difference.location, answer, json);
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
}

void WriteShare(const author::CoverageShare& share, JsonWriter& json) {
  json.Key("reached");
  json.Uint(share.reached);
  json.Key("total");
  json.Uint(share.total);
}

void WriteCoverage(const TestAnswer& answer, JsonWriter& json) {
  const author::Coverage& coverage = answer.coverage;
  json.BeginObject();
  json.Key("percent");
  json.Double(coverage.InAll().percent());
  WriteShare(coverage.InAll(), json);
  json.Key("kinds");
  json.BeginArray();
  for (const author::CoverageKind kind : author::kCoverageKinds) {
    json.BeginObject();
    json.StringMember("kind", author::CoverageKindName(kind));
    WriteShare(coverage.Of(kind), json);
    json.EndObject();
  }
  json.EndArray();
  json.Key("not_reached");
  json.BeginArray();
  for (const author::CoverageItem& item : coverage.items()) {
    if (item.reached > 0) continue;
    json.BeginObject();
    json.StringMember("kind", author::CoverageKindName(item.kind));
    json.StringMember("name", item.name);
    WritePlace(item.location, answer, json);
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
}

void PrintJson(const TestAnswer& answer, const Console& console) {
  const plan::PlanSummary& summary = answer.pack.plan->summary();
  JsonWriter json(console.out, JsonWriter::Layout::kIndented);
  json.BeginObject();
  json.StringMember("pack", summary.name);
  json.StringMember("version", summary.version);
  json.Key("passed");
  json.Uint(answer.report.passed);
  json.Key("failed");
  json.Uint(answer.report.failed);
  json.Key("tests");
  json.BeginArray();
  for (const author::TestResult& result : answer.report.results) {
    WriteResult(result, answer, json);
  }
  json.EndArray();
  if (answer.flags.coverage) {
    json.Key("coverage");
    WriteCoverage(answer, json);
  }
  json.EndObject();
  console.out << "\n";
  // JSON on `out` stays one document.
  console.err << SummaryLine(answer.report) << "\n";
}

// False after an error that was printed.
bool WriteJunit(const TestFlags& flags, const std::string& xml,
                const Console& console) {
  if (flags.junit_path.empty()) return true;
  std::ofstream file(flags.junit_path, std::ios::binary);
  file << xml;
  file.close();
  if (file) return true;
  console.Error(absl::StrCat("`", flags.junit_path, "` cannot be written"));
  return false;
}

std::string SuitesName(const LoadedPack& pack) {
  const plan::PlanSummary& summary = pack.plan->summary();
  return absl::StrCat(summary.name, " ", summary.version);
}

// Ends a run without results: the report says why, as an old one would be taken
// for that of this run.
ExitCode Refuse(const TestFlags& flags, const std::string& suites,
                const std::vector<Diagnostic>& errors, const Console& console) {
  return WriteJunit(flags, author::JunitErrorsXml(errors, suites), console)
             ? ExitCode::kRefused
             : ExitCode::kEnvironment;
}

ExitCode Refuse(const TestFlags& flags, const std::string& suites,
                const Diagnostics& diagnostics, const Console& console) {
  std::vector<Diagnostic> errors;
  for (Diagnostic& diagnostic : diagnostics.Sorted()) {
    if (diagnostic.severity != Severity::kError) continue;
    errors.push_back(std::move(diagnostic));
  }
  return Refuse(flags, suites, errors, console);
}

// The same where no line of a file is to blame.
ExitCode Refuse(const TestFlags& flags, const std::string& suites,
                const std::string& message, const std::string& hint,
                const Console& console) {
  console.Error(message, hint);
  std::vector<Diagnostic> errors(1);
  errors[0].code = "no_tests";
  errors[0].location.file = "pack.yaml";
  errors[0].message = message;
  errors[0].hint = hint;
  return Refuse(flags, suites, errors, console);
}

// kOk with `suite` filled, or what to exit with.
ExitCode ReadSuite(const LoadedPack& pack, const TestFlags& flags,
                   const Console& console,
                   std::optional<author::TestSuite>& suite) {
  Diagnostics diagnostics;
  const std::vector<pack::TestFile> files =
      pack::ReadTestFiles(flags.directory, pack.model->timezone, diagnostics);
  suite = author::CompileTests(files, *pack.model, *pack.plan, diagnostics);
  if (diagnostics.has_errors()) {
    PrintDiagnostics(diagnostics, flags.directory, console, /*to_out=*/false);
    console.Error(absl::StrCat("the tests in `", flags.directory, "` have ",
                               Counted(diagnostics.error_count(), "error")));
    return Refuse(flags, SuitesName(pack), diagnostics, console);
  }
  if (!suite->runs.empty()) return ExitCode::kOk;
  return Refuse(flags, SuitesName(pack),
                absl::StrCat("there are no tests in `", flags.directory, "`"),
                "write them into files whose names end in `_test.yaml`, "
                "beside `pack.yaml`",
                console);
}

ExitCode RunTest(TestFlags flags, const Console& console) {
  LoadedPack pack;
  ExitCode code = RequirePack(flags.directory, console, pack);
  if (code == ExitCode::kRefused) {
    return Refuse(flags, flags.directory, pack.diagnostics, console);
  }
  if (code != ExitCode::kOk) return code;
  std::optional<author::TestSuite> suite;
  code = ReadSuite(pack, flags, console, suite);
  if (code != ExitCode::kOk) return code;
  author::Coverage coverage(*pack.model, *pack.plan);
  const author::TestReport report =
      author::RunTests(*suite, *pack.plan, flags.filter, coverage);
  if (report.results.empty()) {
    return Refuse(flags, SuitesName(pack),
                  absl::StrCat("no test's name contains `", flags.filter, "`"),
                  "names are compared as `FILE SECTION / TEST`", console);
  }
  flags.coverage = flags.coverage || flags.coverage_min.has_value();
  const TestAnswer answer{pack, flags, report, coverage};
  if (flags.output == TestOutput::kTable) {
    PrintTable(answer, console);
  } else {
    PrintJson(answer, console);
  }
  if (!WriteJunit(flags, author::JunitXml(report, SuitesName(pack)), console)) {
    return ExitCode::kEnvironment;
  }
  const author::CoverageShare share = coverage.InAll();
  if (flags.coverage_min.has_value() && share.percent() < *flags.coverage_min) {
    console.Error(absl::StrCat("the tests reach ", PercentText(share),
                               " of the pack, less than ",
                               RoundedNumber(*flags.coverage_min, 4), " %"));
    return ExitCode::kRefused;
  }
  return report.failed == 0 ? ExitCode::kOk : ExitCode::kRefused;
}

}  // namespace

void AddPackTestCommand(CLI::App& pack, const Console& console,
                        Chosen& chosen) {
  CLI::App* const test = pack.add_subcommand(
      "test", "Run a pack's tests (`*_test.yaml`) and say what they reach");
  const auto flags = std::make_shared<TestFlags>();
  test->add_option("DIR", flags->directory, "the folder with `pack.yaml`")
      ->required()
      ->type_name("");
  test->add_option("--filter", flags->filter,
                   "only tests whose `FILE SECTION / TEST` contains TEXT")
      ->type_name("TEXT");
  test->add_flag("--coverage", flags->coverage,
                 "say which tiers, stages, cells, rows, rules and offers the "
                 "tests reached");
  test->add_option("--min-coverage", flags->coverage_min,
                   "fail when the tests reach less of the pack")
      ->check(Quiet(CLI::Range(0.0, 100.0)))
      ->type_name("PERCENT");
  test->add_option("--junit", flags->junit_path,
                   "also write the results to FILE, as JUnit XML; mistakes of "
                   "the pack or the tests as errors")
      ->type_name("FILE");
  AddOutputFlag<TestOutput>(
      *test, flags->output, "table (for people) or json (one document)",
      {{"table", TestOutput::kTable}, {"json", TestOutput::kJson}});
  test->footer(
      "\nPrints each test that failed with what it expected (-) and what was "
      "found (+), and a\nsummary line. The clock stands still, and slots are "
      "drawn only in tests with a `seed`.\n"
      "\nexit codes:\n  0  all tests passed\n"
      "  1  a test failed or has a mistake, there are none, the pack has "
      "errors, or the\n     coverage is too low\n"
      "  2  the command line is wrong\n"
      "  3  the folder cannot be read, or FILE not written\n");
  test->callback([flags, &console, &chosen] {
    chosen.run = [flags, &console] { return RunTest(*flags, console); };
  });
}

}  // namespace stratagem::cli
