// What must hold for docs/configuration.md and deploy/stratagemd.yaml: they
// name every option as it is.

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/config/option_list.h"
#include "tests/config/reading.h"
#include "tests/support/golden.h"

namespace stratagem::server {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

constexpr char kPage[] = "docs/configuration.md";
constexpr char kBegin[] = "<!-- options: made by tests/config -->\n";
constexpr char kEnd[] = "<!-- end of options -->\n";

std::string ReadSource(const std::string& path) {
  std::ifstream file(SourcePath(path), std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string RowOf(const OptionSpec& spec) {
  const std::string standard = absl::StrJoin(spec.type.write(Options()), ", ");
  return absl::StrCat("| `", spec.key, "` | ", spec.type.bounds, " | ",
                      standard.empty() ? "" : absl::StrCat("`", standard, "`"),
                      " | ", spec.reloads ? "yes" : "", " | ", spec.help,
                      " |\n");
}

std::string OptionTables() {
  std::string tables;
  const OptionSpec* last = nullptr;
  for (const OptionSpec& spec : OptionList()) {
    if (last == nullptr || last->group != spec.group) {
      absl::StrAppend(&tables, "\n### ", GroupTitle(spec.group),
                      "\n\n| key | values | default | SIGHUP | what it is |\n"
                      "|---|---|---|---|---|\n");
    }
    tables += RowOf(spec);
    last = &spec;
  }
  return tables + "\n";
}

// With UPDATE_GOLDEN=1 the tables of the page are written anew.
TEST(ConfigurationPageTest, ItsTablesAreTheListOfOptions) {
  const std::string page = ReadSource(kPage);
  const size_t begin = page.find(kBegin);
  const size_t end = page.find(kEnd);
  ASSERT_NE(begin, std::string::npos);
  ASSERT_NE(end, std::string::npos);
  const size_t tables = begin + std::string(kBegin).size();
  ExpectMatchesGolden(
      absl::StrCat(page.substr(0, tables), OptionTables(), page.substr(end)),
      kPage);
}

TEST(ExampleFileTest, IsReadAndSaysNothingButDefaults) {
  const std::string path = SourcePath("deploy/stratagemd.yaml");
  const Reading reading = Read({"--config", path.c_str()});
  EXPECT_EQ(reading.said, "");
  ASSERT_TRUE(reading.configuration.has_value());
  EXPECT_THAT(ChangedKeys(Options(), reading.options()), IsEmpty());
}

TEST(ExampleFileTest, HasALineForEachOptionWithItsDefault) {
  const std::string text = "\n" + ReadSource("deploy/stratagemd.yaml");
  for (const OptionSpec& spec : OptionList()) {
    const std::vector<std::string> standard = spec.type.write(Options());
    if (spec.type.is_list() || standard.front().empty()) {
      EXPECT_THAT(text, HasSubstr(absl::StrCat("\n# ", spec.key, ":")));
    } else {
      EXPECT_THAT(text, HasSubstr(absl::StrCat("\n", spec.key, ": ",
                                               standard.front(), "\n")));
    }
  }
}

}  // namespace
}  // namespace stratagem::server
