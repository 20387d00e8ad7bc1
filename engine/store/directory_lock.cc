#include "engine/store/directory_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <utility>

#include "absl/strings/str_cat.h"

namespace stratagem::store {
namespace {

absl::Status SystemError(const std::string& path, absl::string_view action) {
  const int error = errno;
  const absl::string_view hint =
      error == EMFILE || error == ENFILE
          ? "raise the limit of open files"
          : "check that its parent exists and that this user may write there";
  return absl::ErrnoToStatus(
      error, absl::StrCat("`", path, "`: cannot ", action, "; ", hint));
}

}  // namespace

absl::Status SyncDirectory(const std::string& directory) {
  const int descriptor =
      open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return SystemError(directory, "open");
  const bool synced = fsync(descriptor) == 0;
  absl::Status status =
      synced ? absl::OkStatus() : SystemError(directory, "sync");
  close(descriptor);
  return status;
}

absl::Status MakeDirectory(const std::string& directory) {
  if (mkdir(directory.c_str(), 0700) == 0) {
    const std::filesystem::path parent =
        std::filesystem::absolute(directory).lexically_normal().parent_path();
    return SyncDirectory(parent.string());
  }
  if (errno == EEXIST) return absl::OkStatus();
  return SystemError(directory, "make this folder");
}

absl::StatusOr<DirectoryLock> DirectoryLock::Acquire(
    const std::string& directory) {
  const std::string path = absl::StrCat(directory, "/lock");
  DirectoryLock lock(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (lock.descriptor_ < 0) return SystemError(path, "open");
  if (flock(lock.descriptor_, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return SystemError(path, "lock");
    return absl::FailedPreconditionError(
        absl::StrCat("`", directory,
                     "`: another process has this store open; stop it, or "
                     "choose another folder"));
  }
  return lock;
}

DirectoryLock::DirectoryLock(DirectoryLock&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}

DirectoryLock& DirectoryLock::operator=(DirectoryLock&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

DirectoryLock::~DirectoryLock() {
  if (descriptor_ >= 0) close(descriptor_);
}

}  // namespace stratagem::store
