#include "tests/store/workload.h"

#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/store/clear_record.h"
#include "engine/store/fold.h"
#include "engine/store/projection.h"
#include "engine/store/record_codec.h"
#include "engine/store/sqlite_profile_store.h"
#include "engine/store/sqlite_store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace stratagem::store {
namespace {

using state::Outcome;

constexpr char kErased[] = "c1";
// Who wants what is capped when all is over.
constexpr int kNewcomers = 6;
// Records that are trimmed, older than the erasure and its snapshot.
constexpr uint64_t kTrimmed = 4;

std::string CustomerOf(int i) { return absl::StrCat("c", i % 4); }

bool SameBytes(const RecordBytes& a, const RecordBytes& b) {
  return a.envelope == b.envelope && a.personal == b.personal;
}

}  // namespace

Workload::Workload(std::string directory, std::string vfs)
    : directory_(std::move(directory)),
      vfs_(std::move(vfs)),
      // Three coupons fit; five customers want them.
      caps_({.event_max = 3,
             .event_customer_max = 1,
             .budget_max = 100'000,
             .coupon_cost = 30'001}),
      now_(absl::FromUnixSeconds(1'795'000'000)) {}

Workload::~Workload() { Close(); }

bool Workload::Open() {
  auto store = OpenSqliteStore({.directory = directory_,
                                .node_id = node_id_,
                                .checkpoint = {.wal_bytes = 60'000},
                                .vfs = vfs_});
  if (!store.ok()) {
    refusals_.push_back(store.status());
    return false;
  }
  store_ = std::make_unique<WitnessStore>(*std::move(store), testimony_);
  node_id_ = store_->identity().node_id;
  auto sequencer = Sequencer::Open(*store_, {.snapshot_directory = directory_});
  auto profiles =
      OpenSqliteProfileStore({.directory = directory_, .vfs = vfs_});
  for (const absl::Status& status : {sequencer.status(), profiles.status()}) {
    if (!status.ok()) refusals_.push_back(status);
  }
  if (!sequencer.ok() || !profiles.ok()) return false;
  sequencer_ = *std::move(sequencer);
  profiles_ = *std::move(profiles);
  return true;
}

void Workload::Close() {
  profiles_ = nullptr;
  if (sequencer_ != nullptr) sequencer_->Close();
  sequencer_ = nullptr;
  if (store_ != nullptr) store_->Close();
  store_ = nullptr;
}

void Workload::Run() {
  for (int i = 0; i < 8; ++i) {
    Decide(CustomerOf(i)).IgnoreError();
    if (i % 2 == 0) PutProfile(CustomerOf(i / 2));
  }
  // Of the first decisions: events of c0 and c1, coupons of c3 and c0.
  Answer(0, Outcome::kClicked);
  Answer(1, Outcome::kNotPresented);
  Answer(3, Outcome::kAccepted);
  Answer(4, Outcome::kDeclined);
  Erase();
  for (int i = 8; i < 11; ++i) Decide(absl::StrCat("late ", i)).IgnoreError();
  PutProfile("c0");
  Trim();
  Decide("last").IgnoreError();
}

absl::Status Workload::Decide(const std::string& customer) {
  now_ += absl::Seconds(1);
  auto decision =
      std::make_unique<FakeDecision>(caps_, store_->identity(), customer, now_);
  const auto at = decision->Run(*sequencer_);
  if (at.ok()) {
    made_.push_back({std::move(decision), at->sequence});
  } else {
    refusals_.push_back(at.status());
  }
  return at.status();
}

void Workload::Answer(size_t made, Outcome outcome) {
  if (made >= made_.size()) return;
  now_ += absl::Seconds(1);
  const auto at = RecordOutcome(*sequencer_, store_->identity(),
                                made_[made].decision->record(),
                                made_[made].sequence, outcome, now_);
  if (!at.ok()) refusals_.push_back(at.status());
}

void Workload::PutProfile(const std::string& customer) {
  const uint64_t next = profile_versions_[customer] + 1;
  const NamedValue attributes[] = {
      {"n", Value::Int(static_cast<int64_t>(next))}};
  const ProfileUpdate update = {.customer_id = customer,
                                .attributes = attributes};
  const auto results = profiles_->Upsert({&update, 1}, now_);
  if (results.ok()) profile_versions_[customer] = *results->front();
}

void Workload::Erase() {
  erasure_tried_ = true;
  profile_versions_.erase(kErased);
  if (!profiles_->Delete(kErased).ok()) return;
  erased_ = sequencer_->EraseCustomer(kErased, now_).ok();
}

void Workload::Trim() {
  // As retention does: nothing that a start would have to read.
  if (!erased_ || sequencer_->stats().snapshot_sequence < kTrimmed) return;
  while (true) {
    const StoreStats stats = store_->stats();
    if (stats.projected_sequence >= kTrimmed) break;
    if (stats.projection_failures > 0) return;
    std::this_thread::yield();
  }
  trim_tried_ = true;
  store_->Trim(kTrimmed).status().IgnoreError();
}

std::vector<LogEntry> Workload::History() const {
  const uint64_t first = store_->stats().first_sequence;
  auto log = store_->Read(first - 1, 10'000);
  EXPECT_THAT(log, IsOk());
  if (!log.ok()) return {};
  std::vector<LogEntry> history;
  const std::string subject =
      SubjectOf(store_->identity().subject_key, kErased);
  for (uint64_t sequence = 1; sequence < first; ++sequence) {
    const auto kept = testimony_.acknowledged.find(sequence);
    EXPECT_NE(kept, testimony_.acknowledged.end());
    if (kept == testimony_.acknowledged.end()) return {};
    // The erasure came before the trim.
    history.push_back({.position = {1, sequence},
                       .record = ClearRecord(kept->second, subject, kErased)
                                     .value_or(kept->second)});
  }
  history.insert(history.end(), log->begin(), log->end());
  return history;
}

void Workload::CheckRecords() const {
  EXPECT_FALSE(testimony_.acknowledged_after_failure);
  const uint64_t first = store_->stats().first_sequence;
  EXPECT_LE(first, trim_tried_ ? kTrimmed + 1 : 1);
  const auto log = store_->Read(first - 1, 10'000);
  ASSERT_THAT(log, IsOk());
  const std::string subject =
      SubjectOf(store_->identity().subject_key, kErased);
  for (const auto& [sequence, bytes] : testimony_.acknowledged) {
    if (sequence < first) continue;
    ASSERT_LT(sequence - first, log->size()) << "record " << sequence;
    const LogEntry& found = (*log)[sequence - first];
    ASSERT_EQ(found.position.sequence, sequence);
    const auto cleared = ClearRecord(bytes, subject, kErased);
    const bool is_cleared =
        cleared.has_value() && SameBytes(found.record, *cleared);
    const bool is_whole = SameBytes(found.record, bytes);
    EXPECT_TRUE(is_whole || (erasure_tried_ && is_cleared))
        << "record " << sequence << " is another";
    EXPECT_FALSE(erased_ && cleared.has_value() && !is_cleared)
        << "record " << sequence << " is not erased";
  }
}

void Workload::CheckLedger() const {
  state::Ledger ledger;
  Fold fold(ledger, absl::Minutes(10));
  for (const LogEntry& entry : History()) {
    ASSERT_THAT(fold.Apply(entry), IsOk());
  }
  std::vector<std::string> customers = {"c0", "c1", "c2", "c3", "last"};
  for (int i = 8; i < 11; ++i) customers.push_back(absl::StrCat("late ", i));
  const auto remembered = [&](ReadState read) {
    return Remembered(read, store_->identity(), customers, now_);
  };
  EXPECT_EQ(remembered([this](const StateQuery& query, state::StateCopy& copy) {
              sequencer_->Read(query, copy);
            }),
            remembered([&](const StateQuery& query, state::StateCopy& copy) {
              ledger.Read(query.customer, query.counters, copy);
            }));
}

void Workload::CheckCaps() const {
  const std::vector<LogEntry> history = History();
  const CapsTally tally = TallyOf(history, caps_);
  EXPECT_EQ(tally.exceeded_at, 0u);
  const state::CounterQuery queries[] = {
      {.key = state::KeyOf(kEventCounter), .now = now_},
      {.key = state::KeyOf(kBudgetCounter), .now = now_}};
  state::StateCopy copy;
  sequencer_->Read({.counters = queries}, copy);
  EXPECT_EQ(copy.amounts[0], tally.events);
  EXPECT_EQ(copy.amounts[1], tally.reserved);
}

void Workload::CheckProfiles() const {
  for (const auto& [customer, version] : profile_versions_) {
    const auto profile = profiles_->Get(customer);
    ASSERT_THAT(profile, IsOk());
    if (version == 0) continue;  // None was acknowledged.
    ASSERT_NE(*profile, nullptr) << customer;
    EXPECT_GE((*profile)->version(), version) << customer;
    EXPECT_LE((*profile)->version(), version + 1) << customer;
    EXPECT_EQ((*profile)->attributes()[0].value.int_value(),
              static_cast<int64_t>((*profile)->version()));
  }
}

void Workload::CheckViews() const {
  while (store_->stats().projected_sequence < store_->stats().last_sequence) {
    std::this_thread::yield();
  }
  LogCounter scan;
  const auto log = store_->Read(store_->stats().first_sequence - 1, 10'000);
  ASSERT_THAT(log, IsOk());
  for (const LogEntry& entry : *log) scan.Add(entry);
  EXPECT_THAT(store_->CountsByDay(0, 1'000'000), IsOkAndHolds(scan.Counts()));
}

void Workload::FinishErasure() {
  ASSERT_THAT(profiles_->Delete(kErased), IsOk());
  ASSERT_THAT(sequencer_->EraseCustomer(kErased, now_), IsOk());
  erasure_tried_ = erased_ = true;
  CheckRecords();
}

void Workload::CheckAfterwards() {
  Close();
  testimony_.failed = false;
  ASSERT_TRUE(Open()) << refusals_.back();
  CheckRecords();
  CheckProfiles();
  if (!erased_) FinishErasure();
  CheckLedger();
  CheckCaps();
  for (int i = 0; i < kNewcomers; ++i) {
    EXPECT_THAT(Decide(absl::StrCat("new ", i)), IsOk());
  }
  CheckLedger();
  CheckCaps();
  CheckViews();
}

}  // namespace stratagem::store
