// What must hold for LacksZone: it is true of times that a zone makes whole,
// and of nothing else.

#include "engine/base/time_text.h"

#include "gtest/gtest.h"

namespace stratagem {
namespace {

TEST(LacksZoneTest, IsTrueOfATimeWithoutItsZone) {
  EXPECT_TRUE(LacksZone("2026-11-15T10:00:00"));
  EXPECT_TRUE(LacksZone("2026-11-15T10:00:00.25"));
}

TEST(LacksZoneTest, IsFalseOfAllElse) {
  for (const char* text :
       {"", "2026-11-15T10:00:00Z", "2026-11-15T10:00:00+08:00", "2026-11-15",
        "2026-11-15T10:00", "2026-13-15T10:00:00", "2026-11-15T10:00:00 ",
        "infinite-future", "tomorrow"}) {
    EXPECT_FALSE(LacksZone(text)) << text;
  }
}

}  // namespace
}  // namespace stratagem
