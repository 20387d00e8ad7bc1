#include "server/ops/time_zones.h"

#include <fstream>

#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

namespace stratagem::server {

std::string ReadTimeZonesVersion(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  absl::string_view version = line;
  if (!absl::ConsumePrefix(&version, "# version ") || version.empty()) {
    return "unknown";
  }
  return std::string(version);
}

}  // namespace stratagem::server
