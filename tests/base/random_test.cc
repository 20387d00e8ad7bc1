// What must hold for random numbers: they are the published generator's, to the
// bit, and places of a decision do not share draws.

#include "engine/base/random.h"

#include <array>
#include <cstdint>
#include <limits>
#include <set>
#include <vector>

#include "gtest/gtest.h"

namespace stratagem {
namespace {

using Block = std::array<uint32_t, 4>;

// The known answers that the authors of Philox publish with it (Random123).
TEST(PhiloxTest, GivesThePublishedAnswers) {
  EXPECT_EQ(Philox4x32({0, 0, 0, 0}, {0, 0}),
            (Block{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(Philox4x32({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
                       {0xffffffff, 0xffffffff}),
            (Block{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(Philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
                       {0xa4093822, 0x299f31d0}),
            (Block{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(SlotDrawTest, IsTheUpperHalfOfABlockAsAShare) {
  // From the first known answer: 0xe169c58d6627e8d5 / 2^64, cut to 53 bits.
  EXPECT_EQ(SlotDraw(0, 0, 0),
            static_cast<double>(0xe169c58d6627e8d5 >> 11) * 0x1p-53);
}

// Published for other implementations of kRandomVersion 1; a change of any is a
// change of what recorded seeds come to.
TEST(SlotDrawTest, HasTestVectors) {
  EXPECT_EQ(SlotDraw(1, 0, 0), 8058603510201600 * 0x1p-53);
  EXPECT_EQ(SlotDraw(1, 0, 1), 7873300371177730 * 0x1p-53);
  EXPECT_EQ(SlotDraw(1, 1, 0), 1208993692280831 * 0x1p-53);
  EXPECT_EQ(SlotDraw(uint64_t{1} << 32, 0, 0), 8813457958747079 * 0x1p-53);
  EXPECT_EQ(SlotDraw(std::numeric_limits<uint64_t>::max(), 7, 999),
            5841362917021237 * 0x1p-53);
}

TEST(SlotDrawTest, PlacesAndSeedsDoNotShareDraws) {
  std::set<double> draws;
  size_t count = 0;
  for (const uint64_t seed :
       {uint64_t{0}, uint64_t{1}, uint64_t{1} << 32, uint64_t{1} << 63}) {
    for (uint32_t placement = 0; placement < 20; ++placement) {
      for (uint32_t slot = 0; slot < 20; ++slot, ++count) {
        draws.insert(SlotDraw(seed, placement, slot));
      }
    }
  }
  EXPECT_EQ(draws.size(), count);
}

TEST(SlotDrawTest, FillsItsRangeEvenly) {
  std::vector<int> counts(10, 0);
  for (uint64_t seed = 0; seed < 100'000; ++seed) {
    const double draw = SlotDraw(seed, 0, 0);
    ASSERT_GE(draw, 0.0);
    ASSERT_LT(draw, 1.0);
    ++counts[static_cast<size_t>(draw * 10)];
  }
  // Six standard deviations of 100,000 throws at 0.1.
  for (const int count : counts) EXPECT_NEAR(count, 10'000, 570);
}

}  // namespace
}  // namespace stratagem
