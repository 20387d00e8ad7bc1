// clients/cli/explanation_json.h
//
// The JSON form of a full explanation; member names are those of
// proto/stratagem/v1/explanation.proto.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_CLIENTS_CLI_EXPLANATION_JSON_H_
#define STRATAGEM_CLIENTS_CLI_EXPLANATION_JSON_H_

#include "clients/cli/decision_view.h"
#include "clients/cli/json_writer.h"

namespace stratagem::cli {

// Writes one object. Every member is always there; what there is none of is
// null.
void WriteFullExplanation(const FullExplanationView& full, JsonWriter& json);

}  // namespace stratagem::cli

#endif  // STRATAGEM_CLIENTS_CLI_EXPLANATION_JSON_H_
