// What must hold for PackRegistry over restarts: what operators have set is
// what serves again, whatever the command line says; what cannot be served is
// said so and does not take the rest with it.

#include "server/reload/pack_registry.h"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/store/pack_archive.h"
#include "engine/store/record_codec.h"
#include "engine/store/sqlite_store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/server/held_store.h"
#include "tests/server/shop_pack.h"
#include "tests/server/test_host.h"
#include "tests/server/wire_pack.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace stratagem::server {
namespace {

namespace fs = std::filesystem;

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// A server's packs, without the server: opened, changed, and opened again.
class PackRegistryTest : public testing::Test {
 protected:
  ~PackRegistryTest() override { Close(); }

  absl::Status Open(const std::vector<std::string>& folders) {
    Close();
    store::SqliteStoreOptions sqlite;
    sqlite.directory = store_;
    auto log = store::OpenSqliteStore(sqlite);
    STRATAGEM_CHECK(log.ok());
    host_ = HostOf(*std::move(log), {.snapshot_directory = store_});
    auto registry = PackRegistry::Start({.store_directory = store_,
                                         .outcome_window = absl::Hours(24),
                                         .now = [this] { return now_; }},
                                        LoadFolders(folders), *host_);
    if (!registry.ok()) return registry.status();
    registry_ = *std::move(registry);
    return absl::OkStatus();
  }

  void Close() {
    registry_.reset();
    if (host_ == nullptr) return;
    host_->Stop();
    if (host_->stores() != nullptr) {
      host_->stores()->sequencer->Close();
      host_->stores()->log->Close();
    }
    host_.reset();
  }

  absl::Status Publish(const ShopOptions& shop) {
    const auto published = registry_->Publish(ShopFiles(shop), {});
    if (!published.ok()) return published.status();
    EXPECT_EQ(published->pack.diagnostics.ToString(), "");
    return absl::OkStatus();
  }
  absl::Status Activate(const std::string& version, bool force = false) {
    const auto served = registry_->LetServe({"shop", version}, {}, force, {});
    if (!served.ok()) return served.status();
    EXPECT_FALSE(served->refused) << FailureText(*served->tests);
    return absl::OkStatus();
  }

  // The version that decides; "" when none does.
  std::string Decides(const std::string& pack = "shop") {
    const auto plan = registry_->serving().router()->Route(pack, "", now_);
    return plan.ok() ? (*plan)->summary().version : "";
  }

  uint64_t Records() { return host_->stores()->log->stats().records; }

  const TempDir dir_;
  const std::string store_ = dir_.Join("store");
  absl::Time now_ = absl::FromUnixSeconds(1'800'000'000);
  std::unique_ptr<StoreHost> host_;
  std::unique_ptr<PackRegistry> registry_;
};

TEST_F(PackRegistryTest, AStartIsRecordedOnceAndARestartNotAgain) {
  const std::string shop = WriteShop(dir_, "one");
  EXPECT_THAT(Open({shop}), IsOk());
  EXPECT_EQ(Records(), 1u);
  EXPECT_THAT(Open({shop}), IsOk());
  EXPECT_EQ(Records(), 1u);
  EXPECT_EQ(Decides(), "1");
}

TEST_F(PackRegistryTest, WhatWasActivatedDecidesAfterARestart) {
  const std::string shop = WriteShop(dir_, "one");
  EXPECT_THAT(Open({shop}), IsOk());
  EXPECT_THAT(Publish({.version = "2"}), IsOk());
  EXPECT_THAT(Activate("2"), IsOk());
  EXPECT_THAT(Open({shop}), IsOk());
  EXPECT_EQ(Decides(), "2");
  // Without a folder, too: the store has both.
  EXPECT_THAT(Open({}), IsOk());
  EXPECT_EQ(Decides(), "2");
  ASSERT_THAT(registry_->RollBack({"shop", ""}, {}).status(), IsOk());
  EXPECT_EQ(Decides(), "1");
}

TEST_F(PackRegistryTest, WhatWasRolledBackStaysSoAfterARestart) {
  const std::string one = WriteShop(dir_, "one");
  const std::string two = WriteShop(dir_, "two", {.version = "2"});
  EXPECT_THAT(Open({one, two}), IsOk());
  EXPECT_EQ(Decides(), "2");
  ASSERT_THAT(registry_->RollBack({"shop", ""}, {}).status(), IsOk());
  EXPECT_THAT(Open({one, two}), IsOk());
  EXPECT_EQ(Decides(), "1");
  EXPECT_THAT(Activate("2"), IsOk());
  EXPECT_EQ(Decides(), "2");
}

TEST_F(PackRegistryTest, PausesStayAfterARestart) {
  const std::string shop = WriteShop(dir_, "one");
  EXPECT_THAT(Open({shop}), IsOk());
  ASSERT_THAT(
      registry_->SetPaused({"shop", "coupon", false}, true, {}).status(),
      IsOk());
  EXPECT_THAT(Open({shop}), IsOk());
  const auto picture = registry_->Picture("");
  ASSERT_THAT(picture.status(), IsOk());
  EXPECT_THAT(picture->paused,
              ElementsAre(PauseTarget{"shop", "coupon", false}));
}

TEST_F(PackRegistryTest, WhatOnlyACanaryHasIsPausedAndResumedWithoutIt) {
  EXPECT_THAT(Open({WriteShop(dir_, "one")}), IsOk());
  PackFiles files = ShopFiles({.version = "2"});
  std::string& text = files["pack.yaml"];
  text.replace(text.find("id: gift"), 8, "id: bonus");
  ASSERT_THAT(registry_->Publish(files, {}).status(), IsOk());
  const PauseTarget bonus = {"shop", "bonus", false};
  const auto nobody_has_it =
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("`bonus`"));
  EXPECT_THAT(registry_->SetPaused(bonus, true, {}).status(), nobody_has_it);
  ASSERT_THAT(
      registry_
          ->LetServe({"shop", "2"},
                     {.serving = state::Serving::kCanary, .canary_slots = 1},
                     false, {})
          .status(),
      IsOk());
  EXPECT_THAT(*registry_->SetPaused(bonus, true, {}), ElementsAre(bonus));
  ASSERT_THAT(
      registry_->End({"shop", "2"}, state::Serving::kCanary, {}).status(),
      IsOk());
  EXPECT_THAT(*registry_->SetPaused(bonus, false, {}), IsEmpty());
  EXPECT_THAT(registry_->SetPaused(bonus, true, {}).status(), nobody_has_it);
}

TEST_F(PackRegistryTest, ANewVersionInAFolderTakesOverAtAStart) {
  EXPECT_THAT(Open({WriteShop(dir_, "shop")}), IsOk());
  EXPECT_THAT(Open({WriteShop(dir_, "shop", {.version = "2"})}), IsOk());
  EXPECT_EQ(Decides(), "2");
  EXPECT_EQ(Records(), 2u);
}

TEST_F(PackRegistryTest, AFolderThatWasEditedButNotItsVersionIsRefused) {
  EXPECT_THAT(Open({WriteShop(dir_, "shop")}), IsOk());
  const absl::Status status = Open({WriteShop(dir_, "shop", {.discount = 5})});
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kFailedPrecondition,
                               HasSubstr("another `version` in pack.yaml")));
  EXPECT_THAT(std::string(status.message()), HasSubstr(dir_.Join("shop")));
  // Nothing was changed.
  EXPECT_THAT(Open({}), IsOk());
  EXPECT_EQ(Records(), 1u);
  EXPECT_EQ(Decides(), "1");
}

TEST_F(PackRegistryTest, AFolderWhoseTestsFailIsRefusedBeforeAnyIsTakenOver) {
  const std::string good = WriteShop(dir_, "good");
  const std::string bad =
      WriteShop(dir_, "bad", {.version = "2", .expected_discount = "5"});
  EXPECT_THAT(Open({good, bad}),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("`treatments.pricing.discount` is 1, not 5")));
  EXPECT_EQ(host_->stores()->log->stats().records, 0u);
}

TEST_F(PackRegistryTest, WhatWasForcedServesAgainWithoutItsTests) {
  EXPECT_THAT(Open({WriteShop(dir_, "one")}), IsOk());
  EXPECT_THAT(Publish({.version = "2", .expected_discount = "5"}), IsOk());
  EXPECT_THAT(Activate("2", true), IsOk());
  const std::string two =
      WriteShop(dir_, "two", {.version = "2", .expected_discount = "5"});
  EXPECT_THAT(Open({two}), IsOk());
  EXPECT_EQ(Decides(), "2");
}

TEST_F(PackRegistryTest, TheLogSaysWhoDidItAndWhetherItWasForced) {
  EXPECT_THAT(Open({WriteShop(dir_, "one")}), IsOk());
  EXPECT_THAT(Publish({.version = "2", .expected_discount = "5"}), IsOk());
  EXPECT_THAT(Publish({.version = "3"}), IsOk());
  const auto last = [this]() -> state::Operation {
    const auto entries = host_->stores()->log->Read(Records() - 1, 1);
    const auto decoded = store::DecodeOperation(entries->front().record);
    state::Operation told = (*decoded)->operation();
    // Its texts are those of the record.
    EXPECT_EQ(told.actor, "ann");
    EXPECT_EQ(told.reason, "spring");
    return {.kind = told.kind,
            .at = told.at,
            .pack = {},
            .canary_slots = told.canary_slots,
            .forced = told.forced};
  };
  const Change change = {"ann", "spring"};
  const ServeAs canary = {.serving = state::Serving::kCanary,
                          .canary_slots = 700};
  ASSERT_THAT(registry_->LetServe({"shop", "2"}, canary, true, change).status(),
              IsOk());
  EXPECT_EQ(last(), (state::Operation{.kind = state::OperationKind::kCanary,
                                      .at = now_,
                                      .pack = {},
                                      .canary_slots = 700,
                                      .forced = true}));
  ASSERT_THAT(
      registry_->End({"shop", "2"}, state::Serving::kCanary, change).status(),
      IsOk());
  EXPECT_EQ(last(), (state::Operation{.kind = state::OperationKind::kWithdraw,
                                      .at = now_,
                                      .pack = {}}));
  // Its tests pass: there is nothing to force.
  ASSERT_THAT(registry_->LetServe({"shop", "3"}, {}, true, change).status(),
              IsOk());
  EXPECT_EQ(last(), (state::Operation{.kind = state::OperationKind::kActivate,
                                      .at = now_,
                                      .pack = {}}));
}

TEST_F(PackRegistryTest, WhatPromisesMoreThanThisServerKeepsIsRefused) {
  EXPECT_THAT(Open({WriteShop(dir_, "one")}), IsOk());
  PackFiles files = ShopFiles({.version = "2"});
  std::string& text = files["pack.yaml"];
  text.replace(text.find("{id: gift"), 9,
               "{id: gift, limits: [{count: 1, per: all, period: day, outcome: "
               "accepted, reserve_for: 25h}]");
  const auto is_refused =
      StatusIs(absl::StatusCode::kFailedPrecondition,
               HasSubstr("reserves for 25h, but outcomes count for 1d"));
  EXPECT_THAT(registry_->Publish(files, {}).status(), is_refused);
  dir_.Write("two/pack.yaml", text);
  FolderPack folder = {dir_.Join("two"),
                       CompileFolder(dir_.Join("two"), dir_.Join("two"))};
  ASSERT_TRUE(folder.pack.is_valid());
  EXPECT_THAT(registry_->TakeOver(folder), is_refused);
  EXPECT_EQ(Decides(), "1");
}

TEST_F(PackRegistryTest, TheFirstFolderAnswersCallsThatNameNoPack) {
  const std::string shop = WriteShop(dir_, "shop");
  const std::string bank = WriteShop(dir_, "bank", {.name = "bank"});
  EXPECT_THAT(Open({shop, bank}), IsOk());
  const auto first = [this] {
    return registry_->serving().router()->plans().front()->summary().name;
  };
  EXPECT_EQ(first(), "shop");
  // A new version does not change that, nor does one that comes back.
  EXPECT_THAT(Publish({.version = "2"}), IsOk());
  EXPECT_THAT(Activate("2"), IsOk());
  EXPECT_THAT(Activate("1"), IsOk());
  EXPECT_EQ(first(), "shop");
  EXPECT_THAT(Open({shop, bank}), IsOk());
  EXPECT_EQ(first(), "shop");
  EXPECT_THAT(Open({bank, shop}), IsOk());
  EXPECT_EQ(first(), "bank");
}

TEST_F(PackRegistryTest, WithoutAFolderTheFirstThatWasActivatedAnswers) {
  EXPECT_THAT(Open({}), IsOk());
  const auto activate = [this](const std::string& pack,
                               const std::string& version) {
    EXPECT_THAT(Publish({.version = version, .name = pack}), IsOk());
    EXPECT_THAT(registry_->LetServe({pack, version}, {}, false, {}).status(),
                IsOk());
  };
  const auto first = [this] {
    return registry_->serving().router()->plans().front()->summary().name;
  };
  activate("shop", "1");
  activate("bank", "1");
  activate("shop", "2");
  EXPECT_EQ(Decides(), "2");
  // Now no version of it is older than the bank's.
  activate("shop", "1");
  EXPECT_EQ(Decides(), "1");
  EXPECT_EQ(first(), "shop");
  EXPECT_THAT(Open({}), IsOk());
  EXPECT_EQ(first(), "shop");
  // A folder's pack goes before, and only as long as it is named.
  EXPECT_THAT(Open({WriteShop(dir_, "bank", {.name = "bank"})}), IsOk());
  EXPECT_EQ(first(), "bank");
  EXPECT_THAT(Open({}), IsOk());
  EXPECT_EQ(first(), "shop");
  // So does what serves go before what cannot.
  fs::remove_all(
      store::ArchivedPackPath(store_, registry_->Find({"shop", "1"})->digest));
  fs::remove_all(
      store::ArchivedPackPath(store_, registry_->Find({"shop", "2"})->digest));
  EXPECT_THAT(Open({}), IsOk());
  EXPECT_EQ(first(), "bank");
}

TEST_F(PackRegistryTest, NoMoreVersionsServeThanAreRemembered) {
  EXPECT_THAT(Open({WriteShop(dir_, "one")}), IsOk());
  const std::string digest = registry_->Find({"shop", "1"})->digest;
  for (size_t i = 1; i < state::kServedVersionsMax; ++i) {
    const std::string version = absl::StrCat("v", i);
    ASSERT_THAT(host_->stores()->sequencer->Operate(
                    {.kind = state::OperationKind::kActivate,
                     .at = now_,
                     .pack = "shop",
                     .version = version,
                     .digest = digest}),
                IsOk());
  }
  EXPECT_THAT(Publish({.version = "2"}),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("1000 versions serve")));
  // What is known may still be mended, and one that goes makes room.
  EXPECT_THAT(Publish({}), IsOk());
  ASSERT_THAT(host_->stores()->sequencer->Operate(
                  {.kind = state::OperationKind::kWithdraw,
                   .at = now_,
                   .pack = "shop",
                   .version = "v7",
                   .digest = digest}),
              IsOk());
  EXPECT_THAT(Publish({.version = "2"}), IsOk());
}

TEST_F(PackRegistryTest, AVersionTakesOverAtItsTimeWithoutACall) {
  EXPECT_THAT(Open({WriteShop(dir_, "one")}), IsOk());
  EXPECT_THAT(Publish({.version = "2", .effective = "from: 2027-06-01"}),
              IsOk());
  EXPECT_THAT(Activate("2"), IsOk());
  EXPECT_EQ(Decides(), "1");
  now_ = absl::FromCivil(absl::CivilDay(2027, 5, 31), absl::UTCTimeZone());
  EXPECT_EQ(Decides(), "1");
  now_ = absl::FromCivil(absl::CivilDay(2027, 6, 1), absl::UTCTimeZone());
  EXPECT_EQ(Decides(), "2");
}

TEST_F(PackRegistryTest, ADamagedVersionIsToldAndTheOthersServe) {
  EXPECT_THAT(Open({WriteShop(dir_, "one")}), IsOk());
  EXPECT_THAT(Publish({.version = "2"}), IsOk());
  EXPECT_THAT(Activate("2"), IsOk());
  const std::string digest = registry_->Find({"shop", "2"})->digest;
  const std::string folder = store::ArchivedPackPath(store_, digest);
  std::ofstream(folder + "/pack.yaml", std::ios::app) << "# changed\n";
  EXPECT_THAT(Open({}), IsOk());
  EXPECT_EQ(Decides(), "1");
  const auto picture = registry_->Picture("shop");
  ASSERT_THAT(picture.status(), IsOk());
  ASSERT_EQ(picture->refused.size(), 1u);
  EXPECT_EQ(picture->refused[0].folder, folder);
  EXPECT_EQ(picture->refused[0].at, now_);
  EXPECT_THAT(picture->refused[0].message,
              HasSubstr("not the one that was published"));
  // It is told once, however often something else changes.
  now_ += absl::Hours(1);
  EXPECT_THAT(Publish({.version = "3"}), IsOk());
  EXPECT_EQ(registry_->refused().All(), picture->refused);
  EXPECT_EQ(registry_->reloads().refused, 1u);
  // It cannot come to serve, and the same files again mend it.
  EXPECT_THAT(registry_->LetServe({"shop", "2"}, {}, false, {}).status(),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr(folder)));
  EXPECT_THAT(Publish({.version = "2"}), IsOk());
  EXPECT_EQ(Decides(), "2");
  EXPECT_THAT(registry_->refused().All(), IsEmpty());
}

TEST_F(PackRegistryTest, AStoreWhoseVersionsAreAllGoneIsRefused) {
  EXPECT_THAT(Open({WriteShop(dir_, "one")}), IsOk());
  Close();
  fs::remove_all(store_ + "/packs");
  EXPECT_THAT(Open({}), StatusIs(absl::StatusCode::kDataLoss,
                                 HasSubstr(store_ + "/packs/")));
  // The folder mends it.
  EXPECT_THAT(Open({dir_.Join("one")}), IsOk());
  EXPECT_EQ(Decides(), "1");
}

TEST_F(PackRegistryTest, AStoreWithoutPacksServesNoneAndTakesTheFirst) {
  EXPECT_THAT(Open({}), IsOk());
  EXPECT_EQ(Decides(), "");
  EXPECT_THAT(Publish({}), IsOk());
  EXPECT_EQ(Decides(), "");
  EXPECT_THAT(Activate("1"), IsOk());
  EXPECT_EQ(Decides(), "1");
}

TEST_F(PackRegistryTest, ALostChangeLeavesWhatServes) {
  EXPECT_THAT(Open({WriteShop(dir_, "one")}), IsOk());
  EXPECT_THAT(Publish({.version = "2"}), IsOk());
  host_->stores()->log->Close();
  EXPECT_THAT(registry_->LetServe({"shop", "2"}, {}, false, {}).status(),
              StatusIs(absl::StatusCode::kUnavailable, testing::_));
  EXPECT_EQ(Decides(), "1");
}

TEST_F(PackRegistryTest, CountsWhatCameToServeAndWhatWasRefused) {
  const auto expect = [this](uint64_t served, uint64_t refused) {
    EXPECT_EQ(registry_->reloads().served, served);
    EXPECT_EQ(registry_->reloads().refused, refused);
  };
  EXPECT_THAT(Open({WriteShop(dir_, "one")}), IsOk());
  expect(1, 0);
  EXPECT_THAT(Publish({.version = "2", .expected_discount = "5"}), IsOk());
  expect(1, 0);
  ASSERT_TRUE(registry_->LetServe({"shop", "2"}, {}, false, {})->refused);
  expect(1, 1);
  EXPECT_THAT(Activate("2", /*force=*/true), IsOk());
  expect(2, 1);
  EXPECT_THAT(Activate("2"), IsOk());
  expect(2, 1);
  EXPECT_THAT(registry_->RollBack({"shop", ""}, {}).status(), IsOk());
  expect(3, 1);
  // What is wrong with a pack counts, what is wrong with a call does not.
  EXPECT_FALSE(Publish({.discount = 9}).ok());
  expect(3, 2);
  PackFiles files = ShopFiles({.version = "3"});
  files["pack.yaml"] += "nonsense: 1\n";
  EXPECT_FALSE(registry_->Publish(files, {})->pack.is_valid());
  expect(3, 3);
  EXPECT_FALSE(Activate("9").ok());
  EXPECT_FALSE(registry_->RollBack({"shop", ""}, {}).ok());
  expect(3, 3);
  registry_->refused().Refuse("folder", "it has errors");
  expect(3, 4);
  EXPECT_THAT(Open({}), IsOk());
  expect(0, 0);
}

// Its tests may take seconds, and so may the disk.
TEST_F(PackRegistryTest, WhatOnlyReadsDoesNotWaitForAChange) {
  auto log = std::make_unique<HeldStore>();
  HeldStore& disk = *log;
  host_ = HostOf(std::move(log));
  registry_ =
      *PackRegistry::Start({.now = [this] { return now_; }}, {}, *host_);
  std::future<absl::Status> change = std::async(
      std::launch::async, [this] { return Publish({.version = "2"}); });
  while (disk.waiting() == 0) std::this_thread::yield();
  std::future<void> reads = std::async(std::launch::async, [this] {
    EXPECT_THAT(registry_->Picture("").status(), IsOk());
    EXPECT_THAT(registry_->refused().All(), IsEmpty());
    EXPECT_EQ(registry_->reloads().served, 0u);
    EXPECT_THAT(registry_->Find({"bank", "2"}).status(),
                StatusIs(absl::StatusCode::kNotFound, testing::_));
  });
  EXPECT_EQ(reads.wait_for(std::chrono::seconds(20)),
            std::future_status::ready);
  disk.Commit();
  EXPECT_THAT(change.get(), IsOk());
  EXPECT_EQ(registry_->Picture("")->versions.size(), 1u);
}

TEST_F(PackRegistryTest, ATimeBehindTheLogIsThatOfTheLog) {
  EXPECT_THAT(Open({WriteShop(dir_, "one")}), IsOk());
  const absl::Time first = now_;
  now_ -= absl::Hours(5);
  EXPECT_THAT(Publish({.version = "2"}), IsOk());
  EXPECT_EQ(registry_->Find({"shop", "2"})->since, first);
}

// What failed may be in the log all the same; it is seen when the store is open
// again.
TEST_F(PackRegistryTest, WhatServesIsWhatTheLogSaysAfterARefresh) {
  EXPECT_THAT(Open({WriteShop(dir_, "one")}), IsOk());
  EXPECT_THAT(Publish({.version = "2"}), IsOk());
  const std::string digest = registry_->Find({"shop", "2"})->digest;
  ASSERT_THAT(host_->stores()->sequencer->Operate(
                  {.kind = state::OperationKind::kActivate,
                   .at = now_,
                   .pack = "shop",
                   .version = "2",
                   .digest = digest}),
              IsOk());
  EXPECT_EQ(Decides(), "1");
  registry_->Refresh();
  EXPECT_EQ(Decides(), "2");
}

TEST_F(PackRegistryTest, DraftsOfACrashAreRemoved) {
  EXPECT_THAT(Open({WriteShop(dir_, "one")}), IsOk());
  const std::string draft =
      dir_.Write("store/packs/incoming-7/pack.yaml", "half");
  EXPECT_THAT(Open({}), IsOk());
  EXPECT_FALSE(fs::exists(draft));
  EXPECT_EQ(Decides(), "1");
}

}  // namespace
}  // namespace stratagem::server
