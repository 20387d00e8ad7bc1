// What must hold for `outcome record`: flags and files reach the wire whole,
// each bad line is told with its place and harms no other, and the exit code
// says whether everything is in the log. A fake server on loopback answers.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/cli/outcome_report.h"
#include "gmock/gmock.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "stratagem/v1/outcome_service.grpc.pb.h"
#include "tests/clients/run_command.h"
#include "tests/support/temp_dir.h"

namespace stratagem::cli {
namespace {

using testing::HasSubstr;

class FakeOutcomes final : public v1::OutcomeService::Service {
 public:
  grpc::Status RecordOutcomes(grpc::ServerContext*,
                              const v1::RecordOutcomesRequest* request,
                              v1::RecordOutcomesResponse* response) override {
    ++calls;
    if (calls == fails_at) return {grpc::StatusCode::UNAVAILABLE, "gone"};
    for (const v1::OutcomeReport& report : request->reports()) {
      reports.push_back(report);
      v1::OutcomeResult& result = *response->add_results();
      if (report.offer_id() == "refused") {
        result.mutable_error()->set_code(3);
        result.mutable_error()->set_message("`offer_id`: no such offer");
      } else {
        const bool is_unknown = report.offer_id() == "unknown";
        result.mutable_told()->set_status(is_unknown
                                              ? v1::OUTCOME_STATUS_UNKNOWN
                                              : v1::OUTCOME_STATUS_RECORDED);
        if (is_unknown) result.mutable_told()->set_detail("it showed `gift`");
      }
    }
    return grpc::Status::OK;
  }

  std::vector<v1::OutcomeReport> reports;
  int calls = 0;
  int fails_at = 0;
};

class OutcomeTest : public testing::Test {
 protected:
  OutcomeTest() {
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(),
                             &port);
    builder.RegisterService(&outcomes_);
    server_ = builder.BuildAndStart();
    address_ = absl::StrCat("127.0.0.1:", port);
  }
  ~OutcomeTest() override { server_->Shutdown(); }

  Ran Record(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(),
                     {"outcome", "record", "--server", address_});
    return RunHere(arguments);
  }
  Ran RecordFile(const std::string& name, const std::string& text) {
    return Record({"--file", folder_.Write(name, text)});
  }

  TempDir folder_;
  FakeOutcomes outcomes_;
  std::unique_ptr<grpc::Server> server_;
  std::string address_;
};

TEST_F(OutcomeTest, FlagsBecomeOneReport) {
  const Ran ran = Record({"--decision", "n.1.2", "--offer", "coupon",
                          "--outcome", "revenue", "--revenue", "12.50",
                          "--currency", "EUR", "--outcome-id", "invoice-7",
                          "--at", "2026-11-15T10:00:00.5+08:00"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(ran.out, "1 recorded\n");
  ASSERT_EQ(outcomes_.reports.size(), 1u);
  const v1::OutcomeReport& report = outcomes_.reports[0];
  EXPECT_EQ(report.decision_id(), "n.1.2");
  EXPECT_EQ(report.offer_id(), "coupon");
  EXPECT_EQ(report.outcome(), v1::OUTCOME_REVENUE);
  EXPECT_EQ(report.revenue().micros(), 12'500'000);
  EXPECT_EQ(report.revenue().currency(), "EUR");
  EXPECT_EQ(report.outcome_id(), "invoice-7");
  EXPECT_EQ(report.occurred_at().seconds(), 1'794'708'000);
  EXPECT_EQ(report.occurred_at().nanos(), 500'000'000);
}

struct BadFlags {
  std::vector<std::string> arguments;
  std::string error;
};

TEST_F(OutcomeTest, FlagsThatMakeNoOutcomeAreTold) {
  for (const BadFlags& test : std::vector<BadFlags>{
           {{}, "says nothing of any outcome"},
           {{"--decision", "n.1.2", "--offer", "o"}, "`outcome` is missing"},
           {{"--offer", "o", "--outcome", "clicked"},
            "`decision_id` is missing"},
           {{"--decision", "n.1.2", "--offer", "o", "--outcome", "acepted"},
            "did you mean `accepted`?"},
           {{"--decision", "n.1.2", "--offer", "o", "--outcome", "rejected"},
            "`rejected` is no outcome; did you mean `declined`?"},
           {{"--decision", "n.1.2", "--offer", "o", "--outcome", "thought"},
            "expected one of `presented`, `not_presented`, `clicked`"},
           {{"--decision", "n.1.2", "--offer", "o", "--outcome", "clicked",
             "--at", "2026-11-15T10:00:00"},
            "lacks its zone"},
           {{"--decision", "n.1.2", "--offer", "o", "--outcome", "revenue"},
            "`revenue` is missing"},
           {{"--decision", "n.1.2", "--offer", "o", "--outcome", "accepted",
             "--revenue", "3"},
            "money goes with the outcome `revenue` only"},
           {{"--decision", "n.1.2", "--offer", "o", "--outcome", "revenue",
             "--revenue", "1e3"},
            "is not an amount of money"},
           {{"--decision", "n.1.2", "--offer", "o", "--outcome", "clicked",
             "--at", "yesterday"},
            "is not a time"},
           {{"--file", "x.csv", "--offer", "o"}, "exclude each other"},
       }) {
    const Ran ran = Record(test.arguments);
    EXPECT_EQ(ran.code, 2) << ran.err;
    EXPECT_THAT(ran.err, HasSubstr(test.error));
  }
  EXPECT_EQ(outcomes_.calls, 0);
}

TEST_F(OutcomeTest, EachBadLineIsToldAndTheOthersAreRecorded) {
  const Ran ran = RecordFile("o.csv",
                             "decision_id,offer_id,outcome,revenue\n"
                             "n.1.2,coupon,accepted,\n"
                             "n.1.3,coupon,maybe,\n"
                             "n.1.4,refused,clicked,\n"
                             "n.1.5,unknown,clicked,\n"
                             "n.1.6,coupon\n"
                             "n.1.7,coupon,revenue,0.000001\n");
  EXPECT_EQ(ran.code, 1);
  EXPECT_EQ(ran.out, "2 recorded, 1 unknown, 3 failed\n");
  EXPECT_THAT(ran.err, HasSubstr("o.csv:3: `outcome`: `maybe` is no outcome"));
  EXPECT_THAT(ran.err, HasSubstr("o.csv:4: `offer_id`: no such offer"));
  EXPECT_THAT(ran.err, HasSubstr("o.csv:5: it showed `gift`"));
  EXPECT_THAT(ran.err, HasSubstr("o.csv:6: 2 cells, the header has 4"));
  EXPECT_EQ(outcomes_.reports.back().revenue().micros(), 1);
}

TEST_F(OutcomeTest, LinesOfNdjsonAreOutcomesToo) {
  const Ran ran = RecordFile(
      "o.ndjson",
      "{\"decision_id\":\"n.1.2\",\"offer_id\":\"a\",\"outcome\":\"revenue\","
      "\"revenue\":12.5}\n"
      "\n"
      "{\"decision_id\":\"n.1.2\",\"offer_id\":\"a\",\"outcome\":\"declined\","
      "\"revenue\":null}\n"
      "{\"decision_id\":\"n.1.2\",\"offer\":\"a\",\"outcome\":\"declined\"}\n"
      "no json\n");
  EXPECT_EQ(ran.code, 1);
  EXPECT_EQ(ran.out, "2 recorded, 2 failed\n");
  EXPECT_THAT(ran.err, HasSubstr("o.ndjson:4: `offer`: an outcome has no "
                                 "field `offer`; its fields are decision_id"));
  EXPECT_THAT(ran.err, HasSubstr("o.ndjson:5: "));
  ASSERT_EQ(outcomes_.reports.size(), 2u);
  EXPECT_EQ(outcomes_.reports[0].revenue().micros(), 12'500'000);
  EXPECT_FALSE(outcomes_.reports[1].has_revenue());
}

TEST_F(OutcomeTest, AFileIsSentInBatchesAndAFailureSaysWhereItStopped) {
  std::string text = "decision_id,offer_id,outcome\n";
  for (int i = 0; i < 1'200; ++i) {
    absl::StrAppend(&text, "n.1.", i + 1, ",coupon,clicked\n");
  }
  EXPECT_EQ(RecordFile("o.csv", text).out, "1,200 recorded\n");
  EXPECT_EQ(outcomes_.calls, 3);
  outcomes_.fails_at = 5;
  const Ran ran = RecordFile("o.csv", text);
  EXPECT_EQ(ran.code, 3);
  EXPECT_EQ(ran.out, "500 recorded\n");
  EXPECT_THAT(ran.err, HasSubstr("stopped at line 502"));
}

struct BadFile {
  std::string name;
  std::string text;
  std::string error;
};

TEST_F(OutcomeTest, FilesThatAreNoneAreRefused) {
  for (const BadFile& test : std::vector<BadFile>{
           {"o.txt", "", "is neither .csv nor .ndjson"},
           {"o.csv", "", "empty, without a header"},
           {"o.csv", "decision_id,offer_id\n", "has no column `outcome`"},
           {"o.csv", "decision_id,offer_id,outcome,color\n",
            "column `color` is no field of outcomes"},
       }) {
    const Ran ran = RecordFile(test.name, test.text);
    EXPECT_EQ(ran.code, 2);
    EXPECT_THAT(ran.err, HasSubstr(test.error));
  }
  EXPECT_EQ(Record({"--file", folder_.Join("absent.csv")}).code, 3);
}

TEST_F(OutcomeTest, WhyOneIsUnknownIsToldInBothForms) {
  const Ran one = Record(
      {"--decision", "n.1.2", "--offer", "unknown", "--outcome", "clicked"});
  EXPECT_EQ(one.code, 1);
  EXPECT_EQ(one.out, "1 unknown\n");
  EXPECT_EQ(one.err, "error: it showed `gift`\n");
  const Ran many = RecordFile("o.csv",
                              "decision_id,offer_id,outcome\n"
                              "n.1.2,unknown,clicked\n");
  EXPECT_EQ(many.code, 1);
  EXPECT_THAT(many.err, HasSubstr("o.csv:2: it showed `gift`\n"));
}

TEST_F(OutcomeTest, JsonHasEveryCount) {
  const Ran ran = Record({"--decision", "n.1.2", "--offer", "coupon",
                          "--outcome", "clicked", "-o", "ndjson"});
  EXPECT_EQ(ran.out,
            "{\"recorded\":1,\"expired\":0,\"late\":0,\"repeated\":0,"
            "\"unknown\":0,\"failed\":0}\n");
}

TEST(ParseMoneyTest, IsExactOrNothing) {
  EXPECT_EQ(ParseMoney("12.50"), 12'500'000);
  EXPECT_EQ(ParseMoney("0.000001"), 1);
  EXPECT_EQ(ParseMoney("-3"), -3'000'000);
  EXPECT_EQ(ParseMoney("9223372036854.775807"), 9'223'372'036'854'775'807);
  for (const char* const text :
       {"", "-", ".", ".5", "5.", "1e3", "+1", "1,5", "0.0000001", " 1",
        "9223372036854.775808", "--1", "1.-5", "1.2.3"}) {
    EXPECT_EQ(ParseMoney(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace stratagem::cli
