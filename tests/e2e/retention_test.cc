// What must hold for the real `stratagemd` that removes old records: those go
// that the flags name and no others, what they counted stays counted, and the
// log goes on being listed and replayed.

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/e2e/fault_fixture.h"
#include "tests/support/ndjson.h"

namespace stratagem {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;

constexpr int64_t kDaySeconds = 24 * 3'600;
// What is younger than either stays, whatever is asked.
const std::vector<std::string> kShortWindows = {"--outcome-window", "1m",
                                                "--request-window", "1m"};

class RetentionTest : public FaultyWorldTest {
 protected:
  void StartWith(std::vector<std::string> flags) {
    flags.insert(flags.end(), kShortWindows.begin(), kShortWindows.end());
    Start(Faulty(), flags);
  }
  // One run of a server: so many decisions, and the snapshot of its stop.
  void RunFor(int decisions, size_t letter_bytes = 0) {
    ASSERT_NO_FATAL_FAILURE(StartWith({}));
    for (int i = 0; i < decisions; ++i) {
      const grpc::Status status = Decide(letter_bytes);
      ASSERT_TRUE(status.ok()) << status.error_message();
    }
    Stop();
  }
  // It begins as the server does. Returns the first sequence that is left.
  uint64_t AwaitRemoval() const {
    uint64_t first = 1;
    for (int i = 0; i < kLooksMax && first == 1; ++i) {
      first = Stats().first_sequence();
    }
    return first;
  }
  // What is acknowledged, and not removed.
  void ForgetBefore(uint64_t sequence) {
    std::erase_if(acknowledged_, [&](const v1::Decision& decision) {
      return decision.position().sequence() < sequence;
    });
  }
  // How many decisions a list of the whole log has.
  size_t CountListed() const {
    ChildProcess list("stratagem",
                      {"log", "list", "-n", "0", "-o", "ndjson", "--server",
                       absl::StrCat("127.0.0.1:", port_)});
    EXPECT_EQ(list.WaitForExit(), 0) << list.errors();
    return ParseNdjson(list.output()).size();
  }
  // Replays the whole log and returns how many decisions are the same; fails
  // the test when others are there.
  size_t Replay() const {
    ChildProcess replay("stratagem",
                        {"replay", "--store", store_, "-o", "json"});
    EXPECT_EQ(replay.WaitForExit(), 0) << replay.errors();
    const json report = json::parse(replay.output(), nullptr,
                                    /*allow_exceptions=*/false);
    return report.is_object() ? report.value("same", size_t{0}) : 0;
  }
};

TEST_F(RetentionTest, WhatIsTooOldGoesAndWhatItCountedStays) {
  constexpr int kOld = 40;
  ASSERT_NO_FATAL_FAILURE(RunFor(kOld));
  EXPECT_THAT(acknowledged_[0].placements(0).slots(), SizeIs(2));
  // A day later, when a snapshot is there that starts need no older one.
  world_->clock_ahead_seconds = kDaySeconds + 3'600;
  ASSERT_NO_FATAL_FAILURE(RunFor(3));
  ASSERT_NO_FATAL_FAILURE(StartWith({"--retain-for", "1d"}));
  // The pack's activation stood before them.
  EXPECT_EQ(AwaitRemoval(), kOld + 2u);
  EXPECT_EQ(Stats().retention().records_removed(), kOld + 1u);
  // The card was given in a record that is gone.
  EXPECT_THAT(DecideOffers(), IsEmpty());
  ForgetBefore(kOld + 2);
  ExpectWhole();
  EXPECT_EQ(CountListed(), 4u);
  EXPECT_EQ(Replay(), 4u);
  Stop();

  world_->clock_ahead_seconds = 2 * kDaySeconds;
  ASSERT_NO_FATAL_FAILURE(StartWith({}));
  EXPECT_THAT(DecideOffers(), ElementsAre("gift"));
  world_->clock_ahead_seconds = 31 * kDaySeconds;
  EXPECT_THAT(DecideOffers(), UnorderedElementsAre("gift", "card"));
  EXPECT_EQ(CountListed(), 6u);
  Stop();
  EXPECT_EQ(Replay(), 6u);
}

TEST_F(RetentionTest, WhatOutgrowsItsRoomGoesOldestFirst) {
  constexpr size_t kOld = 600;
  constexpr uint64_t kBytesMax = 1'000'000;
  ASSERT_NO_FATAL_FAILURE(RunFor(kOld, 4'000));
  world_->clock_ahead_seconds = 3'600;
  ASSERT_NO_FATAL_FAILURE(RunFor(1));
  ASSERT_NO_FATAL_FAILURE(StartWith({"--retain-bytes", "1MB"}));
  v1::GetLogStatsResponse stats;
  uint64_t removed = 0;
  // It goes on in steps, and of one that is under way the bytes are told before
  // the number of its records.
  constexpr uint64_t kRemovedMin = 300;
  for (int i = 0; i < kLooksMax; ++i) {
    stats = Stats();
    removed = stats.retention().records_removed();
    if (stats.record_bytes() <= kBytesMax && removed > kRemovedMin &&
        stats.first_sequence() == removed + 1) {
      break;
    }
  }
  EXPECT_LE(stats.record_bytes(), kBytesMax);
  EXPECT_GT(removed, kRemovedMin);
  EXPECT_EQ(stats.first_sequence(), removed + 1);
  // The pack's activation stood before them.
  EXPECT_EQ(stats.records(), kOld + 2 - removed);
  ForgetBefore(removed + 1);
  ExpectWhole();
  EXPECT_EQ(CountListed(), kOld + 2 - removed);
  EXPECT_EQ(Replay(), kOld + 2 - removed);
  Stop();
}

}  // namespace
}  // namespace stratagem
