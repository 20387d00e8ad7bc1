// What must hold for Diagnostics: an author sees every mistake once, in the
// order of the text, and a flood of them stays bounded but counted.

#include "engine/base/diagnostics.h"

#include <string>

#include "absl/strings/match.h"
#include "engine/base/limits.h"
#include "gtest/gtest.h"

namespace stratagem {
namespace {

TEST(DiagnosticsToStringTest, IsEmptyWithoutAny) {
  const Diagnostics diagnostics;
  EXPECT_EQ(diagnostics.ToString(), "");
  EXPECT_FALSE(diagnostics.has_errors());
}

TEST(DiagnosticsToStringTest,
     SortsByFileLineAndColumnAndKeepsTheOrderOfOnePlace) {
  Diagnostics diagnostics;
  diagnostics.AddError("E900", {"pack.yaml", 10, 1}, "line ten");
  diagnostics.AddError("E901", {"pack.yaml", 9, 7}, "second at one place");
  diagnostics.AddWarning("W902", {"pack.yaml", 9, 7}, "third at one place",
                         "leave it out");
  diagnostics.AddError("E903", {"pack.yaml", 9, 3}, "earlier column");
  diagnostics.AddError("E904", {"offers.yaml", 99, 1}, "other file");
  diagnostics.AddError("E905", {"pack.yaml"}, "the whole file");
  EXPECT_EQ(diagnostics.ToString(),
            "offers.yaml:99:1: error E904: other file\n"
            "pack.yaml: error E905: the whole file\n"
            "pack.yaml:9:3: error E903: earlier column\n"
            "pack.yaml:9:7: error E901: second at one place\n"
            "pack.yaml:9:7: warning W902: third at one place\n"
            "  hint: leave it out\n"
            "pack.yaml:10:1: error E900: line ten\n");
}

TEST(DiagnosticsCountTest, WarningsAreNotErrors) {
  Diagnostics diagnostics;
  diagnostics.AddWarning("W900", {"pack.yaml", 1, 1}, "a warning");
  EXPECT_FALSE(diagnostics.has_errors());
  EXPECT_EQ(diagnostics.warning_count(), 1u);
  diagnostics.AddError("E900", {"pack.yaml", 1, 1}, "an error");
  EXPECT_TRUE(diagnostics.has_errors());
  EXPECT_EQ(diagnostics.error_count(), 1u);
}

TEST(DiagnosticsLimitTest, AFloodIsKeptToTheLimitAndCounted) {
  Diagnostics diagnostics;
  for (size_t i = 0; i < kDiagnosticsMax + 5; ++i) {
    diagnostics.AddError("E900", {"pack.yaml", 1, 1}, "again");
  }
  EXPECT_EQ(diagnostics.Sorted().size(), kDiagnosticsMax);
  EXPECT_EQ(diagnostics.error_count(), kDiagnosticsMax + 5);
  EXPECT_TRUE(absl::EndsWith(diagnostics.ToString(), "and 5 more\n"));
}

}  // namespace
}  // namespace stratagem
