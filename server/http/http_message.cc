#include "server/http/http_message.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "engine/base/check.h"

namespace stratagem::server {
namespace {

absl::string_view ReasonPhrase(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 204:
      return "No Content";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 413:
      return "Content Too Large";
    case 415:
      return "Unsupported Media Type";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 499:
      return "Client Closed Request";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    case 505:
      return "HTTP Version Not Supported";
  }
  return "Unknown";
}

}  // namespace

const std::string* FindHeader(const HttpHeaders& headers,
                              absl::string_view name) {
  for (const HttpHeader& header : headers) {
    if (absl::EqualsIgnoreCase(header.name, name)) return &header.value;
  }
  return nullptr;
}

HttpResponse PlainPage(int status, absl::string_view text) {
  return {status,
          {{"Content-Type", "text/plain; charset=utf-8"},
           {"Cache-Control", "no-store"}},
          absl::StrCat(text, "\n")};
}

std::string FormatHead(const HttpResponse& response, Framing framing,
                       bool keeps_alive) {
  std::string head = absl::StrCat("HTTP/1.1 ", response.status, " ",
                                  ReasonPhrase(response.status), "\r\n");
  for (const HttpHeader& header : response.headers) {
    absl::StrAppend(&head, header.name, ": ", header.value, "\r\n");
  }
  // A 204 has no body and must not say how long it is (RFC 9110, 8.6).
  if (framing == Framing::kLength && response.status != 204) {
    absl::StrAppend(&head, "Content-Length: ", response.body.size(), "\r\n");
  } else if (framing == Framing::kChunked) {
    absl::StrAppend(&head, "Transfer-Encoding: chunked\r\n");
  }
  absl::StrAppend(&head, "X-Content-Type-Options: nosniff\r\n",
                  keeps_alive ? "" : "Connection: close\r\n", "\r\n");
  return head;
}

std::string ChunkOf(absl::string_view bytes) {
  STRATAGEM_CHECK(!bytes.empty());
  return absl::StrCat(absl::Hex(bytes.size()), "\r\n", bytes, "\r\n");
}

}  // namespace stratagem::server
