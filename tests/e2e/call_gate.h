// tests/e2e/call_gate.h
//
// CallGate: what callers pass before and after each call, so that a test can
// stop the server while it knows how many calls have no answer yet.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_TESTS_E2E_CALL_GATE_H_
#define STRATAGEM_TESTS_E2E_CALL_GATE_H_

#include <condition_variable>
#include <cstddef>
#include <mutex>

#include "absl/functional/function_ref.h"

namespace stratagem {

// Thread safe.
class CallGate {
 public:
  // Before a call; false once the gate is closed: then there must be none.
  bool Begin() {
    const std::lock_guard<std::mutex> lock(mutex_);
    under_way_ += closed_ ? 0 : 1;
    return !closed_;
  }
  // After a call, whether it was answered or failed.
  void End(bool answered) {
    const std::lock_guard<std::mutex> lock(mutex_);
    --under_way_;
    answered_ += answered ? 1 : 0;
    failed_ += answered ? 0 : 1;
    changed_.notify_all();
  }

  // Waits for so many answers; false when a call failed before.
  bool WaitForAnswers(size_t count) {
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait(lock, [&] { return answered_ >= count || failed_ > 0; });
    return failed_ == 0;
  }
  // Runs `act` while no call begins or ends, and lets none begin after it.
  // Returns how many were under way.
  size_t CloseWith(absl::FunctionRef<void()> act) {
    const std::lock_guard<std::mutex> lock(mutex_);
    act();
    closed_ = true;
    return under_way_;
  }

  size_t answered() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return answered_;
  }
  size_t failed() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return failed_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool closed_ = false;
  size_t under_way_ = 0;
  size_t answered_ = 0;
  size_t failed_ = 0;
};

}  // namespace stratagem

#endif  // STRATAGEM_TESTS_E2E_CALL_GATE_H_
