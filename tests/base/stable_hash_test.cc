// What must hold for the stable hash: these very numbers, whatever the machine,
// and shares that are what they say.

#include "engine/base/stable_hash.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace stratagem {
namespace {

// Computed by another program, from the header's words alone.
TEST(StableSlotTest, HasTheseSlotsInVersionOne) {
  EXPECT_EQ(StableSlot("win-back-1", "c-1", 10'000), 558u);
  EXPECT_EQ(StableSlot("", "", 10'000), 6848u);
  EXPECT_EQ(StableSlot("", "c-1", 10'000), 5457u);
  EXPECT_EQ(StableSlot("c-", "1", 10'000), 6904u);
  EXPECT_EQ(StableSlot("salt", "客户", 10'000), 7935u);
  EXPECT_EQ(StableSlot("salt", "c-1", 1), 0u);
  EXPECT_EQ(StableSlot("salt", "c-1", 4'294'967'295), 2'095'641'072u);
}

TEST(StableSlotTest, ASharesCustomersAreSoMany) {
  constexpr int kUnits = 20'000;
  int under_one_salt = 0;
  int under_both = 0;
  for (int i = 0; i < kUnits; ++i) {
    const std::string unit = absl::StrCat("customer-", i);
    const bool is_in = StableSlot("one", unit, 10'000) < 2'000;
    under_one_salt += is_in;
    under_both += is_in && StableSlot("two", unit, 10'000) < 2'000;
  }
  // Five standard deviations of 4,000 and of 800 of 20,000.
  EXPECT_NEAR(under_one_salt, 4'000, 5 * 57);
  EXPECT_NEAR(under_both, 800, 5 * 28);
}

}  // namespace
}  // namespace stratagem
