// clients/cli/reason_json.h
//
// Codes of decisions in JSON.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_CLIENTS_CLI_REASON_JSON_H_
#define STRATAGEM_CLIENTS_CLI_REASON_JSON_H_

#include "clients/cli/json_writer.h"
#include "engine/trace/reason.h"
#include "engine/value/value.h"

namespace stratagem::cli {

// The member "reason", by its stable name.
void WriteReason(trace::Reason reason, JsonWriter& json);

// The member "error": null when nothing failed.
void WriteError(ErrorCode error, JsonWriter& json);

}  // namespace stratagem::cli

#endif  // STRATAGEM_CLIENTS_CLI_REASON_JSON_H_
