// A process that appends with all its threads is killed with SIGKILL. Each
// record that it saw acknowledged is in the log.

#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "engine/store/sqlite_store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/store/awaited_append.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

extern char** environ;

namespace stratagem::store {
namespace {

// Starts store_appender on `directory`, kills it once it has acknowledged
// `records_min` records, and returns all that it has.
std::vector<std::string> AppendUntilKilled(const std::string& directory,
                                           int records_min) {
  int pipe_ends[2];
  EXPECT_EQ(pipe(pipe_ends), 0);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, pipe_ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_addclose(&actions, pipe_ends[0]);
  std::string program = STRATAGEM_STORE_APPENDER;
  std::string argument = directory;
  char* arguments[] = {program.data(), argument.data(), nullptr};
  pid_t child = 0;
  EXPECT_EQ(posix_spawn(&child, program.c_str(), &actions, nullptr, arguments,
                        environ),
            0);
  posix_spawn_file_actions_destroy(&actions);
  close(pipe_ends[1]);

  std::string text;
  int lines = 0;
  bool killed = false;
  char buffer[4096];
  ssize_t size = 0;
  while ((size = read(pipe_ends[0], buffer, sizeof(buffer))) > 0) {
    text.append(buffer, static_cast<size_t>(size));
    lines += static_cast<int>(std::count(buffer, buffer + size, '\n'));
    if (lines >= records_min && !killed) {
      kill(child, SIGKILL);
      killed = true;
    }
  }
  close(pipe_ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_TRUE(killed && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
      << "the appender ended by itself, status " << status;
  return absl::StrSplit(text, '\n', absl::SkipEmpty());
}

TEST(CrashTest, EveryAcknowledgedRecordOutlivesSigkill) {
  TempDir temp;
  const std::string directory = temp.Join("store");
  std::vector<std::string> acknowledged;
  for (int round = 1; round <= 3; ++round) {
    const std::vector<std::string> customers =
        AppendUntilKilled(directory, 1'000 * round);
    ASSERT_GE(customers.size(), 1'000u * static_cast<size_t>(round));
    acknowledged.insert(acknowledged.end(), customers.begin(), customers.end());
    auto store = OpenSqliteStore({.directory = directory});
    ASSERT_THAT(store, IsOk());
    // One epoch for the appender, one for this look, each round.
    EXPECT_EQ((*store)->identity().epoch, static_cast<uint64_t>(2 * round));
    const std::vector<std::string> log = CustomersOf(**store);
    const std::set<std::string> found(log.begin(), log.end());
    EXPECT_EQ(found.size(), log.size()) << "a record is there twice";
    for (const std::string& customer : acknowledged) {
      ASSERT_TRUE(found.contains(customer)) << customer << " is lost";
    }
  }
}

}  // namespace
}  // namespace stratagem::store
