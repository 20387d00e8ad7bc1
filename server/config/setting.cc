#include "server/config/setting.h"

#include <cstddef>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "engine/base/utf8.h"

namespace stratagem::server {

std::string OneLine(absl::string_view text) {
  // LIMIT: bytes of a value that a message repeats.
  constexpr size_t kBytesMax = 60;
  std::string line;
  while (!text.empty()) {
    uint32_t code_point = 0;
    const size_t length = DecodeUtf8(text, code_point);
    if (line.size() + length > kBytesMax) return line + "…";
    const bool is_shown =
        length > 1 ||
        (length == 1 &&
         !absl::ascii_iscntrl(static_cast<unsigned char>(text.front())));
    absl::StrAppend(&line, is_shown ? text.substr(0, length) : "?");
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return line;
}

}  // namespace stratagem::server
