// tests/support/refused_writes.h
//
// FileSizeLimit and OtherUser: what makes this process's own writes fail, as on
// a full disk and in folders that it may not write.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_TESTS_SUPPORT_REFUSED_WRITES_H_
#define STRATAGEM_TESTS_SUPPORT_REFUSED_WRITES_H_

#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstddef>

namespace stratagem {

// While it lives no file may grow beyond so many bytes.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(size_t bytes) {
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before_);
    rlimit limit = before_;
    limit.rlim_cur = bytes;
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() { setrlimit(RLIMIT_FSIZE, &before_); }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit before_ = {};
};

// While it lives a process of the superuser, who may write everywhere, opens
// files as somebody else; others do so anyway.
class OtherUser {
 public:
  OtherUser() {
    constexpr uid_t kNobody = 65534;
    if (geteuid() == 0) changed_ = seteuid(kNobody) == 0;
  }
  ~OtherUser() {
    if (changed_ && seteuid(0) != 0) _exit(1);
  }
  OtherUser(const OtherUser&) = delete;
  OtherUser& operator=(const OtherUser&) = delete;

 private:
  bool changed_ = false;
};

}  // namespace stratagem

#endif  // STRATAGEM_TESTS_SUPPORT_REFUSED_WRITES_H_
