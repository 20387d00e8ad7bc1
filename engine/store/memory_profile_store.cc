#include "engine/store/memory_profile_store.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <utility>

#include "absl/strings/match.h"
#include "engine/store/profile_change.h"

namespace stratagem::store {
namespace {

class MemoryProfileStore final : public ProfileStore {
 public:
  absl::StatusOr<std::vector<ProfileResult>> Upsert(
      std::span<const ProfileUpdate> updates, absl::Time now) override {
    std::lock_guard lock(mutex_);
    std::vector<ProfileResult> results;
    results.reserve(updates.size());
    for (const ProfileUpdate& update : updates) {
      const auto before = profiles_.find(update.customer_id);
      absl::StatusOr<ProfileChange> change = ApplyUpdate(
          before == profiles_.end() ? nullptr : before->second, update, now);
      if (!change.ok()) {
        results.emplace_back(change.status());
        continue;
      }
      results.emplace_back(change->after->version());
      profiles_[std::string(update.customer_id)] = std::move(change->after);
    }
    return results;
  }

  absl::StatusOr<std::shared_ptr<const Profile>> Get(
      absl::string_view customer_id) const override {
    std::lock_guard lock(mutex_);
    const auto found = profiles_.find(customer_id);
    return found == profiles_.end() ? nullptr : found->second;
  }

  absl::StatusOr<ProfilePage> Search(
      const ProfileSearch& search) const override {
    std::lock_guard lock(mutex_);
    ProfilePage page;
    size_t looked_at = 0;
    auto next = search.after_id < search.id_prefix
                    ? profiles_.lower_bound(search.id_prefix)
                    : profiles_.upper_bound(search.after_id);
    for (; next != profiles_.end() &&
           absl::StartsWith(next->first, search.id_prefix);
         ++next) {
      if (HasAttribute(*next->second, search)) {
        page.profiles.push_back(next->second);
      }
      if (++looked_at == kSearchProfilesMax ||
          page.profiles.size() >= search.limit) {
        page.next_after_id = next->first;
        break;
      }
    }
    return page;
  }

  absl::StatusOr<bool> Delete(absl::string_view customer_id) override {
    std::lock_guard lock(mutex_);
    const auto found = profiles_.find(customer_id);
    if (found == profiles_.end()) return false;
    profiles_.erase(found);
    return true;
  }

  absl::StatusOr<uint64_t> Count() const override {
    std::lock_guard lock(mutex_);
    return profiles_.size();
  }

  ProfileStats stats() const override { return {}; }

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<const Profile>, std::less<>> profiles_;
};

}  // namespace

std::unique_ptr<ProfileStore> NewMemoryProfileStore() {
  return std::make_unique<MemoryProfileStore>();
}

}  // namespace stratagem::store
