// What every profile store promises (profile_store.h), tried on each of them;
// then what only the one on disk can do wrong: files, its cache, bytes that
// stay behind.

#include "engine/store/profile_store.h"

#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/store/memory_profile_store.h"
#include "engine/store/profile_codec.h"
#include "engine/store/sqlite_database.h"
#include "engine/store/sqlite_profile_store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace stratagem::store {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

using Attributes = std::vector<NamedValue>;

const absl::Time kNow = absl::FromUnixSeconds(1'800'000'000);

// "nps=7 tier='gold'"
std::string Text(const Profile& profile) {
  return absl::StrJoin(profile.attributes(), " ",
                       [](std::string* out, const NamedValue& attribute) {
                         absl::StrAppend(out, attribute.name, "=",
                                         ToString(attribute.value));
                       });
}

std::string TextOf(const ProfileStore& store, absl::string_view id) {
  const auto profile = store.Get(id);
  if (!profile.ok()) return std::string(profile.status().message());
  return *profile == nullptr ? "none" : Text(**profile);
}

ProfileResult Put(ProfileStore& store, absl::string_view id,
                  const Attributes& attributes, bool replace = false,
                  std::optional<uint64_t> expected = std::nullopt,
                  absl::Time now = kNow) {
  const ProfileUpdate update = {.customer_id = id,
                                .attributes = attributes,
                                .replace = replace,
                                .expected_version = expected};
  auto results = store.Upsert({&update, 1}, now);
  if (!results.ok()) return results.status();
  return (*results)[0];
}

std::vector<std::string> Ids(const absl::StatusOr<ProfilePage>& page) {
  std::vector<std::string> ids;
  EXPECT_THAT(page, IsOk());
  if (!page.ok()) return ids;
  for (const auto& profile : page->profiles) {
    ids.push_back(profile->customer_id());
  }
  return ids;
}

std::unique_ptr<ProfileStore> OpenSqlite(const std::string& directory,
                                         size_t cache_bytes_max = 1u << 20) {
  auto store = OpenSqliteProfileStore(
      {.directory = directory, .cache_bytes_max = cache_bytes_max});
  EXPECT_THAT(store, IsOk());
  return store.ok() ? *std::move(store) : nullptr;
}

struct StoreKind {
  std::string name;
  std::unique_ptr<ProfileStore> (*open)(const std::string& directory);
};

class ProfileStoreTest : public testing::TestWithParam<StoreKind> {
 protected:
  TempDir directory_;
  std::unique_ptr<ProfileStore> store_ = GetParam().open(directory_.path());
};

INSTANTIATE_TEST_SUITE_P(
    Stores, ProfileStoreTest,
    testing::Values(StoreKind{"Memory",
                              [](const std::string&) {
                                return NewMemoryProfileStore();
                              }},
                    StoreKind{"Sqlite",
                              [](const std::string& directory) {
                                return OpenSqlite(directory);
                              }},
                    StoreKind{"SqliteWithoutCache",
                              [](const std::string& directory) {
                                return OpenSqlite(directory, 0);
                              }}),
    [](const auto& param_info) { return param_info.param.name; });

TEST_P(ProfileStoreTest, WhatWasNeverStoredIsNotThere) {
  EXPECT_EQ(TextOf(*store_, "c-1"), "none");
  EXPECT_THAT(store_->Count(), IsOkAndHolds(0u));
  EXPECT_THAT(Ids(store_->Search({})), IsEmpty());
  EXPECT_THAT(store_->Delete("c-1"), IsOkAndHolds(false));
}

TEST_P(ProfileStoreTest, ValuesOfEveryKindComeBackExactly) {
  const Value items[] = {Value::Int(1), Value::String("two"), Value::Null()};
  const MapEntry entries[] = {{Value::String("a"), Value::Double(0.1)},
                              {Value::String("b"), Value::List(items)}};
  const Attributes attributes = {
      {"bool", Value::Bool(true)},
      {"double", Value::Double(std::numeric_limits<double>::denorm_min())},
      {"duration", Value::DurationParts(-2, 999'999'999)},
      {"int", Value::Int(std::numeric_limits<int64_t>::min())},
      {"list", Value::List(items)},
      {"map", Value::Map(entries)},
      {"string", Value::String(absl::string_view("a\0ü", 4))},
      {"timestamp", Value::TimestampParts(-62'135'596'800, 1)},
  };
  EXPECT_THAT(Put(*store_, "c-1", attributes), IsOkAndHolds(1u));
  const auto profile = store_->Get("c-1");
  ASSERT_THAT(profile, IsOk());
  ASSERT_NE(*profile, nullptr);
  EXPECT_EQ(EncodeAttributes((*profile)->attributes()),
            EncodeAttributes(attributes));
  EXPECT_EQ((*profile)->customer_id(), "c-1");
  EXPECT_EQ((*profile)->version(), 1u);
  EXPECT_EQ((*profile)->updated_at(), kNow);
}

TEST_P(ProfileStoreTest, AnUpdateSetsWhatItNamesAndKeepsTheRest) {
  ASSERT_THAT(Put(*store_, "c-1",
                  {{"tier", Value::String("gold")}, {"nps", Value::Int(7)}}),
              IsOkAndHolds(1u));
  EXPECT_THAT(
      Put(*store_, "c-1", {{"orders", Value::Int(3)}, {"nps", Value::Int(8)}}),
      IsOkAndHolds(2u));
  EXPECT_EQ(TextOf(*store_, "c-1"), "nps=8 orders=3 tier='gold'");
}

TEST_P(ProfileStoreTest, ANullRemovesAndAReplacementRemovesWhatItDoesNotName) {
  Put(*store_, "c-1", {{"a", Value::Int(1)}, {"b", Value::Int(2)}})
      .IgnoreError();
  EXPECT_THAT(Put(*store_, "c-1", {{"a", Value::Null()}}), IsOkAndHolds(2u));
  EXPECT_EQ(TextOf(*store_, "c-1"), "b=2");
  EXPECT_THAT(Put(*store_, "c-1", {{"c", Value::Int(3)}}, /*replace=*/true),
              IsOkAndHolds(3u));
  EXPECT_EQ(TextOf(*store_, "c-1"), "c=3");
  EXPECT_THAT(Put(*store_, "c-1", {}, /*replace=*/true), IsOkAndHolds(4u));
  EXPECT_EQ(TextOf(*store_, "c-1"), "");
}

TEST_P(ProfileStoreTest, OfANameThatStandsTwiceTheLastOneCounts) {
  Put(*store_, "c-1",
      {{"a", Value::Int(1)}, {"b", Value::Int(2)}, {"a", Value::Int(3)}})
      .IgnoreError();
  EXPECT_EQ(TextOf(*store_, "c-1"), "a=3 b=2");
}

TEST_P(ProfileStoreTest, TheSameAgainChangesNothing) {
  Put(*store_, "c-1", {{"a", Value::Int(1)}}).IgnoreError();
  EXPECT_THAT(Put(*store_, "c-1", {{"a", Value::Int(1)}}, false, std::nullopt,
                  kNow + absl::Hours(1)),
              IsOkAndHolds(1u));
  EXPECT_EQ((*store_->Get("c-1"))->updated_at(), kNow);
  // Another kind is another value.
  EXPECT_THAT(Put(*store_, "c-1", {{"a", Value::Double(1)}}), IsOkAndHolds(2u));
}

TEST_P(ProfileStoreTest, AnUpdateOfAnotherVersionIsRefusedAloneAndSaysWhich) {
  Put(*store_, "c-1", {{"a", Value::Int(1)}}).IgnoreError();
  const Attributes two = {{"a", Value::Int(2)}};
  const ProfileUpdate updates[] = {
      {.customer_id = "c-1", .attributes = two, .expected_version = 7},
      {.customer_id = "c-2", .attributes = two, .expected_version = 0},
      {.customer_id = "c-1", .attributes = two, .expected_version = 1},
      {.customer_id = "c-1", .attributes = {}, .expected_version = 2},
      {.customer_id = "c-3", .attributes = two, .expected_version = 1}};
  const auto results = store_->Upsert(updates, kNow);
  ASSERT_THAT(results, IsOkAndHolds(SizeIs(5)));
  EXPECT_THAT((*results)[0], StatusIs(absl::StatusCode::kAborted,
                                      "the profile has version 1, expected 7; "
                                      "read it again and repeat the change"));
  EXPECT_THAT((*results)[1], IsOkAndHolds(1u));
  EXPECT_THAT((*results)[2], IsOkAndHolds(2u));
  EXPECT_THAT((*results)[3], IsOkAndHolds(2u));
  EXPECT_THAT((*results)[4],
              StatusIs(absl::StatusCode::kAborted, HasSubstr("version 0")));
  EXPECT_EQ(TextOf(*store_, "c-1"), "a=2");
  EXPECT_EQ(TextOf(*store_, "c-3"), "none");
}

TEST_P(ProfileStoreTest, AProfileIsNotLargerThanItsBounds) {
  std::vector<std::string> names;
  for (size_t i = 0; i <= kProfileAttributesMax; ++i) {
    names.push_back(absl::StrCat("attribute_", i));
  }
  Attributes many;
  for (const std::string& name : names) many.push_back({name, Value::Int(1)});
  EXPECT_THAT(
      Put(*store_, "c-1", many),
      StatusIs(absl::StatusCode::kResourceExhausted,
               "the profile would have 4097 attributes, at most 4096 are kept; "
               "remove some by setting them to null"));
  many.pop_back();
  EXPECT_THAT(Put(*store_, "c-1", many), IsOkAndHolds(1u));
  const std::string large(kProfileBytesMax, 'x');
  EXPECT_THAT(Put(*store_, "c-2", {{"a", Value::String(large)}}),
              StatusIs(absl::StatusCode::kResourceExhausted,
                       HasSubstr("at most 1048576 are kept")));
  EXPECT_EQ(TextOf(*store_, "c-2"), "none");
}

TEST_P(ProfileStoreTest, WhatWasDeletedIsGoneAndBeginsAnew) {
  Put(*store_, "c-1", {{"a", Value::Int(1)}}).IgnoreError();
  Put(*store_, "c-1", {{"a", Value::Int(2)}}).IgnoreError();
  EXPECT_EQ(TextOf(*store_, "c-1"), "a=2");
  EXPECT_THAT(store_->Delete("c-1"), IsOkAndHolds(true));
  EXPECT_EQ(TextOf(*store_, "c-1"), "none");
  EXPECT_THAT(store_->Delete("c-1"), IsOkAndHolds(false));
  EXPECT_THAT(store_->Count(), IsOkAndHolds(0u));
  EXPECT_THAT(Put(*store_, "c-1", {{"a", Value::Int(3)}}), IsOkAndHolds(1u));
}

TEST_P(ProfileStoreTest, AHeldProfileOutlivesItsChangeAndItsDeletion) {
  Put(*store_, "c-1", {{"a", Value::String("first")}}).IgnoreError();
  const std::shared_ptr<const Profile> held = *store_->Get("c-1");
  Put(*store_, "c-1", {{"a", Value::String("second")}}).IgnoreError();
  ASSERT_THAT(store_->Delete("c-1"), IsOk());
  EXPECT_EQ(Text(*held), "a='first'");
}

TEST_P(ProfileStoreTest, SearchesByPrefixAndAttributeInTheOrderOfIds) {
  for (const char* id : {"b-1", "a-2", "a-10", "a", "b", "ä-1"}) {
    Put(*store_, id, {{"nps", Value::Int(id[0] == 'a' ? 7 : 8)}}).IgnoreError();
  }
  Put(*store_, "a-3", {{"other", Value::Int(7)}}).IgnoreError();
  EXPECT_THAT(Ids(store_->Search({})),
              ElementsAre("a", "a-10", "a-2", "a-3", "b", "b-1", "ä-1"));
  EXPECT_THAT(Ids(store_->Search({.id_prefix = "a-"})),
              ElementsAre("a-10", "a-2", "a-3"));
  EXPECT_THAT(Ids(store_->Search({.id_prefix = "c"})), IsEmpty());
  const NamedValue seven = {"nps", Value::Double(7)};
  EXPECT_THAT(Ids(store_->Search({.attribute = seven})),
              ElementsAre("a", "a-10", "a-2"));
  EXPECT_THAT(Ids(store_->Search({.id_prefix = "a-", .attribute = seven})),
              ElementsAre("a-10", "a-2"));
  EXPECT_THAT(Ids(store_->Search({.id_prefix = "a-", .after_id = "a-10"})),
              ElementsAre("a-2", "a-3"));
  EXPECT_THAT(Ids(store_->Search({.id_prefix = "b", .after_id = "a-10"})),
              ElementsAre("b", "b-1"));
}

TEST_P(ProfileStoreTest, PagesMeetWithoutGapOrOverlap) {
  for (int i = 0; i < 25; ++i) {
    Put(*store_, absl::StrCat("c-", 100 + i), {}).IgnoreError();
  }
  std::vector<std::string> all;
  std::string after;
  int pages = 0;
  do {
    const auto page =
        store_->Search({.id_prefix = "c-", .after_id = after, .limit = 7});
    for (const std::string& id : Ids(page)) all.push_back(id);
    after = page->next_after_id;
    ++pages;
  } while (!after.empty());
  EXPECT_EQ(pages, 4);
  EXPECT_EQ(all, Ids(store_->Search({.limit = 1'000})));
  EXPECT_THAT(all, SizeIs(25));
}

std::string FilesOf(const std::string& directory) {
  std::string bytes;
  for (const auto& file :
       std::filesystem::recursive_directory_iterator(directory)) {
    if (!file.is_regular_file()) continue;
    std::ifstream in(file.path(), std::ios::binary);
    bytes.append(std::istreambuf_iterator<char>(in), {});
  }
  return bytes;
}

TEST(SqliteProfileStoreTest, ProfilesAreThereAgainAfterReopening) {
  const TempDir directory;
  {
    auto store = OpenSqlite(directory.path());
    Put(*store, "c-1", {{"a", Value::Int(1)}}).IgnoreError();
    Put(*store, "c-1", {{"a", Value::Int(2)}}).IgnoreError();
  }
  auto store = OpenSqlite(directory.path());
  EXPECT_EQ(TextOf(*store, "c-1"), "a=2");
  EXPECT_EQ((*store->Get("c-1"))->version(), 2u);
  EXPECT_EQ((*store->Get("c-1"))->updated_at(), kNow);
}

TEST(SqliteProfileStoreTest, TheFileIsItsOwnersAlone) {
  const TempDir directory;
  auto store = OpenSqlite(directory.path());
  EXPECT_EQ(
      std::filesystem::status(directory.Join("profiles.db")).permissions(),
      std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST(SqliteProfileStoreTest, AnotherProgramsDatabaseAndANewerOneAreRefused) {
  const TempDir directory;
  const std::string path = directory.Join("profiles.db");
  {
    auto other = Database::Open(path, Access::kReadWrite, "");
    ASSERT_THAT(other->Execute("CREATE TABLE bank(account)"), IsOk());
  }
  EXPECT_THAT(OpenSqliteProfileStore({.directory = directory.path()}),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("another program")));
  std::filesystem::remove(path);
  OpenSqlite(directory.path());
  {
    auto newer = Database::Open(path, Access::kReadWrite, "");
    ASSERT_THAT(newer->Execute("PRAGMA user_version = 99"), IsOk());
  }
  EXPECT_THAT(OpenSqliteProfileStore({.directory = directory.path()}),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("schema version 99")));
}

TEST(SqliteProfileStoreTest, ADamagedProfileIsDataLossOfItsCustomerAlone) {
  const TempDir directory;
  {
    auto store = OpenSqlite(directory.path());
    Put(*store, "c-1", {{"a", Value::Int(1)}}).IgnoreError();
    Put(*store, "c-2", {{"a", Value::Int(2)}}).IgnoreError();
  }
  {
    auto database =
        Database::Open(directory.Join("profiles.db"), Access::kReadWrite, "");
    ASSERT_THAT(database->Execute("UPDATE profiles SET attributes = x'ff' "
                                  "WHERE customer_id = 'c-1'"),
                IsOk());
  }
  auto store = OpenSqlite(directory.path());
  EXPECT_THAT(store->Get("c-1"),
              StatusIs(absl::StatusCode::kDataLoss,
                       "profiles.db, customer `c-1`: the profile's bytes are "
                       "malformed"));
  EXPECT_EQ(TextOf(*store, "c-2"), "a=2");
}

TEST(SqliteProfileStoreTest, NoByteOfADeletedProfileStaysOnTheDisk) {
  const TempDir directory;
  auto store = OpenSqlite(directory.path());
  // In an order that splits and merges pages, with profiles that outgrow one.
  constexpr int kCustomers = 3'000;
  const auto number = [](int i) { return i * 1'237 % kCustomers; };
  const std::string large(6'000, 'L');
  std::vector<std::string> texts;
  for (int i = 0; i < kCustomers; ++i) {
    texts.push_back(absl::StrCat("Unmistakable", number(i), "Text",
                                 i % 100 == 0 ? large : ""));
  }
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < kCustomers; i += 100) {
      std::vector<std::string> ids;
      std::vector<Attributes> attributes;
      for (int j = i; j < i + 100; ++j) {
        ids.push_back(absl::StrCat("UnmistakableId", number(j)));
        attributes.push_back(
            {{"text", Value::String(texts[static_cast<size_t>(j)])},
             {"round", Value::Int(round)}});
      }
      std::vector<ProfileUpdate> updates;
      for (size_t j = 0; j < ids.size(); ++j) {
        updates.push_back({.customer_id = ids[j], .attributes = attributes[j]});
      }
      ASSERT_THAT(store->Upsert(updates, kNow), IsOk());
    }
  }
  EXPECT_THAT(FilesOf(directory.path()), HasSubstr("UnmistakableId7"));
  for (int i = 0; i < kCustomers; i += 3) {
    const std::string id = absl::StrCat("UnmistakableId", i);
    ASSERT_THAT(store->Delete(id), IsOkAndHolds(true));
  }
  const std::string bytes = FilesOf(directory.path());
  for (int i = 0; i < kCustomers; i += 3) {
    // An id is followed by what no digit is: a field of the row.
    for (const char* end : {"Text", ""}) {
      const std::string text = *end == 'T'
                                   ? absl::StrCat("Unmistakable", i, end)
                                   : absl::StrCat("UnmistakableId", i);
      size_t at = bytes.find(text);
      while (*end == '\0' && at != std::string::npos &&
             absl::ascii_isdigit(
                 static_cast<unsigned char>(bytes[at + text.size()]))) {
        at = bytes.find(text, at + 1);
      }
      ASSERT_EQ(at, std::string::npos) << text;
    }
  }
  EXPECT_THAT(store->Count(), IsOkAndHolds(2'000u));
  EXPECT_THAT(bytes, HasSubstr("Unmistakable4Text"));
}

TEST(SqliteProfileStoreTest, TheCacheAnswersWithinItsBound) {
  const TempDir directory;
  auto store = OpenSqlite(directory.path(), 20'000);
  for (int i = 0; i < 100; ++i) {
    Put(*store, absl::StrCat("c-", i), {{"a", Value::Int(i)}}).IgnoreError();
  }
  // An import pushes nobody out.
  EXPECT_EQ(store->stats().cached_profiles, 0u);
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(TextOf(*store, absl::StrCat("c-", i)), absl::StrCat("a=", i));
  }
  EXPECT_EQ(store->stats().cache_misses, 100u);
  EXPECT_LE(store->stats().cached_bytes, 20'000u);
  EXPECT_GT(store->stats().cached_profiles, 5u);
  EXPECT_LT(store->stats().cached_profiles, 100u);
  EXPECT_EQ(TextOf(*store, "c-99"), "a=99");
  EXPECT_EQ(store->stats().cache_hits, 1u);
  EXPECT_EQ(TextOf(*store, "c-0"), "a=0");
  EXPECT_EQ(store->stats().cache_misses, 101u);
  EXPECT_EQ(TextOf(*store, "c-0"), "a=0");
  EXPECT_EQ(store->stats().cache_hits, 2u);
  // That somebody has no profile is remembered as well.
  EXPECT_EQ(TextOf(*store, "nobody"), "none");
  EXPECT_EQ(TextOf(*store, "nobody"), "none");
  EXPECT_EQ(store->stats().cache_hits, 3u);
}

TEST(SqliteProfileStoreTest, ReadersNeverSeeAnOlderVersionThanWasAcknowledged) {
  const TempDir directory;
  // So small that profiles come and go.
  auto store = OpenSqlite(directory.path(), 1'500);
  std::atomic<uint64_t> acknowledged = 0;
  std::atomic<bool> stop = false;
  std::atomic<int> stale = 0;
  std::vector<std::thread> readers;
  for (int i = 0; i < 4; ++i) {
    readers.emplace_back([&, i] {
      while (!stop) {
        const uint64_t at_least = acknowledged;
        const auto profile = store->Get("c-1");
        const uint64_t seen =
            profile.ok() && *profile != nullptr ? (*profile)->version() : 0;
        if (seen < at_least) ++stale;
        store->Get(absl::StrCat("other-", i)).status().IgnoreError();
      }
    });
  }
  for (int i = 1; i <= 200; ++i) {
    const auto version = Put(*store, "c-1", {{"a", Value::Int(i)}});
    ASSERT_THAT(version, IsOk());
    acknowledged = *version;
    Put(*store, absl::StrCat("other-", i % 5), {{"a", Value::Int(i)}})
        .IgnoreError();
  }
  stop = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(stale, 0);
  EXPECT_EQ(acknowledged, 200u);
}

}  // namespace
}  // namespace stratagem::store
