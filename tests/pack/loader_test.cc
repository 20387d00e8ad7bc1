#include "engine/pack/loader.h"

#include "gtest/gtest.h"
#include "tests/support/golden.h"
namespace stratagem::pack {
namespace {
class ShippedPackTest : public testing::TestWithParam<std::string> {};
TEST_P(ShippedPackTest, LoadsWithoutADiagnostic) {
  Diagnostics diagnostics;
  const std::unique_ptr<const Model> model =
      LoadPack(SourcePath("rules/" + GetParam()), diagnostics);
  EXPECT_EQ(diagnostics.ToString(), "");
  ASSERT_NE(model, nullptr);
  EXPECT_EQ(model->name.text, GetParam());
}
INSTANTIATE_TEST_SUITE_P(All, ShippedPackTest,
                         testing::Values("starter", "retail", "telecom"));
}  // namespace
}  // namespace stratagem::pack
