// tests/store/witness_store.h
//
// WitnessStore: passes everything on to another store and keeps what it
// acknowledged, so that a test can hold the log against it afterwards.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_TESTS_STORE_WITNESS_STORE_H_
#define STRATAGEM_TESTS_STORE_WITNESS_STORE_H_

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "engine/store/store.h"

namespace stratagem::store {

// What a store told its callers.
struct Testimony {
  std::map<uint64_t, RecordBytes> acknowledged;  // By sequence.
  bool failed = false;                           // A record was not.
  bool acknowledged_after_failure = false;
};

// Thread safe; `testimony` may be read when it is closed.
class WitnessStore : public Store {
 public:
  WitnessStore(std::unique_ptr<Store> store, Testimony& testimony)
      : store_(std::move(store)), testimony_(testimony) {}

  const Identity& identity() const override { return store_->identity(); }
  absl::Status Append(RecordBytes record, Committed done) override {
    RecordBytes kept = record;
    return store_->Append(std::move(record),
                          [this, kept = std::move(kept),
                           done = std::move(done)](auto position) mutable {
                            Keep(std::move(kept), position);
                            done(std::move(position));
                          });
  }
  absl::Status Flush(Committed done) override {
    return store_->Flush(std::move(done));
  }
  absl::StatusOr<std::vector<LogEntry>> Read(uint64_t after,
                                             size_t limit) const override {
    return store_->Read(after, limit);
  }
  StoreStats stats() const override { return store_->stats(); }
  absl::StatusOr<std::vector<StoreCount>> Counts() const override {
    return store_->Counts();
  }
  absl::StatusOr<std::vector<DayCount>> CountsByDay(
      int64_t from, int64_t until) const override {
    return store_->CountsByDay(from, until);
  }
  absl::StatusOr<DecisionPage> Find(const DecisionQuery& query) const override {
    return store_->Find(query);
  }
  absl::StatusOr<std::vector<OutcomeRow>> Outcomes(
      uint64_t decision_sequence) const override {
    return store_->Outcomes(decision_sequence);
  }
  absl::StatusOr<StoreSize> Size() const override { return store_->Size(); }
  absl::StatusOr<uint64_t> Trim(uint64_t through) override {
    return store_->Trim(through);
  }
  absl::StatusOr<CustomerRecords> FindRecordsOf(
      absl::string_view customer_id) const override {
    return store_->FindRecordsOf(customer_id);
  }
  absl::StatusOr<std::vector<uint64_t>> Erase(
      absl::string_view customer_id, const CustomerRecords& found,
      absl::FunctionRef<absl::Status(absl::FunctionRef<absl::Status()>)>
          in_order) override {
    return store_->Erase(customer_id, found, in_order);
  }
  void Close() override { store_->Close(); }

 private:
  void Keep(RecordBytes record, const absl::StatusOr<Position>& position) {
    std::lock_guard lock(mutex_);
    if (!position.ok()) {
      testimony_.failed = true;
      return;
    }
    testimony_.acknowledged_after_failure |= testimony_.failed;
    testimony_.acknowledged[position->sequence] = std::move(record);
  }

  const std::unique_ptr<Store> store_;
  std::mutex mutex_;  // Guards the next.
  Testimony& testimony_;
};

}  // namespace stratagem::store

#endif  // STRATAGEM_TESTS_STORE_WITNESS_STORE_H_
