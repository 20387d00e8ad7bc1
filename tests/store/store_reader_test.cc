// What must hold for a folder that is read from outside: nothing in it changes,
// a time is looked up where derived tables hold it and read for where they do
// not, and tables of something else are not believed.

#include "engine/store/store_reader.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/store/record_codec.h"
#include "engine/store/sqlite_store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/store/awaited_append.h"
#include "tests/store/memory_dir.h"
#include "tests/store/sample_records.h"
#include "tests/support/status_matchers.h"

namespace stratagem::store {
namespace {

namespace fs = std::filesystem;

const absl::Time kStart = absl::FromUnixSeconds(1'794'736'800);  // 10:00.

class StoreReaderTest : public testing::Test {
 protected:
  // One decision each ten minutes, then the store is closed.
  void Append(const std::string& name, int decisions, bool project = true) {
    auto store =
        OpenSqliteStore({.directory = Folder(name), .project = project});
    ASSERT_THAT(store, IsOk());
    for (int i = 0; i < decisions; ++i) {
      trace::DecisionRecord record = SampleRecord("c-1");
      record.decided_at = kStart + count_++ * absl::Minutes(10);
      ASSERT_THAT(AppendAndWait(**store, Encode(record, (*store)->identity())),
                  IsOk());
    }
    if (project) AwaitProjected(**store);
    (*store)->Close();
  }
  std::string Folder(const std::string& name) const {
    return absl::StrCat(dir_.path(), "/", name);
  }
  std::unique_ptr<StoreReader> Open(const std::string& name) const {
    auto reader = StoreReader::Open(Folder(name));
    EXPECT_THAT(reader, IsOk());
    return *std::move(reader);
  }
  // "1-6 19-20".
  static std::string Ranges(StoreReader& reader, absl::Time from,
                            absl::Time until) {
    std::string text;
    for (const SequenceRange& range :
         reader.RangesOf(from, until, *reader.log().Range())) {
      absl::StrAppend(&text, text.empty() ? "" : " ", range.first, "-",
                      range.last);
    }
    return text;
  }

  const MemoryDir dir_;
  int count_ = 0;
};

TEST_F(StoreReaderTest, ATimeIsAPartOfTheLog) {
  Append("log", 18);  // 10:00 to 12:50, six an hour.
  const auto reader = Open("log");
  const absl::Time past = absl::InfinitePast();
  const absl::Time future = absl::InfiniteFuture();
  const struct {
    absl::Time from, until;
    std::string want;
  } cases[] = {
      {past, future, "1-18"},
      {kStart + absl::Hours(1), future, "7-18"},
      {past, kStart + absl::Minutes(59), "1-6"},
      {kStart + absl::Minutes(70), kStart + absl::Minutes(80), "7-12"},
      {kStart - absl::Hours(9), kStart - absl::Hours(8), ""},
      {kStart + absl::Hours(9), future, ""},
  };
  for (const auto& test_case : cases) {
    EXPECT_EQ(Ranges(*reader, test_case.from, test_case.until), test_case.want);
  }
}

TEST_F(StoreReaderTest, WhatTablesDoNotHoldIsThereAsAWhole) {
  Append("log", 12);
  Append("log", 3, /*project=*/false);
  const auto reader = Open("log");
  EXPECT_THAT(reader->ProjectedSequence(), IsOkAndHolds(12u));
  EXPECT_EQ(Ranges(*reader, kStart, kStart + absl::Minutes(10)), "1-6 13-15");
  EXPECT_EQ(Ranges(*reader, kStart - absl::Hours(9), kStart - absl::Hours(8)),
            "13-15");
}

TEST_F(StoreReaderTest, TablesOfSomethingElseAreNotBelieved) {
  Append("log", 12);
  Append("other", 24);
  for (const char* suffix : {"", "-wal", "-shm"}) {
    const std::string file = absl::StrCat("/views.db", suffix);
    fs::remove(Folder("log") + file);
    if (fs::exists(Folder("other") + file)) {
      fs::copy(Folder("other") + file, Folder("log") + file);
    }
  }
  auto reader = Open("log");
  EXPECT_EQ(Ranges(*reader, kStart, kStart + absl::Minutes(10)), "1-12");
  EXPECT_THAT(reader->ProjectedSequence(), IsOkAndHolds(0u));
  EXPECT_THAT(*reader->Counts(), testing::IsEmpty());
  reader = nullptr;
  for (const char* suffix : {"", "-wal", "-shm"}) {
    fs::remove(absl::StrCat(Folder("log"), "/views.db", suffix));
  }
  reader = Open("log");
  EXPECT_EQ(Ranges(*reader, kStart, kStart + absl::Minutes(10)), "1-12");
  EXPECT_FALSE(fs::exists(Folder("log") + "/views.db"));
}

TEST_F(StoreReaderTest, RaisesNoEpochAndTakesNoLock) {
  Append("log", 3);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(Open("log")->identity().epoch, 1u);
  const auto reader = Open("log");
  Append("log", 2);
  EXPECT_EQ(Open("log")->identity().epoch, 2u);
  EXPECT_EQ(reader->log().Range()->last, 5u);
}

TEST_F(StoreReaderTest, AFolderWithoutALogIsNoStore) {
  const auto reader = StoreReader::Open(Folder("nowhere"));
  EXPECT_EQ(reader.status().code(), absl::StatusCode::kNotFound);
  EXPECT_FALSE(fs::exists(Folder("nowhere")));
}

}  // namespace
}  // namespace stratagem::store
