#include "clients/cli/line_reader.h"

#include <cstddef>
#include <cstdint>
#include <limits>

#include "absl/strings/str_cat.h"

namespace stratagem::cli {

bool LineReader::Next() {
  input_.getline(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
  auto extracted = static_cast<uint64_t>(input_.gcount());
  if (extracted == 0 || input_.bad()) return false;
  ++number_;
  const bool is_longer = input_.fail();  // Than the buffer, whose text goes on.
  size_t held = static_cast<size_t>(extracted);
  if (is_longer) {
    input_.clear();
    input_.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
    extracted += static_cast<uint64_t>(input_.gcount());
  }
  // At the end of the input a line need not have a break.
  bytes_ = input_.eof() ? extracted : extracted - 1;
  if (!is_longer) held = static_cast<size_t>(bytes_);
  text_ = {buffer_.data(), held};
  return !input_.bad();
}

absl::Status LineReader::CheckSize() const {
  const size_t bytes_max = buffer_.size() - 2;
  if (bytes_ <= bytes_max) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "the line has ", bytes_, " bytes, at most ", bytes_max, " are allowed"));
}

}  // namespace stratagem::cli
