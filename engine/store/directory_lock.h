// engine/store/directory_lock.h
//
// DirectoryLock: at most one process writes to a store's folder; and making and
// syncing a folder.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_STORE_DIRECTORY_LOCK_H_
#define STRATAGEM_ENGINE_STORE_DIRECTORY_LOCK_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace stratagem::store {

// Makes the names in `directory` survive a loss of power. SQLite does so for
// its files, not for the folder that they are in. Errors: as the system says.
absl::Status SyncDirectory(const std::string& directory);

// Makes `directory` if its parent exists (mode 0700: records are personal);
// OK if there is something of that name. Errors: PERMISSION_DENIED, NOT_FOUND,
// UNAVAILABLE by what the system says.
absl::Status MakeDirectory(const std::string& directory);

// Holds the lock while it lives. The system drops it when the process ends,
// however it ends, so a crash leaves nothing to clean up.
class DirectoryLock {
 public:
  // Locks `directory`, which must exist. Errors: FAILED_PRECONDITION, another
  // store has it open; PERMISSION_DENIED, NOT_FOUND, UNAVAILABLE by what the
  // system says.
  static absl::StatusOr<DirectoryLock> Acquire(const std::string& directory);

  DirectoryLock(DirectoryLock&& other) noexcept;
  DirectoryLock& operator=(DirectoryLock&& other) noexcept;
  ~DirectoryLock();

 private:
  explicit DirectoryLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;  // -1 when moved from.
};

}  // namespace stratagem::store

#endif  // STRATAGEM_ENGINE_STORE_DIRECTORY_LOCK_H_
