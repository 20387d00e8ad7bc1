// tests/store/fault_vfs.h
//
// An SQLite file layer that fails on demand: one write or sync, or a loss of
// power, after which only what was synced is left. It never really syncs, so
// tests with it are fast.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_TESTS_STORE_FAULT_VFS_H_
#define STRATAGEM_TESTS_STORE_FAULT_VFS_H_

#include <cstdint>
#include <string>

namespace stratagem::store {

enum class Fault {
  kNone,
  kRefusedOnce,  // The operation does nothing and fails; later ones work.
  kTornOnce,     // A write stores half of its bytes and fails.
  kPowerLoss,    // It and all later ones fail; see RestorePower().
};

// One at a time in a process: the layer and its plan are global.
class FaultVfs {
 public:
  // Registers the layer at first use and returns its name.
  static const char* Name();

  // Makes the `nth` (from 1) write, truncation or sync of a file whose path
  // contains `path_part` fail. Forgets all that was seen before.
  static void Arm(Fault fault, int64_t nth, const std::string& path_part);
  // True when the fault has happened.
  static bool happened();
  // Stops failing. After a loss of power, takes back every write and
  // truncation that was not synced before it. Requires: the files are closed.
  static void RestorePower();
};

}  // namespace stratagem::store

#endif  // STRATAGEM_TESTS_STORE_FAULT_VFS_H_
