// tests/e2e/shared_faults.h
//
// SharedFaults: a disk that is slow, fails or may not be written, and a clock
// that is set, as a test wants them while a server runs. FaultSwitch is the
// test's end of it; faulty_world.cc, which the server is started with, the
// other.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_TESTS_E2E_SHARED_FAULTS_H_
#define STRATAGEM_TESTS_E2E_SHARED_FAULTS_H_

#include <array>
#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

namespace stratagem {

// Names the file by which a test and its server share one SharedFaults.
inline constexpr const char* kFaultsVariable = "FAULTY_WORLD_FILE";

// In memory that two processes share; all zero is a world without faults.
struct SharedFaults {
  // Set before the server starts: what is said of writes and syncs concerns the
  // files below it. Ends with a zero.
  std::array<char, 1024> folder;

  // Syncs wait while this holds; `syncs_waiting` do now.
  std::atomic<bool> holds_syncs;
  std::atomic<uint32_t> syncs_waiting;
  // Each sync takes so much longer.
  std::atomic<uint32_t> sync_delay_ms;
  // Syncs fail with EIO.
  std::atomic<bool> fails_syncs;
  // Whatever would change a file or the folder fails with EROFS.
  std::atomic<bool> is_read_only;
  // How many syncs and changes have failed so far.
  std::atomic<uint64_t> failed;

  // The process kills itself before its change or sync of this number, counted
  // from 1 in `changes`; 0: never.
  std::atomic<uint64_t> dies_at_change;
  std::atomic<uint64_t> changes;

  // What is added to the wall clock.
  std::atomic<int64_t> clock_ahead_seconds;
};
static_assert(std::atomic<bool>::is_always_lock_free);
static_assert(std::atomic<uint64_t>::is_always_lock_free);

// The faults of servers that are started with environment().
class FaultSwitch {
 public:
  // Makes `file`. Faults of writes and syncs concern the files below `folder`.
  FaultSwitch(const std::string& file, const std::string& folder);
  ~FaultSwitch();
  FaultSwitch(const FaultSwitch&) = delete;
  FaultSwitch& operator=(const FaultSwitch&) = delete;

  SharedFaults* operator->() { return faults_; }
  // Of a child that has these faults: "NAME=VALUE".
  std::vector<std::string> environment() const;

 private:
  const std::string file_;
  SharedFaults* faults_ = nullptr;
};

// Why this build cannot start programs in a faulty world; "": it can.
inline constexpr const char* kNoFaultyWorld =
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    "sanitizers want to be the first library of a process, where that of the "
    "faults has to be";
#else
    "";
#endif

}  // namespace stratagem

#endif  // STRATAGEM_TESTS_E2E_SHARED_FAULTS_H_
