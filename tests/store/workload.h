// tests/store/workload.h
//
// Workload: a store's whole life in a few dozen calls - capped decisions,
// outcomes, profiles, an erasure, a trim, snapshots - and what must hold of its
// folder afterwards, whatever went wrong meanwhile.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_TESTS_STORE_WORKLOAD_H_
#define STRATAGEM_TESTS_STORE_WORKLOAD_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "engine/store/profile_store.h"
#include "engine/store/sequencer.h"
#include "engine/store/store.h"
#include "tests/store/fake_decisions.h"
#include "tests/store/witness_store.h"

namespace stratagem::store {

// Not thread safe.
class Workload {
 public:
  // Of the store in `directory`; `vfs` as SqliteStoreOptions.
  Workload(std::string directory, std::string vfs);
  ~Workload();  // Closes.

  // Opens everything; false: it was refused.
  bool Open();
  // Runs all of it on the open store and goes on whatever is refused.
  void Run();
  void Close();

  // Opens the folder again, which must succeed now, and checks: what was
  // acknowledged is there byte for byte; the ledger is the fold of the log; no
  // cap was exceeded; profiles are as acknowledged, or later; derived tables
  // are what a scan counts; an erasure that was cut short can be finished; and
  // more of the same work succeeds. Failures are those of the test.
  void CheckAfterwards();

  bool refused() const { return !refusals_.empty(); }
  // Calls of decisions and outcomes that were refused.
  const std::vector<absl::Status>& refusals() const { return refusals_; }
  const Testimony& testimony() const { return testimony_; }
  Store& store() { return *store_; }
  Sequencer& sequencer() { return *sequencer_; }
  ProfileStore& profiles() { return *profiles_; }
  // One more decision for `customer`, a moment later than the last one.
  absl::Status Decide(const std::string& customer);

 private:
  struct Made {
    std::unique_ptr<FakeDecision> decision;
    uint64_t sequence = 0;
  };
  void Answer(size_t made, state::Outcome outcome);
  void PutProfile(const std::string& customer);
  void Erase();
  void Trim();

  // The whole history: the log, and what was trimmed as it was acknowledged.
  std::vector<LogEntry> History() const;
  void FinishErasure();
  void CheckRecords() const;
  void CheckLedger() const;
  void CheckCaps() const;
  void CheckProfiles() const;
  void CheckViews() const;

  const std::string directory_;
  const std::string vfs_;
  const FakeCaps caps_;
  Testimony testimony_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<Sequencer> sequencer_;
  std::unique_ptr<ProfileStore> profiles_;

  absl::Time now_;
  std::string node_id_;  // Of the log, once it was open.
  std::vector<Made> made_;
  std::vector<absl::Status> refusals_;
  std::map<std::string, uint64_t> profile_versions_;  // Acknowledged.
  bool erasure_tried_ = false;
  bool erased_ = false;  // Acknowledged.
  bool trim_tried_ = false;
};

}  // namespace stratagem::store

#endif  // STRATAGEM_TESTS_STORE_WORKLOAD_H_
