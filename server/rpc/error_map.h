// server/rpc/error_map.h
//
// The one place where what went wrong becomes an error of the wire:
// google.rpc.Status with an ErrorInfo, and a BadRequest or RetryInfo where they
// help. Used by every service, for calls and for items of a batch.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_RPC_ERROR_MAP_H_
#define STRATAGEM_SERVER_RPC_ERROR_MAP_H_

#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "engine/base/diagnostics.h"
#include "engine/value/facts.h"
#include "google/rpc/status.pb.h"
#include "grpcpp/support/status.h"
#include "stratagem/v1/error_reason.pb.h"

namespace stratagem::server {

// ErrorInfo.domain of all errors.
inline constexpr char kErrorDomain[] = "stratagem";

// A field that the caller can mend. `field` is the path as the caller wrote it
// ("attributes.nps", "placements[1]").
struct FieldError {
  std::string field;
  v1::ErrorReason reason = v1::ERROR_REASON_UNSPECIFIED;
  std::string description;
};

// The error of `reason`, with the code that error_list.h has for it, and a
// RetryInfo where the list says so. Requires: a reason of the list.
google::rpc::Status MakeError(v1::ErrorReason reason,
                              absl::string_view message);

// The reason that `error` carries; ERROR_REASON_UNSPECIFIED when it has none of
// ours.
v1::ErrorReason ErrorReasonOf(const google::rpc::Status& error);

// Returns what the engine found wrong with a call.
std::vector<FieldError> ToFieldErrors(std::span<const Violation> violations);

// INVALID_ARGUMENT with one field violation each. The message shows the first;
// the details hold as many as fit into a call's trailing metadata.
// Requires: `errors` not empty.
google::rpc::Status InvalidRequest(std::span<const FieldError> errors);

// INVALID_ARGUMENT: bytes that are no message of type `message_name`.
google::rpc::Status MalformedMessage(absl::string_view message_name);

// For a status of decide::Router::Route().
google::rpc::Status RoutingError(const absl::Status& status);

// For a status of store::Store.
google::rpc::Status StoreError(const absl::Status& status);

// For what store::ProfileStore says of one profile: ABORTED, NOT_FOUND,
// RESOURCE_EXHAUSTED.
google::rpc::Status ProfileError(const absl::Status& status);

// NOT_FOUND: the log has no such decision.
google::rpc::Status DecisionNotFound(absl::string_view message);

// UNAVAILABLE: a call that the server ends or does not begin as it stops.
google::rpc::Status ServerStopping();

// RESOURCE_EXHAUSTED: too many calls wait for the disk.
google::rpc::Status ReadQueueFull();

// For a status of PackRegistry and PackLibrary. `precondition` is the reason of
// FAILED_PRECONDITION, of which each of their functions has one.
google::rpc::Status PackError(const absl::Status& status,
                              v1::ErrorReason precondition);

// FAILED_PRECONDITION: a pack with errors; the details hold as many of its
// diagnostics as fit into a call's trailing metadata.
// Requires: `diagnostics` has an error.
google::rpc::Status PackInvalid(const Diagnostics& diagnostics);

// FAILED_PRECONDITION: a pack whose tests fail.
google::rpc::Status PackTestsFailed(absl::string_view message);

// As a call's own status.
grpc::Status ToGrpcStatus(const google::rpc::Status& error);

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_RPC_ERROR_MAP_H_
