// What must hold for caps of a plan: groups hold for their children, counters
// are named by what they count and not by a version, and what a customer did is
// kept as long as some cap looks at it.

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "engine/plan/plan_code.h"
#include "engine/state/state.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/plan/plan_fixture.h"
#include "tests/support/temp_dir.h"

namespace stratagem::plan {
namespace {

using state::Outcome;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr char kPack[] = R"yaml(
timezone: Asia/Shanghai
timezone_attribute: zone
attributes:
  zone: {type: string, optional: true}
groups:
  loyalty: {parent: all, limits: [{count: 7, per: all, period: week}]}
  all:     {limits: [{count: 3, within: 30d}]}
offers:
  - id: event
    group: loyalty
    channels: [app, call]
    limits:
      - {count: 1, per: customer, within: 90d}
      - {count: 5000, per: all, period: day, outcome: accepted, reserve_for: 2h}
      - {count: 9, per: channel, within: 36h}
  - {id: coupon, group: all, cost: 3}
  - {id: "50% / off", cost: 1, limits: [{count: 2, per: all, period: total}]}
placements:
  home: {channel: app}
  desk: {channel: call, direction: inbound}
  any:  {}
  site: {channel: app}
contact_policy:
  - {name: fatigue, channels: [app], count: 2, within: 7d}
  - {name: took_no, group: all, offers: ["50% / off"], count: 1, outcome: declined, period: month, counting: same_offer, direction: any}
  - {name: quiet, offers: [coupon], between: ["21:00", "09:30"], direction: inbound}
  - {name: contacts, group: loyalty, count: 4, period: hour, counting: contacts}
budgets:
  - {name: coupons, offers: [coupon], amount: 20000.000001, unit: CNY, charge: accepted, reserve_for: 3d, period: day}
  - {name: loyal, groups: [all], amount: 3.5, within: 7d, charge: presented}
  - {name: house, amount: 1000000000000, period: total}
)yaml";

CapsCode CapsOf(absl::string_view yaml) {
  const LoadedPlan loaded = PlanFromYaml(yaml);
  EXPECT_EQ(loaded.diagnostics, "");
  return loaded.plan == nullptr ? CapsCode{} : loaded.plan->code().caps;
}

std::vector<std::string> NamesOfCaps(const CapsCode& code, size_t offer) {
  std::vector<std::string> names;
  for (const uint32_t cap : code.caps_of[offer]) {
    names.push_back(code.caps[cap].name);
  }
  return names;
}

const CapCode& CapNamed(const CapsCode& code, absl::string_view name) {
  for (const CapCode& cap : code.caps) {
    if (cap.name == name) return cap;
  }
  ADD_FAILURE() << "no cap " << name;
  return code.caps.front();
}

std::vector<std::string> NamesOfCounters(const CapsCode& code,
                                         absl::string_view cap) {
  std::vector<std::string> names;
  for (const uint32_t counter : CapNamed(code, cap).counters) {
    names.push_back(code.counters[counter].name);
  }
  return names;
}

TEST(CompileCapsTest, ATreesLimitsComeFromTheRootThenTheOffersThenBudgets) {
  const CapsCode code = CapsOf(kPack);
  EXPECT_THAT(
      NamesOfCaps(code, 0),
      ElementsAre("groups.all.limits[0]", "groups.loyalty.limits[0]",
                  "offers.event.limits[0]", "offers.event.limits[1]",
                  "offers.event.limits[2]", "budgets.loyal", "budgets.house"));
  EXPECT_THAT(NamesOfCaps(code, 1),
              ElementsAre("groups.all.limits[0]", "budgets.coupons",
                          "budgets.loyal", "budgets.house"));
  EXPECT_THAT(NamesOfCaps(code, 2),
              ElementsAre("offers.50% / off.limits[0]", "budgets.house"));
}

TEST(CompileCapsTest, CountersAreNamedByWhatTheyCount) {
  const CapsCode code = CapsOf(kPack);
  EXPECT_THAT(NamesOfCounters(code, "groups.all.limits[0]"), IsEmpty());
  EXPECT_THAT(NamesOfCounters(code, "groups.loyalty.limits[0]"),
              ElementsAre("test/groups.loyalty/presented/week"));
  EXPECT_THAT(NamesOfCounters(code, "offers.event.limits[1]"),
              ElementsAre("test/offers.event/accepted/day"));
  EXPECT_THAT(NamesOfCounters(code, "offers.event.limits[2]"),
              ElementsAre("test/offers.event/presented/within 36h/channel app",
                          "test/offers.event/presented/within 36h/channel call",
                          "test/offers.event/presented/within 36h/no channel"));
  // What divides a name's parts is written otherwise within them.
  EXPECT_THAT(NamesOfCounters(code, "offers.50% / off.limits[0]"),
              ElementsAre("test/offers.50%25 %2F off/presented/total"));
  EXPECT_THAT(NamesOfCounters(code, "budgets.loyal"),
              ElementsAre("test/budgets.loyal/within 7d"));
  for (const CounterCode& counter : code.counters) {
    EXPECT_EQ(counter.key, state::KeyOf(counter.name));
  }
  EXPECT_THAT(code.channels, ElementsAre("app", "call"));
}

TEST(CompileCapsTest, CapsKeepWhatTheirAuthorWrote) {
  const CapsCode code = CapsOf(kPack);
  const CapCode& limit = CapNamed(code, "offers.event.limits[1]");
  EXPECT_FALSE(limit.is_budget);
  EXPECT_FALSE(limit.per_customer);
  EXPECT_FALSE(limit.per_channel);
  EXPECT_EQ(limit.amount_max, 5000);
  EXPECT_EQ(limit.outcome, Outcome::kAccepted);
  EXPECT_EQ(limit.reserve_for, absl::Hours(2));
  EXPECT_EQ(limit.window.period, pack::Period::kDay);
  const CapCode& own = CapNamed(code, "offers.event.limits[0]");
  EXPECT_TRUE(own.per_customer);
  EXPECT_EQ(own.outcome, Outcome::kPresented);
  EXPECT_EQ(own.reserve_for, absl::Hours(24));
  EXPECT_EQ(own.window.within, absl::Hours(90 * 24));
  EXPECT_TRUE(CapNamed(code, "offers.event.limits[2]").per_channel);
  const CapCode& budget = CapNamed(code, "budgets.coupons");
  EXPECT_TRUE(budget.is_budget);
  EXPECT_EQ(budget.amount_max, 20'000'000'001);
  EXPECT_EQ(budget.unit, "CNY");
  EXPECT_EQ(budget.outcome, Outcome::kAccepted);
  EXPECT_EQ(budget.reserve_for, absl::Hours(72));
  EXPECT_EQ(CapNamed(code, "budgets.loyal").amount_max, 3'500'000);
  EXPECT_EQ(CapNamed(code, "budgets.loyal").outcome, Outcome::kPresented);
  EXPECT_EQ(CapNamed(code, "budgets.house").amount_max,
            1'000'000'000'000'000'000);
}

TEST(CompileCapsTest, LinesHoldForTheirOffersChannelsAndDirections) {
  const CapsCode code = CapsOf(kPack);
  ASSERT_EQ(code.contacts.size(), 4u);
  const ContactCode& fatigue = code.contacts[0];
  EXPECT_EQ(fatigue.name, "fatigue");
  EXPECT_THAT(fatigue.channels, ElementsAre("app"));
  EXPECT_THAT(fatigue.offers, IsEmpty());  // All.
  EXPECT_EQ(fatigue.direction, pack::Directions::kOutbound);
  EXPECT_EQ(fatigue.count, 2);
  EXPECT_EQ(fatigue.outcome, Outcome::kPresented);
  EXPECT_EQ(fatigue.counting, pack::Counting::kOffers);
  const ContactCode& took_no = code.contacts[1];
  EXPECT_THAT(took_no.channels, IsEmpty());
  EXPECT_THAT(took_no.offers, ElementsAre(true, true, true));
  EXPECT_EQ(took_no.direction, pack::Directions::kAny);
  EXPECT_EQ(took_no.outcome, Outcome::kDeclined);
  EXPECT_EQ(took_no.counting, pack::Counting::kSameOffer);
  EXPECT_EQ(took_no.window.period, pack::Period::kMonth);
  const ContactCode& quiet = code.contacts[2];
  EXPECT_THAT(quiet.offers, ElementsAre(false, true, false));
  ASSERT_TRUE(quiet.quiet.has_value());
  EXPECT_EQ(quiet.quiet->from, absl::Hours(21));
  EXPECT_EQ(quiet.quiet->until, absl::Hours(9) + absl::Minutes(30));
  EXPECT_EQ(quiet.direction, pack::Directions::kInbound);
  EXPECT_THAT(code.contacts[3].offers, ElementsAre(true, false, false));
  EXPECT_EQ(code.contacts[3].counting, pack::Counting::kContacts);
}

TEST(CompileCapsTest, ThePlanKnowsItsOffersZoneAndName) {
  const CapsCode code = CapsOf(kPack);
  EXPECT_EQ(code.pack_name, "test");
  EXPECT_EQ(code.zone.name(), "Asia/Shanghai");
  EXPECT_EQ(code.timezone_attribute, 0);
  ASSERT_EQ(code.offer_keys.size(), 3u);
  EXPECT_EQ(code.offer_keys[1], state::KeyOf("coupon"));
  EXPECT_EQ(code.offer_by_key.at(state::KeyOf("coupon")), 1u);
}

TEST(CompileCapsTest, APackWithoutCapsAsksForNothing) {
  const CapsCode code = CapsOf("offers: [{id: a}]\nplacements: {home: {}}\n");
  EXPECT_TRUE(code.empty());
  EXPECT_THAT(code.counters, IsEmpty());
  EXPECT_EQ(code.events_kept, std::nullopt);
}

TEST(CompileCapsTest, CountersDoNotNameTheVersion) {
  const TempDir directory;
  directory.Write("pack.yaml", absl::StrCat(kPack,
                                            "\nlanguage: 1\nname: test\n"
                                            "version: v2\n"));
  const LoadedPlan second = LoadPlan(directory.path());
  ASSERT_NE(second.plan, nullptr) << second.diagnostics;
  const CapsCode first = CapsOf(kPack);
  const std::vector<CounterCode>& counters = second.plan->code().caps.counters;
  ASSERT_EQ(counters.size(), first.counters.size());
  for (size_t i = 0; i < counters.size(); ++i) {
    EXPECT_EQ(counters[i].key, first.counters[i].key);
  }
}

struct KeptCase {
  std::string name;
  std::string caps;
  std::optional<absl::Duration> want;
};

class EventsKeptTest : public testing::TestWithParam<KeptCase> {};

TEST_P(EventsKeptTest, LastAsLongAsACapOfCustomersLooksBack) {
  const CapsCode code =
      CapsOf(absl::StrCat("timezone: UTC\nplacements: {home: {channel: app}}\n",
                          GetParam().caps, "\n"));
  EXPECT_EQ(code.events_kept, GetParam().want);
}

std::string WithLimit(const std::string& limit) {
  return absl::StrCat("offers: [{id: a, cost: 1, limits: [{count: 1, ", limit,
                      "}]}]");
}

std::string WithLine(const std::string& line) {
  return absl::StrCat("offers: [{id: a}]\ncontact_policy: [{name: l, ", line,
                      "}]");
}

INSTANTIATE_TEST_SUITE_P(
    Caps, EventsKeptTest,
    testing::ValuesIn(std::vector<KeptCase>{
        {"ARollingWindow", WithLimit("within: 36h"), absl::Hours(36)},
        // A reservation may be younger than what is told of it.
        {"AReservation", WithLimit("within: 1h, outcome: accepted"),
         absl::Hours(24)},
        {"AReservationInALongerWindow",
         WithLimit("within: 48h, outcome: accepted, reserve_for: 2h"),
         absl::Hours(48)},
        // The longest that the calendar has.
        {"AnHour", WithLimit("period: hour"), absl::Hours(2)},
        {"ADay", WithLimit("period: day"), absl::Hours(48)},
        {"AWeek", WithLimit("period: week"), absl::Hours(8 * 24)},
        {"AMonth", WithLimit("period: month"), absl::Hours(32 * 24)},
        {"ForEver", WithLimit("period: total"), absl::InfiniteDuration()},
        {"CountersOfAllNeedNone", WithLimit("period: total, per: all"),
         std::nullopt},
        {"CountersOfChannelsNeedNone", WithLimit("period: total, per: channel"),
         std::nullopt},
        {"ALine", WithLine("count: 1, within: 90d"), absl::Hours(90 * 24)},
        {"QuietHoursNeedNone", WithLine("between: [\"21:00\", \"09:00\"]"),
         std::nullopt},
        {"TheLongestOfAll",
         absl::StrCat(WithLimit("within: 2h"),
                      "\ncontact_policy: [{name: l, count: 1, within: 3h}]"),
         absl::Hours(3)},
    }),
    [](const auto& param_info) { return param_info.param.name; });

// E335 of both kinds: packs too large to read.
TEST(CompileCapsTest, RefusesMoreCountersThanCallsMayAsk) {
  std::string yaml = "placements:\n";
  for (int i = 0; i < 50; ++i) {
    absl::StrAppend(&yaml, "  p", i, ": {channel: c", i, "}\n");
  }
  absl::StrAppend(&yaml, "offers:\n");
  for (int i = 0; i < 2'000; ++i) {
    absl::StrAppend(&yaml, "  - {id: o", i,
                    ", limits: [{count: 1, per: channel, period: day}]}\n");
  }
  const LoadedPlan loaded = PlanFromYaml(yaml);
  EXPECT_EQ(loaded.plan, nullptr);
  EXPECT_THAT(loaded.diagnostics,
              HasSubstr("error E335: the limits and budgets of the pack need "
                        "more than 100000 counters that customers share"));
}

TEST(CompileCapsTest, RefusesMorePairsOfOffersAndCapsThanFit) {
  std::string yaml = "placements: {home: {}}\nbudgets:\n";
  for (int i = 0; i < 1'000; ++i) {
    absl::StrAppend(&yaml, "  - {name: b", i, ", amount: 1, period: day}\n");
  }
  absl::StrAppend(&yaml, "offers:\n");
  for (int i = 0; i < 10'001; ++i) {
    absl::StrAppend(&yaml, "  - {id: o", i, ", cost: 1}\n");
  }
  const LoadedPlan loaded = PlanFromYaml(yaml);
  EXPECT_EQ(loaded.plan, nullptr);
  EXPECT_THAT(loaded.diagnostics,
              HasSubstr("error E335: the offers of the pack are under more "
                        "than 10000000 limits and budgets"));
}

}  // namespace
}  // namespace stratagem::plan
