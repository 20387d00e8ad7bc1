// What must hold for the cache of profiles: it never says what is older than
// the database, whoever wrote while somebody read, and keeps to its bound.

#include "engine/store/profile_cache.h"

#include <memory>
#include <span>
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace stratagem::store {
namespace {

std::shared_ptr<const Profile> Version(uint64_t version) {
  return std::make_shared<Profile>("c", version, absl::UnixEpoch(),
                                   std::span<const NamedValue>());
}

class ProfileCacheTest : public testing::Test {
 protected:
  // What is known of `id`: its version, "none" or "".
  std::string Known(const std::string& id) {
    const ProfileCache::Lookup lookup = cache_.Find(id);
    if (!lookup.known) return "";
    if (lookup.profile == nullptr) return "none";
    return absl::StrCat(lookup.profile->version());
  }
  // As a reader whom nobody comes between.
  void Read(const std::string& id, uint64_t version) {
    cache_.Fill(id, cache_.Find(id), Version(version));
  }
  ProfileStats Stats() const {
    ProfileStats stats;
    cache_.AddStats(stats);
    return stats;
  }

  // Room for three.
  const size_t entry_bytes_ = [] {
    ProfileCache cache(1'000'000);
    cache.Fill("a", cache.Find("a"), Version(1));
    ProfileStats stats;
    cache.AddStats(stats);
    return stats.cached_bytes;
  }();
  ProfileCache cache_{3 * entry_bytes_};
};

TEST_F(ProfileCacheTest, WhatWasReadBeforeAWriteIsNotRemembered) {
  const ProfileCache::Lookup before = cache_.Find("a");
  cache_.Set("a", Version(2));
  cache_.Fill("a", before, Version(1));
  EXPECT_EQ(Known("a"), "");
  Read("a", 2);
  EXPECT_EQ(Known("a"), "2");
}

TEST_F(ProfileCacheTest, WhatWasReadBeforeAFailedWriteIsNotRemembered) {
  Read("b", 1);
  const ProfileCache::Lookup before = cache_.Find("a");
  cache_.Clear();
  cache_.Fill("a", before, Version(1));
  EXPECT_EQ(Known("a"), "");
  EXPECT_EQ(Known("b"), "");
  EXPECT_EQ(Stats().cached_profiles, 0u);
  EXPECT_EQ(Stats().cached_bytes, 0u);
}

TEST_F(ProfileCacheTest, AWriteReplacesWhatIsKnownAndAddsNobody) {
  Read("a", 1);
  cache_.Set("a", Version(2));
  cache_.Set("b", Version(1));
  EXPECT_EQ(Known("a"), "2");
  EXPECT_EQ(Known("b"), "");
  cache_.Set("a", nullptr);
  EXPECT_EQ(Known("a"), "none");
  EXPECT_EQ(Stats().cached_profiles, 1u);
}

// Two readers ask for the same profile at once.
TEST_F(ProfileCacheTest, TheSameAgainTakesNoRoom) {
  const ProfileCache::Lookup first = cache_.Find("a");
  const ProfileCache::Lookup second = cache_.Find("a");
  cache_.Fill("a", first, Version(1));
  cache_.Fill("a", second, Version(1));
  EXPECT_EQ(Known("a"), "1");
  EXPECT_EQ(Stats().cached_profiles, 1u);
  EXPECT_EQ(Stats().cached_bytes, entry_bytes_);
}

TEST_F(ProfileCacheTest, ThoseNotUsedForLongestGoFirst) {
  for (const char* id : {"a", "b", "c"}) Read(id, 1);
  EXPECT_EQ(Stats().cached_bytes, 3 * entry_bytes_);
  EXPECT_EQ(Known("a"), "1");
  Read("d", 1);
  EXPECT_EQ(Stats().cached_bytes, 3 * entry_bytes_);
  EXPECT_EQ(Known("b"), "");
  for (const char* id : {"a", "c", "d"}) EXPECT_EQ(Known(id), "1") << id;
}

TEST_F(ProfileCacheTest, WhatIsLargerThanAllOfItIsNotKeptAndPushesNobodyOut) {
  Read("a", 1);
  const std::string text(4 * entry_bytes_, 'x');
  const NamedValue large[] = {{"text", Value::String(text)}};
  cache_.Fill("b", cache_.Find("b"),
              std::make_shared<Profile>("b", 1, absl::UnixEpoch(), large));
  EXPECT_EQ(Known("b"), "");
  EXPECT_EQ(Known("a"), "1");
}

}  // namespace
}  // namespace stratagem::store
