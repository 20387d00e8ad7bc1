// server/http/gzip.h
//
// Whole messages to gzip and back. The only user of zlib.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_HTTP_GZIP_H_
#define STRATAGEM_SERVER_HTTP_GZIP_H_

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace stratagem::server {

// Returns `bytes` compressed, at zlib's fastest level: a decision is small, and
// its caller waits.
std::string Gzip(absl::string_view bytes);

// Returns what was compressed.
// Errors: INVALID_ARGUMENT for bytes that are not one whole gzip member, or
// more than one; RESOURCE_EXHAUSTED when the result would be longer than
// `bytes_max`. Never holds more than that.
absl::StatusOr<std::string> Gunzip(absl::string_view bytes, size_t bytes_max);

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_HTTP_GZIP_H_
