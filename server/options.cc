#include "server/options.h"

#include <cstdint>
#include <iostream>

#include "CLI/CLI.hpp"
#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "engine/base/versions.h"

namespace stratagem::server {
namespace {

constexpr int kUsageExitCode = 2;
constexpr uint32_t kPortMax = 65'535;

// Empty, or what is wrong with `listen`; CLI11 puts the flag's name before it.
std::string CheckListen(const std::string& listen) {
  const size_t colon = listen.rfind(':');
  const absl::string_view host =
      absl::string_view(listen).substr(0, colon == listen.npos ? 0 : colon);
  const absl::string_view port =
      colon == listen.npos ? "" : absl::string_view(listen).substr(colon + 1);
  const bool in_brackets =
      host.size() > 2 && host.front() == '[' && host.back() == ']';
  const bool digits = absl::c_all_of(port, absl::ascii_isdigit);
  uint32_t number = 0;
  if (!host.empty() &&
      (in_brackets || host.find_first_of("[]:") == host.npos) && digits &&
      absl::SimpleAtoi(port, &number) && number <= kPortMax) {
    return "";
  }
  return absl::StrCat("`", listen,
                      "` is not HOST:PORT or [IPV6]:PORT with a port from 0 "
                      "to ",
                      kPortMax, ", such as 127.0.0.1:50051");
}

void AddFlags(CLI::App& app, Options& options, int64_t& drain_timeout_ms) {
  app.add_option("--listen", options.listen,
                 "address and port for gRPC; port 0 takes a free one")
      ->check(CheckListen)
      ->capture_default_str();
  app.add_option("--pack", options.packs,
                 "folder of a pack; repeat for more, the newest last")
      ->required();
  app.add_option("--store", options.store,
                 "folder of the embedded store, or `memory`")
      ->capture_default_str();
  app.add_option("--port-file", options.port_file,
                 "file that gets the port once the server listens");
  app.add_option("--message-bytes-max", options.message_bytes_max,
                 "bytes of one message")
      ->check(CLI::Range(size_t{1} << 10, size_t{1} << 30))
      ->capture_default_str();
  app.add_option("--batch-items-max", options.batch_items_max,
                 "requests of one batch")
      ->check(CLI::Range(size_t{1}, size_t{100'000}))
      ->capture_default_str();
  app.add_option("--store-queue-records-max", options.store_queue_records_max,
                 "records that wait for the disk")
      ->check(CLI::Range(size_t{1}, size_t{10'000'000}))
      ->capture_default_str();
  app.add_option("--store-queue-bytes-max", options.store_queue_bytes_max,
                 "bytes of the records that wait for the disk")
      ->check(CLI::Range(size_t{64} << 10, size_t{64} << 30))
      ->capture_default_str();
  app.add_option("--drain-timeout-ms", drain_timeout_ms,
                 "how long a stop waits for calls in flight; clients that "
                 "stay connected without calls can hold it up for about 5 "
                 "seconds more")
      ->check(CLI::Range(int64_t{0}, int64_t{3'600'000}))
      ->capture_default_str();
}

}  // namespace

std::variant<Options, ExitCode> ParseOptions(int argc,
                                             const char* const* argv) {
  CLI::App app("stratagemd: decides for customers over gRPC", "stratagemd");
  app.set_version_flag("--version", kEngineVersion);
  Options options;
  int64_t drain_timeout_ms = absl::ToInt64Milliseconds(options.drain_timeout);
  AddFlags(app, options, drain_timeout_ms);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success)) {
      return ExitCode{app.exit(error)};
    }
    // As `stratagem` says it.
    std::cerr << "error: " << error.what()
              << "\n  hint: see `stratagemd --help`\n";
    return ExitCode{kUsageExitCode};
  }
  options.drain_timeout = absl::Milliseconds(drain_timeout_ms);
  return options;
}

}  // namespace stratagem::server
