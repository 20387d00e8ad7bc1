// What must hold for the real `stratagemd` when the world around it fails, as
// docs/operations.md says: nothing is acknowledged that would be lost, health
// tells, and when the cause is gone it serves again by itself.

#include <netinet/in.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/e2e/fault_fixture.h"
#include "tests/e2e/raw_call.h"

namespace stratagem {
namespace {

using testing::AnyOf;
using testing::HasSubstr;

TEST_F(FaultTest, AFolderThatIsMovedAwayStopsAllUntilItIsBack) {
  ASSERT_NO_FATAL_FAILURE(Start());
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(Decide().ok());
  std::filesystem::rename(store_, dir_.Join("away"));
  for (int i = 0; i < 5; ++i) {
    const grpc::Status status = Decide();
    EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE)
        << status.error_message();
  }
  EXPECT_THAT(server_->WaitForError("\"event\":\"store_failed\""),
              HasSubstr(store_));
  EXPECT_NE(server_->WaitForError("\"event\":\"store_not_reopened\""), "");
  EXPECT_FALSE(IsServing(port_));
  EXPECT_FALSE(std::filesystem::exists(store_)) << "a new folder was made";

  std::filesystem::rename(dir_.Join("away"), store_);
  ExpectServesAgain();
  EXPECT_EQ(acknowledged_.back().position().epoch(), 2u);
  // A call that got an error may have been recorded all the same.
  EXPECT_GE(acknowledged_.back().position().sequence(), 11u);
  Stop();
}

TEST_F(FaultTest, AFolderThatIsDeletedIsNotMadeAnewAndAStopEnds) {
  ASSERT_NO_FATAL_FAILURE(Start());
  ASSERT_TRUE(Decide().ok());
  std::filesystem::remove_all(store_);
  EXPECT_EQ(Decide().error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_NE(server_->WaitForError("\"event\":\"store_not_reopened\""), "");
  EXPECT_EQ(Decide().error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_FALSE(IsServing(port_));
  stub_ = nullptr;
  server_->Signal(SIGTERM);
  EXPECT_EQ(server_->WaitForExit(), 1) << "it has lost its log";
  EXPECT_THAT(server_->log(), HasSubstr("\"event\":\"store_closed\""));
  EXPECT_FALSE(std::filesystem::exists(store_));
}

TEST_F(FaultTest, AnotherLogInItsPlaceIsRefused) {
  ASSERT_NO_FATAL_FAILURE(Start());
  ASSERT_TRUE(Decide().ok());
  Stop();
  std::filesystem::rename(store_, dir_.Join("other"));
  acknowledged_.clear();
  ASSERT_NO_FATAL_FAILURE(Start());
  ASSERT_TRUE(Decide().ok());
  std::filesystem::rename(store_, dir_.Join("away"));
  std::filesystem::rename(dir_.Join("other"), store_);
  EXPECT_EQ(Decide().error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_NE(server_->WaitForError("\"event\":\"store_not_reopened\""), "");
  EXPECT_EQ(Decide().error_code(), grpc::StatusCode::UNAVAILABLE);
  std::filesystem::rename(store_, dir_.Join("other"));
  std::filesystem::rename(dir_.Join("away"), store_);
  ExpectServesAgain();
  Stop();
}

TEST_F(FaultTest, AFullDiskRefusesUntilThereIsRoom) {
  constexpr uint64_t kFileBytesMax = 6u << 20;
  constexpr int kDecisionsMax = 2'000;
  ASSERT_NO_FATAL_FAILURE(Start({.file_bytes_max = kFileBytesMax}));
  grpc::Status status;
  for (int i = 0; status.ok() && i < kDecisionsMax; ++i)
    status = Decide(40'000);
  EXPECT_THAT(status.error_code(), AnyOf(grpc::StatusCode::UNAVAILABLE,
                                         grpc::StatusCode::RESOURCE_EXHAUSTED))
      << status.error_message();
  EXPECT_GE(acknowledged_.size(), 10u);
  EXPECT_NE(server_->WaitForError("\"event\":\"store_failed\""), "");
  server_->LimitFileBytes(RLIM_INFINITY);
  ExpectServesAgain();
  Stop();
}

// Connections that say nothing, closed at the end.
class SilentConnections {
 public:
  SilentConnections(int port, int count) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    for (int i = 0; i < count; ++i) {
      sockets_.push_back(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
      // The kernel takes it, whether or not the server has a handle for it.
      EXPECT_EQ(connect(sockets_.back(), reinterpret_cast<sockaddr*>(&address),
                        sizeof(address)),
                0);
    }
  }
  ~SilentConnections() {
    for (const int one : sockets_) close(one);
  }
  SilentConnections(const SilentConnections&) = delete;
  SilentConnections& operator=(const SilentConnections&) = delete;

 private:
  std::vector<int> sockets_;
};

size_t OpenFilesOf(pid_t pid) {
  size_t count = 0;
  for ([[maybe_unused]] const auto& file : std::filesystem::directory_iterator(
           absl::StrCat("/proc/", pid, "/fd"))) {
    ++count;
  }
  return count;
}

TEST_F(FaultTest, WithoutFileHandlesItGoesOnForThoseWhoAreConnected) {
  constexpr uint64_t kOpenFilesMax = 64;
  ASSERT_NO_FATAL_FAILURE(Start({.open_files_max = kOpenFilesMax}));
  ASSERT_TRUE(Decide().ok());
  {
    const SilentConnections crowd(port_, 100);
    for (int i = 0; i < 200; ++i) {
      const grpc::Status status = Decide();
      ASSERT_TRUE(status.ok()) << status.error_message();
    }
    EXPECT_GE(OpenFilesOf(server_->pid()), kOpenFilesMax);
  }
  EXPECT_THAT(server_->log(), testing::Not(HasSubstr("store_failed")));
  Stop();
}

}  // namespace
}  // namespace stratagem
