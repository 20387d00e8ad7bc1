// tests/store/memory_dir.h
//
// MemoryDir: as TempDir, but in memory where the system keeps a folder there.
// For tests that make up their faults and so gain nothing from a disk, whose
// syncs are most of their time.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_TESTS_STORE_MEMORY_DIR_H_
#define STRATAGEM_TESTS_STORE_MEMORY_DIR_H_

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>

#include "engine/base/check.h"

namespace stratagem::store {

class MemoryDir {
 public:
  MemoryDir()
      : path_(access("/dev/shm", W_OK) == 0
                  ? "/dev/shm"
                  : std::filesystem::temp_directory_path().string()) {
    path_ += "/stratagem_test_XXXXXX";
    STRATAGEM_CHECK(mkdtemp(path_.data()) != nullptr);
  }
  ~MemoryDir() {
    std::error_code error;
    std::filesystem::remove_all(path_, error);
  }
  MemoryDir(const MemoryDir&) = delete;
  MemoryDir& operator=(const MemoryDir&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace stratagem::store

#endif  // STRATAGEM_TESTS_STORE_MEMORY_DIR_H_
