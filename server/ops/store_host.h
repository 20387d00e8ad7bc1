// server/ops/store_host.h
//
// StoreHost: the stores of one folder, opened together, and what opens them
// anew after a write has failed. Handlers take what is open now for one call;
// main opens one and Server watches it.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_OPS_STORE_HOST_H_
#define STRATAGEM_SERVER_OPS_STORE_HOST_H_

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "engine/store/profile_store.h"
#include "engine/store/retention.h"
#include "engine/store/sequencer.h"
#include "engine/store/store.h"

namespace stratagem::server {

// What is opened, and closed, together. None is null but, in tests,
// `retention`.
struct OpenStores {
  std::unique_ptr<store::Store> log;
  std::unique_ptr<store::Sequencer> sequencer;  // Puts records into `log`.
  std::unique_ptr<store::ProfileStore> profiles;
  std::unique_ptr<store::Retention> retention;
};

// Opens all of it. `node_id` names the log that must be there; "": any, and a
// new one where there is none.
using OpenFunction =
    std::function<absl::StatusOr<OpenStores>(const std::string& node_id)>;

struct StoreHostOptions {
  // How often it looks whether a write has failed.
  absl::Duration look_every = absl::Milliseconds(50);
  // How long it waits before it opens stores for the second time; then twice
  // as long each time, up to the other.
  absl::Duration retry_first = absl::Milliseconds(100);
  absl::Duration retry_max = absl::Seconds(30);
};

// After a write has failed, in whatever store, nothing is known of the disk. So
// all are closed, when the last call has let go of them, and opened anew until
// that succeeds: the same log, in a new epoch, with no acknowledged record
// missing. Meanwhile stores() is null.
// Thread safe.
class StoreHost {
 public:
  // Errors: of `open`.
  static absl::StatusOr<std::unique_ptr<StoreHost>> Open(
      OpenFunction open, const StoreHostOptions& options);
  // Requires: what stores() returned has been let go.
  ~StoreHost();
  StoreHost(const StoreHost&) = delete;
  StoreHost& operator=(const StoreHost&) = delete;

  // What is open now; null while it is not. Hold it for one call: stores are
  // not opened anew before all have let go. May be let go on a thread of the
  // stores themselves. Time: one atomic reference, on the request path.
  std::shared_ptr<const OpenStores> stores() const { return current_.load(); }

  // Why stores() is null, as calls are told: UNAVAILABLE.
  absl::Status Closed() const;

  // Of the log, however often it is opened.
  const std::string& node_id() const { return node_id_; }
  uint64_t reopenings() const { return reopenings_; }
  // Records that were acknowledged and were not in the log when it was opened
  // anew, at worst: then calls are refused until they are, or the server is
  // started anew.
  uint64_t records_dropped() const { return records_dropped_; }

  // Calls `watcher` now and at each change with whether stores are open, on a
  // thread of the host; no more once it is replaced. Null: nobody watches.
  void Watch(std::function<void(bool open)> watcher);

  // Opens nothing anew from now on. Idempotent.
  void Stop();

 private:
  StoreHost(OpenFunction open, const StoreHostOptions& options,
            OpenStores stores);

  std::shared_ptr<const OpenStores> Share(OpenStores stores);
  void Run();
  // Why the open stores take no more writes; "": they do.
  std::string Failure() const;
  void Reopen(const std::string& failure);
  // Waits for the last to let go and ends the stores. Returns the last record
  // that was acknowledged; nothing, it is stopping.
  std::optional<uint64_t> End(std::unique_lock<std::mutex>& lock);
  absl::StatusOr<OpenStores> TryOpen(uint64_t acknowledged);
  // False: it is stopping.
  bool Sleep(std::unique_lock<std::mutex>& lock, absl::Duration duration);
  void Tell(bool open);

  const OpenFunction open_;
  const StoreHostOptions options_;
  const std::string node_id_;
  std::atomic<uint64_t> reopenings_ = 0;
  std::atomic<uint64_t> records_dropped_ = 0;

  std::mutex watch_mutex_;  // Held while the watcher runs.
  std::function<void(bool open)> watcher_;

  mutable std::mutex mutex_;  // Guards what follows.
  std::condition_variable wakes_;
  bool stopping_ = false;
  std::string failure_;  // Why nothing is open.
  // Let go by all. Ended by a thread of the host: whoever lets go last may be
  // one of theirs, which they wait for.
  std::unique_ptr<const OpenStores> let_go_;

  std::atomic<std::shared_ptr<const OpenStores>> current_;
  std::thread thread_;
};

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_OPS_STORE_HOST_H_
