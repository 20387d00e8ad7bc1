// What must hold for RefusedPacks: a folder stands refused until it is
// forgiven, what is refused again for the same reason is not told again, and a
// watcher hears of the first and of the last.

#include "server/reload/refused_packs.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace stratagem::server {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class RefusedPacksTest : public testing::Test {
 protected:
  std::vector<std::string> Texts() {
    std::vector<std::string> texts;
    for (const RefusedPack& one : refused_.All()) {
      texts.push_back(one.folder + ": " + one.message);
    }
    return texts;
  }

  absl::Time now_ = absl::FromUnixSeconds(1'800'000'000);
  RefusedPacks refused_{[this] { return now_; }};
};

TEST_F(RefusedPacksTest, AFolderStandsRefusedUntilItIsForgiven) {
  refused_.Refuse("b", "tests fail");
  refused_.Refuse("a", "nonsense");
  EXPECT_THAT(Texts(), ElementsAre("a: nonsense", "b: tests fail"));
  refused_.Forgive("a");
  refused_.Forgive("c");
  EXPECT_THAT(Texts(), ElementsAre("b: tests fail"));
  refused_.Forgive("b");
  EXPECT_THAT(Texts(), IsEmpty());
  EXPECT_EQ(refused_.count(), 2u);
}

TEST_F(RefusedPacksTest, TheSameAgainIsNotAnotherRefusal) {
  refused_.Refuse("a", "nonsense");
  const absl::Time first = now_;
  now_ += absl::Hours(1);
  refused_.Refuse("a", "nonsense");
  EXPECT_EQ(refused_.All().front().at, first);
  EXPECT_EQ(refused_.count(), 1u);
  refused_.Refuse("a", "other nonsense");
  EXPECT_EQ(refused_.All().front().at, now_);
  EXPECT_EQ(refused_.count(), 2u);
}

TEST_F(RefusedPacksTest, VersionsAreThoseOfTheLastTimeAndCountOnce) {
  const RefusedPack one = {"packs/1", "damaged", now_};
  const RefusedPack two = {"packs/2", "damaged", now_};
  refused_.SetVersions({one});
  refused_.SetVersions({one, two});
  refused_.Refuse("a", "nonsense");
  EXPECT_THAT(Texts(), ElementsAre("packs/1: damaged", "packs/2: damaged",
                                   "a: nonsense"));
  EXPECT_EQ(refused_.count(), 3u);
  refused_.SetVersions({});
  EXPECT_THAT(Texts(), ElementsAre("a: nonsense"));
}

TEST_F(RefusedPacksTest, ACallCountsAndStandsNowhere) {
  refused_.RefuseCall("shop@2", "tests fail");
  refused_.RefuseCall("shop@2", "tests fail");
  EXPECT_THAT(Texts(), IsEmpty());
  EXPECT_EQ(refused_.count(), 2u);
}

TEST_F(RefusedPacksTest, AWatcherHearsOfTheFirstAndOfTheLast) {
  std::vector<bool> heard;
  refused_.Watch([&heard](bool any) { heard.push_back(any); });
  EXPECT_THAT(heard, ElementsAre(false));
  refused_.RefuseCall("shop@2", "tests fail");
  refused_.Refuse("a", "nonsense");
  refused_.Refuse("b", "nonsense");
  refused_.SetVersions({{"packs/1", "damaged", now_}});
  refused_.Forgive("a");
  refused_.Forgive("b");
  EXPECT_THAT(heard, ElementsAre(false, true));
  refused_.SetVersions({});
  EXPECT_THAT(heard, ElementsAre(false, true, false));
  refused_.Watch(nullptr);
  refused_.Refuse("a", "nonsense");
  EXPECT_EQ(heard.size(), 3u);
  // The next one hears how it stands.
  refused_.Watch([&heard](bool any) { heard.push_back(any); });
  EXPECT_THAT(heard, ElementsAre(false, true, false, true));
}

}  // namespace
}  // namespace stratagem::server
