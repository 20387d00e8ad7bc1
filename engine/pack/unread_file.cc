#include "engine/pack/unread_file.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"

namespace stratagem::pack {
namespace {

constexpr char kTestEnding[] = "_test.yaml";

bool SaysTest(absl::string_view word) {
  return absl::EqualsIgnoreCase(word, "test") ||
         absl::EqualsIgnoreCase(word, "tests");
}

// "shop/" of "shop/offers.yaml".
absl::string_view FolderOf(absl::string_view path) {
  const size_t slash = path.rfind('/');
  return slash == absl::string_view::npos ? "" : path.substr(0, slash + 1);
}

// "shop/offers" of "shop/offers.yaml".
absl::string_view WithoutEnding(absl::string_view path) {
  return path.substr(0, path.rfind('.'));
}

// "shop/offers_test.yaml" when `path` is "shop/offers-tests.yaml",
// "shop/test_offers.yml" or so; "" when nothing says that it is a test.
std::string TestNameOf(absl::string_view path) {
  const absl::string_view folder = FolderOf(path);
  const absl::string_view name = WithoutEnding(path).substr(folder.size());
  std::vector<absl::string_view> words =
      absl::StrSplit(name, absl::ByAnyChar("_-. "), absl::SkipEmpty());
  const size_t count = words.size();
  std::erase_if(words, SaysTest);
  const std::vector<absl::string_view> folders = absl::StrSplit(folder, '/');
  if (words.size() == count &&
      std::none_of(folders.begin(), folders.end(), SaysTest)) {
    return "";
  }
  if (words.empty()) words.push_back("pack");
  return absl::StrCat(folder, absl::StrJoin(words, "_"), kTestEnding);
}

}  // namespace

void WarnOfUnreadFile(const std::string& path, bool knows_tables,
                      Diagnostics& diagnostics) {
  if (absl::EndsWith(path, kTestEnding)) return;
  const auto warn = [&](absl::string_view code, std::string message,
                        std::string hint) {
    diagnostics.AddWarning(code, {path, 0, 0}, std::move(message),
                           std::move(hint));
  };
  constexpr absl::string_view kElse = ", or move it out of the pack's folder";
  if (absl::EndsWith(path, ".csv")) {
    if (!knows_tables) return;
    warn("W264", "no table reads this file",
         absl::StrCat("name it with `rows_from:` in a table", kElse));
  } else if (const std::string name = TestNameOf(path); !name.empty()) {
    warn("W265",
         "this file is not run as a test: its name does not end in "
         "`_test.yaml`",
         absl::StrCat("rename it to `", name, "`"));
  } else if (absl::EndsWith(path, ".yaml")) {
    warn("W264", "the pack does not include this file",
         absl::StrCat("list it under `include:` in pack.yaml", kElse));
  } else {
    warn("W264", "the pack does not include this file",
         absl::StrCat("rename it to `", WithoutEnding(path),
                      ".yaml` and list it under `include:` in pack.yaml",
                      kElse));
  }
}

}  // namespace stratagem::pack
