// tests/support/temp_dir.h
//
// TempDir: an empty folder that is gone when the test is.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_TESTS_SUPPORT_TEMP_DIR_H_
#define STRATAGEM_TESTS_SUPPORT_TEMP_DIR_H_

#include <string>

#include "absl/strings/string_view.h"

namespace stratagem {

// Creates a folder under $TMPDIR (or /tmp) and removes it with all it holds.
// Any failure stops the test binary.
class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  // Absolute, without a final slash.
  const std::string& path() const { return path_; }
  // Returns the path of `name` inside the folder.
  std::string Join(absl::string_view name) const;
  // Writes a file, with its folders, and returns its path.
  std::string Write(absl::string_view name, absl::string_view text) const;

 private:
  std::string path_;
};

}  // namespace stratagem

#endif  // STRATAGEM_TESTS_SUPPORT_TEMP_DIR_H_
