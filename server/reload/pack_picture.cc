#include "server/reload/pack_picture.h"

#include <set>
#include <utility>

namespace stratagem::server {
namespace {

std::optional<decide::ShadowCounts> CountsOf(const state::ServedVersion& served,
                                             const decide::Router& router) {
  if (served.serving != state::Serving::kShadow) return std::nullopt;
  for (const decide::Shadow& shadow : router.shadows()) {
    if (shadow.plan->summary().digest == served.digest) {
      return shadow.comparison->counts();
    }
  }
  return std::nullopt;
}

}  // namespace

PackPicture::Version PictureOf(const state::ServedVersion& served,
                               const decide::Router& router, absl::Time now) {
  const auto decides = router.Route(served.pack, "", now);
  return {served,
          decides.ok() && (*decides)->summary().version == served.version,
          CountsOf(served, router)};
}

PackPicture MakePicture(const std::string& pack, const decide::Router& router,
                        const OpenStores& stores, absl::Time now) {
  PackPicture picture;
  std::set<std::string> packs;
  const state::Operations operations = stores.sequencer->operations();
  for (const state::ServedVersion& served : operations.versions()) {
    if (!pack.empty() && served.pack != pack) continue;
    packs.insert(served.pack);
    picture.versions.push_back(PictureOf(served, router, now));
  }
  for (const std::string& name : packs) {
    for (PauseTarget& target : PausedUnder(name, stores)) {
      picture.paused.push_back(std::move(target));
    }
  }
  return picture;
}

}  // namespace stratagem::server
