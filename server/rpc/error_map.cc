#include "server/rpc/error_map.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "engine/base/check.h"
#include "google/rpc/error_details.pb.h"
#include "server/rpc/error_list.h"
#include "server/rpc/write_pack.h"

namespace stratagem::server {
namespace {

// LIMIT: a call's error travels in trailing metadata, of which gRPC takes 8 KiB
// by default, after base64 and, for the message, percent-encoding.
constexpr size_t kTextBytesMax = 300;
constexpr size_t kViolationBytesMax = 3'000;
// How long a caller should wait when a queue is full: a few commits.
constexpr int kRetryDelayMs = 50;

// Cuts `text` to kTextBytesMax bytes between two characters.
std::string Shortened(absl::string_view text) {
  if (text.size() <= kTextBytesMax) return std::string(text);
  size_t end = kTextBytesMax;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) {
    --end;
  }
  return absl::StrCat(text.substr(0, end), "…");
}

v1::ErrorReason ToErrorReason(ViolationReason reason) {
  switch (reason) {
    case ViolationReason::kUnknownName:
      return v1::ERROR_REASON_UNKNOWN_NAME;
    case ViolationReason::kDuplicateName:
      return v1::ERROR_REASON_DUPLICATE_NAME;
    case ViolationReason::kWrongType:
      return v1::ERROR_REASON_WRONG_TYPE;
    case ViolationReason::kOutOfRange:
      return v1::ERROR_REASON_OUT_OF_RANGE;
    case ViolationReason::kNotAllowed:
      return v1::ERROR_REASON_NOT_ALLOWED;
    case ViolationReason::kTooLarge:
      return v1::ERROR_REASON_TOO_LARGE;
    case ViolationReason::kConstraint:
      return v1::ERROR_REASON_BROKEN_CONSTRAINT;
    case ViolationReason::kMissing:
      return v1::ERROR_REASON_MISSING_FIELD;
  }
  return v1::ERROR_REASON_UNSPECIFIED;
}

}  // namespace

google::rpc::Status MakeError(v1::ErrorReason reason,
                              absl::string_view message) {
  const ErrorRow* const row = FindErrorRow(reason);
  STRATAGEM_CHECK(row != nullptr);
  google::rpc::Status error;
  error.set_code(row->code);
  error.set_message(Shortened(message));
  google::rpc::ErrorInfo info;
  info.set_reason(v1::ErrorReason_Name(reason));
  info.set_domain(kErrorDomain);
  error.add_details()->PackFrom(info);
  if (row->detail == ErrorDetail::kRetryDelay) {
    google::rpc::RetryInfo retry;
    retry.mutable_retry_delay()->set_nanos(kRetryDelayMs * 1'000'000);
    error.add_details()->PackFrom(retry);
  }
  return error;
}

v1::ErrorReason ErrorReasonOf(const google::rpc::Status& error) {
  for (const google::protobuf::Any& detail : error.details()) {
    google::rpc::ErrorInfo info;
    v1::ErrorReason reason = v1::ERROR_REASON_UNSPECIFIED;
    if (detail.UnpackTo(&info) && info.domain() == kErrorDomain &&
        v1::ErrorReason_Parse(info.reason(), &reason)) {
      return reason;
    }
  }
  return v1::ERROR_REASON_UNSPECIFIED;
}

std::vector<FieldError> ToFieldErrors(std::span<const Violation> violations) {
  std::vector<FieldError> errors;
  errors.reserve(violations.size());
  for (const Violation& violation : violations) {
    errors.push_back({violation.field, ToErrorReason(violation.reason),
                      violation.description});
  }
  return errors;
}

google::rpc::Status InvalidRequest(std::span<const FieldError> errors) {
  STRATAGEM_CHECK(!errors.empty());
  google::rpc::BadRequest bad_request;
  for (const FieldError& error : errors) {
    google::rpc::BadRequest::FieldViolation violation;
    violation.set_field(Shortened(error.field));
    violation.set_reason(v1::ErrorReason_Name(error.reason));
    violation.set_description(Shortened(error.description));
    if (bad_request.ByteSizeLong() + violation.ByteSizeLong() >
        kViolationBytesMax) {
      break;
    }
    *bad_request.add_field_violations() = std::move(violation);
  }
  const FieldError& first = errors.front();
  const std::string more =
      errors.size() == 1 ? ""
                         : absl::StrCat(" (and ", errors.size() - 1, " more)");
  google::rpc::Status status = MakeError(
      first.reason,
      absl::StrCat("`", Shortened(first.field), "`: ", first.description));
  absl::StrAppend(status.mutable_message(), more);
  status.add_details()->PackFrom(bad_request);
  return status;
}

google::rpc::Status MalformedMessage(absl::string_view message_name) {
  return MakeError(
      v1::ERROR_REASON_MALFORMED_MESSAGE,
      absl::StrCat("the bytes are not a message of type `", message_name, "`"));
}

google::rpc::Status RoutingError(const absl::Status& status) {
  return absl::IsNotFound(status)
             ? MakeError(v1::ERROR_REASON_PACK_NOT_FOUND, status.message())
             : MakeError(v1::ERROR_REASON_PACK_NOT_IN_EFFECT, status.message());
}

google::rpc::Status StoreError(const absl::Status& status) {
  if (absl::IsResourceExhausted(status)) {
    return MakeError(v1::ERROR_REASON_STORE_QUEUE_FULL, status.message());
  }
  // FAILED_PRECONDITION: bytes of a newer program.
  if (absl::IsDataLoss(status) || absl::IsFailedPrecondition(status)) {
    return MakeError(v1::ERROR_REASON_STORE_DATA_LOSS, status.message());
  }
  return MakeError(v1::ERROR_REASON_STORE_UNAVAILABLE, status.message());
}

google::rpc::Status ProfileError(const absl::Status& status) {
  if (absl::IsAborted(status)) {
    return MakeError(v1::ERROR_REASON_PROFILE_VERSION, status.message());
  }
  if (absl::IsNotFound(status)) {
    return MakeError(v1::ERROR_REASON_PROFILE_NOT_FOUND, status.message());
  }
  STRATAGEM_CHECK(absl::IsResourceExhausted(status));
  return MakeError(v1::ERROR_REASON_PROFILE_TOO_LARGE, status.message());
}

google::rpc::Status DecisionNotFound(absl::string_view message) {
  return MakeError(v1::ERROR_REASON_DECISION_NOT_FOUND, message);
}

google::rpc::Status ServerStopping() {
  return MakeError(v1::ERROR_REASON_SERVER_STOPPING,
                   "the server stops; call again later, or another server");
}

google::rpc::Status ReadQueueFull() {
  return MakeError(v1::ERROR_REASON_READ_QUEUE_FULL,
                   "too many calls wait for the disk; try again later");
}

google::rpc::Status PackError(const absl::Status& status,
                              v1::ErrorReason precondition) {
  if (absl::IsNotFound(status)) return RoutingError(status);
  if (absl::IsAlreadyExists(status)) {
    return MakeError(v1::ERROR_REASON_PACK_VERSION_TAKEN, status.message());
  }
  if (absl::IsFailedPrecondition(status)) {
    return MakeError(precondition, status.message());
  }
  return StoreError(status);
}

google::rpc::Status PackInvalid(const Diagnostics& diagnostics) {
  const std::vector<Diagnostic> sorted = diagnostics.Sorted();
  const auto first = std::find_if(
      sorted.begin(), sorted.end(),
      [](const Diagnostic& one) { return one.severity == Severity::kError; });
  STRATAGEM_CHECK(first != sorted.end());
  const std::string more =
      diagnostics.error_count() == 1
          ? ""
          : absl::StrCat(" (and ", diagnostics.error_count() - 1, " more)");
  Diagnostic shown = *first;
  shown.hint.clear();  // A message is one line; the details have the hint.
  google::rpc::Status status =
      MakeError(v1::ERROR_REASON_PACK_INVALID,
                absl::StrCat("the pack has errors: ", ToString(shown)));
  absl::StrAppend(status.mutable_message(), more);
  size_t bytes = 0;
  for (const Diagnostic& diagnostic : sorted) {
    v1::Diagnostic wire = ToWire(diagnostic);
    wire.set_message(Shortened(wire.message()));
    wire.set_hint(Shortened(wire.hint()));
    bytes += wire.ByteSizeLong();
    if (bytes > kViolationBytesMax) break;
    status.add_details()->PackFrom(wire);
  }
  return status;
}

google::rpc::Status PackTestsFailed(absl::string_view message) {
  return MakeError(v1::ERROR_REASON_PACK_TESTS_FAILED, message);
}

grpc::Status ToGrpcStatus(const google::rpc::Status& error) {
  return grpc::Status(static_cast<grpc::StatusCode>(error.code()),
                      error.message(), error.SerializeAsString());
}

}  // namespace stratagem::server
