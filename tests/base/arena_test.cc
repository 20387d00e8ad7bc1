// What must hold for an Arena: pieces never overlap, a bound is exact, and a
// workspace that has seen its largest decision asks the heap no more.

#include "engine/base/arena.h"

#include <cstdint>
#include <cstring>
#include <limits>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "tests/support/allocation_counter.h"

namespace stratagem {
namespace {

TEST(ArenaAllocateTest, PiecesAreAlignedAndDoNotOverlap) {
  Arena arena;
  std::vector<std::pair<char*, size_t>> pieces;
  for (size_t size = 0; size < 300; ++size) {
    auto* const piece = static_cast<char*>(arena.Allocate(size));
    ASSERT_NE(piece, nullptr);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(piece) % 8, 0u);
    std::memset(piece, static_cast<int>(size % 251), size);
    pieces.emplace_back(piece, size);
  }
  for (const auto& [piece, size] : pieces) {
    for (size_t i = 0; i < size; ++i) {
      ASSERT_EQ(static_cast<unsigned char>(piece[i]), size % 251);
    }
  }
}

TEST(ArenaAllocateTest, ReachesItsBoundAndNotAByteMore) {
  Arena arena(64);
  EXPECT_NE(arena.Allocate(40), nullptr);
  EXPECT_EQ(arena.Allocate(32), nullptr);
  EXPECT_NE(arena.Allocate(24), nullptr);
  EXPECT_EQ(arena.bytes_used(), 64u);
  EXPECT_EQ(arena.Allocate(1), nullptr);
  EXPECT_EQ(arena.Allocate(0), nullptr);
}

TEST(ArenaAllocateTest, EmptyPiecesCountTowardsTheBound) {
  Arena arena(64);
  int pieces = 0;
  while (arena.Allocate(0) != nullptr) ++pieces;
  EXPECT_EQ(pieces, 8);
}

TEST(ArenaAllocateTest, AbsurdSizesAreRefusedRatherThanWrapped) {
  Arena arena;
  EXPECT_EQ(arena.Allocate(std::numeric_limits<size_t>::max()), nullptr);
  EXPECT_EQ(arena.Allocate(std::numeric_limits<size_t>::max() - 3), nullptr);
  EXPECT_EQ(
      arena.AllocateArray<int64_t>(std::numeric_limits<size_t>::max() / 4),
      nullptr);
}

TEST(ArenaCopyStringTest, CopiesTextThatMayThenGo) {
  Arena arena;
  std::string text = "gold";
  const absl::string_view copy = arena.CopyString(text);
  text = "lead";
  EXPECT_EQ(copy, "gold");
  EXPECT_EQ(arena.CopyString(""), "");
}

TEST(ArenaResetTest, TheSameWorkAgainNeedsNoHeap) {
  Arena arena;
  const auto work = [&arena] {
    for (size_t size = 1; size < 2000; size += 7) arena.Allocate(size);
  };
  work();
  arena.Reset();
  EXPECT_EQ(arena.bytes_used(), 0u);
  const AllocationCounter counter;
  for (int round = 0; round < 10; ++round) {
    work();
    arena.Reset();
  }
  EXPECT_EQ(counter.count(), 0);
}

TEST(ArenaMoveTest, PointersSurvive) {
  Arena arena;
  const absl::string_view text = arena.CopyString("gold");
  const Arena moved = std::move(arena);
  EXPECT_EQ(text, "gold");
  EXPECT_EQ(moved.bytes_used(), 8u);
}

}  // namespace
}  // namespace stratagem
