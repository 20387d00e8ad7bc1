// server/options.h
//
// Options: what `stratagemd` is started with, and the bounds of the wire that
// are not options. Parsed by main, read by Server.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_OPTIONS_H_
#define STRATAGEM_SERVER_OPTIONS_H_

#include <cstddef>
#include <string>
#include <variant>
#include <vector>

#include "absl/time/time.h"

namespace stratagem::server {

struct Options {
  // Address and port for gRPC. Port 0 takes a free one. Without TLS, so
  // loopback unless the network around it is trusted.
  // "HOST:PORT" or "[IPV6]:PORT".
  std::string listen = "127.0.0.1:50051";
  // Folders of packs, in the order of activation; at least one.
  std::vector<std::string> packs;
  // Folder of the embedded store, created when absent; "memory" keeps the log
  // in memory and loses it on exit.
  std::string store = "stratagem-data";
  // Where to write the port once it listens, for programs that start it with
  // port 0. Empty: nowhere.
  std::string port_file;
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
  // How long a stop waits for calls in flight before it cancels them.
  absl::Duration drain_timeout = absl::Seconds(10);
};

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
// LIMIT: calls of InsightService that wait for its thread; beyond it they fail
// with RESOURCE_EXHAUSTED. Each reads milliseconds, so they wait under seconds.
inline constexpr size_t kReadsWaitingMax = 64;
// LIMIT: bytes after which a page of ListDecisions ends, below what gRPC
// clients accept by default.
inline constexpr size_t kPageBytesMax = 3u << 20;

// The process should end with this code; what there was to say is printed.
struct ExitCode {
  int value = 0;
};

// Reads the command line. ExitCode for `--help` and `--version` (0) and for a
// command line that cannot be read (2).
std::variant<Options, ExitCode> ParseOptions(int argc, const char* const* argv);

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_OPTIONS_H_
