#include "server/ops/log.h"

#include <limits.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <mutex>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "engine/value/json.h"
#include "google/protobuf/stubs/logging.h"
#include "grpc/support/log.h"

namespace stratagem::server {
namespace {

// LIMIT: how long the end of a long line waits for a reader of the log.
constexpr absl::Duration kLineWaitMax = absl::Milliseconds(100);

std::atomic<uint64_t> lines_lost = 0;

// The least that is written.
std::atomic<LogLevel> log_level = LogLevel::kInfo;

absl::string_view LevelName(LogLevel level) {
  switch (level) {
    case LogLevel::kInfo:
      return "info";
    case LogLevel::kWarning:
      return "warning";
    case LogLevel::kError:
      return "error";
  }
  return "";
}

LogLevel LevelOf(gpr_log_severity severity) {
  switch (severity) {
    case GPR_LOG_SEVERITY_DEBUG:
    case GPR_LOG_SEVERITY_INFO:
      return LogLevel::kInfo;
    case GPR_LOG_SEVERITY_ERROR:
      return LogLevel::kError;
  }
  return LogLevel::kError;
}

void LogGrpcMessage(gpr_log_func_args* args) {
  Log(LevelOf(args->severity), "grpc",
      {{"message", Value::String(args->message)}});
}

// Whether standard error takes PIPE_BUF bytes at once, now or within `wait`.
bool IsWritable(absl::Duration wait) {
  pollfd error = {STDERR_FILENO, POLLOUT, 0};
  return poll(&error, 1, static_cast<int>(absl::ToInt64Milliseconds(wait))) ==
             1 &&
         (error.revents & POLLOUT) != 0;
}

// False: the line, or its end, was left out since nobody reads. Waits for a
// reader only within a line that it has begun.
bool Write(absl::string_view line) {
  absl::Duration wait = absl::ZeroDuration();
  while (!line.empty()) {
    if (!IsWritable(wait)) return false;
    const ssize_t count =
        write(STDERR_FILENO, line.data(),
              std::min(line.size(), static_cast<size_t>(PIPE_BUF)));
    if (count <= 0) return false;
    line.remove_prefix(static_cast<size_t>(count));
    wait = kLineWaitMax;
  }
  return true;
}

}  // namespace

std::string FormatLogLine(absl::Time time, LogLevel level,
                          absl::string_view event,
                          std::initializer_list<NamedValue> fields) {
  std::string line = absl::StrCat(
      "{\"time\":\"",
      absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", time, absl::UTCTimeZone()),
      "\",\"level\":\"", LevelName(level),
      "\",\"event\":", ToJson(Value::String(event)));
  for (const NamedValue& field : fields) {
    absl::StrAppend(&line, ",", ToJson(Value::String(field.name)), ":",
                    ToJson(field.value));
  }
  absl::StrAppend(&line, "}\n");
  return line;
}

void SetLogLevel(LogLevel level) { log_level = level; }

void Log(LogLevel level, absl::string_view event,
         std::initializer_list<NamedValue> fields) {
  if (level < log_level) return;
  const std::string line = FormatLogLine(absl::Now(), level, event, fields);
  // A pipe keeps only short writes whole; the mutex keeps long ones so.
  static std::mutex mutex;
  const std::lock_guard<std::mutex> lock(mutex);
  if (!Write(line)) lines_lost.fetch_add(1, std::memory_order_relaxed);
}

uint64_t LogLinesLost() { return lines_lost; }

void CaptureLibraryLogs() {
  gpr_set_log_function(LogGrpcMessage);
  google::protobuf::SetLogHandler(nullptr);
}

}  // namespace stratagem::server
