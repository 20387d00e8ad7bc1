// server/http/envelope.h
//
// The messages of a Connect stream: one byte of flags, four of length, the
// message. Used by the router for what a client sends, by StreamCall for what
// it gets.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_HTTP_ENVELOPE_H_
#define STRATAGEM_SERVER_HTTP_ENVELOPE_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "grpcpp/support/status.h"
#include "server/http/connect_protocol.h"
#include "server/http/metadata.h"

namespace stratagem::server {

inline constexpr uint8_t kCompressedFlag = 1;
inline constexpr uint8_t kEndStreamFlag = 2;

// Returns `message` in its envelope.
std::string Enveloped(uint8_t flags, absl::string_view message);

// Returns the one message that the body of a server-streaming call holds,
// before it was compressed.
// Errors: INVALID_ARGUMENT for a body that is not one whole envelope, for flags
// that a request may not have and a compressed message of a body without
// compression; otherwise as Decompress().
absl::StatusOr<std::string> OnlyMessage(absl::string_view body,
                                        Compression compression,
                                        size_t bytes_max);

// Returns what ends a stream: its error unless `status` is OK, and what stood
// behind it.
std::string EndOfStream(const grpc::Status& status, const Metadata& trailers);

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_HTTP_ENVELOPE_H_
