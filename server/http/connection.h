// server/http/connection.h
//
// Connection: one client over HTTP/1.1, from its first byte to its last. Reads
// requests one after another, has the router answer each, and decides when
// enough has been waited. Made by HttpServer for each client.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_HTTP_CONNECTION_H_
#define STRATAGEM_SERVER_HTTP_CONNECTION_H_

#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <string>

#include "absl/time/time.h"
#include "boost/asio/ip/tcp.hpp"
#include "boost/asio/steady_timer.hpp"
#include "server/http/answer_sink.h"
#include "server/http/connection_set.h"
#include "server/http/http_options.h"
#include "server/http/http_router.h"
#include "server/http/request_reader.h"

namespace stratagem::server {

// Its work is done on the strand of its socket. Start(), Abort() and those of
// AnswerSink may be called by any thread.
class Connection final : public AnswerSink,
                         public std::enable_shared_from_this<Connection> {
 public:
  // `options`, `router` and `set` must outlive it; it adds itself to `set`.
  Connection(boost::asio::ip::tcp::socket socket, const HttpOptions& options,
             const HttpRouter& router, ConnectionSet& set);
  ~Connection() override;

  void Start();
  // Closes, and cancels the call under way.
  void Abort();

  void Answer(HttpResponse response) override;
  void StartStream(HttpResponse head) override;
  void Write(std::string bytes, std::function<void()> written) override;
  void FinishStream(std::string last_bytes) override;

 private:
  enum class Phase {
    kReading,    // Waits for a request, or for more of one.
    kAnswering,  // A request is being answered.
    kLingering,  // All is said; waits for the client to close.
    kClosed,
  };
  // Bytes to write, and what to do when they are on their way.
  struct Outgoing {
    std::string bytes;
    std::function<void()> written;
  };

  // Runs `step` on the strand while this is open.
  template <typename Step>
  void Post(Step step);

  void ReadOn();
  void AwaitBytes();
  void OnReadable();
  void ReadBytes();
  void ReadAhead();
  void DiscardBytes();
  void Handle();
  void Refuse(HttpResponse response);
  void BeginAnswer();
  void SendAnswer(HttpResponse response);
  void Send(std::string bytes, std::function<void()> written = nullptr);
  void SendNext();
  void OnSent();
  void SetWriteDeadline();
  bool HoldRequest();
  void HoldAnswer(size_t bytes);
  void EndAnswer();
  void Linger();
  void Close();
  void SetDeadline(absl::Duration timeout);
  void ClearDeadline();
  void OnDeadline();
  Framing StreamFraming() const;

  const HttpOptions& options_;
  const HttpRouter& router_;
  // INVARIANT: before the socket, which must be gone when the set says so.
  ConnectionSet::Member membership_;
  boost::asio::ip::tcp::socket socket_;
  boost::asio::steady_timer deadline_;
  RequestReader reader_;
  Phase phase_ = Phase::kReading;
  // What the deadline was set for, so that a client cannot move it by sending
  // single bytes. Meaningful while reading.
  RequestReader::State awaited_ = RequestReader::State::kWhole;
  // A wait for bytes is under way.
  bool waits_for_bytes_ = false;
  // Of the request under way.
  bool keeps_alive_ = true;
  bool is_head_ = false;
  bool is_http_1_0_ = false;
  bool is_answer_whole_ = false;
  HttpHeaders answer_headers_;
  std::shared_ptr<Call> call_;
  size_t message_bytes_ = 0;  // That the call holds.
  // A list, as it is empty most of the time.
  std::list<Outgoing> outgoing_;
  size_t outgoing_bytes_ = 0;
};

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_HTTP_CONNECTION_H_
