// What must hold for durations in words: days and CEL's units are read, and
// nothing else is taken for one.

#include "engine/base/duration_text.h"

#include <optional>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace stratagem {
namespace {

struct DurationCase {
  std::string text;
  std::optional<absl::Duration> want;
};

TEST(ParseDurationTest, ReadsDaysAndTheUnitsOfCel) {
  for (const DurationCase& test : std::vector<DurationCase>{
           {"90d", absl::Hours(90 * 24)},
           {"0d", absl::ZeroDuration()},
           {"10m", absl::Minutes(10)},
           {"1h30m", absl::Minutes(90)},
           {"1.5h", absl::Minutes(90)},
           {"250ms", absl::Milliseconds(250)},
           {"-45s", absl::Seconds(-45)},
           {"0", absl::ZeroDuration()},
       }) {
    EXPECT_EQ(ParseDuration(test.text), test.want) << test.text;
  }
}

TEST(ParseDurationTest, RefusesWhatIsNone) {
  for (const char* text :
       {"", "d", "90", "10 m", "1d12h", "-1d", "1.5d", "90D", "ten minutes",
        "inf", "-inf", "99999999999d", "+1d"}) {
    EXPECT_EQ(ParseDuration(text), std::nullopt) << text;
  }
}

TEST(DurationTextTest, WritesWhatIsReadBack) {
  for (const char* text : {"90d", "1h30m", "45s", "250ms", "-45s", "0", "1d"}) {
    const std::optional<absl::Duration> duration = ParseDuration(text);
    ASSERT_TRUE(duration.has_value()) << text;
    EXPECT_EQ(DurationText(*duration), text);
  }
  EXPECT_EQ(DurationText(absl::Hours(48)), "2d");
}

}  // namespace
}  // namespace stratagem
