#include "clients/cli/output_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "absl/strings/str_cat.h"

namespace stratagem::cli {
namespace {

// The status for the system call that just failed on `path`.
absl::Status CannotWrite(const std::string& path) {
  const int error = errno;
  const std::string message =
      absl::StrCat("`", path, "` cannot be written: ", std::strerror(error));
  if (error == EACCES || error == EPERM || error == EROFS) {
    return absl::PermissionDeniedError(message);
  }
  if (error == EEXIST) return absl::AlreadyExistsError(message);
  return absl::UnknownError(message);
}

bool WriteAll(int file, absl::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(file, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    text.remove_prefix(static_cast<size_t>(written));
  }
  return true;
}

// Writes, syncs and closes `file`.
bool Finish(int file, absl::string_view text) {
  bool done = WriteAll(file, text) && fsync(file) == 0;
  const int error = errno;
  if (close(file) != 0) {
    done = false;
  } else {
    errno = error;
  }
  return done;
}

}  // namespace

absl::Status ReplaceFile(const std::string& path, absl::string_view text) {
  // The file itself, so that a link to it stays one.
  char* const resolved = realpath(path.c_str(), nullptr);
  if (resolved == nullptr) return CannotWrite(path);
  const std::string target = resolved;
  std::free(resolved);
  struct stat status = {};
  // Renaming asks the folder only; the file's own permissions count too.
  if (stat(target.c_str(), &status) != 0 || access(target.c_str(), W_OK) != 0) {
    return CannotWrite(path);
  }
  std::string draft = absl::StrCat(target, ".XXXXXX");
  const int file = mkostemp(draft.data(), O_CLOEXEC);
  if (file < 0) return CannotWrite(path);
  if (fchmod(file, status.st_mode & 07777) != 0) {
    const absl::Status failure = CannotWrite(path);
    close(file);
    unlink(draft.c_str());
    return failure;
  }
  if (!Finish(file, text) || rename(draft.c_str(), target.c_str()) != 0) {
    const absl::Status failure = CannotWrite(path);
    unlink(draft.c_str());
    return failure;
  }
  return absl::OkStatus();
}

absl::Status CreateFile(const std::string& path, absl::string_view text) {
  const int file =
      open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (file < 0) return CannotWrite(path);
  if (Finish(file, text)) return absl::OkStatus();
  const absl::Status failure = CannotWrite(path);
  unlink(path.c_str());
  return failure;
}

}  // namespace stratagem::cli
