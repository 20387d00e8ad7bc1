// engine/store/projector.h
//
// Projector: derived tables of a log, in a database of their own, filled behind
// the answers on its own thread. What it holds can be deleted at any time and
// comes back from the log. sqlite_store owns one; tools may run others.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_STORE_PROJECTOR_H_
#define STRATAGEM_ENGINE_STORE_PROJECTOR_H_

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "engine/store/checkpointer.h"
#include "engine/store/log_query.h"
#include "engine/store/log_scan.h"
#include "engine/store/store.h"
#include "engine/store/views_reader.h"
#include "engine/store/views_writer.h"

namespace stratagem::store {

struct ProjectorOptions {
  std::string path;    // Of the derived tables.
  ViewsSource source;  // The log as it is now; it may grow.
  // LIMIT: records of one transaction, 1 or more.
  size_t batch_records_max = 512;
  // How long after a failed batch it is tried again: first, and at most.
  absl::Duration retry_first = absl::Milliseconds(100);
  absl::Duration retry_max = absl::Seconds(30);
  std::string vfs = {};  // As SqliteStoreOptions.
};

// Thread safe.
class Projector {
 public:
  // Opens or makes the tables and begins at once to catch up. Damaged ones are
  // made anew; those that cannot be opened are tried again as a batch is that
  // failed. `read` is called on the projector's thread until it is stopped.
  static std::unique_ptr<Projector> Open(const ProjectorOptions& options,
                                         ReadLog read);
  ~Projector();  // Stops.
  Projector(const Projector&) = delete;
  Projector& operator=(const Projector&) = delete;

  // Says that the log has grown. Does not wait.
  void Notify();
  // Ends after the batch under way. Idempotent; Resume() goes on from there.
  void Stop();
  void Resume();
  // Empties the tables and begins again from the log's oldest record. Until it
  // has caught up, queries see less than before. Leaves a stopped one stopped.
  absl::Status Rebuild();

  // Waits until the tables hold record `sequence`. Errors: UNAVAILABLE with
  // the reason, a batch failed while waiting, or the projector is stopped.
  absl::Status AwaitProjected(uint64_t sequence);

  uint64_t projected_sequence() const;
  // Batches that failed. They are tried again at the next Notify(), or after a
  // wait that doubles with each failure in a row.
  uint64_t failures() const;

  // As Store::Counts().
  absl::StatusOr<std::vector<StoreCount>> Counts();
  // As Store::CountsByDay().
  absl::StatusOr<std::vector<DayCount>> CountsByDay(int64_t from,
                                                    int64_t until);
  // As ViewsReader::Find().
  absl::StatusOr<DecisionPage> Find(const DecisionQuery& query,
                                    SequenceRange range, size_t& looks);
  // As Store::Outcomes().
  absl::StatusOr<std::vector<OutcomeRow>> Outcomes(uint64_t decision_sequence);

  // As ViewsWriter::Remove(); waits for the batch under way. Errors:
  // UNAVAILABLE, the tables do not hold the entries.
  absl::Status Remove(std::span<const LogEntry> entries);
  // As ViewsWriter::Forget(); waits for the batch under way.
  absl::Status Forget(const ErasedPerson& person,
                      std::span<const uint64_t> records);

 private:
  Projector(const ProjectorOptions& options, ReadLog read);

  // Damaged ones are made anew.
  absl::Status OpenTables();
  absl::Status OpenWhatIsThere();
  // As OpenTables(), after deleting what is there.
  absl::Status OpenEmptyTables();
  void StopHoldingControl();
  void ResumeHoldingControl();
  void Run();
  // Projects one batch. Returns its size, 0 at the log's end.
  absl::StatusOr<size_t> ProjectBatch();
  // The writer, opened or repaired if need be. Holding `writer_gate_`.
  absl::StatusOr<ViewsWriter*> Writer();
  // Runs `work` between two batches.
  absl::Status BetweenBatches(
      const std::function<absl::Status(ViewsWriter&)>& work);
  // What callers are told of an error of the tables.
  absl::Status MakeAnewIfDamaged(absl::Status status);
  // Runs `ask` with the reader, or says why there is none. Errors: UNAVAILABLE
  // instead of DATA_LOSS, the tables are made anew.
  template <typename Answer, typename Ask>
  absl::StatusOr<Answer> Query(Ask ask);

  const ProjectorOptions options_;
  const ReadLog read_;
  std::mutex control_mutex_;  // Held by Stop(), Resume() and Rebuild().
  WriteGate writer_gate_;     // Guards the next two; locked for a batch.
  // Null while the tables cannot be opened.
  std::unique_ptr<ViewsWriter> writer_;
  ViewsSource source_;
  std::mutex query_mutex_;
  // Guarded by `query_mutex_`; null when `writer_` is.
  std::unique_ptr<ViewsReader> reader_;

  mutable std::mutex mutex_;  // Guards all below but the thread.
  std::condition_variable wakes_;
  std::condition_variable progressed_;
  bool running_ = false;
  bool stopping_ = false;
  bool notified_ = true;  // There may be more in the log.
  bool damaged_ = false;  // A reader has found it so.
  uint64_t projected_ = 0;
  uint64_t failures_ = 0;
  absl::Status failure_;  // Of the batch that failed last.

  std::thread thread_;
};

}  // namespace stratagem::store

#endif  // STRATAGEM_ENGINE_STORE_PROJECTOR_H_
