#include "server/config/check_config.h"

#include <unistd.h>

#include <filesystem>
#include <system_error>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/ops/log.h"
#include "server/reload/folder_packs.h"

namespace stratagem::server {
namespace {

namespace fs = std::filesystem;

bool MayWriteInto(const fs::path& folder) {
  return access(folder.c_str(), W_OK | X_OK) == 0;
}

// Why the store cannot be in `path`, or "".
std::string StoreFault(const std::string& path) {
  std::error_code error;
  fs::path there = fs::absolute(path, error);
  if (error) return error.message();
  const fs::file_status status = fs::status(there, error);
  if (fs::exists(status)) {
    if (!fs::is_directory(status)) return "it is not a folder";
    return MayWriteInto(there) ? "" : "it may not be written";
  }
  // A start makes it, and the folders above it that are not there.
  while (!fs::exists(there, error) && there.has_relative_path()) {
    there = there.parent_path();
  }
  if (fs::is_directory(there, error) && MayWriteInto(there)) return "";
  return absl::StrCat("it is not there, and `", there.string(),
                      "` may not be written");
}

void CheckStore(const Configuration& configuration, Diagnostics& diagnostics) {
  const std::string& store = configuration.options.store;
  if (store == kMemoryStore) return;
  const std::string fault = StoreFault(store);
  if (fault.empty()) return;
  const auto origin = configuration.origins.find("store");
  diagnostics.AddError(
      "E608",
      origin == configuration.origins.end() ? SourceLocation{"store", 0, 0}
                                            : origin->second,
      absl::StrCat("the store cannot be in `", OneLine(store), "`: ", fault),
      "name a folder with `store` that this user may write, on a local disk");
}

// Says which packs have tests that fail, and appends to `warnings`.
std::string LookAt(const std::vector<FolderPack>& packs,
                   std::string& warnings) {
  std::string faults;
  for (const FolderPack& pack : packs) {
    const std::string found = pack.pack.diagnostics.ToString();
    if (!found.empty()) {
      absl::StrAppend(&warnings, "pack `", pack.folder, "`:\n", found);
    }
    const TestOutcome tests = RunTestsOf(pack.pack);
    if (tests.passed()) continue;
    absl::StrAppend(&faults, "pack `", pack.folder, "`: ", FailureText(tests),
                    "\n  hint: a start refuses it, unless this version has "
                    "served before\n");
  }
  return faults;
}

}  // namespace

std::string CheckConfig(const Configuration& configuration,
                        std::string& warnings) {
  const Options& options = configuration.options;
  Diagnostics diagnostics;
  CheckStore(configuration, diagnostics);
  std::string faults = diagnostics.ToString();
  // Warnings of packs are told here, not in the log.
  SetLogLevel(LogLevel::kError);
  const auto packs = LoadPacks(options.packs, options.outcome_window);
  if (const auto* errors = std::get_if<PackErrors>(&packs)) {
    return faults + errors->text;
  }
  return faults + LookAt(std::get<std::vector<FolderPack>>(packs), warnings);
}

}  // namespace stratagem::server
