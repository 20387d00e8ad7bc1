#include "engine/store/projector.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/base/status_macros.h"
#include "engine/store/views_writer.h"

namespace stratagem::store {

absl::StatusOr<std::unique_ptr<Projector>> Projector::Open(
    const ProjectorOptions& options, ReadLog read) {
  std::unique_ptr<Projector> projector(new Projector(options, std::move(read)));
  absl::Status status = projector->OpenTables();
  if (absl::IsDataLoss(status)) status = projector->OpenEmptyTables();
  STRATAGEM_RETURN_IF_ERROR(status);
  projector->projected_ = projector->writer_->projected_sequence();
  projector->Resume();
  return projector;
}

Projector::Projector(const ProjectorOptions& options, ReadLog read)
    : options_(options), read_(std::move(read)) {}

Projector::~Projector() { Stop(); }

absl::Status Projector::OpenTables() {
  STRATAGEM_ASSIGN_OR_RETURN(
      writer_, ViewsWriter::Open(options_.path, options_.node_id,
                                 options_.log_sequence, options_.vfs));
  std::lock_guard lock(query_mutex_);
  STRATAGEM_ASSIGN_OR_RETURN(
      query_, Database::Open(options_.path, Access::kReadOnly, options_.vfs));
  return absl::OkStatus();
}

absl::Status Projector::OpenEmptyTables() {
  writer_ = nullptr;
  {
    std::lock_guard lock(query_mutex_);
    query_ = Database();
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
  return OpenTables();
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
  absl::Status status =
      writer_ == nullptr ? OpenEmptyTables() : writer_->Clear();
  if (absl::IsDataLoss(status)) status = OpenEmptyTables();
  if (status.ok()) {
    std::lock_guard lock(mutex_);
    projected_ = 0;
  }
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
    projected_ = writer_ == nullptr ? 0 : writer_->projected_sequence();
    progressed_.notify_all();
  }
  running_ = false;
  progressed_.notify_all();
}

absl::StatusOr<size_t> Projector::ProjectBatch() {
  if (writer_ == nullptr) STRATAGEM_RETURN_IF_ERROR(OpenEmptyTables());
  STRATAGEM_ASSIGN_OR_RETURN(
      const std::vector<LogEntry> entries,
      read_(writer_->projected_sequence(), options_.batch_records_max));
  if (entries.empty()) return 0;
  absl::Status status = writer_->Write(entries);
  if (absl::IsDataLoss(status)) {
    // Damaged tables hold nothing that the log does not.
    STRATAGEM_RETURN_IF_ERROR(OpenEmptyTables());
    return entries.size();
  }
  if (!status.ok()) return status;
  return entries.size();
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

absl::StatusOr<std::vector<StoreCount>> Projector::Counts() {
  std::lock_guard lock(query_mutex_);
  if (!query_.is_open()) {
    return absl::UnavailableError(absl::StrCat(
        "`", options_.path, "`: derived tables are being repaired"));
  }
  STRATAGEM_ASSIGN_OR_RETURN(
      Statement select,
      query_.Prepare("SELECT dimension, value, count FROM counts "
                     "ORDER BY dimension, value"));
  std::vector<StoreCount> counts;
  while (true) {
    STRATAGEM_ASSIGN_OR_RETURN(const bool row, select.Step());
    if (!row) return counts;
    counts.push_back({std::string(select.ColumnBytes(0)),
                      std::string(select.ColumnBytes(1)),
                      static_cast<uint64_t>(select.ColumnInt(2))});
  }
}

}  // namespace stratagem::store
