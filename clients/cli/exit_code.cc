#include "clients/cli/exit_code.h"

namespace stratagem::cli {

ExitCode ExitCodeFor(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kOk:
      return ExitCode::kOk;
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kAlreadyExists:
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kAborted:  // Another version is there.
    case absl::StatusCode::kOutOfRange:
      return ExitCode::kRefused;
    default:
      return ExitCode::kEnvironment;
  }
}

}  // namespace stratagem::cli
