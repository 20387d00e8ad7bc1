// tests/e2e/child_process.h
//
// ChildProcess: one of the programs that were built, as a child whose output
// is read all the time, so that it never waits for the test.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_TESTS_E2E_CHILD_PROCESS_H_
#define STRATAGEM_TESTS_E2E_CHILD_PROCESS_H_

#include <sys/types.h>

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/string_view.h"

namespace stratagem {

struct ChildOptions {
  // Bytes to which a file may grow: beyond it writes fail, as on a full disk.
  std::optional<uint64_t> file_bytes_max = std::nullopt;
  // File handles that it may have.
  std::optional<uint64_t> open_files_max = std::nullopt;
  // False: nobody ever reads its standard output, as when a pager waits.
  bool reads_output = true;
  // "NAME=VALUE", before what this process has.
  std::vector<std::string> environment = {};
};

class ChildProcess {
 public:
  // Starts `program` of the build's bin/ in the source tree's root.
  ChildProcess(const std::string& program,
               const std::vector<std::string>& arguments,
               const ChildOptions& options = {});
  // Kills it if it still runs.
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  pid_t pid() const { return pid_; }
  void Signal(int number);
  // Returns the exit code, or minus the number of the signal that ended it.
  int WaitForExit();

  // Waits for a line with `text` and returns it, the first one; "" when it ends
  // without.
  std::string WaitForOutput(absl::string_view text);
  std::string WaitForError(absl::string_view text);
  // What it has written so far.
  std::string output();
  std::string errors();

  // Changes a running child's limit of what a file may grow to.
  void LimitFileBytes(uint64_t file_bytes_max);

 private:
  struct Stream {
    int fd = -1;
    std::string text;
    bool open = true;
    std::thread reader;
  };

  void Read(Stream& stream);
  std::string WaitForLine(Stream& stream, const std::string& text);

  pid_t pid_ = -1;
  std::mutex mutex_;
  std::condition_variable changed_;
  Stream output_;
  Stream errors_;
};

}  // namespace stratagem

#endif  // STRATAGEM_TESTS_E2E_CHILD_PROCESS_H_
