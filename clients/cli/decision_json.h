// clients/cli/decision_json.h
//
// The JSON form of a decision; clients/cli/README.md shows it.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_CLIENTS_CLI_DECISION_JSON_H_
#define STRATAGEM_CLIENTS_CLI_DECISION_JSON_H_

#include "clients/cli/decision_view.h"
#include "clients/cli/json_writer.h"

namespace stratagem::cli {

// Writes one object. Every member is always there, but for `masked`, which only
// decisions of a log have; what there is none of is
// null: `position`, `score`, `explanation`, ….
void WriteDecision(const DecisionView& decision, JsonWriter& json);

}  // namespace stratagem::cli

#endif  // STRATAGEM_CLIENTS_CLI_DECISION_JSON_H_
