#include "server/http/connection.h"

#include <array>
#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "boost/asio/buffer.hpp"
#include "boost/asio/post.hpp"
#include "boost/asio/write.hpp"
#include "server/http/connect_protocol.h"

namespace stratagem::server {
namespace {

namespace asio = boost::asio;
using ErrorCode = boost::system::error_code;

// Read at once, from the stack, so that a connection that waits holds no
// buffer.
constexpr size_t kReadBytes = 16u << 10;
// LIMIT: bytes of the next requests that are read while one is answered.
constexpr size_t kReadAheadBytesMax = 16u << 10;
// How long a client that is told that its request is refused may go on sending
// it: closed at once, the network could throw away what it was told.
constexpr absl::Duration kLingerTimeout = absl::Seconds(2);

void AppendDate(HttpResponse& response) {
  response.headers.push_back(
      {"Date", absl::FormatTime("%a, %d %b %Y %H:%M:%S GMT", absl::Now(),
                                absl::UTCTimeZone())});
}

}  // namespace

Connection::Connection(asio::ip::tcp::socket socket, const HttpOptions& options,
                       const HttpRouter& router, ConnectionSet& set)
    : options_(options),
      router_(router),
      membership_(set),
      socket_(std::move(socket)),
      deadline_(socket_.get_executor()),
      reader_(options.request) {}

Connection::~Connection() = default;

template <typename Step>
void Connection::Post(Step step) {
  asio::post(socket_.get_executor(),
             [self = shared_from_this(), step = std::move(step)]() mutable {
               if (self->phase_ != Phase::kClosed) step(*self);
             });
}

void Connection::Start() {
  membership_.Join(shared_from_this());
  Post([](Connection& self) {
    ErrorCode ignored;
    self.socket_.non_blocking(true, ignored);
    self.socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
    self.socket_.set_option(asio::socket_base::keep_alive(true), ignored);
    self.ReadOn();
  });
}

void Connection::Abort() {
  Post([](Connection& self) { self.Close(); });
}

// ----------------------------------------------------------------- reading --

// Does what the reader's state asks for.
void Connection::ReadOn() {
  if (!HoldRequest()) {
    return Refuse(ErrorAnswer(NoRoomForRequest()));
  }
  const RequestReader::State state = reader_.state();
  switch (state) {
    case RequestReader::State::kWhole:
      return Handle();
    case RequestReader::State::kRefused:
      return Refuse(reader_.refusal());
    case RequestReader::State::kBody:
      if (reader_.TakeExpectation()) Send("HTTP/1.1 100 Continue\r\n\r\n");
      [[fallthrough]];
    case RequestReader::State::kIdle:
    case RequestReader::State::kHead:
      break;
  }
  if (awaited_ != state) {
    awaited_ = state;
    SetDeadline(state == RequestReader::State::kIdle   ? options_.idle_timeout
                : state == RequestReader::State::kHead ? options_.header_timeout
                                                       : options_.body_timeout);
  }
  AwaitBytes();
}

void Connection::AwaitBytes() {
  if (waits_for_bytes_) return;
  waits_for_bytes_ = true;
  socket_.async_wait(asio::socket_base::wait_read,
                     [self = shared_from_this()](const ErrorCode& error) {
                       self->waits_for_bytes_ = false;
                       if (self->phase_ == Phase::kClosed) return;
                       if (error) return self->Close();
                       self->OnReadable();
                     });
}

void Connection::OnReadable() {
  switch (phase_) {
    case Phase::kReading:
      return ReadBytes();
    case Phase::kAnswering:
      return ReadAhead();
    case Phase::kLingering:
      return DiscardBytes();
    case Phase::kClosed:
      return;
  }
}

void Connection::ReadBytes() {
  std::array<char, kReadBytes> bytes;
  ErrorCode error;
  const size_t size = socket_.read_some(asio::buffer(bytes), error);
  if (error == asio::error::would_block) return AwaitBytes();
  if (error) return Close();
  reader_.Feed({bytes.data(), size});
  ReadOn();
}

// Bytes while a request is answered are the next ones, which can wait, or the
// end: then nobody wants the answer. The end is seen only behind the bytes, so
// some are read.
void Connection::ReadAhead() {
  if (is_answer_whole_) return;
  std::array<char, kReadAheadBytesMax> bytes;
  const size_t held = reader_.bytes_held();
  if (held >= bytes.size()) return;
  ErrorCode error;
  const size_t size =
      socket_.read_some(asio::buffer(bytes.data(), bytes.size() - held), error);
  if (error == asio::error::would_block) return AwaitBytes();
  if (error) return Close();
  reader_.Feed({bytes.data(), size});
  // Without room the next request is refused when its turn comes.
  if (HoldRequest()) AwaitBytes();
}

void Connection::DiscardBytes() {
  std::array<char, kReadBytes> bytes;
  ErrorCode error;
  socket_.read_some(asio::buffer(bytes), error);
  if (error && error != asio::error::would_block) return Close();
  AwaitBytes();
}

// --------------------------------------------------------------- answering --

void Connection::Handle() {
  const HttpRequest request = reader_.Take();
  membership_.set().CountRequest();
  membership_.SetAnswering(true);
  BeginAnswer();
  keeps_alive_ = request.keeps_alive;
  is_head_ = request.method == "HEAD";
  is_http_1_0_ = request.is_http_1_0;
  is_answer_whole_ = false;
  answer_headers_ = router_.AnswerHeaders(request);
  call_ = router_.Handle(request, shared_from_this(), [this](size_t bytes) {
    message_bytes_ = bytes;
    return HoldRequest();
  });
  AwaitBytes();
}

// What cannot be answered by the router; the connection closes behind it.
void Connection::Refuse(HttpResponse response) {
  membership_.set().CountRefusedRequest();
  BeginAnswer();
  keeps_alive_ = false;
  is_head_ = false;
  answer_headers_.clear();
  SendAnswer(std::move(response));
}

// What the client was told before, to go on with its body, may still wait.
void Connection::BeginAnswer() {
  phase_ = Phase::kAnswering;
  if (outgoing_.empty()) {
    ClearDeadline();
  } else {
    SetWriteDeadline();
  }
}

void Connection::Answer(HttpResponse response) {
  Post([response = std::move(response)](Connection& self) mutable {
    self.SendAnswer(std::move(response));
  });
}

void Connection::SendAnswer(HttpResponse response) {
  call_.reset();
  message_bytes_ = 0;
  HoldRequest();
  response.headers.insert(response.headers.end(), answer_headers_.begin(),
                          answer_headers_.end());
  keeps_alive_ = keeps_alive_ && !router_.draining();
  AppendDate(response);
  std::string bytes = FormatHead(response, Framing::kLength, keeps_alive_);
  if (!is_head_) bytes += response.body;
  is_answer_whole_ = true;
  Send(std::move(bytes));
}

Framing Connection::StreamFraming() const {
  return is_http_1_0_ ? Framing::kClose : Framing::kChunked;
}

void Connection::StartStream(HttpResponse head) {
  Post([head = std::move(head)](Connection& self) mutable {
    self.message_bytes_ = 0;
    self.HoldRequest();
    head.headers.insert(head.headers.end(), self.answer_headers_.begin(),
                        self.answer_headers_.end());
    AppendDate(head);
    self.keeps_alive_ = self.keeps_alive_ && !self.router_.draining();
    self.Send(FormatHead(head, self.StreamFraming(), self.keeps_alive_));
  });
}

void Connection::Write(std::string bytes, std::function<void()> written) {
  asio::post(socket_.get_executor(),
             [self = shared_from_this(), bytes = std::move(bytes),
              written = std::move(written)]() mutable {
               if (self->phase_ == Phase::kClosed) return written();
               if (self->StreamFraming() == Framing::kChunked) {
                 bytes = ChunkOf(bytes);
               }
               self->Send(std::move(bytes), std::move(written));
             });
}

void Connection::FinishStream(std::string last_bytes) {
  Post([last_bytes = std::move(last_bytes)](Connection& self) {
    self.call_.reset();
    self.is_answer_whole_ = true;
    self.Send(self.StreamFraming() == Framing::kChunked
                  ? absl::StrCat(ChunkOf(last_bytes), kLastChunk)
                  : last_bytes);
  });
}

void Connection::Send(std::string bytes, std::function<void()> written) {
  outgoing_.push_back({std::move(bytes), std::move(written)});
  HoldAnswer(outgoing_bytes_ + outgoing_.back().bytes.size());
  if (outgoing_.size() == 1) SendNext();
}

void Connection::SendNext() {
  if (phase_ != Phase::kReading) SetWriteDeadline();
  asio::async_write(
      socket_, asio::buffer(outgoing_.front().bytes),
      [self = shared_from_this()](const ErrorCode& error, size_t) {
        if (self->phase_ == Phase::kClosed) return;
        if (error) return self->Close();
        self->OnSent();
      });
}

void Connection::OnSent() {
  const std::function<void()> written = std::move(outgoing_.front().written);
  HoldAnswer(outgoing_bytes_ - outgoing_.front().bytes.size());
  outgoing_.pop_front();
  if (written) written();
  if (!outgoing_.empty()) return SendNext();
  if (phase_ != Phase::kAnswering) return;  // It was told to send its body.
  if (is_answer_whole_) return EndAnswer();
  ClearDeadline();  // The stream may be silent for as long as it likes.
}

void Connection::EndAnswer() {
  membership_.SetAnswering(false);
  if (!keeps_alive_) return Linger();
  phase_ = Phase::kReading;
  awaited_ = RequestReader::State::kWhole;  // Whatever comes gets a deadline.
  ReadOn();
}

void Connection::Linger() {
  phase_ = Phase::kLingering;
  ErrorCode ignored;
  socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  SetDeadline(kLingerTimeout);
  AwaitBytes();
}

void Connection::Close() {
  if (phase_ == Phase::kClosed) return;
  phase_ = Phase::kClosed;
  membership_.SetAnswering(false);
  ErrorCode ignored;
  deadline_.cancel(ignored);
  socket_.close(ignored);
  if (call_ != nullptr) std::exchange(call_, nullptr)->Cancel();
  HoldAnswer(0);
  for (const Outgoing& unsent : std::exchange(outgoing_, {})) {
    if (unsent.written) unsent.written();
  }
}

// ------------------------------------------------------------------ memory --

bool Connection::HoldRequest() {
  return membership_.HoldRequest(message_bytes_ + reader_.bytes_held());
}

void Connection::HoldAnswer(size_t bytes) {
  outgoing_bytes_ = bytes;
  for (const auto& connection : membership_.HoldAnswer(bytes)) {
    connection->Abort();
  }
}

// --------------------------------------------------------------- deadlines --

void Connection::SetDeadline(absl::Duration timeout) {
  deadline_.expires_after(absl::ToChronoNanoseconds(timeout));
  deadline_.async_wait([self = shared_from_this()](const ErrorCode& error) {
    // It may have been moved while this was on its way.
    if (error || self->phase_ == Phase::kClosed ||
        self->deadline_.expiry() > std::chrono::steady_clock::now()) {
      return;
    }
    self->OnDeadline();
  });
}

void Connection::SetWriteDeadline() {
  SetDeadline(options_.write_timeout +
              absl::Seconds(outgoing_.front().bytes.size() /
                            options_.write_bytes_per_second_min));
}

void Connection::ClearDeadline() {
  deadline_.expires_at(asio::steady_timer::time_point::max());
}

void Connection::OnDeadline() {
  const bool is_slow = phase_ == Phase::kAnswering ||
                       (phase_ == Phase::kReading &&
                        reader_.state() != RequestReader::State::kIdle);
  if (is_slow) membership_.set().CountTimeout();
  if (phase_ == Phase::kReading && is_slow) {
    return Refuse(ErrorAnswer(v1::ERROR_REASON_REQUEST_TIMEOUT,
                              "the request took too long to arrive"));
  }
  Close();
}

}  // namespace stratagem::server
