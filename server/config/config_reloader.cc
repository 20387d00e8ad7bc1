#include "server/config/config_reloader.h"

#include <chrono>
#include <utility>

#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "server/config/option_list.h"
#include "server/ops/config_reloads.h"
#include "server/ops/log.h"
#include "server/reload/take_over_folder.h"

namespace stratagem::server {
namespace {

// How often packs are tried that the store could not take.
constexpr std::chrono::seconds kRetryEvery(1);

void CopyValue(const OptionSpec& spec, const Options& from, Options& to) {
  if (spec.type.is_list()) spec.type.clear(to);
  for (const std::string& value : spec.type.write(from)) {
    spec.type.read(value, to);
  }
}

}  // namespace

ConfigReloader::ConfigReloader(ReadFunction read, Options running, Parts parts)
    : read_(std::move(read)),
      parts_(parts),
      running_(std::move(running)),
      thread_([this] { Run(); }) {}

ConfigReloader::~ConfigReloader() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    ending_ = true;
    wakes_.notify_one();
  }
  thread_.join();
}

void ConfigReloader::Request() {
  const std::lock_guard<std::mutex> lock(mutex_);
  requested_ = true;
  wakes_.notify_one();
}

Options ConfigReloader::options() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return running_;
}

void ConfigReloader::Run() {
  std::unique_lock<std::mutex> lock(mutex_);
  const auto is_wanted = [this] { return ending_ || requested_; };
  while (true) {
    if (packs_left_.empty()) {
      wakes_.wait(lock, is_wanted);
    } else {
      wakes_.wait_for(lock, kRetryEvery, is_wanted);
    }
    if (ending_) return;
    const bool reads_again = std::exchange(requested_, false);
    lock.unlock();
    if (reads_again) {
      Reload();
    } else {
      TakePacks();
    }
    lock.lock();
  }
}

void ConfigReloader::Reload() {
  Diagnostics diagnostics;
  const std::optional<Configuration> wanted = read_(diagnostics);
  if (!wanted.has_value()) {
    Log(LogLevel::kError, "config_refused",
        {{"message", Value::String(diagnostics.ToString())},
         {"hint", Value::String("nothing has changed; mend it and send SIGHUP "
                                "again")}});
    return End(/*succeeded=*/false);
  }
  LogConfigWarnings(diagnostics);
  TakeSettings(wanted->options);
  if (parts_.watcher != nullptr) parts_.watcher->LookNow();
  packs_left_ = wanted->options.packs;
  packs_refused_ = 0;
  TakePacks();
  if (packs_left_.empty()) return;
  Log(LogLevel::kWarning, "config_waits",
      {{"packs", Value::String(absl::StrJoin(packs_left_, ", "))},
       {"message", Value::String("the store takes no writes now; these packs "
                                 "are tried again every second")}});
}

void ConfigReloader::TakeSettings(const Options& wanted) {
  std::vector<std::string> taken;
  std::vector<std::string> need_restart;
  Options running = options();
  for (const std::string& key : ChangedKeys(running, wanted)) {
    const OptionSpec& spec = *FindOption(key);
    if (spec.reloads) CopyValue(spec, wanted, running);
    (spec.reloads ? taken : need_restart).push_back(key);
  }
  SetLogLevel(running.log_level);
  parts_.server.AllowUnlogged(running.unlogged_quotes);
  changed_ = absl::StrJoin(taken, ", ");
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    running_ = std::move(running);
  }
  if (need_restart.empty()) return;
  Log(LogLevel::kWarning, "config_needs_restart",
      {{"options", Value::String(absl::StrJoin(need_restart, ", "))},
       {"message", Value::String("these options have changed and stay as they "
                                 "were until the next start")}});
}

void ConfigReloader::TakePacks() {
  std::vector<std::string> later;
  for (std::string& folder : packs_left_) {
    switch (TakeOverFolder(folder, parts_.packs)) {
      case TakenOver::kYes:
        break;
      case TakenOver::kRefused:
        ++packs_refused_;
        break;
      case TakenOver::kNotYet:
        later.push_back(std::move(folder));
        break;
    }
  }
  packs_left_ = std::move(later);
  if (!packs_left_.empty()) return;
  Log(LogLevel::kInfo, "config_reloaded",
      {{"changed", Value::String(changed_)},
       {"packs_refused", Value::Int(static_cast<int64_t>(packs_refused_))}});
  End(/*succeeded=*/packs_refused_ == 0);
}

void ConfigReloader::End(bool succeeded) {
  ConfigReloads& reloads = parts_.server.config_reloads();
  ++(succeeded ? reloads.succeeded : reloads.failed);
  reloads.last_ok = succeeded;
  if (succeeded) reloads.last_at_unix_ns = absl::ToUnixNanos(absl::Now());
}

void LogConfigWarnings(const Diagnostics& diagnostics) {
  for (const Diagnostic& diagnostic : diagnostics.Sorted()) {
    Log(LogLevel::kWarning, "config_warning",
        {{"message", Value::String(ToString(diagnostic))}});
  }
}

}  // namespace stratagem::server
