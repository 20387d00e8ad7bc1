// What must hold from a request of HTTP to the call: the right method, codec,
// time-out and metadata, or the answer that the Connect protocol asks for.

#include "server/http/connect_request.h"

#include <string>
#include <variant>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "engine/base/check.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "server/http/cors.h"
#include "server/http/envelope.h"
#include "server/http/gzip.h"
#include "server/http/metadata.h"
#include "stratagem/v1/decision_service.pb.h"
#include "stratagem/v1/insight_service.pb.h"
#include "stratagem/v1/profile_service.pb.h"

namespace stratagem::server {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

constexpr size_t kBytesMax = 1'000;

const google::protobuf::MethodDescriptor& Method(const std::string& name) {
  // Else the linker leaves its file out.
  v1::GetProfileRequest::descriptor();
  const auto* method =
      google::protobuf::DescriptorPool::generated_pool()->FindMethodByName(
          "stratagem.v1." + name);
  STRATAGEM_CHECK(method != nullptr);
  return *method;
}
const google::protobuf::MethodDescriptor& Decide() {
  return Method("DecisionService.Decide");
}
const google::protobuf::MethodDescriptor& Follow() {
  return Method("InsightService.FollowDecisions");
}
const google::protobuf::MethodDescriptor& GetDecision() {
  return Method("InsightService.GetDecision");
}

HttpRequest Post(const std::string& content_type, const std::string& body,
                 HttpHeaders headers = {}) {
  HttpRequest request;
  request.method = "POST";
  request.headers = std::move(headers);
  request.headers.push_back({"Content-Type", content_type});
  request.body = body;
  return request;
}

CallPlan PlanOf(const google::protobuf::MethodDescriptor& method,
                const HttpRequest& request, absl::string_view query = "") {
  auto read = ReadConnectRequest(method, query, request, kBytesMax);
  if (const auto* answer = std::get_if<HttpResponse>(&read)) {
    ADD_FAILURE() << answer->status << " " << answer->body;
    return {};
  }
  return std::get<CallPlan>(std::move(read));
}

// "status reason: message" of what is answered instead of a call; the error of
// a stream stands in its envelope.
std::string Refusal(const google::protobuf::MethodDescriptor& method,
                    const HttpRequest& request, absl::string_view query = "") {
  const auto read = ReadConnectRequest(method, query, request, kBytesMax);
  const auto* answer = std::get_if<HttpResponse>(&read);
  if (answer == nullptr) return "a call";
  constexpr size_t kPrefixBytes = 5;
  const auto json = nlohmann::json::parse(
      answer->status == 200 ? answer->body.substr(kPrefixBytes) : answer->body);
  const auto& error = answer->status == 200 ? json["error"] : json;
  const std::string reason = error["details"][0]["debug"]["reason"];
  return absl::StrCat(answer->status, " ",
                      reason.substr(sizeof("ERROR_REASON_") - 1), ": ",
                      error.value("message", ""));
}

TEST(ReadConnectRequestTest, ReadsAUnaryCallInBothCodecs) {
  v1::DecideRequest request;
  request.set_customer_id("c");
  const CallPlan json =
      PlanOf(Decide(), Post("application/json", R"({"customerId":"c"})"));
  EXPECT_EQ(json.message, request.SerializeAsString());
  EXPECT_EQ(json.type.codec, Codec::kJson);
  EXPECT_EQ(json.timeout, std::nullopt);
  const CallPlan proto =
      PlanOf(Decide(), Post("application/proto", request.SerializeAsString()));
  EXPECT_EQ(proto.message, request.SerializeAsString());
  EXPECT_EQ(proto.type.codec, Codec::kProto);
}

TEST(ReadConnectRequestTest, ReadsAnEmptyBodyAsAMessageWithoutFields) {
  EXPECT_EQ(PlanOf(Decide(), Post("application/json", "")).message, "");
  EXPECT_EQ(PlanOf(Decide(), Post("application/proto", "",
                                  {{"Content-Encoding", "gzip"}}))
                .message,
            "");
}

TEST(ReadConnectRequestTest, ReadsTimeoutAndMetadata) {
  const CallPlan plan =
      PlanOf(Decide(), Post("application/json", "{}",
                            {{"Connect-Protocol-Version", "1"},
                             {"Connect-Timeout-Ms", "250"},
                             {"Traceparent", "00-ab"},
                             {"X-Key-Bin", "AAE"}}));
  EXPECT_EQ(plan.timeout, absl::Milliseconds(250));
  EXPECT_THAT(plan.metadata,
              ElementsAre(Pair("traceparent", "00-ab"),
                          Pair("x-key-bin", std::string("\0\1", 2))));
}

TEST(ReadConnectRequestTest, DecompressesAndAnswersAsAccepted) {
  const std::string body = Gzip(R"({"customerId":"c"})");
  HttpRequest request =
      Post("application/json", body, {{"Content-Encoding", "gzip"}});
  EXPECT_EQ(PlanOf(Decide(), request).compression, Compression::kGzip);
  request.headers.push_back({"Accept-Encoding", "identity"});
  EXPECT_EQ(PlanOf(Decide(), request).compression, Compression::kIdentity);
  EXPECT_EQ(PlanOf(Decide(), Post("application/json", "{}",
                                  {{"Accept-Encoding", "br, gzip"}}))
                .compression,
            Compression::kGzip);
}

TEST(ReadConnectRequestTest, ReadsAStreamsOneMessage) {
  v1::FollowDecisionsRequest request;
  request.set_after_sequence(7);
  const std::string json = R"({"afterSequence":"7"})";
  EXPECT_EQ(
      PlanOf(Follow(), Post("application/connect+json", Enveloped(0, json)))
          .message,
      request.SerializeAsString());
  EXPECT_EQ(PlanOf(Follow(), Post("application/connect+json",
                                  Enveloped(kCompressedFlag, Gzip(json)),
                                  {{"Connect-Content-Encoding", "gzip"}}))
                .message,
            request.SerializeAsString());
}

TEST(ReadConnectRequestTest, ReadsAGetWithoutSideEffects) {
  v1::GetDecisionRequest request;
  request.set_decision_id("d.1.2");
  HttpRequest get;
  get.method = "GET";
  EXPECT_EQ(PlanOf(GetDecision(), get,
                   "encoding=json&message=%7B%22decisionId%22%3A%22d.1.2%22%7D")
                .message,
            request.SerializeAsString());
  const std::string bytes =
      absl::WebSafeBase64Escape(request.SerializeAsString());
  EXPECT_EQ(
      PlanOf(GetDecision(), get,
             absl::StrCat("connect=v1&encoding=proto&base64=1&message=", bytes))
          .message,
      request.SerializeAsString());
  EXPECT_EQ(
      PlanOf(GetDecision(), get,
             absl::StrCat(
                 "encoding=proto&base64=1&compression=gzip&message=",
                 absl::WebSafeBase64Escape(Gzip(request.SerializeAsString()))))
          .message,
      request.SerializeAsString());
}

TEST(ReadConnectRequestTest, AnswersInTheFormOfTheProtocol) {
  HttpRequest get;
  get.method = "GET";
  HttpRequest put = Post("application/json", "{}");
  put.method = "PUT";
  const std::string long_json =
      absl::StrCat("{\"customerId\":\"", std::string(kBytesMax, 'x'), "\"}");
  const auto& import = Method("ProfileService.ImportProfiles");
  struct Row {
    const google::protobuf::MethodDescriptor& method;
    HttpRequest request;
    std::string query;
    std::string want;
  };
  const std::vector<Row> rows = {
      {Decide(), get, "encoding=json&message=%7B%7D",
       "405 METHOD_NOT_ALLOWED: `stratagem.v1.DecisionService.Decide` takes "
       "POST"},
      {Decide(), put, "",
       "405 METHOD_NOT_ALLOWED: `stratagem.v1.DecisionService.Decide` takes "
       "POST"},
      {GetDecision(), put, "",
       "405 METHOD_NOT_ALLOWED: `stratagem.v1.InsightService.GetDecision` "
       "takes GET, POST"},
      {Decide(), Post("text/plain", "{}"), "",
       "415 UNSUPPORTED_MEDIA_TYPE: `stratagem.v1.DecisionService.Decide` "
       "takes application/json, application/proto, not `text/plain`"},
      {Decide(), Post("application/connect+json", "{}"), "",
       "415 UNSUPPORTED_MEDIA_TYPE: `"},
      {Follow(), Post("application/json", "{}"), "",
       "415 UNSUPPORTED_MEDIA_TYPE: "
       "`stratagem.v1.InsightService.FollowDecisions` takes "
       "application/connect+json, application/connect+proto"},
      {GetDecision(), get,
       "encoding=yaml&message=", "415 UNSUPPORTED_MEDIA_TYPE: `"},
      {GetDecision(), get, "encoding=json",
       "400 MALFORMED_CALL: the query has no `message`"},
      {import, Post("application/json", "{}"), "",
       "501 METHOD_NEEDS_GRPC: `stratagem.v1.ProfileService.ImportProfiles`"},
      {import, Post("application/connect+json", ""), "",
       "200 METHOD_NEEDS_GRPC: `"},
      {Decide(), Post("application/json", "{]"), "",
       "400 MALFORMED_MESSAGE: the text stops being JSON at byte 2"},
      {Decide(), Post("application/json", R"({"dryrun":true})"), "",
       "400 UNKNOWN_NAME: `dryrun`: no such field; did you mean `dryRun`?"},
      {Decide(), Post("application/json", "{}", {{"Content-Encoding", "br"}}),
       "", "501 UNSUPPORTED_COMPRESSION: the compression `br` is"},
      {Decide(), Post("application/json", "{}", {{"Content-Encoding", "gzip"}}),
       "", "400 MALFORMED_MESSAGE: the message is not one gzip member"},
      {Decide(),
       Post("application/json", Gzip(long_json),
            {{"Content-Encoding", "gzip"}}),
       "", "413 MESSAGE_TOO_LARGE: the message has more than 1000 bytes"},
      {Decide(),
       Post("application/json", "{}", {{"Connect-Protocol-Version", "2"}}), "",
       "400 MALFORMED_CALL: `Connect-Protocol-Version` is `2`, not `1`"},
      {Decide(),
       Post("application/json", "{}", {{"Connect-Timeout-Ms", "soon"}}), "",
       "400 MALFORMED_CALL: `Connect-Timeout-Ms` is `soon`"},
      {Follow(), Post("application/connect+json", "{}"), "",
       "200 MALFORMED_MESSAGE: "},
      {Follow(), Post("application/connect+json", "{}"), "",
       "the body holds no message"},
      {Follow(), Post("application/connect+json", Enveloped(0, "{}") + "x"), "",
       "the envelope says that its message has 2 bytes, and 3 follow"},
      {Follow(), Post("application/connect+json", Enveloped(2, "{}")), "",
       "the envelope has flags 2; a request has 0 or 1"},
      {Follow(), Post("application/connect+json", Enveloped(1, "{}")), "",
       "without a `Connect-Content-Encoding`"},
  };
  for (const Row& row : rows) {
    EXPECT_THAT(Refusal(row.method, row.request, row.query),
                HasSubstr(row.want));
  }
}

TEST(EndOfStreamTest, HoldsTheErrorAndWhatStoodBehind) {
  EXPECT_EQ(EndOfStream(grpc::Status::OK, {}), Enveloped(2, "{}"));
  EXPECT_EQ(EndOfStream({grpc::ABORTED, "m"}, {{"a", "1"}, {"a", "2"}}),
            Enveloped(2, R"({"error":{"code":"aborted","message":"m"},)"
                         R"("metadata":{"a":["1","2"]}})"));
  EXPECT_EQ(EndOfStream(grpc::Status::OK, {{"k-bin", "\xff\xff"}}),
            Enveloped(2, R"({"metadata":{"k-bin":["//8"]}})"));
}

TEST(MetadataTest, KeepsWhatGrpcCannotCarryFromIt) {
  EXPECT_THAT(MetadataOf(HttpHeaders{{"Host", "h"},
                                     {"Content-Type", "application/json"},
                                     {"Connect-Timeout-Ms", "1"},
                                     {"Grpc-Status", "0"},
                                     {"Sec-Fetch-Mode", "cors"},
                                     {"Cookie", "secret"},
                                     {"X-Umlaut", "\xc3\xa4"},
                                     {"X-Tab", "a\tb"},
                                     {"X!", "1"},
                                     {"X-Bad-Bin", "***"},
                                     {"X-Good", "1"}}),
              ElementsAre(Pair("x-good", "1")));
}

HttpRequest Preflight(const std::string& origin) {
  HttpRequest request;
  request.method = "OPTIONS";
  request.headers = {{"Origin", origin},
                     {"Access-Control-Request-Method", "POST"}};
  return request;
}

std::string AllowedFor(const Cors& cors, const HttpRequest& request) {
  const HttpHeaders headers = cors.AnswerHeaders(request);
  const std::string* origin =
      FindHeader(headers, "Access-Control-Allow-Origin");
  return origin == nullptr ? "" : *origin;
}

TEST(CorsTest, AllowsTheOriginsThatItWasGivenAndNoOther) {
  const Cors cors({"https://a.example", "http://localhost:3000"});
  const HttpRequest allowed = Preflight("https://a.example");
  EXPECT_EQ(AllowedFor(cors, allowed), "https://a.example");
  ASSERT_TRUE(cors.AnswerPreflight(allowed).has_value());
  EXPECT_EQ(cors.AnswerPreflight(allowed)->status, 204);
  for (const char* other : {"https://a.example.evil", "http://a.example",
                            "null", "", "https://A.example"}) {
    EXPECT_EQ(AllowedFor(cors, Preflight(other)), "") << other;
    EXPECT_FALSE(cors.AnswerPreflight(Preflight(other)).has_value()) << other;
  }
}

TEST(CorsTest, AllowsNothingUnlessToldAndEverythingWhenTold) {
  EXPECT_TRUE(Cors({}).AnswerHeaders(Preflight("https://a.example")).empty());
  EXPECT_FALSE(
      Cors({}).AnswerPreflight(Preflight("https://a.example")).has_value());
  EXPECT_EQ(AllowedFor(Cors({"*"}), Preflight("https://a.example")), "*");
}

}  // namespace
}  // namespace stratagem::server
