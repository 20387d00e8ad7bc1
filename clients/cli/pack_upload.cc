#include "clients/cli/pack_upload.h"

#include <map>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "clients/cli/command.h"
#include "clients/cli/display_text.h"
#include "clients/cli/pack_files.h"
#include "clients/cpp/error.h"
#include "engine/author/test_suite.h"
#include "engine/pack/pack_folder.h"
#include "engine/pack/pack_sources.h"
#include "engine/pack/test_file.h"

namespace stratagem::cli {
namespace {

void Add(const std::map<std::string, std::string>& files, v1::PackFiles& out) {
  for (const auto& [path, bytes] : files) {
    v1::PackFile& file = *out.add_files();
    file.set_path(path);
    file.set_content(bytes);
  }
}

// Adds the tests beside `pack`; mistakes in them go to `diagnostics`.
void AddTests(const std::string& directory, const LoadedPack& pack,
              Diagnostics& diagnostics, v1::PackFiles& out) {
  const std::vector<pack::TestFile> tests =
      pack::ReadTestFiles(directory, pack.model->timezone, diagnostics);
  author::CompileTests(tests, *pack.model, *pack.plan, diagnostics);
  pack::PackFolder folder(directory);
  for (const pack::TestFile& test : tests) {
    folder.Read(test.path, {test.path, 0, 0}, diagnostics);
  }
  Add(folder.files(), out);
}

void AddTo(Diagnostics& diagnostics, const v1::Diagnostic& wire) {
  const SourceLocation place = {wire.file(), wire.line(), wire.column()};
  if (wire.severity() == v1::DIAGNOSTIC_SEVERITY_WARNING) {
    diagnostics.AddWarning(wire.code(), place, wire.message(), wire.hint());
  } else {
    diagnostics.AddError(wire.code(), place, wire.message(), wire.hint());
  }
}

}  // namespace

ExitCode ReadUpload(const std::string& directory, const Console& console,
                    v1::PackFiles& files) {
  LoadedPack pack;
  const ExitCode code = RequirePack(directory, console, pack);
  if (code != ExitCode::kOk) return code;
  const absl::StatusOr<std::map<std::string, std::string>> sources =
      pack::ReadPackSources(directory, pack.plan->summary().digest);
  if (!sources.ok()) {
    console.Error(
        absl::StrCat("`", directory, "`: ", sources.status().message()),
        "try again when nobody writes there");
    return ExitCode::kEnvironment;
  }
  Add(*sources, files);
  Diagnostics diagnostics;
  AddTests(directory, pack, diagnostics, files);
  if (!diagnostics.has_errors()) return ExitCode::kOk;
  PrintDiagnostics(diagnostics, directory, console, /*to_out=*/false);
  console.Error(absl::StrCat("the tests in `", directory, "` have ",
                             Counted(diagnostics.error_count(), "error")));
  return ExitCode::kRefused;
}

Diagnostics DiagnosticsFrom(
    const google::protobuf::RepeatedPtrField<v1::Diagnostic>& wire) {
  Diagnostics diagnostics;
  for (const v1::Diagnostic& diagnostic : wire) AddTo(diagnostics, diagnostic);
  return diagnostics;
}

ExitCode ReportUploadFailure(const absl::Status& status,
                             const std::string& directory,
                             const Console& console) {
  Diagnostics diagnostics;
  for (const v1::Diagnostic& found : client::DetailsOf(status).diagnostics) {
    AddTo(diagnostics, found);
  }
  PrintDiagnostics(diagnostics, directory, console, /*to_out=*/false);
  return ReportFailure(status, console);
}

}  // namespace stratagem::cli
