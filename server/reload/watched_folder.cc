#include "server/reload/watched_folder.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <set>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "engine/pack/pack_folder.h"
#include "server/reload/take_over_folder.h"

namespace stratagem::server {
namespace {

namespace fs = std::filesystem;

bool IsHidden(const fs::path& path) {
  return absl::StartsWith(path.filename().string(), ".");
}

// The folders of packs in `directory`; `error` says why they cannot be listed.
std::set<std::string> PackFolders(const std::string& directory,
                                  std::error_code& error) {
  std::set<std::string> folders;
  fs::directory_iterator entry(directory, error);
  for (; !error && entry != fs::end(entry); entry.increment(error)) {
    std::error_code ignored;
    if (!IsHidden(entry->path()) &&
        fs::exists(entry->path() / "pack.yaml", ignored)) {
      folders.insert(entry->path().string());
    }
  }
  return folders;
}

// Names, sizes and times of the files below `folder`: another text when any of
// them was written.
std::string StateOf(const std::string& folder) {
  std::vector<std::string> lines;
  std::error_code error;
  fs::recursive_directory_iterator entry(folder, error);
  for (; !error && entry != fs::end(entry) &&
         lines.size() < pack::kFolderEntriesMax;
       entry.increment(error)) {
    if (IsHidden(entry->path())) {
      entry.disable_recursion_pending();
      continue;
    }
    std::error_code ignored;
    if (!entry->is_regular_file(ignored)) continue;
    const auto written = entry->last_write_time(ignored).time_since_epoch();
    lines.push_back(absl::StrCat(
        entry->path().string(), " ", entry->file_size(ignored), " ",
        std::chrono::duration_cast<std::chrono::nanoseconds>(written).count(),
        "\n"));
  }
  std::sort(lines.begin(), lines.end());
  std::string state;
  for (const std::string& line : lines) state += line;
  return error ? absl::StrCat(state, error.message()) : state;
}

}  // namespace

WatchedFolder::WatchedFolder(std::string directory, PackRegistry& registry)
    : directory_(std::move(directory)), registry_(registry) {}

void WatchedFolder::Look() {
  std::error_code error;
  const std::set<std::string> folders = PackFolders(directory_, error);
  if (error) {
    return registry_.refused().Refuse(
        directory_,
        absl::StrCat("the folder cannot be listed: ", error.message()));
  }
  registry_.refused().Forgive(directory_);
  for (auto it = seen_.begin(); it != seen_.end();) {
    if (folders.contains(it->first)) {
      ++it;
      continue;
    }
    registry_.refused().Forgive(it->first);
    it = seen_.erase(it);
  }
  for (const std::string& folder : folders) LookAt(folder);
}

void WatchedFolder::LookAt(const std::string& folder) {
  std::string state = StateOf(folder);
  Seen& seen = seen_[folder];
  const bool rests = seen.looked == state;
  seen.looked = std::move(state);
  if (!rests || seen.looked == seen.handled) return;
  if (TakeOverFolder(folder, registry_) != TakenOver::kNotYet) {
    seen.handled = seen.looked;
  }
}

PackWatcher::PackWatcher(std::string directory, PackRegistry& registry,
                         absl::Duration look_every)
    : look_every_(look_every), folder_(std::move(directory), registry) {
  folder_.Look();
  folder_.Look();
  thread_ = std::thread([this] { Run(); });
}

PackWatcher::~PackWatcher() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    ending_ = true;
    wakes_.notify_one();
  }
  thread_.join();
}

void PackWatcher::LookNow() {
  const std::lock_guard<std::mutex> lock(mutex_);
  looks_now_ = true;
  wakes_.notify_one();
}

void PackWatcher::Run() {
  std::unique_lock<std::mutex> lock(mutex_);
  while (!ending_) {
    wakes_.wait_for(lock, absl::ToChronoNanoseconds(look_every_),
                    [this] { return ending_ || looks_now_; });
    if (ending_) return;
    const bool looks_twice = std::exchange(looks_now_, false);
    lock.unlock();
    folder_.Look();
    if (looks_twice) folder_.Look();
    lock.lock();
  }
}

}  // namespace stratagem::server
