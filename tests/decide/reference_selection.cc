#include "tests/decide/reference_selection.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "engine/base/random.h"
#include "engine/plan/plan_code.h"

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

// What showing `offer` adds to a cap, when `before` have been shown.
int64_t Adds(const ReferenceCap& cap, const ReferenceOffer& offer,
             const Offers& before) {
  switch (cap.counts) {
    case ReferenceCounts::kOffer:
      return cap.of == offer.id ? 1 : 0;
    case ReferenceCounts::kGroup:
      return cap.of == offer.group ? 1 : 0;
    case ReferenceCounts::kMoney:
      return std::llround(std::max(0.0, offer.cost) * 1e6);
    case ReferenceCounts::kShown:
      return 1;
    case ReferenceCounts::kContacts:
      return before.empty() ? 1 : 0;
  }
  return 0;
}

bool HasRoom(const ReferencePack& pack, const ReferenceOffer& offer,
             const Offers& before) {
  for (const ReferenceCap& cap : pack.caps) {
    int64_t amount = cap.amount;
    Offers above;
    for (const ReferenceOffer& one : before) {
      amount += Adds(cap, one, above);
      above.push_back(one);
    }
    const int64_t adds = Adds(cap, offer, before);
    if (adds > 0 && amount + adds > cap.max) return false;
    // The state that was read closes for contacts, too.
    if (cap.counts == ReferenceCounts::kContacts && cap.amount >= cap.max) {
      return false;
    }
  }
  return true;
}

// What may take the next slot of the placement, the best first.
Offers Admissible(const ReferencePack& pack,
                  const ReferencePlacement& placement,
                  const std::set<std::string>& shown, const Offers& before,
                  const std::set<std::string>& groups, bool mandatory) {
  Offers offers;
  for (const ReferenceOffer& offer : pack.offers) {
    if (!offer.open || offer.mandatory != mandatory) continue;
    if (!mandatory && pack.score_min && offer.score < *pack.score_min) continue;
    if (shown.contains(offer.id) || !HasRoom(pack, offer, before)) continue;
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

bool IsLine(const ReferenceCap& cap) {
  return cap.counts == ReferenceCounts::kShown ||
         cap.counts == ReferenceCounts::kContacts;
}

// A part of the name of its counter.
std::string PlaceOf(const ReferenceCap& cap) {
  switch (cap.counts) {
    case ReferenceCounts::kOffer:
      return absl::StrCat("/offers.", cap.of, "/");
    case ReferenceCounts::kGroup:
      return absl::StrCat("/groups.", cap.of, "/");
    case ReferenceCounts::kMoney:
      return "/budgets.money/";
    case ReferenceCounts::kShown:
    case ReferenceCounts::kContacts:
      break;
  }
  return "no counter";
}

std::string LimitsOf(const ReferencePack& pack, ReferenceCounts counts,
                     const std::string& of) {
  for (const ReferenceCap& cap : pack.caps) {
    if (cap.counts != counts || cap.of != of) continue;
    return absl::StrCat(", limits: [{count: ", cap.max,
                        ", per: all, period: day}]");
  }
  return "";
}

void AppendBudgetsAndLines(const ReferencePack& pack, std::string& yaml) {
  for (const ReferenceCap& cap : pack.caps) {
    if (cap.counts == ReferenceCounts::kMoney) {
      absl::StrAppend(
          &yaml, "budgets: [{name: money, amount: ",
          absl::StrFormat("%.6f", static_cast<double>(cap.max) / 1e6),
          ", charge: presented, period: day}]\n");
    } else if (IsLine(cap)) {
      absl::StrAppend(
          &yaml, "contact_policy: [{name: line, count: ", cap.max,
          ", within: 1d, counting: ",
          cap.counts == ReferenceCounts::kShown ? "offers" : "contacts",
          "}]\n");
    }
  }
}

}  // namespace

state::StateCopy StateOf(const ReferencePack& pack, const plan::Plan& plan,
                         absl::Time now) {
  state::StateCopy state;
  for (const plan::CounterCode& counter : plan.code().caps.counters) {
    int64_t& amount = state.amounts.emplace_back();
    for (const ReferenceCap& cap : pack.caps) {
      if (absl::StrContains(counter.name, PlaceOf(cap))) amount = cap.amount;
    }
  }
  // Lines count what is remembered of the customer, of whatever offer.
  int64_t events = 0;
  for (const ReferenceCap& cap : pack.caps) {
    if (IsLine(cap)) events = cap.amount;
  }
  for (int64_t i = 0; i < events; ++i) {
    state::Event& event = state.events.emplace_back();
    event.at = now - absl::Hours(1);
    event.sequence = static_cast<uint64_t>(i + 1);
    event.offer = {"before", state::KeyOf("before")};
  }
  return state;
}

std::string ToYaml(const ReferencePack& pack) {
  std::string yaml = "groups:\n";
  for (const std::string group : {"red", "green"}) {
    absl::StrAppend(&yaml, "  ", group, ": {lever_percent: 0",
                    LimitsOf(pack, ReferenceCounts::kGroup, group), "}\n");
  }
  yaml += "offers:\n";
  for (const ReferenceOffer& offer : pack.offers) {
    absl::StrAppend(
        &yaml, "  - {id: ", offer.id,
        offer.group.empty() ? "" : absl::StrCat(", group: ", offer.group),
        offer.open ? "" : ", eligibility: \"false\"",
        offer.mandatory ? ", mandatory: true" : "",
        ", value: ", offer.score + offer.cost, ", cost: ", offer.cost,
        LimitsOf(pack, ReferenceCounts::kOffer, offer.id), "}\n");
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
  AppendBudgetsAndLines(pack, yaml);
  return yaml;
}

std::vector<std::vector<ReferenceSlot>> FillByReference(
    const ReferencePack& pack, uint64_t seed) {
  std::vector<std::vector<ReferenceSlot>> filled;
  std::set<std::string> shown;
  Offers before;
  for (uint32_t number = 0; number < pack.placements.size(); ++number) {
    const ReferencePlacement& placement = pack.placements[number];
    std::vector<ReferenceSlot>& slots = filled.emplace_back();
    std::set<std::string> groups;
    const auto take = [&](const ReferenceOffer& offer, ReferenceSlot slot) {
      slot.offer = offer.id;
      slots.push_back(std::move(slot));
      shown.insert(offer.id);
      if (slots.back().reason != "fallback") before.push_back(offer);
      groups.insert(offer.group);
    };
    while (slots.size() < placement.offers_max) {
      const Offers first =
          Admissible(pack, placement, shown, before, groups, true);
      if (first.empty()) break;
      take(first.front(), {"", "mandatory", 1, {}});
    }
    while (slots.size() < placement.offers_max) {
      const Offers rest =
          Admissible(pack, placement, shown, before, groups, false);
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
