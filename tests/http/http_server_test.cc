// What must hold for the HTTP server: calls and errors as the Connect protocol
// has them, connections that are kept or closed as HTTP/1.1 has them, and
// clients that are slow, hostile or gone cost a bounded amount and nobody else.

#include "server/http/http_server.h"

#include <algorithm>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/http/connect_protocol.h"
#include "server/http/envelope.h"
#include "server/http/gzip.h"
#include "stratagem/v1/decision_service.pb.h"
#include "stratagem/v1/insight_service.pb.h"
#include "tests/http/http_fixture.h"

namespace stratagem::server {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string Stream(absl::string_view headers, absl::string_view message) {
  return RawRequest(
      "POST", kFollowPath,
      absl::StrCat("Content-Type: application/connect+json\r\n", headers),
      message);
}

TEST_F(HttpTest, AnswersACallWithItsHeadersAndTrailers) {
  v1::DecideResponse response;
  response.mutable_decision()->set_tier("gold");
  service_.answer = response.SerializeAsString();
  StartServer();
  const RawAnswer answer = Call(JsonCall(kDecidePath, R"({"customerId":"c"})"));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.Header("Content-Type"), "application/json");
  EXPECT_EQ(answer.body, R"({"decision":{"tier":"gold"}})");
  EXPECT_EQ(answer.Header("x-first"), "1");
  EXPECT_EQ(answer.Header("Trailer-x-seen"), "120163");
  EXPECT_NE(answer.Header("Date"), "");
}

TEST_F(HttpTest, AnswersInBinaryAndCompressed) {
  v1::DecideResponse response;
  response.mutable_decision()->set_tier(std::string(5'000, 'x'));
  service_.answer = response.SerializeAsString();
  StartServer();
  const RawAnswer answer = Call(RawRequest(
      "POST", kDecidePath,
      "Content-Type: application/proto\r\nAccept-Encoding: gzip\r\n", ""));
  EXPECT_EQ(answer.Header("Content-Type"), "application/proto");
  EXPECT_EQ(answer.Header("Content-Encoding"), "gzip");
  EXPECT_EQ(*Gunzip(answer.body, 10'000), service_.answer);
}

TEST_F(HttpTest, AnswersEveryCodeWithItsStatus) {
  StartServer();
  for (int code = 1; code <= 16; ++code) {
    const auto grpc_code = static_cast<grpc::StatusCode>(code);
    const RawAnswer answer = Call(
        JsonCall(kDecidePath, "{}",
                 absl::StrCat("X-Code: ", code, "\r\nX-Message: why\r\n")));
    EXPECT_EQ(answer.status, HttpStatusOf(grpc_code));
    EXPECT_EQ(answer.Header("Content-Type"), "application/json");
    EXPECT_EQ(answer.body, absl::StrCat(R"({"code":")", CodeName(grpc_code),
                                        R"(","message":"why"})"));
  }
}

TEST_F(HttpTest, AWrongPathComesWithTheNearestOne) {
  StartServer();
  EXPECT_THAT(
      Call(JsonCall("/stratagem.v1.DecisionServce/Decide", "{}")).body,
      HasSubstr("did you mean `/stratagem.v1.DecisionService/Decide`?"));
  for (const std::string& path :
       {std::string("/v1/decisions"), "/" + std::string(1'000, 'x')}) {
    EXPECT_EQ(Call(JsonCall(path, "{}")).status, 404);
    EXPECT_THAT(Call(JsonCall(path, "{}")).body,
                Not(HasSubstr("did you mean")));
  }
}

TEST_F(HttpTest, EndsACallAtItsTimeout) {
  StartServer();
  const RawAnswer answer = Call(
      JsonCall(kDecidePath, "{}", "X-Hang: 1\r\nConnect-Timeout-Ms: 30\r\n"));
  EXPECT_EQ(answer.status, 504);
  EXPECT_THAT(answer.body, HasSubstr(R"("code":"deadline_exceeded")"));
  service_.cancelled.WaitForNotification();
}

TEST_F(HttpTest, StreamsMessagesInEnvelopesAndEndsWithTrailers) {
  v1::FollowDecisionsResponse response;
  service_.answer = response.SerializeAsString();
  StartServer();
  const RawAnswer answer = Call(Stream("X-Count: 3\r\n", Enveloped(0, "{}")));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.Header("Content-Type"), "application/connect+json");
  EXPECT_EQ(answer.Header("x-first"), "1");
  EXPECT_EQ(
      answer.body,
      absl::StrCat(Enveloped(0, "{}"), Enveloped(0, "{}"), Enveloped(0, "{}"),
                   Enveloped(2, R"({"metadata":{"x-seen":[""]}})")));
}

TEST_F(HttpTest, StreamsErrorsBehindStatus200) {
  StartServer();
  const RawAnswer answer =
      Call(Stream("X-Code: 14\r\nX-Message: later\r\n", Enveloped(0, "")));
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(
      answer.body,
      HasSubstr(R"({"error":{"code":"unavailable","message":"later"})"));
}

TEST_F(HttpTest, KeepsAConnectionAndAnswersOneAfterAnother) {
  StartServer();
  RawClient client = Connect();
  client.Send(absl::StrCat(
      JsonCall(kDecidePath, "{}"), RawRequest("GET", "/healthz"),
      Stream("", Enveloped(0, "")), RawRequest("GET", "/nothing")));
  EXPECT_EQ(client.Read().body, "{}");
  EXPECT_EQ(client.Read().body, "ok\n");
  EXPECT_THAT(client.Read().body, HasSubstr("x-seen"));
  EXPECT_EQ(client.Read().status, 404);
  client.Send(RawRequest("GET", "/healthz", "Connection: close\r\n"));
  EXPECT_EQ(client.Read().Header("Connection"), "close");
  EXPECT_TRUE(client.IsClosed());
  EXPECT_EQ(http_->stats().requests, 5u);
}

TEST_F(HttpTest, AnswersOldClientsAndCloses) {
  StartServer();
  RawClient client = Connect();
  client.Send("GET /healthz HTTP/1.0\r\n\r\n");
  EXPECT_EQ(client.Read().body, "ok\n");
  EXPECT_TRUE(client.IsClosed());
  RawClient streaming = Connect();
  streaming.Send(absl::StrCat("POST ", kFollowPath,
                              " HTTP/1.0\r\nContent-Type: "
                              "application/connect+json\r\n"
                              "Content-Length: 5\r\n\r\n",
                              Enveloped(0, "")));
  const RawAnswer answer = streaming.Read();
  EXPECT_EQ(answer.Header("Transfer-Encoding"), "");
  EXPECT_THAT(answer.body, HasSubstr("x-seen"));
}

TEST_F(HttpTest, AnswersAHeadRequestWithoutABody) {
  StartServer();
  RawClient client = Connect();
  client.Send(RawRequest("HEAD", "/healthz"));
  EXPECT_EQ(client.Read(/*has_body=*/false).Header("Content-Length"), "3");
  client.Send(RawRequest("GET", "http://test/healthz?x"));
  EXPECT_EQ(client.Read().body, "ok\n");
}

TEST_F(HttpTest, TellsAClientThatWaitsToSendItsBody) {
  StartServer();
  RawClient client = Connect();
  client.Send(absl::StrCat("POST ", kDecidePath,
                           " HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n"
                           "Content-Type: application/json\r\n"
                           "Expect: 100-continue\r\n\r\n"));
  EXPECT_EQ(client.Read().status, 100);
  client.Send("{}");
  EXPECT_EQ(client.Read().status, 200);
}

TEST_F(HttpTest, ServesItsPages) {
  HttpOptions options;
  options.ready = [] { return absl::UnavailableError("no pack yet"); };
  options.metrics = [] { return "up 1\n"; };
  StartServer(std::move(options));
  EXPECT_EQ(Call(RawRequest("GET", "/healthz")).status, 200);
  const RawAnswer ready = Call(RawRequest("GET", "/readyz"));
  EXPECT_EQ(ready.status, 503);
  EXPECT_EQ(ready.body, "no pack yet\n");
  const RawAnswer metrics = Call(RawRequest("GET", "/metrics"));
  EXPECT_EQ(metrics.status, 200);
  EXPECT_EQ(metrics.Header("Content-Type"),
            "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_EQ(metrics.body, "up 1\n");
  const RawAnswer post = Call(RawRequest("POST", "/healthz"));
  EXPECT_EQ(post.status, 405);
  EXPECT_EQ(post.Header("Allow"), "GET, HEAD");
}

TEST_F(HttpTest, TellsBrowsersWhoMayCall) {
  HttpOptions options;
  options.cors_origins = {"https://desk.example"};
  StartServer(std::move(options));
  const RawAnswer preflight =
      Call(RawRequest("OPTIONS", kDecidePath,
                      "Origin: https://desk.example\r\n"
                      "Access-Control-Request-Method: POST\r\n"));
  EXPECT_EQ(preflight.status, 204);
  EXPECT_EQ(preflight.Header("Access-Control-Allow-Origin"),
            "https://desk.example");
  EXPECT_EQ(
      Call(JsonCall(kDecidePath, "{}", "Origin: https://desk.example\r\n"))
          .Header("Access-Control-Allow-Origin"),
      "https://desk.example");
  EXPECT_EQ(
      Call(JsonCall(kDecidePath, "{}", "Origin: https://evil.example\r\n"))
          .Header("Access-Control-Allow-Origin"),
      "");
}

// ------------------------------------------------------- clients that harm --

TEST_F(HttpTest, RefusesWhatIsNotHttpAndCloses) {
  StartServer();
  for (const char* request :
       {"\x16\x03\x01", "GET / HTTP/1.1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n"
        "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nHost: a\r\n X: 1\r\n\r\n"}) {
    RawClient client = Connect();
    client.Send(absl::StrCat(request, RawRequest("GET", "/healthz")));
    const RawAnswer answer = client.Read();
    EXPECT_EQ(answer.status, 400) << request;
    EXPECT_EQ(answer.Header("Connection"), "close");
    EXPECT_TRUE(client.IsClosed()) << "the second request was read";
  }
  EXPECT_EQ(http_->stats().requests_refused, 4u);
  EXPECT_EQ(http_->stats().requests, 0u);
}

TEST_F(HttpTest, SaysThatABodyIsTooLongWhileItStillComes) {
  HttpOptions options;
  options.request.body_bytes_max = 1'000;
  StartServer(std::move(options));
  RawClient client = Connect();
  client.Send(JsonCall(kDecidePath, std::string(300'000, ' ')));
  const RawAnswer answer = client.Read();
  EXPECT_EQ(answer.status, 413);
  EXPECT_THAT(answer.body, HasSubstr("the body is longer than 1000 bytes"));
}

TEST_F(HttpTest, ClosesConnectionsThatTakeTooLong) {
  HttpOptions options;
  options.idle_timeout = absl::Milliseconds(20);
  options.header_timeout = absl::Milliseconds(40);
  options.body_timeout = absl::Milliseconds(40);
  StartServer(std::move(options));
  RawClient idle = Connect();
  EXPECT_TRUE(idle.IsClosed());
  RawClient slow_head = Connect();
  slow_head.Send("GET / HT");
  EXPECT_EQ(slow_head.Read().status, 408);
  RawClient slow_body = Connect();
  slow_body.Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab");
  EXPECT_EQ(slow_body.Read().status, 408);
  EXPECT_EQ(http_->stats().timeouts, 2u);
}

TEST_F(HttpTest, ASlowHeadIsNotProlongedByItsBytes) {
  HttpOptions options;
  options.header_timeout = absl::Milliseconds(50);
  StartServer(std::move(options));
  RawClient client = Connect();
  RawClient other = Connect();
  // A byte for each call of another client: the deadline of the head's first
  // byte must come before its bytes are too many.
  while (http_->stats().timeouts == 0 && client.Send("x")) {
    other.Send(RawRequest("GET", "/healthz"));
    ASSERT_EQ(other.Read().status, 200);
  }
  EXPECT_EQ(client.Read().status, 408);
}

TEST_F(HttpTest, ClosesAClientThatDoesNotTakeItsAnswer) {
  v1::DecideResponse response;
  response.mutable_decision()->set_tier(std::string(3u << 20, 'x'));
  service_.answer = response.SerializeAsString();
  HttpOptions options;
  options.write_timeout = absl::Milliseconds(50);
  options.write_bytes_per_second_min = 1u << 30;
  StartServer(std::move(options));
  RawClient client = Connect();
  // More than what the network holds for it.
  for (int i = 0; i < 8; ++i) client.Send(JsonCall(kDecidePath, "{}"));
  while (http_->stats().timeouts == 0) {
    std::this_thread::yield();
  }
}

TEST_F(HttpTest, CancelsTheCallOfAClientThatIsGone) {
  StartServer();
  RawClient client = Connect();
  client.Send(JsonCall(kDecidePath, "{}", "X-Hang: 1\r\n"));
  service_.hanging.WaitForNotification();
  client.Reset();
  service_.cancelled.WaitForNotification();
}

TEST_F(HttpTest, CancelsTheCallOfAClientThatSentTheNextRequestAndIsGone) {
  StartServer();
  RawClient client = Connect();
  client.Send(JsonCall(kDecidePath, "{}", "X-Hang: 1\r\n"));
  service_.hanging.WaitForNotification();
  client.Send(absl::StrCat(JsonCall(kDecidePath, "{}"), "POST "));
  client.EndSending();
  service_.cancelled.WaitForNotification();
  EXPECT_TRUE(client.IsClosed());
}

TEST_F(HttpTest, ReadsNoMoreThanALittleOfTheNextRequests) {
  StartServer();
  RawClient client = Connect();
  client.Send(JsonCall(kDecidePath, "{}", "X-Hang: 1\r\n"));
  service_.hanging.WaitForNotification();
  client.Send(JsonCall(kDecidePath, std::string(1u << 20, ' ')));
  while (http_->stats().request_bytes < 16u << 10) std::this_thread::yield();
  EXPECT_EQ(http_->stats().request_bytes, 16u << 10);
}

TEST_F(HttpTest, CancelsTheStreamOfAClientThatIsGone) {
  StartServer();
  RawClient client = Connect();
  client.Send(Stream("X-Hang: 1\r\n", Enveloped(0, "")));
  service_.hanging.WaitForNotification();
  EXPECT_THAT(client.ReadUntil("\r\n\r\n"), HasSubstr("200 OK"));
  client.Reset();
  service_.cancelled.WaitForNotification();
}

TEST_F(HttpTest, SurvivesClientsThatEndInTheMiddle) {
  StartServer();
  const std::string request = JsonCall(kDecidePath, "{}");
  for (size_t size = 0; size < request.size(); size += 7) {
    RawClient client = Connect();
    client.Send(request.substr(0, size));
    client.Reset();
  }
  EXPECT_EQ(Call(request).status, 200);
}

TEST_F(HttpTest, RefusesOneConnectionTooMany) {
  HttpOptions options;
  options.connections_max = 2;
  StartServer(std::move(options));
  RawClient first = Connect();
  first.Send(RawRequest("GET", "/healthz"));
  EXPECT_EQ(first.Read().status, 200);
  RawClient second = Connect();
  second.Send(RawRequest("GET", "/healthz"));
  EXPECT_EQ(second.Read().status, 200);
  RawClient third = Connect();
  EXPECT_EQ(third.Read().status, 503);
  EXPECT_TRUE(third.IsClosed());
  EXPECT_EQ(http_->stats().connections_refused, 1u);
  EXPECT_EQ(http_->stats().connections_open, 2u);
}

TEST_F(HttpTest, BoundsWhatAllRequestsTogetherTake) {
  HttpOptions options;
  options.request_bytes_max = 10'000;
  StartServer(std::move(options));
  const std::string head =
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9000\r\n\r\n";
  RawClient first = Connect();
  first.Send(head + std::string(8'000, 'x'));
  RawClient second = Connect();
  second.Send(head + std::string(8'000, 'x'));
  // One of them is one too many, whichever comes second.
  first.Send("x");
  second.Send("x");
  while (http_->stats().requests_refused == 0) {
    std::this_thread::yield();
  }
  EXPECT_EQ(http_->stats().requests_refused, 1u);
}

// A call in binary whose message is long when it is decompressed.
std::string InflatingCall(absl::string_view headers) {
  v1::DecideRequest request;
  request.set_customer_id(std::string(1u << 20, 'x'));
  return RawRequest("POST", kDecidePath,
                    absl::StrCat("Content-Type: application/proto\r\n"
                                 "Content-Encoding: gzip\r\n",
                                 headers),
                    Gzip(request.SerializeAsString()));
}

TEST_F(HttpTest, BoundsWhatAllRequestsTakeWhenDecompressed) {
  HttpOptions options;
  options.request_bytes_max = 3u << 19;
  StartServer(std::move(options));
  RawClient first = Connect();
  first.Send(InflatingCall("X-Hang: 1\r\n"));
  service_.hanging.WaitForNotification();
  RawClient second = Connect();
  second.Send(InflatingCall(""));
  const RawAnswer refused = second.Read();
  EXPECT_EQ(refused.status, 503);
  EXPECT_THAT(refused.body, HasSubstr("ERROR_REASON_SERVER_BUSY"));
  // It was read whole, so the connection goes on, and small calls are answered.
  second.Send(JsonCall(kDecidePath, "{}"));
  EXPECT_EQ(second.Read().status, 200);
  first.Reset();
  service_.cancelled.WaitForNotification();
  while (http_->stats().request_bytes != 0) std::this_thread::yield();
  second.Send(InflatingCall(""));
  EXPECT_EQ(second.Read().status, 200);
}

TEST_F(HttpTest, AStreamHoldsItsRequestNoLongerThanUntilItBegins) {
  HttpOptions options;
  StartServer(std::move(options));
  RawClient client = Connect();
  client.Send(RawRequest("POST", kFollowPath,
                         "Content-Type: application/connect+proto\r\n"
                         "Connect-Content-Encoding: gzip\r\nX-Hang: 1\r\n",
                         Enveloped(1, Gzip(std::string(1u << 20, '\0')))));
  client.ReadUntil("\r\n\r\n");
  EXPECT_EQ(http_->stats().request_bytes, 0u);
}

TEST_F(HttpTest, AnAnswerThatWaitsHoldsNoRequest) {
  v1::DecideResponse response;
  response.mutable_decision()->set_tier(std::string(3u << 20, 'x'));
  service_.answer = response.SerializeAsString();
  StartServer();
  RawClient client = RawClient::Narrow(http_->port());
  client.Send(InflatingCall(""));
  while (http_->stats().answer_bytes == 0) std::this_thread::yield();
  EXPECT_EQ(http_->stats().request_bytes, 0u);
}

TEST_F(HttpTest, BoundsWhatAllAnswersTogetherTake) {
  constexpr size_t kTierBytes = 3u << 20;
  constexpr size_t kClients = 6;
  constexpr size_t kFitting = 2;  // A third one's head is too much.
  v1::DecideResponse response;
  response.mutable_decision()->set_tier(std::string(kTierBytes, 'x'));
  service_.answer = response.SerializeAsString();
  HttpOptions options;
  options.answer_bytes_max = 3 * kTierBytes;
  StartServer(std::move(options));
  std::vector<RawClient> clients;
  for (size_t i = 1; i <= kClients; ++i) {
    clients.push_back(RawClient::Narrow(http_->port()));
    clients.back().Send(JsonCall(kDecidePath, "{}"));
    const size_t fitting = std::min(i, kFitting);
    while (http_->stats().answer_bytes < fitting * kTierBytes ||
           http_->stats().answers_dropped < i - fitting) {
      std::this_thread::yield();
    }
    EXPECT_LE(http_->stats().answer_bytes, 3 * kTierBytes);
  }
  // One that takes its answer gets it, and the last of the others may still.
  EXPECT_GT(Call(JsonCall(kDecidePath, "{}")).body.size(), kTierBytes);
  EXPECT_EQ(http_->stats().answers_dropped, kClients - 1);
  while (http_->stats().connections_open > 1) std::this_thread::yield();
  EXPECT_GT(http_->stats().answer_bytes, kTierBytes);
}

// ------------------------------------------------------------------- drain --

TEST_F(HttpTest, LetsAnswersFinishAndTakesNoNewCallsWhileItStops) {
  StartServer();
  RawClient hanging = Connect();
  hanging.Send(
      JsonCall(kDecidePath, "{}", "X-Hang: 1\r\nConnect-Timeout-Ms: 2000\r\n"));
  service_.hanging.WaitForNotification();
  std::thread stop([this] { http_->Stop(absl::InfiniteDuration()); });
  // A new connection each time: the last 200 may close its own.
  RawAnswer ready;
  do {
    ready = Call(RawRequest("GET", "/readyz"));
  } while (ready.status == 200);
  EXPECT_EQ(ready.status, 503);
  EXPECT_EQ(ready.body, "the server stops\n");
  const RawAnswer refused = Call(JsonCall(kDecidePath, "{}"));
  EXPECT_EQ(refused.status, 503);
  EXPECT_THAT(refused.body, HasSubstr("ERROR_REASON_SERVER_STOPPING"));
  EXPECT_EQ(hanging.Read().status, 504);
  stop.join();
  EXPECT_EQ(http_->stats().connections_open, 0u);
}

TEST_F(HttpTest, CancelsWhatTakesLongerThanItsStop) {
  StartServer();
  RawClient client = Connect();
  client.Send(JsonCall(kDecidePath, "{}", "X-Hang: 1\r\n"));
  service_.hanging.WaitForNotification();
  http_->Stop(absl::Milliseconds(1));
  service_.cancelled.WaitForNotification();
  EXPECT_TRUE(client.IsClosed());
}

TEST_F(HttpTest, SaysWhyItCannotListen) {
  StartServer();
  HttpOptions options;
  options.listen = absl::StrCat("127.0.0.1:", http_->port());
  const auto second = HttpServer::Start(options, {}, nullptr);
  EXPECT_THAT(
      std::string(second.status().message()),
      HasSubstr(absl::StrCat("cannot listen on `", options.listen,
                             "` for HTTP: Address already in use; choose "
                             "another with --http")));
}

}  // namespace
}  // namespace stratagem::server
