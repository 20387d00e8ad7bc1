// stratagemd: loads packs, opens the store, serves until SIGTERM or SIGINT.

#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/base/status_macros.h"
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

int Fail(absl::string_view what, const absl::Status& status) {
  Log(LogLevel::kError, what, {{"message", Value::String(status.message())}});
  return kFailed;
}

// Says once what is wrong with packs: line by line to a person, as an event to
// a collector.
int RefusePacks(const std::string& text) {
  if (isatty(STDERR_FILENO) == 1) {
    std::fputs(text.c_str(), stderr);
  } else {
    Log(LogLevel::kError, "packs_refused", {{"message", Value::String(text)}});
  }
  return kFailed;
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

// The signals that stop the server, blocked in every thread from now on, so
// that only WaitForStop() sees them.
sigset_t BlockStopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);
  // A file that may not grow is a write that fails, which the store survives.
  signal(SIGXFSZ, SIG_IGN);
  return signals;
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

int Serve(const Options& options, const sigset_t& stop_signals) {
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

  int signal_number = 0;
  sigwait(&stop_signals, &signal_number);
  Log(LogLevel::kInfo, "stopping", {{"signal", Value::Int(signal_number)}});
  (*server)->Stop(options.drain_timeout);
  watcher.reset();
  (*host)->Stop();
  const std::shared_ptr<const OpenStores> stores = (*host)->stores();
  if (stores == nullptr) return Fail("store_closed", (*host)->Closed());
  stores->sequencer->Close();
  stores->log->Close();
  Log(LogLevel::kInfo, "stopped",
      {{"records",
        Value::Int(static_cast<int64_t>(stores->log->stats().records))}});
  return 0;
}

}  // namespace
}  // namespace stratagem::server

int main(int argc, char** argv) {
  using namespace stratagem::server;
  const auto options = ParseOptions(argc, argv);
  if (const auto* exit_code = std::get_if<ExitCode>(&options)) {
    return exit_code->value;
  }
  const sigset_t stop_signals = BlockStopSignals();
  RaiseHandleLimit();
  CaptureLibraryLogs();
  return Serve(std::get<Options>(options), stop_signals);
}
