#include "server/reload/compiled_pack.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "engine/author/coverage.h"
#include "engine/base/check.h"
#include "engine/pack/loader.h"
#include "engine/pack/pack_folder.h"
#include "engine/pack/pack_sources.h"
#include "engine/pack/test_file.h"

namespace stratagem::server {
namespace {

std::string FirstError(const Diagnostics& diagnostics) {
  for (const Diagnostic& diagnostic : diagnostics.Sorted()) {
    if (diagnostic.severity == Severity::kError) return ToString(diagnostic);
  }
  return "";
}

void ReadTests(const std::string& directory, CompiledPack& pack) {
  const size_t errors = pack.diagnostics.error_count();
  const std::vector<pack::TestFile> files =
      pack::ReadTestFiles(directory, pack.model->timezone, pack.diagnostics);
  pack::PackFolder folder(directory);
  for (const pack::TestFile& file : files) {
    folder.Read(file.path, {file.path, 0, 0}, pack.diagnostics);
  }
  pack.test_files = folder.files();
  pack.tests =
      author::CompileTests(files, *pack.model, *pack.plan, pack.diagnostics);
  if (pack.diagnostics.error_count() > errors) pack.tests.reset();
}

std::string NameOf(const author::TestResult& test) {
  return absl::StrCat("`", test.section, "/", test.name, "` of `", test.file,
                      "`");
}

}  // namespace

CompiledPack CompileFolder(const std::string& directory,
                           const std::string& tests_directory) {
  CompiledPack compiled;
  pack::ReadPackResult read = pack::ReadPack(directory, compiled.diagnostics);
  compiled.plan = plan::CompilePlan(read, compiled.diagnostics);
  if (compiled.plan == nullptr) return compiled;
  compiled.model = std::move(read.model);
  auto sources = pack::ReadPackSources(directory, compiled.model->digest);
  if (!sources.ok()) {
    compiled.diagnostics.AddError(
        "E201", {"pack.yaml", 0, 0},
        absl::StrCat("the pack cannot be kept: ", sources.status().message()));
    compiled.plan = nullptr;
    return compiled;
  }
  compiled.sources = *std::move(sources);
  ReadTests(tests_directory, compiled);
  return compiled;
}

TestOutcome RunTestsOf(const CompiledPack& pack) {
  STRATAGEM_CHECK(pack.plan != nullptr);
  if (!pack.tests.has_value()) {
    return {.report = {}, .mistake = FirstError(pack.diagnostics)};
  }
  author::Coverage coverage(*pack.model, *pack.plan);
  return {.report = author::RunTests(*pack.tests, *pack.plan, "", coverage),
          .mistake = ""};
}

std::string FailureText(const TestOutcome& outcome) {
  if (!outcome.mistake.empty()) {
    return absl::StrCat("its tests have mistakes: ", outcome.mistake);
  }
  const author::TestReport& report = outcome.report;
  const auto failed = std::find_if(
      report.results.begin(), report.results.end(),
      [](const author::TestResult& result) { return !result.passed(); });
  STRATAGEM_CHECK(failed != report.results.end());
  const author::Difference& difference = failed->differences.front();
  return absl::StrCat(report.failed, " of its ", report.results.size(),
                      " tests fail, first ", NameOf(*failed), ": `",
                      difference.name, "` is ", difference.found, ", not ",
                      difference.expected);
}

}  // namespace stratagem::server
