// `groups:`, `offers:`, `placements:` and `arbitration:`.

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/pack/sections.h"

namespace stratagem::pack {

// Overloads that the tables below find by their targets' types.
void Read(ReadContext& context, const YamlNode& node, Direction& direction);
void Read(ReadContext& context, const YamlNode& node, Distinct& distinct);

namespace {

// LIMIT: offers that one placement may show.
constexpr int64_t kOffersShownMax = 1'000;

constexpr Key<Group> kGroupKeys[] = {
    {"parent", Need::kOptional, Into<&Group::parent>},
    {"eligibility", Need::kOptional, Into<&Group::eligibility>},
    {"applicability", Need::kOptional, Into<&Group::applicability>},
    {"suitability", Need::kOptional, Into<&Group::suitability>},
    {"lever_percent", Need::kOptional, Into<&Group::lever_percent>},
    {"limits", Need::kLater},
};

constexpr Key<Offer> kOfferKeys[] = {
    {"id", Need::kRequired, Into<&Offer::id>},
    {"group", Need::kOptional, Into<&Offer::group>},
    {"channels", Need::kOptional, Into<&Offer::channels>},
    {"valid", Need::kOptional, Into<&Offer::valid>},
    {"eligibility", Need::kOptional, Into<&Offer::eligibility>},
    {"applicability", Need::kOptional, Into<&Offer::applicability>},
    {"suitability", Need::kOptional, Into<&Offer::suitability>},
    {"propensity", Need::kOptional, Into<&Offer::propensity>},
    {"value", Need::kOptional, Into<&Offer::value>},
    {"cost", Need::kOptional, Into<&Offer::cost>},
    {"lever_percent", Need::kOptional, Into<&Offer::lever_percent>},
    {"labels", Need::kLater},
    {"content", Need::kLater},
    {"action_ref", Need::kLater},
    {"limits", Need::kLater},
    {"mandatory", Need::kLater},
};

constexpr Key<Placement> kPlacementKeys[] = {
    {"channel", Need::kOptional, Into<&Placement::channel>},
    {"direction", Need::kOptional, Into<&Placement::direction>},
    {"max_offers", Need::kOptional,
     [](ReadContext& context, const YamlNode& node, Placement& placement) {
       int64_t count = 1;
       Read(context, node, count);
       if (count < 1 || count > kOffersShownMax) {
         context.diagnostics.AddError(
             "E241", node.location(),
             absl::StrCat("`max_offers` is ", count, ", expected 1 to ",
                          kOffersShownMax));
         return;
       }
       placement.offers_max = static_cast<int32_t>(count);
     }},
    {"distinct", Need::kOptional, Into<&Placement::distinct>},
    {"groups", Need::kOptional, Into<&Placement::groups>},
    {"fallback", Need::kOptional, Into<&Placement::fallback>},
};

constexpr Key<Arbitration> kArbitrationKeys[] = {
    {"score", Need::kRequired, Into<&Arbitration::score>},
    {"min_score", Need::kLater},
    {"explore", Need::kLater},
};

// Reports E249 for a scalar that is none of `words`; else its index.
std::optional<size_t> ReadWord(ReadContext& context, const YamlNode& node,
                               std::vector<std::string> words) {
  Name word;
  Read(context, node, word);
  if (word.text.empty()) return std::nullopt;
  for (size_t i = 0; i < words.size(); ++i) {
    if (words[i] == word.text) return i;
  }
  context.diagnostics.AddError(
      "E249", node.location(),
      absl::StrCat("`", word.text, "` is not a word that this key knows"),
      HintAmong(word.text, words));
  return std::nullopt;
}

// Propensity is a chance.
void CheckPropensity(ReadContext& context, const Offer& offer) {
  if (!offer.propensity.has_value() || !offer.propensity->literal.has_value()) {
    return;
  }
  const double chance = offer.propensity->literal->double_value();
  if (chance >= 0 && chance <= 1) return;
  context.diagnostics.AddError(
      "E241", offer.propensity->location,
      absl::StrCat("`propensity` is ", chance, ", expected 0 to 1"),
      "it is the chance that the offer is accepted");
}

}  // namespace

void Read(ReadContext& context, const YamlNode& node, Direction& direction) {
  const std::optional<size_t> word =
      ReadWord(context, node, {"outbound", "inbound"});
  if (word.has_value()) {
    direction = *word == 0 ? Direction::kOutbound : Direction::kInbound;
  }
}

void Read(ReadContext& context, const YamlNode& node, Distinct& distinct) {
  const std::optional<size_t> word = ReadWord(context, node, {"none", "group"});
  if (word.has_value()) {
    distinct = *word == 0 ? Distinct::kNone : Distinct::kGroup;
  }
}

void ReadGroups(ReadContext& context, const YamlNode& node, PackDraft& draft) {
  if (!ExpectKind(context, node, YamlKind::kMapping, "groups by name")) return;
  for (const YamlEntry& entry : node.entries) {
    Group group;
    group.name = NameOf(entry.key);
    CheckName(group.name, NameUse::kLabel, "a group", context.diagnostics);
    draft.groups.Add(group.name, context.diagnostics);
    ReadMapping(context, entry.value,
                absl::StrCat("group `", group.name.text, "`"), kGroupKeys,
                group);
    draft.model.groups.push_back(std::move(group));
  }
}

void ReadOffers(ReadContext& context, const YamlNode& node, PackDraft& draft) {
  if (!ExpectKind(context, node, YamlKind::kSequence, "offers")) return;
  for (const YamlNode& item : node.items) {
    Offer offer;
    if (!ReadMapping(context, item, "an offer", kOfferKeys, offer)) continue;
    CheckName(offer.id, NameUse::kLabel, "an offer", context.diagnostics);
    draft.offers.Add(offer.id, context.diagnostics);
    CheckPropensity(context, offer);
    draft.model.offers.push_back(std::move(offer));
  }
}

void ReadPlacements(ReadContext& context, const YamlNode& node,
                    PackDraft& draft) {
  if (!ExpectKind(context, node, YamlKind::kMapping, "placements by name")) {
    return;
  }
  for (const YamlEntry& entry : node.entries) {
    Placement placement;
    placement.name = NameOf(entry.key);
    CheckName(placement.name, NameUse::kLabel, "a placement",
              context.diagnostics);
    draft.placements.Add(placement.name, context.diagnostics);
    ReadMapping(context, entry.value,
                absl::StrCat("placement `", placement.name.text, "`"),
                kPlacementKeys, placement);
    draft.model.placements.push_back(std::move(placement));
  }
}

void ReadArbitration(ReadContext& context, const YamlNode& node,
                     PackDraft& draft) {
  ReadMapping(context, node, "`arbitration`", kArbitrationKeys,
              draft.model.arbitration.emplace());
}

}  // namespace stratagem::pack
