// What every store promises (store.h), tried on each of them.

#include <atomic>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/store/memory_store.h"
#include "engine/store/record_codec.h"
#include "engine/store/sqlite_store.h"
#include "engine/store/store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/store/awaited_append.h"
#include "tests/store/sample_records.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace stratagem::store {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

struct StoreKind {
  std::string name;
  std::unique_ptr<Store> (*open)(const std::string& directory,
                                 const QueueOptions& queue);
};

class StoreContractTest : public testing::TestWithParam<StoreKind> {
 protected:
  std::unique_ptr<Store> Open(const QueueOptions& queue = {}) {
    return GetParam().open(directory_.Join("store"), queue);
  }
  TempDir directory_;
};

INSTANTIATE_TEST_SUITE_P(
    Stores, StoreContractTest,
    testing::Values(
        StoreKind{"Memory",
                  [](const std::string&, const QueueOptions& queue) {
                    return NewMemoryStore({.queue = queue});
                  }},
        StoreKind{"Sqlite",
                  [](const std::string& directory, const QueueOptions& queue) {
                    auto store = OpenSqliteStore(
                        {.directory = directory, .queue = queue});
                    EXPECT_THAT(store, IsOk());
                    return store.ok() ? *std::move(store) : nullptr;
                  }}),
    [](const auto& param_info) { return param_info.param.name; });

TEST_P(StoreContractTest, ANewLogIsEmptyAndInItsFirstEpoch) {
  auto store = Open();
  EXPECT_EQ(store->identity().epoch, 1u);
  EXPECT_THAT(store->identity().node_id, SizeIs(16));
  EXPECT_THAT(store->Read(0, 10), IsOkAndHolds(IsEmpty()));
  EXPECT_EQ(store->stats().records, 0u);
  EXPECT_EQ(store->stats().last_sequence, 0u);
  EXPECT_THAT(store->Counts(), IsOkAndHolds(IsEmpty()));
}

TEST_P(StoreContractTest, RecordsComeBackAsTheyWereInTheirOrder) {
  auto store = Open();
  for (const char* customer : {"a", "b", "c"}) {
    ASSERT_THAT(AppendAndWait(*store, customer), IsOk());
  }
  const auto entries = store->Read(0, 10);
  ASSERT_THAT(entries, IsOkAndHolds(SizeIs(3)));
  for (size_t i = 0; i < 3; ++i) {
    const LogEntry& entry = (*entries)[i];
    const RecordBytes want = SampleBytes(
        std::string(1, static_cast<char>('a' + i)), store->identity());
    EXPECT_EQ(entry.position.epoch, 1u);
    EXPECT_EQ(entry.position.sequence, i + 1);
    EXPECT_EQ(entry.record.envelope, want.envelope);
    EXPECT_EQ(entry.record.personal, want.personal);
  }
}

TEST_P(StoreContractTest, EmptyAndBinaryBytesComeBack) {
  auto store = Open();
  const std::string binary("\0\xff\0", 3);
  ASSERT_THAT(AppendAndWait(*store, RecordBytes{"", ""}), IsOk());
  ASSERT_THAT(AppendAndWait(*store, RecordBytes{binary, binary}), IsOk());
  const auto entries = store->Read(0, 10);
  ASSERT_THAT(entries, IsOkAndHolds(SizeIs(2)));
  EXPECT_EQ((*entries)[0].record.envelope, "");
  EXPECT_EQ((*entries)[1].record.envelope, binary);
  EXPECT_EQ((*entries)[1].record.personal, binary);
}

TEST_P(StoreContractTest, ReadGoesOnAfterASequenceUpToALimit) {
  auto store = Open();
  for (int i = 1; i <= 5; ++i) {
    ASSERT_THAT(AppendAndWait(*store, absl::StrCat("c", i)), IsOk());
  }
  const auto sequences = [&](uint64_t after, size_t limit) {
    std::vector<uint64_t> found;
    const auto entries = store->Read(after, limit);
    EXPECT_THAT(entries, IsOk());
    for (const LogEntry& entry : *entries) {
      found.push_back(entry.position.sequence);
    }
    return found;
  };
  EXPECT_THAT(sequences(0, 2), ElementsAre(1, 2));
  EXPECT_THAT(sequences(2, 2), ElementsAre(3, 4));
  EXPECT_THAT(sequences(4, 2), ElementsAre(5));
  EXPECT_THAT(sequences(5, 2), IsEmpty());
  EXPECT_THAT(sequences(0, 0), IsEmpty());
  EXPECT_THAT(sequences(~uint64_t{0}, ~size_t{0}), IsEmpty());
}

TEST_P(StoreContractTest, OneReadHoldsABoundOfBytesButAlwaysOneRecord) {
  auto store = Open();
  const std::string large(kReadBytesMax / 2 + 1, 'x');
  const std::string giant(kReadBytesMax + 1, 'y');
  for (const std::string* bytes : {&large, &large, &giant}) {
    ASSERT_THAT(AppendAndWait(*store, RecordBytes{*bytes, ""}), IsOk());
  }
  EXPECT_THAT(store->Read(0, 10), IsOkAndHolds(SizeIs(1)));
  EXPECT_THAT(store->Read(1, 10), IsOkAndHolds(SizeIs(1)));
  EXPECT_THAT(store->Read(2, 10), IsOkAndHolds(SizeIs(1)));
}

TEST_P(StoreContractTest, ManyThreadsShareOneGaplessLogInTheirOwnOrder) {
  constexpr int kThreads = 8;
  constexpr int kRecords = 200;
  auto store = Open();
  std::atomic<int> acknowledged = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kRecords; ++i) {
        const std::string customer = absl::StrCat(t, ":", i);
        const absl::Status queued = store->Append(
            SampleBytes(customer, store->identity()),
            [&](absl::StatusOr<Position> at) { acknowledged += at.ok(); });
        EXPECT_THAT(queued, IsOk());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  store->Close();
  EXPECT_EQ(acknowledged, kThreads * kRecords);

  // Read() itself fails at a gap in sqlite; CustomersOf() reads by position.
  const std::vector<std::string> customers = CustomersOf(*store);
  ASSERT_THAT(customers, SizeIs(kThreads * kRecords));
  std::vector<int> next(kThreads, 0);
  for (const std::string& customer : customers) {
    const size_t t = static_cast<size_t>(customer[0] - '0');
    EXPECT_EQ(customer, absl::StrCat(t, ":", next[t]++));
  }
}

TEST_P(StoreContractTest, CallbacksRunInTheOrderOfTheLog) {
  auto store = Open();
  std::vector<uint64_t> sequences;  // Written by one thread of the store.
  for (int i = 0; i < 300; ++i) {
    ASSERT_THAT(store->Append(SampleBytes("c", store->identity()),
                              [&](absl::StatusOr<Position> at) {
                                sequences.push_back(at->sequence);
                              }),
                IsOk());
  }
  store->Close();
  ASSERT_THAT(sequences, SizeIs(300));
  for (size_t i = 0; i < 300; ++i) EXPECT_EQ(sequences[i], i + 1);
}

// Keeps the completer busy until Release(), so that what is appended meanwhile
// counts as waiting.
class HeldCallback {
 public:
  Committed done() {
    return [this](absl::StatusOr<Position>) {
      entered_.set_value();
      released_.get_future().wait();
    };
  }
  void AwaitEntered() { entered_.get_future().wait(); }
  void Release() { released_.set_value(); }

 private:
  std::promise<void> entered_;
  std::promise<void> released_;
};

TEST_P(StoreContractTest, AFullQueueRefusesTheRecordAndCountsIt) {
  auto store = Open({.records_max = 3});
  HeldCallback held;
  ASSERT_THAT(store->Append({"one", ""}, held.done()), IsOk());
  held.AwaitEntered();
  std::atomic<int> called = 0;
  const Committed count = [&](absl::StatusOr<Position>) { ++called; };
  ASSERT_THAT(store->Append({"two", ""}, count), IsOk());
  ASSERT_THAT(store->Append({"three", ""}, count), IsOk());
  EXPECT_EQ(store->stats().queue_records, 3u);
  EXPECT_EQ(store->stats().queue_bytes, 11u);
  EXPECT_THAT(store->Append({"four", ""}, count),
              StatusIs(absl::StatusCode::kResourceExhausted,
                       HasSubstr("3 of 3 records")));
  EXPECT_EQ(store->stats().appends_refused, 1u);
  held.Release();
  store->Close();
  EXPECT_EQ(called, 2);
  EXPECT_EQ(store->stats().queue_records, 0u);
  EXPECT_EQ(store->stats().queue_bytes, 0u);
  EXPECT_EQ(store->stats().records, 3u);
}

TEST_P(StoreContractTest, AQueueIsFullByBytesToo) {
  auto store = Open({.bytes_max = 10});
  HeldCallback held;
  ASSERT_THAT(store->Append({"12345", ""}, held.done()), IsOk());
  held.AwaitEntered();
  const Committed ignore = [](absl::StatusOr<Position>) {};
  EXPECT_THAT(store->Append({"123", "456"}, ignore),
              StatusIs(absl::StatusCode::kResourceExhausted,
                       HasSubstr("5 of 10 bytes wait, found one of 6 bytes")));
  EXPECT_THAT(store->Append({"123", "45"}, ignore), IsOk());
  held.Release();
  store->Close();
  EXPECT_EQ(store->stats().records, 2u);
}

TEST_P(StoreContractTest, AQueueTakesRecordsAgainOnceItHasRoom) {
  auto store = Open({.records_max = 1});
  for (int i = 0; i < 5; ++i) {
    // The place is free when `done` has returned, a moment after it was called.
    absl::StatusOr<Position> at = AppendAndWait(*store, "c");
    while (absl::IsResourceExhausted(at.status())) {
      std::this_thread::yield();
      at = AppendAndWait(*store, "c");
    }
    EXPECT_THAT(at, IsOk());
  }
}

TEST_P(StoreContractTest, BatchesHoldNoMoreThanTheirBound) {
  auto store = Open({.batch_records_max = 10});
  HeldCallback held;
  ASSERT_THAT(store->Append({"first", ""}, held.done()), IsOk());
  for (int i = 0; i < 100; ++i) {
    ASSERT_THAT(store->Append({"x", ""}, [](absl::StatusOr<Position>) {}),
                IsOk());
  }
  held.AwaitEntered();
  held.Release();
  store->Close();
  EXPECT_GE(store->stats().commits, 11u);
  EXPECT_EQ(store->stats().records, 101u);
}

TEST_P(StoreContractTest, CloseCommitsWhatWaitsAndRefusesTheRest) {
  auto store = Open();
  std::atomic<int> acknowledged = 0;
  for (int i = 0; i < 100; ++i) {
    ASSERT_THAT(
        store->Append({"x", ""}, [&](auto at) { acknowledged += at.ok(); }),
        IsOk());
  }
  store->Close();
  EXPECT_EQ(acknowledged, 100);
  EXPECT_THAT(
      store->Append({"y", ""},
                    [](auto) { FAIL() << "called for a refused record"; }),
      StatusIs(absl::StatusCode::kUnavailable, HasSubstr("closed")));
  store->Close();
  EXPECT_THAT(store->Read(0, 200), IsOkAndHolds(SizeIs(100)));
  EXPECT_EQ(store->stats().appends_refused, 0u);
}

TEST_P(StoreContractTest, ReadersSeeWholePrefixesWhileOthersWrite) {
  auto store = Open();
  std::atomic<bool> writing = true;
  std::thread reader([&] {
    size_t seen = 0;
    while (writing) {
      const std::vector<std::string> customers = CustomersOf(*store);
      EXPECT_GE(customers.size(), seen);
      seen = customers.size();
      for (size_t i = 0; i < seen; ++i) {
        EXPECT_EQ(customers[i], absl::StrCat(i));
      }
    }
  });
  for (int i = 0; i < 200; ++i) {
    EXPECT_THAT(AppendAndWait(*store, absl::StrCat(i)), IsOk());
    // Durable means visible.
    EXPECT_EQ(store->stats().last_sequence, static_cast<uint64_t>(i) + 1);
  }
  writing = false;
  reader.join();
  EXPECT_THAT(CustomersOf(*store), SizeIs(200));
}

TEST_P(StoreContractTest, FlushIsCalledAfterAllThatWasAppendedBefore) {
  auto store = Open();
  std::vector<uint64_t> durable;  // Written by one thread of the store.
  for (int i = 0; i < 3; ++i) {
    ASSERT_THAT(store->Append({"x", ""},
                              [&](absl::StatusOr<Position> at) {
                                durable.push_back(at->sequence);
                              }),
                IsOk());
  }
  std::promise<Position> flushed;
  ASSERT_THAT(store->Flush([&](absl::StatusOr<Position> at) {
    EXPECT_THAT(durable, ElementsAre(1, 2, 3));
    flushed.set_value(at.ok() ? *at : Position{});
  }),
              IsOk());
  const Position last = flushed.get_future().get();
  EXPECT_EQ(last.epoch, 1u);
  EXPECT_EQ(last.sequence, 3u);
  EXPECT_THAT(store->Read(0, 10), IsOkAndHolds(SizeIs(3)));
  store->Close();
  EXPECT_EQ(store->stats().queue_records, 0u);
  EXPECT_THAT(store->Flush([](auto) { FAIL() << "called for a closed store"; }),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr("closed")));
}

TEST_P(StoreContractTest, FlushOfAnEmptyLogNamesNoRecord) {
  auto store = Open();
  std::promise<uint64_t> flushed;
  ASSERT_THAT(store->Flush([&](absl::StatusOr<Position> at) {
    flushed.set_value(at.ok() ? at->sequence : 99);
  }),
              IsOk());
  EXPECT_EQ(flushed.get_future().get(), 0u);
  EXPECT_EQ(store->stats().commits, 0u);
}

TEST_P(StoreContractTest, FlushCountsAsWaiting) {
  auto store = Open({.records_max = 2});
  HeldCallback held;
  ASSERT_THAT(store->Append({"one", ""}, held.done()), IsOk());
  held.AwaitEntered();
  std::atomic<int> called = 0;
  const Committed count = [&](absl::StatusOr<Position>) { ++called; };
  ASSERT_THAT(store->Flush(count), IsOk());
  EXPECT_THAT(store->Flush(count),
              StatusIs(absl::StatusCode::kResourceExhausted,
                       HasSubstr("2 of 2 records")));
  held.Release();
  store->Close();
  EXPECT_EQ(called, 1);
}

std::vector<StoreCount> AwaitedCounts(const Store& store) {
  while (store.stats().projected_sequence < store.stats().last_sequence) {
    std::this_thread::yield();
  }
  auto counts = store.Counts();
  EXPECT_THAT(counts, IsOk());
  return counts.ok() ? *std::move(counts) : std::vector<StoreCount>();
}

TEST_P(StoreContractTest, CountsSayWhatCustomersGotAndRolesCountAll) {
  auto store = Open();
  const auto append = [&](trace::Role role, absl::string_view tier,
                          bool degraded) {
    trace::DecisionRecord record = SampleRecord("c-1");
    record.role = role;
    record.tier = tier;
    if (degraded) {
      record.degradations = {
          {trace::Reason::kIndicatorError, "nps", ErrorCode::kOverflow}};
    }
    ASSERT_THAT(AppendAndWait(*store, Encode(record, store->identity())),
                IsOk());
  };
  append(trace::Role::kLive, "gold", false);
  append(trace::Role::kCanary, "gold", true);
  append(trace::Role::kLive, "", false);
  append(trace::Role::kDryRun, "gold", true);
  append(trace::Role::kAsOf, "gold", true);
  append(trace::Role::kShadow, "gold", true);
  ASSERT_THAT(AppendAndWait(*store, RecordBytes{"no record", ""}), IsOk());
  EXPECT_THAT(
      AwaitedCounts(*store),
      ElementsAre(
          StoreCount{"degradation", "indicator_error", 1},
          StoreCount{"degraded", "false", 2}, StoreCount{"degraded", "true", 1},
          StoreCount{"exclusion", "eligibility", 6},
          StoreCount{"offer", "vip_event", 3},
          StoreCount{"pack", "retail@2026.11.0", 3},
          StoreCount{"role", "as_of", 1}, StoreCount{"role", "canary", 1},
          StoreCount{"role", "dry_run", 1}, StoreCount{"role", "live", 2},
          StoreCount{"role", "shadow", 1}, StoreCount{"stage", "mature", 3},
          StoreCount{"tier", "gold", 2},
          StoreCount{"unreadable", "DATA_LOSS", 1}));
}

TEST_P(StoreContractTest, OutcomesAndErasuresAreNeitherDecisionsNorUnreadable) {
  const std::unique_ptr<Store> store = Open();
  trace::OutcomeRecord outcome;
  outcome.customer_id = "c-1";
  ASSERT_THAT(AppendAndWait(*store, EncodeOutcome(outcome, store->identity())),
              IsOk());
  ASSERT_THAT(AppendAndWait(*store, EncodeErasure({}, store->identity())),
              IsOk());
  EXPECT_THAT(AwaitedCounts(*store),
              ElementsAre(StoreCount{"outcome", "presented", 1},
                          StoreCount{"outcome_status", "recorded", 1}));
}

}  // namespace
}  // namespace stratagem::store
