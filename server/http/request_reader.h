// server/http/request_reader.h
//
// RequestReader: bytes from a client to requests, one after another, however
// the bytes are cut. It knows no sockets; the connection feeds it. The only
// user of Beast's parser.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_HTTP_REQUEST_READER_H_
#define STRATAGEM_SERVER_HTTP_REQUEST_READER_H_

#include <cstddef>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "server/http/http_message.h"
#include "stratagem/v1/error_reason.pb.h"

namespace stratagem::server {

struct RequestLimits {
  // LIMIT: bytes of a request's head: its line and headers.
  size_t header_bytes_max = 16u << 10;
  // LIMIT: bytes of a request's body, as it is sent.
  size_t body_bytes_max = 4u << 20;
};

// Used by one thread at a time.
class RequestReader {
 public:
  enum class State {
    kIdle,     // Not a byte of a request.
    kHead,     // Some of its head.
    kBody,     // All of its head, some of its body.
    kWhole,    // A request to Take().
    kRefused,  // What came is no request that can be answered; see refusal().
  };

  explicit RequestReader(const RequestLimits& limits);
  ~RequestReader();
  RequestReader(RequestReader&&) noexcept;
  RequestReader& operator=(RequestReader&&) = delete;

  // Reads on with `bytes`. Those behind a whole request are kept, and read once
  // that is taken; those behind one that is refused are dropped.
  // Time: O(bytes) over all calls of a request.
  void Feed(absl::string_view bytes);

  State state() const { return state_; }
  // Requires: kWhole. Reads on with what came behind it.
  HttpRequest Take();
  // What to answer before the connection closes, as nobody knows where the next
  // request would begin. Requires: kRefused.
  const HttpResponse& refusal() const { return refusal_; }
  // Once for each request: its client waits to be told before it sends its
  // body. Requires: kBody.
  bool TakeExpectation();
  // Bytes that it holds for the request that is being read.
  size_t bytes_held() const;

 private:
  struct Parsing;

  void ReadHead();
  void ReadBody();
  void Refuse(v1::ErrorReason reason, absl::string_view what);

  RequestLimits limits_;
  State state_ = State::kIdle;
  // What is not parsed yet.
  std::string unread_;
  // Bytes of `unread_` that were looked at for the head's end.
  size_t looked_at_ = 0;
  // Only while a body is read, so that idle connections are small.
  std::unique_ptr<Parsing> parsing_;
  HttpResponse refusal_;
};

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_HTTP_REQUEST_READER_H_
