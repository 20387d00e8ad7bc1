#include "clients/cli/input_file.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "engine/base/status_macros.h"

namespace stratagem::cli {

absl::Status OpenInput(const std::string& path, std::ifstream& stream) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    return absl::NotFoundError(
        absl::StrCat("`", path, "` is a folder; expected a file"));
  }
  errno = 0;
  stream.open(path, std::ios::binary);
  if (!stream) {
    return absl::NotFoundError(
        absl::StrCat("`", path, "` cannot be read: ", std::strerror(errno)));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> ReadInput(const std::string& path,
                                      const Console& console) {
  std::ifstream file;
  if (path != "-") STRATAGEM_RETURN_IF_ERROR(OpenInput(path, file));
  std::istream& stream = path == "-" ? console.in : file;
  std::string text(kInputBytesMax + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(stream.gcount()));
  if (text.size() > kInputBytesMax) {
    return absl::OutOfRangeError(
        absl::StrCat("`", path, "` is longer than ", kInputBytesMax, " bytes"));
  }
  return text;
}

}  // namespace stratagem::cli
