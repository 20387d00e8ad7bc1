#include "server/reload/served_packs.h"

#include <algorithm>
#include <utility>

#include "server/ops/log.h"

namespace stratagem::server {
void ServedPacks::Know(std::shared_ptr<const plan::Plan> plan) {
  const std::string digest = plan->summary().digest;
  plans_.insert_or_assign(digest, std::move(plan));
}

std::shared_ptr<const plan::Plan> ServedPacks::Load(
    const state::ServedVersion& version, std::vector<RefusedPack>& refused) {
  const auto known = plans_.find(version.digest);
  if (known != plans_.end()) return known->second;
  absl::StatusOr<CompiledPack> loaded = library_.Load(version.digest);
  if (loaded.ok()) return std::move(loaded->plan);
  const std::string folder = library_.PathOf(version.digest);
  const auto before = std::find_if(
      refused_.begin(), refused_.end(),
      [&folder](const RefusedPack& one) { return one.folder == folder; });
  if (before != refused_.end()) {
    refused.push_back(*before);
    return nullptr;
  }
  refused.push_back({folder, std::string(loaded.status().message()), now_()});
  Log(LogLevel::kError, "pack_not_served",
      {{"pack", Value::String(version.pack)},
       {"version", Value::String(version.version)},
       {"message", Value::String(refused.back().message)}});
  return nullptr;
}

// `packs` in the order in which they were first activated, so that a restart
// without the command line's choice comes to the same.
void ServedPacks::PutDefaultFirst(
    const std::vector<std::string>& packs,
    std::vector<std::shared_ptr<const plan::Plan>>& plans) const {
  const auto put_first = [&plans](const std::string& pack) {
    const auto rest = std::stable_partition(
        plans.begin(), plans.end(),
        [&pack](const auto& plan) { return plan->summary().name == pack; });
    return rest != plans.begin();
  };
  if (put_first(default_)) return;
  for (const std::string& pack : packs) {
    if (put_first(pack)) return;
  }
}

std::shared_ptr<decide::ShadowComparison> ServedPacks::KeepComparison(
    const std::string& digest) {
  std::shared_ptr<decide::ShadowComparison>& kept = comparisons_[digest];
  if (kept == nullptr) kept = std::make_shared<decide::ShadowComparison>();
  return kept;
}

std::shared_ptr<const decide::Router> ServedPacks::MakeRouter(
    const state::Operations& operations) {
  std::vector<std::shared_ptr<const plan::Plan>> live;
  std::vector<decide::Canary> canaries;
  std::vector<decide::Shadow> shadows;
  Plans served;
  std::vector<RefusedPack> refused;
  for (const state::ServedVersion& version : operations.versions()) {
    if (!state::Serves(version.serving)) continue;
    std::shared_ptr<const plan::Plan> plan = Load(version, refused);
    if (plan == nullptr) continue;
    served.emplace(version.digest, plan);
    if (version.serving == state::Serving::kCanary) {
      canaries.push_back({std::move(plan), version.canary_slots});
    } else if (version.serving == state::Serving::kShadow) {
      shadows.push_back({std::move(plan), KeepComparison(version.digest)});
    } else {
      live.push_back(std::move(plan));
    }
  }
  std::erase_if(comparisons_, [&shadows](const auto& kept) {
    return std::none_of(shadows.begin(), shadows.end(),
                        [&kept](const decide::Shadow& shadow) {
                          return shadow.plan->summary().digest == kept.first;
                        });
  });
  plans_ = std::move(served);
  refused_ = std::move(refused);
  PutDefaultFirst(operations.packs(), live);
  return std::make_shared<const decide::Router>(
      std::move(live), std::move(canaries), std::move(shadows));
}

}  // namespace stratagem::server
