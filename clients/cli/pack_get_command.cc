// `stratagem pack get`: the files of a version that a server keeps, into a
// folder.

#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "clients/cli/command.h"
#include "clients/cli/display_text.h"
#include "clients/cli/json_writer.h"
#include "clients/cli/operator_flags.h"
#include "clients/cli/output_file.h"
#include "clients/cli/usage_error.h"
#include "engine/base/status_macros.h"

namespace stratagem::cli {
namespace {

namespace fs = std::filesystem;

using Files = google::protobuf::RepeatedPtrField<v1::PackFile>;

struct GetFlags {
  ServerFlags server;
  AnswerForm output = AnswerForm::kText;
  std::string version;
  std::string directory;
  bool force = false;
};

// A server is not to write outside of the folder that was named.
bool IsInside(const std::string& path) {
  if (path.find('\0') != path.npos) return false;
  for (const absl::string_view part : absl::StrSplit(path, '/')) {
    if (part.empty() || part == "." || part == "..") return false;
  }
  return true;
}

bool IsThere(const fs::path& path) {
  std::error_code error;
  return fs::symlink_status(path, error).type() != fs::file_type::not_found;
}

// Before anything is written: whether all files may be.
// Errors: DATA_LOSS, a path that is none; ALREADY_EXISTS.
absl::Status CheckPaths(const Files& files, const GetFlags& flags) {
  const fs::path folder = flags.directory;
  for (const v1::PackFile& file : files) {
    if (!IsInside(file.path())) {
      return absl::DataLossError(absl::StrCat(
          "the server names a file `", file.path(), "`, outside of the pack"));
    }
    const fs::path path = folder / file.path();
    if (!flags.force && IsThere(path)) {
      return absl::AlreadyExistsError(
          absl::StrCat("`", path.string(), "` is there already"));
    }
  }
  return absl::OkStatus();
}

// Errors: as CreateFile() and ReplaceFile().
absl::Status WriteFile(const fs::path& path, const std::string& bytes) {
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  if (error) {
    return absl::UnknownError(
        absl::StrCat("folder `", path.parent_path().string(),
                     "` cannot be made: ", error.message()));
  }
  return IsThere(path) ? ReplaceFile(path.string(), bytes)
                       : CreateFile(path.string(), bytes);
}

absl::Status WriteFiles(const Files& files, const GetFlags& flags) {
  STRATAGEM_RETURN_IF_ERROR(CheckPaths(files, flags));
  for (const v1::PackFile& file : files) {
    STRATAGEM_RETURN_IF_ERROR(
        WriteFile(fs::path(flags.directory) / file.path(), file.content()));
  }
  return absl::OkStatus();
}

void PrintJson(const v1::GetPackResponse& response, const GetFlags& flags,
               const Console& console) {
  JsonWriter json(console.out, JsonWriter::Layout::kIndented);
  json.BeginObject();
  json.StringMember("name", response.pack().ref().name());
  json.StringMember("version", response.pack().ref().version());
  json.StringMember("digest", response.pack().ref().digest());
  json.StringMember("directory", flags.directory);
  json.Key("files");
  json.BeginArray();
  for (const v1::PackFile& file : response.files()) json.String(file.path());
  json.EndArray();
  json.EndObject();
  console.out << "\n";
}

ExitCode RunGet(const GetFlags& flags, const Console& console) {
  if (flags.directory.empty()) {
    console.Error("the folder has no name", "see `stratagem pack get --help`");
    return ExitCode::kUsage;
  }
  const absl::StatusOr<v1::PackVersion> version =
      ReadVersion(flags.version, VersionUse::kOptional);
  if (!version.ok()) return ReportUsage(version.status(), console);
  client::Client client(OptionsOf(flags.server));
  v1::GetPackRequest request;
  *request.mutable_pack() = *version;
  const auto response = client.GetPack(request);
  if (!response.ok()) return ReportFailure(response.status(), console);
  const absl::Status written = WriteFiles(response->files(), flags);
  if (absl::IsAlreadyExists(written)) {
    console.Error(written.message(),
                  "name another folder, or overwrite files with `--force`");
    return ExitCode::kRefused;
  }
  if (!written.ok()) {
    console.Error(written.message());
    return ExitCode::kEnvironment;
  }
  if (flags.output == AnswerForm::kJson) {
    PrintJson(*response, flags, console);
    return ExitCode::kOk;
  }
  console.out << console.PaintOut(Style::kGood, NameOf(response->pack().ref()))
              << " is in " << flags.directory << ", "
              << Counted(static_cast<uint64_t>(response->files_size()), "file")
              << "\n";
  return ExitCode::kOk;
}

}  // namespace

void AddPackGetCommand(CLI::App& pack, const Console& console, Chosen& chosen) {
  CLI::App* const get = pack.add_subcommand(
      "get", "Write the files of a version that a server keeps to a folder");
  const auto flags = std::make_shared<GetFlags>();
  AddVersionArgument(*get, VersionUse::kOptional, flags->version);
  get->add_option("DIR", flags->directory, "the folder; made if need be")
      ->required()
      ->type_name("");
  get->add_flag("--force", flags->force, "overwrite files that are there");
  AddAnswerFlags(*get, flags->server, flags->output);
  get->footer(
      "\nWithout a version it is the one that decides now. The pack's tests "
      "come along. Other\nfiles of the folder stay as they are.\n"
      "\nexit codes:\n  0  the files are there\n"
      "  1  there is no such version, or a file is there already\n"
      "  2  the command line is wrong\n"
      "  3  the folder cannot be written, or no server answers\n");
  get->callback([flags, &console, &chosen] {
    chosen.run = [flags, &console] { return RunGet(*flags, console); };
  });
}

}  // namespace stratagem::cli
