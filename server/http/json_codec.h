// server/http/json_codec.h
//
// Messages of the wire between binary and protobuf's canonical JSON, by their
// descriptors. Used for bodies, GET queries, envelopes and error details.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_HTTP_JSON_CODEC_H_
#define STRATAGEM_SERVER_HTTP_JSON_CODEC_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"

namespace stratagem::server {

// LIMIT: objects and lists within each other.
inline constexpr int kJsonDepthMax = 64;

// Returns the binary form of `json`, one object whose names are those of
// `type`'s fields, as JSON or as the proto file writes them.
// Errors: INVALID_ARGUMENT for text that is not JSON (RFC 8259), repeats a
// member, is nested deeper than kJsonDepthMax, has a member that is no field,
// or a value that its field cannot hold; says which.
// Requires: `type` in the generated pool. Thread safe.
absl::StatusOr<std::string> JsonToBinary(
    absl::string_view json, const google::protobuf::Descriptor& type);

// Returns one line of JSON: fields that have a value, in lowerCamelCase.
// Errors: INTERNAL for bytes that are not such a message.
// As above otherwise.
absl::StatusOr<std::string> BinaryToJson(
    const std::string& binary, const google::protobuf::Descriptor& type);

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_HTTP_JSON_CODEC_H_
