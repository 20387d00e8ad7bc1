#include "clients/cli/pack_files.h"

#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "clients/cli/diagnostic_printer.h"
#include "clients/cli/display_text.h"
#include "clients/cli/input_file.h"
#include "engine/pack/loader.h"

namespace stratagem::cli {

absl::StatusOr<LoadedPack> ReadPack(const std::string& directory) {
  std::error_code error;
  const std::filesystem::file_status status =
      std::filesystem::status(directory, error);
  if (status.type() == std::filesystem::file_type::not_found) {
    return absl::NotFoundError(
        absl::StrCat("there is no folder `", directory, "`"));
  }
  if (error || status.type() != std::filesystem::file_type::directory) {
    return absl::NotFoundError(absl::StrCat(
        "`", directory, "` is ",
        error ? absl::StrCat("not readable: ", error.message())
              : "not a folder; expected the folder that holds `pack.yaml`"));
  }
  LoadedPack pack;
  pack::ReadPackResult read = pack::ReadPack(directory, pack.diagnostics);
  pack.plan = plan::CompilePlan(read, pack.diagnostics);
  pack.model = std::move(read.model);
  return pack;
}

ExitCode RequirePack(const std::string& directory, const Console& console,
                     LoadedPack& pack) {
  absl::StatusOr<LoadedPack> read = ReadPack(directory);
  if (!read.ok()) {
    console.Error(read.status().message());
    return ExitCode::kEnvironment;
  }
  pack = *std::move(read);
  if (pack.plan != nullptr) return ExitCode::kOk;
  PrintDiagnostics(pack.diagnostics, directory, console, /*to_out=*/false);
  console.Error(absl::StrCat("the pack in `", directory, "` has ",
                             Counted(pack.diagnostics.error_count(), "error")));
  return ExitCode::kRefused;
}

std::string PackFilePath(const std::string& directory,
                         const std::string& file) {
  return (std::filesystem::path(directory) / file).string();
}

namespace {

// The diagnostic's hint, where a place that it names ("the first is at
// pack.yaml:9:30") has its path as PackFilePath() gives it.
std::string HintOf(const Diagnostic& diagnostic, const std::string& directory) {
  for (const absl::string_view words :
       {"the first is at ", "the other is at "}) {
    absl::string_view place = diagnostic.hint;
    if (absl::ConsumePrefix(&place, words)) {
      return absl::StrCat(words, PackFilePath(directory, std::string(place)));
    }
  }
  return diagnostic.hint;
}

}  // namespace

std::vector<Diagnostic> DiagnosticsOf(const Diagnostics& found,
                                      const std::string& directory) {
  std::vector<Diagnostic> diagnostics = found.Sorted();
  for (Diagnostic& diagnostic : diagnostics) {
    diagnostic.hint = HintOf(diagnostic, directory);
    diagnostic.location.file =
        PackFilePath(directory, diagnostic.location.file);
  }
  return diagnostics;
}

void PrintDiagnostics(const Diagnostics& found, const std::string& directory,
                      const Console& console, bool to_out) {
  std::string path;
  std::string text;
  for (const Diagnostic& diagnostic : DiagnosticsOf(found, directory)) {
    if (diagnostic.location.file != path) {
      path = diagnostic.location.file;
      // Nothing but a file: a pipe that stands in its place would block.
      std::error_code error;
      const bool is_file =
          path == "-" || std::filesystem::is_regular_file(path, error);
      text = is_file ? ReadInput(path, console).value_or("") : "";
    }
    PrintDiagnostic(diagnostic, text, console, to_out);
  }
}

}  // namespace stratagem::cli
