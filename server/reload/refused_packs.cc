#include "server/reload/refused_packs.h"

#include <algorithm>
#include <utility>

#include "server/ops/log.h"

namespace stratagem::server {

void RefusedPacks::Refuse(const std::string& folder,
                          const std::string& message) {
  const std::lock_guard<std::mutex> lock(mutex_);
  RefusedPack& refused = folders_[folder];
  if (refused.message == message) return;
  refused = {folder, message, now_()};
  ++count_;
  Log(LogLevel::kError, "pack_refused",
      {{"folder", Value::String(folder)}, {"message", Value::String(message)}});
  Tell();
}

void RefusedPacks::Forgive(const std::string& folder) {
  const std::lock_guard<std::mutex> lock(mutex_);
  folders_.erase(folder);
  Tell();
}

void RefusedPacks::RefuseCall(absl::string_view pack,
                              absl::string_view message) {
  const std::lock_guard<std::mutex> lock(mutex_);
  ++count_;
  Log(LogLevel::kWarning, "pack_refused",
      {{"pack", Value::String(pack)}, {"message", Value::String(message)}});
}

void RefusedPacks::SetVersions(std::vector<RefusedPack> versions) {
  const std::lock_guard<std::mutex> lock(mutex_);
  for (const RefusedPack& version : versions) {
    const bool is_known = std::find(versions_.begin(), versions_.end(),
                                    version) != versions_.end();
    if (!is_known) ++count_;
  }
  versions_ = std::move(versions);
  Tell();
}

std::vector<RefusedPack> RefusedPacks::All() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  std::vector<RefusedPack> all = versions_;
  for (const auto& [folder, refused] : folders_) all.push_back(refused);
  return all;
}

uint64_t RefusedPacks::count() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return count_;
}

void RefusedPacks::Watch(std::function<void(bool any)> watcher) {
  const std::lock_guard<std::mutex> lock(mutex_);
  watcher_ = std::move(watcher);
  told_ = !folders_.empty() || !versions_.empty();
  if (watcher_ != nullptr) watcher_(told_);
}

void RefusedPacks::Tell() {
  const bool any = !folders_.empty() || !versions_.empty();
  if (watcher_ == nullptr || any == told_) return;
  told_ = any;
  watcher_(any);
}

}  // namespace stratagem::server
