// What must hold for the options of HTTP that a server is started with: each
// reaches what it bounds. And a server that is about to stop says so first.

#include <chrono>
#include <string>
#include <utility>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/http/raw_client.h"
#include "tests/http/two_wires.h"
#include "tests/server/running_server.h"

namespace stratagem::server {
namespace {

using testing::HasSubstr;

// Far below what clients here wait for an answer, as the default is above it.
constexpr absl::Duration kSoon = absl::Milliseconds(100);

// A server whose `option` is `value`.
template <typename Value>
Options With(Value Options::*option, Value value) {
  Options options = WithHttp();
  options.*option = std::move(value);
  return options;
}

TEST(HttpOptionsTest, AConnectionWithoutARequestIsClosedAfterTheIdleTimeout) {
  RunningServer running(With(&Options::http_idle_timeout, kSoon));
  RawClient client(running.server().http_port());
  EXPECT_TRUE(client.IsClosed());
}

TEST(HttpOptionsTest, AHeadThatDoesNotEndIsRefusedAfterItsTimeout) {
  RunningServer running(With(&Options::http_header_timeout, kSoon));
  RawClient client(running.server().http_port());
  const auto begin = std::chrono::steady_clock::now();
  ASSERT_TRUE(client.Send("GET /healthz HTTP/1.1\r\nHos"));
  EXPECT_EQ(client.Read().status, 408);
  // The default ends it, too, but later.
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(9));
}

TEST(HttpOptionsTest, ABodyThatDoesNotEndIsRefusedAfterItsTimeout) {
  RunningServer running(With(&Options::http_body_timeout, kSoon));
  RawClient client(running.server().http_port());
  ASSERT_TRUE(client.Send(
      "POST /stratagem.v1.DecisionService/Decide HTTP/1.1\r\nHost: a\r\n"
      "Content-Type: application/json\r\nContent-Length: 9\r\n\r\n{"));
  EXPECT_EQ(client.Read().status, 408);
}

TEST(HttpOptionsTest, OneConnectionMoreThanThereMayBeGetsA503) {
  RunningServer running(With(&Options::http_connections_max, size_t{1}));
  RawClient first(running.server().http_port());
  ASSERT_TRUE(first.Send(RawRequest("GET", "/healthz")));
  ASSERT_EQ(first.Read().status, 200);
  RawClient second(running.server().http_port());
  EXPECT_EQ(second.Read().status, 503);
}

TEST(HttpOptionsTest, ABodyOverTheLimitIsRefused) {
  RunningServer running(With(&Options::http_body_bytes_max, size_t{1'024}));
  RawClient client(running.server().http_port());
  ASSERT_TRUE(client.Send(JsonCall("/stratagem.v1.DecisionService/Decide",
                                   std::string(1'025, ' '))));
  EXPECT_EQ(client.Read().status, 413);
}

TEST(HttpOptionsTest, AServerThatIsAboutToStopIsNotReadyAndStillAnswers) {
  RunningServer running(WithHttp());
  RawClient client(running.server().http_port());
  const auto get = [&](const std::string& page) {
    client.Send(RawRequest("GET", page));
    return client.Read();
  };
  EXPECT_EQ(get("/readyz").status, 200);
  running.server().ReportStopping();
  const RawAnswer ready = get("/readyz");
  EXPECT_EQ(ready.status, 503);
  EXPECT_THAT(ready.body, HasSubstr("the server is stopping"));
  EXPECT_EQ(get("/healthz").status, 200);
  EXPECT_TRUE(running.Decide(GoodRequest()).ok());
}

}  // namespace
}  // namespace stratagem::server
