// `stratagem pack fmt`: the YAML of packs in its one form.

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "clients/cli/command.h"
#include "clients/cli/display_text.h"
#include "clients/cli/input_file.h"
#include "clients/cli/output_file.h"
#include "clients/cli/pack_files.h"
#include "engine/author/format.h"
#include "engine/base/status_macros.h"

namespace stratagem::cli {
namespace {

namespace fs = std::filesystem;

struct FmtFlags {
  std::vector<std::string> paths;
  bool check = false;
  bool to_out = false;
};

// What became of the files so far.
struct Tally {
  size_t files = 0;
  size_t changed = 0;  // Or would be, with --check.
  size_t refused = 0;
};

// Adds the YAML files below `directory`, in order of their paths. Links and
// what begins with a dot are passed over.
absl::Status AddFilesBelow(const std::string& directory,
                           std::vector<std::string>& files) {
  std::error_code error;
  fs::recursive_directory_iterator entry(directory, error);
  const size_t first = files.size();
  for (; !error && entry != fs::recursive_directory_iterator();
       entry.increment(error)) {
    if (absl::StartsWith(entry->path().filename().string(), ".")) {
      entry.disable_recursion_pending();
    } else if (entry->symlink_status(error).type() == fs::file_type::regular &&
               entry->path().extension() == ".yaml") {
      files.push_back(entry->path().string());
    }
  }
  if (error) {
    return absl::NotFoundError(absl::StrCat(
        "folder `", directory, "` cannot be read: ", error.message()));
  }
  std::sort(files.begin() + static_cast<ptrdiff_t>(first), files.end());
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> FilesOf(
    const std::vector<std::string>& paths) {
  std::vector<std::string> files;
  for (const std::string& path : paths) {
    std::error_code error;
    const fs::file_type type = fs::status(path, error).type();
    if (path == "-" || type == fs::file_type::regular) {
      files.push_back(path);
    } else if (type == fs::file_type::directory) {
      STRATAGEM_RETURN_IF_ERROR(AddFilesBelow(path, files));
    } else {
      return absl::NotFoundError(
          absl::StrCat("there is no file or folder `", path, "`"));
    }
  }
  return files;
}

// Formats the file at `path` and does with the result what `flags` say.
absl::Status FormatFile(const std::string& path, const FmtFlags& flags,
                        const Console& console, Tally& tally) {
  STRATAGEM_ASSIGN_OR_RETURN(const std::string text, ReadInput(path, console));
  ++tally.files;
  Diagnostics diagnostics;
  const std::optional<std::string> formatted =
      author::FormatYaml(path, text, diagnostics);
  if (!formatted.has_value()) {
    ++tally.refused;
    PrintDiagnostics(diagnostics, "", console, /*to_out=*/false);
    return absl::OkStatus();
  }
  if (flags.to_out || (path == "-" && !flags.check)) {
    console.out << *formatted;
  } else if (*formatted != text) {
    if (!flags.check) STRATAGEM_RETURN_IF_ERROR(ReplaceFile(path, *formatted));
    console.out << (flags.check ? "not formatted: " : "formatted: ") << path
                << "\n";
  }
  if (*formatted != text) ++tally.changed;
  return absl::OkStatus();
}

// "4 files, 1 formatted".
void PrintSummary(const FmtFlags& flags, const Tally& tally,
                  const Console& console) {
  console.err << Counted(tally.files, "file") << ", " << tally.changed
              << (flags.check ? " not formatted" : " formatted");
  if (tally.refused > 0) console.err << ", " << tally.refused << " with errors";
  console.err << "\n";
}

ExitCode RunFmt(const FmtFlags& flags, const Console& console) {
  const absl::StatusOr<std::vector<std::string>> files = FilesOf(flags.paths);
  if (!files.ok()) {
    console.Error(files.status().message());
    return ExitCode::kEnvironment;
  }
  Tally tally;
  bool failed = false;
  for (const std::string& path : *files) {
    const absl::Status status = FormatFile(path, flags, console, tally);
    if (status.ok()) continue;
    console.Error(status.message());
    failed = true;
  }
  const bool is_text = flags.to_out || flags.paths.front() == "-";
  if (!is_text) PrintSummary(flags, tally, console);
  if (failed) return ExitCode::kEnvironment;
  return tally.refused > 0 || (flags.check && tally.changed > 0)
             ? ExitCode::kRefused
             : ExitCode::kOk;
}

}  // namespace

void AddPackFmtCommand(CLI::App& pack, const Console& console, Chosen& chosen) {
  CLI::App* const fmt = pack.add_subcommand(
      "fmt", "Bring the YAML of packs into its one form; comments stay");
  const auto flags = std::make_shared<FmtFlags>();
  fmt->add_option("PATH", flags->paths,
                  "files, or folders with `*.yaml` below them; - is the input")
      ->required()
      ->type_name("");
  CLI::Option* const check = fmt->add_flag(
      "--check", flags->check, "write nothing; list what is not formatted");
  fmt->add_flag("--stdout", flags->to_out,
                "print what would be written, and write nothing")
      ->excludes(check);
  fmt->footer(
      "\nIndentation, spaces, line breaks and quotes change; keys keep their "
      "order, comments\ntheir places, and every value its meaning: a file is "
      "replaced only after the new text\nwas read again and compared. Rows of "
      "a matrix and declarations line up in columns.\n"
      "\nexit codes:\n  0  done; with --check: all files are formatted\n"
      "  1  a file has errors, or --check found one that is not formatted\n"
      "  2  the command line is wrong\n"
      "  3  a file cannot be read or written\n");
  fmt->callback([flags, &console, &chosen] {
    chosen.run = [flags, &console] { return RunFmt(*flags, console); };
  });
}

}  // namespace stratagem::cli
