// `stratagem pack new`: a pack to begin with, from one of those that ship.

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "clients/cli/command.h"
#include "clients/cli/display_text.h"
#include "clients/cli/output_file.h"
#include "clients/cli/pack_files.h"
#include "clients/cli/pack_templates.h"
#include "engine/base/check.h"
#include "engine/base/status_macros.h"
#include "engine/pack/names.h"
#include "engine/pack/yaml_reader.h"

namespace stratagem::cli {
namespace {

namespace fs = std::filesystem;

constexpr char kMainFile[] = "pack.yaml";

struct NewFlags {
  std::string directory;
  std::string name;
  std::string template_name = "starter";
};

std::vector<std::string> TemplateNames() {
  std::vector<std::string> names;
  for (const PackTemplate& shipped : PackTemplates()) {
    names.push_back(shipped.name);
  }
  return names;
}

const PackTemplate& FindTemplate(const std::string& name) {
  const std::vector<PackTemplate>& templates = PackTemplates();
  const auto found = std::find_if(
      templates.begin(), templates.end(),
      [&](const PackTemplate& shipped) { return shipped.name == name; });
  STRATAGEM_CHECK(found != templates.end());  // The flag allows no other.
  return *found;
}

// The text of a template's pack.yaml for a pack called `name`.
std::string MainFileFor(absl::string_view text, const std::string& name) {
  Diagnostics diagnostics;
  const std::unique_ptr<const pack::YamlFile> file =
      pack::YamlFile::Read(kMainFile, text, diagnostics);
  STRATAGEM_CHECK(file != nullptr);
  std::string result = file->text();
  // From the end, so that the places before stay right.
  for (auto entry = file->root().entries.rbegin();
       entry != file->root().entries.rend(); ++entry) {
    const pack::YamlNode& value = entry->value;
    const bool is_name = entry->key.text == "name";
    if (!is_name && entry->key.text != "version") continue;
    result.replace(file->Offset(value.line, value.column), value.text.size(),
                   is_name ? name : "1.0.0");
  }
  return result;
}

// `starter_test.yaml` of template `starter` is `NAME_test.yaml`.
std::string FileNameFor(const std::string& file, const PackTemplate& shipped,
                        const std::string& name) {
  absl::string_view rest = file;
  if (!absl::EndsWith(rest, "_test.yaml") ||
      !absl::ConsumePrefix(&rest, shipped.name)) {
    return file;
  }
  return absl::StrCat(name, rest);
}

// Errors: ALREADY_EXISTS for anything but an empty or absent folder;
// PERMISSION_DENIED, UNKNOWN when it cannot be made.
absl::Status MakeFolder(const std::string& directory) {
  std::error_code error;
  const fs::file_status status = fs::status(directory, error);
  if (status.type() == fs::file_type::not_found) {
    fs::create_directories(directory, error);
  } else if (status.type() != fs::file_type::directory) {
    return absl::AlreadyExistsError(
        absl::StrCat("`", directory, "` exists and is not a folder"));
  } else if (!fs::is_empty(directory, error) && !error) {
    return absl::AlreadyExistsError(
        absl::StrCat("folder `", directory, "` is not empty"));
  }
  if (!error) return absl::OkStatus();
  return absl::UnknownError(absl::StrCat(
      "folder `", directory, "` cannot be made: ", error.message()));
}

// Returns the names of the files it wrote: all of them, or on an error none.
absl::StatusOr<std::vector<std::string>> WritePack(const NewFlags& flags,
                                                   const std::string& name) {
  STRATAGEM_RETURN_IF_ERROR(MakeFolder(flags.directory));
  const fs::path folder = flags.directory;
  const PackTemplate& shipped = FindTemplate(flags.template_name);
  std::vector<std::string> names;
  for (const PackTemplate::File& file : shipped.files) {
    const std::string file_name = FileNameFor(file.name, shipped, name);
    const absl::Status created =
        CreateFile((folder / file_name).string(),
                   file.name == kMainFile ? MainFileFor(file.text, name)
                                          : std::string(file.text));
    if (!created.ok()) {
      std::error_code ignored;
      for (const std::string& made : names) fs::remove(folder / made, ignored);
      return created;
    }
    names.push_back(file_name);
  }
  return names;
}

// The last part of the folder's path unless --name says another.
std::string NameOf(const NewFlags& flags) {
  if (!flags.name.empty()) return flags.name;
  std::error_code error;
  fs::path path = fs::absolute(flags.directory, error);
  if (error) path = flags.directory;
  path = path.lexically_normal();
  return (path.has_filename() ? path : path.parent_path()).filename().string();
}

// The folder as a shell takes it for an argument.
std::string FolderWord(const std::string& directory) {
  return ShellWord(absl::StartsWith(directory, "-")
                       ? absl::StrCat("./", directory)
                       : directory);
}

bool IsPackName(const std::string& text) {
  pack::Name name;
  name.text = text;
  Diagnostics ignored;
  return !text.empty() &&
         pack::CheckName(name, pack::NameUse::kPack, "a pack", ignored);
}

ExitCode RunNew(const NewFlags& flags, const Console& console) {
  if (flags.directory.empty()) {
    console.Error("the folder has no name", "see `stratagem pack new --help`");
    return ExitCode::kUsage;
  }
  const std::string name = NameOf(flags);
  if (!IsPackName(name)) {
    console.Error(absl::StrCat("`", name, "` cannot be the name of a pack"),
                  "letters, digits, `_`, `-` and `.`, beginning with a letter "
                  "or digit; give one with `--name`");
    return ExitCode::kUsage;
  }
  const absl::StatusOr<std::vector<std::string>> files = WritePack(flags, name);
  if (!files.ok()) {
    const bool exists = absl::IsAlreadyExists(files.status());
    console.Error(files.status().message(),
                  exists ? "name a folder that does not exist yet" : "");
    return exists ? ExitCode::kRefused : ExitCode::kEnvironment;
  }
  const std::string word = FolderWord(flags.directory);
  console.out << "made pack " << name << " in " << flags.directory << ": "
              << absl::StrJoin(*files, ", ") << "\n\nnext:\n"
              << "  stratagem pack check " << word << "\n"
              << "  stratagem pack test " << word << "\n";
  return ExitCode::kOk;
}

}  // namespace

void AddPackNewCommand(CLI::App& pack, const Console& console, Chosen& chosen) {
  CLI::App* const command =
      pack.add_subcommand("new", "Make a pack to begin with, and its tests");
  const auto flags = std::make_shared<NewFlags>();
  command
      ->add_option("DIR", flags->directory,
                   "the folder to make; it may exist if it is empty")
      ->required()
      ->type_name("");
  command
      ->add_option("--name", flags->name,
                   "the pack's name (default: that of the folder)")
      ->type_name("NAME");
  command
      ->add_option("--template", flags->template_name,
                   absl::StrCat("the pack to copy: ",
                                absl::StrJoin(TemplateNames(), ", ")))
      ->check(Quiet(CLI::IsMember(TemplateNames())))
      ->type_name("TEMPLATE")
      ->capture_default_str();
  command->footer(
      "\nThe pack is ready: `pack check` finds no errors in it, and its tests "
      "pass.\n"
      "\nexit codes:\n  0  the pack is there\n"
      "  1  the folder is there already and not empty\n"
      "  2  the command line is wrong, or the name is none\n"
      "  3  the folder cannot be written\n");
  command->callback([flags, &console, &chosen] {
    chosen.run = [flags, &console] { return RunNew(*flags, console); };
  });
}

}  // namespace stratagem::cli
