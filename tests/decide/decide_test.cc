// What must hold for every decision whatever the pack: the same call gives the
// same record, threads share a plan, and a warm workspace asks no heap.

#include "engine/decide/decide.h"

#include <string>
#include <thread>
#include <vector>

#include "engine/decide/caps.h"
#include "engine/plan/plan_code.h"
#include "engine/state/ledger.h"
#include "engine/state/state.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/decide/decision_text.h"
#include "tests/plan/plan_fixture.h"
#include "tests/support/allocation_counter.h"
#include "tests/support/golden.h"

namespace stratagem::decide {
namespace {

std::shared_ptr<const plan::Plan> Golden(const std::string& name) {
  plan::LoadedPlan loaded =
      plan::LoadPlan(SourcePath("tests/golden/decisions/" + name));
  EXPECT_NE(loaded.plan, nullptr) << loaded.diagnostics;
  return loaded.plan;
}

constexpr char kCall[] =
    R"({"attributes": {"spend": 250, "visits": 12, "nps": 8}})";

TEST(DecideTest, AReusedWorkspaceGivesTheSameDecisionAsANewOne) {
  const auto score = Golden("score");
  const auto placements = Golden("placements");
  Workspace reused;
  Workspace fresh;
  const std::string want = DecideJson(*score, kCall, fresh);
  DecideJson(*placements, R"({"placements": ["home", "gifts"]})", reused);
  DecideJson(*score, R"({"attributes": {"spend": -1}})", reused);
  EXPECT_EQ(DecideJson(*score, kCall, reused), want);
}

TEST(DecideTest, ThreadsShareAPlan) {
  const auto score = Golden("score");
  Workspace workspace;
  const std::string want = DecideJson(*score, kCall, workspace);
  std::vector<int> equal(4, 0);
  {
    std::vector<std::jthread> threads;
    for (int& count : equal) {
      threads.emplace_back([&score, &want, &count] {
        Workspace own;
        for (int i = 0; i < 200; ++i) {
          count += DecideJson(*score, kCall, own) == want ? 1 : 0;
        }
      });
    }
  }
  EXPECT_THAT(equal, testing::Each(200));
}

TEST(DecideTest, TheRecordSaysWhichPackClockAndSeedItUsed) {
  const auto score = Golden("score");
  const NamedValue attributes[] = {{"spend", Value::Int(250)}};
  Call call;
  call.request_id = "r-1";
  call.trace_id = "0af7651916cd43dd8448eb211c80319c";
  call.customer_id = "c-1";
  call.unit = "household-7";
  call.locale = "zh-CN";
  call.role = trace::Role::kAsOf;
  call.decided_at = absl::FromUnixSeconds(1'700'000'000);
  call.as_of = absl::FromUnixSeconds(1'800'000'000);
  call.seed = 42;
  call.time_zones_version = "2025b";
  call.attributes = attributes;
  Workspace workspace;
  ASSERT_TRUE(Decide(*score, call, workspace).empty());
  const trace::DecisionRecord& record = workspace.record();
  EXPECT_EQ(record.request_id, "r-1");
  EXPECT_EQ(record.trace_id, call.trace_id);
  EXPECT_EQ(record.unit, "household-7");
  EXPECT_EQ(record.locale, "zh-CN");
  EXPECT_EQ(record.role, trace::Role::kAsOf);
  EXPECT_EQ(record.decided_at, call.decided_at);
  EXPECT_EQ(record.as_of, call.as_of);
  EXPECT_EQ(record.now(), absl::FromUnixSeconds(1'800'000'000));
  EXPECT_EQ(record.seed, 42u);
  EXPECT_EQ(record.time_zones_version, "2025b");
  EXPECT_EQ(record.pack_name, "score");
  EXPECT_EQ(record.pack_version, "v1");
  EXPECT_EQ(record.pack_digest, score->summary().digest);
}

TEST(DecideTest, AGateThatFailsIsOneDegradationHoweverManyPlacementsAsk) {
  const plan::LoadedPlan loaded = plan::PlanFromYaml(
      "attributes: {n: {type: int}}\n"
      "offers:\n"
      "  - {id: gate, eligibility: \"1 / n > 0\", value: 1}\n"
      "  - {id: amount, value: \"double(1 / n)\"}\n"
      "placements:\n"
      "  one: {channel: app, max_offers: 1}\n"
      "  two: {channel: app, max_offers: 1}\n");
  ASSERT_NE(loaded.plan, nullptr) << loaded.diagnostics;
  Workspace workspace;
  const std::string text = DecideJson(
      *loaded.plan, R"({"attributes": {"n": 0}, "placements": ["one", "two"]})",
      workspace);
  EXPECT_EQ(workspace.record().exclusions.size(), 4u);
  EXPECT_THAT(text, testing::EndsWith(
                        "degraded value_error amount (division by zero)\n"
                        "degraded gate_error gate (division by zero)\n"
                        "degraded value_error amount (division by zero)\n"));
}

TEST(DecideAllocationTest, AWarmWorkspaceAsksNoHeap) {
  const auto plan = Golden("placements");
  const absl::string_view placements[] = {"desk", "home", "gifts"};
  const NamedValue attributes[] = {{"rich", Value::Bool(true)}};
  Call call;
  call.customer_id = "c-1";
  call.attributes = attributes;
  call.placements = placements;
  Workspace workspace;
  for (int i = 0; i < 3; ++i) Decide(*plan, call, workspace);
  const AllocationCounter counter;
  const bool decided = Decide(*plan, call, workspace).empty();
  const int64_t allocations = counter.count();
  EXPECT_TRUE(decided);
  EXPECT_EQ(allocations, 0);
  EXPECT_EQ(workspace.record().slots.size(), 5u);
}

TEST(DecideAllocationTest, ExplorationAndHeldTiersAskNoHeapEither) {
  const auto arbitration = Golden("arbitration");
  const auto hold = Golden("hold");
  const absl::string_view placements[] = {"three", "care", "apart"};
  state::StateCopy held;
  held.hold = {"gold", absl::UnixEpoch()};
  Call call;
  call.customer_id = "c-1";
  call.state = &held;
  Call with_placements = call;
  with_placements.placements = placements;
  Workspace workspace;
  const auto decide_both = [&](uint64_t seed) {
    with_placements.seed = seed;
    return Decide(*hold, call, workspace).empty() &&
           Decide(*arbitration, with_placements, workspace).empty();
  };
  for (uint64_t seed = 0; seed < 3; ++seed) decide_both(seed);
  const AllocationCounter counter;
  bool decided = true;
  for (uint64_t seed = 0; seed < 50; ++seed) decided &= decide_both(seed);
  const int64_t allocations = counter.count();
  EXPECT_TRUE(decided);
  EXPECT_EQ(allocations, 0);
}

// A limit of each customer whose window is not remembered whole stays closed.
TEST(DecideTest, AFullHistoryOfACustomerOpensNoLimit) {
  const plan::LoadedPlan loaded = plan::PlanFromYaml(
      "offers: [{id: once, limits: [{count: 1, period: total}]}, {id: other}]\n"
      "placements: {home: {max_offers: 2}}\n");
  ASSERT_NE(loaded.plan, nullptr) << loaded.diagnostics;
  const absl::string_view placements[] = {"home"};
  state::StateCopy state;
  Call call;
  call.customer_id = "c-1";
  call.decided_at = absl::UnixEpoch();
  call.state = &state;
  call.placements = placements;
  Workspace workspace;
  for (uint64_t i = 1; i < state::kCustomerEventsMax; ++i) {
    state::Event& event = state.events.emplace_back();
    event.at = call.decided_at - absl::Hours(1);
    event.sequence = i;
    event.offer = {"other", state::KeyOf("other")};
  }
  ASSERT_TRUE(Decide(*loaded.plan, call, workspace).empty());
  EXPECT_EQ(workspace.record().slots.size(), 2u);
  state.events.push_back(state.events.back());
  state.events.back().sequence = state::kCustomerEventsMax;
  ASSERT_TRUE(Decide(*loaded.plan, call, workspace).empty());
  ASSERT_EQ(workspace.record().exclusions.size(), 1u);
  EXPECT_EQ(workspace.record().exclusions[0].reason, trace::Reason::kLimit);
  EXPECT_EQ(workspace.record().slots.size(), 1u);
}

TEST(DecideAllocationTest, CapsAskNoHeapEither) {
  const auto caps = Golden("caps");
  const absl::string_view placements[] = {"sms", "app", "desk"};
  // A name that is longer than what a std::string holds in itself.
  const NamedValue attributes[] = {
      {"zone", Value::String("America/Argentina/Buenos_Aires")}};
  state::StateCopy state;
  state.amounts.assign(caps->code().caps.counters.size(), 1);
  for (uint64_t i = 0; i < 100; ++i) {
    for (const absl::string_view offer : {"news", "tip", "gone"}) {
      state::Event& event = state.events.emplace_back();
      event.at = absl::UnixEpoch() - absl::Hours(i);
      event.sequence = i;
      event.offer = {offer, state::KeyOf(offer)};
      event.channel = {"call", state::KeyOf("call")};
      event.outcome =
          i % 7 == 0 ? state::Outcome::kDeclined : state::Outcome::kPresented;
    }
  }
  Call call;
  call.customer_id = "c-1";
  call.state = &state;
  call.attributes = attributes;
  call.placements = placements;
  call.decided_at = absl::UnixEpoch() + absl::Hours(15);
  std::vector<state::CounterQuery> queries;
  Workspace workspace;
  const auto decide = [&] {
    AskCounters(*caps, call.now(), queries);
    return Decide(*caps, call, workspace).empty();
  };
  for (int i = 0; i < 3; ++i) decide();
  const AllocationCounter counter;
  const bool decided = decide();
  const int64_t allocations = counter.count();
  EXPECT_TRUE(decided);
  EXPECT_EQ(allocations, 0);
  const trace::DecisionRecord& record = workspace.record();
  EXPECT_FALSE(record.effects.empty());
  EXPECT_FALSE(record.counters_read.empty());
  EXPECT_FALSE(record.exclusions.empty());
  EXPECT_EQ(record.events_read.size(), 300u);
  EXPECT_FALSE(record.degraded());
  EXPECT_EQ(queries.size(), caps->code().caps.counters.size());
}

TEST(DecideTest, ASlotSaysWhichOfferOfThePlanItShows) {
  const auto plan = Golden("arbitration");
  const absl::string_view placements[] = {"three", "apart"};
  Call call;
  call.customer_id = "c-1";
  call.placements = placements;
  Workspace workspace;
  ASSERT_TRUE(Decide(*plan, call, workspace).empty());
  EXPECT_GE(workspace.record().slots.size(), 5u);
  for (const trace::SlotResult& slot : workspace.record().slots) {
    EXPECT_EQ(plan->summary().offers[slot.offer_index], slot.offer);
  }
}

TEST(DecideTest, LeversThatWereLeftOutAreInTheRecord) {
  const auto plan = Golden("arbitration");
  const absl::string_view placements[] = {"care"};
  Call call;
  call.customer_id = "c-1";
  call.placements = placements;
  call.ignore_levers = true;
  Workspace workspace;
  ASSERT_TRUE(Decide(*plan, call, workspace).empty());
  EXPECT_TRUE(workspace.record().ignore_levers);
  for (const trace::Candidate& candidate : workspace.record().candidates) {
    EXPECT_EQ(candidate.lever, 1);
  }
}

TEST(DecideLimitTest, AHostilePackStopsAtTheStepLimit) {
  std::string yaml = "attributes: {n: {type: int}}\noffers:\n";
  // Four nested loops over a hundred items: far beyond kDecisionStepsMax.
  std::string list = "[0";
  for (int i = 1; i < 100; ++i) list += ", " + std::to_string(i);
  list += "]";
  yaml += "  - {id: slow, value: 1, eligibility: \"" + list + ".all(a, " +
          list + ".all(b, " + list + ".all(c, " + list +
          ".all(d, a + b + c + d + n >= 0))))\"}\n"
          "  - {id: after, value: 1, eligibility: \"n == 1\"}\n"
          "placements: {home: {channel: app, max_offers: 2}}\n";
  const plan::LoadedPlan loaded = plan::PlanFromYaml(yaml);
  ASSERT_NE(loaded.plan, nullptr) << loaded.diagnostics;
  Workspace workspace;
  const std::string text = DecideJson(
      *loaded.plan, R"({"attributes": {"n": 1}, "placements": ["home"]})",
      workspace);
  EXPECT_THAT(text,
              testing::HasSubstr(
                  "excluded slow: gate_error (too many evaluation steps)"));
}

TEST(DecideLimitTest, AWorkspaceGivesItsMemoryBackBetweenDecisions) {
  // Each decision builds 128 KiB; a thousand of them would not fit.
  std::string yaml =
      "attributes: {s: {type: string}}\nvariables:\n"
      "  - {name: v0, expression: \"s + s\"}\n";
  for (int i = 1; i <= 6; ++i) {
    yaml += "  - {name: v" + std::to_string(i) + ", expression: \"variables.v" +
            std::to_string(i - 1) + " + variables.v" + std::to_string(i - 1) +
            "\"}\n";
  }
  yaml += "constraints: [\"size(variables.v6) == 128 * 1024\"]\n";
  const plan::LoadedPlan loaded = plan::PlanFromYaml(yaml);
  ASSERT_NE(loaded.plan, nullptr) << loaded.diagnostics;
  const std::string kilobyte(1024, 'x');
  const NamedValue attributes[] = {{"s", Value::String(kilobyte)}};
  Call call;
  call.customer_id = "c-1";
  call.attributes = attributes;
  Workspace workspace;
  int refused = 0;
  for (int i = 0; i < 1000; ++i) {
    refused += Decide(*loaded.plan, call, workspace).empty() ? 0 : 1;
  }
  EXPECT_EQ(refused, 0);
}

}  // namespace
}  // namespace stratagem::decide
