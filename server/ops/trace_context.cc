#include "server/ops/trace_context.h"

#include <cstddef>

namespace stratagem::server {
namespace {

// version "-" trace id "-" parent id "-" flags
constexpr size_t kTraceIdAt = 3, kTraceIdLength = 32;
constexpr size_t kParentIdAt = 36, kParentIdLength = 16;
constexpr size_t kFlagsAt = 53, kFlagsLength = 2;
constexpr size_t kLength = 55;

bool IsLowerHex(absl::string_view text) {
  return text.find_first_not_of("0123456789abcdef") == absl::string_view::npos;
}

bool IsAllZeros(absl::string_view text) {
  return text.find_first_not_of('0') == absl::string_view::npos;
}

}  // namespace

absl::string_view TraceIdOf(absl::string_view traceparent) {
  if (traceparent.size() < kLength) return "";
  const absl::string_view version = traceparent.substr(0, 2);
  const absl::string_view trace_id =
      traceparent.substr(kTraceIdAt, kTraceIdLength);
  const absl::string_view parent_id =
      traceparent.substr(kParentIdAt, kParentIdLength);
  const absl::string_view flags = traceparent.substr(kFlagsAt, kFlagsLength);
  if (traceparent[kTraceIdAt - 1] != '-' ||
      traceparent[kParentIdAt - 1] != '-' || traceparent[kFlagsAt - 1] != '-') {
    return "";
  }
  if (!IsLowerHex(version) || !IsLowerHex(trace_id) || !IsLowerHex(parent_id) ||
      !IsLowerHex(flags)) {
    return "";
  }
  if (IsAllZeros(trace_id) || IsAllZeros(parent_id) || version == "ff") {
    return "";
  }
  // Version 00 ends here; later ones may only add after another dash.
  if (traceparent.size() > kLength &&
      (version == "00" || traceparent[kLength] != '-')) {
    return "";
  }
  return trace_id;
}

}  // namespace stratagem::server
