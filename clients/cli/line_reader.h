// clients/cli/line_reader.h
//
// LineReader: lines of a stream in bounded memory, however long they are. What
// reads files of one object a line uses it.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_CLIENTS_CLI_LINE_READER_H_
#define STRATAGEM_CLIENTS_CLI_LINE_READER_H_

#include <cstddef>
#include <cstdint>
#include <istream>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace stratagem::cli {

// Not thread safe.
class LineReader {
 public:
  // `input` must outlive it. Of longer lines than `bytes_max` the rest is
  // passed over.
  LineReader(std::istream& input, size_t bytes_max)
      : input_(input), buffer_(bytes_max + 2) {}

  // Goes to the next line. False: there is none, or input.bad().
  bool Next();

  // Its beginning, without the break; lives until the next Next().
  absl::string_view text() const { return text_; }
  uint64_t bytes() const { return bytes_; }   // Of all of it.
  int64_t number() const { return number_; }  // From 1.
  // Errors: INVALID_ARGUMENT, it is longer than is allowed.
  absl::Status CheckSize() const;

 private:
  std::istream& input_;
  std::vector<char> buffer_;
  absl::string_view text_;
  uint64_t bytes_ = 0;
  int64_t number_ = 0;
};

}  // namespace stratagem::cli

#endif  // STRATAGEM_CLIENTS_CLI_LINE_READER_H_
