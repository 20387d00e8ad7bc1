// What must hold of caps whatever happens: random decisions by two versions of
// a pack, many of one moment, answered by any outcome in any order, while the
// clock runs, stands, jumps ahead and is set back. No cap ever holds more than
// it allows; what it holds is what callers were told; and the ledger that lived
// through it is the fold of its log, and the one that was saved and loaded.

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/decide/caps.h"
#include "engine/decide/decide.h"
#include "engine/decide/settle.h"
#include "engine/plan/plan_code.h"
#include "engine/state/ledger.h"
#include "engine/store/fold.h"
#include "engine/store/record_codec.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/plan/plan_fixture.h"
#include "tests/state/saved_ledger.h"
#include "tests/support/status_matchers.h"

namespace stratagem::decide {
namespace {

using state::Outcome;
using trace::OutcomeStatus;

// Each cap of all counts for ever once, so that a list of all that happened
// says what it holds; those of windows are there to disturb.
constexpr char kFirst[] = R"(
offers:
  - id: gift
    value: 3
    limits:
      - {count: 9, per: all, period: total, outcome: accepted, reserve_for: 3h}
      - {count: 3, per: all, period: day, outcome: accepted, reserve_for: 1h}
      - {count: 2, per: customer, within: 30h, outcome: accepted, reserve_for: 2h}
  - id: card
    value: 2
    limits:
      - {count: 20, per: all, period: total, reserve_for: 2h}
      - {count: 4, per: all, within: 5h, reserve_for: 2h}
      - {count: 2, per: customer, period: day, reserve_for: 1h}
  - {id: coupon, value: 2, cost: 1.5}
placements: {home: {channel: app, max_offers: 3}}
budgets:
  - {name: pot, offers: [coupon], amount: 20, charge: accepted, reserve_for: 2h, period: total}
)";

// Other numbers and times, one limit less, one more.
constexpr char kSecond[] = R"(
offers:
  - id: gift
    value: 3
    limits:
      - {count: 7, per: all, period: total, outcome: accepted, reserve_for: 6h}
      - {count: 2, per: all, within: 9h, outcome: accepted, reserve_for: 4h}
      - {count: 1, per: customer, within: 30h, outcome: accepted, reserve_for: 2h}
  - id: card
    value: 2
    limits:
      - {count: 24, per: all, period: total, reserve_for: 2h}
      - {count: 5, per: all, within: 5h, reserve_for: 2h}
      - {count: 2, per: customer, period: day, reserve_for: 1h}
  - {id: coupon, value: 2, cost: 1.5}
placements: {home: {channel: app, max_offers: 3}}
budgets:
  - {name: pot, offers: [coupon], amount: 17, charge: accepted, reserve_for: 90m, period: total}
)";

constexpr absl::Duration kOutcomeWindow = absl::Hours(48);
constexpr absl::Duration kAcceptedWithin = absl::Hours(30);
constexpr int kCustomerAcceptancesMax = 2;
constexpr int kCustomers = 6;

// A slot, and what its caller was told of it.
struct Shown {
  size_t decision = 0;  // In the order of World.
  std::string offer;
  std::string customer;
  absl::Time at;
  absl::Time reserved_until;  // Of its cap for ever.
  bool told = false;          // Anything.
  bool answered = false;      // No reservation waits any more.
  bool taken_back = false;
  std::optional<absl::Time> accepted;
};

struct Decided {
  Workspace workspace;
  uint64_t sequence = 0;
  std::string customer;
  std::string subject;
};

class World {
 public:
  explicit World(uint64_t seed) : random_(seed) {
    for (const char* yaml : {kFirst, kSecond}) {
      plan::LoadedPlan loaded = plan::PlanFromYaml(yaml);
      EXPECT_NE(loaded.plan, nullptr) << loaded.diagnostics;
      plans_.push_back(loaded.plan);
    }
  }

  void Step() {
    MoveClock();
    if (shown_.empty() || Upto(9) < 4) {
      Decide();
    } else {
      Tell(shown_[static_cast<size_t>(
          Upto(static_cast<int64_t>(shown_.size()) - 1))]);
    }
  }

  void CheckCaps() const {
    const absl::Time now = ledger_.time();
    EXPECT_EQ(Held("gift/accepted/total"), ModelAccepted("gift", now));
    EXPECT_EQ(Held("pot/total"), 1'500'000 * ModelAccepted("coupon", now));
    EXPECT_EQ(Held("card/presented/total"), ModelShown("card"));
    for (const auto& [key, most] : Bounds()) {
      for (const state::CounterQuery& query : Queries(now)) {
        if (query.key != key) continue;
        EXPECT_LE(ledger_.Amount(query), most) << "counter " << key;
      }
    }
    CheckCustomers(now);
  }

  // The same ledger from the log, and from what was saved half way.
  void CheckMemory() {
    state::Ledger folded;
    store::Fold fold(folded, absl::Minutes(10));
    for (const store::LogEntry& entry : log_) {
      ASSERT_THAT(fold.Apply(entry), IsOk());
    }
    EXPECT_EQ(state::Saved(folded), state::Saved(ledger_));
    state::Ledger loaded;
    ASSERT_THAT(state::Load(state::Saved(ledger_), loaded, 1'000), IsOk());
    EXPECT_EQ(state::Saved(loaded), state::Saved(ledger_));
    // It lives on as the other.
    ASSERT_THAT(state::Load(state::Saved(loaded), ledger_), IsOk());
  }

  const std::map<OutcomeStatus, int>& statuses() const { return statuses_; }
  int taken_anew() const { return taken_anew_; }

 private:
  int64_t Upto(int64_t max) {
    return std::uniform_int_distribution<int64_t>(0, max)(random_);
  }

  void MoveClock() {
    const int64_t kind = Upto(99);
    if (kind < 40) return;  // Many of one microsecond.
    if (kind < 90) clock_ += absl::Seconds(Upto(1'200));
    if (kind >= 90 && kind < 95) clock_ += absl::Hours(Upto(12));
    if (kind >= 95 && kind < 97) clock_ += absl::Hours(Upto(60));
    if (kind >= 97) clock_ -= absl::Hours(Upto(40));
  }
  // As handlers take it.
  absl::Time Now() const { return std::max(clock_, ledger_.time()); }

  const plan::Plan& AnyPlan() { return *plans_[Upto(2) == 0 ? 0 : 1]; }

  void Decide() {
    const plan::Plan& plan = AnyPlan();
    auto decided = std::make_unique<Decided>();
    decided->customer = absl::StrCat("c-", Upto(kCustomers - 1));
    decided->subject = store::SubjectOf("key", decided->customer);
    // Some threads are overtaken by others.
    absl::Time now = Now();
    if (Upto(4) == 0) now -= absl::Seconds(Upto(59));
    Call call;
    call.customer_id = decided->customer;
    call.decided_at = now;
    call.placements = placements_;
    std::vector<state::CounterQuery> queries;
    AskCounters(plan, now, queries);
    state::StateCopy copy;
    ledger_.Read({decided->subject, plan.summary().name}, queries, copy);
    call.state = &copy;
    ASSERT_TRUE(decide::Decide(plan, call, decided->workspace).empty());
    const trace::DecisionRecord& record = decided->workspace.record();
    Append(store::Encode(record, identity_, decided->subject));
    decided->sequence = log_.size();
    for (const trace::SlotResult& slot : record.slots) {
      Shown& shown = shown_.emplace_back();
      shown.decision = decided_.size();
      shown.offer = std::string(slot.offer);
      shown.customer = decided->customer;
      shown.at = now;
      for (const state::Effect& effect : record.effects) {
        if (effect.offer.text == slot.offer &&
            effect.counter.text.find("total") != absl::string_view::npos) {
          shown.reserved_until = effect.reserved_until;
        }
      }
    }
    decided_.push_back(std::move(decided));
  }

  void Tell(Shown& shown) {
    const Decided& decided = *decided_[shown.decision];
    OutcomeReport report;
    report.offer = shown.offer;
    report.outcome =
        Upto(2) == 0 ? Outcome::kAccepted : static_cast<Outcome>(Upto(8) + 1);
    report.recorded_at = Now();
    report.occurred_at = report.recorded_at - absl::Hours(Upto(5));
    const plan::Plan& plan = AnyPlan();
    state::StateCopy copy;
    ledger_.Read({decided.subject, plan.summary().name}, {}, copy);
    trace::OutcomeRecord record;
    const OutcomeStatus status =
        Settle({report, decided.workspace.record(), identity_.epoch,
                decided.sequence, &plan, copy,
                [this](const state::CounterQuery& query) {
                  return ledger_.Amount(query);
                },
                kOutcomeWindow},
               record);
    ++statuses_[status];
    ASSERT_NE(status, OutcomeStatus::kUnknown);
    if (status == OutcomeStatus::kRepeated) return;
    if (shown.taken_back && record.changes.size() > 0) ++taken_anew_;
    Append(store::EncodeOutcome(record, identity_));
    Note(report, status, shown);
  }

  // What the caller may believe.
  void Note(const OutcomeReport& report, OutcomeStatus status, Shown& shown) {
    const bool is_first = !shown.told;
    shown.told = true;
    if (report.outcome == Outcome::kAccepted) {
      shown.answered = true;
      if (status == OutcomeStatus::kRecorded) {
        shown.accepted = report.recorded_at;
      }
    }
    if (status != OutcomeStatus::kRecorded) return;
    if (report.outcome == Outcome::kDeclined) shown.answered = true;
    if (report.outcome == Outcome::kNotPresented && is_first) {
      shown.answered = true;
      shown.taken_back = report.recorded_at < shown.at + absl::Hours(2);
    }
  }

  void Append(store::RecordBytes bytes) {
    store::LogEntry entry;
    entry.position = {identity_.epoch, log_.size() + 1};
    entry.record = std::move(bytes);
    ASSERT_THAT(fold_.Apply(entry), IsOk());
    log_.push_back(std::move(entry));
  }

  // What is accepted for good, and what waits for its answer.
  int64_t ModelAccepted(const std::string& offer, absl::Time now) const {
    return std::count_if(shown_.begin(), shown_.end(), [&](const Shown& shown) {
      return shown.offer == offer &&
             (shown.accepted.has_value() ||
              (!shown.answered && now < shown.reserved_until));
    });
  }
  int64_t ModelShown(const std::string& offer) const {
    return std::count_if(shown_.begin(), shown_.end(), [&](const Shown& shown) {
      return shown.offer == offer &&
             (!shown.taken_back || shown.accepted.has_value());
    });
  }

  void CheckCustomers(absl::Time now) const {
    std::map<std::string, int> accepted;
    for (const Shown& shown : shown_) {
      if (shown.offer == "gift" && shown.accepted.has_value() &&
          *shown.accepted > now - kAcceptedWithin) {
        ++accepted[shown.customer];
      }
    }
    for (const auto& [customer, count] : accepted) {
      EXPECT_LE(count, kCustomerAcceptancesMax) << customer;
    }
  }

  // Of each counter the most that any version allows.
  std::map<uint64_t, int64_t> Bounds() const {
    std::map<uint64_t, int64_t> bounds;
    for (const auto& plan : plans_) {
      const plan::CapsCode& code = plan->code().caps;
      for (const plan::CapCode& cap : code.caps) {
        for (const uint32_t counter : cap.counters) {
          int64_t& most = bounds[code.counters[counter].key];
          most = std::max(most, cap.amount_max);
        }
      }
    }
    return bounds;
  }

  std::vector<state::CounterQuery> Queries(absl::Time now) const {
    std::vector<state::CounterQuery> all;
    for (const auto& plan : plans_) {
      std::vector<state::CounterQuery> queries;
      AskCounters(*plan, now, queries);
      all.insert(all.end(), queries.begin(), queries.end());
    }
    return all;
  }

  // Of the one counter whose name ends so.
  int64_t Held(const std::string& name) const {
    for (const plan::CounterCode& counter : plans_[0]->code().caps.counters) {
      if (counter.name.size() < name.size() ||
          counter.name.substr(counter.name.size() - name.size()) != name) {
        continue;
      }
      return ledger_.Amount({.key = counter.key, .now = ledger_.time()});
    }
    ADD_FAILURE() << name;
    return -1;
  }

  std::mt19937_64 random_;
  absl::Time clock_ = absl::FromUnixSeconds(1'800'000'000);
  const std::vector<absl::string_view> placements_ = {"home"};
  std::vector<std::shared_ptr<const plan::Plan>> plans_;
  const store::Identity identity_{
      .node_id = "00112233445566ff", .epoch = 1, .subject_key = "key"};
  state::Ledger ledger_;
  store::Fold fold_{ledger_, absl::Minutes(10)};
  std::vector<store::LogEntry> log_;
  std::vector<std::unique_ptr<Decided>> decided_;
  std::vector<Shown> shown_;
  std::map<OutcomeStatus, int> statuses_;
  int taken_anew_ = 0;
};

TEST(SettlePropertyTest, NoCapHoldsMoreThanItAllowsWhateverHappens) {
  std::map<OutcomeStatus, int> statuses;
  int taken_anew = 0;
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    World world(seed);
    for (int step = 1; step <= 300; ++step) {
      SCOPED_TRACE(absl::StrCat("step ", step));
      world.Step();
      world.CheckCaps();
      if (step % 100 == 0) world.CheckMemory();
      if (testing::Test::HasFailure()) return;
    }
    for (const auto& [status, count] : world.statuses()) {
      statuses[status] += count;
    }
    taken_anew += world.taken_anew();
  }
  // It was all there.
  EXPECT_GT(statuses[OutcomeStatus::kRecorded], 1'000);
  EXPECT_GT(statuses[OutcomeStatus::kExpired], 50);
  EXPECT_GT(statuses[OutcomeStatus::kLate], 100);
  EXPECT_GT(statuses[OutcomeStatus::kRepeated], 100);
  EXPECT_GT(taken_anew, 5);
}

}  // namespace
}  // namespace stratagem::decide
