// What must hold for derived tables: they say what the log says, each record
// once, and can be stopped, deleted and rebuilt at any time.

#include "engine/store/projector.h"

#include <filesystem>
#include <fstream>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "engine/store/memory_store.h"
#include "engine/store/posting.h"
#include "engine/store/projection.h"
#include "engine/store/record_codec.h"
#include "engine/store/sqlite_database.h"
#include "engine/store/sqlite_store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/store/awaited_append.h"
#include "tests/store/sample_records.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace stratagem::store {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::SizeIs;

class ProjectorTest : public testing::Test {
 protected:
  std::unique_ptr<Projector> Open() {
    ProjectorOptions options;
    options.path = path_;
    const StoreStats stats = log_->stats();
    options.source = {.node_id = log_->identity().node_id,
                      .first_sequence = stats.first_sequence,
                      .last_sequence = stats.last_sequence};
    options.batch_records_max = 7;
    return Projector::Open(options, [this](uint64_t after, size_t limit) {
      return log_->Read(after, limit);
    });
  }
  // Decisions and, in between, outcomes, some of them told again.
  void Append(int records) {
    for (int i = 0; i < records; ++i) {
      Arena arena;
      RecordBytes record;
      if (random_() % 4 != 0) {
        record = Encode(RandomRecord(random_, arena), log_->identity());
      } else {
        trace::OutcomeRecord outcome = RandomOutcome(random_, arena);
        outcome.decision_sequence = 1 + random_() % 5;
        outcome.offer = random_() % 2 == 0 ? "a" : "b";
        record = EncodeOutcome(outcome, log_->identity());
      }
      ASSERT_THAT(AppendAndWait(*log_, std::move(record)), IsOk());
    }
  }
  uint64_t log_end() const { return log_->stats().last_sequence; }

  // All that derived tables hold, as text; where they hold it in blocks, what
  // is in these.
  std::string Tables() const {
    auto views = Database::Open(path_, Access::kReadOnly, "");
    EXPECT_THAT(views, IsOk());
    std::string text;
    for (const char* table :
         {"progress", "decisions", "hours", "outcomes", "counts"}) {
      auto select = views->Prepare(
          absl::StrCat("SELECT * FROM ", table, " ORDER BY 1, 2, 3").c_str());
      EXPECT_THAT(select, IsOk());
      while (*select->Step()) {
        absl::StrAppend(&text, table);
        for (int column = 0; column < select->columns(); ++column) {
          absl::StrAppend(&text, " ",
                          absl::CHexEscape(select->ColumnBytes(column)));
        }
        absl::StrAppend(&text, "\n");
      }
    }
    auto select = views->Prepare(
        "SELECT kind, name, value, first_sequence, distances FROM terms JOIN "
        "postings ON term = id ORDER BY kind, name, value, first_sequence");
    EXPECT_THAT(select, IsOk());
    while (*select->Step()) {
      for (const uint64_t sequence :
           DecodeBlock(static_cast<uint64_t>(select->ColumnInt(3)),
                       select->ColumnBytes(4))) {
        absl::StrAppend(&text, select->ColumnInt(0), " ",
                        absl::CHexEscape(select->ColumnBytes(1)), " ",
                        absl::CHexEscape(select->ColumnBytes(2)), " ", sequence,
                        "\n");
      }
    }
    return text;
  }
  int64_t Query(const char* sql) const {
    auto views = Database::Open(path_, Access::kReadOnly, "");
    EXPECT_THAT(views, IsOk());
    auto value = views->QueryInt(sql);
    EXPECT_THAT(value, IsOk());
    return value.ok() ? *value : -1;
  }

  TempDir temp_;
  const std::string path_ = temp_.Join("views.db");
  std::mt19937_64 random_{42};
  std::unique_ptr<Store> log_ = NewMemoryStore();
};

TEST_F(ProjectorTest, ARecordBecomesRows) {
  ASSERT_THAT(AppendAndWait(*log_, "c-1"), IsOk());
  auto projector = Open();
  ASSERT_THAT(projector->AwaitProjected(1), IsOk());
  EXPECT_EQ(Query("SELECT count(*) FROM decisions WHERE sequence = 1 AND "
                  "decided_at_us = 1790000000000000 AND "
                  "length(subject) = 16"),
            1);
  EXPECT_EQ(Query("SELECT count(*) FROM hours WHERE hour = 497222 AND "
                  "first_sequence = 1 AND last_sequence = 1"),
            1);
  const struct {
    TermKind kind;
    const char* name;
    const char* value;
  } terms[] = {{TermKind::kRole, "live", ""},
               {TermKind::kPack, "retail", ""},
               {TermKind::kVersion, "retail", "2026.11.0"},
               {TermKind::kTier, "gold", ""},
               {TermKind::kStage, "mature", ""},
               {TermKind::kDegraded, "false", ""},
               {TermKind::kOffer, "vip_event", ""},
               {TermKind::kExcludedFor, "eligibility", ""}};
  for (const auto& term : terms) {
    EXPECT_EQ(
        Query(absl::StrCat("SELECT count(*) FROM terms JOIN postings ON term = "
                           "id WHERE first_sequence = 1 AND kind = ",
                           static_cast<int>(term.kind), " AND name = '",
                           term.name, "' AND value = '", term.value, "'")
                  .c_str()),
        1)
        << term.name;
  }
  EXPECT_EQ(Query("SELECT count FROM counts WHERE day = 20717 AND dimension = "
                  "'exclusion' AND value = 'eligibility'"),
            2);
}

TEST_F(ProjectorTest, CountsAgreeWithAFoldOverTheLog) {
  Append(100);
  auto projector = Open();
  ASSERT_THAT(projector->AwaitProjected(100), IsOk());
  EXPECT_EQ(*projector->Counts(), *log_->Counts());
}

TEST_F(ProjectorTest, FollowsTheLogAsItGrows) {
  auto projector = Open();
  for (uint64_t i = 1; i <= 20; ++i) {
    Append(1);
    projector->Notify();
    ASSERT_THAT(projector->AwaitProjected(i), IsOk());
  }
  EXPECT_EQ(projector->projected_sequence(), 20u);
  EXPECT_GT(Query("SELECT count(*) FROM decisions"), 0);
  EXPECT_EQ(*projector->Counts(), *log_->Counts());
}

TEST_F(ProjectorTest, AStoppedOneStandsStillAndGoesOnFromThere) {
  auto projector = Open();
  Append(10);
  ASSERT_THAT(projector->AwaitProjected(10), IsOk());
  projector->Stop();
  projector->Stop();
  Append(10);
  projector->Notify();
  EXPECT_THAT(projector->AwaitProjected(20),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr("stopped")));
  EXPECT_EQ(projector->projected_sequence(), 10u);
  projector->Resume();
  projector->Resume();
  ASSERT_THAT(projector->AwaitProjected(20), IsOk());
  EXPECT_EQ(*projector->Counts(), *log_->Counts());
}

TEST_F(ProjectorTest, RebuildingGivesEqualTables) {
  Append(50);
  auto projector = Open();
  ASSERT_THAT(projector->AwaitProjected(50), IsOk());
  const std::string before = Tables();
  ASSERT_THAT(projector->Rebuild(), IsOk());
  ASSERT_THAT(projector->AwaitProjected(50), IsOk());
  EXPECT_EQ(Tables(), before);
}

TEST_F(ProjectorTest, AStoppedOneIsEmptyAfterARebuild) {
  Append(5);
  auto projector = Open();
  ASSERT_THAT(projector->AwaitProjected(5), IsOk());
  projector->Stop();
  ASSERT_THAT(projector->Rebuild(), IsOk());
  EXPECT_EQ(projector->projected_sequence(), 0u);
  EXPECT_THAT(*projector->Counts(), SizeIs(0));
}

TEST_F(ProjectorTest, DeletedTablesComeBackEqual) {
  Append(50);
  auto projector = Open();
  ASSERT_THAT(projector->AwaitProjected(50), IsOk());
  const std::string before = Tables();
  projector = nullptr;
  std::filesystem::remove(path_);
  projector = Open();
  ASSERT_THAT(projector->AwaitProjected(50), IsOk());
  EXPECT_EQ(Tables(), before);
}

TEST_F(ProjectorTest, GoesOnAfterReopening) {
  Append(10);
  Open()->AwaitProjected(10).IgnoreError();
  Append(10);
  auto projector = Open();
  EXPECT_GE(projector->projected_sequence(), 10u);
  ASSERT_THAT(projector->AwaitProjected(20), IsOk());
  EXPECT_EQ(*projector->Counts(), *log_->Counts());
}

TEST_F(ProjectorTest, DamagedTablesAreBuiltAnew) {
  Append(10);
  temp_.Write("views.db", std::string(5'000, 'x'));
  auto projector = Open();
  ASSERT_THAT(projector->AwaitProjected(10), IsOk());
  EXPECT_EQ(*projector->Counts(), *log_->Counts());
}

TEST_F(ProjectorTest, TablesThatAReaderFindsDamagedAreBuiltAnew) {
  Append(200);
  auto projector = Open();
  ASSERT_THAT(projector->AwaitProjected(200), IsOk());
  const std::string before = Tables();
  projector = nullptr;
  {
    // All pages but the first ones, which the writer reads when it opens.
    std::fstream file(path_, std::ios::in | std::ios::out);
    file.seekp(0, std::ios::end);
    const std::streamoff size = file.tellp();
    const std::streamoff whole = 3 * 4'096;
    ASSERT_GT(size, whole);
    file.seekp(whole);
    file << std::string(static_cast<size_t>(size - whole), '\xee');
  }
  projector = Open();
  EXPECT_THAT(projector->Counts(),
              StatusIs(absl::StatusCode::kUnavailable,
                       AllOf(HasSubstr(path_), HasSubstr("are made anew"))));
  while (!projector->Counts().ok() || !projector->AwaitProjected(200).ok()) {
  }
  EXPECT_EQ(*projector->Counts(), *log_->Counts());
  EXPECT_EQ(Tables(), before);
}

TEST_F(ProjectorTest, TablesThatCannotBeOpenedAreTriedAgain) {
  Append(10);
  // Nobody can open a folder as a database, nor delete a full one.
  temp_.Write("views.db/file", "text");
  auto projector = Open();
  EXPECT_EQ(projector->projected_sequence(), 0u);
  EXPECT_THAT(projector->AwaitProjected(10),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr(path_)));
  EXPECT_GE(projector->failures(), 1u);
  EXPECT_THAT(projector->Counts(),
              StatusIs(absl::StatusCode::kUnavailable,
                       HasSubstr("derived tables cannot be opened")));
  std::filesystem::remove_all(path_);
  while (!projector->AwaitProjected(10).ok()) {
  }
  EXPECT_EQ(*projector->Counts(), *log_->Counts());
}

TEST_F(ProjectorTest, TablesOfAnotherLogOrSchemaAreBuiltAnew) {
  Append(10);
  ASSERT_THAT(Open()->AwaitProjected(10), IsOk());
  const std::string before = Tables();
  for (const char* sql : {"UPDATE progress SET node_id = 'another'",
                          "UPDATE progress SET sequence = 11",
                          "UPDATE progress SET first_sequence = 2",
                          "DELETE FROM progress", "PRAGMA user_version = 99"}) {
    {
      auto views = Database::Open(path_, Access::kReadWrite, "");
      ASSERT_THAT(views, IsOk());
      ASSERT_THAT(views->Execute("DELETE FROM decisions"), IsOk());
      ASSERT_THAT(views->Execute(sql), IsOk());
    }
    auto projector = Open();
    ASSERT_THAT(projector->AwaitProjected(10), IsOk()) << sql;
    EXPECT_EQ(Tables(), before) << sql;
    EXPECT_EQ(*projector->Counts(), *log_->Counts()) << sql;
  }
}

TEST_F(ProjectorTest, AFailedReadIsCountedAndTriedAgain) {
  Append(3);
  std::atomic<bool> broken = true;
  ProjectorOptions options;
  options.path = path_;
  options.source.node_id = "n";
  auto projector = Projector::Open(
      options,
      [&](uint64_t after,
          size_t limit) -> absl::StatusOr<std::vector<LogEntry>> {
        if (broken) return absl::DataLossError("the log is torn");
        return log_->Read(after, limit);
      });
  EXPECT_THAT(
      projector->AwaitProjected(3),
      StatusIs(absl::StatusCode::kUnavailable, HasSubstr("the log is torn")));
  EXPECT_GE(projector->failures(), 1u);
  broken = false;
  // A first round may still report the failure that it found broken.
  while (!projector->AwaitProjected(3).ok()) {
  }
  EXPECT_EQ(*projector->Counts(), *log_->Counts());
}

TEST_F(ProjectorTest, AFailedReadIsTriedAgainWithoutANotice) {
  Append(3);
  std::atomic<int> reads = 0;
  ProjectorOptions options;
  options.path = path_;
  options.source.node_id = "n";
  options.retry_first = absl::Milliseconds(1);
  options.retry_max = absl::Milliseconds(2);
  auto projector = Projector::Open(
      options,
      [&](uint64_t after,
          size_t limit) -> absl::StatusOr<std::vector<LogEntry>> {
        if (++reads <= 4) return absl::UnavailableError("the disk is slow");
        return log_->Read(after, limit);
      });
  while (projector->projected_sequence() < 3) std::this_thread::yield();
  EXPECT_EQ(projector->failures(), 4u);
}

TEST_F(ProjectorTest, ASqliteStoreCatchesUpWithWhatItDidNotProject) {
  const std::string directory = temp_.Join("store");
  {
    auto store = OpenSqliteStore({.directory = directory, .project = false});
    ASSERT_THAT(store, IsOk());
    for (int i = 0; i < 10; ++i) {
      ASSERT_THAT(AppendAndWait(**store, absl::StrCat(i)), IsOk());
    }
  }
  EXPECT_FALSE(std::filesystem::exists(directory + "/views.db"));
  auto store = OpenSqliteStore({.directory = directory});
  ASSERT_THAT(store, IsOk());
  while ((*store)->stats().projected_sequence < 10) std::this_thread::yield();
  EXPECT_THAT((*store)->Counts(),
              IsOkAndHolds(testing::Contains(StoreCount{"role", "live", 10})));
}

}  // namespace
}  // namespace stratagem::store
