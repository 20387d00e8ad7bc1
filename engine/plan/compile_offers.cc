// The sections `groups`, `offers`, `placements`, `context_weights` and
// `arbitration`.

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "engine/base/limits.h"
#include "engine/plan/compiler.h"
#include "engine/plan/offer_names.h"
#include "engine/plan/unused_offer_parts.h"

namespace stratagem::plan {
namespace {

using expr::Type;
using expr::TypeKind;

// What ranks offers when the pack does not say: expected gain.
constexpr char kDefaultScore[] =
    "offer.propensity * offer.context_weight * offer.value * offer.lever - "
    "offer.cost";

// What offers and placements refer to.
struct Tables {
  const OfferNames& names;
  std::vector<int> parents;  // One a group; -1 for a root.
  std::vector<uint32_t> offers_by_id;
  // Pairs of a placement and an offer so far.
  size_t placement_offers = 0;
};

GateCode CompileGates(const std::optional<pack::Expression>& eligibility,
                      const std::optional<pack::Expression>& applicability,
                      const std::optional<pack::Expression>& suitability,
                      Compiler& compiler) {
  const expr::Scope& scope = compiler.scopes.gates;
  return {compiler.CompileCondition(eligibility, scope),
          compiler.CompileCondition(applicability, scope),
          compiler.CompileCondition(suitability, scope)};
}

// Finds the parent of every group and reports cycles and trees that are too
// deep. A group with either mistake gets no parent, so that walks up the tree
// always end soon.
std::vector<int> ResolveParents(const OfferNames& names, Compiler& compiler) {
  const std::vector<pack::Group>& groups = compiler.model.groups;
  std::vector<int> parents(groups.size(), -1);
  for (size_t i = 0; i < groups.size(); ++i) {
    if (groups[i].parent.has_value()) {
      parents[i] = FindGroup(*groups[i].parent, names, compiler);
    }
  }
  for (size_t i = 0; i < groups.size(); ++i) {
    int level = 1;
    int walker = parents[i];
    while (walker >= 0 && walker != static_cast<int>(i) &&
           level < kGroupDepthMax) {
      walker = parents[static_cast<size_t>(walker)];
      ++level;
    }
    if (walker < 0) continue;
    if (walker == static_cast<int>(i)) {
      compiler.diagnostics.AddError("E309", groups[i].parent->location,
                                    absl::StrCat("group `", groups[i].name.text,
                                                 "` is among its own parents"));
    } else {
      compiler.diagnostics.AddError(
          "E313", groups[i].parent->location,
          absl::StrCat("group `", groups[i].name.text, "` has more than ",
                       kGroupDepthMax - 1, " levels of parents"));
    }
    parents[i] = -1;
  }
  return parents;
}

// lever_percent of the group and all its parents, in ten-thousandths.
int64_t LeverOfGroup(int group, const std::vector<int>& parents,
                     const Compiler& compiler) {
  int64_t lever = 0;
  for (; group >= 0; group = parents[static_cast<size_t>(group)]) {
    lever += compiler.model.groups[static_cast<size_t>(group)]
                 .lever_percent.ten_thousandths;
  }
  return lever;
}

OperandCode CompileAmount(const std::optional<pack::Operand>& operand,
                          Compiler& compiler) {
  if (!operand.has_value()) return {Value::Double(0), std::nullopt};
  return compiler.CompileOperand(*operand, compiler.scopes.amounts,
                                 Type(TypeKind::kDouble));
}

OfferCode CompileOffer(const pack::Offer& offer, const Tables& tables,
                       Compiler& compiler) {
  OfferCode code;
  code.id = offer.id.text;
  if (offer.group.has_value()) {
    code.group = FindGroup(*offer.group, tables.names, compiler);
  }
  for (const pack::Name& channel : offer.channels) {
    code.channels.push_back(channel.text);
  }
  code.valid = offer.valid;
  code.gates = CompileGates(offer.eligibility, offer.applicability,
                            offer.suitability, compiler);
  if (offer.propensity.has_value()) {
    code.propensity = compiler.CompileOperand(
        *offer.propensity, compiler.scopes.amounts, Type(TypeKind::kDouble));
  }
  code.value = CompileAmount(offer.value, compiler);
  code.cost = CompileAmount(offer.cost, compiler);
  const int64_t percent = offer.lever_percent.ten_thousandths +
                          LeverOfGroup(code.group, tables.parents, compiler);
  code.lever = std::max(0.0, 1.0 + static_cast<double>(percent) / 1e6);
  code.mandatory = offer.mandatory;
  return code;
}

bool HasChannel(const OfferCode& offer, const std::string& channel) {
  return channel.empty() || offer.channels.empty() ||
         std::find(offer.channels.begin(), offer.channels.end(), channel) !=
             offer.channels.end();
}

bool IsWithin(int group, const std::vector<int>& wanted,
              const std::vector<int>& parents) {
  if (wanted.empty()) return true;
  for (; group >= 0; group = parents[static_cast<size_t>(group)]) {
    if (std::find(wanted.begin(), wanted.end(), group) != wanted.end()) {
      return true;
    }
  }
  return false;
}

int CompileFallback(const pack::Name& name, const PlacementCode& placement,
                    const Tables& tables, Compiler& compiler) {
  const int index = FindOffer(name, "E310", tables.names, compiler);
  if (index < 0) return -1;
  const pack::Offer& offer = compiler.model.offers[static_cast<size_t>(index)];
  if (offer.eligibility.has_value() || offer.applicability.has_value() ||
      offer.suitability.has_value() ||
      offer.valid.from != absl::InfinitePast() ||
      offer.valid.until != absl::InfiniteFuture()) {
    compiler.diagnostics.AddError(
        "E310", name.location,
        absl::StrCat("the fallback `", name.text,
                     "` has gates or a validity of its own; a fallback must "
                     "always be there"),
        "define an offer without them for this");
  }
  if (!offer.limits.empty()) {
    compiler.diagnostics.AddError(
        "E310", name.location,
        absl::StrCat("the fallback `", name.text,
                     "` has limits of its own; a fallback must always be "
                     "there"),
        "define an offer without them for this");
  }
  if (offer.mandatory) {
    compiler.diagnostics.AddError(
        "E310", name.location,
        absl::StrCat("the fallback `", name.text,
                     "` is mandatory; a fallback fills only what would stay "
                     "empty"),
        "define an offer that is not mandatory for this");
  }
  if (!HasChannel(compiler.code.offers[static_cast<size_t>(index)],
                  placement.channel)) {
    compiler.diagnostics.AddError(
        "E310", name.location,
        absl::StrCat("the fallback `", name.text,
                     "` is not an offer of channel `", placement.channel, "`"));
  }
  return index;
}

// The offers of the placement's channel and groups, ascending by id; none once
// the plan holds too many pairs.
std::vector<uint32_t> OffersOf(const pack::Placement& placement,
                               const std::string& channel, Tables& tables,
                               Compiler& compiler) {
  std::vector<uint32_t> fitting;
  std::vector<int> wanted;
  for (const pack::Name& group : placement.groups) {
    wanted.push_back(FindGroup(group, tables.names, compiler));
  }
  if (tables.placement_offers > kPlacementOffersMax) return fitting;
  for (const uint32_t index : tables.offers_by_id) {
    const OfferCode& offer = compiler.code.offers[index];
    if (!HasChannel(offer, channel) ||
        !IsWithin(offer.group, wanted, tables.parents)) {
      continue;
    }
    if (++tables.placement_offers > kPlacementOffersMax) {
      compiler.diagnostics.AddError(
          "E314", placement.name.location,
          absl::StrCat("with placement `", placement.name.text,
                       "` the placements of the pack hold more than ",
                       kPlacementOffersMax, " offers in all"),
          "narrow placements by `channel` and `groups`");
      break;
    }
    fitting.push_back(index);
  }
  return fitting;
}

PlacementCode CompilePlacement(const pack::Placement& placement, Tables& tables,
                               Compiler& compiler) {
  PlacementCode code;
  code.name = placement.name.text;
  if (placement.channel.has_value()) {
    code.channel = placement.channel->text;
    compiler.CheckChannel(*placement.channel);
  }
  code.inbound = placement.direction == pack::Direction::kInbound;
  code.offers_max = static_cast<uint32_t>(placement.offers_max);
  code.distinct_group = placement.distinct == pack::Distinct::kGroup;
  code.offers = OffersOf(placement, code.channel, tables, compiler);
  if (placement.fallback.has_value()) {
    code.fallback =
        CompileFallback(*placement.fallback, code, tables, compiler);
  }
  return code;
}

void CompileArbitration(const pack::Arbitration& arbitration,
                        Compiler& compiler) {
  const pack::Expression score = arbitration.score.value_or(
      pack::Expression{SourceText(kDefaultScore, {"default score", 1, 1})});
  compiler.code.score =
      compiler.Compile(score, compiler.scopes.score, {Type(TypeKind::kDouble)});
  compiler.code.score_min = arbitration.score_min;
  compiler.code.explore = arbitration.explore.value_or(pack::Explore{});
}

void CompileContextWeights(const OfferNames& names, Compiler& compiler) {
  const std::vector<pack::ContextWeight>& weights =
      compiler.model.context_weights;
  for (size_t i = 0; i < weights.size(); ++i) {
    const int group = weights[i].group.has_value()
                          ? FindGroup(*weights[i].group, names, compiler)
                          : -1;
    std::optional<expr::Program> when =
        compiler.CompileCondition(weights[i].when, compiler.scopes.gates);
    if (!when.has_value()) continue;
    (group < 0
         ? compiler.code.context_weights
         : compiler.code.groups[static_cast<size_t>(group)].context_weights)
        .push_back({absl::StrCat("context_weights[", i, "]"), *std::move(when),
                    weights[i].weight});
  }
}

}  // namespace

void CompileOffers(const OfferNames& names, Compiler& compiler) {
  const size_t errors = compiler.diagnostics.error_count();
  const pack::Model& model = compiler.model;
  Tables tables{names, ResolveParents(names, compiler), {}, 0};
  for (const std::string& id : names.offers.sorted) {
    tables.offers_by_id.push_back(names.offers.index.find(id)->second);
  }
  for (size_t i = 0; i < model.groups.size(); ++i) {
    const pack::Group& group = model.groups[i];
    GroupCode code;
    code.name = group.name.text;
    code.parent = tables.parents[i];
    code.gates = CompileGates(group.eligibility, group.applicability,
                              group.suitability, compiler);
    compiler.code.groups.push_back(std::move(code));
  }
  CompileContextWeights(names, compiler);
  std::vector<bool> has_doubtful_channel;
  for (const pack::Offer& offer : model.offers) {
    bool knows_all = true;
    for (const pack::Name& channel : offer.channels) {
      knows_all &= compiler.CheckChannel(channel);
    }
    has_doubtful_channel.push_back(!knows_all);
    compiler.code.offers.push_back(CompileOffer(offer, tables, compiler));
  }
  for (const pack::Placement& placement : model.placements) {
    compiler.code.placement_index.emplace(
        placement.name.text,
        static_cast<uint32_t>(compiler.code.placements.size()));
    compiler.code.placements.push_back(
        CompilePlacement(placement, tables, compiler));
  }
  // What has a mistake may be what would have used the rest.
  if (!compiler.is_draft && compiler.diagnostics.error_count() == errors) {
    WarnOfUnusedOfferParts(has_doubtful_channel, compiler);
  }
  if (!model.offers.empty() || model.arbitration.has_value()) {
    CompileArbitration(model.arbitration.value_or(pack::Arbitration{}),
                       compiler);
  }
}

}  // namespace stratagem::plan
