// Snapshots save a start from folding the log and change nothing else: with
// one, without one, with a damaged, foreign or outdated one it comes to the
// same, or says what is lost.

#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <sstream>
#include <string>
#include <thread>

#include "absl/strings/str_cat.h"
#include "engine/store/ledger_snapshot.h"
#include "engine/store/sequencer.h"
#include "engine/store/sqlite_database.h"
#include "engine/store/sqlite_store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/store/fake_decisions.h"
#include "tests/store/snapshot_fixture.h"
#include "tests/support/status_matchers.h"

namespace stratagem::store {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class SnapshotTest : public SnapshotFixture {
 protected:
  SequencerStats stats() const { return sequencer_->stats(); }
  std::string Snapshot() const {
    std::ifstream file(path(), std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
  }
  void WriteSnapshotFile(const std::string& bytes) {
    std::ofstream(path(), std::ios::binary | std::ios::trunc) << bytes;
  }
  void Tamper(const char* sql) {
    Close();
    auto log = Database::Open(folder() + "/log.db", Access::kReadWrite, "");
    ASSERT_THAT(log, IsOk());
    ASSERT_THAT(log->Execute(sql), IsOk());
  }
};

TEST_F(SnapshotTest, AStartAfterAStopFoldsNothing) {
  Open();
  Decide(7);
  Open();
  EXPECT_EQ(stats().folded_at_open, 0u);
  EXPECT_EQ(stats().snapshot_sequence, 7u);
  EXPECT_EQ(stats().snapshot_failures, 0u);
  EXPECT_EQ(Events(), 7);
  EXPECT_EQ(stats().ledger.customers, 7u);
  Decide(1);
  EXPECT_EQ(Events(), 8);
}

TEST_F(SnapshotTest, AStartFoldsTheRestAfterTheSnapshot) {
  Open();
  Decide(5);
  Close();
  const std::string snapshot = Snapshot();
  Open();
  Decide(3);
  Close();
  WriteSnapshotFile(snapshot);
  Open();
  EXPECT_EQ(stats().folded_at_open, 3u);
  EXPECT_EQ(Events(), 8);
  EXPECT_EQ(stats().ledger.customers, 8u);
  // What comes next knows where it stands in the log.
  FakeDecision next(caps_, store_->identity(), "anna", kNoon,
                    trace::Role::kLive, "r-9");
  ASSERT_THAT(next.Run(*sequencer_), IsOk());
  EXPECT_EQ(sequencer_->FindRequest("r-9", kNoon), 9u);
}

TEST_F(SnapshotTest, EqualLogsGiveEqualSnapshots) {
  Open();
  Decide(5);
  Open();
  Decide(5);
  Close();
  const std::string in_steps = Snapshot();
  std::filesystem::remove(path());
  Open();
  Close();
  EXPECT_EQ(Snapshot(), in_steps);
}

TEST_F(SnapshotTest, ASnapshotIsMadeEverySoManyRecords) {
  Open(/*snapshot_records=*/10);
  Decide(15);  // The next one is not due, so none is under way.
  while (stats().snapshot_sequence == 0) std::this_thread::yield();
  EXPECT_EQ(stats().snapshot_failures, 0u);
  EXPECT_EQ(stats().older_snapshot_sequence, 0u);
  EXPECT_TRUE(std::filesystem::exists(path()));
  EXPECT_FALSE(std::filesystem::exists(path() + ".tmp"));
  EXPECT_EQ(
      std::filesystem::status(path()).permissions() &
          std::filesystem::perms::mask,
      std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

// Retention goes by it.
TEST_F(SnapshotTest, TheOneBeforeIsKnownWhileTheServerRuns) {
  Open(/*snapshot_records=*/10);
  Decide(15);
  while (stats().snapshot_sequence == 0) std::this_thread::yield();
  const uint64_t first = stats().snapshot_sequence;
  Decide(12);
  while (stats().snapshot_sequence == first) std::this_thread::yield();
  EXPECT_EQ(stats().older_snapshot_sequence, first);
}

// The next start has no more to fold than it may.
TEST_F(SnapshotTest, AStartThatFoldedManyMakesOneAtOnce) {
  Open();
  Decide(10);
  Close();
  std::filesystem::remove(path());
  Open(/*snapshot_records=*/5);
  while (stats().snapshot_sequence == 0) std::this_thread::yield();
  EXPECT_EQ(stats().snapshot_sequence, 10u);
}

TEST_F(SnapshotTest, ADamagedSnapshotIsPassedOver) {
  Open();
  Decide(5);
  Close();
  const std::string whole = Snapshot();
  const size_t in_header = whole.find("sequence ") + 9;
  std::string other_sequence = whole;
  other_sequence[in_header] = '4';
  std::string flipped = whole;
  flipped[whole.size() - 100] =
      static_cast<char>(flipped[whole.size() - 100] ^ 1);
  for (const std::string& damaged :
       {std::string(), std::string("text"), whole.substr(0, whole.size() / 2),
        whole.substr(0, 30), other_sequence, flipped, whole + "x",
        "x" + whole}) {
    WriteSnapshotFile(damaged);
    Open();
    EXPECT_EQ(stats().folded_at_open, 5u);
    EXPECT_EQ(stats().snapshot_failures, 1u);
    EXPECT_EQ(Events(), 5);
    Close();  // Makes a new one.
    EXPECT_EQ(Snapshot(), whole);
  }
}

// Retention trims the log up to the older one, so that either is enough.
TEST_F(SnapshotTest, AStartGoesByTheOlderOneWhenTheNewestIsDamaged) {
  Open();
  Decide(5);
  Close();
  const std::string at_five = Snapshot();
  Open();
  EXPECT_EQ(stats().snapshot_sequence, 5u);
  EXPECT_EQ(stats().older_snapshot_sequence, 0u);
  Decide(2);
  Close();
  const std::string at_seven = Snapshot();
  Tamper("DELETE FROM log WHERE sequence <= 5");
  for (const std::string& damaged : {at_seven + "x", std::string("text")}) {
    WriteSnapshotFile(damaged);
    Open();
    EXPECT_EQ(stats().folded_at_open, 2u);
    EXPECT_EQ(stats().snapshot_failures, 1u);
    EXPECT_EQ(stats().older_snapshot_sequence, 5u);
    EXPECT_EQ(Events(), 7);
    Close();  // Makes a new one; the damaged one does not become the older.
    EXPECT_EQ(Snapshot(), at_seven);
    Open();
    EXPECT_EQ(stats().snapshot_sequence, 7u);
    EXPECT_EQ(stats().older_snapshot_sequence, 5u);
    EXPECT_EQ(stats().snapshot_failures, 0u);
    Close();
  }
  // It is away for a moment while a new one takes its place.
  std::filesystem::remove(path());
  Open();
  EXPECT_EQ(Events(), 7);
  EXPECT_EQ(stats().snapshot_failures, 0u);
}

TEST_F(SnapshotTest, ASnapshotOfAnotherLogIsPassedOver) {
  Open();
  Decide(5);
  Close();
  const std::string theirs = Snapshot();
  std::filesystem::remove_all(folder());
  Open();
  Decide(9);
  Close();
  WriteSnapshotFile(theirs);
  Open();
  EXPECT_EQ(stats().folded_at_open, 9u);
  EXPECT_EQ(stats().snapshot_failures, 1u);
  EXPECT_EQ(Events(), 9);
  // Nor does a start count on it as the one before.
  Close();
  std::ofstream(older_path(), std::ios::binary | std::ios::trunc) << theirs;
  Open();
  EXPECT_EQ(stats().snapshot_sequence, 9u);
  EXPECT_EQ(stats().older_snapshot_sequence, 0u);
}

TEST_F(SnapshotTest, ASnapshotThatIsAheadOfARestoredLogIsPassedOver) {
  Open();
  Decide(3);
  Close();
  std::filesystem::copy(folder() + "/log.db", folder() + "/backup");
  Open();
  Decide(2);
  Close();
  const std::string ahead = Snapshot();
  std::filesystem::rename(folder() + "/backup", folder() + "/log.db");
  Open();
  // The one before is of it.
  EXPECT_EQ(stats().folded_at_open, 0u);
  EXPECT_EQ(stats().snapshot_failures, 1u);
  EXPECT_EQ(Events(), 3);
  // The log has gone on another way since, past where the snapshot was made.
  Decide(4);
  Close();
  WriteSnapshotFile(ahead);
  Open();
  EXPECT_EQ(stats().folded_at_open, 4u);
  EXPECT_EQ(stats().snapshot_failures, 1u);
  EXPECT_EQ(Events(), 7);
}

// Whatever kind of record the two ways of a log end with.
TEST_F(SnapshotTest, ASnapshotAfterAnotherRecordOfTheSameKindIsPassedOver) {
  const auto click = [this](absl::Time now) {
    FakeDecision decision(caps_, store_->identity(), "anna", kNoon);
    const auto at = decision.Run(*sequencer_);
    ASSERT_THAT(at, IsOk());
    ASSERT_THAT(
        RecordOutcome(*sequencer_, store_->identity(), decision.record(),
                      at->sequence, state::Outcome::kClicked, now),
        IsOk());
  };
  const auto erase = [this](absl::Time now) {
    ASSERT_THAT(sequencer_->EraseCustomer("nobody", now), IsOk());
  };
  for (const std::function<void(absl::Time)>& end :
       {std::function<void(absl::Time)>(click),
        std::function<void(absl::Time)>(erase)}) {
    std::filesystem::remove_all(folder());
    Open();
    Decide(3);
    Close();
    std::filesystem::copy(folder() + "/log.db", folder() + "/backup");
    Open();
    end(kNoon + absl::Hours(1));
    Close();
    const std::string other_way = Snapshot();
    std::filesystem::rename(folder() + "/backup", folder() + "/log.db");
    Open();
    end(kNoon + absl::Hours(2));
    Close();
    WriteSnapshotFile(other_way);
    Open();
    EXPECT_EQ(stats().snapshot_failures, 1u);
    Close();
  }
}

TEST_F(SnapshotTest, ALogThatBeginsLaterNeedsItsSnapshot) {
  Open();
  Decide(5);
  Close();
  const std::string at_five = Snapshot();
  Open();
  Decide(2);
  Tamper("DELETE FROM log WHERE sequence <= 5");
  Open();
  EXPECT_EQ(Events(), 7);
  Close();
  WriteSnapshotFile(at_five);
  Open();
  EXPECT_EQ(stats().folded_at_open, 2u);
  EXPECT_EQ(Events(), 7);
  Close();
  WriteSnapshotFile(at_five + "x");
  std::filesystem::remove(older_path());
  EXPECT_THAT(TryOpen(),
              StatusIs(absl::StatusCode::kDataLoss,
                       AllOf(HasSubstr("restore"),
                             HasSubstr("its snapshot is of no use either"),
                             HasSubstr(path()))));
  std::filesystem::remove(path());
  EXPECT_THAT(TryOpen(),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("restore")));
  std::ofstream(older_path()) << "text";
  EXPECT_THAT(TryOpen(),
              StatusIs(absl::StatusCode::kDataLoss,
                       AllOf(HasSubstr("its snapshot is of no use either"),
                             HasSubstr(older_path()))));
}

TEST_F(SnapshotTest, ASnapshotThatCannotBeWrittenDelaysAndLosesNothing) {
  Open(/*snapshot_records=*/5);
  // Nobody, not even root, can open a folder for writing.
  std::filesystem::create_directory(path() + ".tmp");
  Decide(6);
  while (stats().snapshot_failures == 0) std::this_thread::yield();
  std::filesystem::remove(path() + ".tmp");
  Decide(10);
  while (stats().snapshot_sequence == 0) std::this_thread::yield();
  // It did not try again and again meanwhile.
  EXPECT_EQ(stats().snapshot_failures, 1u);
  Close();
  Open();
  EXPECT_EQ(stats().folded_at_open, 0u);
  EXPECT_EQ(Events(), 16);
}

TEST_F(SnapshotTest, RequestsOutliveARestartInTheSnapshot) {
  Open();
  FakeDecision decision(caps_, store_->identity(), "anna", kNoon,
                        trace::Role::kLive, "r-1");
  ASSERT_THAT(decision.Run(*sequencer_), IsOk());
  Open();
  EXPECT_EQ(stats().folded_at_open, 0u);
  EXPECT_EQ(sequencer_->FindRequest("r-1", kNoon), 1u);
  EXPECT_EQ(sequencer_->FindRequest("r-1", kNoon + absl::Minutes(10)),
            std::nullopt);
}

}  // namespace
}  // namespace stratagem::store
