// server/http/cors.h
//
// Which pages of other origins may call: what the Fetch standard lets a server
// say to a browser. Used by HttpRouter.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_HTTP_CORS_H_
#define STRATAGEM_SERVER_HTTP_CORS_H_

#include <optional>
#include <string>
#include <vector>

#include "server/http/http_message.h"

namespace stratagem::server {

// Immutable, so thread safe.
class Cors {
 public:
  // `origins` are compared whole ("https://desk.example.com"); "*" is all of
  // them. Without any, browsers let no page of another origin read an answer.
  explicit Cors(std::vector<std::string> origins);

  // Returns the headers of each answer to `request`; none when its origin may
  // not call, or it has none.
  HttpHeaders AnswerHeaders(const HttpRequest& request) const;

  // Returns what to answer when `request` only asks what is allowed.
  std::optional<HttpResponse> AnswerPreflight(const HttpRequest& request) const;

 private:
  bool Allows(const std::string& origin) const;

  std::vector<std::string> origins_;
  bool allows_all_ = false;
};

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_HTTP_CORS_H_
