// What must hold for a SourceText: an error inside text that was cut out of a
// file is reported at the file's own line and column.

#include "engine/base/source_text.h"

#include <string>
#include <utility>

#include "gtest/gtest.h"

namespace stratagem {
namespace {

std::string At(const SourceText& text, size_t offset) {
  return ToString(text.Locate(offset));
}

TEST(SourceLocationTest, LineZeroIsTheWholeFile) {
  EXPECT_EQ(ToString(SourceLocation{"pack.yaml"}), "pack.yaml");
  EXPECT_EQ(ToString(SourceLocation{"pack.yaml", 4, 5}), "pack.yaml:4:5");
}

TEST(SourceTextLocateTest, RunsOnFromItsStartAndAcrossLines) {
  const SourceText text("ab\ncd\n\ne", {"x.cel", 7, 10});
  EXPECT_EQ(At(text, 0), "x.cel:7:10");
  EXPECT_EQ(At(text, 2), "x.cel:7:12");  // The line break itself.
  EXPECT_EQ(At(text, 3), "x.cel:8:1");
  EXPECT_EQ(At(text, 4), "x.cel:8:2");
  EXPECT_EQ(At(text, 6), "x.cel:9:1");
  EXPECT_EQ(At(text, 7), "x.cel:10:1");
  EXPECT_EQ(At(text, 8), "x.cel:10:2");  // The end.
}

TEST(SourceTextLocateTest, OffsetsPastTheEndAreTheEnd) {
  const SourceText text("abc", {"x.cel", 1, 1});
  EXPECT_EQ(At(text, 3), "x.cel:1:4");
  EXPECT_EQ(At(text, 4000), "x.cel:1:4");
}

TEST(SourceTextLocateTest, ColumnsCountBytes) {
  const SourceText text("é+", {"x.cel", 1, 1});
  EXPECT_EQ(At(text, 2), "x.cel:1:3");
}

// Two lines of a block scalar that is indented by four, the second after an
// escape that took six bytes of the file for one of the text.
TEST(SourceTextLocateTest, AnchorsJump) {
  const SourceText text("ab\ncXd", "pack.yaml",
                        {{0, 3, 5}, {3, 4, 5}, {5, 4, 12}});
  EXPECT_EQ(At(text, 1), "pack.yaml:3:6");
  EXPECT_EQ(At(text, 2), "pack.yaml:3:7");
  EXPECT_EQ(At(text, 3), "pack.yaml:4:5");
  EXPECT_EQ(At(text, 4), "pack.yaml:4:6");
  EXPECT_EQ(At(text, 5), "pack.yaml:4:12");
  EXPECT_EQ(At(text, 6), "pack.yaml:4:13");
}

TEST(SourceTextLocateTest, AnEmptyTextHasAPlace) {
  EXPECT_EQ(At(SourceText("", {"pack.yaml", 3, 9}), 0), "pack.yaml:3:9");
  EXPECT_EQ(ToString(SourceText().Locate(0)), ":1:1");
}

TEST(SourceTextDeathTest, NeedsAnAnchorAtTheStart) {
  EXPECT_DEATH(SourceText("ab", "x", {}), "check failed");
  EXPECT_DEATH(SourceText("ab", "x", {{1, 1, 1}}), "check failed");
}

}  // namespace
}  // namespace stratagem
