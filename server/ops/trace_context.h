// server/ops/trace_context.h
//
// The W3C trace context of a call, as far as records keep it.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_OPS_TRACE_CONTEXT_H_
#define STRATAGEM_SERVER_OPS_TRACE_CONTEXT_H_

#include "absl/strings/string_view.h"

namespace stratagem::server {

// The metadata key that carries it.
inline constexpr char kTraceparentKey[] = "traceparent";

// Returns the trace id, 32 lower-case hexadecimal digits inside `traceparent`,
// or "" when the header is not valid by W3C Trace Context (also all zeros).
absl::string_view TraceIdOf(absl::string_view traceparent);

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_OPS_TRACE_CONTEXT_H_
