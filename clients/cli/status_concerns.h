// clients/cli/status_concerns.h
//
// What an operator should know of a server that answers; `status` and `top`
// begin with it.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_CLIENTS_CLI_STATUS_CONCERNS_H_
#define STRATAGEM_CLIENTS_CLI_STATUS_CONCERNS_H_

#include <string>
#include <vector>

#include "stratagem/v1/server_service.pb.h"

namespace stratagem::cli {

// What is not as it should be although the server answers, the worst first.
// Only what is so now: of what happened once nobody needs to get up.
std::vector<std::string> ConcernsOf(const v1::GetStatusResponse& status);

// Of the decisions by a version, 0 to 1; 0 when it made none.
double DegradedShare(const v1::PackStatus& pack);

// One decision in a hundred or more, and ten at least.
bool IsDegradedOften(const v1::PackStatus& pack);

// Derived tables lack 10,000 records or more.
bool IsFarBehind(const v1::StoreStatus& store);

}  // namespace stratagem::cli

#endif  // STRATAGEM_CLIENTS_CLI_STATUS_CONCERNS_H_
