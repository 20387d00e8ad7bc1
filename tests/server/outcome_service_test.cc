// What must hold for outcomes over gRPC: each is recorded once and durable when
// it is answered, frees or confirms what its decision reserved, may be late,
// repeated, out of order or unknown, and what is wrong with one report is its
// own error.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "engine/state/outcome.h"
#include "engine/store/memory_store.h"
#include "engine/store/record_codec.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/server/error_details.h"
#include "tests/server/running_server.h"
#include "tests/server/wire_pack.h"

namespace stratagem::server {
namespace {

using grpc::StatusCode;
using testing::ElementsAre;

class OutcomeServiceTest : public testing::Test {
 protected:
  v1::Decision Decide(const std::string& customer_id,
                      const std::string& placement, bool dry_run = false) {
    v1::DecideRequest request;
    request.set_customer_id(customer_id);
    request.set_dry_run(dry_run);
    request.add_placements(placement);
    v1::DecideResponse response;
    const grpc::Status status = server_.Decide(request, response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response.decision();
  }

  bool Shows(const std::string& customer_id, const std::string& placement) {
    return !Decide(customer_id, placement, /*dry_run=*/true)
                .placements(0)
                .slots()
                .empty();
  }

  v1::RecordOutcomesResponse Record(
      const std::vector<v1::OutcomeReport>& reports) {
    v1::RecordOutcomesRequest request;
    for (const v1::OutcomeReport& report : reports) {
      *request.add_reports() = report;
    }
    v1::RecordOutcomesResponse response;
    const grpc::Status status = server_.RecordOutcomes(request, response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }

  v1::OutcomeStatus StatusOf(const v1::OutcomeReport& report) {
    const v1::RecordOutcomesResponse response = Record({report});
    EXPECT_TRUE(response.results(0).has_told())
        << response.results(0).error().message();
    return response.results(0).told().status();
  }

  std::unique_ptr<const store::DecodedOutcome> Logged(uint64_t sequence) {
    const auto entries = server_.store().Read(sequence - 1, 1);
    EXPECT_EQ(entries->size(), 1u);
    auto outcome = store::DecodeOutcome(entries->front().record);
    EXPECT_TRUE(outcome.ok()) << outcome.status();
    return outcome.ok() ? *std::move(outcome) : nullptr;
  }

  RunningServer server_{
      {}, store::NewMemoryStore(), PackDirectories({"capped"})};
};

v1::OutcomeReport Report(const v1::Decision& decision, v1::Outcome outcome) {
  v1::OutcomeReport report;
  report.set_decision_id(decision.decision_id());
  if (decision.placements_size() > 0 &&
      decision.placements(0).slots_size() > 0) {
    report.set_offer_id(decision.placements(0).slots(0).offer_id());
  }
  report.set_outcome(outcome);
  if (outcome == v1::OUTCOME_REVENUE) {
    report.mutable_revenue()->set_micros(12'500'000);
    report.mutable_revenue()->set_currency("EUR");
  }
  return report;
}

TEST(OutcomeNumbersTest, AreThoseOfTheEngine) {
  EXPECT_EQ(v1::Outcome_MAX, state::kOutcomeLast);
  for (int i = state::kOutcomeFirst; i <= state::kOutcomeLast; ++i) {
    const auto outcome = static_cast<state::Outcome>(i);
    EXPECT_EQ(v1::Outcome_Name(i),
              absl::StrCat("OUTCOME_",
                           absl::AsciiStrToUpper(state::OutcomeName(outcome))));
  }
}

TEST_F(OutcomeServiceTest, AnOutcomeIsInTheLogWithItsDecisionAndItsMoney) {
  const v1::Decision decision = Decide("c-1", "paid");
  v1::OutcomeReport report = Report(decision, v1::OUTCOME_REVENUE);
  report.set_outcome_id("invoice-7");
  report.mutable_occurred_at()->set_seconds(decision.decided_at().seconds());
  const v1::RecordOutcomesResponse response = Record({report});
  const v1::ToldOutcome& told = response.results(0).told();
  EXPECT_EQ(told.status(), v1::OUTCOME_STATUS_RECORDED);
  EXPECT_EQ(told.position().node_id(), decision.position().node_id());
  EXPECT_EQ(told.position().sequence(), decision.position().sequence() + 1);
  const auto logged = Logged(told.position().sequence());
  ASSERT_NE(logged, nullptr);
  EXPECT_EQ(logged->outcome().decision_sequence,
            decision.position().sequence());
  EXPECT_EQ(logged->outcome().offer, "cash");
  EXPECT_EQ(logged->outcome().placement, "paid");
  EXPECT_EQ(logged->outcome().customer_id, "c-1");
  EXPECT_EQ(logged->outcome().outcome_id, "invoice-7");
  EXPECT_EQ(logged->outcome().revenue_micros, 12'500'000);
  EXPECT_EQ(logged->outcome().revenue_currency, "EUR");
  EXPECT_EQ(absl::ToUnixSeconds(logged->outcome().occurred_at),
            decision.decided_at().seconds());
}

TEST_F(OutcomeServiceTest, ADeclineGivesTheBudgetBackAndAnAcceptanceKeepsIt) {
  std::vector<v1::Decision> decisions;
  for (int i = 0; i < 10; ++i) {
    decisions.push_back(Decide("c-" + std::to_string(i), "paid"));
  }
  EXPECT_FALSE(Shows("c-x", "paid"));
  EXPECT_EQ(StatusOf(Report(decisions[0], v1::OUTCOME_ACCEPTED)),
            v1::OUTCOME_STATUS_RECORDED);
  EXPECT_FALSE(Shows("c-x", "paid"));
  EXPECT_EQ(StatusOf(Report(decisions[1], v1::OUTCOME_DECLINED)),
            v1::OUTCOME_STATUS_RECORDED);
  EXPECT_TRUE(Shows("c-x", "paid"));
  EXPECT_EQ(Decide("c-x", "paid").placements(0).slots(0).offer_id(), "cash");
  EXPECT_FALSE(Shows("c-y", "paid"));
}

TEST_F(OutcomeServiceTest, WhatWasNotPresentedIsGivenBackToTheCustomer) {
  const v1::Decision first = Decide("c-1", "for_each");
  Decide("c-1", "for_each");
  EXPECT_FALSE(Shows("c-1", "for_each"));
  EXPECT_EQ(StatusOf(Report(first, v1::OUTCOME_NOT_PRESENTED)),
            v1::OUTCOME_STATUS_RECORDED);
  EXPECT_TRUE(Shows("c-1", "for_each"));
}

TEST_F(OutcomeServiceTest, ARepeatedOutcomeIsToldAndLeavesNoRecord) {
  const v1::Decision decision = Decide("c-1", "paid");
  const v1::OutcomeReport accepted = Report(decision, v1::OUTCOME_ACCEPTED);
  EXPECT_EQ(StatusOf(accepted), v1::OUTCOME_STATUS_RECORDED);
  const uint64_t records = server_.store().stats().records;
  const v1::RecordOutcomesResponse again = Record({accepted, accepted});
  for (const v1::OutcomeResult& result : again.results()) {
    EXPECT_EQ(result.told().status(), v1::OUTCOME_STATUS_REPEATED);
    EXPECT_FALSE(result.told().has_position());
  }
  EXPECT_EQ(server_.store().stats().records, records);
}

TEST_F(OutcomeServiceTest, RevenueComesAsOftenAsItHasIdsOfItsOwn) {
  const v1::Decision decision = Decide("c-1", "paid");
  std::vector<v1::OutcomeStatus> statuses;
  for (const char* const id : {"a", "b", "a"}) {
    v1::OutcomeReport report = Report(decision, v1::OUTCOME_REVENUE);
    report.set_outcome_id(id);
    statuses.push_back(StatusOf(report));
  }
  EXPECT_THAT(statuses, ElementsAre(v1::OUTCOME_STATUS_RECORDED,
                                    v1::OUTCOME_STATUS_RECORDED,
                                    v1::OUTCOME_STATUS_REPEATED));
}

TEST_F(OutcomeServiceTest, OutcomesMayComeInAnyOrder) {
  const v1::Decision decision = Decide("c-1", "paid");
  const v1::RecordOutcomesResponse response =
      Record({Report(decision, v1::OUTCOME_REDEEMED),
              Report(decision, v1::OUTCOME_ACCEPTED),
              Report(decision, v1::OUTCOME_CLICKED),
              Report(decision, v1::OUTCOME_PRESENTED)});
  uint64_t sequence = decision.position().sequence();
  for (const v1::OutcomeResult& result : response.results()) {
    EXPECT_EQ(result.told().status(), v1::OUTCOME_STATUS_RECORDED);
    EXPECT_EQ(result.told().position().sequence(), ++sequence);
  }
}

TEST_F(OutcomeServiceTest, WhatTheLogDoesNotHaveIsUnknown) {
  const v1::Decision decision = Decide("c-1", "paid");
  const v1::Decision preview = Decide("c-1", "paid", /*dry_run=*/true);
  const uint64_t records = server_.store().stats().records;
  const v1::OutcomeReport good = Report(decision, v1::OUTCOME_CLICKED);
  std::vector<v1::OutcomeReport> reports(6, good);
  reports[0] = Report(preview, v1::OUTCOME_CLICKED);
  reports[1].set_offer_id("ticket");
  *reports[2].mutable_position() = decision.position();
  reports[2].mutable_position()->set_sequence(99);
  *reports[3].mutable_position() = decision.position();
  reports[3].mutable_position()->set_epoch(99);
  *reports[4].mutable_position() = decision.position();
  reports[4].mutable_position()->set_node_id("ffffffffffffffff");
  *reports[5].mutable_position() = decision.position();
  reports[5].mutable_position()->set_sequence(0);
  const v1::RecordOutcomesResponse response = Record(reports);
  ASSERT_EQ(response.results_size(), 6);
  for (const v1::OutcomeResult& result : response.results()) {
    EXPECT_EQ(result.told().status(), v1::OUTCOME_STATUS_UNKNOWN);
    EXPECT_FALSE(result.told().has_position());
  }
  EXPECT_EQ(server_.store().stats().records, records);
}

TEST_F(OutcomeServiceTest, OfACustomerWhoWasErasedNothingIsKnown) {
  const v1::Decision decision = Decide("c-1", "paid");
  const auto cleared = server_.sequencer().EraseCustomer("c-1", absl::Now());
  ASSERT_TRUE(cleared.ok()) << cleared.status();
  const uint64_t records = server_.store().stats().records;
  EXPECT_EQ(StatusOf(Report(decision, v1::OUTCOME_ACCEPTED)),
            v1::OUTCOME_STATUS_UNKNOWN);
  EXPECT_EQ(server_.store().stats().records, records);
}

TEST_F(OutcomeServiceTest, AnOutcomeIsNoDecision) {
  const v1::Decision decision = Decide("c-1", "paid");
  v1::OutcomeReport report = Report(decision, v1::OUTCOME_CLICKED);
  const v1::RecordOutcomesResponse first = Record({report});
  *report.mutable_position() = first.results(0).told().position();
  EXPECT_EQ(StatusOf(report), v1::OUTCOME_STATUS_UNKNOWN);
}

TEST(OutcomeWindowTest, WhatComesAfterTheWindowIsRecordedAsLate) {
  Options options;
  options.outcome_window = -absl::Seconds(1);
  RunningServer server(options, store::NewMemoryStore(),
                       PackDirectories({"capped"}));
  v1::DecideRequest decide;
  decide.set_customer_id("c-1");
  decide.add_placements("for_each");
  v1::DecideResponse decided;
  ASSERT_TRUE(server.Decide(decide, decided).ok());
  v1::RecordOutcomesRequest request;
  *request.add_reports() = Report(decided.decision(), v1::OUTCOME_DECLINED);
  v1::RecordOutcomesResponse response;
  ASSERT_TRUE(server.RecordOutcomes(request, response).ok());
  EXPECT_EQ(response.results(0).told().status(), v1::OUTCOME_STATUS_LATE);
  EXPECT_EQ(server.records(), 2u);
}

struct BadReport {
  std::string name;
  void (*change)(v1::OutcomeReport& report);
  std::string reason;
  std::string field;
};

class BadReportTest : public OutcomeServiceTest,
                      public testing::WithParamInterface<BadReport> {};

TEST_P(BadReportTest, IsItsOwnErrorAndHarmsNoOther) {
  const v1::Decision decision = Decide("c-1", "paid");
  const v1::OutcomeReport good = Report(decision, v1::OUTCOME_CLICKED);
  v1::OutcomeReport bad = good;
  GetParam().change(bad);
  const v1::RecordOutcomesResponse response = Record({bad, good});
  EXPECT_THAT(response.results(0).error(),
              IsError(StatusCode::INVALID_ARGUMENT, GetParam().reason,
                      GetParam().field));
  EXPECT_EQ(response.results(1).told().status(), v1::OUTCOME_STATUS_RECORDED);
}

INSTANTIATE_TEST_SUITE_P(
    Reports, BadReportTest,
    testing::ValuesIn(std::vector<BadReport>{
        {"NoDecision", [](v1::OutcomeReport& r) { r.clear_decision(); },
         "MISSING_FIELD", "decision_id"},
        {"NoId", [](v1::OutcomeReport& r) { r.set_decision_id("c-1"); },
         "MALFORMED_ID", "decision_id"},
        {"LeadingZero",
         [](v1::OutcomeReport& r) { r.set_decision_id("a.01.2"); },
         "MALFORMED_ID", "decision_id"},
        {"NoOffer", [](v1::OutcomeReport& r) { r.clear_offer_id(); },
         "MISSING_FIELD", "offer_id"},
        {"LongOffer",
         [](v1::OutcomeReport& r) { r.set_offer_id(std::string(257, 'x')); },
         "TOO_LARGE", "offer_id"},
        {"NoOutcome", [](v1::OutcomeReport& r) { r.clear_outcome(); },
         "MISSING_FIELD", "outcome"},
        {"OutcomeWithoutName",
         [](v1::OutcomeReport& r) {
           r.set_outcome(static_cast<v1::Outcome>(10));
         },
         "UNKNOWN_NAME", "outcome"},
        {"NegativeOutcome",
         [](v1::OutcomeReport& r) {
           r.set_outcome(static_cast<v1::Outcome>(-1));
         },
         "UNKNOWN_NAME", "outcome"},
        {"TimeThatIsNone",
         [](v1::OutcomeReport& r) {
           r.mutable_occurred_at()->set_nanos(1'000'000'000);
         },
         "OUT_OF_RANGE", "occurred_at"},
        {"InTheFuture",
         [](v1::OutcomeReport& r) {
           r.mutable_occurred_at()->set_seconds(253'000'000'000);
         },
         "OUT_OF_RANGE", "occurred_at"},
        {"RevenueWithoutMoney",
         [](v1::OutcomeReport& r) { r.set_outcome(v1::OUTCOME_REVENUE); },
         "MISSING_FIELD", "revenue"},
        {"MoneyWithoutRevenue",
         [](v1::OutcomeReport& r) { r.mutable_revenue()->set_micros(1); },
         "NOT_ALLOWED", "revenue"},
        {"CurrencyInWords",
         [](v1::OutcomeReport& r) {
           r.set_outcome(v1::OUTCOME_REVENUE);
           r.mutable_revenue()->set_currency("Euro");
         },
         "UNKNOWN_NAME", "revenue.currency"},
        {"CurrencyInSmallLetters",
         [](v1::OutcomeReport& r) {
           r.set_outcome(v1::OUTCOME_REVENUE);
           r.mutable_revenue()->set_currency("eur");
         },
         "UNKNOWN_NAME", "revenue.currency"},
        {"LongOutcomeId",
         [](v1::OutcomeReport& r) { r.set_outcome_id(std::string(129, 'x')); },
         "TOO_LARGE", "outcome_id"},
    }),
    [](const auto& param_info) { return param_info.param.name; });

TEST_F(OutcomeServiceTest, WhatIsUnknownSaysWhy) {
  const v1::Decision decision = Decide("c-1", "paid");
  const auto detail = [this](const v1::OutcomeReport& report) {
    const v1::RecordOutcomesResponse response = Record({report});
    EXPECT_EQ(response.results(0).told().status(), v1::OUTCOME_STATUS_UNKNOWN);
    return response.results(0).told().detail();
  };
  v1::OutcomeReport report = Report(decision, v1::OUTCOME_CLICKED);
  report.set_offer_id("gold");
  EXPECT_EQ(detail(report),
            "the decision did not show `gold`, it showed `cash`");
  report = Report(decision, v1::OUTCOME_CLICKED);
  const std::string node_id = decision.position().node_id();
  report.set_decision_id(absl::StrCat(node_id, ".1.99"));
  EXPECT_EQ(detail(report),
            absl::StrCat("the log has no decision `", node_id, ".1.99`"));
  report.set_decision_id("0123456789abcdef.1.1");
  EXPECT_EQ(
      detail(report),
      absl::StrCat("`0123456789abcdef.1.1` is of another log; this server "
                   "writes log ",
                   node_id));
  EXPECT_EQ(detail(Report(Decide("c-1", "paid", /*dry_run=*/true),
                          v1::OUTCOME_CLICKED)),
            "the decision was made for trial (`dry_run`); only live ones have "
            "outcomes");
  EXPECT_EQ(Record({Report(decision, v1::OUTCOME_CLICKED)})
                .results(0)
                .told()
                .detail(),
            "");
}

TEST_F(OutcomeServiceTest, MoreRevenueWithoutAnIdOfItsOwnIsToldNotToCount) {
  v1::OutcomeReport report = Report(Decide("c-1", "paid"), v1::OUTCOME_REVENUE);
  EXPECT_EQ(StatusOf(report), v1::OUTCOME_STATUS_RECORDED);
  const auto told_again = [&] {
    const v1::RecordOutcomesResponse response = Record({report});
    EXPECT_EQ(response.results(0).told().status(), v1::OUTCOME_STATUS_REPEATED);
    return response.results(0).told().detail();
  };
  EXPECT_EQ(told_again(), "");
  report.mutable_revenue()->set_micros(3'000'000);
  EXPECT_EQ(told_again(),
            "already recorded 12.5 EUR, so 3 EUR is not counted; give each "
            "payment an `outcome_id` of its own");
  report.set_outcome_id("second");
  EXPECT_EQ(StatusOf(report), v1::OUTCOME_STATUS_RECORDED);
}

TEST_F(OutcomeServiceTest, TooFewAndTooManyReportsAreRefused) {
  v1::RecordOutcomesRequest request;
  v1::RecordOutcomesResponse response;
  EXPECT_THAT(server_.RecordOutcomes(request, response),
              IsError(StatusCode::INVALID_ARGUMENT, "TOO_LARGE", "reports"));
  for (int i = 0; i < 1'001; ++i) request.add_reports();
  EXPECT_THAT(server_.RecordOutcomes(request, response),
              IsError(StatusCode::INVALID_ARGUMENT, "TOO_LARGE", "reports"));
}

TEST_F(OutcomeServiceTest, BytesThatAreNoMessageAreRefused) {
  EXPECT_THAT(
      server_.CallBytes("/stratagem.v1.OutcomeService/RecordOutcomes", "\xff"),
      IsError(StatusCode::INVALID_ARGUMENT, "MALFORMED_MESSAGE", ""));
}

}  // namespace
}  // namespace stratagem::server
