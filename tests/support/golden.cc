#include "tests/support/golden.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"

namespace stratagem {
namespace {

bool UpdateRequested() {
  const char* const update = std::getenv("UPDATE_GOLDEN");
  return update != nullptr && absl::string_view(update) == "1";
}

std::optional<std::string> ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(file), {});
}

void WriteFile(const std::string& path, absl::string_view text) {
  std::error_code error;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(),
                                      error);
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(text.data(), static_cast<std::streamsize>(text.size()));
  file.close();
  EXPECT_FALSE(file.fail()) << "cannot write " << path;
}

// "line 3\n  want: …\n  got:  …", for the first line that differs.
std::string FirstDifference(absl::string_view want, absl::string_view got) {
  const std::vector<absl::string_view> wanted = absl::StrSplit(want, '\n');
  const std::vector<absl::string_view> found = absl::StrSplit(got, '\n');
  for (size_t i = 0; i < std::max(wanted.size(), found.size()); ++i) {
    const absl::string_view a = i < wanted.size() ? wanted[i] : "(no line)";
    const absl::string_view b = i < found.size() ? found[i] : "(no line)";
    if (a != b) {
      return absl::StrCat("line ", i + 1, "\n  want: ", a, "\n  got:  ", b);
    }
  }
  return "";
}

}  // namespace

std::string SourcePath(absl::string_view path) {
  return absl::StrCat(STRATAGEM_SOURCE_DIR, "/", path);
}

void ExpectMatchesGolden(absl::string_view text, const std::string& path) {
  const std::string file = SourcePath(path);
  if (UpdateRequested()) {
    WriteFile(file, text);
    return;
  }
  const std::optional<std::string> want = ReadFile(file);
  if (!want.has_value()) {
    ADD_FAILURE() << path << " is missing; run the test with UPDATE_GOLDEN=1 "
                  << "and review what it writes. Found:\n"
                  << std::string(text);
    return;
  }
  if (*want == text) return;
  ADD_FAILURE() << path << " differs at " << FirstDifference(*want, text)
                << "\nif the new text is right, run the test with "
                << "UPDATE_GOLDEN=1 and review the diff. Found:\n"
                << std::string(text);
}

}  // namespace stratagem
