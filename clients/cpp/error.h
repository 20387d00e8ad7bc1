// clients/cpp/error.h
//
// What a server says about a call that failed: google.rpc details as plain
// data, and as the one line that stands in an absl::Status.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_CLIENTS_CPP_ERROR_H_
#define STRATAGEM_CLIENTS_CPP_ERROR_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "google/rpc/status.pb.h"
#include "stratagem/v1/diagnostic.pb.h"

namespace stratagem::client {

// A part of the request that the server refused: its path in the request
// ("attributes.nps"), what is wrong with it, and a name of
// stratagem.v1.ErrorReason.
struct FieldError {
  std::string field;
  std::string description;
  std::string reason;
};

struct ErrorDetails {
  // A name of stratagem.v1.ErrorReason; empty when the error did not come from
  // a Stratagem server (no connection, a proxy).
  std::string reason;
  std::vector<FieldError> fields;
  // When it makes sense to try again.
  std::optional<absl::Duration> retry_after;
  // Of a pack that the server refused: as many of its mistakes as fit.
  std::vector<v1::Diagnostic> diagnostics;
};

// Returns the error as a status whose message is one line for a person, wrong
// fields included, and which keeps the details for DetailsOf().
absl::Status ToStatus(const google::rpc::Status& error);

// Returns an error without details, of gRPC itself or of something between, as
// a status whose message names `address`: what gRPC says of connections in
// words for people. UNIMPLEMENTED when not gRPC is spoken there.
absl::Status ToStatusWithoutDetails(absl::StatusCode code,
                                    absl::string_view message,
                                    absl::string_view address);

// The details of a status that Client or ToStatus() returned; empty for any
// other status.
ErrorDetails DetailsOf(const absl::Status& status);

}  // namespace stratagem::client

#endif  // STRATAGEM_CLIENTS_CPP_ERROR_H_
