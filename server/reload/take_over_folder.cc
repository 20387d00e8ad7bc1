#include "server/reload/take_over_folder.h"

#include "server/reload/folder_packs.h"

namespace stratagem::server {

TakenOver TakeOverFolder(const std::string& folder, PackRegistry& registry) {
  FolderPack pack = {folder, CompileFolder(folder, folder)};
  if (!pack.pack.is_valid()) {
    registry.refused().Refuse(folder, pack.pack.diagnostics.ToString());
    return TakenOver::kRefused;
  }
  const absl::Status taken = registry.TakeOver(pack);
  if (absl::IsUnavailable(taken) || absl::IsResourceExhausted(taken)) {
    return TakenOver::kNotYet;
  }
  if (!taken.ok()) {
    registry.refused().Refuse(folder, std::string(taken.message()));
    return TakenOver::kRefused;
  }
  LogWarnings(folder, pack.pack.diagnostics);
  registry.refused().Forgive(folder);
  return TakenOver::kYes;
}

}  // namespace stratagem::server
