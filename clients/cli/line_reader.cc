#include "clients/cli/line_reader.h"

#include <limits>

#include "absl/strings/str_cat.h"

namespace stratagem::cli {

bool LineReader::Next() {
  input_.getline(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
  auto extracted = static_cast<uint64_t>(input_.gcount());
  if (extracted == 0 || input_.bad()) return false;
  ++number_;
  if (input_.fail()) {
    // The buffer is full before the line's end.
    text_ = {buffer_.data(), static_cast<size_t>(extracted)};
    input_.clear();
    input_.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
    extracted += static_cast<uint64_t>(input_.gcount());
  }
  // At the end of the input a line need not have a break.
  bytes_ = input_.eof() ? extracted : extracted - 1;
  if (bytes_ < buffer_.size() - 1) {
    text_ = {buffer_.data(), static_cast<size_t>(bytes_)};
  }
  return !input_.bad();
}

absl::Status LineReader::CheckSize() const {
  const size_t bytes_max = buffer_.size() - 2;
  if (bytes_ <= bytes_max) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "the line has ", bytes_, " bytes, at most ", bytes_max, " are allowed"));
}

}  // namespace stratagem::cli
