#include "server/reload/find_version.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace stratagem::server {

using state::Operations;
using state::ServedVersion;
using state::Serving;

VersionName NameOf(const plan::Plan& plan) {
  return {plan.summary().name, plan.summary().version};
}

std::string TextOf(const VersionName& name) {
  return absl::StrCat("`", name.pack, "` version `", name.version, "`");
}

const ServedVersion* FindVersion(const Operations& operations,
                                 const VersionName& name) {
  const auto& versions = operations.versions();
  const auto found = std::find_if(
      versions.begin(), versions.end(), [&name](const ServedVersion& version) {
        return version.pack == name.pack && version.version == name.version;
      });
  return found == versions.end() ? nullptr : &*found;
}

const ServedVersion* FindNewestLive(const Operations& operations,
                                    const std::string& pack) {
  const auto& versions = operations.versions();
  const auto newest = std::find_if(
      versions.rbegin(), versions.rend(), [&pack](const ServedVersion& one) {
        return one.pack == pack && one.serving == Serving::kLive;
      });
  return newest == versions.rend() ? nullptr : &*newest;
}

bool NeverServed(const ServedVersion* version) {
  return version == nullptr || version->serving == Serving::kPublished;
}

ServedVersion AsItServes(ServedVersion version, const Operations& operations) {
  const ServedVersion* found =
      FindVersion(operations, {version.pack, version.version});
  if (found != nullptr) return *found;
  version.serving = Serving::kWithdrawn;
  version.canary_slots = 0;
  return version;
}

}  // namespace stratagem::server
