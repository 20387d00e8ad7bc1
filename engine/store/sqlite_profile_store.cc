#include "engine/store/sqlite_profile_store.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <span>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "engine/base/status_macros.h"
#include "engine/store/profile_cache.h"
#include "engine/store/profile_change.h"
#include "engine/store/profile_codec.h"
#include "engine/store/sqlite_database.h"

namespace stratagem::store {
namespace {

// Versions of the schema, from 1. Never change a line: add one. Times are
// microseconds since 1970 UTC; attributes are profile.proto's bytes.
constexpr Migration kProfileMigrations[] = {
    {"CREATE TABLE profiles("
     "  customer_id TEXT PRIMARY KEY,"
     "  version INTEGER NOT NULL,"
     "  updated_at_us INTEGER NOT NULL,"
     "  attributes BLOB NOT NULL) STRICT, WITHOUT ROWID;"},
};

// How long a deletion holds up others for another program that reads.
constexpr absl::Duration kReadersWait = absl::Milliseconds(100);

constexpr char kColumns[] = "customer_id, version, updated_at_us, attributes";

absl::StatusOr<Database> OpenProfiles(
    const std::string& path, const SqliteProfileStoreOptions& options) {
  std::error_code error;
  if (options.must_exist && !std::filesystem::exists(path, error)) {
    return absl::FailedPreconditionError(
        absl::StrCat("`", path,
                     "`: is not there; mount or move its folder back, or "
                     "restore it from a backup"));
  }
  STRATAGEM_ASSIGN_OR_RETURN(
      Database profiles,
      Database::Open(
          path,
          options.must_exist ? Access::kReadWriteExisting : Access::kReadWrite,
          options.vfs));
  // After a failed sync the write-ahead log must stay as it is.
  sqlite3_db_config(profiles.handle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1,
                    nullptr);
  STRATAGEM_RETURN_IF_ERROR(profiles.Execute("PRAGMA secure_delete = ON"));
  STRATAGEM_RETURN_IF_ERROR(profiles.Migrate(kProfileMigrations));
  STRATAGEM_RETURN_IF_ERROR(profiles.Execute("PRAGMA journal_mode = WAL"));
  STRATAGEM_RETURN_IF_ERROR(profiles.Execute("PRAGMA synchronous = FULL"));
  // As for the log: nobody knows what of a write-ahead log that a crash left
  // is on the disk, so nothing is written after it.
  STRATAGEM_RETURN_IF_ERROR(profiles.EmptyWal());
  STRATAGEM_RETURN_IF_ERROR(profiles.NoteFiles());
  return profiles;
}

// The profile in the current row of `select`, whose columns are kColumns.
absl::StatusOr<std::shared_ptr<const Profile>> ReadRow(
    const Statement& select) {
  Arena arena;
  std::string id(select.ColumnBytes(0));
  absl::StatusOr<std::vector<NamedValue>> attributes =
      DecodeAttributes(std::string(select.ColumnBytes(3)), arena);
  if (!attributes.ok()) {
    return absl::Status(attributes.status().code(),
                        absl::StrCat("profiles.db, customer `", id,
                                     "`: ", attributes.status().message()));
  }
  return std::make_shared<const Profile>(
      std::move(id), static_cast<uint64_t>(select.ColumnInt(1)),
      absl::FromUnixMicros(select.ColumnInt(2)), *attributes);
}

// One connection with the statement that finds a profile by its id.
struct Finder {
  Database database;
  Statement find;

  absl::Status Prepare() {
    STRATAGEM_ASSIGN_OR_RETURN(
        find,
        database.Prepare(absl::StrCat("SELECT ", kColumns,
                                      " FROM profiles WHERE customer_id = ?")
                             .c_str()));
    return absl::OkStatus();
  }

  absl::StatusOr<std::shared_ptr<const Profile>> Find(absl::string_view id) {
    absl::Cleanup reset = [this] { find.Reset(); };
    find.BindText(1, id);
    STRATAGEM_ASSIGN_OR_RETURN(const bool row, find.Step());
    if (!row) return nullptr;
    return ReadRow(find);
  }
};

class SqliteProfileStore final : public ProfileStore {
 public:
  explicit SqliteProfileStore(size_t cache_bytes_max)
      : cache_(cache_bytes_max) {}
  ~SqliteProfileStore() override;

  absl::Status Open(const SqliteProfileStoreOptions& options);

  absl::StatusOr<std::vector<ProfileResult>> Upsert(
      std::span<const ProfileUpdate> updates, absl::Time now) override;
  absl::StatusOr<std::shared_ptr<const Profile>> Get(
      absl::string_view customer_id) const override;
  absl::StatusOr<ProfilePage> Search(
      const ProfileSearch& search) const override;
  absl::StatusOr<bool> Delete(absl::string_view customer_id) override;
  absl::StatusOr<uint64_t> Count() const override;
  ProfileStats stats() const override;

 private:
  // What a transaction has made of each profile that it changed.
  using Changes =
      absl::flat_hash_map<std::string, std::shared_ptr<const Profile>>;

  // Under `write_mutex_`.
  absl::Status CheckWritable() const;
  absl::Status Fail(const absl::Status& status);
  absl::StatusOr<std::vector<ProfileResult>> UpsertAll(
      std::span<const ProfileUpdate> updates, absl::Time now, Changes& changes);
  absl::Status Put(const Profile& profile, absl::string_view bytes);
  absl::StatusOr<bool> DeleteRow(absl::string_view customer_id);
  // OK if the database is where it was opened: to be asked after each commit
  // and before its answer.
  absl::Status CheckInPlace();

  mutable ProfileCache cache_;

  mutable std::mutex write_mutex_;  // Guards the writer, first of the three.
  Finder writer_;
  Statement begin_, put_, delete_, commit_, rollback_;
  absl::Status failure_;  // Sticky: the first error of a write.

  mutable std::mutex read_mutex_;  // Guards the reader of Get().
  mutable Finder reader_;

  mutable std::mutex search_mutex_;  // Guards the connection of long reads.
  mutable Database search_database_;
  mutable Statement search_;
};

absl::Status SqliteProfileStore::Open(
    const SqliteProfileStoreOptions& options) {
  const std::string path = options.directory + "/profiles.db";
  STRATAGEM_ASSIGN_OR_RETURN(writer_.database, OpenProfiles(path, options));
  STRATAGEM_RETURN_IF_ERROR(writer_.Prepare());
  Database& writer = writer_.database;
  STRATAGEM_ASSIGN_OR_RETURN(begin_, writer.Prepare("BEGIN IMMEDIATE"));
  STRATAGEM_ASSIGN_OR_RETURN(
      put_, writer.Prepare("INSERT INTO profiles VALUES (?, ?, ?, ?) "
                           "ON CONFLICT DO UPDATE SET "
                           "version = excluded.version,"
                           "updated_at_us = excluded.updated_at_us,"
                           "attributes = excluded.attributes"));
  STRATAGEM_ASSIGN_OR_RETURN(
      delete_, writer.Prepare("DELETE FROM profiles WHERE customer_id = ?"));
  STRATAGEM_ASSIGN_OR_RETURN(commit_, writer.Prepare("COMMIT"));
  STRATAGEM_ASSIGN_OR_RETURN(rollback_, writer.Prepare("ROLLBACK"));
  STRATAGEM_ASSIGN_OR_RETURN(
      reader_.database, Database::Open(path, Access::kReadOnly, options.vfs));
  STRATAGEM_RETURN_IF_ERROR(reader_.Prepare());
  STRATAGEM_ASSIGN_OR_RETURN(
      search_database_, Database::Open(path, Access::kReadOnly, options.vfs));
  STRATAGEM_ASSIGN_OR_RETURN(
      search_,
      search_database_.Prepare(
          absl::StrCat("SELECT ", kColumns, " FROM profiles ",
                       "WHERE customer_id >= ? ORDER BY customer_id LIMIT ?")
              .c_str()));
  return absl::OkStatus();
}

SqliteProfileStore::~SqliteProfileStore() {
  // For those who copy profiles.db; the write-ahead log holds the rest if it
  // fails.
  if (writer_.database.is_open() && failure_.ok()) {
    writer_.database.EmptyWal().IgnoreError();
  }
}

absl::Status SqliteProfileStore::CheckWritable() const {
  if (failure_.ok()) return absl::OkStatus();
  return absl::UnavailableError(
      absl::StrCat("profiles take no more changes: ", failure_.message()));
}

absl::Status SqliteProfileStore::Fail(const absl::Status& status) {
  // Fails when SQLite has rolled back already.
  rollback_.Run().IgnoreError();
  failure_ = status;
  // What failed may be on the disk all the same.
  cache_.Clear();
  return status;
}

absl::StatusOr<std::vector<ProfileResult>> SqliteProfileStore::Upsert(
    std::span<const ProfileUpdate> updates, absl::Time now) {
  std::lock_guard lock(write_mutex_);
  STRATAGEM_RETURN_IF_ERROR(CheckWritable());
  Changes changes;
  absl::StatusOr<std::vector<ProfileResult>> results =
      UpsertAll(updates, now, changes);
  if (!results.ok()) {
    // A damaged page that was found before anything was committed.
    if (absl::IsDataLoss(results.status()) && rollback_.Run().ok()) {
      return results;
    }
    return Fail(results.status());
  }
  for (auto& [id, profile] : changes) cache_.Set(id, std::move(profile));
  return results;
}

absl::StatusOr<std::vector<ProfileResult>> SqliteProfileStore::UpsertAll(
    std::span<const ProfileUpdate> updates, absl::Time now, Changes& changes) {
  std::vector<ProfileResult> results;
  results.reserve(updates.size());
  STRATAGEM_RETURN_IF_ERROR(begin_.Run());
  for (const ProfileUpdate& update : updates) {
    const absl::StatusOr<std::shared_ptr<const Profile>> before =
        writer_.Find(update.customer_id);
    // What cannot be read is no reason to refuse others; but with a damaged
    // page SQLite does not commit.
    if (absl::IsDataLoss(before.status()) && !writer_.database.saw_damage()) {
      results.emplace_back(before.status());
      continue;
    }
    if (!before.ok()) return before.status();
    const absl::StatusOr<ProfileChange> change =
        ApplyUpdate(*before, update, now);
    if (!change.ok()) {
      results.emplace_back(change.status());
      continue;
    }
    results.emplace_back(change->after->version());
    if (change->after == *before) continue;
    STRATAGEM_RETURN_IF_ERROR(Put(*change->after, change->bytes));
    changes[update.customer_id] = change->after;
  }
  // Returns after the write-ahead log is synced (synchronous = FULL).
  STRATAGEM_RETURN_IF_ERROR(commit_.Run());
  STRATAGEM_RETURN_IF_ERROR(CheckInPlace());
  return results;
}

absl::Status SqliteProfileStore::Put(const Profile& profile,
                                     absl::string_view bytes) {
  put_.BindText(1, profile.customer_id());
  put_.BindInt(2, static_cast<int64_t>(profile.version()));
  put_.BindInt(3, absl::ToUnixMicros(profile.updated_at()));
  put_.BindBytes(4, bytes);
  return put_.Run();
}

absl::StatusOr<std::shared_ptr<const Profile>> SqliteProfileStore::Get(
    absl::string_view customer_id) const {
  ProfileCache::Lookup lookup = cache_.Find(customer_id);
  if (lookup.known) return std::move(lookup.profile);
  std::lock_guard lock(read_mutex_);
  STRATAGEM_ASSIGN_OR_RETURN(std::shared_ptr<const Profile> profile,
                             reader_.Find(customer_id));
  cache_.Fill(customer_id, lookup, profile);
  return profile;
}

absl::StatusOr<ProfilePage> SqliteProfileStore::Search(
    const ProfileSearch& search) const {
  std::lock_guard lock(search_mutex_);
  absl::Cleanup reset = [this] { search_.Reset(); };
  // The first id after another is that with a zero byte behind it.
  const std::string first =
      search.after_id < search.id_prefix
          ? std::string(search.id_prefix)
          : absl::StrCat(search.after_id, absl::string_view("\0", 1));
  search_.BindText(1, first);
  search_.BindInt(2, static_cast<int64_t>(kSearchProfilesMax));
  ProfilePage page;
  size_t looked_at = 0;
  size_t bytes = 0;
  while (true) {
    STRATAGEM_ASSIGN_OR_RETURN(const bool row, search_.Step());
    if (!row || !absl::StartsWith(search_.ColumnBytes(0), search.id_prefix)) {
      return page;
    }
    STRATAGEM_ASSIGN_OR_RETURN(std::shared_ptr<const Profile> profile,
                               ReadRow(search_));
    std::string id = profile->customer_id();
    if (HasAttribute(*profile, search)) {
      bytes += search_.ColumnBytes(3).size();
      page.profiles.push_back(std::move(profile));
    }
    if (++looked_at == kSearchProfilesMax || bytes >= kSearchBytesMax ||
        page.profiles.size() >= search.limit) {
      page.next_after_id = std::move(id);
      return page;
    }
  }
}

absl::StatusOr<bool> SqliteProfileStore::Delete(absl::string_view customer_id) {
  std::lock_guard lock(write_mutex_);
  STRATAGEM_RETURN_IF_ERROR(CheckWritable());
  const absl::StatusOr<bool> deleted = DeleteRow(customer_id);
  // Then nothing was written.
  if (absl::IsDataLoss(deleted.status())) return deleted.status();
  if (!deleted.ok()) return Fail(deleted.status());
  cache_.Set(customer_id, nullptr);
  // Nobody may read meanwhile, or the write-ahead log cannot be emptied.
  std::scoped_lock readers(read_mutex_, search_mutex_);
  const absl::Status emptied = writer_.database.EmptyWal(kReadersWait);
  // Another program that reads is no fault of the disk.
  if (absl::IsFailedPrecondition(emptied)) return emptied;
  if (!emptied.ok()) return Fail(emptied);
  if (absl::Status moved = CheckInPlace(); !moved.ok()) return Fail(moved);
  return deleted;
}

absl::StatusOr<bool> SqliteProfileStore::DeleteRow(
    absl::string_view customer_id) {
  delete_.BindText(1, customer_id);
  STRATAGEM_RETURN_IF_ERROR(delete_.Run());
  return sqlite3_changes(writer_.database.handle()) > 0;
}

// As for the log, what was acknowledged goes into the database itself.
absl::Status SqliteProfileStore::CheckInPlace() {
  absl::Status status = writer_.database.CheckFiles();
  if (!status.ok()) writer_.database.EmptyWal().IgnoreError();
  return status;
}

absl::StatusOr<uint64_t> SqliteProfileStore::Count() const {
  std::lock_guard lock(search_mutex_);
  STRATAGEM_ASSIGN_OR_RETURN(
      const int64_t count,
      search_database_.QueryInt("SELECT count(*) FROM profiles"));
  return static_cast<uint64_t>(count);
}

ProfileStats SqliteProfileStore::stats() const {
  ProfileStats stats;
  cache_.AddStats(stats);
  std::lock_guard lock(write_mutex_);
  stats.failure = std::string(failure_.message());
  return stats;
}

}  // namespace

absl::StatusOr<std::unique_ptr<ProfileStore>> OpenSqliteProfileStore(
    const SqliteProfileStoreOptions& options) {
  auto store = std::make_unique<SqliteProfileStore>(options.cache_bytes_max);
  STRATAGEM_RETURN_IF_ERROR(store->Open(options));
  return store;
}

}  // namespace stratagem::store
