// server/http/http_options.h
//
// HttpOptions: what the HTTP server is started with. Filled by Server and by
// tests.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_HTTP_HTTP_OPTIONS_H_
#define STRATAGEM_SERVER_HTTP_HTTP_OPTIONS_H_

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "server/http/request_reader.h"

namespace stratagem::server {

struct HttpOptions {
  // "HOST:PORT" or "[IPV6]:PORT"; port 0 takes a free one. Without TLS, so
  // loopback unless the network around it is trusted.
  std::string listen;
  // Threads that read and write; they turn messages into JSON and back and wait
  // for nothing.
  int threads = 2;
  RequestLimits request;
  // LIMIT: connections at once; one more gets a 503. An idle one takes about
  // 1.5 KiB here and what the kernel needs.
  size_t connections_max = 10'000;
  // LIMIT: bytes of requests that are being read, and of messages, as they are
  // when decompressed, of calls under way, over all connections; beyond it a
  // request gets a 503.
  size_t request_bytes_max = 256u << 20;
  // LIMIT: bytes of answers that wait for their clients to take them, over all
  // connections; beyond it those that have waited longest are closed.
  size_t answer_bytes_max = 256u << 20;
  // How long a connection may be without a request.
  absl::Duration idle_timeout = absl::Minutes(2);
  // How long a request's head may take from its first byte, and then its body.
  absl::Duration header_timeout = absl::Seconds(10);
  absl::Duration body_timeout = absl::Seconds(60);
  // How long a client may take for an answer, or a part of a stream; one of
  // many bytes gets a second more for each write_bytes_per_second_min.
  absl::Duration write_timeout = absl::Seconds(30);
  size_t write_bytes_per_second_min = 16u << 10;
  // Origins whose pages may call: exact ones, or "*". See Cors.
  std::vector<std::string> cors_origins;
  // What /readyz answers: OK, or why not. Called by any thread, often.
  std::function<absl::Status()> ready = [] { return absl::OkStatus(); };
  // What /metrics shows, in Prometheus' text format. Called by the threads of
  // HTTP, once for each time that it is asked for.
  std::function<std::string()> metrics = [] { return ""; };
};

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_HTTP_HTTP_OPTIONS_H_
