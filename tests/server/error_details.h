// tests/server/error_details.h
//
// Reads the google.rpc details of errors, and matches an error by what callers
// depend on: code, reason and field.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_TESTS_SERVER_ERROR_DETAILS_H_
#define STRATAGEM_TESTS_SERVER_ERROR_DETAILS_H_

#include <optional>
#include <string>

#include "gmock/gmock.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "grpcpp/support/status.h"

namespace stratagem::server {

template <typename Detail>
std::optional<Detail> FindDetail(const google::rpc::Status& error) {
  for (const auto& any : error.details()) {
    Detail detail;
    if (any.UnpackTo(&detail)) return detail;
  }
  return std::nullopt;
}

inline google::rpc::Status ToRpcStatus(const google::rpc::Status& error) {
  return error;
}

// The details of a call's status, or those of no error when there are none.
inline google::rpc::Status ToRpcStatus(const grpc::Status& status) {
  google::rpc::Status error;
  if (!error.ParseFromString(status.error_details())) error.Clear();
  if (error.code() != status.error_code()) error.Clear();
  return error;
}

inline std::string ReasonOf(const google::rpc::Status& error) {
  const auto info = FindDetail<google::rpc::ErrorInfo>(error);
  return info && info->domain() == "stratagem" ? info->reason() : "";
}

// The first field violation's field, or "".
inline std::string FieldOf(const google::rpc::Status& error) {
  const auto bad_request = FindDetail<google::rpc::BadRequest>(error);
  return bad_request && bad_request->field_violations_size() > 0
             ? bad_request->field_violations(0).field()
             : "";
}

// Matches a grpc::Status or google::rpc::Status; `reason` without its prefix.
MATCHER_P3(IsError, code, reason, field,
           "is the expected error with its reason and field") {
  const google::rpc::Status error = ToRpcStatus(arg);
  *result_listener << "which is " << error.ShortDebugString();
  return error.code() == static_cast<int>(code) &&
         ReasonOf(error) == std::string("ERROR_REASON_") + reason &&
         FieldOf(error) == field && !error.message().empty();
}

}  // namespace stratagem::server

#endif  // STRATAGEM_TESTS_SERVER_ERROR_DETAILS_H_
