// `groups:`, `offers:`, `placements:`, `context_weights:` and `arbitration:`.

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/pack/sections.h"
#include "engine/pack/words.h"

namespace stratagem::pack {

// Overloads that the tables below find by their targets' types.
void Read(ReadContext& context, const YamlNode& node, Direction& direction);
void Read(ReadContext& context, const YamlNode& node, Distinct& distinct);
void Read(ReadContext& context, const YamlNode& node, Explore& explore);
void Read(ReadContext& context, const YamlNode& node, ExploreMethod& method);

// The words of enumerations, in their order.
Shape ShapeOf(Of<Direction>) { return WordShape({"outbound", "inbound"}); }
Shape ShapeOf(Of<Distinct>) { return WordShape({"none", "group"}); }
Shape ShapeOf(Of<ExploreMethod>) {
  return WordShape({"none", "uniform", "softmax"});
}
Shape ShapeOf(Of<Explore>);

namespace {

// LIMIT: offers that one placement may show.
constexpr int64_t kOffersShownMax = 1'000;

constexpr Key<Group> kGroupKeys[] = {
    {"parent", Need::kOptional, Into<&Group::parent>,
     "the group above; its gates and levers hold here, too"},
    {"eligibility", Need::kOptional, Into<&Group::eligibility>,
     "may we offer this"},
    {"applicability", Need::kOptional, Into<&Group::applicability>,
     "does it make sense now"},
    {"suitability", Need::kOptional, Into<&Group::suitability>,
     "is it good for this customer"},
    {"lever_percent", Need::kOptional, Into<&Group::lever_percent>,
     "business weight: 20 multiplies by 1.2; levers of a tree add up"},
    {"limits", Need::kOptional, Into<&Group::limits>,
     "how often its offers and its children's may be shown, together"},
};

Shape ChanceShape() { return NumberFrom(0, 1); }

Shape PropensityShape() { return EitherOf<ChanceShape, ExpressionShape>(); }

constexpr Key<Offer> kOfferKeys[] = {
    {"id", Need::kRequired, Into<&Offer::id>, "unique in the pack"},
    {"group", Need::kOptional, Into<&Offer::group>, "the group it belongs to"},
    {"channels", Need::kOptional, Into<&Offer::channels>,
     "where it may be shown; absent: everywhere"},
    {"valid", Need::kOptional, Into<&Offer::valid>, "when it may be shown"},
    {"eligibility", Need::kOptional, Into<&Offer::eligibility>,
     "may we offer this"},
    {"applicability", Need::kOptional, Into<&Offer::applicability>,
     "does it make sense now"},
    {"suitability", Need::kOptional, Into<&Offer::suitability>,
     "is it good for this customer"},
    {"propensity", Need::kOptional, Into<&Offer::propensity, PropensityShape>,
     "chance that it is accepted, 0 to 1; absent: 1"},
    {"value", Need::kOptional, Into<&Offer::value>,
     "money gained when it is accepted; absent: 0"},
    {"cost", Need::kOptional, Into<&Offer::cost>,
     "money that it costs; absent: 0"},
    {"lever_percent", Need::kOptional, Into<&Offer::lever_percent>,
     "business weight: 55 multiplies by 1.55; adds to those of its groups"},
    {"mandatory", Need::kOptional, Into<&Offer::mandatory>,
     "goes before all others, whatever its score"},
    {"labels", Need::kOptional, Into<&Offer::labels>,
     "texts of buttons, by name and locale"},
    {"content", Need::kOptional, Into<&Offer::content>,
     "what the customer reads, by channel and locale"},
    {"action_ref", Need::kOptional, Into<&Offer::action_ref>,
     "what a screen opens; passed through"},
    {"limits", Need::kOptional, Into<&Offer::limits>,
     "how often it may be shown or accepted"},
};

void ReadOffersMax(ReadContext& context, const YamlNode& node,
                   Placement& placement) {
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
}

Shape OffersMaxShape() { return IntFrom(1, kOffersShownMax); }

constexpr Key<Placement> kPlacementKeys[] = {
    {"channel", Need::kOptional, Into<&Placement::channel>,
     "offers of this channel only; absent: of any"},
    {"direction", Need::kOptional, Into<&Placement::direction>,
     "who called: outbound (the default) or inbound"},
    {"max_offers",
     Need::kOptional,
     {ReadOffersMax, OffersMaxShape},
     "offers that it shows; absent: 1"},
    {"distinct", Need::kOptional, Into<&Placement::distinct>,
     "group: at most one offer of each group; none is the default"},
    {"groups", Need::kOptional, Into<&Placement::groups>,
     "offers of these groups and their children only"},
    {"fallback", Need::kOptional, Into<&Placement::fallback>,
     "the offer to show when there would be none"},
};

void ReadContextWeight(ReadContext& context, const YamlNode& node,
                       ContextWeight& weight) {
  Read(context, node, weight.weight);
  if (weight.weight >= 0) return;
  context.diagnostics.AddError(
      "E241", node.location(),
      absl::StrCat("`weight` is ", weight.weight, ", expected 0 or more"));
}

Shape ContextWeightShape() {
  Shape shape = NumberShape();
  shape.value_min = 0;
  return shape;
}

constexpr Key<ContextWeight> kContextWeightKeys[] = {
    {"when", Need::kRequired, Into<&ContextWeight::when>,
     "when the weight holds"},
    {"group", Need::kOptional, Into<&ContextWeight::group>,
     "offers of this group and its children only"},
    {"weight",
     Need::kRequired,
     {ReadContextWeight, ContextWeightShape},
     "multiplies the score; 1 changes nothing"},
};

struct ExploreDraft {
  ExploreMethod method = ExploreMethod::kNone;
  const YamlNode* temperature = nullptr;
  const YamlNode* share = nullptr;
};

Shape TemperatureShape() {
  Shape shape = NumberShape();
  shape.value_above = 0;
  return shape;
}

constexpr Key<ExploreDraft> kExploreKeys[] = {
    {"method", Need::kRequired, Into<&ExploreDraft::method>,
     "how slots are drawn"},
    {"temperature", Need::kOptional,
     Into<&ExploreDraft::temperature, TemperatureShape>,
     "of softmax: the lower, the more the best offer is drawn"},
    {"share", Need::kOptional, Into<&ExploreDraft::share, ChanceShape>,
     "the part of slots that are drawn, 0 to 1"},
};

constexpr Key<Arbitration> kArbitrationKeys[] = {
    {"score", Need::kOptional, Into<&Arbitration::score>,
     "what offers are ranked by"},
    {"min_score", Need::kOptional, Into<&Arbitration::score_min>,
     "offers that score less are left out"},
    {"explore", Need::kOptional, Into<&Arbitration::explore>,
     "how often another than the best offer is drawn"},
};

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
      ReadWord(context, node, ShapeOf(Of<Direction>()));
  if (word.has_value()) {
    direction = *word == 0 ? Direction::kOutbound : Direction::kInbound;
  }
}

void Read(ReadContext& context, const YamlNode& node, Distinct& distinct) {
  const std::optional<size_t> word =
      ReadWord(context, node, ShapeOf(Of<Distinct>()));
  if (word.has_value()) {
    distinct = *word == 0 ? Distinct::kNone : Distinct::kGroup;
  }
}

void Read(ReadContext& context, const YamlNode& node, ExploreMethod& method) {
  constexpr ExploreMethod kMethods[] = {
      ExploreMethod::kNone, ExploreMethod::kUniform, ExploreMethod::kSoftmax};
  const std::optional<size_t> word =
      ReadWord(context, node, ShapeOf(Of<ExploreMethod>()));
  if (word.has_value()) method = kMethods[*word];
}

// Numbers that the method does not use may stand there, so that an author can
// switch methods by one word.
void Read(ReadContext& context, const YamlNode& node, Explore& explore) {
  ExploreDraft draft;
  if (!ReadMapping(context, node, "`explore`", kExploreKeys, draft)) return;
  explore.method = draft.method;
  if (draft.share != nullptr) {
    Read(context, *draft.share, explore.share);
    if (explore.share < 0 || explore.share > 1) {
      context.diagnostics.AddError(
          "E241", draft.share->location(),
          absl::StrCat("`share` is ", explore.share, ", expected 0 to 1"),
          "it is the part of slots that are drawn");
    }
  } else if (explore.method != ExploreMethod::kNone) {
    ReportMissingKey(context, node, "`explore`", "share");
  }
  if (draft.temperature != nullptr) {
    Read(context, *draft.temperature, explore.temperature);
    if (!(explore.temperature > 0)) {
      context.diagnostics.AddError(
          "E241", draft.temperature->location(),
          absl::StrCat("`temperature` is ", explore.temperature,
                       ", expected more than 0"),
          "the lower it is, the more the best offer is drawn");
    }
  } else if (explore.method == ExploreMethod::kSoftmax) {
    ReportMissingKey(context, node, "`explore`", "temperature");
  }
}

Shape ShapeOf(Of<Explore>) { return MappingOf<kExploreKeys>(); }

absl::string_view WordOf(Direction direction) {
  return ShapeOf(Of<Direction>()).words[static_cast<size_t>(direction)];
}

absl::string_view WordOf(Distinct distinct) {
  return ShapeOf(Of<Distinct>()).words[static_cast<size_t>(distinct)];
}

absl::string_view WordOf(ExploreMethod method) {
  return ShapeOf(Of<ExploreMethod>()).words[static_cast<size_t>(method)];
}

Shape GroupsShape() { return ByLabel<MappingOf<kGroupKeys>>(); }

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

Shape OffersShape() { return ListOf<MappingOf<kOfferKeys>>(); }

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

Shape PlacementsShape() { return ByLabel<MappingOf<kPlacementKeys>>(); }

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

Shape ContextWeightsShape() { return ListOf<MappingOf<kContextWeightKeys>>(); }

void ReadContextWeights(ReadContext& context, const YamlNode& node,
                        PackDraft& draft) {
  if (!ExpectKind(context, node, YamlKind::kSequence, "context weights")) {
    return;
  }
  for (const YamlNode& item : node.items) {
    ContextWeight weight;
    weight.location = item.location();
    ReadMapping(context, item, "a context weight", kContextWeightKeys, weight);
    draft.model.context_weights.push_back(std::move(weight));
  }
}

Shape ArbitrationShape() { return MappingOf<kArbitrationKeys>(); }

void ReadArbitration(ReadContext& context, const YamlNode& node,
                     PackDraft& draft) {
  ReadMapping(context, node, "`arbitration`", kArbitrationKeys,
              draft.model.arbitration.emplace());
}

}  // namespace stratagem::pack
