// clients/cli/wire_explanation.h
//
// The codes and the full explanation of a server's answer, as the engine's own
// types, so that they print the same wherever a decision was made.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_CLIENTS_CLI_WIRE_EXPLANATION_H_
#define STRATAGEM_CLIENTS_CLI_WIRE_EXPLANATION_H_

#include "engine/trace/explanation.h"
#include "engine/trace/reason.h"
#include "engine/value/value.h"
#include "stratagem/v1/decision.pb.h"

namespace stratagem::cli {

// A code that a newer server made up prints as "unknown".
trace::Reason ReasonOf(v1::Reason reason);
ErrorCode ErrorOf(v1::ExpressionError error);

trace::Explanation ExplanationOf(const v1::FullExplanation& full);

}  // namespace stratagem::cli

#endif  // STRATAGEM_CLIENTS_CLI_WIRE_EXPLANATION_H_
