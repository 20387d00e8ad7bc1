// tests/http/raw_client.h
//
// RawClient: a socket to a server of this machine that sends bytes as the test
// writes them, whether HTTP or not, and reads answers.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_TESTS_HTTP_RAW_CLIENT_H_
#define STRATAGEM_TESTS_HTTP_RAW_CLIENT_H_

#include <string>

#include "absl/strings/string_view.h"
#include "server/http/http_message.h"

namespace stratagem::server {

struct RawAnswer {
  int status = 0;  // 0: the connection ended before an answer.
  HttpHeaders headers;
  std::string body;

  std::string Header(absl::string_view name) const {
    const std::string* value = FindHeader(headers, name);
    return value == nullptr ? "" : *value;
  }
};

// Reads give up after ten seconds, which no test comes near.
class RawClient {
 public:
  explicit RawClient(int port);
  // Takes few bytes, and asks for few at once, so that the network holds little
  // for it.
  static RawClient Narrow(int port);
  ~RawClient();
  RawClient(RawClient&& other) noexcept;
  RawClient& operator=(RawClient&&) = delete;

  // Sends all of `bytes`; false when the server has hung up.
  bool Send(absl::string_view bytes);
  // Says that nothing more is sent.
  void EndSending();
  // Ends at once, with a reset.
  void Reset();

  // Reads one answer, its body found as HTTP/1.1 says; none to a HEAD request.
  RawAnswer Read(bool has_body = true);
  // Reads up to and with `end`, or to the connection's end.
  std::string ReadUntil(absl::string_view end);
  // Whether the server closes, with nothing more sent.
  bool IsClosed();

 private:
  RawClient(int port, bool is_narrow);
  bool Fill();
  std::string Take(size_t size);
  std::string ReadChunks();

  int fd_;
  std::string unread_;
};

// "METHOD TARGET HTTP/1.1", a Host, `headers` ("Name: value\r\n"…) and `body`
// with its length.
std::string RawRequest(absl::string_view method, absl::string_view target,
                       absl::string_view headers = "",
                       absl::string_view body = "");
// The same for a JSON call.
std::string JsonCall(absl::string_view path, absl::string_view json,
                     absl::string_view headers = "");

}  // namespace stratagem::server

#endif  // STRATAGEM_TESTS_HTTP_RAW_CLIENT_H_
