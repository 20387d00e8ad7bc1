// tests/store/fault_vfs.h
//
// An SQLite file layer that fails on demand: a write, a sync, or the power,
// after which only what was synced is left. It never really syncs, so tests
// with it are fast. SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_TESTS_STORE_FAULT_VFS_H_
#define STRATAGEM_TESTS_STORE_FAULT_VFS_H_

#include <cstdint>
#include <string>

namespace stratagem::store {

enum class Fault {
  kNone,
  // The operation does nothing and fails; later ones work. As on Linux, what a
  // refused sync should have made durable never is, unless it is written again.
  kRefusedOnce,
  kTornOnce,   // The same, but a write stores half of its bytes first.
  kPowerLoss,  // It and all later ones fail.
};

// One at a time in a process: the layer and its plan are global.
class FaultVfs {
 public:
  // Registers the layer at first use and returns its name.
  static const char* Name();

  // Makes the `nth` (from 1) write, truncation or sync of a file whose path
  // contains `path_part` fail.
  static void Arm(Fault fault, int64_t nth, const std::string& path_part);
  // True when the fault has happened.
  static bool happened();
  static void Disarm();
  // Gives every file the bytes that are durable. Requires: all are closed.
  static void CutPower();
};

}  // namespace stratagem::store

#endif  // STRATAGEM_TESTS_STORE_FAULT_VFS_H_
