#include "server/reload/pack_store.h"

#include <map>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/base/check.h"
#include "engine/base/diagnostics.h"
#include "engine/base/status_macros.h"
#include "engine/pack/pack_sources.h"
#include "engine/plan/plan.h"
#include "engine/store/pack_archive.h"
#include "server/ops/log.h"
#include "server/reload/pack_promises.h"

namespace stratagem::server {
namespace {

void LogWarnings(const std::string& directory, const Diagnostics& diagnostics) {
  for (const Diagnostic& diagnostic : diagnostics.Sorted()) {
    if (diagnostic.severity != Severity::kWarning) continue;
    Log(LogLevel::kWarning, "pack_warning",
        {{"pack", Value::String(directory)},
         {"message", Value::String(ToString(diagnostic))}});
  }
}

// Null, and `errors` longer, when the pack has errors.
std::shared_ptr<const plan::Plan> LoadPack(const std::string& directory,
                                           std::string& errors) {
  Diagnostics diagnostics;
  std::shared_ptr<const plan::Plan> plan =
      plan::LoadPlan(directory, diagnostics);
  if (plan == nullptr) {
    absl::StrAppend(&errors, "pack `", directory, "` has errors:\n",
                    diagnostics.ToString());
  } else {
    LogWarnings(directory, diagnostics);
  }
  return plan;
}

}  // namespace

std::variant<std::shared_ptr<const decide::Router>, PackErrors> LoadPacks(
    std::span<const std::string> directories, absl::Duration outcome_window) {
  std::string errors;
  std::vector<std::shared_ptr<const plan::Plan>> plans;
  std::map<std::pair<std::string, std::string>, std::string> seen;
  for (const std::string& directory : directories) {
    std::shared_ptr<const plan::Plan> plan = LoadPack(directory, errors);
    if (plan == nullptr) continue;
    const plan::PlanSummary& summary = plan->summary();
    const auto [first, is_new] =
        seen.try_emplace({summary.name, summary.version}, directory);
    if (!is_new) {
      absl::StrAppend(&errors, "pack `", directory, "` is `", summary.name,
                      "` version `", summary.version, "`, and so is `",
                      first->second, "`; give one of them another version\n");
      continue;
    }
    const absl::Status promises = CheckPromises(*plan, outcome_window);
    if (!promises.ok()) {
      absl::StrAppend(&errors, "pack `", directory, "`: ", promises.message(),
                      "\n");
    }
    plans.push_back(std::move(plan));
  }
  if (!errors.empty()) return PackErrors{std::move(errors)};
  return std::make_shared<const decide::Router>(std::move(plans));
}

absl::Status KeepPacks(std::span<const std::string> directories,
                       const decide::Router& router,
                       const std::string& store_directory) {
  STRATAGEM_CHECK(directories.size() == router.plans().size());
  for (size_t i = 0; i < directories.size(); ++i) {
    const std::string& digest = router.plans()[i]->summary().digest;
    STRATAGEM_ASSIGN_OR_RETURN(const auto files,
                               pack::ReadPackSources(directories[i], digest));
    STRATAGEM_RETURN_IF_ERROR(store::KeepPack(store_directory, digest, files));
  }
  return absl::OkStatus();
}

}  // namespace stratagem::server
