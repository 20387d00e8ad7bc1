// What must hold for the services over HTTP: they answer as over gRPC, since it
// is the same call, from when the server is ready to when it stops.

#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "server/http/envelope.h"
#include "server/http/json_codec.h"
#include "tests/http/raw_client.h"
#include "tests/http/two_wires.h"
#include "tests/server/held_server.h"
#include "tests/server/running_server.h"

namespace stratagem::server {
namespace {

using nlohmann::json;
using testing::HasSubstr;

constexpr char kDecide[] = "/stratagem.v1.DecisionService/Decide";
constexpr char kGetDecision[] = "/stratagem.v1.InsightService/GetDecision";
constexpr char kFollow[] = "/stratagem.v1.InsightService/FollowDecisions";

std::string Json(const google::protobuf::Message& message) {
  return *BinaryToJson(message.SerializeAsString(), *message.GetDescriptor());
}

RawAnswer Call(RunningServer& running, const std::string& request) {
  RawClient client(running.server().http_port());
  client.Send(request);
  return client.Read();
}

std::string FollowFromStart() {
  return RawRequest("POST", kFollow,
                    "Content-Type: application/connect+json\r\n",
                    Enveloped(0, R"({"afterSequence":"0"})"));
}

TEST(ServicesOverHttpTest, DecideAnswersWhatItDoesOverGrpc) {
  RunningServer running(WithHttp());
  v1::DecideResponse over_grpc;
  ASSERT_TRUE(running.Decide(NamedRequest(), over_grpc).ok());
  // Named alike, so it is the same decision.
  const RawAnswer answer =
      Call(running, JsonCall(kDecide, Json(NamedRequest())));
  EXPECT_EQ(answer.status, 200) << answer.body;
  over_grpc.set_repeated_request(true);
  EXPECT_EQ(json::parse(answer.body), json::parse(Json(over_grpc)));
}

TEST(ServicesOverHttpTest, ErrorsHaveTheDetailsThatTheyHaveOverGrpc) {
  RunningServer running(WithHttp());
  const RawAnswer answer = Call(running, JsonCall(kDecide, "{}"));
  EXPECT_EQ(answer.status, 400);
  const json error = json::parse(answer.body);
  EXPECT_EQ(error["code"], "invalid_argument");
  EXPECT_EQ(error["details"][0]["debug"]["reason"],
            "ERROR_REASON_MISSING_FIELD");
  EXPECT_EQ(error["details"][1]["debug"]["fieldViolations"][0]["field"],
            "customer_id");
}

TEST(ServicesOverHttpTest, AStatusIsAGetThatCountsItsOwnConnection) {
  RunningServer running(WithHttp());
  ASSERT_TRUE(running.Decide(GoodRequest()).ok());
  const RawAnswer answer = Call(
      running, RawRequest("GET",
                          "/stratagem.v1.ServerService/GetStatus?connect=v1&"
                          "encoding=json&message=%7B%7D"));
  EXPECT_EQ(answer.status, 200) << answer.body;
  const json status = json::parse(answer.body);
  EXPECT_EQ(status["ready"], true);
  EXPECT_EQ(status["nodeId"], running.host().node_id());
  EXPECT_EQ(status["calls"][0]["method"],
            "stratagem.v1.DecisionService/Decide");
  EXPECT_EQ(status["calls"][0]["count"], "1");
  EXPECT_EQ(status["http"]["connectionsOpen"], "1");
  EXPECT_EQ(status["http"]["requests"], "1");
}

TEST(ServicesOverHttpTest, ReadsAreGetsToo) {
  RunningServer running(WithHttp());
  v1::DecideResponse decided;
  ASSERT_TRUE(running.Decide(GoodRequest(), decided).ok());
  const std::string id = decided.decision().decision_id();
  const RawAnswer found = Call(
      running, RawRequest("GET", absl::StrCat(kGetDecision,
                                              "?connect=v1&encoding=json&"
                                              "message=%7B%22decisionId%22:%22",
                                              id, "%22%7D")));
  EXPECT_EQ(found.status, 200) << found.body;
  EXPECT_THAT(found.body, HasSubstr(id));
  EXPECT_EQ(Call(running, RawRequest("GET", absl::StrCat(kDecide,
                                                         "?encoding=json&"
                                                         "message=%7B%7D")))
                .status,
            405);
}

TEST(ServicesOverHttpTest, AMessageThatIsTooLargeForGrpcIsAnError) {
  Options options = WithHttp();
  options.message_bytes_max = 2'000;
  RunningServer running(options);
  v1::DecideRequest request = GoodRequest();
  for (int i = 0; i < 200; ++i) {
    *request.add_request() = Text(absl::StrCat("n", i), "xxxxxxxxxxxxxxxx");
  }
  const RawAnswer answer = Call(running, JsonCall(kDecide, Json(request)));
  EXPECT_EQ(answer.status, 429);
  EXPECT_THAT(answer.body, HasSubstr("resource_exhausted"));
}

TEST(ServicesOverHttpTest, AFollowerSeesDecisionsAndIsToldThatTheServerStops) {
  RunningServer running(WithHttp());
  ASSERT_TRUE(running.Decide(NamedRequest("c-1")).ok());
  RawClient follower(running.server().http_port());
  follower.Send(FollowFromStart());
  EXPECT_THAT(follower.ReadUntil("\"r-c-1\""), HasSubstr("200 OK"));
  ASSERT_TRUE(running.Decide(NamedRequest("c-2")).ok());
  EXPECT_THAT(follower.ReadUntil("\"r-c-2\""), HasSubstr("\"r-c-2\""));
  std::thread stop([&] { running.server().Stop(absl::InfiniteDuration()); });
  const std::string end = follower.ReadUntil("0\r\n\r\n");
  EXPECT_THAT(end, HasSubstr("{\"error\":{\"code\":\"unavailable\""));
  EXPECT_THAT(end, HasSubstr("ERROR_REASON_SERVER_STOPPING"));
  stop.join();
}

TEST(ReadyPageTest, SaysThatTheServerIsReadyUntilTheStoreRefuses) {
  auto held = std::make_unique<HeldStore>();
  HeldStore* store = held.get();
  const std::unique_ptr<RunningServer> held_server =
      StartHeld(WithHttp(), std::move(held));
  RunningServer& running = *held_server;
  EXPECT_EQ(Call(running, RawRequest("GET", "/readyz")).status, 200);
  store->Break();
  Call(running, JsonCall(kDecide, Json(GoodRequest())));
  RawAnswer ready;
  do {
    ready = Call(running, RawRequest("GET", "/readyz"));
  } while (ready.status == 200);
  EXPECT_EQ(ready.status, 503);
  EXPECT_NE(ready.body, "\n");
  EXPECT_EQ(Call(running, RawRequest("GET", "/healthz")).status, 200);
}

TEST(HttpPortTest, ATakenPortIsAnErrorAndNoHttpIsNone) {
  RunningServer first(WithHttp());
  Options options = WithHttp();
  options.listen = "127.0.0.1:0";
  options.http_listen = absl::StrCat("127.0.0.1:", first.server().http_port());
  const auto host = HostOf(store::NewMemoryStore());
  const auto packs = PackRegistry::Start({}, {}, *host);
  ASSERT_TRUE(packs.ok()) << packs.status();
  EXPECT_THAT(
      std::string(Server::Start(options, **packs, *host).status().message()),
      HasSubstr("Address already in use; choose another with --http"));
  RunningServer without_http;
  EXPECT_EQ(without_http.server().http_port(), 0);
}

}  // namespace
}  // namespace stratagem::server
