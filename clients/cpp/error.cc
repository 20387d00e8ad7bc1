#include "clients/cpp/error.h"

#include <utility>

#include "absl/strings/cord.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"

namespace stratagem::client {
namespace {

// The details travel inside the absl::Status under the type they came with.
constexpr char kPayloadUrl[] = "type.googleapis.com/google.rpc.Status";

ErrorDetails ReadDetails(const google::rpc::Status& error) {
  ErrorDetails details;
  for (const google::protobuf::Any& any : error.details()) {
    google::rpc::ErrorInfo error_info;
    google::rpc::BadRequest bad_request;
    google::rpc::RetryInfo retry_info;
    v1::Diagnostic diagnostic;
    if (any.UnpackTo(&error_info)) {
      details.reason = error_info.reason();
    } else if (any.UnpackTo(&bad_request)) {
      for (const auto& violation : bad_request.field_violations()) {
        details.fields.push_back(
            {violation.field(), violation.description(), violation.reason()});
      }
    } else if (any.UnpackTo(&retry_info)) {
      details.retry_after = absl::Seconds(retry_info.retry_delay().seconds()) +
                            absl::Nanoseconds(retry_info.retry_delay().nanos());
    } else if (any.UnpackTo(&diagnostic)) {
      details.diagnostics.push_back(std::move(diagnostic));
    }
  }
  return details;
}

}  // namespace

absl::Status ToStatus(const google::rpc::Status& error) {
  std::string message = error.message();
  const ErrorDetails details = ReadDetails(error);
  // The server's message may already tell of the only wrong field.
  for (const FieldError& field : details.fields) {
    if (message.find(field.description) != std::string::npos) continue;
    absl::StrAppend(&message, message.empty() ? "" : "; ", field.field, ": ",
                    field.description);
  }
  if (details.retry_after.has_value()) {
    absl::StrAppend(&message, "; try again after ",
                    absl::FormatDuration(*details.retry_after));
  }
  absl::Status status(static_cast<absl::StatusCode>(error.code()), message);
  status.SetPayload(kPayloadUrl, absl::Cord(error.SerializeAsString()));
  return status;
}

absl::Status ToStatusWithoutDetails(absl::StatusCode code,
                                    absl::string_view message,
                                    absl::string_view address) {
  std::string said(message);
  if (absl::StrContains(message, "http1.x server")) {
    code = absl::StatusCode::kUnimplemented;
    said =
        "HTTP is spoken there, not gRPC; take the address of "
        "`stratagemd --listen`, not that of `--http`";
  } else if (absl::StartsWith(message, "failed to connect to all addresses")) {
    // Its last words are the system's: ": Connection refused".
    const size_t why = message.rfind(": ");
    said = absl::StrCat("no server answers there",
                        why == message.npos ? "" : message.substr(why));
  } else if (absl::StartsWith(message, "DNS resolution failed")) {
    said = "no address is known of that name";
  } else if (code == absl::StatusCode::kDeadlineExceeded) {
    said = "no answer in time";
  }
  return absl::Status(code, absl::StrCat(address, ": ", said));
}

ErrorDetails DetailsOf(const absl::Status& status) {
  const auto payload = status.GetPayload(kPayloadUrl);
  google::rpc::Status error;
  if (!payload.has_value() || !error.ParseFromString(std::string(*payload))) {
    return {};
  }
  return ReadDetails(error);
}

}  // namespace stratagem::client
