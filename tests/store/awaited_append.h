// tests/store/awaited_append.h
//
// Appending to a store and waiting for what became of it.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_TESTS_STORE_AWAITED_APPEND_H_
#define STRATAGEM_TESTS_STORE_AWAITED_APPEND_H_

#include <cstdint>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/store/record_codec.h"
#include "engine/store/store.h"
#include "tests/store/sample_records.h"

namespace stratagem::store {

// Appends and waits for `done`.
inline absl::StatusOr<Position> AppendAndWait(Store& store,
                                              RecordBytes record) {
  auto result = std::make_shared<std::promise<absl::StatusOr<Position>>>();
  std::future<absl::StatusOr<Position>> future = result->get_future();
  absl::Status queued = store.Append(
      std::move(record), [result](absl::StatusOr<Position> position) {
        result->set_value(std::move(position));
      });
  if (!queued.ok()) return queued;
  return future.get();
}

// Appends a sample record of `customer_id` and waits for `done`.
inline absl::StatusOr<Position> AppendAndWait(Store& store,
                                              const std::string& customer_id) {
  return AppendAndWait(store, SampleBytes(customer_id, store.identity()));
}

// Waits until derived tables hold what is in the log now.
inline void AwaitProjected(const Store& store) {
  while (store.stats().projected_sequence < store.stats().last_sequence) {
    std::this_thread::yield();
  }
}

// Returns the customer ids of the whole log, in its order.
inline std::vector<std::string> CustomersOf(const Store& store) {
  std::vector<std::string> customers;
  while (true) {
    auto entries = store.Read(customers.size(), 1'000);
    if (!entries.ok()) return {entries.status().ToString()};
    if (entries->empty()) return customers;
    for (const LogEntry& entry : *entries) {
      auto record = Decode(entry.record);
      customers.push_back(record.ok()
                              ? std::string((*record)->decision().customer_id)
                              : record.status().ToString());
    }
  }
}

}  // namespace stratagem::store

#endif  // STRATAGEM_TESTS_STORE_AWAITED_APPEND_H_
