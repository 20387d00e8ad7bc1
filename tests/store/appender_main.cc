// store_appender DIR: appends to the store in DIR from several threads until it
// is killed, and writes the customer id of each acknowledged record to standard
// output, one a line. crash_test.cc starts and kills it.

#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/store/sqlite_store.h"
#include "engine/store/store.h"
#include "tests/store/sample_records.h"

int main(int argc, char** argv) {
  using namespace stratagem::store;  // NOLINT: a program of one function.
  if (argc != 2) return 2;
  SqliteStoreOptions options;
  options.directory = argv[1];
  options.queue.records_max = 256;
  options.checkpoint.wal_bytes = 200'000;
  auto store = OpenSqliteStore(options);
  if (!store.ok()) {
    std::fprintf(stderr, "%s\n", store.status().ToString().c_str());
    return 1;
  }
  const uint64_t epoch = (*store)->identity().epoch;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0;; ++i) {
        const std::string customer = absl::StrCat(epoch, "/", t, "/", i);
        const auto done = [customer](absl::StatusOr<Position> at) {
          if (!at.ok()) return;
          const std::string line = customer + "\n";
          // One write: a line is whole or absent.
          if (write(STDOUT_FILENO, line.data(), line.size()) < 0) _exit(3);
        };
        while (!(*store)
                    ->Append(SampleBytes(customer, (*store)->identity()), done)
                    .ok()) {
          std::this_thread::yield();
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  return 0;
}
