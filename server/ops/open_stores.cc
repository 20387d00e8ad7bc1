#include "server/ops/open_stores.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "absl/time/clock.h"
#include "engine/base/duration_text.h"
#include "engine/base/status_macros.h"
#include "engine/store/memory_profile_store.h"
#include "engine/store/memory_store.h"
#include "engine/store/sqlite_profile_store.h"
#include "engine/store/sqlite_store.h"
#include "server/ops/log.h"

namespace stratagem::server {
namespace {

absl::StatusOr<std::unique_ptr<store::Store>> OpenLog(
    const Options& options, const std::string& node_id) {
  const store::QueueOptions queue = {
      .records_max = options.store_queue_records_max,
      .bytes_max = options.store_queue_bytes_max};
  if (options.store == kMemoryStore) {
    return store::NewMemoryStore({.queue = queue});
  }
  store::SqliteStoreOptions sqlite;
  sqlite.directory = options.store;
  sqlite.queue = queue;
  sqlite.node_id = node_id;
  return store::OpenSqliteStore(sqlite);
}

// Beside the log, whose lock holds for it.
absl::StatusOr<std::unique_ptr<store::ProfileStore>> OpenProfiles(
    const Options& options, const std::string& node_id) {
  if (options.store == kMemoryStore) return store::NewMemoryProfileStore();
  store::SqliteProfileStoreOptions sqlite;
  sqlite.directory = options.store;
  sqlite.must_exist = !node_id.empty();
  return store::OpenSqliteProfileStore(sqlite);
}

// Repeated calls and outcomes read the decision that they are about.
absl::Duration RetainAtLeast(const Options& options) {
  return std::max(options.request_window, options.outcome_window);
}

store::RetentionOptions RetentionOf(const Options& options,
                                    store::Sequencer& sequencer) {
  store::RetentionOptions retention;
  retention.retain_for = options.retain_for;
  retention.retain_bytes = options.retain_bytes;
  retention.retain_at_least = RetainAtLeast(options);
  retention.now = [] { return absl::Now(); };
  // A start folds what came after a snapshot, the older one if it must; a log
  // in memory has none and is never opened again.
  if (options.store != kMemoryStore) {
    retention.removable_through = [&sequencer] {
      return sequencer.stats().older_snapshot_sequence;
    };
  }
  return retention;
}

absl::StatusOr<OpenStores> Open(const Options& options,
                                const std::string& node_id) {
  OpenStores stores;
  STRATAGEM_ASSIGN_OR_RETURN(stores.log, OpenLog(options, node_id));
  const std::string snapshots =
      options.store == kMemoryStore ? "" : options.store;
  STRATAGEM_ASSIGN_OR_RETURN(
      stores.sequencer,
      store::Sequencer::Open(*stores.log,
                             {.snapshot_directory = snapshots,
                              .request_window = options.request_window,
                              .requests_max = options.requests_max}));
  STRATAGEM_ASSIGN_OR_RETURN(stores.profiles, OpenProfiles(options, node_id));
  stores.retention = std::make_unique<store::Retention>(
      *stores.log, RetentionOf(options, *stores.sequencer));
  return stores;
}

}  // namespace

OpenFunction OpenFrom(const Options& options) {
  const absl::Duration least = RetainAtLeast(options);
  if (options.retain_for < least) {
    Log(LogLevel::kWarning, "retained_longer",
        {{"retain_for", Value::String(DurationText(options.retain_for))},
         {"effectively", Value::String(DurationText(least))},
         {"because", Value::String("outcomes and repeated calls may come back "
                                   "to decisions for so long: see "
                                   "--outcome-window and --request-window")}});
  }
  return
      [options](const std::string& node_id) { return Open(options, node_id); };
}

}  // namespace stratagem::server
