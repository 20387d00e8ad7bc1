// What must hold for a watched folder: packs come to serve as they appear in
// it, never half written, and what is wrong with one leaves what serves.

#include "server/reload/watched_folder.h"

#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/store/memory_store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/server/shop_pack.h"
#include "tests/server/test_host.h"
#include "tests/server/wire_pack.h"
#include "tests/support/temp_dir.h"

namespace stratagem::server {
namespace {

namespace fs = std::filesystem;

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class WatchedFolderTest : public testing::Test {
 protected:
  WatchedFolderTest() { fs::create_directories(watched_); }
  ~WatchedFolderTest() override {
    registry_.reset();
    host_->Stop();
  }

  void Write(const std::string& folder, const ShopOptions& shop) {
    WriteShop(dir_, "packs/" + folder, shop);
  }
  // As often as it takes for what rests.
  void LookTwice() {
    folder_.Look();
    folder_.Look();
  }
  // "shop@2" each that is live, in their order.
  std::vector<std::string> Live() {
    std::vector<std::string> live;
    for (const auto& plan : registry_->serving().router()->plans()) {
      live.push_back(
          absl::StrCat(plan->summary().name, "@", plan->summary().version));
    }
    return live;
  }
  std::vector<std::string> Refused() {
    std::vector<std::string> folders;
    for (const RefusedPack& refused : registry_->refused().All()) {
      folders.push_back(fs::path(refused.folder).filename().string());
    }
    return folders;
  }
  uint64_t Records() { return host_->stores()->log->stats().records; }

  const TempDir dir_;
  const std::string watched_ = dir_.Join("packs");
  const std::unique_ptr<StoreHost> host_ = HostOf(store::NewMemoryStore());
  std::unique_ptr<PackRegistry> registry_ =
      *PackRegistry::Start({}, {}, *host_);
  WatchedFolder folder_{watched_, *registry_};
};

TEST_F(WatchedFolderTest, APackServesOnceItRests) {
  Write("shop", {});
  folder_.Look();
  EXPECT_THAT(Live(), IsEmpty());
  // It is still being written.
  dir_.Write("packs/shop/notes.txt", "more");
  folder_.Look();
  EXPECT_THAT(Live(), IsEmpty());
  folder_.Look();
  EXPECT_THAT(Live(), ElementsAre("shop@1"));
  EXPECT_EQ(Records(), 1u);
  LookTwice();
  EXPECT_EQ(Records(), 1u);
}

TEST_F(WatchedFolderTest, ANewVersionTakesOverAndAnotherPackServesBesideIt) {
  Write("shop", {});
  LookTwice();
  Write("shop", {.version = "2"});
  Write("bank", {.name = "bank"});
  LookTwice();
  EXPECT_THAT(Live(), ElementsAre("shop@1", "shop@2", "bank@1"));
  EXPECT_THAT(Refused(), IsEmpty());
}

TEST_F(WatchedFolderTest, APackWithErrorsLeavesWhatServesUntilItIsMended) {
  Write("shop", {});
  LookTwice();
  Write("shop", {.version = "2"});
  const std::string path = "packs/shop/pack.yaml";
  dir_.Write(path, ShopFiles({.version = "2"})["pack.yaml"] + "nonsense: 1\n");
  LookTwice();
  EXPECT_THAT(Live(), ElementsAre("shop@1"));
  ASSERT_THAT(Refused(), ElementsAre("shop"));
  EXPECT_THAT(registry_->refused().All().front().message,
              HasSubstr("nonsense"));
  Write("shop", {.version = "2"});
  LookTwice();
  EXPECT_THAT(Live(), ElementsAre("shop@1", "shop@2"));
  EXPECT_THAT(Refused(), IsEmpty());
}

TEST_F(WatchedFolderTest, APackWhoseTestsFailIsNotTakenOver) {
  Write("shop", {});
  LookTwice();
  Write("shop", {.version = "2", .expected_discount = "7"});
  LookTwice();
  EXPECT_THAT(Live(), ElementsAre("shop@1"));
  EXPECT_THAT(registry_->refused().All().front().message,
              HasSubstr("tests fail"));
  // Mended tests are enough.
  Write("shop", {.version = "2", .expected_discount = "1"});
  LookTwice();
  EXPECT_THAT(Live(), ElementsAre("shop@1", "shop@2"));
}

TEST_F(WatchedFolderTest, AnEditWithoutANewVersionIsRefused) {
  Write("shop", {});
  LookTwice();
  Write("shop", {.discount = 3});
  LookTwice();
  EXPECT_THAT(registry_->refused().All().front().message,
              HasSubstr("another `version` in pack.yaml"));
  // Back again.
  Write("shop", {});
  LookTwice();
  EXPECT_THAT(Refused(), IsEmpty());
  EXPECT_EQ(Records(), 1u);
}

TEST_F(WatchedFolderTest, WhatOperatorsRolledBackIsNotActivatedAgain) {
  Write("one", {});
  Write("two", {.version = "2"});
  LookTwice();
  ASSERT_TRUE(registry_->RollBack({"shop", "2"}, {}).ok());
  dir_.Write("packs/two/notes.txt", "touched");
  LookTwice();
  EXPECT_THAT(Live(), ElementsAre("shop@1"));
  EXPECT_THAT(Refused(), IsEmpty());
}

TEST_F(WatchedFolderTest, NothingStopsServingWhenItsFolderGoes) {
  Write("shop", {});
  Write("bad", {.name = "bad", .expected_discount = "7"});
  LookTwice();
  EXPECT_THAT(Refused(), ElementsAre("bad"));
  fs::remove_all(watched_ + "/shop");
  fs::remove_all(watched_ + "/bad");
  LookTwice();
  EXPECT_THAT(Live(), ElementsAre("shop@1"));
  EXPECT_THAT(Refused(), IsEmpty());
}

TEST_F(WatchedFolderTest, AFolderThatIsGoneIsToldAndComesBack) {
  fs::remove_all(watched_);
  folder_.Look();
  EXPECT_THAT(Refused(), ElementsAre("packs"));
  fs::create_directories(watched_);
  Write("shop", {});
  LookTwice();
  EXPECT_THAT(Refused(), IsEmpty());
  EXPECT_THAT(Live(), ElementsAre("shop@1"));
}

TEST_F(WatchedFolderTest, WhatIsNoPackAndWhatIsHiddenIsPassedOver) {
  dir_.Write("packs/readme.txt", "x");
  dir_.Write("packs/empty/notes.txt", "x");
  Write(".shop.draft", {});
  LookTwice();
  EXPECT_THAT(Live(), IsEmpty());
  EXPECT_THAT(Refused(), IsEmpty());
}

TEST_F(WatchedFolderTest, WhatIsThereServesFromTheStart) {
  Write("shop", {});
  const PackWatcher watcher(watched_, *registry_, absl::Hours(1));
  EXPECT_THAT(Live(), ElementsAre("shop@1"));
}

TEST_F(WatchedFolderTest, ALookThatIsAskedForDoesNotWaitForItsTime) {
  PackWatcher watcher(watched_, *registry_, absl::Hours(1));
  Write("shop", {});
  watcher.LookNow();
  while (Live().empty()) std::this_thread::yield();
  EXPECT_THAT(Live(), ElementsAre("shop@1"));
}

}  // namespace
}  // namespace stratagem::server
