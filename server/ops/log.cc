#include "server/ops/log.h"

#include <unistd.h>

#include <atomic>
#include <mutex>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "engine/value/json.h"
#include "google/protobuf/stubs/logging.h"
#include "grpc/support/log.h"

namespace stratagem::server {
namespace {

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
  size_t written = 0;
  while (written < line.size()) {
    const ssize_t count =
        write(STDERR_FILENO, line.data() + written, line.size() - written);
    if (count <= 0) return;  // Nobody reads; the server must go on.
    written += static_cast<size_t>(count);
  }
}

void CaptureLibraryLogs() {
  gpr_set_log_function(LogGrpcMessage);
  google::protobuf::SetLogHandler(nullptr);
}

}  // namespace stratagem::server
