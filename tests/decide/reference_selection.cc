#include "tests/decide/reference_selection.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "absl/strings/str_cat.h"
#include "engine/base/random.h"

namespace stratagem::decide {
namespace {

using Offers = std::vector<ReferenceOffer>;

std::string MethodName(pack::ExploreMethod method) {
  switch (method) {
    case pack::ExploreMethod::kNone:
      return "none";
    case pack::ExploreMethod::kUniform:
      return "uniform";
    case pack::ExploreMethod::kSoftmax:
      return "softmax";
  }
  return "";
}

// The chance of each of `offers`, the best first, to take the next slot.
std::map<std::string, double> Chances(const Offers& offers,
                                      const pack::Explore& explore) {
  const double max = offers.front().score;
  const double min = offers.back().score;
  const double share =
      explore.method == pack::ExploreMethod::kNone ? 0 : explore.share;
  std::vector<double> weights;
  double sum = 0;
  for (const ReferenceOffer& offer : offers) {
    const double z = max == min ? 0 : (offer.score - max) / (max - min);
    weights.push_back(explore.method == pack::ExploreMethod::kSoftmax
                          ? std::exp(z / explore.temperature)
                          : 1);
    sum += weights.back();
  }
  std::map<std::string, double> chances;
  for (size_t i = 0; i < offers.size(); ++i) {
    chances[offers[i].id] =
        (1 - share) * (i == 0 ? 1 : 0) + share * weights[i] / sum;
  }
  return chances;
}

// What may take the next slot of the placement, the best first.
Offers Admissible(const ReferencePack& pack,
                  const ReferencePlacement& placement,
                  const std::set<std::string>& shown,
                  const std::set<std::string>& groups, bool mandatory) {
  Offers offers;
  for (const ReferenceOffer& offer : pack.offers) {
    if (!offer.open || offer.mandatory != mandatory) continue;
    if (!mandatory && pack.score_min && offer.score < *pack.score_min) continue;
    if (shown.contains(offer.id)) continue;
    if (placement.distinct_group && !offer.group.empty() &&
        groups.contains(offer.group)) {
      continue;
    }
    offers.push_back(offer);
  }
  std::sort(offers.begin(), offers.end(),
            [](const ReferenceOffer& a, const ReferenceOffer& b) {
              return a.score != b.score ? a.score > b.score : a.id < b.id;
            });
  return offers;
}

}  // namespace

std::string ToYaml(const ReferencePack& pack) {
  std::string yaml = "groups: {red: {}, green: {}}\noffers:\n";
  for (const ReferenceOffer& offer : pack.offers) {
    absl::StrAppend(
        &yaml, "  - {id: ", offer.id,
        offer.group.empty() ? "" : absl::StrCat(", group: ", offer.group),
        offer.open ? "" : ", eligibility: \"false\"",
        offer.mandatory ? ", mandatory: true" : "", ", value: ", offer.score,
        "}\n");
  }
  yaml += "placements:\n";
  for (const ReferencePlacement& placement : pack.placements) {
    absl::StrAppend(&yaml, "  ", placement.name,
                    ": {max_offers: ", placement.offers_max,
                    ", distinct: ", placement.distinct_group ? "group" : "none",
                    placement.fallback.empty()
                        ? ""
                        : absl::StrCat(", fallback: ", placement.fallback),
                    "}\n");
  }
  absl::StrAppend(&yaml, "arbitration:\n  explore: {method: ",
                  MethodName(pack.explore.method),
                  ", share: ", pack.explore.share,
                  ", temperature: ", pack.explore.temperature, "}\n");
  if (pack.score_min) {
    absl::StrAppend(&yaml, "  min_score: ", *pack.score_min, "\n");
  }
  return yaml;
}

std::vector<std::vector<ReferenceSlot>> FillByReference(
    const ReferencePack& pack, uint64_t seed) {
  std::vector<std::vector<ReferenceSlot>> filled;
  std::set<std::string> shown;
  for (uint32_t number = 0; number < pack.placements.size(); ++number) {
    const ReferencePlacement& placement = pack.placements[number];
    std::vector<ReferenceSlot>& slots = filled.emplace_back();
    std::set<std::string> groups;
    const auto take = [&](const ReferenceOffer& offer, ReferenceSlot slot) {
      slot.offer = offer.id;
      slots.push_back(std::move(slot));
      shown.insert(offer.id);
      groups.insert(offer.group);
    };
    while (slots.size() < placement.offers_max) {
      const Offers first = Admissible(pack, placement, shown, groups, true);
      if (first.empty()) break;
      take(first.front(), {"", "mandatory", 1, {}});
    }
    while (slots.size() < placement.offers_max) {
      const Offers rest = Admissible(pack, placement, shown, groups, false);
      if (rest.empty()) break;
      const auto chances = Chances(rest, pack.explore);
      const double draw =
          SlotDraw(seed, number, static_cast<uint32_t>(slots.size()));
      size_t drawn = 0;
      double below = chances.at(rest[0].id);
      while (draw >= below && drawn + 1 < rest.size()) {
        below += chances.at(rest[++drawn].id);
      }
      take(rest[drawn], {"", drawn == 0 ? "ranked" : "explored",
                         chances.at(rest[drawn].id), chances});
    }
    if (slots.empty() && !placement.fallback.empty() &&
        !shown.contains(placement.fallback)) {
      ReferenceOffer fallback;
      fallback.id = placement.fallback;
      take(fallback, {"", "fallback", 1, {}});
    }
  }
  return filled;
}

}  // namespace stratagem::decide
