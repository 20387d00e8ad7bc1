#include "server/options.h"

#include <cstdint>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "engine/base/duration_text.h"
#include "engine/base/limits.h"
#include "engine/base/suggestion.h"
#include "engine/base/versions.h"

namespace stratagem::server {
namespace {

constexpr int kUsageExitCode = 2;
constexpr uint32_t kPortMax = 65'535;
constexpr absl::Duration kRetainForMin = absl::Hours(24);
constexpr uint64_t kRetainBytesMin = 1'000'000;
constexpr uint64_t kRetainBytesMax = uint64_t{1} << 60;

// Says which numbers of `unit` a flag takes: "bytes", "requests".
template <typename Number>
CLI::Validator NumberFrom(Number min, Number max, absl::string_view unit) {
  return CLI::Validator(
      [=, unit = std::string(unit)](const std::string& text) -> std::string {
        Number number = 0;
        if (absl::SimpleAtoi(text, &number) && number >= min && number <= max) {
          return "";
        }
        return absl::StrCat("`", text, "` is not a number of ", unit, " from ",
                            min, " to ", max);
      },
      "");
}

// Turns "50GB" into bytes, or says what is wrong with it.
CLI::Validator SizeFrom(uint64_t min, uint64_t max) {
  return CLI::Validator(
      [=](std::string& text) -> std::string {
        const std::string found = text;
        uint64_t bytes = 0;
        std::string fault;
        try {
          fault = CLI::AsSizeValue(/*kb_is_1000=*/true)(text);
        } catch (const CLI::ParseError& error) {
          fault = error.what();
        }
        if (fault.empty() && absl::SimpleAtoi(text, &bytes) && bytes >= min &&
            bytes <= max) {
          return "";
        }
        return absl::StrCat("`", found,
                            "` is not a size from 1MB to 1EiB, such as 500MiB "
                            "or 50GB");
      },
      "");
}

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

// As CheckListen(); nothing is no address.
std::string CheckHttp(const std::string& listen) {
  return listen.empty() ? "" : CheckListen(listen);
}

// As CheckListen(). An origin is a scheme, a host and perhaps a port (RFC
// 6454).
std::string CheckOrigin(const std::string& origin) {
  const size_t scheme_end = origin.find("://");
  const absl::string_view rest =
      scheme_end == origin.npos
          ? ""
          : absl::string_view(origin).substr(scheme_end + 3);
  if (origin == "*" || (scheme_end != 0 && !rest.empty() &&
                        rest.find_first_of("/?#@* ") == rest.npos)) {
    return "";
  }
  return absl::StrCat("`", origin,
                      "` is neither an origin, such as "
                      "https://desk.example.com, nor `*`");
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

void AddHttpFlags(CLI::App& app, Options& options) {
  app.add_option("--http", options.http_listen,
                 "address and port for HTTP; port 0 takes a free one, an empty "
                 "text switches HTTP off")
      ->check(CheckHttp)
      ->type_name("ADDR")
      ->capture_default_str();
  app.add_option("--http-port-file", options.http_port_file,
                 "file that gets the port for HTTP once the server listens")
      ->type_name("FILE");
  app.add_option("--http-body-bytes-max", options.http_body_bytes_max,
                 "bytes of the body of one request over HTTP")
      ->check(NumberFrom(size_t{1} << 10, size_t{1} << 30, "bytes"))
      ->type_name("N")
      ->capture_default_str();
  app.add_option("--cors-origin", options.cors_origins,
                 "origin whose pages may call over HTTP, or `*`; repeat for "
                 "more")
      ->check(CheckOrigin)
      ->type_name("ORIGIN");
}

void AddFlags(CLI::App& app, Options& options, int64_t& drain_timeout_ms) {
  app.add_option("--listen", options.listen,
                 "address and port for gRPC; port 0 takes a free one")
      ->check(CheckListen)
      ->type_name("ADDR")
      ->capture_default_str();
  AddHttpFlags(app, options);
  app.add_option("--pack", options.packs,
                 "folder of a pack; repeat for more, the newest last")
      ->type_name("DIR");
  app.add_option("--packs", options.packs_folder,
                 "folder to watch: each folder in it with a pack.yaml is a "
                 "pack, and serves as it appears or changes")
      ->check(CLI::ExistingDirectory)
      ->type_name("DIR");
  app.add_option("--store", options.store,
                 "folder of the embedded store, or `memory`")
      ->type_name("DIR")
      ->capture_default_str();
  app.add_option("--port-file", options.port_file,
                 "file that gets the port once the server listens")
      ->type_name("FILE");
  app.add_option("--message-bytes-max", options.message_bytes_max,
                 "bytes of one message")
      ->check(NumberFrom(size_t{1} << 10, size_t{1} << 30, "bytes"))
      ->type_name("N")
      ->capture_default_str();
  app.add_option("--batch-items-max", options.batch_items_max,
                 "requests of one batch")
      ->check(NumberFrom(size_t{1}, size_t{100'000}, "requests"))
      ->type_name("N")
      ->capture_default_str();
  app.add_option("--store-queue-records-max", options.store_queue_records_max,
                 "records that wait for the disk")
      ->check(NumberFrom(size_t{1}, size_t{10'000'000}, "records"))
      ->type_name("N")
      ->capture_default_str();
  app.add_option("--store-queue-bytes-max", options.store_queue_bytes_max,
                 "bytes of the records that wait for the disk")
      ->check(NumberFrom(size_t{64} << 10, size_t{64} << 30, "bytes"))
      ->type_name("N")
      ->capture_default_str();
  AddDurationFlag(app, "--request-window", absl::ZeroDuration(),
                  absl::Hours(24),
                  "how long a request id gets its first answer again; 0 for "
                  "not at all",
                  options.request_window);
  app.add_option("--requests-max", options.requests_max,
                 "request ids that are remembered, about 120 bytes each; more "
                 "in one --request-window, and the oldest are forgotten early")
      ->check(NumberFrom(size_t{1}, size_t{100'000'000}, "request ids"))
      ->type_name("N")
      ->capture_default_str();
  AddDurationFlag(app, "--outcome-window", absl::Minutes(1),
                  absl::Hours(24 * kCapDaysMax),
                  "how long after its decision an outcome still changes "
                  "something; no pack may reserve for longer",
                  options.outcome_window);
  app.add_option_function<std::string>(
         "--pii",
         [&options](const std::string& text) {
           options.pii = text == "shown" ? Pii::kShown : Pii::kMasked;
         },
         "what answers from the log show of inputs that packs declare "
         "personal: masked or shown")
      ->check([](const std::string& text) -> std::string {
        if (text == "masked" || text == "shown") return "";
        return absl::StrCat("`", text, "` is neither masked nor shown");
      })
      ->type_name("WHAT")
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
      ->transform(SizeFrom(kRetainBytesMin, kRetainBytesMax))
      ->type_name("BYTES");
  app.add_option("--drain-timeout-ms", drain_timeout_ms,
                 "how long a stop waits for calls in flight; clients that "
                 "stay connected without calls can hold it up for about 5 "
                 "seconds more")
      ->check(NumberFrom(int64_t{0}, int64_t{3'600'000}, "milliseconds"))
      ->type_name("N")
      ->capture_default_str();
}

// What nobody understood goes first: CLI11 would rather say what else is
// missing.
void ReportExtra(const CLI::App& app, const std::string& extra) {
  const std::string flag = extra.substr(0, extra.find('='));
  const bool is_flag = absl::StartsWith(flag, "-");
  std::vector<std::string> known;
  for (const CLI::Option* option : app.get_options()) {
    if (!option->get_lnames().empty()) known.push_back(option->get_name());
  }
  const std::string nearest = is_flag ? Nearest(flag, known) : "";
  std::cerr << "error: `stratagemd` "
            << (is_flag ? "has no flag" : "takes no argument") << " `" << flag
            << "`\n  hint: "
            << (nearest.empty() ? "see `stratagemd --help`"
                                : absl::StrCat("did you mean `", nearest, "`?"))
            << "\n";
}

// In the words of `stratagem`; CLI11 puts the flag before what it says.
std::string Reworded(const CLI::ParseError& error) {
  const std::string said = error.what();
  const size_t colon = said.find(": ");
  if (colon == said.npos) return said;
  const std::string flag = absl::StrCat("`", said.substr(0, colon), "`");
  if (error.get_name() != "ArgumentMismatch") {
    return absl::StrCat(flag, said.substr(colon));
  }
  return absl::StrCat(flag, absl::StrContains(said, "missing")
                                ? " needs a value"
                                : " stands there more than once");
}

void ReportUsage(const CLI::App& app, const CLI::ParseError& error) {
  const std::vector<std::string> extras = app.remaining();
  // Of a flag and its value CLI11 may name the value first.
  const auto flag = absl::c_find_if(extras, [](const std::string& extra) {
    return absl::StartsWith(extra, "-");
  });
  if (flag != extras.end()) {
    ReportExtra(app, *flag);
  } else if (!extras.empty()) {
    ReportExtra(app, extras.front());
  } else {
    std::cerr << "error: " << Reworded(error)
              << "\n  hint: see `stratagemd --help`\n";
  }
}

}  // namespace

std::variant<Options, ExitCode> ParseOptions(int argc,
                                             const char* const* argv) {
  CLI::App app("stratagemd: decides for customers over gRPC and HTTP",
               "stratagemd");
  app.set_help_flag("-h,--help", "print this page");
  app.set_version_flag("--version", kEngineVersion, "print the version");
  Options options;
  int64_t drain_timeout_ms = absl::ToInt64Milliseconds(options.drain_timeout);
  AddFlags(app, options, drain_timeout_ms);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success)) {
      return ExitCode{app.exit(error)};
    }
    ReportUsage(app, error);
    return ExitCode{kUsageExitCode};
  }
  options.drain_timeout = absl::Milliseconds(drain_timeout_ms);
  return options;
}

}  // namespace stratagem::server
