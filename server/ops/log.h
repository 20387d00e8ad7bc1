// server/ops/log.h
//
// The server's own log: one JSON object a line on standard error, an event with
// its fields. For operators and their collectors; decisions go to the store.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_OPS_LOG_H_
#define STRATAGEM_SERVER_OPS_LOG_H_

#include <initializer_list>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "engine/value/facts.h"

namespace stratagem::server {

enum class LogLevel { kInfo, kWarning, kError };

// Log() writes nothing below `level` from now on; at first it writes all.
// Thread safe.
void SetLogLevel(LogLevel level);

// Writes one line with the time, `level`, `event` (a word such as "ready") and
// `fields`, in one piece. Never put personal data into fields. A reader that
// stalls does not hold up whoever logs: what does not fit into its pipe is
// lost. Thread safe.
//   Log(LogLevel::kInfo, "ready", {{"listen", Value::String(address)}});
//   {"time":"2026-11-15T10:00:00.123Z","level":"info","event":"ready",…}
void Log(LogLevel level, absl::string_view event,
         std::initializer_list<NamedValue> fields);

// Lines that were lost, or cut, since nobody read. Thread safe.
uint64_t LogLinesLost();

// Returns the line that Log() writes at `time`, with its line break.
std::string FormatLogLine(absl::Time time, LogLevel level,
                          absl::string_view event,
                          std::initializer_list<NamedValue> fields);

// Sends what gRPC has to say through Log(), as event "grpc", and silences
// protobuf, which reports bytes that it cannot parse once more than the error
// of the call. Call once, before the first use of gRPC.
void CaptureLibraryLogs();

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_OPS_LOG_H_
