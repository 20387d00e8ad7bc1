// server/rpc/field_checks.h
//
// Checks that requests of several services share. read_request.cc and
// outcome_handler.cc gather their errors with them.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_RPC_FIELD_CHECKS_H_
#define STRATAGEM_SERVER_RPC_FIELD_CHECKS_H_

#include <cstddef>
#include <vector>

#include "absl/strings/string_view.h"
#include "server/rpc/error_map.h"
#include "stratagem/v1/decision_service.pb.h"

namespace stratagem::server {

// Adds an error of `field` when `text` has more than `bytes_max` bytes.
void CheckTextSize(absl::string_view field, absl::string_view text,
                   size_t bytes_max, std::vector<FieldError>& errors);

// Adds an error of field `explain` when no level has its number.
void CheckExplain(v1::ExplainLevel explain, std::vector<FieldError>& errors);

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_RPC_FIELD_CHECKS_H_
