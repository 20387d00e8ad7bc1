// tests/server/held_store.h
//
// HeldStore: a store whose disk the test is, to look at what happens before a
// record is durable, when it never will be, and when the queue is full.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_TESTS_SERVER_HELD_STORE_H_
#define STRATAGEM_TESTS_SERVER_HELD_STORE_H_

#include <functional>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "engine/store/log_scan.h"
#include "engine/store/store.h"

namespace stratagem::server {

class HeldStore final : public store::Store {
 public:
  explicit HeldStore(size_t records_max = 1'000)
      : identity_(store::NewIdentity()), records_max_(records_max) {
    identity_.epoch = 7;
  }

  const store::Identity& identity() const override {
    if (at_identity_ != nullptr) at_identity_();
    return identity_;
  }
  // Calls `hook` whenever somebody asks for the identity, as who encodes a
  // record does between deciding and committing.
  void AtIdentity(std::function<void()> hook) { at_identity_ = hook; }

  absl::Status Append(store::RecordBytes record,
                      store::Committed done) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (failed_) return absl::UnavailableError("the store is broken");
    if (waiting_.size() >= records_max_) {
      return absl::ResourceExhaustedError("the queue is full");
    }
    waiting_.emplace_back(std::move(record), std::move(done));
    return absl::OkStatus();
  }

  absl::Status Flush(store::Committed done) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (failed_) return absl::UnavailableError("the store is broken");
    waiting_.emplace_back(std::nullopt, std::move(done));
    return absl::OkStatus();
  }

  // Makes all that waits durable, in the order of the calls.
  void Commit() {
    for (auto& [record, done] : Take()) {
      store::Position position;
      {
        const std::lock_guard<std::mutex> lock(mutex_);
        position = {identity_.epoch, log_.size() + (record ? 1 : 0)};
        if (record) log_.push_back({position, *std::move(record)});
      }
      done(position);
    }
  }

  // Loses all that waits, and all that comes.
  void Break() {
    for (auto& [record, done] : Take(/*then_fail=*/true)) {
      done(absl::UnavailableError("the disk is gone"));
    }
  }

  size_t waiting() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return waiting_.size();
  }

  absl::StatusOr<std::vector<store::LogEntry>> Read(
      uint64_t after, size_t limit) const override {
    const std::lock_guard<std::mutex> held(read_mutex_);
    const std::lock_guard<std::mutex> lock(mutex_);
    std::vector<store::LogEntry> entries;
    for (uint64_t i = after; i < log_.size() && entries.size() < limit; ++i) {
      entries.push_back(log_[i]);
    }
    return entries;
  }

  store::StoreStats stats() const override {
    const std::lock_guard<std::mutex> lock(mutex_);
    store::StoreStats stats;
    stats.records = log_.size();
    stats.last_sequence = log_.size();
    if (failed_) stats.failure = "the disk is gone";
    return stats;
  }

  absl::StatusOr<std::vector<store::StoreCount>> Counts() const override {
    return absl::DataLossError("the tables are damaged");
  }

  absl::StatusOr<std::vector<store::DayCount>> CountsByDay(
      int64_t, int64_t) const override {
    return absl::DataLossError("the tables are damaged");
  }
  absl::StatusOr<store::DecisionPage> Find(
      const store::DecisionQuery& query) const override {
    size_t looks = 0;
    return store::ScanLog(
        [this](uint64_t after, size_t limit) { return Read(after, limit); },
        query, {1, stats().last_sequence}, looks);
  }
  absl::StatusOr<std::vector<store::OutcomeRow>> Outcomes(
      uint64_t) const override {
    return absl::DataLossError("the tables are damaged");
  }
  absl::StatusOr<store::StoreSize> Size() const override {
    return store::StoreSize();
  }
  absl::StatusOr<uint64_t> Trim(uint64_t) override { return uint64_t{1}; }
  absl::StatusOr<store::CustomerRecords> FindRecordsOf(
      absl::string_view) const override {
    return absl::UnimplementedError("not needed here");
  }
  absl::StatusOr<std::vector<uint64_t>> Erase(
      absl::string_view, const store::CustomerRecords&,
      absl::FunctionRef<absl::Status(absl::FunctionRef<absl::Status()>)>)
      override {
    return absl::UnimplementedError("not needed here");
  }

  void Close() override {}

  // While the returned lock is held, Read() waits, as for a slow disk.
  std::unique_lock<std::mutex> HoldReads() const {
    return std::unique_lock<std::mutex>(read_mutex_);
  }

 private:
  using Waiting = std::vector<
      std::pair<std::optional<store::RecordBytes>, store::Committed>>;

  Waiting Take(bool then_fail = false) {
    const std::lock_guard<std::mutex> lock(mutex_);
    failed_ = failed_ || then_fail;
    return std::exchange(waiting_, {});
  }

  std::function<void()> at_identity_;
  store::Identity identity_;
  const size_t records_max_;
  mutable std::mutex read_mutex_;
  mutable std::mutex mutex_;
  bool failed_ = false;
  Waiting waiting_;
  std::vector<store::LogEntry> log_;
};

}  // namespace stratagem::server

#endif  // STRATAGEM_TESTS_SERVER_HELD_STORE_H_
