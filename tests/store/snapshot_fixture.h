// tests/store/snapshot_fixture.h
//
// SnapshotFixture: a store in a folder of the test's own, opened and closed as
// a server does, with a ledger that makes snapshots.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_TESTS_STORE_SNAPSHOT_FIXTURE_H_
#define STRATAGEM_TESTS_STORE_SNAPSHOT_FIXTURE_H_

#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/store/sequencer.h"
#include "engine/store/sqlite_store.h"
#include "gtest/gtest.h"
#include "tests/store/fake_decisions.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace stratagem::store {

inline const absl::Time kNoon = absl::FromUnixSeconds(1'795'000'000);

class SnapshotFixture : public testing::Test {
 protected:
  ~SnapshotFixture() override { Close(); }

  std::string folder() const { return temp_.Join("store"); }
  std::string path() const { return folder() + "/state.snapshot"; }
  std::string older_path() const { return path() + ".1"; }

  absl::Status TryOpen(uint64_t snapshot_records = 1'000'000) {
    Close();
    auto store = OpenSqliteStore({.directory = folder(), .project = false});
    if (!store.ok()) return store.status();
    store_ = *std::move(store);
    auto sequencer = Sequencer::Open(
        *store_,
        {.snapshot_directory = folder(), .snapshot_records = snapshot_records});
    if (!sequencer.ok()) return sequencer.status();
    sequencer_ = *std::move(sequencer);
    return absl::OkStatus();
  }
  void Open(uint64_t snapshot_records = 1'000'000) {
    ASSERT_THAT(TryOpen(snapshot_records), IsOk());
  }
  // With a last snapshot, as a server stops.
  void Close() {
    if (sequencer_ != nullptr) sequencer_->Close();
    sequencer_ = nullptr;
    store_ = nullptr;
  }
  // Decides `count` times, each for another customer.
  void Decide(int count) {
    for (int i = 0; i < count; ++i) {
      FakeDecision decision(caps_, store_->identity(),
                            absl::StrCat("customer ", ++decided_), kNoon);
      ASSERT_THAT(decision.Run(*sequencer_), IsOk());
    }
  }
  int64_t Events() {
    const state::CounterQuery query = {.key = state::KeyOf(kEventCounter),
                                       .now = kNoon};
    state::StateCopy copy;
    sequencer_->Read({.counters = {&query, 1}}, copy);
    return copy.amounts.front();
  }

  TempDir temp_;
  FakeCaps caps_;
  int decided_ = 0;
  std::unique_ptr<Store> store_;
  std::unique_ptr<Sequencer> sequencer_;
};

}  // namespace stratagem::store

#endif  // STRATAGEM_TESTS_STORE_SNAPSHOT_FIXTURE_H_
