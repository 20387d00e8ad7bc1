#include "server/reload/pack_store.h"

#include <map>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/base/diagnostics.h"
#include "engine/plan/plan.h"
#include "engine/plan/plan_code.h"
#include "server/ops/log.h"

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
    if (plan->code().hold.has_value()) {
      Log(LogLevel::kWarning, "pack_warning",
          {{"pack", Value::String(directory)},
           {"message", Value::String("`hold` has no effect yet: this server "
                                     "does not remember tiers, so every "
                                     "customer has the one of the score")}});
    }
  }
  return plan;
}

}  // namespace

std::variant<std::shared_ptr<const decide::Router>, PackErrors> LoadPacks(
    std::span<const std::string> directories) {
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
    plans.push_back(std::move(plan));
  }
  if (!errors.empty()) return PackErrors{std::move(errors)};
  return std::make_shared<const decide::Router>(std::move(plans));
}

}  // namespace stratagem::server
