// clients/cli/value_view.h
//
// Values on their way between the engine, the wire and the screen.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_CLIENTS_CLI_VALUE_VIEW_H_
#define STRATAGEM_CLIENTS_CLI_VALUE_VIEW_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "clients/cli/decision_view.h"
#include "engine/base/arena.h"
#include "engine/value/value.h"
#include "google/protobuf/timestamp.pb.h"
#include "stratagem/v1/value.pb.h"

namespace stratagem::cli {

// "2026-11-15T02:00:00Z", with as many decimals as the time has.
std::string TimeText(absl::Time time);

absl::Time TimeOf(const google::protobuf::Timestamp& time);

// Strings stand without quotes and doubles without needless digits.
ValueView ViewOf(absl::string_view name, const Value& value);

// Requires: a kind that a pack can declare, or null or missing (both null).
v1::Value ToProto(const Value& value);

// Text and items live in `arena`; a value without a kind is missing.
Value FromProto(const v1::Value& value, Arena& arena);

}  // namespace stratagem::cli

#endif  // STRATAGEM_CLIENTS_CLI_VALUE_VIEW_H_
