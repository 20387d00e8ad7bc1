#include "server/ops/process_stats.h"

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <system_error>

namespace stratagem::server {
namespace {

double Seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) +
         static_cast<double>(time.tv_usec) * 1e-6;
}

// Entries of a folder of /proc.
uint64_t CountEntries(const char* folder) {
  std::error_code error;
  std::filesystem::directory_iterator entry(folder, error);
  uint64_t count = 0;
  while (!error && entry != std::filesystem::directory_iterator()) {
    ++count;
    entry.increment(error);
  }
  return count;
}

}  // namespace

ProcessStats ReadProcessStats() {
  ProcessStats stats;
  rusage usage = {};
  if (getrusage(RUSAGE_SELF, &usage) == 0) {
    stats.cpu_seconds = Seconds(usage.ru_utime) + Seconds(usage.ru_stime);
  }
  uint64_t pages = 0;
  uint64_t resident_pages = 0;
  if (std::ifstream("/proc/self/statm") >> pages >> resident_pages) {
    stats.resident_memory_bytes =
        resident_pages * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
  }
  // The folder is one of those that it lists.
  const uint64_t handles = CountEntries("/proc/self/fd");
  stats.open_handles = handles > 0 ? handles - 1 : 0;
  stats.threads = CountEntries("/proc/self/task");
  rlimit limit = {};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    stats.handles_max = limit.rlim_cur;
  }
  return stats;
}

}  // namespace stratagem::server
