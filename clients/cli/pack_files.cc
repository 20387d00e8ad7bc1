#include "clients/cli/pack_files.h"

#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "clients/cli/display_text.h"
#include "engine/base/display_width.h"
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
  for (const Diagnostic& diagnostic : pack.diagnostics.Sorted()) {
    PrintDiagnostic(diagnostic, directory, console, /*to_out=*/false);
  }
  console.Error(absl::StrCat("the pack in `", directory, "` has ",
                             Counted(pack.diagnostics.error_count(), "error")));
  return ExitCode::kRefused;
}

std::string PackFilePath(const std::string& directory,
                         const std::string& file) {
  return (std::filesystem::path(directory) / file).string();
}

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

void PrintDiagnostic(const Diagnostic& diagnostic, const std::string& directory,
                     const Console& console, bool to_out) {
  const auto paint = [&](Style style, absl::string_view text) {
    return to_out ? console.PaintOut(style, text)
                  : console.PaintErr(style, text);
  };
  SourceLocation location = diagnostic.location;
  location.file = PackFilePath(directory, location.file);
  const bool error = diagnostic.severity == Severity::kError;
  std::ostream& stream = to_out ? console.out : console.err;
  stream << paint(Style::kHeading, ToString(location)) << ": "
         << paint(error ? Style::kError : Style::kWarning,
                  error ? "error" : "warning")
         << " " << diagnostic.code << ": " << Printable(diagnostic.message)
         << "\n";
  if (!diagnostic.hint.empty()) {
    stream << paint(Style::kFaint,
                    absl::StrCat("  hint: ",
                                 Printable(HintOf(diagnostic, directory))))
           << "\n";
  }
}

}  // namespace stratagem::cli
