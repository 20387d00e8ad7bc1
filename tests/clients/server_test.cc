// What must hold for commands that ask a server: every flag reaches the wire by
// its declared type, and everything of the answer reaches the reader. A fake
// server on loopback answers.

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "stratagem/v1/decision_service.grpc.pb.h"
#include "stratagem/v1/insight_service.grpc.pb.h"
#include "stratagem/v1/pack_service.grpc.pb.h"
#include "tests/clients/run_command.h"
#include "tests/clients/wire_answers.h"
#include "tests/support/golden.h"

namespace stratagem::cli {
namespace {

using google::protobuf::TextFormat;
using testing::HasSubstr;

template <typename Message>
Message Parse(const std::string& text) {
  Message message;
  EXPECT_TRUE(TextFormat::ParseFromString(text, &message)) << text;
  return message;
}

class Fake final : public v1::DecisionService::Service {
 public:
  grpc::Status Decide(grpc::ServerContext*, const v1::DecideRequest* request,
                      v1::DecideResponse* response) override {
    last = *request;
    *response->mutable_decision() = Parse<v1::Decision>(kDecision);
    if (request->explain() == v1::EXPLAIN_LEVEL_FULL && knows_full) {
      *response->mutable_decision()->mutable_explanation()->mutable_full() =
          Parse<v1::FullExplanation>(kFull);
    }
    response->set_repeated_request(is_repeat);
    return grpc::Status::OK;
  }
  grpc::Status BatchDecide(grpc::ServerContext*,
                           const v1::BatchDecideRequest* request,
                           v1::BatchDecideResponse* response) override {
    ++batches;
    for (const v1::DecideRequest& item : request->requests()) {
      v1::BatchDecideResult* const result = response->add_results();
      if (item.customer_id() == "bad") {
        result->mutable_error()->set_code(3);
        result->mutable_error()->set_message("no such customer");
      } else if (item.customer_id() == "gone") {
        result->mutable_error()->set_code(14);
        result->mutable_error()->set_message("the log has failed");
      } else {
        *result->mutable_decision() = Parse<v1::Decision>(kDecision);
      }
    }
    return grpc::Status::OK;
  }

  v1::DecideRequest last;
  bool is_repeat = false;
  int batches = 0;
  bool knows_full = true;
};

class FakePacks final : public v1::PackService::Service {
 public:
  // In the order of activation.
  std::vector<v1::Pack> packs = {Parse<v1::Pack>(kPack)};

 private:
  grpc::Status ListPacks(grpc::ServerContext*, const v1::ListPacksRequest*,
                         v1::ListPacksResponse* response) override {
    response->mutable_packs()->Assign(packs.begin(), packs.end());
    return grpc::Status::OK;
  }
};

class FakeInsight final : public v1::InsightService::Service {
 public:
  grpc::Status ListDecisions(grpc::ServerContext*,
                             const v1::ListDecisionsRequest* request,
                             v1::ListDecisionsResponse* response) override {
    last = *request;
    v1::LogEntry* const entry = response->add_entries();
    *entry->mutable_decision() = Parse<v1::Decision>(kDecision);
    entry->set_customer_id("c-1");
    return grpc::Status::OK;
  }
  grpc::Status GetLogStats(grpc::ServerContext*, const v1::GetLogStatsRequest*,
                           v1::GetLogStatsResponse* response) override {
    *response = Parse<v1::GetLogStatsResponse>(R"pb(
      node_id: "n"
      epoch: 2
      records: 4338
      last_sequence: 4338
      projected_sequence: 4300
      queue_records: 3
      appends_refused: 1
      commits: 12
      failed: true
      projection_failures: 1
      checkpoint_failures: 2
      wal_bytes: 5000
      counts { dimension: "tier" value: "gold" count: 1234 }
      counts { dimension: "tier" value: "" count: 1 }
    )pb");
    return grpc::Status::OK;
  }

  v1::ListDecisionsRequest last;
};

class ServerTest : public testing::Test {
 protected:
  ServerTest() {
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(),
                             &port);
    builder.RegisterService(&decisions_);
    builder.RegisterService(&packs_);
    builder.RegisterService(&insight_);
    server_ = builder.BuildAndStart();
    address_ = absl::StrCat("127.0.0.1:", port);
  }
  ~ServerTest() override { server_->Shutdown(); }

  Ran Run(std::vector<std::string> arguments, const std::string& input = "") {
    arguments.insert(arguments.end(), {"--server", address_});
    return RunHere(arguments, input);
  }

  Fake decisions_;
  FakePacks packs_;
  FakeInsight insight_;
  std::unique_ptr<grpc::Server> server_;
  std::string address_;
};

TEST_F(ServerTest, EveryFlagReachesTheWireByItsDeclaredType) {
  const Ran ran = Run({"decide",
                       "-c",
                       "c-1",
                       "--set",
                       "orders=3",
                       "--set",
                       "spend=2",
                       "--set",
                       "city=城市",
                       "--set",
                       "since=2026-01-01T00:00:00Z",
                       "--set",
                       "wait=-1500ms",
                       "--set",
                       "tags=[{\"a\": true}]",
                       "--set",
                       "member=yes",
                       "--request",
                       "channel=web",
                       "--placement",
                       "desk",
                       "--as-of",
                       "2026-11-15",
                       "--unit",
                       "u-1",
                       "--locale",
                       "zh-CN",
                       "--request-id",
                       "r-1",
                       "--dry-run",
                       "--no-levers",
                       "--explain",
                       "none",
                       "--pack-name",
                       "shop",
                       "--pack-version",
                       "1.0.0"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  std::string sent;
  TextFormat::PrintToString(decisions_.last, &sent);
  ExpectMatchesGolden(sent, "tests/golden/clients/server_request.txtpb");
}

TEST_F(ServerTest, WithoutFlagsEveryPlacementIsFilledWithReasons) {
  const Ran ran = Run({"decide", "-c", "c-1"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  ASSERT_EQ(decisions_.last.placements_size(), 2);
  EXPECT_EQ(decisions_.last.placements(0), "web");
  EXPECT_EQ(decisions_.last.explain(), v1::EXPLAIN_LEVEL_REASONS);
  EXPECT_FALSE(decisions_.last.dry_run());
  EXPECT_FALSE(decisions_.last.has_as_of());
}

TEST_F(ServerTest, EverythingOfTheAnswerReachesTheReader) {
  ExpectMatchesGolden(Run({"decide", "-c", "c-1"}).out,
                      "tests/golden/clients/server_card.txt");
  ExpectMatchesGolden(Run({"decide", "-c", "c-1", "-o", "json"}).out,
                      "tests/golden/clients/server_decision.json");
}

TEST_F(ServerTest, AFullExplanationReachesTheReaderInTablesJsonAndSentences) {
  const Ran tables = Run({"decide", "-c", "c-1", "--explain", "full"});
  EXPECT_EQ(tables.code, 0) << tables.err;
  EXPECT_EQ(decisions_.last.explain(), v1::EXPLAIN_LEVEL_FULL);
  ExpectMatchesGolden(tables.out, "tests/golden/clients/server_full.txt");
  ExpectMatchesGolden(
      Run({"decide", "-c", "c-1", "--explain", "full", "-o", "json"}).out,
      "tests/golden/clients/server_full.json");
  const Ran text = Run({"decide", "-c", "c-1", "--explain", "text"});
  EXPECT_EQ(text.out, "周五会员专场\n");
  EXPECT_EQ(decisions_.last.explain(), v1::EXPLAIN_LEVEL_FULL);
}

TEST_F(ServerTest, ARepeatedAnswerSaysThatItIsOne) {
  EXPECT_THAT(Run({"decide", "-c", "c-1"}).out, Not(HasSubstr("repeated")));
  decisions_.is_repeat = true;
  EXPECT_THAT(Run({"decide", "-c", "c-1"}).out,
              HasSubstr("\nrepeated  the answer to `r-1` of 2025-"));
  EXPECT_THAT(Run({"decide", "-c", "c-1", "-o", "ndjson"}).out,
              HasSubstr("\"repeated_request\":true"));
}

TEST_F(ServerTest, AVersionThatTheServerDoesNotHaveIsNamed) {
  EXPECT_EQ(Run({"decide", "-c", "c-1", "--pack-version", "2"}).err,
            "error: the server has no version `2` of `shop`; it has `shop "
            "1.0.0`\n");
}

TEST_F(ServerTest, AServerThatDoesNotExplainInFullIsNotTakenAsSilence) {
  decisions_.knows_full = false;
  const Ran ran = Run({"decide", "-c", "c-1", "--explain", "full"});
  EXPECT_EQ(ran.code, 1);
  EXPECT_EQ(ran.out, "");
  EXPECT_EQ(ran.err,
            "error: the server is too old to explain in full\n"
            "  hint: ask for `--explain reasons`\n");
}

TEST_F(ServerTest, ADateIsReadInTheZoneOfTheNewestVersion) {
  Run({"decide", "-c", "c-1", "--as-of", "2026-11-15"});
  EXPECT_EQ(decisions_.last.as_of().seconds(), 1'794'672'000);
}

TEST_F(ServerTest, ATimeThatIsNoneIsAMistakeOfTheCommandLine) {
  const Ran ran = Run({"decide", "-c", "c-1", "--as-of", "noon"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.err, HasSubstr("`noon` is not a time"));
}

TEST_F(ServerTest, FactsAreReadAsTheVersionOfThatTimeDeclaresThem) {
  v1::Pack older = Parse<v1::Pack>(kPack);
  older.mutable_ref()->set_version("0.9.0");
  older.set_in_effect(false);
  older.mutable_effective_until()->set_seconds(1'700'000'000);
  older.mutable_attributes(1)->set_type("string");  // `spend`.
  v1::Pack newer = Parse<v1::Pack>(kPack);
  newer.mutable_effective_from()->set_seconds(1'700'000'000);
  packs_.packs = {older, newer};
  Run({"decide", "-c", "c-1", "--set", "spend=2", "--as-of", "2020-01-01"});
  EXPECT_EQ(decisions_.last.attributes(0).value().string_value(), "2");
  Run({"decide", "-c", "c-1", "--set", "spend=2"});
  EXPECT_EQ(decisions_.last.attributes(0).value().double_value(), 2);
}

TEST_F(ServerTest, AFileIsSentInBatchesAndErrorsOfItemsAreOfTheirLines) {
  std::string csv = "customer_id,orders,spend\n";
  for (int i = 0; i < 450; ++i) absl::StrAppend(&csv, "c-", i, ",1,2\n");
  absl::StrAppend(&csv, "bad,1,2\nlast,1,2\n");
  const Ran ran = Run({"decide", "--csv", "-", "--summary"}, csv);
  EXPECT_EQ(ran.code, 1);
  EXPECT_EQ(ran.err,
            "standard input:452:1: no such customer\n"
            "451 decided, 1 failed, 451 degraded\n");
  EXPECT_EQ(decisions_.batches, 3);
}

TEST_F(ServerTest, AFileStopsWhenTheServerCannotDecide) {
  std::string csv = "customer_id,orders,spend\nfirst,1,2\ngone,1,2\n";
  for (int i = 0; i < 450; ++i) absl::StrAppend(&csv, "c-", i, ",1,2\n");
  const Ran ran = Run({"decide", "--csv", "-", "--summary"}, csv);
  EXPECT_EQ(ran.code, 3);
  EXPECT_THAT(ran.err,
              HasSubstr("standard input:3:1: the log has failed\n"
                        "199 decided, 1 failed, 199 degraded, then stopped\n"
                        "error: the log has failed\n"));
  EXPECT_EQ(decisions_.batches, 1);
}

TEST_F(ServerTest, TextThatIsNotUtf8NeverReachesTheWire) {
  const Ran ran = Run({"decide", "-c", "c-\xFF"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_EQ(ran.err, "error: the text of `--customer` is not valid UTF-8\n");
  EXPECT_FALSE(decisions_.last.has_pack());
}

TEST_F(ServerTest, APackThatTheServerDoesNotHaveIsRefused) {
  const Ran ran = Run({"decide", "-c", "c-1", "--pack-name", "bank"});
  EXPECT_EQ(ran.code, 1);
  EXPECT_EQ(ran.err,
            "error: the server has no pack `bank`; it has `shop 1.0.0`\n");
}

TEST_F(ServerTest, TheTailIsTheNewestDecisions) {
  const Ran ran = Run({"log", "tail", "-n", "3"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(insight_.last.page_size(), 3);
  EXPECT_NE(insight_.last.order(), v1::LIST_ORDER_OLDEST_FIRST);
  EXPECT_THAT(ran.out, HasSubstr("c-1       gold  new    71.25  price=loyal  "
                                 "web: gift  degraded; "));
}

TEST_F(ServerTest, StatsAreTotalsAndCounts) {
  EXPECT_EQ(
      Run({"log", "stats"}).out,
      "log         n, epoch 2\n"
      "records     4,338\n"
      "last        #4338\n"
      "waiting     3, 1 refused by a full queue\n"
      "commits     12\n"
      "counts      38 records behind\n"
      "retried     1 projection, 2 checkpoints, 0 snapshots, 5,000 bytes of "
      "write-ahead log\n"
      "\n"
      "dimension  value  records\n"
      "tier       gold     1,234\n"
      "tier       -            1\n");
  EXPECT_EQ(Run({"log", "stats", "-o", "ndjson"}).out,
            "{\"node_id\":\"n\",\"epoch\":2,\"records\":4338,"
            "\"last_sequence\":4338,\"projected_sequence\":4300,"
            "\"queue_records\":3,\"appends_refused\":1,\"commits\":12,"
            "\"reopenings\":0,\"projection_failures\":1,"
            "\"checkpoint_failures\":2,\"wal_bytes\":5000,"
            "\"first_sequence\":0,\"record_bytes\":0,\"file_bytes\":0,"
            "\"counts\":[{\"dimension\":\"tier\",\"value\":\"gold\","
            "\"count\":1234},{\"dimension\":\"tier\",\"value\":\"\","
            "\"count\":1}],\"days\":[],\"ledger\":{\"customers\":0,"
            "\"events\":0,\"counters\":0,\"reservations\":0,"
            "\"requests\":0,\"bytes\":0,\"snapshot_sequence\":0,"
            "\"decided_again\":0,\"snapshot_failures\":0,"
            "\"requests_repeated\":0,\"requests_forgotten_early\":0},"
            "\"profile_cache\":{\"profiles\":0,\"bytes\":0,\"hits\":0,"
            "\"misses\":0},\"retention\":{\"retain_for_s\":null,"
            "\"retain_bytes\":0,\"records_removed\":0,"
            "\"failures\":0}}\n");
}

TEST_F(ServerTest, FlagsSayWhichDecisionsAreMeant) {
  EXPECT_EQ(Run({"log",          "list",
                 "-c",           "c-9",
                 "--from",       "2026-11-15T00:00:00Z",
                 "--until",      "2026-11-16T00:00:00Z",
                 "--role",       "live",
                 "--tier",       "gold",
                 "--stage",      "new",
                 "--treatment",  "price=loyal",
                 "--offer",      "gift",
                 "--excluded",   "coupon=limit",
                 "--excluded",   "=eligibility",
                 "--excluded",   "card",
                 "--pack",       "shop@1.0.0",
                 "--no-degraded"})
                .code,
            0);
  EXPECT_EQ(insight_.last.filter().ShortDebugString(),
            "customer_id: \"c-9\" from { seconds: 1794700800 } "
            "until { seconds: 1794787200 } role: DECISION_ROLE_LIVE "
            "tier: \"gold\" stage: \"new\" "
            "treatments { name: \"price\" cell: \"loyal\" } "
            "offer_ids: \"gift\" "
            "exclusions { offer_id: \"coupon\" reason: REASON_LIMIT } "
            "exclusions { reason: REASON_ELIGIBILITY } "
            "exclusions { offer_id: \"card\" } "
            "pack_name: \"shop\" pack_version: \"1.0.0\" degraded: false");
}

TEST_F(ServerTest, FlagsThatMakeNoSenseAreNamed) {
  const struct {
    std::vector<std::string> flags;
    const char* error;
  } cases[] = {
      {{"--since", "soon"},
       "error: `--since`: `soon` is not a duration, such as 2h or 7d\n"},
      {{"--since", "2h", "--from", "2026-11-15"},
       "error: `--since` and `--from` say the same twice; give one of them\n"},
      {{"--treatment", "price"},
       "error: `--treatment`: `price` is not NAME=CELL, such as "
       "pricing=loyal\n"},
      {{"--excluded", "card=eligibilty"},
       "error: `--excluded`: `eligibilty` is not a reason, such as "
       "eligibility\n"},
  };
  for (const auto& c : cases) {
    std::vector<std::string> command = {"log", "list"};
    command.insert(command.end(), c.flags.begin(), c.flags.end());
    const Ran ran = Run(command);
    EXPECT_EQ(ran.code, 2);
    EXPECT_EQ(ran.err, c.error);
  }
}

TEST_F(ServerTest, CsvIsFlatAndSafeForSpreadsheets) {
  const Ran ran = Run({"log", "export", "--format", "csv"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(insight_.last.order(), v1::LIST_ORDER_OLDEST_FIRST);
  EXPECT_THAT(ran.out,
              testing::StartsWith(
                  "sequence,decision_id,decided_at,role,customer_id,pack,"
                  "version,score,coverage,tier,tier_reason,stage,treatments,"
                  "offers,not_shown,degraded,request_id,as_of,outcomes\n"));
  EXPECT_THAT(ran.out, HasSubstr(",c-1,"));
  EXPECT_THAT(ran.out, HasSubstr("price=loyal"));
  EXPECT_THAT(ran.out, HasSubstr("web=gift"));
}

}  // namespace
}  // namespace stratagem::cli
