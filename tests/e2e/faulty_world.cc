// A library that stands before the C library's (LD_PRELOAD) in the programs
// that tests start: it passes calls on, unless the test has switched on a fault
// (shared_faults.h). A program that is started without the variable is left
// alone.

#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "tests/e2e/shared_faults.h"

namespace stratagem {
namespace {

SharedFaults* OpenFaults() {
  const char* const file = std::getenv(kFaultsVariable);
  if (file == nullptr) return nullptr;
  using Open = int(const char*, int, ...);
  const auto real_open = reinterpret_cast<Open*>(dlsym(RTLD_NEXT, "open"));
  const int fd = real_open(file, O_RDWR | O_CLOEXEC);
  if (fd < 0) std::abort();  // The test would find no fault and pass.
  void* const memory = mmap(nullptr, sizeof(SharedFaults),
                            PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  close(fd);
  if (memory == MAP_FAILED) std::abort();
  return static_cast<SharedFaults*>(memory);
}

// Null: there are none.
SharedFaults* Faults() {
  static SharedFaults* const faults = OpenFaults();
  return faults;
}

bool IsConcerned(const SharedFaults& faults, const char* path) {
  return strncmp(path, faults.folder.data(), strlen(faults.folder.data())) == 0;
}

// The faults of a file by its path or handle; null where it is none of those
// that they concern.
SharedFaults* FaultsOf(const char* path) {
  SharedFaults* const faults = Faults();
  return faults != nullptr && IsConcerned(*faults, path) ? faults : nullptr;
}
SharedFaults* FaultsOf(int fd) {
  if (Faults() == nullptr) return nullptr;
  std::array<char, 64> link;
  std::array<char, 4096> path;
  std::snprintf(link.data(), link.size(), "/proc/self/fd/%d", fd);
  const ssize_t size = readlink(link.data(), path.data(), path.size() - 1);
  if (size < 0) return nullptr;
  path[static_cast<size_t>(size)] = '\0';
  return FaultsOf(path.data());
}

void Count(SharedFaults& faults) {
  const uint64_t change = ++faults.changes;
  if (change == faults.dies_at_change) kill(getpid(), SIGKILL);
}

// Whether something that changes `file`, a path or a handle, fails.
template <typename File>
bool ChangeFails(File file) {
  SharedFaults* const faults = FaultsOf(file);
  if (faults == nullptr) return false;
  Count(*faults);
  if (!faults->is_read_only) return false;
  ++faults->failed;
  errno = EROFS;
  return true;
}

void WaitOneMillisecond() {
  const timespec pause = {.tv_sec = 0, .tv_nsec = 1'000'000};
  nanosleep(&pause, nullptr);
}

bool SyncFails(int fd) {
  SharedFaults* const faults = FaultsOf(fd);
  if (faults == nullptr) return false;
  Count(*faults);
  ++faults->syncs_waiting;
  while (faults->holds_syncs) WaitOneMillisecond();
  for (uint32_t i = 0; i < faults->sync_delay_ms; ++i) WaitOneMillisecond();
  --faults->syncs_waiting;
  if (!faults->fails_syncs) return false;
  ++faults->failed;
  errno = EIO;
  return true;
}

// The C library's own, of the same type.
template <typename Function>
Function* Real(Function*, const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

bool Writes(int flags) {
  return (flags & O_ACCMODE) != O_RDONLY || (flags & (O_CREAT | O_TRUNC)) != 0;
}

// What comes with O_CREAT; zero without it.
mode_t ModeOf(int flags, va_list more) {
  return (flags & O_CREAT) != 0 ? va_arg(more, mode_t) : 0;
}

}  // namespace
}  // namespace stratagem

extern "C" {

int fsync(int fd) {
  static const auto real = stratagem::Real(&fsync, "fsync");
  return stratagem::SyncFails(fd) ? -1 : real(fd);
}

int fdatasync(int fd) {
  static const auto real = stratagem::Real(&fdatasync, "fdatasync");
  return stratagem::SyncFails(fd) ? -1 : real(fd);
}

int open(const char* path, int flags, ...) {
  static const auto real = stratagem::Real(&open, "open");
  va_list more;
  va_start(more, flags);
  const mode_t mode = stratagem::ModeOf(flags, more);
  va_end(more);
  if (stratagem::Writes(flags) && stratagem::ChangeFails(path)) return -1;
  return real(path, flags, mode);
}

int open64(const char* path, int flags, ...) {
  static const auto real = stratagem::Real(&open64, "open64");
  va_list more;
  va_start(more, flags);
  const mode_t mode = stratagem::ModeOf(flags, more);
  va_end(more);
  if (stratagem::Writes(flags) && stratagem::ChangeFails(path)) return -1;
  return real(path, flags, mode);
}

ssize_t write(int fd, const void* bytes, size_t count) {
  static const auto real = stratagem::Real(&write, "write");
  return stratagem::ChangeFails(fd) ? -1 : real(fd, bytes, count);
}

ssize_t pwrite64(int fd, const void* bytes, size_t count, off64_t at) {
  static const auto real = stratagem::Real(&pwrite64, "pwrite64");
  return stratagem::ChangeFails(fd) ? -1 : real(fd, bytes, count, at);
}

int ftruncate64(int fd, off64_t size) noexcept {
  static const auto real = stratagem::Real(&ftruncate64, "ftruncate64");
  return stratagem::ChangeFails(fd) ? -1 : real(fd, size);
}

int unlink(const char* path) noexcept {
  static const auto real = stratagem::Real(&unlink, "unlink");
  return stratagem::ChangeFails(path) ? -1 : real(path);
}

int mkdir(const char* path, mode_t mode) noexcept {
  static const auto real = stratagem::Real(&mkdir, "mkdir");
  return stratagem::ChangeFails(path) ? -1 : real(path, mode);
}

int rename(const char* from, const char* to) noexcept {
  static const auto real = stratagem::Real(&rename, "rename");
  return stratagem::ChangeFails(to) ? -1 : real(from, to);
}

int clock_gettime(clockid_t clock, timespec* time) noexcept {
  static const auto real = stratagem::Real(&clock_gettime, "clock_gettime");
  const int result = real(clock, time);
  if (result == 0 && clock == CLOCK_REALTIME) {
    if (const stratagem::SharedFaults* faults = stratagem::Faults()) {
      time->tv_sec += faults->clock_ahead_seconds;
    }
  }
  return result;
}

}  // extern "C"
