// clients/cli/served_version.h
//
// How versions of packs serve, and what their tests gave: the words and the
// JSON of every command that shows or changes it.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_CLIENTS_CLI_SERVED_VERSION_H_
#define STRATAGEM_CLIENTS_CLI_SERVED_VERSION_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "clients/cli/console.h"
#include "clients/cli/exit_code.h"
#include "clients/cli/json_writer.h"
#include "clients/cli/operator_flags.h"
#include "stratagem/v1/pack_service.pb.h"

namespace stratagem::cli {

// "published", "live", "canary", "shadow" or "withdrawn".
std::string ServingWord(v1::Serving serving);

// "0.05 %": a share of customers, of 10,000 steps.
std::string ShareText(double share);

// The same with the share of a canary: "canary for 5 %".
std::string ServingText(const v1::ServedVersion& version);

// An object of name, version, digest, serving, canary_share, since, decides and
// comparison, which is null but of a shadow.
void WriteServedVersion(const v1::ServedVersion& version, JsonWriter& json);

// The answer to a call that lets a version serve, or ends that.
struct ServingAnswer {
  v1::ServedVersion version;
  // Absent: it served so before.
  std::optional<v1::TestSummary> tests;
};

template <typename Response>
ServingAnswer ServingAnswerOf(const Response& response) {
  ServingAnswer answer{.version = response.version(), .tests = std::nullopt};
  if (response.has_tests()) answer.tests = response.tests();
  return answer;
}

// Prints how the version serves now and what its tests gave, as a sentence or
// as an object of version and tests.
void PrintServing(const ServingAnswer& answer, AnswerForm form,
                  const Console& console);

void WriteServing(const ServingAnswer& answer, JsonWriter& json);

// Prints what came of a call that lets `what` serve, or why it was refused.
// Returns what to exit with.
template <typename Response>
ExitCode ReportServing(const absl::StatusOr<Response>& response,
                       const std::string& what, AnswerForm form,
                       const Console& console) {
  if (!response.ok()) return ReportRefusal(response.status(), what, console);
  PrintServing(ServingAnswerOf(*response), form, console);
  return ExitCode::kOk;
}

}  // namespace stratagem::cli

#endif  // STRATAGEM_CLIENTS_CLI_SERVED_VERSION_H_
