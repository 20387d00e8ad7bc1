// bench_store DIR [RECORDS]: what state costs where decisions are committed. In
// the folder DIR, which it empties: acknowledged durable decisions through the
// sequencer against the same store fed with prepared records; how long a start
// takes with a log of RECORDS (1,000,000) decisions, with and without a
// snapshot; and what a million customers' memory takes.

#include <malloc.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <semaphore>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "bench/retail_customer.h"
#include "engine/base/diagnostics.h"
#include "engine/decide/caps.h"
#include "engine/decide/decide.h"
#include "engine/plan/plan.h"
#include "engine/state/ledger.h"
#include "engine/store/ledger_snapshot.h"
#include "engine/store/record_codec.h"
#include "engine/store/sequencer.h"
#include "engine/store/sqlite_store.h"

namespace stratagem::bench {
namespace {

constexpr char kPack[] = STRATAGEM_SOURCE_DIR "/rules/retail";
constexpr int kCallers = 64;
constexpr int kCallsOfEach = 1'000;

[[noreturn]] void Fail(const std::string& why) {
  std::fprintf(stderr, "bench_store: %s\n", why.c_str());
  std::exit(1);
}

template <typename T>
T OrFail(absl::StatusOr<T> result) {
  if (!result.ok()) Fail(result.status().ToString());
  return *std::move(result);
}

std::shared_ptr<const plan::Plan> RetailPlan() {
  Diagnostics diagnostics;
  std::shared_ptr<const plan::Plan> plan = plan::LoadPlan(kPack, diagnostics);
  if (plan == nullptr) Fail(diagnostics.ToString());
  return plan;
}

std::unique_ptr<store::Store> OpenStore(const std::string& directory) {
  // Without the projector, which would share the cores with what is measured.
  return OrFail(
      store::OpenSqliteStore({.directory = directory, .project = false}));
}

// One caller: decides for its customers with a workspace of its own.
class Caller {
 public:
  Caller(std::shared_ptr<const plan::Plan> plan,
         const store::Identity& identity)
      : plan_(std::move(plan)), identity_(identity) {
    call_.placements = placements_;
    call_.request = request_;
    call_.state = &copy_;
  }

  // Prepares call `number`, whose customer has a name and attributes.
  void Ask(int64_t number) {
    const RetailCustomer& customer =
        customers_[static_cast<size_t>(number) % customers_.size()];
    customer_id_ = absl::StrCat("c-", number % 500'000);
    subject_ = store::SubjectOf(identity_.subject_key, customer_id_);
    call_.customer_id = customer_id_;
    call_.attributes = customer.attributes;
    call_.decided_at = state::FloorTime(absl::Now());
    call_.seed = static_cast<uint64_t>(number);
    decide::AskCounters(*plan_, call_.now(), counters_);
  }
  store::StateQuery query() const {
    return {.customer = {subject_, plan_->summary().name},
            .counters = counters_};
  }
  store::ReadyRecord Decide() {
    if (!decide::Decide(*plan_, call_, workspace_).empty()) {
      Fail("a call was refused");
    }
    return {&workspace_.record(),
            store::Encode(workspace_.record(), identity_)};
  }
  // Asks, reads, decides and commits.
  absl::Status Commit(store::Sequencer& sequencer, int64_t number,
                      store::Committed done) {
    Ask(number);
    sequencer.Read(query(), copy_);
    return sequencer.Commit(
        query(), copy_, Decide(), [this] { return Decide(); }, std::move(done));
  }
  // The record of call `number`, decided without any state.
  store::RecordBytes Prepare(int64_t number) {
    Ask(number);
    copy_.Clear();
    copy_.amounts.assign(counters_.size(), 0);
    return Decide().bytes;
  }

 private:
  const std::shared_ptr<const plan::Plan> plan_;
  const store::Identity& identity_;
  const std::vector<RetailCustomer> customers_ = RetailCustomers(1000);
  const std::vector<absl::string_view> placements_ = {"app_feed"};
  const std::vector<NamedValue> request_ = {{"channel", Value::String("app")}};
  std::string customer_id_;
  std::string subject_;
  std::vector<state::CounterQuery> counters_;
  state::StateCopy copy_;
  decide::Call call_;
  decide::Workspace workspace_;
};

struct Speed {
  double per_second = 0;
  double p50_ms = 0;
  double p99_ms = 0;
};

// Calls commit(caller, number, done) by all callers at once, each waiting for
// its acknowledgement before it goes on.
Speed Measure(
    const std::function<absl::Status(int, int64_t, store::Committed)>& commit) {
  std::vector<std::vector<int64_t>> nanos(kCallers);
  const int64_t begin = absl::GetCurrentTimeNanos();
  std::vector<std::thread> threads;
  for (int caller = 0; caller < kCallers; ++caller) {
    threads.emplace_back([&, caller] {
      std::binary_semaphore acknowledged(0);
      for (int64_t i = 0; i < kCallsOfEach; ++i) {
        const int64_t start = absl::GetCurrentTimeNanos();
        const absl::Status status =
            commit(caller, caller * kCallsOfEach + i,
                   [&](absl::StatusOr<store::Position> at) {
                     if (!at.ok()) Fail(at.status().ToString());
                     acknowledged.release();
                   });
        if (!status.ok()) Fail(status.ToString());
        acknowledged.acquire();
        nanos[static_cast<size_t>(caller)].push_back(
            absl::GetCurrentTimeNanos() - start);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const int64_t took = absl::GetCurrentTimeNanos() - begin;
  std::vector<int64_t> all;
  for (const auto& some : nanos)
    all.insert(all.end(), some.begin(), some.end());
  std::sort(all.begin(), all.end());
  const auto at = [&](double share) {
    return static_cast<double>(all[static_cast<size_t>(
               share * static_cast<double>(all.size() - 1))]) /
           1e6;
  };
  return {static_cast<double>(all.size()) * 1e9 / static_cast<double>(took),
          at(0.5), at(0.99)};
}

void Print(const char* what, const Speed& speed) {
  std::printf("%-44s %10.0f /s   p50 %6.2f ms   p99 %6.2f ms\n", what,
              speed.per_second, speed.p50_ms, speed.p99_ms);
}

void MeasureCommits(const std::string& directory) {
  const std::shared_ptr<const plan::Plan> plan = RetailPlan();
  const auto fresh = [&] {
    std::filesystem::remove_all(directory);
    return OpenStore(directory);
  };
  Speed prepared;
  {
    const std::unique_ptr<store::Store> store = fresh();
    Caller caller(plan, store->identity());
    std::vector<store::RecordBytes> records;
    for (int64_t i = 0; i < kCallers * kCallsOfEach; ++i) {
      records.push_back(caller.Prepare(i));
    }
    prepared = Measure([&](int, int64_t number, store::Committed done) {
      return store->Append(std::move(records[static_cast<size_t>(number)]),
                           std::move(done));
    });
    Print("prepared records into the store", prepared);
  }
  const std::unique_ptr<store::Store> store = fresh();
  const std::unique_ptr<store::Sequencer> sequencer =
      OrFail(store::Sequencer::Open(*store, {}));
  std::vector<std::unique_ptr<Caller>> callers;
  for (int i = 0; i < kCallers; ++i) {
    callers.push_back(std::make_unique<Caller>(plan, store->identity()));
  }
  const Speed decided =
      Measure([&](int caller, int64_t number, store::Committed done) {
        return callers[static_cast<size_t>(caller)]->Commit(*sequencer, number,
                                                            std::move(done));
      });
  Print("decisions through the sequencer", decided);
  std::printf("ratio %.2f; %llu of %d decided again\n",
              decided.per_second / prepared.per_second,
              static_cast<unsigned long long>(sequencer->stats().decided_again),
              kCallers * kCallsOfEach);
}

// Appends decisions without waiting for each.
void Fill(store::Sequencer& sequencer, const store::Identity& identity,
          int64_t records) {
  Caller caller(RetailPlan(), identity);
  for (int64_t i = 0; i < records; ++i) {
    while (true) {
      const absl::Status status =
          caller.Commit(sequencer, i, [](absl::StatusOr<store::Position> at) {
            if (!at.ok()) Fail(at.status().ToString());
          });
      if (status.ok()) break;
      if (!absl::IsResourceExhausted(status)) Fail(status.ToString());
      std::this_thread::yield();
    }
  }
}

void MeasureStart(const std::string& directory, const char* what) {
  const int64_t begin = absl::GetCurrentTimeNanos();
  const std::unique_ptr<store::Store> store = OpenStore(directory);
  const std::unique_ptr<store::Sequencer> sequencer =
      OrFail(store::Sequencer::Open(*store, {.snapshot_directory = directory}));
  const int64_t took = absl::GetCurrentTimeNanos() - begin;
  const store::SequencerStats stats = sequencer->stats();
  std::printf("%-44s %10.2f s    %llu records folded, %llu customers\n", what,
              static_cast<double>(took) / 1e9,
              static_cast<unsigned long long>(stats.folded_at_open),
              static_cast<unsigned long long>(stats.ledger.customers));
}

void MeasureStarts(const std::string& directory, int64_t records) {
  std::filesystem::remove_all(directory);
  {
    const std::unique_ptr<store::Store> store = OpenStore(directory);
    const std::unique_ptr<store::Sequencer> sequencer = OrFail(
        store::Sequencer::Open(*store, {.snapshot_directory = directory}));
    Fill(*sequencer, store->identity(), records);
    store->Close();
  }
  const std::string snapshot =
      absl::StrCat(directory, "/", store::kSnapshotFile);
  std::printf(
      "log of %lld decisions: %.0f MB; snapshot: %.1f MB\n",
      static_cast<long long>(records),
      static_cast<double>(std::filesystem::file_size(directory + "/log.db")) /
          1e6,
      static_cast<double>(std::filesystem::file_size(snapshot)) / 1e6);
  MeasureStart(directory, "start with a snapshot of the end");
  std::filesystem::remove(snapshot);
  std::filesystem::remove(
      absl::StrCat(directory, "/", store::kOlderSnapshotFile));
  MeasureStart(directory, "start without a snapshot");
}

// Bytes that this process has from the heap, what its blocks take included.
double HeapBytes() {
  const struct mallinfo2 heap = mallinfo2();
  return static_cast<double>(heap.uordblks + heap.hblkhd);
}

void MeasureMemory() {
  constexpr int kCustomers = 1'000'000;
  const absl::Time now = absl::FromUnixSeconds(1'795'000'000);
  const absl::string_view offers[] = {"vip_event", "win_back_coupon",
                                      "thank_you"};
  for (const size_t events_of_each : {size_t{0}, size_t{1}, size_t{4}}) {
    const double before = HeapBytes();
    state::Ledger ledger;
    for (int i = 0; i < kCustomers; ++i) {
      const std::string subject =
          store::SubjectOf("key", absl::StrCat("customer ", i));
      std::vector<state::Event> events;
      for (size_t event = 0; event < events_of_each; ++event) {
        events.push_back({.at = now,
                          .sequence = static_cast<uint64_t>(i),
                          .offer = {offers[event % 3]},
                          .channel = {"app"}});
      }
      ledger.Apply(
          state::DecisionChanges{.customer = {subject, "retail"},
                                 .sequence = static_cast<uint64_t>(i),
                                 .at = now,
                                 .hold = state::TierHold{"gold", std::nullopt},
                                 .events = events,
                                 .keep_until = absl::InfiniteFuture()});
    }
    std::printf(
        "a million customers with a hold and %zu events: %4.0f MB of memory, "
        "%4.0f MB by its own count\n",
        events_of_each, (HeapBytes() - before) / 1e6,
        static_cast<double>(ledger.size().bytes) / 1e6);
  }
}

}  // namespace
}  // namespace stratagem::bench

int main(int argc, char** argv) {
  using namespace stratagem::bench;  // NOLINT: a program of one function.
  int64_t records = 1'000'000;
  if (argc < 2 || argc > 3 ||
      (argc == 3 && !absl::SimpleAtoi(argv[2], &records)) || records < 1) {
    std::fputs("usage: bench_store DIR [RECORDS]\n", stderr);
    return 2;
  }
  MeasureMemory();
  MeasureCommits(argv[1]);
  MeasureStarts(argv[1], records);
  std::filesystem::remove_all(argv[1]);
  return 0;
}
