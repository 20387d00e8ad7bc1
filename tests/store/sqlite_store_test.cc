// What the sqlite store promises beyond the contract: one log over many
// openings, one writer, schemas that migrate, and a reason for each refusal.

#include "engine/store/sqlite_store.h"

#include <sqlite3.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <thread>

#include "absl/strings/str_cat.h"
#include "engine/store/sqlite_database.h"
#include "engine/store/store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/store/awaited_append.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace stratagem::store {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

class SqliteStoreTest : public testing::Test {
 protected:
  absl::StatusOr<std::unique_ptr<Store>> TryOpen() {
    return OpenSqliteStore({.directory = directory(), .project = false});
  }
  std::unique_ptr<Store> Open() {
    auto store = TryOpen();
    EXPECT_THAT(store, IsOk());
    return store.ok() ? *std::move(store) : nullptr;
  }
  std::string directory() const { return temp_.Join("store"); }
  std::string log_path() const { return directory() + "/log.db"; }
  // Runs SQL on the closed log, as another program could.
  void Tamper(const char* sql) {
    auto log = Database::Open(log_path(), Access::kReadWrite, "");
    ASSERT_THAT(log, IsOk());
    ASSERT_THAT(log->Execute(sql), IsOk());
  }
  TempDir temp_;
};

TEST_F(SqliteStoreTest, ReopeningGoesOnInTheNextEpoch) {
  std::string node_id;
  std::string subject_key;
  {
    auto store = Open();
    node_id = store->identity().node_id;
    subject_key = store->identity().subject_key;
    EXPECT_THAT(AppendAndWait(*store, "a"), IsOk());
  }
  auto store = Open();
  EXPECT_EQ(store->identity().epoch, 2u);
  EXPECT_EQ(store->identity().node_id, node_id);
  EXPECT_EQ(store->identity().subject_key, subject_key);
  EXPECT_EQ(store->stats().records, 1u);
  const auto at = AppendAndWait(*store, "b");
  ASSERT_THAT(at, IsOk());
  EXPECT_EQ(at->epoch, 2u);
  EXPECT_EQ(at->sequence, 2u);
  const auto entries = store->Read(0, 10);
  ASSERT_THAT(entries, IsOk());
  ASSERT_EQ(entries->size(), 2u);
  EXPECT_EQ((*entries)[0].position.epoch, 1u);
  EXPECT_EQ((*entries)[1].position.epoch, 2u);
  EXPECT_THAT(CustomersOf(*store), ElementsAre("a", "b"));
}

TEST_F(SqliteStoreTest, OnlyOneMayWrite) {
  auto store = Open();
  EXPECT_THAT(TryOpen(),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       AllOf(HasSubstr(directory()),
                             HasSubstr("another process has this store open"),
                             HasSubstr("stop it"))));
  store = nullptr;
  EXPECT_THAT(TryOpen(), IsOk());
}

TEST_F(SqliteStoreTest, OnlyTheOwnerMayReadItsFiles) {
  std::filesystem::create_directory(directory());
  auto store = OpenSqliteStore({.directory = directory()});
  ASSERT_THAT(store, IsOk());
  ASSERT_THAT(AppendAndWait(**store, "a"), IsOk());
  for (const auto& file : std::filesystem::directory_iterator(directory())) {
    EXPECT_EQ(file.status().permissions() & std::filesystem::perms::mask,
              std::filesystem::perms::owner_read |
                  std::filesystem::perms::owner_write)
        << file.path();
  }
}

TEST_F(SqliteStoreTest, AFolderThatCannotBeMadeIsNamed) {
  EXPECT_THAT(OpenSqliteStore({.directory = temp_.Join("no/such")}),
              StatusIs(absl::StatusCode::kNotFound,
                       AllOf(HasSubstr("no/such"), HasSubstr("parent"))));
  EXPECT_THAT(OpenSqliteStore({.directory = temp_.Write("file", "text")}),
              testing::Not(IsOk()));
}

TEST_F(SqliteStoreTest, AFileThatIsNoDatabaseIsDataLoss) {
  temp_.Write("store/log.db", std::string(10'000, 'x'));
  EXPECT_THAT(
      TryOpen(),
      StatusIs(absl::StatusCode::kDataLoss,
               AllOf(HasSubstr(log_path()), HasSubstr("file is not a database"),
                     HasSubstr("restore the file from a backup"))));
}

TEST_F(SqliteStoreTest, ATruncatedFileIsDataLoss) {
  {
    auto store = Open();
    for (int i = 0; i < 100; ++i) {
      ASSERT_THAT(AppendAndWait(*store, absl::StrCat(i)), IsOk());
    }
  }
  std::filesystem::resize_file(log_path(), 3 * 4096);
  EXPECT_THAT(TryOpen(),
              StatusIs(absl::StatusCode::kDataLoss,
                       AllOf(HasSubstr(log_path()), HasSubstr("malformed"))));
}

TEST_F(SqliteStoreTest, ADamagedPageIsDataLossWhenItIsRead) {
  {
    auto store = Open();
    for (int i = 0; i < 100; ++i) {
      ASSERT_THAT(AppendAndWait(*store, absl::StrCat(i)), IsOk());
    }
  }
  {
    // Some page between the schema and the newest records.
    std::fstream file(log_path(), std::ios::in | std::ios::out);
    file.seekp(4 * 4096);
    file << std::string(4096, '\xee');
  }
  auto store = Open();
  EXPECT_THAT(store->Read(0, 1'000),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr(log_path())));
}

TEST_F(SqliteStoreTest, AMissingRecordIsDataLoss) {
  {
    auto store = Open();
    for (const char* customer : {"a", "b", "c"}) {
      ASSERT_THAT(AppendAndWait(*store, customer), IsOk());
    }
  }
  Tamper("DELETE FROM log WHERE sequence = 2");
  auto store = Open();
  EXPECT_THAT(store->Read(0, 10),
              StatusIs(absl::StatusCode::kDataLoss,
                       HasSubstr("record 2 is missing, found 3 next")));
  EXPECT_THAT(store->Read(2, 10), IsOkAndHolds(testing::SizeIs(1)));
}

TEST_F(SqliteStoreTest, ALogOfANewerVersionIsLeftAlone) {
  Open();
  Tamper("PRAGMA user_version = 99");
  EXPECT_THAT(TryOpen(),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       AllOf(HasSubstr(log_path()),
                             HasSubstr("schema version 99, this program knows "
                                       "up to 2"))));
}

TEST_F(SqliteStoreTest, AnotherProgramsDatabaseIsLeftAlone) {
  std::filesystem::create_directory(directory());
  Tamper("CREATE TABLE theirs(x)");
  EXPECT_THAT(TryOpen(), StatusIs(absl::StatusCode::kFailedPrecondition,
                                  HasSubstr("database of another program")));
  auto log = Database::Open(log_path(), Access::kReadWrite, "");
  ASSERT_THAT(log, IsOk());
  EXPECT_THAT(log->QueryInt("SELECT count(*) FROM sqlite_schema"),
              IsOkAndHolds(1));
}

TEST_F(SqliteStoreTest, CountsNeedTheProjector) {
  auto store = Open();
  EXPECT_THAT(store->Counts(), StatusIs(absl::StatusCode::kFailedPrecondition,
                                        HasSubstr("without derived tables")));
  EXPECT_EQ(store->stats().projected_sequence, 0u);
}

TEST_F(SqliteStoreTest, TheWriteAheadLogStaysBounded) {
  SqliteStoreOptions options;
  options.directory = directory();
  options.project = false;
  options.checkpoint = {.wal_bytes = 256u << 10, .wal_bytes_max = 1u << 20};
  auto store = OpenSqliteStore(options);
  ASSERT_THAT(store, IsOk());
  const std::string payload(50'000, 'x');
  uint64_t largest = 0;
  for (int i = 0; i < 400; ++i) {
    ASSERT_THAT(AppendAndWait(**store, RecordBytes{payload, ""}), IsOk());
    largest = std::max<uint64_t>(
        largest, std::filesystem::file_size(log_path() + "-wal"));
  }
  // 20 MB went through it.
  EXPECT_GT(largest, 256u << 10);
  EXPECT_LT(largest, 8u << 20);
  EXPECT_EQ((*store)->stats().checkpoint_failures, 0u);
}

TEST_F(SqliteStoreTest, AClosedLogIsOneFile) {
  auto store = Open();
  ASSERT_THAT(AppendAndWait(*store, "a"), IsOk());
  store->Close();
  EXPECT_EQ(std::filesystem::file_size(log_path() + "-wal"), 0u);
}

// The mechanism of migrations, on lists of our own.
class DatabaseMigrateTest : public testing::Test {
 protected:
  Database OpenFile() {
    auto database = Database::Open(temp_.Join("x.db"), Access::kReadWrite, "");
    EXPECT_THAT(database, IsOk());
    return *std::move(database);
  }
  TempDir temp_;
  const std::vector<Migration> first_ = {{"CREATE TABLE t(a)"}};
  const std::vector<Migration> both_ = {{"CREATE TABLE t(a)"},
                                        {"ALTER TABLE t ADD COLUMN b "
                                         "DEFAULT 5"}};
};

TEST_F(DatabaseMigrateTest, AnOldSchemaIsBroughtForwardWithItsRows) {
  {
    Database old = OpenFile();
    ASSERT_THAT(old.Migrate(first_), IsOk());
    ASSERT_THAT(old.Execute("INSERT INTO t VALUES (1)"), IsOk());
  }
  Database database = OpenFile();
  ASSERT_THAT(database.Migrate(both_), IsOk());
  EXPECT_THAT(database.QueryInt("PRAGMA user_version"), IsOkAndHolds(2));
  EXPECT_THAT(database.QueryInt("SELECT a + b FROM t"), IsOkAndHolds(6));
}

TEST_F(DatabaseMigrateTest, TodaysSchemaIsLeftAsItIs) {
  Database database = OpenFile();
  ASSERT_THAT(database.Migrate(both_), IsOk());
  ASSERT_THAT(database.Migrate(both_), IsOk());
  EXPECT_THAT(database.QueryInt("SELECT count(*) FROM pragma_table_info('t')"),
              IsOkAndHolds(2));
}

TEST_F(DatabaseMigrateTest, AStepThatFailsUndoesThoseBefore) {
  Database database = OpenFile();
  ASSERT_THAT(database.Migrate(first_), IsOk());
  const std::vector<Migration> broken = {
      {"CREATE TABLE t(a)"}, {"CREATE TABLE u(a)"}, {"CREATE TABLE u(a)"}};
  EXPECT_THAT(database.Migrate(broken),
              StatusIs(absl::StatusCode::kUnavailable,
                       HasSubstr("cannot bring schema version 1 to 3")));
  EXPECT_THAT(database.QueryInt("PRAGMA user_version"), IsOkAndHolds(1));
  EXPECT_THAT(
      database.QueryInt("SELECT count(*) FROM sqlite_schema WHERE name='u'"),
      IsOkAndHolds(0));
}

TEST_F(DatabaseMigrateTest, ANewerSchemaIsRefused) {
  Database database = OpenFile();
  ASSERT_THAT(database.Migrate(both_), IsOk());
  EXPECT_THAT(database.Migrate(first_),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("schema version 2, this program knows up to "
                                 "1")));
}

}  // namespace
}  // namespace stratagem::store
