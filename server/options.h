// server/options.h
//
// Options: what `stratagemd` is started with, and the bounds of the wire that
// are not options. Filled by server/config/, which describes each to people;
// read by main, Server and tests.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_OPTIONS_H_
#define STRATAGEM_SERVER_OPTIONS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "server/ops/log.h"

namespace stratagem::server {

// What answers from the log show of inputs that packs declare `pii`.
enum class Pii { kMasked, kShown };

struct Options {
  // Address and port for gRPC. Port 0 takes a free one. Without TLS, so
  // loopback unless the network around it is trusted.
  // "HOST:PORT" or "[IPV6]:PORT".
  std::string listen = "127.0.0.1:50051";
  // Address and port for HTTP, as above. Empty: no HTTP.
  std::string http_listen = "127.0.0.1:8080";
  // LIMIT: bytes of the body of one request over HTTP, as it is sent and once
  // it is decompressed; 1 KiB to 1 GiB. Raising it costs that much memory for
  // each call in flight.
  size_t http_body_bytes_max = 4u << 20;
  // LIMIT: connections over HTTP at once; 1 to 1,000,000.
  size_t http_connections_max = 10'000;
  // What HttpOptions say of these; 100 ms to 1 day.
  absl::Duration http_idle_timeout = absl::Minutes(2);
  absl::Duration http_header_timeout = absl::Seconds(10);
  absl::Duration http_body_timeout = absl::Seconds(60);
  absl::Duration http_write_timeout = absl::Seconds(30);
  // Origins whose pages may call over HTTP ("https://desk.example.com"), or "*"
  // for all. None: pages of other origins cannot.
  std::vector<std::string> cors_origins;
  // Folders of packs, in the order of activation. The first one's pack answers
  // calls that name none.
  std::vector<std::string> packs;
  // A folder whose subfolders are packs, watched. Empty: none is.
  std::string packs_folder;
  // Folder of the embedded store, created when absent; "memory" keeps the log
  // in memory and loses it on exit.
  std::string store = "stratagem-data";
  // Where to write the port once it listens, for programs that start it with
  // port 0; and that of HTTP, if there is one. Empty: nowhere.
  std::string port_file;
  std::string http_port_file;
  // LIMIT: bytes of one message; 1 KiB to 1 GiB. Raising it costs that much
  // memory for each call in flight.
  size_t message_bytes_max = 4u << 20;
  // LIMIT: requests of one batch; 1 to 100,000. One batch occupies a thread
  // until its last decision is queued.
  size_t batch_items_max = 1'000;
  // LIMIT: records that wait for the disk; 1 to 10,000,000. More absorb longer
  // stalls and hold more memory; beyond it calls fail with RESOURCE_EXHAUSTED.
  size_t store_queue_records_max = 65'536;
  // LIMIT: bytes of these records; 64 KiB to 64 GiB. As above.
  size_t store_queue_bytes_max = 64u << 20;
  // How long a request id gets the answer that it got first; 0 to 1 day. Longer
  // windows remember more ids.
  absl::Duration request_window = absl::Minutes(10);
  // LIMIT: request ids that are remembered, 1 to 100,000,000, about 120 bytes
  // each. When more come within the window the oldest are forgotten early.
  size_t requests_max = 1'000'000;
  // How long after its decision an outcome may come and still change something;
  // 1 minute to 1,100 days. Longer ones remember outcomes longer. No pack may
  // reserve for longer.
  absl::Duration outcome_window = absl::Hours(24 * 30);
  // Whether answers from the log hold what packs declare `pii`.
  Pii pii = Pii::kMasked;
  // Whether calls of Decide may ask for a decision that is not recorded.
  bool unlogged_quotes = false;
  // Records of the log are removed when they are older, 1 day or more;
  // infinite: never for their age.
  absl::Duration retain_for = absl::InfiniteDuration();
  // The oldest are removed while records take more bytes, 1 MB or more; 0:
  // never for their size.
  uint64_t retain_bytes = 0;
  // What the server's own log leaves out: all below this.
  LogLevel log_level = LogLevel::kInfo;
  // How long a stop still takes calls after health says NOT_SERVING, so that
  // load balancers see it and send no more; 0 to 1 hour.
  absl::Duration drain_delay = absl::ZeroDuration();
  // How long a stop waits then for calls in flight before it cancels them; 0 to
  // 1 hour.
  absl::Duration drain_timeout = absl::Seconds(10);
};

// `--store` of a log in memory.
inline constexpr char kMemoryStore[] = "memory";

// LIMIT: bytes of DecideRequest's texts, as its comments promise them.
inline constexpr size_t kRequestIdBytesMax = 128;
inline constexpr size_t kCustomerIdBytesMax = 256;
inline constexpr size_t kUnitBytesMax = 256;
inline constexpr size_t kLocaleBytesMax = 35;
inline constexpr size_t kNameBytesMax = 256;
// LIMIT: placements, attributes and request values of one DecideRequest.
inline constexpr size_t kPlacementsMax = 64;
inline constexpr size_t kNamedValuesMax = 4'096;
// LIMIT: entries of one page of ListDecisions, and when none is asked for.
inline constexpr int kPageSizeMax = 1'000;
inline constexpr int kPageSizeDefault = 100;
// LIMIT: conditions of one kind in one filter of the log.
inline constexpr int kFilterConditionsMax = 32;
// LIMIT: days of one GetLogStats.
inline constexpr int kStatsDaysMax = 400;
// LIMIT: calls that follow the log. Each keeps a few records in memory.
inline constexpr size_t kFollowersMax = 64;
// LIMIT: calls of InsightService that wait for its thread; beyond it they fail
// with RESOURCE_EXHAUSTED. Each reads milliseconds, so they wait under seconds.
inline constexpr size_t kReadsWaitingMax = 64;
// LIMIT: repeated calls of Decide that wait to read their answer from the log;
// beyond it they fail with RESOURCE_EXHAUSTED. Each holds its names only.
inline constexpr size_t kRepeatsWaitingMax = 10'000;
// LIMIT: reports of one call of RecordOutcomes, and bytes of a report's texts,
// as its comments promise them.
inline constexpr int kOutcomeReportsMax = 1'000;
inline constexpr size_t kOutcomeIdBytesMax = 128;
// LIMIT: calls of RecordOutcomes that wait for the thread that reads their
// decisions; beyond it they fail with RESOURCE_EXHAUSTED.
inline constexpr size_t kOutcomeCallsWaitingMax = 256;
// LIMIT: calls of ProfileService that wait to change profiles, and to erase
// customers. As above; an erasure reads the whole log.
inline constexpr size_t kProfileWritesWaitingMax = 1'024;
inline constexpr size_t kErasuresWaitingMax = 64;
// LIMIT: calls of PackService that wait for each of its threads.
inline constexpr size_t kPackCallsWaitingMax = 64;
// LIMIT: updates of one batch, and of one message of an import.
inline constexpr size_t kProfileUpdatesMax = 1'000;
// LIMIT: bytes after which a page of ListDecisions ends, below what gRPC
// clients accept by default.
inline constexpr size_t kPageBytesMax = 3u << 20;

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_OPTIONS_H_
