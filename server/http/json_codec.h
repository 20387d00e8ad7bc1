// server/http/json_codec.h
//
// Messages of the wire between binary and protobuf's canonical JSON, by their
// descriptors. Used for bodies, GET queries, envelopes and error details.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_HTTP_JSON_CODEC_H_
#define STRATAGEM_SERVER_HTTP_JSON_CODEC_H_

#include <string>
#include <variant>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"

namespace stratagem::server {

// LIMIT: objects and lists within each other.
inline constexpr int kJsonDepthMax = 64;

// Why JSON is not a message.
struct JsonFault {
  enum class Kind { kMalformed, kUnknownField, kWrongType };
  Kind kind = Kind::kMalformed;
  std::string field;  // "requests[0].customer_id"; empty when malformed.
  std::string description;
};

// Returns the binary form of `json`, one object whose names are those of
// `type`'s fields, as JSON or as the proto file writes them. Faults: text that
// is not JSON (RFC 8259), repeats a member or is nested deeper than
// kJsonDepthMax; a member that is no field; a value that its field cannot hold.
// Requires: `type` in the generated pool. Thread safe.
std::variant<std::string, JsonFault> JsonToBinary(
    absl::string_view json, const google::protobuf::Descriptor& type);

// Returns one line of JSON: fields that have a value, in lowerCamelCase.
// Errors: INTERNAL for bytes that protobuf does not read as such a message.
// As above otherwise.
absl::StatusOr<std::string> BinaryToJson(
    const std::string& binary, const google::protobuf::Descriptor& type);

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_HTTP_JSON_CODEC_H_
