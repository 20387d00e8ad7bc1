#include "engine/plan/unused_offer_parts.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace stratagem::plan {
namespace {

bool IsOfChannel(const OfferCode& offer, const std::string& channel) {
  return channel.empty() || offer.channels.empty() ||
         std::find(offer.channels.begin(), offer.channels.end(), channel) !=
             offer.channels.end();
}

// One flag an offer.
std::vector<bool> ShownOffers(const PlanCode& code) {
  std::vector<bool> shown(code.offers.size(), false);
  for (const PlacementCode& placement : code.placements) {
    for (const uint32_t offer : placement.offers) shown[offer] = true;
    if (placement.fallback >= 0) {
      shown[static_cast<size_t>(placement.fallback)] = true;
    }
  }
  return shown;
}

// Why no placement shows the offer.
std::string WhyNotShown(const OfferCode& offer, const PlanCode& code) {
  const bool has_channel =
      std::any_of(code.placements.begin(), code.placements.end(),
                  [&offer](const PlacementCode& placement) {
                    return IsOfChannel(offer, placement.channel);
                  });
  if (!has_channel) {
    return absl::StrCat("none has channel `",
                        absl::StrJoin(offer.channels, "` or `"), "`");
  }
  return offer.group < 0
             ? "all that have its channel take `groups`, and it has no group"
             : absl::StrCat("none that has its channel takes group `",
                            code.groups[static_cast<size_t>(offer.group)].name,
                            "`");
}

std::string WhyNotFilled(const PlacementCode& placement, const PlanCode& code) {
  const bool has_channel =
      std::any_of(code.offers.begin(), code.offers.end(),
                  [&placement](const OfferCode& offer) {
                    return IsOfChannel(offer, placement.channel);
                  });
  return has_channel
             ? "none of its channel is in its `groups`"
             : absl::StrCat("none has channel `", placement.channel, "`");
}

}  // namespace

void WarnOfUnusedOfferParts(const std::vector<bool>& has_doubtful_channel,
                            Compiler& compiler) {
  const pack::Model& model = compiler.model;
  const PlanCode& code = compiler.code;
  if (code.offers.empty() || code.placements.empty()) return;
  const std::vector<bool> shown = ShownOffers(code);
  std::vector<bool> has_offers(code.groups.size(), false);
  for (size_t i = 0; i < code.offers.size(); ++i) {
    const OfferCode& offer = code.offers[i];
    for (int group = offer.group; group >= 0;
         group = code.groups[static_cast<size_t>(group)].parent) {
      has_offers[static_cast<size_t>(group)] = true;
    }
    if (shown[i] || has_doubtful_channel[i]) continue;
    compiler.diagnostics.AddWarning(
        "W326", model.offers[i].id.location,
        absl::StrCat("no placement shows offer `", offer.id,
                     "`: ", WhyNotShown(offer, code)));
  }
  for (size_t i = 0; i < code.placements.size(); ++i) {
    const PlacementCode& placement = code.placements[i];
    if (!placement.offers.empty() || placement.fallback >= 0) continue;
    compiler.diagnostics.AddWarning(
        "W327", model.placements[i].name.location,
        absl::StrCat("no offer fits placement `", placement.name,
                     "`: ", WhyNotFilled(placement, code)));
  }
  for (size_t i = 0; i < code.groups.size(); ++i) {
    if (has_offers[i]) continue;
    compiler.diagnostics.AddWarning(
        "W328", model.groups[i].name.location,
        absl::StrCat("group `", code.groups[i].name, "` has no offers"),
        "name it as the `group:` of an offer, or remove it");
  }
}

}  // namespace stratagem::plan
