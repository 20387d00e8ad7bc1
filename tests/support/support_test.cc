// What the other tests rely on: matchers that tell success from failure, a
// golden file that fails when it differs, folders that go away, and a counter
// that sees every allocation of this thread only.

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gmock/gmock.h"
#include "gtest/gtest-spi.h"
#include "gtest/gtest.h"
#include "tests/support/allocation_counter.h"
#include "tests/support/golden.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace stratagem {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST(StatusMatchersTest, TellSuccessFromFailure) {
  const absl::StatusOr<std::string> good = std::string("gold");
  const absl::StatusOr<std::string> bad = absl::NotFoundError("no pack `x`");
  EXPECT_THAT(absl::OkStatus(), IsOk());
  EXPECT_THAT(good, IsOk());
  EXPECT_THAT(bad, Not(IsOk()));
  EXPECT_THAT(good, IsOkAndHolds(std::string("gold")));
  EXPECT_THAT(good, IsOkAndHolds(StartsWith("go")));
  EXPECT_THAT(good, Not(IsOkAndHolds(StartsWith("si"))));
  EXPECT_THAT(bad, Not(IsOkAndHolds(testing::_)));
}

TEST(StatusMatchersTest, CompareCodeAndMessage) {
  const absl::Status status = absl::NotFoundError("no pack `x`");
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kNotFound, HasSubstr("`x`")));
  EXPECT_THAT(status, Not(StatusIs(absl::StatusCode::kInternal)));
  EXPECT_THAT(status,
              Not(StatusIs(absl::StatusCode::kNotFound, HasSubstr("`y`"))));
}

TEST(TempDirTest, IsEmptyAtFirstAndGoneAtTheEnd) {
  std::string path;
  {
    const TempDir folder;
    path = folder.path();
    EXPECT_TRUE(std::filesystem::is_empty(path));
    EXPECT_TRUE(std::filesystem::exists(folder.Write("a/b.txt", "text")));
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(GoldenTest, ADifferenceFailsAndNamesTheLine) {
  // Each case is a process of its own under CTest, so this reaches no other.
  unsetenv("UPDATE_GOLDEN");
  ExpectMatchesGolden("first\nsecond\n", "tests/golden/support/example.txt");
  EXPECT_NONFATAL_FAILURE(
      ExpectMatchesGolden("first\nthird\n", "tests/golden/support/example.txt"),
      "line 2");
  EXPECT_NONFATAL_FAILURE(
      ExpectMatchesGolden("", "tests/golden/support/absent.txt"), "is missing");
}

TEST(AllocationCounterTest, CountsThisThreadOnly) {
  AllocationCounter counter;
  EXPECT_EQ(counter.count(), 0);
  auto one = std::make_unique<std::string>(100, 'x');
  EXPECT_EQ(counter.count(), 2);
  EXPECT_GE(counter.bytes(), 100);
  counter.Reset();
  int64_t elsewhere = 0;
  std::thread other([&elsewhere] {
    const AllocationCounter inner;
    const std::vector<int> numbers(1000);
    elsewhere = inner.count() + static_cast<int64_t>(numbers[0]);
  });
  const int64_t starting_the_thread = counter.count();
  other.join();
  EXPECT_EQ(elsewhere, 1);
  EXPECT_EQ(counter.count(), starting_the_thread);
}

}  // namespace
}  // namespace stratagem
