// Offers: for each placement in the order of the call, who may have a slot and
// who gets one.

#include <algorithm>
#include <numeric>
#include <optional>
#include <span>

#include "engine/decide/admission.h"
#include "engine/decide/decision_state.h"

namespace stratagem::decide {
namespace {

using trace::Candidate;
using trace::Reason;

// Puts the placement's candidates into their ranking, best first. Offers of a
// placement are in the order of their ids, so equal scores rank by id.
// Afterwards candidate i is of offer candidate_offers[ranking[i]].
std::span<Candidate> Rank(size_t candidates_begin, DecisionState& state) {
  const std::span<Candidate> candidates =
      std::span(state.record.candidates).subspan(candidates_begin);
  state.ranking.resize(candidates.size());
  std::iota(state.ranking.begin(), state.ranking.end(), 0u);
  std::sort(state.ranking.begin(), state.ranking.end(),
            [candidates](uint32_t a, uint32_t b) {
              if (candidates[a].score != candidates[b].score) {
                return candidates[a].score > candidates[b].score;
              }
              return a < b;
            });
  state.ranked.clear();
  for (const uint32_t rank : state.ranking) {
    state.ranked.push_back(candidates[rank]);
  }
  std::copy(state.ranked.begin(), state.ranked.end(), candidates.begin());
  return candidates;
}

// Shows an offer in the placement's next slot.
void Show(const plan::PlanCode& code, uint32_t offer, Reason reason,
          double probability, double score, DecisionState& state) {
  state.offers[offer].shown = true;
  const uint64_t group_key =
      code.caps.events_kept.has_value() ? code.caps.group_keys[offer] : 0;
  state.record.slots.push_back(
      {code.offers[offer].id, reason, probability, score, group_key, offer});
}

void AddContenders(const plan::PlanCode& code,
                   std::span<const Candidate> candidates,
                   DecisionState& state) {
  state.contenders.clear();
  state.draws.clear();
  for (size_t i = 0; i < candidates.size(); ++i) {
    const uint32_t offer = state.candidate_offers[state.ranking[i]];
    const auto draws = static_cast<uint32_t>(state.draws.size());
    state.caps.AddDraws(offer, candidates[i].cost, state.draws);
    state.contenders.push_back({candidates[i].score, code.offers[offer].group,
                                code.offers[offer].mandatory,
                                state.offers[offer].shown, draws,
                                static_cast<uint32_t>(state.draws.size())});
  }
}

// Fills the slots of the placement that is number `ordinal` of the call.
void FillSlots(const plan::PlanCode& code, const plan::PlacementCode& placement,
               const Call& call, uint32_t ordinal, size_t candidates_begin,
               DecisionState& state) {
  const std::span<Candidate> candidates = Rank(candidates_begin, state);
  AddContenders(code, candidates, state);
  SelectionRules rules{placement.offers_max, placement.distinct_group,
                       code.explore};
  if (!call.explore) rules.explore.method = pack::ExploreMethod::kNone;
  state.selection.Run(rules, call.seed, ordinal, state.contenders, state.draws,
                      state.caps.rooms());
  for (size_t i = 0; i < candidates.size(); ++i) {
    candidates[i].selection = state.selection.outcomes()[i];
  }
  for (const Pick& pick : state.selection.picks()) {
    const Candidate& candidate = candidates[pick.contender];
    const uint32_t offer =
        state.candidate_offers[state.ranking[pick.contender]];
    Show(code, offer, pick.reason, pick.probability, candidate.score, state);
    state.caps.AddEffects(offer, candidate.offer, candidate.cost, state.record);
  }
  if (!state.selection.picks().empty() || placement.fallback < 0) return;
  const auto fallback = static_cast<uint32_t>(placement.fallback);
  if (!state.offers[fallback].shown && !state.offers[fallback].paused &&
      !state.placement_paused) {
    Show(code, fallback, Reason::kFallback, 1, 0, state);
    state.caps.TakeFallback(fallback);
  }
}

// Notes in the record what operators have paused, and at the offers.
void ReadPaused(const plan::PlanCode& code, const Call& call,
                DecisionState& state) {
  if (call.state == nullptr) return;
  state.record.paused_read.assign(call.state->paused.begin(),
                                  call.state->paused.end());
  for (const state::Paused& paused : call.state->paused) {
    if (paused.is_placement) continue;
    for (size_t i = 0; i < code.offers.size(); ++i) {
      if (code.offers[i].id == paused.name) state.offers[i].paused = true;
    }
  }
}

bool IsPlacementPaused(absl::string_view placement,
                       const trace::DecisionRecord& record) {
  return std::any_of(record.paused_read.begin(), record.paused_read.end(),
                     [placement](const state::Paused& paused) {
                       return paused.is_placement && paused.name == placement;
                     });
}

absl::TimeZone ZoneOfCustomer(const plan::CapsCode& code,
                              trace::DecisionRecord& record) {
  const std::optional<absl::TimeZone> zone = CustomerZone(code, record);
  if (zone.has_value()) return *zone;
  const auto attribute = static_cast<size_t>(code.timezone_attribute);
  record.degradations.push_back({Reason::kTimeZoneError,
                                 record.attributes[attribute].name,
                                 ErrorCode::kInvalidArgument});
  return code.zone;
}

}  // namespace

void FillPlacements(const plan::PlanCode& code, const Call& call,
                    DecisionState& state) {
  state.offers.assign(code.offers.size(), OfferState{});
  state.groups.assign(code.groups.size(), GroupState{});
  state.context_weight.reset();
  trace::DecisionRecord& record = state.record;
  if (code.caps.events_kept.has_value()) {
    record.events_keep_until =
        state::FloorTime(record.decided_at) + *code.caps.events_kept;
  }
  if (call.placements.empty()) return;
  ReadPaused(code, call, state);
  state.caps.Begin(code.caps, call.state, record.now());
  for (uint32_t ordinal = 0; ordinal < call.placements.size(); ++ordinal) {
    const plan::PlacementCode& placement =
        code.placements[code.placement_index.find(call.placements[ordinal])
                            ->second];
    trace::PlacementResult result;
    result.name = placement.name;
    result.channel = placement.channel;
    result.inbound = placement.inbound;
    result.candidates_begin = static_cast<uint32_t>(record.candidates.size());
    result.slots_begin = static_cast<uint32_t>(record.slots.size());
    result.exclusions_begin = static_cast<uint32_t>(record.exclusions.size());
    state.placement_paused = IsPlacementPaused(placement.name, record);
    state.caps.BeginPlacement(placement, [&code, &record] {
      return ZoneOfCustomer(code.caps, record);
    });
    Admit(code, placement, state);
    FillSlots(code, placement, call, ordinal, result.candidates_begin, state);
    result.candidates_end = static_cast<uint32_t>(record.candidates.size());
    result.slots_end = static_cast<uint32_t>(record.slots.size());
    result.exclusions_end = static_cast<uint32_t>(record.exclusions.size());
    record.placements.push_back(result);
  }
  state.caps.WriteReads(record);
}

}  // namespace stratagem::decide
