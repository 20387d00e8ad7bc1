// What must hold for one connection whose client takes nothing at all: whatever
// it is told, it is not waited for without end.

#include "server/http/connection.h"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/time/time.h"
#include "boost/asio/buffer.hpp"
#include "boost/asio/io_context.hpp"
#include "boost/asio/ip/tcp.hpp"
#include "boost/asio/local/connect_pair.hpp"
#include "boost/asio/local/stream_protocol.hpp"
#include "boost/asio/write.hpp"
#include "gtest/gtest.h"
#include "server/http/connection_set.h"
#include "server/http/http_router.h"

namespace stratagem::server {
namespace {

namespace asio = boost::asio;

constexpr std::chrono::seconds kPatience(10);

class ConnectionTest : public testing::Test {
 protected:
  // With a socket that takes nothing more until the client does. It is a local
  // one: those of a network find room again, sooner or later.
  void Start(const HttpOptions& options) {
    asio::local::stream_protocol::socket end(context_);
    asio::local::connect_pair(client_, end);
    end.non_blocking(true);
    boost::system::error_code full;
    while (!full) end.write_some(asio::buffer(std::string(1'000, 'x')), full);
    asio::ip::tcp::socket socket(context_);
    socket.assign(asio::ip::tcp::v4(), end.release());
    options_ = options;
    router_ = std::make_unique<HttpRouter>(options_, ServiceList(), nullptr);
    std::make_shared<Connection>(std::move(socket), options_, *router_, set_)
        ->Start();
  }

  void Send(const std::string& bytes) {
    asio::write(client_, asio::buffer(bytes));
  }
  // Works until `done`; false when there is nothing left that would come.
  bool WorkUntil(const std::function<bool()>& done) {
    while (!done()) {
      if (context_.run_one_for(kPatience) == 0) return false;
    }
    return true;
  }
  // It sent half of a request's body, after it asked whether it may.
  bool IsToldToGoOn() {
    Send(
        "POST /nothing HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n"
        "Expect: 100-continue\r\n\r\na");
    return WorkUntil([&] { return set_.stats().answer_bytes > 0; });
  }
  bool IsClosed() {
    return WorkUntil([&] { return set_.stats().connections_open == 0; });
  }

  HttpOptions options_;
  std::unique_ptr<HttpRouter> router_;
  ConnectionSet set_{1u << 20, 1u << 20};
  // INVARIANT: behind what the connection, which it holds, needs.
  asio::io_context context_;
  asio::local::stream_protocol::socket client_{context_};
};

TEST_F(ConnectionTest, ClosesWhenTheAnswerWaitsBehindAContinue) {
  HttpOptions options;
  options.write_timeout = absl::Milliseconds(50);
  Start(options);
  ASSERT_TRUE(IsToldToGoOn());
  Send("b");
  EXPECT_TRUE(IsClosed());
  EXPECT_EQ(set_.stats().requests, 1u);
  EXPECT_EQ(set_.stats().timeouts, 1u);
}

TEST_F(ConnectionTest, ClosesWhenARefusalWaitsBehindAContinue) {
  HttpOptions options;
  options.write_timeout = absl::Milliseconds(50);
  options.body_timeout = absl::Milliseconds(50);
  Start(options);
  ASSERT_TRUE(IsToldToGoOn());
  EXPECT_TRUE(IsClosed());
  EXPECT_EQ(set_.stats().requests_refused, 1u);
  EXPECT_EQ(set_.stats().timeouts, 2u);  // Of the body, and of the refusal.
}

}  // namespace
}  // namespace stratagem::server
