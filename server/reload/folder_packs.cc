#include "server/reload/folder_packs.h"

#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/ops/log.h"
#include "server/reload/pack_promises.h"

namespace stratagem::server {

void LogWarnings(const std::string& folder, const Diagnostics& diagnostics) {
  for (const Diagnostic& diagnostic : diagnostics.Sorted()) {
    if (diagnostic.severity != Severity::kWarning) continue;
    Log(LogLevel::kWarning, "pack_warning",
        {{"pack", Value::String(folder)},
         {"message", Value::String(ToString(diagnostic))}});
  }
}

std::variant<std::vector<FolderPack>, PackErrors> LoadPacks(
    std::span<const std::string> directories, absl::Duration outcome_window) {
  std::string errors;
  std::vector<FolderPack> packs;
  std::map<std::pair<std::string, std::string>, std::string> seen;
  for (const std::string& directory : directories) {
    CompiledPack pack = CompileFolder(directory, directory);
    if (!pack.is_valid()) {
      absl::StrAppend(&errors, "pack `", directory, "` has errors:\n",
                      pack.diagnostics.ToString());
      continue;
    }
    LogWarnings(directory, pack.diagnostics);
    const plan::PlanSummary& summary = pack.plan->summary();
    const auto [first, is_new] =
        seen.try_emplace({summary.name, summary.version}, directory);
    if (!is_new) {
      absl::StrAppend(&errors, "pack `", directory, "` is `", summary.name,
                      "` version `", summary.version, "`, and so is `",
                      first->second, "`; give one of them another version\n");
      continue;
    }
    const absl::Status promises = CheckPromises(*pack.plan, outcome_window);
    if (!promises.ok()) {
      absl::StrAppend(&errors, "pack `", directory, "`: ", promises.message(),
                      "\n");
    }
    packs.push_back({directory, std::move(pack)});
  }
  if (!errors.empty()) return PackErrors{std::move(errors)};
  return packs;
}

}  // namespace stratagem::server
