// server/rpc/convert_value.h
//
// Values between the wire and the engine, for all messages that carry them.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_RPC_CONVERT_VALUE_H_
#define STRATAGEM_SERVER_RPC_CONVERT_VALUE_H_

#include <string>
#include <variant>

#include "absl/time/time.h"
#include "engine/base/arena.h"
#include "engine/value/value.h"
#include "google/protobuf/timestamp.pb.h"
#include "stratagem/v1/error_reason.pb.h"
#include "stratagem/v1/value.pb.h"

namespace stratagem::server {

// Why a value of the wire is none of the engine's.
struct ValueFault {
  v1::ErrorReason reason = v1::ERROR_REASON_UNSPECIFIED;
  std::string description;
};

// Returns `wire` as a Value whose text is borrowed from `wire` and whose items
// live in `arena`; a null is Value::Null(). What the pack declared is not
// checked here. Faults: an empty Value, a time that its type cannot hold, a
// repeated entry of a map, nesting above kFactDepthMax, items above
// kFactItemsMax, an exhausted arena.
std::variant<Value, ValueFault> ReadValue(const v1::Value& wire, Arena& arena);

// Returns `timestamp` as a time, or what is wrong with it.
std::variant<absl::Time, ValueFault> ReadTimestamp(
    const google::protobuf::Timestamp& timestamp);

// Writes `value` to `wire`; a missing value leaves it without a kind.
// Requires: a kind that packs can declare, or null or missing
// (STRATAGEM_CHECK): others do not leave the engine.
void WriteValue(const Value& value, v1::Value& wire);

// Writes a time. Requires: finite.
void WriteTimestamp(absl::Time time, google::protobuf::Timestamp& timestamp);

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_RPC_CONVERT_VALUE_H_
