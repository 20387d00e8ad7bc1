// tests/store/fault_vfs.h
//
// An SQLite file layer that fails on demand: a write, a sync, the opening of a
// file, room on the disk, or the power, after which only what was synced is
// left; and whose syncs can be held up. It never really syncs, so tests with it
// are fast. SPDX-License-Identifier: Apache-2.0

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
  kDiskFull,   // It and all later writes fail, as long as it is armed.
};

// One at a time in a process: the layer and its plan are global.
class FaultVfs {
 public:
  // Registers the layer at first use and returns its name.
  static const char* Name();

  // Makes the `nth` (from 1) write, truncation, sync or opening of a file whose
  // path contains `path_part` fail; of kDiskFull, the `nth` write.
  static void Arm(Fault fault, int64_t nth, const std::string& path_part);
  // True when the fault has happened.
  static bool happened();
  static void Disarm();
  // Holds up each sync of a file whose path contains `path_part` until
  // ReleaseSyncs().
  static void HoldSyncs(const std::string& path_part);
  static void ReleaseSyncs();
  // Waits until a sync is held up.
  static void AwaitHeldSync();
  // Gives every file the bytes that are durable. Requires: all are closed.
  static void CutPower();
};

}  // namespace stratagem::store

#endif  // STRATAGEM_TESTS_STORE_FAULT_VFS_H_
