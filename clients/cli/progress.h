// clients/cli/progress.h
//
// Progress: a bar on a terminal while a long file is read; nothing elsewhere.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_CLIENTS_CLI_PROGRESS_H_
#define STRATAGEM_CLIENTS_CLI_PROGRESS_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "clients/cli/console.h"

namespace stratagem::cli {

// Returns the bar without colours and line control, at most `columns` wide:
//   [==========>         ]  52%  2,300 decided, 1 failed  0:04 left
// `done` counts what `verb` ("decided") says. `bytes_total` 0 means unknown: no
// bar and no time left.
std::string ProgressLine(uint64_t bytes, uint64_t bytes_total, uint64_t done,
                         uint64_t failed, absl::Duration elapsed,
                         size_t columns, absl::string_view verb = "decided");

// Draws the bar on the console's `err` if that is a terminal and `out` is not
// the same one being filled with answers line by line. The bar is wiped by
// Clear() before anything else is printed, and at the end.
class Progress {
 public:
  // Draws nothing when `enabled` is false.
  Progress(const Console& console, uint64_t bytes_total, bool enabled,
           absl::string_view verb = "decided");
  ~Progress() { Clear(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // Redraws at most ten times a second.
  void Update(uint64_t bytes, uint64_t done, uint64_t failed);
  void Clear();

 private:
  const Console& console_;
  const uint64_t bytes_total_;
  const bool enabled_;
  const std::string verb_;
  const absl::Time start_;
  absl::Time drawn_at_ = absl::InfinitePast();
  bool visible_ = false;
};

}  // namespace stratagem::cli

#endif  // STRATAGEM_CLIENTS_CLI_PROGRESS_H_
