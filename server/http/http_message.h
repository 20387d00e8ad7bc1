// server/http/http_message.h
//
// HttpRequest and HttpResponse: one message of HTTP/1.1 as plain data, apart
// from sockets and parsers. The reader makes requests, the router answers them,
// the connection writes what it answers.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_HTTP_HTTP_MESSAGE_H_
#define STRATAGEM_SERVER_HTTP_HTTP_MESSAGE_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace stratagem::server {

struct HttpHeader {
  std::string name;  // As it was sent; compared without case.
  std::string value;
};
using HttpHeaders = std::vector<HttpHeader>;

// Returns the value of the first header `name`, or nullptr. `headers` must
// outlive it.
const std::string* FindHeader(const HttpHeaders& headers,
                              absl::string_view name);

struct HttpRequest {
  std::string method;
  std::string target;  // "/path?query", not decoded.
  HttpHeaders headers;
  std::string body;
  // HTTP/1.0, which knows no chunked answers.
  bool is_http_1_0 = false;
  // The client may send another request afterwards; never with HTTP/1.0.
  bool keeps_alive = true;
};

struct HttpResponse {
  int status = 200;
  HttpHeaders headers;  // Without those that say where the message ends.
  std::string body;
};

// A page of text, for people and probes.
HttpResponse PlainPage(int status, absl::string_view text);

// How the body's end is found.
enum class Framing {
  kLength,   // Content-Length.
  kChunked,  // Chunks follow, each from ChunkOf().
  kClose,    // The connection closes behind it, as HTTP/1.0 wants it.
};

// Returns the head of `response`, up to and with its empty line.
std::string FormatHead(const HttpResponse& response, Framing framing,
                       bool keeps_alive);

// Returns `bytes` as one chunk. Requires: not empty, which would be the end.
std::string ChunkOf(absl::string_view bytes);
// What ends a body of chunks.
inline constexpr char kLastChunk[] = "0\r\n\r\n";

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_HTTP_HTTP_MESSAGE_H_
