// What must hold for `stratagem replay`: a store's decisions come out the same
// by the packs that it kept, beside a writer; another pack's changes, and what
// cannot be replayed, are told and counted.

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "engine/base/diagnostics.h"
#include "engine/decide/decide.h"
#include "engine/pack/pack_sources.h"
#include "engine/plan/plan.h"
#include "engine/store/pack_archive.h"
#include "engine/store/record_codec.h"
#include "engine/store/sqlite_store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/clients/run_command.h"
#include "tests/store/awaited_append.h"
#include "tests/support/golden.h"
#include "tests/support/temp_dir.h"

namespace stratagem::cli {
namespace {

using nlohmann::json;
using testing::HasSubstr;

// 2026-11-15T10:00:00Z, the time of the first decision.
constexpr int64_t kFirstSecond = 1'794'736'800;

// A store that stays open, as below a server, with the shop's pack in it.
class ReplayCommandTest : public testing::Test {
 protected:
  void SetUp() override {
    pack_ = Write("shop", kShopPack);
    store::SqliteStoreOptions options;
    options.directory = directory_.Join("store");
    auto store = store::OpenSqliteStore(options);
    ASSERT_TRUE(store.ok()) << store.status();
    store_ = *std::move(store);
    Diagnostics diagnostics;
    plan_ = plan::LoadPlan(pack_, diagnostics);
    ASSERT_NE(plan_, nullptr) << diagnostics.ToString();
    const auto files = pack::ReadPackSources(pack_, plan_->summary().digest);
    ASSERT_TRUE(files.ok()) << files.status();
    ASSERT_TRUE(
        store::KeepPack(options.directory, plan_->summary().digest, *files)
            .ok());
  }

  std::string Write(const std::string& name, const std::string& yaml) {
    return std::filesystem::path(directory_.Write(name + "/pack.yaml", yaml))
        .parent_path();
  }

  // The shop's pack with an edit.
  std::string Edited(const std::string& from, const std::string& to) {
    return Write("edited", absl::StrReplaceAll(kShopPack, {{from, to}}));
  }

  // Decides and appends; a customer a minute.
  void Decide(int orders, double spend, bool erased = false) {
    const std::vector<NamedValue> attributes = {
        {"orders", Value::Int(orders)},
        {"spend", Value::Double(spend)},
        {"last", orders == 0 ? Value::Null() : Value::Int(3)}};
    const std::vector<absl::string_view> placements = {"web", "desk"};
    const std::string id = absl::StrCat("c-", ++count_);
    decide::Call call;
    call.customer_id = id;
    call.decided_at = absl::FromUnixSeconds(kFirstSecond + 60 * (count_ - 1));
    call.attributes = attributes;
    call.placements = placements;
    ASSERT_TRUE(decide::Decide(*plan_, call, workspace_).empty());
    store::RecordBytes bytes =
        store::Encode(workspace_.record(), store_->identity());
    if (erased) bytes.personal.clear();
    Append(std::move(bytes));
  }

  void Append(store::RecordBytes bytes) {
    const auto position = store::AppendAndWait(*store_, std::move(bytes));
    ASSERT_TRUE(position.ok()) << position.status();
  }

  Ran Replay(std::vector<std::string> more = {}) {
    std::vector<std::string> arguments = {"replay", "--store",
                                          directory_.Join("store")};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return RunHere(arguments);
  }

  json ReplayJson(std::vector<std::string> more, int code) {
    more.insert(more.end(), {"--output", "json"});
    const Ran ran = Replay(std::move(more));
    EXPECT_EQ(ran.code, code) << ran.err;
    return json::parse(ran.out, nullptr, /*allow_exceptions=*/false);
  }

  // As texts name it.
  std::string WithoutPaths(std::string text) const {
    return absl::StrReplaceAll(text, {{directory_.path(), "DIR"},
                                      {plan_->summary().digest, "DIGEST"}});
  }

  const TempDir directory_;
  std::string pack_;
  std::unique_ptr<const plan::Plan> plan_;
  std::unique_ptr<store::Store> store_;
  decide::Workspace workspace_;
  int count_ = 0;
};

TEST_F(ReplayCommandTest, ByThePackOfTheTimeAllIsTheSame) {
  for (int i = 0; i < 20; ++i) Decide(i % 3, 100.0 * i);
  const Ran ran = Replay();
  EXPECT_EQ(ran.code, 0) << ran.out << ran.err;
  EXPECT_EQ(ran.out,
            "replayed             20\n"
            "the same             20\n"
            "different            0\n");
  EXPECT_EQ(ran.err, "");
}

TEST_F(ReplayCommandTest, AChangedPackShowsWhoWouldBeTreatedDifferently) {
  Decide(0, 0);
  Decide(2, 500);
  Decide(5, 2'000);
  const Ran ran =
      Replay({"--pack", Edited("discount_pct: 7.5", "discount_pct: 9")});
  EXPECT_EQ(ran.code, 1) << ran.err;
  ExpectMatchesGolden(ran.out, "tests/golden/clients/replay_changed.txt");
}

TEST_F(ReplayCommandTest, JsonHasAllOfIt) {
  Decide(0, 0);
  Decide(5, 2'000);
  const json report =
      ReplayJson({"--pack", Edited("bins: [100, 1000]", "bins: [9000, 9900]")},
                 /*code=*/1);
  EXPECT_EQ(report.value("replayed", -1), 2);
  EXPECT_EQ(report.value("different", -1), 1);
  EXPECT_EQ(report.at("treated_differently").at("tier"), 1);
  for (const json& field : report.at("fields")) {
    if (field.at("field") != "tier") continue;
    EXPECT_EQ(field.at("changes"),
              json::parse(
                  R"([{"recorded": "high", "replayed": "low", "count": 1}])"));
    EXPECT_EQ(field.at("examples").at(0).at("customer_id"), "c-2");
    return;
  }
  ADD_FAILURE() << "no tier in " << report;
}

TEST_F(ReplayCommandTest, WhatCannotBeReplayedIsToldAndTheRestGoesOn) {
  Decide(0, 0);
  Append({"no record", "at all"});
  Decide(1, 500, /*erased=*/true);
  Decide(2, 500);
  const Ran ran = Replay();
  EXPECT_EQ(ran.code, 3) << ran.out;
  EXPECT_THAT(ran.out, HasSubstr("replayed             2\n"
                                 "the same             2\n"
                                 "different            0\n"
                                 "customer erased      1\n"
                                 "unreadable           1\n"
                                 "                     #2: "));
}

TEST_F(ReplayCommandTest, ADamagedPackIsNoticedByItsDigest) {
  Decide(0, 0);
  const std::string archived = store::ArchivedPackPath(directory_.Join("store"),
                                                       plan_->summary().digest);
  std::ofstream(archived + "/pack.yaml", std::ios::app) << "# more\n";
  Ran ran = Replay();
  EXPECT_EQ(ran.code, 3);
  EXPECT_EQ(WithoutPaths(ran.out),
            "replayed             0\n"
            "the same             0\n"
            "different            0\n"
            "without their pack   1: shop@1.0.0: `DIR/store/packs/DIGEST` is "
            "damaged: its digest is another\n");
  std::filesystem::remove_all(archived);
  ran = Replay();
  EXPECT_EQ(ran.code, 3);
  EXPECT_THAT(ran.out, HasSubstr("1: shop@1.0.0: the store has not kept it"));
}

TEST_F(ReplayCommandTest, FlagsChooseDecisions) {
  for (int i = 0; i < 10; ++i) Decide(1, 500);
  const auto count = [this](std::vector<std::string> flags) {
    return ReplayJson(std::move(flags), 0).value("replayed", -1);
  };
  EXPECT_EQ(count({"--from", "2026-11-15T10:02:00Z"}), 8);
  EXPECT_EQ(count({"--to", "2026-11-15T10:02:00Z"}), 2);
  EXPECT_EQ(count({"--from", "2026-11-15T10:02:00Z", "--until",
                   "2026-11-15T10:03:00Z"}),
            1);
  EXPECT_EQ(count({"--customer", "c-7"}), 1);
  EXPECT_EQ(count({"--customer", "nobody"}), 0);
  EXPECT_EQ(count({"--limit", "4"}), 4);
}

// What lies outside the hours that are asked for is not even read; without
// derived tables all is, and comes out the same.
TEST_F(ReplayCommandTest, ATimeIsLookedUpAndNotReadFor) {
  Append({"no record", "at all"});
  for (int i = 0; i < 180; ++i) Decide(1, 500);
  Append({"no record", "at all"});
  const uint64_t last = store_->stats().last_sequence;
  while (store_->stats().projected_sequence < last) std::this_thread::yield();
  json report = ReplayJson(
      {"--from", "2026-11-15T11:10:00Z", "--to", "2026-11-15T11:20:00Z"}, 0);
  EXPECT_EQ(report.value("replayed", -1), 10);
  EXPECT_EQ(report.value("unreadable", -1), 0);
  store_->Close();
  store_ = nullptr;
  std::filesystem::remove(directory_.Join("store/views.db"));
  report = ReplayJson(
      {"--from", "2026-11-15T11:10:00Z", "--to", "2026-11-15T11:20:00Z"}, 3);
  EXPECT_EQ(report.value("replayed", -1), 10);
  EXPECT_EQ(report.value("unreadable", -1), 2);
}

// The newest records are not in them yet.
TEST_F(ReplayCommandTest, WhatTablesDoNotHoldYetIsReadAsWell) {
  for (int i = 0; i < 10; ++i) Decide(1, 500);
  const uint64_t last = store_->stats().last_sequence;
  while (store_->stats().projected_sequence < last) std::this_thread::yield();
  const std::string views = directory_.Join("store/views.db");
  store_->Close();
  store_ = nullptr;
  std::filesystem::copy_file(views, directory_.Join("older"));
  store::SqliteStoreOptions options;
  options.directory = directory_.Join("store");
  auto store = store::OpenSqliteStore(options);
  ASSERT_TRUE(store.ok()) << store.status();
  store_ = *std::move(store);
  for (int i = 0; i < 10; ++i) Decide(1, 500);
  store_->Close();
  store_ = nullptr;
  std::filesystem::copy_file(directory_.Join("older"), views,
                             std::filesystem::copy_options::overwrite_existing);
  EXPECT_EQ(
      ReplayJson({"--from", "2026-11-15T10:05:00Z"}, 0).value("replayed", -1),
      15);
}

TEST_F(ReplayCommandTest, DecisionsOfOtherPacksAreLeftAlone) {
  Decide(1, 500);
  const json report =
      ReplayJson({"--pack", Edited("name: shop", "name: stall")}, 0);
  EXPECT_EQ(report.value("replayed", -1), 0);
  EXPECT_EQ(report.value("of_other_packs", -1), 1);
}

TEST_F(ReplayCommandTest, MistakesAreTold) {
  Ran ran = RunHere({"replay", "--store", directory_.Join("nowhere")});
  EXPECT_EQ(ran.code, 3);
  EXPECT_EQ(WithoutPaths(ran.err),
            "error: there is no store in `DIR/nowhere`: it has no file "
            "`log.db`\n");
  ran = Replay({"--from", "soon"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.err, HasSubstr("`--from`: `soon` is not a time"));
  ran = Replay({"--from", "2026-11-16", "--to", "2026-11-15"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.err, HasSubstr("`2026-11-15` is not after"));
  ran = Replay({"--from", "2026-11-16T10:00:00"});
  EXPECT_THAT(ran.err, HasSubstr("`2026-11-16T10:00:00` lacks its zone"));
  for (const char* limit : {"0", "-1", "1.5", "many"}) {
    ran = Replay({"--limit", limit});
    EXPECT_EQ(ran.code, 2) << limit;
    EXPECT_THAT(ran.err, HasSubstr(absl::StrCat("`", limit, "`")));
    EXPECT_LT(ran.err.size(), 200u) << ran.err;
  }
  ran = Replay({"--pack", Edited("language: 1", "language: 9")});
  EXPECT_EQ(ran.code, 3);
}

TEST_F(ReplayCommandTest, AnEmptyStoreHasNothingToReplay) {
  const Ran ran = Replay();
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("replayed             0\n"));
}

}  // namespace
}  // namespace stratagem::cli
