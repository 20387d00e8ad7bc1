#include "tests/support/shared_data.h"

#include <cstdlib>
#include <filesystem>

#include "absl/strings/str_cat.h"

namespace stratagem {

std::string SharedDataPath(absl::string_view name) {
  const char* const folder = std::getenv("STRATAGEM_SHARED_DATA");
  if (folder != nullptr && *folder != '\0') {
    return absl::StrCat(folder, "/", name);
  }
  return (std::filesystem::path(STRATAGEM_SOURCE_DIR).parent_path() / "shared" /
          "data" / std::string(name))
      .string();
}

bool HasSharedData(absl::string_view name) {
  std::error_code error;
  return std::filesystem::exists(SharedDataPath(name), error);
}

}  // namespace stratagem
