// What must hold for questions to a log: every store finds the decisions that a
// plain look at each record finds, in pages of any size, whatever is derived so
// far, trimmed, or appended in between; and no page takes more work than
// promised.

#include "engine/store/log_query.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/store/memory_store.h"
#include "engine/store/projection.h"
#include "engine/store/record_codec.h"
#include "engine/store/sqlite_store.h"
#include "engine/trace/decision_record.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/store/awaited_append.h"
#include "tests/store/sample_records.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace stratagem::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using trace::DecisionRecord;

using Sequences = std::vector<uint64_t>;

const absl::Time kStart = absl::FromUnixSeconds(1'790'000'000);

constexpr const char* kTiers[] = {"gold", "silver", "bronze"};
constexpr const char* kOffers[] = {"vip_event", "coupon", "upgrade"};
constexpr const char* kCells[] = {"loyal", "list", ""};
constexpr const char* kCustomers[] = {"c-1", "c-2", "c-3", "c-4"};
constexpr const char* kVersions[] = {"1.0", "1.1"};
constexpr trace::Role kRoles[] = {trace::Role::kLive, trace::Role::kDryRun,
                                  trace::Role::kCanary};
constexpr trace::Reason kReasons[] = {trace::Reason::kEligibility,
                                      trace::Reason::kMinScore,
                                      trace::Reason::kLimit};

class Draw {
 public:
  explicit Draw(uint64_t seed) : random_(seed) {}
  uint64_t Below(uint64_t end) { return random_() % end; }
  bool Coin() { return Below(2) == 0; }
  template <typename T, size_t kCount>
  T Of(const T (&choices)[kCount]) {
    return choices[Below(kCount)];
  }

  DecisionRecord Decision() {
    DecisionRecord record = SampleRecord(Of(kCustomers));
    // Clocks jump: times are not in the order of the log.
    record.decided_at =
        kStart + absl::Minutes(static_cast<int64_t>(Below(5 * 24 * 60)));
    record.role = Of(kRoles);
    record.tier = Of(kTiers);
    record.pack_version = Of(kVersions);
    record.treatments = {{.name = "pricing", .cell = Of(kCells)}};
    record.slots[0].offer = Of(kOffers);
    record.exclusions[0].offer = Of(kOffers);
    record.exclusions[0].reason = Of(kReasons);
    record.exclusions[1].reason = Of(kReasons);
    if (Below(4) == 0) {
      record.degradations = {
          {trace::Reason::kIndicatorError, "nps", ErrorCode::kOverflow}};
    }
    return record;
  }

  trace::OutcomeRecord Outcome(uint64_t decisions) {
    trace::OutcomeRecord outcome;
    outcome.recorded_at =
        kStart + absl::Minutes(static_cast<int64_t>(Below(5 * 24 * 60)));
    outcome.occurred_at = outcome.recorded_at - absl::Seconds(3);
    outcome.decision_sequence = 1 + Below(decisions);
    outcome.offer = Of(kOffers);
    outcome.outcome =
        Coin() ? state::Outcome::kAccepted : state::Outcome::kRevenue;
    outcome.outcome_id = Coin() ? "r-1" : "r-2";
    outcome.status = Below(4) == 0 ? trace::OutcomeStatus::kLate
                                   : trace::OutcomeStatus::kRecorded;
    outcome.revenue_micros = static_cast<int64_t>(Below(100));
    outcome.customer_id = "c-1";
    return outcome;
  }

  DecisionFilter Filter(const Identity& identity) {
    DecisionFilter filter;
    if (Below(4) == 0) {
      filter.subject = SubjectOf(identity.subject_key, Of(kCustomers));
    }
    if (Below(4) == 0) {
      filter.from = kStart + absl::Minutes(static_cast<int64_t>(Below(7'200)));
      filter.until =
          filter.from + absl::Minutes(static_cast<int64_t>(Below(3'000)));
    }
    if (Below(4) == 0) filter.role = std::string(trace::RoleName(Of(kRoles)));
    if (Below(4) == 0) filter.tier = Of(kTiers);
    if (Below(4) == 0) filter.stage = Coin() ? "mature" : "new";
    if (Below(4) == 0) filter.pack = "retail";
    if (!filter.pack.empty() && Coin()) filter.version = Of(kVersions);
    if (Below(4) == 0) filter.degraded = Coin();
    if (Below(4) == 0) filter.treatments = {{"pricing", Of(kCells)}};
    if (Below(4) == 0) filter.offers = {Of(kOffers)};
    if (Below(3) == 0) {
      ExclusionFilter exclusion = {
          Of(kOffers), std::string(trace::ReasonName(Of(kReasons)))};
      if (Below(3) == 0) exclusion.offer = "";
      if (!exclusion.offer.empty() && Coin()) exclusion.reason = "";
      filter.exclusions = {exclusion};
    }
    return filter;
  }

 private:
  std::mt19937_64 random_;
};

bool Excludes(const DecisionRecord& record, const ExclusionFilter& filter) {
  return std::any_of(
      record.exclusions.begin(), record.exclusions.end(),
      [&](const trace::Exclusion& exclusion) {
        return (filter.offer.empty() || exclusion.offer == filter.offer) &&
               (filter.reason.empty() ||
                trace::ReasonName(exclusion.reason) == filter.reason);
      });
}

// What a filter means, said a second time.
bool Asked(const DecisionFilter& filter, const DecodedRecord& decoded) {
  const DecisionRecord& record = decoded.decision();
  const auto is = [](const std::string& asked, absl::string_view found) {
    return asked.empty() || asked == found;
  };
  return (!filter.subject.has_value() ||
          *filter.subject == decoded.header().subject) &&
         filter.from <= record.decided_at && record.decided_at < filter.until &&
         is(filter.role, trace::RoleName(record.role)) &&
         is(filter.tier, record.tier) && is(filter.stage, record.stage) &&
         is(filter.pack, record.pack_name) &&
         is(filter.version, record.pack_version) &&
         filter.degraded.value_or(record.degraded()) == record.degraded() &&
         (filter.treatments.empty() ||
          filter.treatments[0].cell == record.treatments[0].cell) &&
         (filter.offers.empty() || filter.offers[0] == record.slots[0].offer) &&
         (filter.exclusions.empty() || Excludes(record, filter.exclusions[0]));
}

// All that `filter` asks for, by a look at each record.
Sequences Scan(const Store& store, const DecisionFilter& filter) {
  Sequences found;
  uint64_t after = store.stats().first_sequence - 1;
  while (true) {
    const auto entries = store.Read(after, 100);
    EXPECT_THAT(entries, IsOk());
    if (!entries.ok() || entries->empty()) return found;
    for (const LogEntry& entry : *entries) {
      after = entry.position.sequence;
      const auto record = Decode(entry.record);
      if (record.ok() && Asked(filter, **record)) found.push_back(after);
    }
  }
}

// All pages of `query`, one after the other.
Sequences AllPages(const Store& store, DecisionQuery query) {
  Sequences found;
  while (true) {
    const auto page = store.Find(query);
    EXPECT_THAT(page, IsOk());
    if (!page.ok()) return found;
    EXPECT_LE(page->sequences.size(), query.limit);
    found.insert(found.end(), page->sequences.begin(), page->sequences.end());
    if (!page->next.has_value()) return found;
    query.start = *page->next;
  }
}

struct StoreKind {
  std::string name;
  std::unique_ptr<Store> (*open)(const std::string& directory);
};

std::unique_ptr<Store> OpenSqlite(const std::string& directory, bool project) {
  auto store = OpenSqliteStore({.directory = directory, .project = project});
  EXPECT_THAT(store, IsOk());
  return store.ok() ? *std::move(store) : nullptr;
}

class LogQueryTest : public testing::TestWithParam<StoreKind> {
 protected:
  std::unique_ptr<Store> Open() {
    return GetParam().open(directory_.Join("store"));
  }
  void Append(Store& store, int records) {
    for (int i = 0; i < records; ++i) {
      RecordBytes bytes =
          draw_.Below(5) == 0
              ? EncodeOutcome(draw_.Outcome(60), store.identity())
              : Encode(draw_.Decision(), store.identity());
      ASSERT_THAT(AppendAndWait(store, std::move(bytes)), IsOk());
    }
  }
  // Asks at random, and compares with a look at each record.
  void CheckQueries(const Store& store, int queries) {
    for (int i = 0; i < queries; ++i) {
      DecisionQuery query;
      query.filter = draw_.Filter(store.identity());
      query.newest_first = draw_.Coin();
      query.start = query.newest_first ? UINT64_MAX : 0;
      query.limit = 1 + draw_.Below(40);
      Sequences want = Scan(store, query.filter);
      if (query.newest_first) std::reverse(want.begin(), want.end());
      ASSERT_EQ(AllPages(store, query), want) << "query " << i;
    }
  }
  // Counts are those of a fold over what the log holds.
  void CheckCounts(const Store& store) {
    LogCounter counter;
    for (uint64_t after = store.stats().first_sequence - 1;
         after < store.stats().last_sequence;) {
      const auto entries = store.Read(after, 1'000);
      ASSERT_THAT(entries, IsOk());
      for (const LogEntry& entry : *entries) counter.Add(entry);
      after = entries->back().position.sequence;
    }
    EXPECT_EQ(*store.CountsByDay(INT64_MIN, INT64_MAX), counter.Counts());
    EXPECT_EQ(*store.Counts(), TotalsOf(counter.Counts()));
  }

  TempDir directory_;
  Draw draw_{7};
};

INSTANTIATE_TEST_SUITE_P(
    Stores, LogQueryTest,
    testing::Values(StoreKind{"Memory",
                              [](const std::string&) {
                                return NewMemoryStore();
                              }},
                    StoreKind{"Sqlite",
                              [](const std::string& directory) {
                                return OpenSqlite(directory, true);
                              }}),
    [](const auto& param_info) { return param_info.param.name; });

TEST_P(LogQueryTest, FindsWhatALookAtEachRecordFinds) {
  auto store = Open();
  Append(*store, 400);
  CheckQueries(*store, 150);  // Some of it is not in tables yet.
  AwaitProjected(*store);
  CheckQueries(*store, 150);
  CheckCounts(*store);
}

TEST_P(LogQueryTest, WhatIsTrimmedIsGoneFromAnswersAndCounts) {
  auto store = Open();
  Append(*store, 400);
  AwaitProjected(*store);
  for (const uint64_t through : {1u, 60u, 61u, 300u}) {
    uint64_t first = 0;
    for (auto at = store->Trim(through); at.ok() && *at != first;
         at = store->Trim(through)) {
      first = *at;
    }
    ASSERT_EQ(store->stats().first_sequence, through + 1);
    ASSERT_EQ(store->stats().records, 400 - through);
    CheckQueries(*store, 40);
    CheckCounts(*store);
  }
  Append(*store, 50);
  AwaitProjected(*store);
  CheckQueries(*store, 40);
  CheckCounts(*store);
}

TEST_P(LogQueryTest, PagesStayRightWhileTheLogGrows) {
  auto store = Open();
  Append(*store, 50);
  DecisionQuery query;
  query.limit = 10;
  const auto first = store->Find(query);
  ASSERT_THAT(first, IsOk());
  const Sequences want = Scan(*store, {});
  Append(*store, 30);
  query.start = *first->next;
  Sequences found = first->sequences;
  const Sequences rest = AllPages(*store, query);
  found.insert(found.end(), rest.begin(), rest.end());
  EXPECT_EQ(found, Sequences(want.rbegin(), want.rend()));
}

TEST_P(LogQueryTest, APageEndsWhenItHasTakenEnoughWork) {
  auto store = Open();
  constexpr int kRecords = 2 * static_cast<int>(kLooksMax / kLooksOfARecord);
  const RecordBytes bytes = SampleBytes("c-1", store->identity());
  for (int i = 1; i < kRecords; ++i) {
    ASSERT_THAT(store->Append(bytes, [](auto) {}), IsOk());
  }
  ASSERT_THAT(AppendAndWait(*store, bytes), IsOk());
  AwaitProjected(*store);
  DecisionQuery query;
  // No index helps: all decisions are of one hour, and none is of its end.
  query.filter.from = kStart + absl::Minutes(1);
  query.filter.until = kStart + absl::Minutes(2);
  size_t pages = 0;
  for (auto page = store->Find(query); page.ok(); page = store->Find(query)) {
    EXPECT_THAT(page->sequences, IsEmpty());
    ++pages;
    if (!page->next.has_value()) break;
    EXPECT_LT(*page->next, query.start);
    query.start = *page->next;
  }
  const bool by_scan = GetParam().name == "Memory";
  EXPECT_EQ(pages, by_scan ? 2u : 1u);
}

TEST_P(LogQueryTest, AnOutcomeThatIsToldTwiceIsOneAsItWasToldFirst) {
  auto store = Open();
  ASSERT_THAT(AppendAndWait(*store, "c-1"), IsOk());
  trace::OutcomeRecord outcome;
  outcome.recorded_at = kStart;
  outcome.occurred_at = kStart - absl::Seconds(5);
  outcome.decision_sequence = 1;
  outcome.offer = "vip_event";
  outcome.outcome = state::Outcome::kAccepted;
  const auto append = [&] {
    ASSERT_THAT(
        AppendAndWait(*store, EncodeOutcome(outcome, store->identity())),
        IsOk());
  };
  append();
  outcome.status = trace::OutcomeStatus::kLate;
  outcome.recorded_at += absl::Hours(48);
  append();
  outcome.outcome = state::Outcome::kRevenue;
  outcome.revenue_micros = -5'000'000;
  outcome.revenue_currency = "CNY";
  for (const char* report : {"r-1", "r-2", "r-1"}) {
    outcome.outcome_id = report;
    append();
  }
  AwaitProjected(*store);
  const auto outcomes = store->Outcomes(1);
  ASSERT_THAT(outcomes, IsOkAndHolds(SizeIs(3)));
  EXPECT_EQ((*outcomes)[0],
            (OutcomeRow{.sequence = 2,
                        .decision_sequence = 1,
                        .offer = "vip_event",
                        .outcome = "accepted",
                        .status = "recorded",
                        .outcome_id = "",
                        .occurred_at = kStart - absl::Seconds(5),
                        .recorded_at = kStart,
                        .revenue_micros = 0,
                        .revenue_currency = ""}));
  EXPECT_EQ((*outcomes)[1].sequence, 4u);
  EXPECT_EQ((*outcomes)[1].revenue_micros, -5'000'000);
  EXPECT_EQ((*outcomes)[1].revenue_currency, "CNY");
  EXPECT_EQ((*outcomes)[2].outcome_id, "r-2");
  EXPECT_THAT(store->Outcomes(2), IsOkAndHolds(IsEmpty()));
  EXPECT_THAT(
      store->CountsByDay(DayOf(kStart), DayOf(kStart) + 1),
      IsOkAndHolds(testing::IsSupersetOf(
          {DayCount{DayOf(kStart), {"outcome", "accepted", 1}},
           DayCount{DayOf(kStart), {"outcome_status", "recorded", 1}}})));
  EXPECT_THAT(
      store->Counts(),
      IsOkAndHolds(testing::Contains(StoreCount{"outcome_status", "late", 2})));
}

TEST_P(LogQueryTest, TheNewestRecordIsNeverTrimmed) {
  auto store = Open();
  EXPECT_THAT(store->Trim(10), IsOkAndHolds(1u));
  Append(*store, 3);
  AwaitProjected(*store);
  EXPECT_THAT(store->Trim(10), IsOkAndHolds(3u));
  EXPECT_THAT(store->Read(2, 10), IsOkAndHolds(SizeIs(1)));
  EXPECT_THAT(store->Read(1, 10),
              StatusIs(absl::StatusCode::kOutOfRange,
                       testing::HasSubstr("the log begins with 3")));
  ASSERT_THAT(AppendAndWait(*store, "c-1"), IsOk());
  EXPECT_EQ(store->stats().last_sequence, 4u);
}

class SqliteTrimTest : public testing::Test {
 protected:
  std::unique_ptr<Store> Open(bool project = true) {
    return OpenSqlite(directory_, project);
  }
  static void TrimAll(Store& store, uint64_t through) {
    while (store.stats().first_sequence <= through) {
      ASSERT_THAT(store.Trim(through), IsOk());
    }
  }
  TempDir temp_;
  const std::string directory_ = temp_.Join("store");
};

TEST_F(SqliteTrimTest, ATrimmedLogOpensWhereItBegins) {
  std::vector<StoreCount> counts;
  {
    auto store = Open();
    for (int i = 0; i < 20; ++i) {
      ASSERT_THAT(AppendAndWait(*store, absl::StrCat("c-", i)), IsOk());
    }
    AwaitProjected(*store);
    TrimAll(*store, 12);
    counts = *store->Counts();
  }
  auto store = Open();
  EXPECT_EQ(store->stats().first_sequence, 13u);
  EXPECT_EQ(store->stats().last_sequence, 20u);
  // Not built anew: they were right.
  EXPECT_EQ(store->stats().projected_sequence, 20u);
  EXPECT_EQ(*store->Counts(), counts);
}

TEST_F(SqliteTrimTest, TablesThatBeginElsewhereAreBuiltAnew) {
  {
    auto store = Open();
    for (int i = 0; i < 20; ++i) {
      ASSERT_THAT(AppendAndWait(*store, absl::StrCat("c-", i)), IsOk());
    }
    AwaitProjected(*store);
  }
  {
    auto store = Open(/*project=*/false);
    TrimAll(*store, 12);
  }
  auto store = Open();
  AwaitProjected(*store);
  EXPECT_THAT(store->Counts(),
              IsOkAndHolds(testing::Contains(StoreCount{"role", "live", 8})));
}

TEST_F(SqliteTrimTest, TheDiskGetsItsRoomBack) {
  const std::string customer(2'000, 'x');
  {
    auto store = Open();
    const RecordBytes bytes = SampleBytes(customer, store->identity());
    for (int i = 1; i < 3'000; ++i) {
      ASSERT_THAT(store->Append(bytes, [](auto) {}), IsOk());
    }
    ASSERT_THAT(AppendAndWait(*store, bytes), IsOk());
    AwaitProjected(*store);
    const StoreSize before = *store->Size();
    TrimAll(*store, 2'900);
    const StoreSize after = *store->Size();
    EXPECT_LT(after.record_bytes, before.record_bytes / 10);
    EXPECT_LT(after.file_bytes, before.file_bytes / 5);
  }
  EXPECT_LT(std::filesystem::file_size(directory_ + "/log.db"), 1'500'000u);
  EXPECT_LT(std::filesystem::file_size(directory_ + "/views.db"), 300'000u);
  auto store = Open();
  EXPECT_THAT(store->Read(2'900, 1'000), IsOkAndHolds(SizeIs(100)));
}

TEST(DayOfTest, DaysBeginAtMidnightUtcAlsoBefore1970) {
  EXPECT_EQ(DayOf(absl::UnixEpoch()), 0);
  EXPECT_EQ(DayOf(absl::UnixEpoch() - absl::Seconds(1)), -1);
  EXPECT_EQ(DayOf(absl::UnixEpoch() - absl::Hours(24)), -1);
  EXPECT_EQ(DayOf(absl::UnixEpoch() + absl::Hours(24)), 1);
  EXPECT_EQ(HourOf(absl::UnixEpoch() + absl::Minutes(119)), 1);
}

}  // namespace
}  // namespace stratagem::store
