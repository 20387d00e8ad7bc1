#include "engine/store/profile_cache.h"

#include <utility>

namespace stratagem::store {
namespace {

// What an entry takes besides its profile and its id: nodes of the list and of
// the index, and the counts of the shared pointer.
constexpr size_t kEntryBytes = 128;

}  // namespace

ProfileCache::Lookup ProfileCache::Find(absl::string_view customer_id) {
  std::lock_guard lock(mutex_);
  const auto found = index_.find(customer_id);
  if (found == index_.end()) {
    ++misses_;
    return {.known = false, .profile = nullptr, .writes = writes_};
  }
  ++hits_;
  entries_.splice(entries_.begin(), entries_, found->second);
  return {.known = true, .profile = found->second->profile, .writes = writes_};
}

void ProfileCache::Fill(absl::string_view customer_id, const Lookup& lookup,
                        std::shared_ptr<const Profile> profile) {
  std::lock_guard lock(mutex_);
  if (writes_ == lookup.writes) {
    PutHoldingLock(customer_id, std::move(profile));
  }
}

void ProfileCache::Set(absl::string_view customer_id,
                       std::shared_ptr<const Profile> profile) {
  std::lock_guard lock(mutex_);
  ++writes_;
  if (index_.contains(customer_id)) {
    PutHoldingLock(customer_id, std::move(profile));
  }
}

void ProfileCache::Clear() {
  std::lock_guard lock(mutex_);
  ++writes_;
  index_.clear();
  entries_.clear();
  bytes_ = 0;
}

void ProfileCache::PutHoldingLock(absl::string_view customer_id,
                                  std::shared_ptr<const Profile> profile) {
  const auto found = index_.find(customer_id);
  if (found != index_.end()) DropHoldingLock(found->second);
  const size_t bytes = kEntryBytes + customer_id.size() +
                       (profile == nullptr ? 0 : profile->bytes());
  if (bytes > bytes_max_) return;
  while (bytes_ + bytes > bytes_max_) DropHoldingLock(--entries_.end());
  entries_.push_front({std::string(customer_id), std::move(profile), bytes});
  index_[entries_.front().customer_id] = entries_.begin();
  bytes_ += bytes;
}

void ProfileCache::DropHoldingLock(std::list<Entry>::iterator entry) {
  bytes_ -= entry->bytes;
  index_.erase(entry->customer_id);
  entries_.erase(entry);
}

void ProfileCache::AddStats(ProfileStats& stats) const {
  std::lock_guard lock(mutex_);
  stats.cached_profiles = entries_.size();
  stats.cached_bytes = bytes_;
  stats.cache_hits = hits_;
  stats.cache_misses = misses_;
}

}  // namespace stratagem::store
