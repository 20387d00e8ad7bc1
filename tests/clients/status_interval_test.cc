// What must hold for the numbers of `top`: quantiles are those of PromQL, rates
// are of the time between two answers, and a server that was started anew has
// no rate of the difference to its life before.

#include "clients/cli/status_interval.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "clients/cli/latency_quantile.h"
#include "clients/cli/status_concerns.h"
#include "clients/cli/status_text.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

namespace stratagem::cli {
namespace {

using google::protobuf::TextFormat;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr uint64_t kMax = std::numeric_limits<uint64_t>::max();

v1::GetStatusResponse Status(const std::string& text) {
  v1::GetStatusResponse status;
  EXPECT_TRUE(TextFormat::ParseFromString(text, &status)) << text;
  return status;
}

// ------------------------------------------------------------- quantiles

struct QuantileCase {
  std::string name;
  std::vector<uint64_t> buckets;  // Up to 1 ms, 2 ms, 5 ms, and above.
  double share;
  std::string want;
};

class QuantileTest : public testing::TestWithParam<QuantileCase> {};

TEST_P(QuantileTest, IsThatOfPromql) {
  const std::vector<double> bounds = {0.001, 0.002, 0.005};
  EXPECT_EQ(
      LatencyText(QuantileOf(bounds, GetParam().buckets, GetParam().share)),
      GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    All, QuantileTest,
    testing::ValuesIn(std::vector<QuantileCase>{
        {"NoBuckets", {}, 0.5, "-"},
        {"NoCalls", {0, 0, 0, 0}, 0.99, "-"},
        // Of one call nobody knows where in its bucket it was: in the middle.
        {"OneCall", {0, 1, 0, 0}, 0.5, "1.5 ms"},
        {"TheFirstBucketBeginsAtZero", {4, 0, 0, 0}, 0.25, "250 µs"},
        {"AllOfABucketIsItsBound", {1, 1, 0, 0}, 0.5, "1.0 ms"},
        {"OneMoreIsOfTheNext", {1, 1, 0, 0}, 0.75, "1.5 ms"},
        {"EmptyBucketsArePassedOver", {2, 0, 2, 0}, 0.75, "3.5 ms"},
        {"TheWholeIsTheLastBoundInUse", {1, 1, 0, 0}, 1, "2.0 ms"},
        {"NobodyKnowsHowMuchLonger", {1, 0, 0, 9}, 0.95, "> 5.0 ms"},
        {"BelowThatItIsKnown", {9, 0, 0, 1}, 0.45, "500 µs"},
        {"ANewerServerHasMoreBuckets", {0, 0, 0, 1, 5}, 0.5, "> 5.0 ms"},
        {"AnOlderOneHasFewer", {0, 2}, 0.5, "1.5 ms"},
        {"ManyCalls",
         {uint64_t{1} << 62, 0, uint64_t{1} << 62, 0},
         0.99,
         "4.9 ms"},
    }),
    [](const auto& param_info) { return param_info.param.name; });

TEST(LatencyTextTest, HasTwoDigitsOrThree) {
  const auto text = [](double seconds) {
    return LatencyText(LatencyQuantile{.seconds = seconds});
  };
  EXPECT_EQ(text(0), "0.0 µs");
  EXPECT_EQ(text(3.4e-7), "0.3 µs");
  EXPECT_EQ(text(9.94e-6), "9.9 µs");
  EXPECT_EQ(text(9.96e-6), "10 µs");
  EXPECT_EQ(text(999.4e-6), "999 µs");
  EXPECT_EQ(text(999.6e-6), "1.0 ms");
  EXPECT_EQ(text(0.25), "250 ms");
  EXPECT_EQ(text(0.9996), "1.0 s");
  EXPECT_EQ(text(10), "10 s");
}

// ----------------------------------------------------------------- rates

TEST(RateTextTest, IsShortAndNeverWrongByMuch) {
  EXPECT_EQ(RateText(std::nullopt), "-");
  EXPECT_EQ(RateText(0), "0/s");
  EXPECT_EQ(RateText(0.04), "<0.1/s");
  EXPECT_EQ(RateText(0.06), "0.1/s");
  EXPECT_EQ(RateText(9.94), "9.9/s");
  EXPECT_EQ(RateText(9.96), "10/s");
  EXPECT_EQ(RateText(1234.5), "1,235/s");
  EXPECT_EQ(RateText(1.5e19), "1.5e+19/s");
}

TEST(PercentTextTest, IsShortAndTellsLittleFromNothing) {
  EXPECT_EQ(PercentText(0), "0 %");
  EXPECT_EQ(PercentText(0.0004), "<0.1 %");
  EXPECT_EQ(PercentText(0.0006), "0.1 %");
  EXPECT_EQ(PercentText(0.0994), "9.9 %");
  EXPECT_EQ(PercentText(0.0996), "10 %");
  EXPECT_EQ(PercentText(1), "100 %");
}

TEST(UptimeTextTest, HasTheTwoLargestUnits) {
  EXPECT_EQ(UptimeText(absl::Seconds(-1)), "0s");
  EXPECT_EQ(UptimeText(absl::Milliseconds(999)), "0s");
  EXPECT_EQ(UptimeText(absl::Seconds(59)), "59s");
  EXPECT_EQ(UptimeText(absl::Seconds(60)), "1m 0s");
  EXPECT_EQ(UptimeText(absl::Seconds(3'600 + 119)), "1h 1m");
  EXPECT_EQ(UptimeText(absl::Hours(49)), "2d 1h");
  EXPECT_EQ(UptimeText(absl::Hours(24 * 1'234)), "1,234d 0h");
}

constexpr char kBefore[] = R"pb(
  started_at { seconds: 100 }
  uptime { seconds: 10 }
  store { commits: 5 records_committed: 50 queue_records: 9 }
  packs {
    ref { name: "shop" version: "1" digest: "d" }
    decisions: 100
    decisions_degraded: 4
    quotes_unlogged: 7
    roles { role: DECISION_ROLE_LIVE count: 90 }
    roles { role: DECISION_ROLE_SHADOW count: 10 }
  }
  calls { method: "A/B" code: "OK" count: 100 }
  calls { method: "A/B" code: "INTERNAL" count: 1 }
  latencies {
    phase: "total"
    outcome: "decided"
    count: 5
    sum_seconds: 0.5
    buckets: [ 2, 3, 0 ]
  }
  queues { queue: "repeats" refused: 3 waiting: 2 }
  http { connections_open: 3 requests: 10 timeouts: 1 }
  pack_reloads { succeeded: 2 failed: 1 }
)pb";

constexpr char kNow[] = R"pb(
  started_at { seconds: 100 }
  uptime { seconds: 12 nanos: 500000000 }
  store { commits: 15 records_committed: 150 queue_records: 4 }
  packs {
    ref { name: "shop" version: "1" digest: "d" }
    decisions: 350
    decisions_degraded: 5
    quotes_unlogged: 7
    roles { role: DECISION_ROLE_LIVE count: 330 }
    roles { role: DECISION_ROLE_CANARY count: 5 }
    roles { role: DECISION_ROLE_SHADOW count: 15 }
  }
  packs {
    ref { name: "shop" version: "1" digest: "other" }
    decisions: 20
  }
  calls { method: "A/B" code: "INTERNAL" count: 1 }
  calls { method: "A/B" code: "OK" count: 125 }
  calls { method: "A/C" code: "OK" count: 5 }
  latencies {
    phase: "total"
    outcome: "decided"
    count: 9
    sum_seconds: 0.75
    buckets: [ 2, 6, 1 ]
  }
  queues { queue: "repeats" refused: 5 waiting: 1 }
  http { connections_open: 4 requests: 30 timeouts: 1 }
  pack_reloads { succeeded: 2 failed: 2 }
)pb";

TEST(IntervalTest, CountsAreThoseOfTheTimeBetween) {
  const v1::GetStatusResponse before = Status(kBefore);
  const StatusInterval interval = IntervalOf(&before, Status(kNow));
  EXPECT_FALSE(interval.restarted);
  EXPECT_FALSE(interval.since_start);
  EXPECT_EQ(interval.duration, absl::Milliseconds(2'500));
  std::string text;
  TextFormat::PrintToString(interval.counts, &text);
  std::string want;
  TextFormat::PrintToString(
      Status(R"pb(
        started_at { seconds: 100 }
        uptime { seconds: 12 nanos: 500000000 }
        store { commits: 10 records_committed: 100 queue_records: 4 }
        packs {
          ref { name: "shop" version: "1" digest: "d" }
          decisions: 250
          decisions_degraded: 1
          roles { role: DECISION_ROLE_LIVE count: 240 }
          roles { role: DECISION_ROLE_CANARY count: 5 }
          roles { role: DECISION_ROLE_SHADOW count: 5 }
        }
        packs {
          ref { name: "shop" version: "1" digest: "other" }
          decisions: 20
        }
        pack_reloads { failed: 1 }
        config_reloads {}
        calls { method: "A/B" code: "INTERNAL" }
        calls { method: "A/B" code: "OK" count: 25 }
        calls { method: "A/C" code: "OK" count: 5 }
        latencies {
          phase: "total"
          outcome: "decided"
          count: 4
          sum_seconds: 0.25
          buckets: [ 0, 3, 1 ]
        }
        queues { queue: "repeats" refused: 2 waiting: 1 }
        http { connections_open: 4 requests: 20 }
      )pb"),
      &want);
  EXPECT_EQ(text, want);
  EXPECT_EQ(interval.PerSecond(25), 10.0);
}

TEST(IntervalTest, TheFirstIsTheWholeLife) {
  const StatusInterval interval = IntervalOf(nullptr, Status(kNow));
  EXPECT_TRUE(interval.since_start);
  EXPECT_FALSE(interval.restarted);
  EXPECT_EQ(interval.duration, absl::Milliseconds(12'500));
  EXPECT_EQ(interval.counts.packs(0).decisions(), 350u);
}

TEST(IntervalTest, AServerThatWasStartedAnewCountsSinceThen) {
  const v1::GetStatusResponse before = Status(kNow);
  // It has done more than before already.
  v1::GetStatusResponse now = before;
  now.mutable_started_at()->set_nanos(1);
  now.mutable_packs(0)->set_decisions(1'000);
  now.mutable_uptime()->set_seconds(50);
  const StatusInterval interval = IntervalOf(&before, now);
  EXPECT_TRUE(interval.restarted);
  EXPECT_TRUE(interval.since_start);
  EXPECT_EQ(interval.duration, absl::Milliseconds(50'500));
  EXPECT_EQ(interval.counts.packs(0).decisions(), 1'000u);
}

TEST(IntervalTest, AClockThatWasSetBackHidesNoRestart) {
  const v1::GetStatusResponse before = Status(kNow);
  v1::GetStatusResponse now = before;
  now.mutable_uptime()->set_seconds(3);
  EXPECT_TRUE(IntervalOf(&before, now).restarted);
}

TEST(IntervalTest, WithoutTimeThereIsNoRate) {
  const v1::GetStatusResponse before = Status(kNow);
  const StatusInterval interval = IntervalOf(&before, before);
  EXPECT_FALSE(interval.restarted);
  EXPECT_EQ(interval.PerSecond(0), std::nullopt);
  EXPECT_EQ(interval.PerSecond(5), std::nullopt);
  EXPECT_EQ(IntervalOf(nullptr, Status("")).PerSecond(1), std::nullopt);
}

TEST(IntervalTest, ACountThatFellCountsWhole) {
  const v1::GetStatusResponse before = Status(kBefore);
  v1::GetStatusResponse now = Status(kNow);
  now.mutable_packs(0)->set_decisions(30);
  now.mutable_latencies(0)->set_buckets(1, 1);
  const StatusInterval interval = IntervalOf(&before, now);
  EXPECT_FALSE(interval.restarted);
  EXPECT_EQ(interval.counts.packs(0).decisions(), 30u);
  // Not one bucket of one life and one of another.
  EXPECT_THAT(interval.counts.latencies(0).buckets(), ElementsAre(2, 1, 1));
  EXPECT_EQ(interval.counts.latencies(0).count(), 9u);
}

TEST(IntervalTest, AStoreThatWasOpenedAnewCountsFromZero) {
  const v1::GetStatusResponse before = Status(kBefore);
  v1::GetStatusResponse now = Status(kNow);
  now.set_store_reopenings(1);
  const StatusInterval interval = IntervalOf(&before, now);
  EXPECT_EQ(interval.counts.store().commits(), 15u);
  EXPECT_EQ(interval.counts.store_reopenings(), 1u);
}

TEST(IntervalTest, HugeCountsDoNotOverflow) {
  v1::GetStatusResponse before;
  before.add_packs()->set_decisions(kMax - 5);
  v1::GetStatusResponse now = before;
  now.mutable_packs(0)->set_decisions(kMax);
  now.mutable_uptime()->set_seconds(1);
  EXPECT_EQ(IntervalOf(&before, now).counts.packs(0).decisions(), 5u);
}

TEST(IntervalTest, TablesThatAreReadLaterAreNotAhead) {
  v1::StoreStatus store;
  store.set_last_sequence(10);
  store.set_projected_sequence(12);
  EXPECT_EQ(RecordsBehind(store), 0u);
  store.set_projected_sequence(7);
  EXPECT_EQ(RecordsBehind(store), 3u);
}

// -------------------------------------------------------------- concerns

TEST(ConcernsTest, NoneOfAHealthyServer) {
  EXPECT_THAT(ConcernsOf(Status(R"pb(
                ready: true
                store { last_sequence: 10000 projected_sequence: 1 }
                store_reopenings: 3
                packs {
                  ref { name: "shop" version: "1" }
                  serving: SERVING_LIVE
                  decisions: 1000
                }
                packs {
                  ref { name: "shop" version: "2" }
                  serving: SERVING_LIVE
                  decides: true
                  decisions: 1000
                  decisions_degraded: 9
                }
                packs {
                  ref { name: "bank" version: "1" }
                  serving: SERVING_LIVE
                  decides: true
                  decisions: 9
                  decisions_degraded: 9
                }
                packs {
                  ref { name: "shop" version: "3" }
                  serving: SERVING_SHADOW
                  decisions: 10
                  decisions_degraded: 10
                }
                pack_reloads { failed: 7 last_failed: true }
                config_reloads { failed: 1 }
                calls { method: "A/B" code: "UNAVAILABLE" count: 5 }
              )pb")),
              IsEmpty());
}

TEST(ConcernsTest, TheWorstComesFirst) {
  EXPECT_THAT(ConcernsOf(Status(R"pb(
                ready: true
                records_dropped: 2
                store { last_sequence: 10000 }
                packs {
                  ref { name: "bank" version: "1" }
                  serving: SERVING_LIVE
                }
                packs {
                  ref { name: "shop" version: "2" }
                  serving: SERVING_LIVE
                  decides: true
                  decisions: 1000
                  decisions_degraded: 10
                }
                refused_packs { folder: "packs/gym" message: "no" }
                config_reloads { failed: 1 last_failed: true }
              )pb")),
              ElementsAre("2 records that had been acknowledged are lost",
                          "no version of `bank` is in effect now",
                          "`packs/gym` does not serve",
                          "the configuration that was read last was refused",
                          "1.0 % of the decisions by shop@2 are degraded",
                          "tables are 10,000 records behind"));
}

}  // namespace
}  // namespace stratagem::cli
