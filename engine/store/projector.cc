#include "engine/store/projector.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/base/status_macros.h"
#include "engine/store/views_writer.h"

namespace stratagem::store {

std::unique_ptr<Projector> Projector::Open(const ProjectorOptions& options,
                                           ReadLog read) {
  std::unique_ptr<Projector> projector(new Projector(options, std::move(read)));
  const absl::Status opened =
      projector->BetweenBatches([](ViewsWriter&) { return absl::OkStatus(); });
  if (!opened.ok()) {
    // Before there is a thread.
    projector->failure_ = opened;
    projector->failures_ = 1;
  }
  projector->Resume();
  return projector;
}

Projector::Projector(const ProjectorOptions& options, ReadLog read)
    : options_(options), read_(std::move(read)), source_(options.source) {}

Projector::~Projector() { Stop(); }

absl::Status Projector::OpenTables() {
  const absl::Status status = OpenWhatIsThere();
  return absl::IsDataLoss(status) ? OpenEmptyTables() : status;
}

absl::Status Projector::OpenWhatIsThere() {
  STRATAGEM_ASSIGN_OR_RETURN(
      std::unique_ptr<ViewsWriter> writer,
      ViewsWriter::Open(options_.path, source_, options_.vfs));
  STRATAGEM_ASSIGN_OR_RETURN(std::unique_ptr<ViewsReader> reader,
                             ViewsReader::Open(options_.path, options_.vfs));
  writer_ = std::move(writer);
  std::lock_guard lock(query_mutex_);
  reader_ = std::move(reader);
  return absl::OkStatus();
}

absl::Status Projector::OpenEmptyTables() {
  writer_ = nullptr;
  {
    std::lock_guard lock(query_mutex_);
    reader_ = nullptr;
  }
  {
    // Before the next reader: what is not projected is looked up in the log.
    std::lock_guard lock(mutex_);
    projected_ = source_.first_sequence - 1;
  }
  for (const char* suffix : {"", "-wal", "-shm"}) {
    std::error_code error;
    std::filesystem::remove(options_.path + suffix, error);
    if (error) {
      return absl::UnavailableError(absl::StrCat(
          "`", options_.path, suffix, "`: cannot delete: ", error.message(),
          "; delete it by hand"));
    }
  }
  return OpenWhatIsThere();
}

void Projector::Notify() {
  std::lock_guard lock(mutex_);
  notified_ = true;
  wakes_.notify_one();
}

void Projector::Stop() {
  std::lock_guard control(control_mutex_);
  StopHoldingControl();
}

void Projector::Resume() {
  std::lock_guard control(control_mutex_);
  ResumeHoldingControl();
}

absl::Status Projector::Rebuild() {
  std::lock_guard control(control_mutex_);
  const bool was_running = thread_.joinable();
  StopHoldingControl();
  absl::Status status = BetweenBatches([this](ViewsWriter& writer) {
    absl::Status cleared = writer.Clear(source_.first_sequence);
    return absl::IsDataLoss(cleared) ? OpenEmptyTables() : cleared;
  });
  if (was_running) ResumeHoldingControl();
  return status;
}

void Projector::StopHoldingControl() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
    wakes_.notify_one();
  }
  if (thread_.joinable()) thread_.join();
}

void Projector::ResumeHoldingControl() {
  if (thread_.joinable()) return;
  std::lock_guard lock(mutex_);
  stopping_ = false;
  running_ = true;
  notified_ = true;
  thread_ = std::thread([this] { Run(); });
}

void Projector::Run() {
  std::unique_lock lock(mutex_);
  // Zero: the last batch did not fail.
  absl::Duration retry_in = absl::ZeroDuration();
  while (true) {
    const auto is_woken = [this] { return stopping_ || notified_; };
    if (retry_in == absl::ZeroDuration()) {
      wakes_.wait(lock, is_woken);
    } else {
      wakes_.wait_for(lock, absl::ToChronoNanoseconds(retry_in), is_woken);
    }
    if (stopping_) break;
    notified_ = false;
    lock.unlock();
    absl::StatusOr<size_t> projected = ProjectBatch();
    lock.lock();
    if (!projected.ok()) {
      ++failures_;
      failure_ = projected.status();
      retry_in =
          std::clamp(2 * retry_in, options_.retry_first, options_.retry_max);
    } else {
      retry_in = absl::ZeroDuration();
      notified_ |= *projected > 0;
    }
    progressed_.notify_all();
  }
  running_ = false;
  progressed_.notify_all();
}

absl::StatusOr<ViewsWriter*> Projector::Writer() {
  bool damaged = false;
  {
    std::lock_guard lock(mutex_);
    damaged = damaged_;
  }
  if (damaged) {
    STRATAGEM_RETURN_IF_ERROR(OpenEmptyTables());
    // Not before: readers of the old ones may have said so again meanwhile.
    std::lock_guard lock(mutex_);
    damaged_ = false;
  } else if (writer_ == nullptr) {
    STRATAGEM_RETURN_IF_ERROR(OpenTables());
  }
  return writer_.get();
}

absl::StatusOr<size_t> Projector::ProjectBatch() {
  size_t records = 0;
  STRATAGEM_RETURN_IF_ERROR(
      BetweenBatches([&](ViewsWriter& writer) -> absl::Status {
        STRATAGEM_ASSIGN_OR_RETURN(
            const std::vector<LogEntry> entries,
            read_(writer.projected_sequence(), options_.batch_records_max));
        records = entries.size();
        if (entries.empty()) return absl::OkStatus();
        absl::Status status = writer.Write(entries);
        // Damaged tables hold nothing that the log does not.
        return absl::IsDataLoss(status) ? OpenEmptyTables() : status;
      }));
  return records;
}

absl::Status Projector::BetweenBatches(
    const std::function<absl::Status(ViewsWriter&)>& work) {
  std::lock_guard gate(writer_gate_);
  absl::StatusOr<ViewsWriter*> writer = Writer();
  absl::Status status = writer.ok() ? work(**writer) : writer.status();
  std::lock_guard lock(mutex_);
  if (writer_ == nullptr) {
    projected_ = source_.first_sequence - 1;
  } else {
    projected_ = writer_->projected_sequence();
    source_.first_sequence = writer_->first_sequence();
  }
  return status;
}

absl::Status Projector::Remove(std::span<const LogEntry> entries) {
  return MakeAnewIfDamaged(
      BetweenBatches([&](ViewsWriter& writer) -> absl::Status {
        if (writer.projected_sequence() < entries.back().position.sequence) {
          return absl::UnavailableError(absl::StrCat(
              "`", options_.path,
              "`: derived tables were made anew meanwhile; try again later"));
        }
        return writer.Remove(entries);
      }));
}

absl::Status Projector::Forget(const ErasedPerson& person,
                               std::span<const uint64_t> records) {
  return MakeAnewIfDamaged(BetweenBatches([&](ViewsWriter& writer) {
    // Readers would keep its bytes in the write-ahead log.
    std::lock_guard lock(query_mutex_);
    return writer.Forget(person, records);
  }));
}

// Damaged tables hold nothing that the log does not.
absl::Status Projector::MakeAnewIfDamaged(absl::Status status) {
  if (!absl::IsDataLoss(status)) return status;
  std::lock_guard lock(mutex_);
  damaged_ = true;
  notified_ = true;
  wakes_.notify_one();
  return absl::UnavailableError(absl::StrCat(
      "`", options_.path,
      "`: derived tables were damaged and are made anew; try again later"));
}

absl::Status Projector::AwaitProjected(uint64_t sequence) {
  std::unique_lock lock(mutex_);
  const uint64_t failures_before = failures_;
  notified_ = true;
  wakes_.notify_one();
  progressed_.wait(lock, [&] {
    return projected_ >= sequence || !running_ || failures_ != failures_before;
  });
  if (projected_ >= sequence) return absl::OkStatus();
  if (!running_) return absl::UnavailableError("the projector is stopped");
  return absl::UnavailableError(failure_.message());
}

uint64_t Projector::projected_sequence() const {
  std::lock_guard lock(mutex_);
  return projected_;
}

uint64_t Projector::failures() const {
  std::lock_guard lock(mutex_);
  return failures_;
}

template <typename Answer, typename Ask>
absl::StatusOr<Answer> Projector::Query(Ask ask) {
  absl::StatusOr<Answer> answer = absl::UnavailableError(
      absl::StrCat("`", options_.path,
                   "`: derived tables cannot be opened; check the disk, they "
                   "are tried again"));
  // Held until damage is told, so that it is told of the tables that are there.
  std::lock_guard lock(query_mutex_);
  if (reader_ != nullptr) answer = ask(*reader_);
  if (answer.ok()) return answer;
  return MakeAnewIfDamaged(answer.status());
}

absl::StatusOr<std::vector<StoreCount>> Projector::Counts() {
  return Query<std::vector<StoreCount>>(
      [](ViewsReader& reader) { return reader.Totals(); });
}

absl::StatusOr<std::vector<DayCount>> Projector::CountsByDay(int64_t from,
                                                             int64_t until) {
  return Query<std::vector<DayCount>>(
      [&](ViewsReader& reader) { return reader.Counts(from, until); });
}

absl::StatusOr<DecisionPage> Projector::Find(const DecisionQuery& query,
                                             SequenceRange range,
                                             size_t& looks) {
  return Query<DecisionPage>(
      [&](ViewsReader& reader) { return reader.Find(query, range, looks); });
}

absl::StatusOr<std::vector<OutcomeRow>> Projector::Outcomes(
    uint64_t decision_sequence) {
  return Query<std::vector<OutcomeRow>>(
      [&](ViewsReader& reader) { return reader.Outcomes(decision_sequence); });
}

}  // namespace stratagem::store
