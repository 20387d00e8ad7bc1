// Everything that a server does with a store at once: appends, queries,
// erasures, retention, snapshots, and profiles that are read, changed, deleted
// and searched. For the thread sanitizer first of all; and at the end all of it
// must agree.

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/store/profile_store.h"
#include "engine/store/projection.h"
#include "engine/store/retention.h"
#include "engine/store/sequencer.h"
#include "engine/store/sqlite_profile_store.h"
#include "engine/store/sqlite_store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/store/fake_decisions.h"
#include "tests/store/memory_dir.h"
#include "tests/support/status_matchers.h"

namespace stratagem::store {
namespace {

const absl::Time kNoon = absl::FromUnixSeconds(1'795'000'000);

// Threads that repeat what they do until the test has seen enough.
class Busy {
 public:
  ~Busy() { Stop(); }
  void Do(std::function<void(int round)> work) {
    threads_.emplace_back([this, work = std::move(work)] {
      for (int round = 0; !stop_; ++round) work(round);
    });
  }
  void Stop() {
    stop_ = true;
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }

 private:
  std::atomic<bool> stop_ = false;
  std::vector<std::thread> threads_;
};

TEST(ProfileConcurrencyTest, ReadersWritersDeletersAndSearchesAgree) {
  constexpr int kWriters = 3;
  constexpr int kChanges = 60;  // Of each writer.
  const MemoryDir directory;
  // So small that profiles come and go.
  auto opened = OpenSqliteProfileStore(
      {.directory = directory.path(), .cache_bytes_max = 2'000});
  ASSERT_THAT(opened, IsOk());
  ProfileStore& profiles = **opened;
  std::atomic<int> wrong = 0;
  Busy busy;
  for (int reader = 0; reader < 3; ++reader) {
    busy.Do([&](int round) {
      const std::string id = absl::StrCat("c-", round % kWriters);
      const auto profile = profiles.Get(id);
      if (!profile.ok()) {
        ++wrong;
      } else if (*profile != nullptr) {
        // Of one moment: attribute and version were written together.
        wrong += (*profile)->customer_id() != id ||
                 (*profile)->attributes()[0].value.int_value() !=
                     static_cast<int64_t>((*profile)->version());
      }
    });
  }
  busy.Do([&](int) {
    const auto page = profiles.Search({.id_prefix = "c-"});
    wrong += !page.ok() || page->profiles.size() > kWriters;
    wrong += !profiles.Count().ok();
    wrong += profiles.stats().failure != "";
  });
  busy.Do([&](int) { wrong += !profiles.Delete("c-0").ok(); });
  std::vector<std::thread> writers;
  for (int writer = 0; writer < kWriters; ++writer) {
    writers.emplace_back([&, writer] {
      const std::string id = absl::StrCat("c-", writer);
      for (int change = 0; change < kChanges; ++change) {
        const auto before = profiles.Get(id);
        const uint64_t version =
            before.ok() && *before != nullptr ? (*before)->version() : 0;
        const NamedValue attributes[] = {
            {"n", Value::Int(static_cast<int64_t>(version + 1))}};
        const ProfileUpdate update = {.customer_id = id,
                                      .attributes = attributes,
                                      .expected_version = version};
        const auto results = profiles.Upsert({&update, 1}, kNoon);
        // Deleted in between: another version is there.
        wrong += !results.ok() ||
                 (!(*results)[0].ok() &&
                  !(writer == 0 && absl::IsAborted((*results)[0].status())));
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  busy.Stop();
  EXPECT_EQ(wrong, 0);
  for (int writer = 1; writer < kWriters; ++writer) {
    const auto profile = profiles.Get(absl::StrCat("c-", writer));
    ASSERT_THAT(profile, IsOk());
    ASSERT_NE(*profile, nullptr);
    EXPECT_EQ((*profile)->version(), static_cast<uint64_t>(kChanges));
  }
}

TEST(StoreConcurrencyTest, RetentionErasureQueriesAndSnapshotsDisturbNobody) {
  constexpr int kCallers = 3;
  constexpr int kDecisions = 150;  // Of each caller.
  const MemoryDir directory;
  auto store = OpenSqliteStore(
      {.directory = directory.path(), .checkpoint = {.wal_bytes = 100'000}});
  ASSERT_THAT(store, IsOk());
  const SequencerOptions options = {.snapshot_directory = directory.path(),
                                    .snapshot_records = 40};
  auto sequencer = Sequencer::Open(**store, options);
  ASSERT_THAT(sequencer, IsOk());
  const FakeCaps caps = {.event_max = 100, .event_customer_max = 3};
  std::atomic<int> wrong = 0;
  std::atomic<int> minutes = 0;
  Retention retention(
      **store, {.retain_for = absl::Minutes(100),
                .interval = absl::Milliseconds(1),
                .removable_through =
                    [&] { return (*sequencer)->stats().snapshot_sequence; },
                .now = [&] { return kNoon + absl::Minutes(minutes.load()); }});
  Busy busy;
  busy.Do([&](int round) {
    DecisionQuery query;
    query.newest_first = round % 2 == 0;
    query.limit = 20;
    // What is trimmed meanwhile is the one thing that it may miss.
    const auto page = (*store)->Find(query);
    wrong += !page.ok() && !absl::IsOutOfRange(page.status());
    wrong += !(*store)->Counts().ok();
    (*store)->stats();
    (*sequencer)->stats();
  });
  busy.Do([&](int round) {
    const auto erased =
        (*sequencer)
            ->EraseCustomer(absl::StrCat("gone ", round % 3),
                            kNoon + absl::Minutes(minutes.load()));
    // A reader that kept bytes for too long: the call is made again.
    wrong += !erased.ok() && !absl::IsFailedPrecondition(erased.status()) &&
             !absl::IsUnavailable(erased.status());
  });
  std::vector<std::thread> callers;
  for (int caller = 0; caller < kCallers; ++caller) {
    callers.emplace_back([&, caller] {
      for (int i = 0; i < kDecisions; ++i) {
        const std::string customer = i % 5 == 0
                                         ? absl::StrCat("gone ", caller)
                                         : absl::StrCat("c ", caller, i % 7);
        absl::Status decided = absl::AbortedError("not yet");
        // Another caller's time may be in the log already: then once more.
        while (absl::IsAborted(decided)) {
          FakeDecision decision(caps, (*store)->identity(), customer,
                                kNoon + absl::Minutes(++minutes));
          decided = decision.Run(**sequencer).status();
        }
        wrong += !decided.ok();
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  busy.Stop();
  while (retention.stats().records_removed == 0) std::this_thread::yield();
  retention.Stop();
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(retention.stats().failures, 0u);

  // A start from the newest snapshot remembers what the living one does.
  std::vector<std::string> customers;
  for (int caller = 0; caller < kCallers; ++caller) {
    for (int i = 0; i < 7; ++i) {
      customers.push_back(absl::StrCat("c ", caller, i));
    }
  }
  const absl::Time end = kNoon + absl::Minutes(minutes.load());
  const auto remembered = [&](const Sequencer& of) {
    return Remembered([&of](const StateQuery& query,
                            state::StateCopy& copy) { of.Read(query, copy); },
                      (*store)->identity(), customers, end);
  };
  (*sequencer)->Close();
  const auto again = Sequencer::Open(**store, options);
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(remembered(**again), remembered(**sequencer));
}

}  // namespace
}  // namespace stratagem::store
