// What must hold for versions that serve beside the live one: a canary answers
// its customers and is remembered as what it is, a shadow decides what the live
// version did, with what was there before, and changes nothing.

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/reload/pauses.h"
#include "tests/server/handler_fixture.h"
#include "tests/support/temp_dir.h"

namespace stratagem::server {
namespace {

std::shared_ptr<const plan::Plan> PlanOf(const std::string& version,
                                         const std::string& offers) {
  const TempDir directory;
  directory.Write(
      "pack.yaml",
      absl::StrCat("language: 1\nname: test\nversion: '", version, "'\n",
                   "attributes: {age: {type: int, optional: true, max: 150}}\n",
                   "placements: {home: {channel: app}}\noffers:\n", offers));
  auto packs = LoadFolders({directory.path()});
  return std::move(packs.front().pack.plan);
}

constexpr char kOnce[] =
    "  - {id: gift, value: 5, limits: [{count: 1, per: all, period: total}]}\n"
    "  - {id: card, value: 1}\n";

constexpr char kTwice[] =
    "  - {id: gift, value: 5, limits: [{count: 2, per: all, period: total}]}\n"
    "  - {id: card, value: 1}\n";

class ServingTest : public HandlerFixture {
 protected:
  ServingTest()
      : HandlerFixture(std::make_shared<const decide::Router>(
            std::vector<std::shared_ptr<const plan::Plan>>())) {
    live_ = PlanOf("1", kOnce);
    beside_ = PlanOf("2", kOnce);
    comparison_ = std::make_shared<decide::ShadowComparison>();
  }

  void ServeShadow(const std::shared_ptr<const plan::Plan>& shadow) {
    packs_.Set(std::make_shared<decide::Router>(
        std::vector{live_}, std::vector<decide::Canary>{},
        std::vector<decide::Shadow>{{shadow, comparison_}}));
  }

  static v1::DecideRequest Request(const std::string& request_id = "") {
    v1::DecideRequest request;
    request.set_customer_id("c-1");
    request.set_request_id(request_id);
    request.add_placements("home");
    return request;
  }

  // "live 1 gift".
  std::string RecordText(uint64_t sequence) {
    const auto record = Record(sequence);
    const trace::DecisionRecord& decision = record->decision();
    std::string text = absl::StrCat(trace::RoleName(decision.role), " ",
                                    decision.pack_version);
    for (const trace::SlotResult& slot : decision.slots) {
      absl::StrAppend(&text, " ", slot.offer);
    }
    return text;
  }

  std::shared_ptr<const plan::Plan> live_;
  std::shared_ptr<const plan::Plan> beside_;
  std::shared_ptr<decide::ShadowComparison> comparison_;
};

TEST_F(ServingTest, AShadowSeesTheStateBeforeTheLiveDecisionAndTakesNothing) {
  live_ = PlanOf("1", kTwice);
  ServeShadow(PlanOf("2", kTwice));
  for (const std::string offer : {"gift", "gift", "card"}) {
    EXPECT_EQ(DecideNow(Request()).placements(0).slots(0).offer_id(), offer);
    const uint64_t shadow = store_.stats().records;
    EXPECT_EQ(RecordText(shadow), "shadow 2 " + offer);
    EXPECT_EQ(RecordText(shadow - 1), "live 1 " + offer);
  }
  const decide::ShadowCounts counts = comparison_->counts();
  EXPECT_EQ(counts.decisions, 3u);
  EXPECT_EQ(counts.same, 3u);
}

TEST_F(ServingTest, AShadowThatDecidesOtherwiseIsCounted) {
  ServeShadow(PlanOf("2", "  - {id: card, value: 1}\n"));
  DecideNow(Request());
  EXPECT_EQ(RecordText(2), "shadow 2 card");
  EXPECT_EQ(comparison_->counts().other_offers, 1u);
  EXPECT_EQ(comparison_->counts().same, 0u);
}

TEST_F(ServingTest, OnlyAnsweredCallsHaveAShadow) {
  ServeShadow(beside_);
  v1::DecideRequest preview = Request();
  preview.set_dry_run(true);
  DecideNow(preview);
  EXPECT_EQ(store_.stats().records, 1u);
  v1::DecideRequest of_a_version = Request();
  of_a_version.mutable_pack()->set_version("1");
  DecideNow(of_a_version);
  EXPECT_EQ(store_.stats().records, 2u);
  EXPECT_EQ(comparison_->counts().decisions, 0u);
}

TEST_F(ServingTest, ACallThatTheShadowRefusesIsAnsweredAndCounted) {
  const TempDir directory;
  directory.Write("pack.yaml",
                  "language: 1\nname: test\nversion: '2'\n"
                  "attributes: {income: {type: int}}\n"
                  "placements: {home: {channel: app}}\n"
                  "offers: [{id: card, value: 1}]\n");
  ServeShadow(LoadFolders({directory.path()}).front().pack.plan);
  EXPECT_EQ(DecideNow(Request()).placements(0).slots(0).offer_id(), "gift");
  EXPECT_EQ(store_.stats().records, 1u);
  EXPECT_EQ(comparison_->counts().refused, 1u);
}

TEST_F(ServingTest, ARepeatedCallGetsTheLiveAnswerNotTheShadows) {
  ServeShadow(PlanOf("2", "  - {id: card, value: 1}\n"));
  DecideNow(Request("r-1"));
  const auto again = Decide(Request("r-1"));
  store_.Commit();
  again->Await();
  ASSERT_TRUE(again->status.ok()) << again->status.error_message();
  EXPECT_TRUE(again->response.repeated_request());
  EXPECT_EQ(again->response.decision().placements(0).slots(0).offer_id(),
            "gift");
  EXPECT_EQ(comparison_->counts().decisions, 1u);
}

TEST_F(ServingTest, ACanaryAnswersReservesAndIsKnownAsOne) {
  packs_.Set(std::make_shared<decide::Router>(
      std::vector{live_},
      std::vector<decide::Canary>{{beside_, state::kCanarySlots}}));
  const v1::Decision decision = DecideNow(Request("r-1"));
  EXPECT_EQ(decision.role(), v1::DECISION_ROLE_CANARY);
  EXPECT_EQ(decision.pack().version(), "2");
  EXPECT_EQ(RecordText(1), "canary 2 gift");
  // The limit is of the pack, whichever version took it.
  EXPECT_EQ(DecideNow(Request()).placements(0).slots(0).offer_id(), "card");
  const auto again = Decide(Request("r-1"));
  store_.Commit();
  again->Await();
  ASSERT_TRUE(again->status.ok()) << again->status.error_message();
  EXPECT_EQ(again->response.decision().placements(0).slots(0).offer_id(),
            "gift");
}

TEST_F(ServingTest, APreviewShowsTheCanaryAndStaysAPreview) {
  packs_.Set(std::make_shared<decide::Router>(
      std::vector{live_},
      std::vector<decide::Canary>{{beside_, state::kCanarySlots}}));
  v1::DecideRequest preview = Request();
  preview.set_dry_run(true);
  const v1::Decision decision = DecideNow(preview);
  EXPECT_EQ(decision.role(), v1::DECISION_ROLE_DRY_RUN);
  EXPECT_EQ(decision.pack().version(), "2");
  // Shares of customers are of now.
  v1::DecideRequest then = Request();
  then.mutable_as_of()->set_seconds(1'700'000'000);
  EXPECT_EQ(DecideNow(then).pack().version(), "1");
}

TEST_F(ServingTest, WhatIsPausedIsNotShownFromThenOn) {
  packs_.Set(std::make_shared<decide::Router>(
      std::vector{PlanOf("1", "  - {id: card, value: 1}\n")}));
  // A pack that remembers nothing else.
  EXPECT_EQ(DecideNow(Request()).placements(0).slots_size(), 1);
  store::Sequencer& sequencer = *host_->stores()->sequencer;
  state::Operation operation = {.kind = state::OperationKind::kPauseOffer,
                                .at = now_,
                                .pack = "test",
                                .name = "card"};
  std::thread committer([&] {
    while (!sequencer.has_pauses()) std::this_thread::yield();
    store_.Commit();
  });
  EXPECT_TRUE(sequencer.Operate(operation).ok());
  committer.join();
  v1::DecideRequest request = Request();
  request.set_explain(v1::EXPLAIN_LEVEL_REASONS);
  const v1::Decision decision = DecideNow(request);
  EXPECT_EQ(decision.placements(0).slots_size(), 0);
  EXPECT_EQ(decision.explanation().placements(0).exclusions(0).reason(),
            v1::REASON_OFFER_PAUSED);
  EXPECT_EQ(sequencer.stats().decided_again, 0u);
}

TEST_F(ServingTest, ThePauseThatComesBetweenDecidingAndCommittingCounts) {
  packs_.Set(std::make_shared<decide::Router>(
      std::vector{PlanOf("1", "  - {id: card, value: 1}\n")}));
  store::Sequencer& sequencer = *host_->stores()->sequencer;
  std::thread pauser;
  int asked = 0;
  store_.AtIdentity([&] {
    // First for the customer's pseudonym, then to encode what was decided.
    if (++asked != 2) return;
    pauser = std::thread([&] {
      EXPECT_TRUE(sequencer
                      .Operate({.kind = state::OperationKind::kPauseOffer,
                                .at = now_,
                                .pack = "test",
                                .name = "card"})
                      .ok());
    });
    while (!sequencer.has_pauses()) std::this_thread::yield();
  });
  const v1::Decision decision = DecideNow(Request());
  pauser.join();
  EXPECT_EQ(sequencer.stats().decided_again, 1u);
  EXPECT_EQ(decision.placements(0).slots_size(), 0)
      << "it stands behind the pause";
}

TEST_F(ServingTest, APauseThatWasLostIsNotDoneWhenItIsAskedForAgain) {
  const auto router = std::make_shared<decide::Router>(
      std::vector{PlanOf("1", "  - {id: card, value: 1}\n")});
  const std::shared_ptr<const OpenStores> stores = host_->stores();
  const auto pause = [&] {
    return SetPaused({.pack = "test", .name = "card"}, true, *router, *stores,
                     now_, {});
  };
  std::thread disk([&] {
    while (!stores->sequencer->has_pauses()) std::this_thread::yield();
    store_.Break();
  });
  EXPECT_TRUE(absl::IsUnavailable(pause()));
  disk.join();
  EXPECT_TRUE(absl::IsUnavailable(pause()))
      << "remembered, but it never became durable";
}

}  // namespace
}  // namespace stratagem::server
