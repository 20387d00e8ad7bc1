// What must hold for lists that are taken as sets.

#include "gtest/gtest.h"
#include "tests/expr/shown.h"

namespace stratagem::expr {
namespace {

TEST(SetsContainsTest, IsTrueWhenEveryItemIsInTheFirstList) {
  ExpectShown({
      {"sets.contains([], [])", "true"},
      {"sets.contains([], [1])", "false"},
      {"sets.contains([1], [])", "true"},
      {"sets.contains([1, 2, 3, 4], [2, 3])", "true"},
      {"sets.contains([1, 2], [2, 3])", "false"},
      {"sets.contains([1], [1, 1, 1])", "true"},
      {"sets.contains([dyn(1), 2.0, 3u], [dyn(1.0), 2u, 3])", "true"},
      {"sets.contains(['a', 'b'], ['b'])", "true"},
      {"sets.contains([[1], [2, 3]], [dyn([2, 3.0])])", "true"},
      {"sets.contains([{'a': 1}], [{'a': 1}])", "true"},
      {"sets.contains([dyn(1)], [dyn('1')])", "false"},
      {"sets.contains([0.0 / 0.0], [0.0 / 0.0])", "false"},
      {"sets.contains([ip('1.2.3.4')], [ip('1.2.3.4')])", "true"},
      {"sets.contains([dyn(null)], [dyn(false)])", "false"},
  });
}

TEST(SetsEquivalentTest, AsksBothWays) {
  ExpectShown({
      {"sets.equivalent([], [])", "true"},
      {"sets.equivalent([1], [1, 1])", "true"},
      {"sets.equivalent([1, 2, 3], [dyn(3u), 2.0, 1])", "true"},
      {"sets.equivalent([1, 2], [1])", "false"},
      {"sets.equivalent([1], [1, 2])", "false"},
  });
}

TEST(SetsIntersectsTest, IsTrueWhenOneItemIsInBoth) {
  ExpectShown({
      {"sets.intersects([], [])", "false"},
      {"sets.intersects([1], [])", "false"},
      {"sets.intersects([], [1])", "false"},
      {"sets.intersects([1], [1, 2])", "true"},
      {"sets.intersects([1], [2, 3])", "false"},
      {"sets.intersects([[1], [2, 3]], [[1, 2], dyn([2, 3.0])])", "true"},
  });
}

TEST(SetsContainsTest, AnErrorAmongTheItemsIsTheResult) {
  ExpectShown({{"sets.contains([1], [1 / 0])", "error(division by zero)"}});
}

TEST(SetsContainsTest, ListsAndWhatIsNoneAreToldApartBeforeTheyRun) {
  World world;
  EXPECT_NE(world.Diagnose("sets.contains([1], 1)"), "");
  EXPECT_NE(world.Diagnose("sets.contains([1], ['a'])"), "");
}

}  // namespace
}  // namespace stratagem::expr
