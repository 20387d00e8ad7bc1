// What must hold for retention: it removes what is too old or too much, oldest
// first, and never what somebody may still come back to.

#include "engine/store/retention.h"

#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/store/memory_store.h"
#include "engine/store/record_codec.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/store/awaited_append.h"
#include "tests/store/sample_records.h"
#include "tests/support/status_matchers.h"

namespace stratagem::store {
namespace {

const absl::Time kStart = absl::FromUnixSeconds(1'790'000'000);

class RetentionTest : public testing::Test {
 protected:
  // Records 1 to `records`, one an hour.
  void Append(int records) {
    for (int i = 0; i < records; ++i) {
      trace::DecisionRecord record = SampleRecord("c-1");
      record.decided_at = kStart + hours_++ * absl::Hours(1);
      ASSERT_THAT(AppendAndWait(*log_, Encode(record, log_->identity())),
                  IsOk());
    }
  }
  // Runs once at the time of the newest record.
  uint64_t FirstAfter(RetentionOptions options) {
    options.now = [this] { return kStart + (hours_ - 1) * absl::Hours(1); };
    options.interval = absl::InfiniteDuration();
    Retention retention(*log_, std::move(options));
    // Its own thread does the same, at the same time or before.
    EXPECT_THAT(retention.RunOnce(), IsOk());
    retention.Stop();
    removed_ = retention.stats().records_removed;
    return log_->stats().first_sequence;
  }

  std::unique_ptr<Store> log_ = NewMemoryStore();
  int hours_ = 0;
  uint64_t removed_ = 0;
};

TEST_F(RetentionTest, KeepsEverythingUnlessAsked) {
  Append(30);
  EXPECT_EQ(FirstAfter({}), 1u);
}

TEST_F(RetentionTest, RemovesWhatIsOlderThanAsked) {
  Append(1'000);
  // At hour 999 those of hours 0 to 899 are over 99 hours old; 900 is not.
  EXPECT_EQ(FirstAfter({.retain_for = absl::Hours(99)}), 901u);
  EXPECT_EQ(removed_, 900u);
}

TEST_F(RetentionTest, RemovesASingleOne) {
  Append(3);
  EXPECT_EQ(FirstAfter({.retain_for = absl::Minutes(90)}), 2u);
  EXPECT_EQ(removed_, 1u);
}

TEST_F(RetentionTest, OutcomesAreOfTheirTimeToo) {
  trace::OutcomeRecord outcome;
  outcome.recorded_at = kStart;
  ASSERT_THAT(AppendAndWait(*log_, EncodeOutcome(outcome, log_->identity())),
              IsOk());
  hours_ = 50;
  Append(1);
  EXPECT_EQ(FirstAfter({.retain_for = absl::Hours(50)}), 1u);
  EXPECT_EQ(FirstAfter({.retain_for = absl::Hours(49)}), 2u);
}

TEST_F(RetentionTest, ItsOwnThreadRemovesForEitherReason) {
  Append(10);
  const RetentionOptions reasons[] = {{.retain_for = absl::Hours(95)},
                                      {.retain_bytes = 1}};
  for (RetentionOptions options : reasons) {
    const uint64_t first = log_->stats().first_sequence;
    options.now = [] { return kStart + absl::Hours(99); };
    const Retention retention(*log_, std::move(options));
    while (log_->stats().first_sequence == first) std::this_thread::yield();
  }
}

TEST_F(RetentionTest, RemovesTheOldestWhileThereIsTooMuch) {
  Append(1'000);
  const uint64_t bytes = log_->Size()->record_bytes;
  EXPECT_EQ(FirstAfter({.retain_bytes = bytes}), 1u);
  const uint64_t first = FirstAfter({.retain_bytes = bytes / 2});
  // By whole steps, and no step more than needed.
  EXPECT_EQ(first, 1 + 2 * kTrimRecordsMax);
  EXPECT_LE(log_->Size()->record_bytes, bytes / 2);
}

TEST_F(RetentionTest, WhatIsTooYoungStaysHoweverMuchThereIs) {
  Append(1'000);
  EXPECT_EQ(
      FirstAfter({.retain_bytes = 1, .retain_at_least = absl::Hours(500)}),
      500u);
  EXPECT_EQ(FirstAfter({.retain_for = absl::Hours(1),
                        .retain_at_least = absl::Hours(500)}),
            500u);
}

TEST_F(RetentionTest, WhatAStartReadsStays) {
  Append(1'000);
  EXPECT_EQ(FirstAfter({.retain_for = absl::Hours(1),
                        .removable_through = [] { return uint64_t{77}; }}),
            78u);
  EXPECT_EQ(FirstAfter({.retain_for = absl::Hours(1),
                        .removable_through = [] { return uint64_t{0}; }}),
            78u);
}

TEST_F(RetentionTest, WhatHasNoTimeGoesWithWhatComesAfterIt) {
  ASSERT_THAT(AppendAndWait(*log_, RecordBytes{"\xff\xff", ""}), IsOk());
  Append(1);
  ASSERT_THAT(AppendAndWait(*log_, RecordBytes{"\xff\xff", ""}), IsOk());
  hours_ = 50;
  Append(1);
  EXPECT_EQ(FirstAfter({.retain_for = absl::Hours(100)}), 1u);
  EXPECT_EQ(FirstAfter({.retain_for = absl::Hours(10)}), 3u);
}

TEST_F(RetentionTest, FailuresAreCountedAndTheNextRoundTriesAgain) {
  Append(3);
  log_->Close();
  Retention retention(*log_, {.retain_for = absl::Hours(1),
                              .interval = absl::ZeroDuration(),
                              .now = [] { return kStart + absl::Hours(99); }});
  while (retention.stats().failures < 2) std::this_thread::yield();
  EXPECT_EQ(retention.stats().records_removed, 0u);
}

}  // namespace
}  // namespace stratagem::store
