// server/reload/served_packs.h
//
// ServedPacks: from what operators have set to the router that answers calls.
// Loads versions from the library as they come to serve, and lets them go.
// Part of PackRegistry.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_RELOAD_SERVED_PACKS_H_
#define STRATAGEM_SERVER_RELOAD_SERVED_PACKS_H_

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "engine/decide/router.h"
#include "engine/plan/plan.h"
#include "engine/state/operations.h"
#include "server/reload/pack_library.h"
#include "server/reload/refused_packs.h"

namespace stratagem::server {

// Thread compatible.
class ServedPacks {
 public:
  // `library` must outlive this; `now` tells when a pack was refused.
  ServedPacks(const PackLibrary& library, std::function<absl::Time()> now)
      : library_(library), now_(std::move(now)) {}

  // Calls that name no pack are answered by this one while it serves; else by
  // the one that was activated first of those that do.
  void SetDefault(absl::string_view pack) { default_ = std::string(pack); }

  // This plan need not be loaded when it comes to serve.
  void Know(std::shared_ptr<const plan::Plan> plan);

  // Returns the router of what serves by `operations`. What cannot be loaded is
  // left out, logged once, and refused().
  std::shared_ptr<const decide::Router> MakeRouter(
      const state::Operations& operations);

  // Of the last MakeRouter().
  const std::vector<RefusedPack>& refused() const { return refused_; }

  // Whether the version of that digest serves, or could at least be loaded.
  bool Has(const std::string& digest) const { return plans_.contains(digest); }

 private:
  using Plans = std::map<std::string, std::shared_ptr<const plan::Plan>>;

  std::shared_ptr<decide::ShadowComparison> KeepComparison(
      const std::string& digest);
  // Null: it cannot be loaded.
  std::shared_ptr<const plan::Plan> Load(const state::ServedVersion& version,
                                         std::vector<RefusedPack>& refused);
  void PutDefaultFirst(
      const std::vector<std::string>& packs,
      std::vector<std::shared_ptr<const plan::Plan>>& plans) const;

  const PackLibrary& library_;
  const std::function<absl::Time()> now_;
  std::string default_;
  Plans plans_;  // By digest: what serves.
  // By digest: of the shadows that serve.
  std::map<std::string, std::shared_ptr<decide::ShadowComparison>> comparisons_;
  std::vector<RefusedPack> refused_;
};

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_RELOAD_SERVED_PACKS_H_
