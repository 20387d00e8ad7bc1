#include "clients/cli/usage_error.h"

#include <string>

#include "absl/strings/cord.h"

namespace stratagem::cli {
namespace {

// Where a status keeps its hint.
constexpr absl::string_view kHint = "stratagem.cli/hint";

}  // namespace

absl::Status UsageError(absl::string_view message, absl::string_view hint) {
  absl::Status status = absl::InvalidArgumentError(message);
  if (!hint.empty()) status.SetPayload(kHint, absl::Cord(hint));
  return status;
}

ExitCode ReportUsage(const absl::Status& status, const Console& console) {
  console.Error(status.message(),
                std::string(status.GetPayload(kHint).value_or(absl::Cord())));
  return status.code() == absl::StatusCode::kUnavailable
             ? ExitCode::kEnvironment
             : ExitCode::kUsage;
}

}  // namespace stratagem::cli
