// The version in every decision record is the release's.

#include "engine/base/versions.h"

#include <string>

#include "gtest/gtest.h"

namespace stratagem {
namespace {

TEST(EngineVersionTest, IsTheProjectsVersion) {
  EXPECT_EQ(std::string(kEngineVersion), STRATAGEM_PROJECT_VERSION);
}

}  // namespace
}  // namespace stratagem
