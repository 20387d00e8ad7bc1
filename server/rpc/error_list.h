// server/rpc/error_list.h
//
// The list of errors of the wire: for each reason its code, what it means and
// what a caller does about it. error_map.cc takes codes from here, the HTTP
// side its statuses; docs/errors.md is written from it, and the comments of
// error_reason.proto are compared with it.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_RPC_ERROR_LIST_H_
#define STRATAGEM_SERVER_RPC_ERROR_LIST_H_

#include <span>

#include "absl/strings/string_view.h"
#include "google/rpc/code.pb.h"
#include "stratagem/v1/error_reason.pb.h"

namespace stratagem::server {

// Whether the same call may succeed later.
enum class Retry {
  kNo,           // Not before the caller has changed something.
  kWithBackOff,  // By itself, after a while.
  kOperator,     // Not before somebody has looked after the server.
};

// What an error holds besides its google.rpc.ErrorInfo.
enum class ErrorDetail {
  kNone,
  kFields,       // google.rpc.BadRequest: the fields to mend.
  kRetryDelay,   // google.rpc.RetryInfo: when to try again.
  kDiagnostics,  // stratagem.v1.Diagnostic: mistakes of a pack.
};

struct ErrorRow {
  v1::ErrorReason reason = v1::ERROR_REASON_UNSPECIFIED;
  google::rpc::Code code = google::rpc::UNKNOWN;
  Retry retry = Retry::kNo;
  ErrorDetail detail = ErrorDetail::kNone;
  // Of an answer to a unary call over HTTP; 0: that of `code`.
  int http_status = 0;
  // When it is sent, and what the caller does then: sentences.
  absl::string_view meaning;
  absl::string_view action;
};

// Returns a row for each reason but ERROR_REASON_UNSPECIFIED, in the order of
// their numbers.
std::span<const ErrorRow> ErrorList();

// Returns the row of `reason`, or nullptr when it has none.
const ErrorRow* FindErrorRow(v1::ErrorReason reason);

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_RPC_ERROR_LIST_H_
