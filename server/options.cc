#include "server/options.h"

#include <cstdint>
#include <iostream>
#include <optional>

#include "CLI/CLI.hpp"
#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "engine/base/duration_text.h"
#include "engine/base/versions.h"

namespace stratagem::server {
namespace {

constexpr int kUsageExitCode = 2;
constexpr uint32_t kPortMax = 65'535;
constexpr absl::Duration kRetainForMin = absl::Hours(24);
constexpr uint64_t kRetainBytesMin = 1'000'000;
constexpr uint64_t kRetainBytesMax = uint64_t{1} << 60;

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

// Reads a flag such as 10m or 30d into `duration`.
void AddDurationFlag(CLI::App& app, const std::string& flag,
                     absl::Duration duration_min, absl::Duration duration_max,
                     const std::string& description, absl::Duration& duration) {
  app.add_option_function<std::string>(
         flag,
         [&duration](const std::string& text) {
           duration = *ParseDuration(text);
         },
         description)
      ->check([=](const std::string& text) -> std::string {
        const std::optional<absl::Duration> read = ParseDuration(text);
        if (read && *read >= duration_min && *read <= duration_max) return "";
        return absl::StrCat(
            "`", text, "` is not a duration from ", DurationText(duration_min),
            " to ", DurationText(duration_max), ", such as 45s, 10m or 30d");
      })
      ->default_str(DurationText(duration))
      ->type_name("DURATION");
}

// As CheckListen().
std::string CheckRetainFor(const std::string& text) {
  const std::optional<absl::Duration> read = ParseDuration(text);
  if (read && *read >= kRetainForMin) return "";
  return absl::StrCat("`", text, "` is not a duration from ",
                      DurationText(kRetainForMin), " on, such as 400d");
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
  AddDurationFlag(app, "--request-window", absl::ZeroDuration(),
                  absl::Hours(24),
                  "how long a request id gets its first answer again; 0 for "
                  "not at all",
                  options.request_window);
  AddDurationFlag(app, "--outcome-window", absl::Minutes(1),
                  absl::Hours(24 * 366),
                  "how long after its decision an outcome still changes "
                  "something",
                  options.outcome_window);
  app.add_option_function<std::string>(
         "--pii",
         [&options](const std::string& text) {
           options.pii = text == "shown" ? Pii::kShown : Pii::kMasked;
         },
         "what answers from the log show of inputs that packs declare "
         "personal: masked or shown")
      ->check(CLI::IsMember({"masked", "shown"}))
      ->default_str("masked");
  app.add_option_function<std::string>(
         "--retain-for",
         [&options](const std::string& text) {
           options.retain_for = *ParseDuration(text);
         },
         "remove records of the log that are older, such as 400d; without, "
         "none is for its age")
      ->check(CheckRetainFor)
      ->type_name("DURATION");
  app.add_option("--retain-bytes", options.retain_bytes,
                 "remove the oldest records while the log takes more, such as "
                 "50GB; without, none is for its size")
      ->transform(CLI::AsSizeValue(true))
      ->check(CLI::Range(kRetainBytesMin, kRetainBytesMax))
      ->type_name("BYTES");
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
