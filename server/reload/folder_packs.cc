#include "server/reload/folder_packs.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/ops/log.h"
#include "server/reload/find_version.h"
#include "server/reload/pack_promises.h"

namespace stratagem::server {
namespace {

absl::string_view ServingText(state::Serving serving) {
  switch (serving) {
    case state::Serving::kPublished:
      return "published";
    case state::Serving::kLive:
      return "live";
    case state::Serving::kCanary:
      return "a canary";
    case state::Serving::kShadow:
      return "a shadow";
    case state::Serving::kWithdrawn:
      return "withdrawn";
  }
  return "";
}

}  // namespace

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

void LogNotActivated(const std::vector<FolderPack>& folders,
                     const state::Operations& operations) {
  for (const FolderPack& folder : folders) {
    const VersionName name = NameOf(*folder.pack.plan);
    const state::ServedVersion& version = *FindVersion(operations, name);
    const state::ServedVersion* newest = FindNewestLive(operations, name.pack);
    std::string because;
    if (version.serving != state::Serving::kLive) {
      because = absl::StrCat("an operator has made it ",
                             ServingText(version.serving));
    } else if (std::none_of(folders.begin(), folders.end(),
                            [newest](const FolderPack& other) {
                              return other.pack.plan->summary().digest ==
                                     newest->digest;
                            })) {
      because = absl::StrCat("version `", newest->version,
                             "` was activated after it");
    } else {
      continue;
    }
    Log(LogLevel::kWarning, "pack_not_activated",
        {{"folder", Value::String(folder.folder)},
         {"pack", Value::String(name.pack)},
         {"version", Value::String(name.version)},
         {"because", Value::String(because)},
         {"hint", Value::String("activate it with `stratagem pack activate`, "
                                "or start without its --pack")}});
  }
}

}  // namespace stratagem::server
