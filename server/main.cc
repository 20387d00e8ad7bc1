// stratagemd: reads the configuration, loads packs, opens the store, serves
// until SIGTERM or SIGINT, and reads the configuration again at SIGHUP.

#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "engine/base/diagnostics.h"
#include "engine/base/status_macros.h"
#include "engine/base/versions.h"
#include "server/config/check_config.h"
#include "server/config/command_line.h"
#include "server/config/config_reloader.h"
#include "server/config/configuration.h"
#include "server/config/variables.h"
#include "server/ops/log.h"
#include "server/ops/open_stores.h"
#include "server/ops/store_host.h"
#include "server/options.h"
#include "server/reload/folder_packs.h"
#include "server/reload/pack_registry.h"
#include "server/reload/watched_folder.h"
#include "server/server.h"

namespace stratagem::server {
namespace {

constexpr int kFailed = 1;
constexpr int kUsageFailed = 2;

int Fail(absl::string_view what, const absl::Status& status) {
  Log(LogLevel::kError, what, {{"message", Value::String(status.message())}});
  return kFailed;
}

// Says once what is wrong with packs or the configuration: line by line to a
// person, as an event to a collector.
int Refuse(absl::string_view event, const std::string& text) {
  if (isatty(STDERR_FILENO) == 1) {
    std::fputs(text.c_str(), stderr);
  } else {
    Log(LogLevel::kError, event, {{"message", Value::String(text)}});
  }
  return kFailed;
}

int RefusePacks(const std::string& text) {
  return Refuse("packs_refused", text);
}

// "retail@2026.11.0, telecom@1.2"
std::string PackNames(const decide::Router& router) {
  return absl::StrJoin(router.plans(), ", ",
                       [](std::string* out, const auto& plan) {
                         absl::StrAppend(out, plan->summary().name, "@",
                                         plan->summary().version);
                       });
}

// Appears whole or not at all, so that whoever waits for it reads all of it.
absl::Status WritePortFile(const std::string& path, int port) {
  const std::string draft = path + ".draft";
  std::ofstream(draft) << port << '\n';
  if (std::rename(draft.c_str(), path.c_str()) != 0) {
    return absl::UnavailableError(absl::StrCat("cannot write `", path, "`"));
  }
  return absl::OkStatus();
}

absl::Status WritePortFiles(const Options& options, const Server& server) {
  // Whoever waits for the first may count on the second.
  if (!options.http_port_file.empty() && !options.http_listen.empty()) {
    STRATAGEM_RETURN_IF_ERROR(
        WritePortFile(options.http_port_file, server.http_port()));
  }
  if (options.port_file.empty()) return absl::OkStatus();
  return WritePortFile(options.port_file, server.port());
}

sigset_t SetOf(std::initializer_list<int> signals) {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal_number : signals) sigaddset(&set, signal_number);
  return set;
}

sigset_t StopSignals() { return SetOf({SIGTERM, SIGINT}); }
sigset_t AllSignals() { return SetOf({SIGTERM, SIGINT, SIGHUP}); }

// Blocked in every thread from now on, so that only WaitForStop() sees them.
void BlockSignals() {
  const sigset_t signals = AllSignals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);
  // A file that may not grow is a write that fails, which the store survives.
  signal(SIGXFSZ, SIG_IGN);
}

// Returns the signal that stops the server; SIGHUP until then is a reload.
int WaitForStop(ConfigReloader& reloader) {
  const sigset_t all_signals = AllSignals();
  const sigset_t stop_signals = StopSignals();
  const timespec at_once = {};
  while (true) {
    // However many SIGHUP come, a stop comes first.
    const int stop = sigtimedwait(&stop_signals, nullptr, &at_once);
    if (stop > 0) return stop;
    int signal_number = 0;
    sigwait(&all_signals, &signal_number);
    if (signal_number != SIGHUP) return signal_number;
    reloader.Request();
  }
}

// From now on a signal that stops the server ends the process at once.
void LetStopSignalsEnd() {
  const sigset_t signals = StopSignals();
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
}

// One handle a connection: takes as many as this user may have, since a server
// that ran out of them may not take connections again.
void RaiseHandleLimit() {
  rlimit limit = {};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

void WarnWithoutPacks(const PackRegistry& registry) {
  if (!registry.serving().router()->plans().empty()) return;
  Log(LogLevel::kWarning, "no_packs",
      {{"message", Value::String("no pack serves: calls for decisions fail")},
       {"hint", Value::String("start with --pack or --packs, or publish and "
                              "activate one")}});
}

// Health says NOT_SERVING, then calls are taken no more, then those in flight
// end, then the stores close.
int Stop(Server& server, std::optional<PackWatcher>& watcher,
         std::unique_ptr<ConfigReloader> reloader, StoreHost& host) {
  const Options options = reloader->options();
  server.ReportStopping();
  absl::SleepFor(options.drain_delay);
  server.Stop(options.drain_timeout);
  reloader.reset();
  watcher.reset();
  host.Stop();
  const std::shared_ptr<const OpenStores> stores = host.stores();
  if (stores == nullptr) return Fail("store_closed", host.Closed());
  stores->sequencer->Close();
  stores->log->Close();
  Log(LogLevel::kInfo, "stopped",
      {{"records",
        Value::Int(static_cast<int64_t>(stores->log->stats().records))}});
  return 0;
}

int Serve(const Options& options, ConfigReloader::ReadFunction read) {
  auto packs = LoadPacks(options.packs, options.outcome_window);
  if (auto* errors = std::get_if<PackErrors>(&packs)) {
    return RefusePacks(errors->text);
  }
  absl::StatusOr<std::unique_ptr<StoreHost>> host =
      StoreHost::Open(OpenFrom(options), {});
  if (!host.ok()) return Fail("store_refused", host.status());
  absl::StatusOr<std::unique_ptr<PackRegistry>> registry = PackRegistry::Start(
      {.store_directory = options.store == kMemoryStore ? "" : options.store,
       .outcome_window = options.outcome_window},
      std::get<std::vector<FolderPack>>(std::move(packs)), **host);
  if (!registry.ok()) {
    return RefusePacks(absl::StrCat(registry.status().message(), "\n"));
  }
  std::optional<PackWatcher> watcher;
  if (!options.packs_folder.empty()) {
    watcher.emplace(options.packs_folder, **registry);
  }
  WarnWithoutPacks(**registry);
  absl::StatusOr<std::unique_ptr<Server>> server =
      Server::Start(options, **registry, **host);
  if (!server.ok()) return Fail("listen_failed", server.status());
  auto reloader = std::make_unique<ConfigReloader>(
      std::move(read), options,
      ConfigReloader::Parts{**server, **registry,
                            watcher.has_value() ? &*watcher : nullptr});
  const absl::Status written = WritePortFiles(options, **server);
  if (!written.ok()) return Fail("port_file_failed", written);
  Log(LogLevel::kInfo, "ready",
      {{"listen", Value::String(options.listen)},
       {"port", Value::Int((*server)->port())},
       {"http", Value::String(options.http_listen)},
       {"http_port", Value::Int((*server)->http_port())},
       {"packs", Value::String(PackNames(*(*registry)->serving().router()))},
       {"store", Value::String(options.store)},
       {"node", Value::String((*host)->node_id())}});

  const int signal_number = WaitForStop(*reloader);
  Log(LogLevel::kInfo, "stopping", {{"signal", Value::Int(signal_number)}});
  LetStopSignalsEnd();
  return Stop(**server, watcher, std::move(reloader), **host);
}

// Prints what is wrong with the configuration, or else what is in effect.
int PrintCheck(const Configuration& configuration,
               const Diagnostics& diagnostics) {
  std::string warnings = diagnostics.ToString();
  const std::string faults = CheckConfig(configuration, warnings);
  std::fputs(warnings.c_str(), stderr);
  std::fputs(faults.c_str(), stderr);
  if (!faults.empty()) return kFailed;
  std::fputs(ToYaml(configuration).c_str(), stdout);
  return 0;
}

int RefuseConfiguration(const CommandLine& command_line,
                        const Diagnostics& diagnostics) {
  const std::string text = diagnostics.ToString();
  const bool is_usage = IsUsageAtFault(diagnostics);
  // Flags are written by people, and to be read by them.
  if (is_usage || command_line.command == Command::kCheckConfig) {
    std::fputs(text.c_str(), stderr);
  } else {
    Refuse("config_refused", text);
  }
  return is_usage ? kUsageFailed : kFailed;
}

int Run(std::span<const char* const> arguments) {
  Diagnostics diagnostics;
  const CommandLine command_line = ReadCommandLine(arguments, diagnostics);
  if (command_line.command == Command::kHelp) {
    std::fputs(HelpPage().c_str(), stdout);
    return 0;
  }
  if (command_line.command == Command::kVersion) {
    std::printf("%s\n", kEngineVersion);
    return 0;
  }
  const auto read = [command_line](Diagnostics& found) {
    return ReadConfiguration(command_line, OwnEnvironment(), found);
  };
  const std::optional<Configuration> configuration = read(diagnostics);
  if (diagnostics.has_errors()) {
    return RefuseConfiguration(command_line, diagnostics);
  }
  if (command_line.command == Command::kCheckConfig) {
    return PrintCheck(*configuration, diagnostics);
  }
  SetLogLevel(configuration->options.log_level);
  LogConfigWarnings(diagnostics);
  BlockSignals();
  RaiseHandleLimit();
  CaptureLibraryLogs();
  return Serve(configuration->options, read);
}

}  // namespace
}  // namespace stratagem::server

int main(int argc, char** argv) {
  return stratagem::server::Run(std::span<const char* const>(
      argv + 1, static_cast<size_t>(argc > 0 ? argc - 1 : 0)));
}
