#include "server/http/http_server.h"

#include <chrono>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "boost/asio/executor_work_guard.hpp"
#include "boost/asio/io_context.hpp"
#include "boost/asio/ip/tcp.hpp"
#include "boost/asio/post.hpp"
#include "boost/asio/steady_timer.hpp"
#include "boost/asio/strand.hpp"
#include "boost/asio/write.hpp"
#include "engine/base/status_macros.h"
#include "server/http/connect_protocol.h"
#include "server/http/connection.h"

namespace stratagem::server {
namespace {

namespace asio = boost::asio;
using ErrorCode = boost::system::error_code;

// How long no client is taken when the process has no handle left for one.
constexpr std::chrono::milliseconds kAcceptPause(100);

absl::Status CannotListen(const std::string& listen, const ErrorCode& error) {
  return absl::UnavailableError(absl::StrCat("cannot listen on `", listen,
                                             "` for HTTP: ", error.message(),
                                             "; choose another with --http"));
}

// The first address of "HOST:PORT" or "[IPV6]:PORT".
asio::ip::tcp::endpoint Resolve(asio::io_context& context,
                                const std::string& listen, ErrorCode& error) {
  const size_t colon = listen.rfind(':');
  absl::string_view host = absl::string_view(listen).substr(0, colon);
  if (absl::ConsumePrefix(&host, "[")) absl::ConsumeSuffix(&host, "]");
  const std::string port = colon == listen.npos ? "" : listen.substr(colon + 1);
  asio::ip::tcp::resolver resolver(context);
  const auto found = resolver.resolve(std::string(host), port,
                                      asio::ip::tcp::resolver::numeric_service |
                                          asio::ip::tcp::resolver::passive,
                                      error);
  return error || found.empty() ? asio::ip::tcp::endpoint()
                                : found.begin()->endpoint();
}

}  // namespace

// Takes clients, and runs the threads that serve them.
class HttpServer::Listener {
 public:
  explicit Listener(HttpServer& server)
      : server_(server),
        work_(asio::make_work_guard(context_)),
        acceptor_(asio::make_strand(context_)),
        pause_(acceptor_.get_executor()) {}

  absl::Status Listen() {
    const std::string& listen = server_.options_.listen;
    ErrorCode error;
    const asio::ip::tcp::endpoint endpoint = Resolve(context_, listen, error);
    if (!error) acceptor_.open(endpoint.protocol(), error);
    // A server that is started again takes its port back from connections that
    // are still ending; two servers never share one.
    if (!error) {
      acceptor_.set_option(asio::socket_base::reuse_address(true), error);
    }
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) {
      acceptor_.listen(asio::socket_base::max_listen_connections, error);
    }
    if (error) return CannotListen(listen, error);
    port_ = acceptor_.local_endpoint().port();
    Accept();
    for (int i = 0; i < server_.options_.threads; ++i) {
      threads_.emplace_back([this] { context_.run(); });
    }
    return absl::OkStatus();
  }

  int port() const { return port_; }

  void StopAccepting() {
    asio::post(acceptor_.get_executor(), [this] {
      ErrorCode ignored;
      acceptor_.close(ignored);
      pause_.cancel(ignored);
    });
  }

  // Requires: no connection left.
  void Join() {
    work_.reset();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }

 private:
  void Accept() {
    acceptor_.async_accept(
        asio::make_strand(context_),
        [this](const ErrorCode& error, asio::ip::tcp::socket socket) {
          if (!acceptor_.is_open()) return;
          if (!error) {
            Take(std::move(socket));
            return Accept();
          }
          pause_.expires_after(kAcceptPause);
          pause_.async_wait([this](const ErrorCode&) {
            if (acceptor_.is_open()) Accept();
          });
        });
  }

  void Take(asio::ip::tcp::socket socket) {
    ConnectionSet& connections = server_.connections_;
    connections.CountAccepted();
    if (connections.size() >= server_.options_.connections_max) {
      connections.CountRefusedConnection();
      return Refuse(std::move(socket));
    }
    std::make_shared<Connection>(std::move(socket), server_.options_,
                                 server_.router_, connections)
        ->Start();
  }

  // Says so to a client that is one too many, if it takes it at once.
  static void Refuse(asio::ip::tcp::socket socket) {
    const HttpResponse answer = ErrorAnswer(
        v1::ERROR_REASON_SERVER_BUSY,
        "the server has as many connections as it takes; try again later");
    ErrorCode ignored;
    socket.non_blocking(true, ignored);
    socket.write_some(
        asio::buffer(FormatHead(answer, Framing::kLength, false) + answer.body),
        ignored);
  }

  HttpServer& server_;
  asio::io_context context_;
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  asio::ip::tcp::acceptor acceptor_;
  asio::steady_timer pause_;
  int port_ = 0;
  std::vector<std::thread> threads_;
};

absl::StatusOr<std::unique_ptr<HttpServer>> HttpServer::Start(
    HttpOptions options, const ServiceList& services,
    std::shared_ptr<grpc::Channel> channel) {
  std::unique_ptr<HttpServer> server(
      new HttpServer(std::move(options), services, std::move(channel)));
  STRATAGEM_RETURN_IF_ERROR(server->listener_->Listen());
  return server;
}

HttpServer::HttpServer(HttpOptions options, const ServiceList& services,
                       std::shared_ptr<grpc::Channel> channel)
    : options_(std::move(options)),
      router_(options_, services, std::move(channel)),
      connections_(options_.request_bytes_max, options_.answer_bytes_max),
      listener_(std::make_unique<Listener>(*this)) {}

HttpServer::~HttpServer() { Stop(absl::ZeroDuration()); }

int HttpServer::port() const { return listener_->port(); }

HttpStats HttpServer::stats() const { return connections_.stats(); }

void HttpServer::Stop(absl::Duration drain_timeout) {
  router_.Drain();
  // Probes can still ask whether it is ready while answers are under way.
  connections_.AwaitAnswered(drain_timeout);
  listener_->StopAccepting();
  // Clients that came in between are few; each round ends some.
  do {
    for (const auto& connection : connections_.All()) connection->Abort();
  } while (!connections_.AwaitEmpty(absl::Milliseconds(100)));
  listener_->Join();
}

}  // namespace stratagem::server
