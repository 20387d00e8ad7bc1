#include "engine/decide/shadow_comparison.h"

#include <algorithm>
#include <span>

#include "engine/value/compare.h"

namespace stratagem::decide {
namespace {

using trace::DecisionRecord;

std::span<const NamedValue> FieldsOf(const DecisionRecord& record,
                                     const trace::TreatmentResult& treatment) {
  return std::span(record.treatment_fields)
      .subspan(treatment.fields_begin,
               treatment.fields_end - treatment.fields_begin);
}

std::span<const trace::SlotResult> SlotsOf(
    const DecisionRecord& record, const trace::PlacementResult& placement) {
  return std::span(record.slots)
      .subspan(placement.slots_begin,
               placement.slots_end - placement.slots_begin);
}

bool AreSameFields(std::span<const NamedValue> a,
                   std::span<const NamedValue> b) {
  return std::is_permutation(a.begin(), a.end(), b.begin(), b.end(),
                             [](const NamedValue& x, const NamedValue& y) {
                               return x.name == y.name &&
                                      ValuesEqual(x.value, y.value);
                             });
}

// By names and values, in whatever order a version declares them; by which cell
// they came does not matter to anybody.
bool AreSameTreatments(const DecisionRecord& a, const DecisionRecord& b) {
  return a.treatments.size() == b.treatments.size() &&
         std::all_of(a.treatments.begin(), a.treatments.end(),
                     [&a, &b](const trace::TreatmentResult& x) {
                       const auto y = std::find_if(
                           b.treatments.begin(), b.treatments.end(),
                           [&x](const trace::TreatmentResult& treatment) {
                             return treatment.name == x.name;
                           });
                       return y != b.treatments.end() &&
                              AreSameFields(FieldsOf(a, x), FieldsOf(b, *y));
                     });
}

// Both answer the same call, so that placements are in the same order.
bool AreSameOffers(const DecisionRecord& a, const DecisionRecord& b) {
  return std::equal(
      a.placements.begin(), a.placements.end(), b.placements.begin(),
      b.placements.end(),
      [&a, &b](const trace::PlacementResult& x,
               const trace::PlacementResult& y) {
        const auto of_x = SlotsOf(a, x);
        const auto of_y = SlotsOf(b, y);
        return std::equal(
            of_x.begin(), of_x.end(), of_y.begin(), of_y.end(),
            [](const trace::SlotResult& p, const trace::SlotResult& q) {
              return p.offer == q.offer;
            });
      });
}

}  // namespace

Deviation DeviationOf(const DecisionRecord& live, const DecisionRecord& other) {
  return {.tier = live.tier != other.tier,
          .stage = live.stage != other.stage,
          .treatments = !AreSameTreatments(live, other),
          .offers = !AreSameOffers(live, other)};
}

void ShadowComparison::Add(const DecisionRecord& live,
                           const DecisionRecord& shadow) {
  const Deviation deviation = DeviationOf(live, shadow);
  ++decisions_;
  if (deviation.tier) ++other_tier_;
  if (deviation.stage) ++other_stage_;
  if (deviation.treatments) ++other_treatments_;
  if (deviation.offers) ++other_offers_;
  if (!deviation.any()) ++same_;
}

ShadowCounts ShadowComparison::counts() const {
  return {.decisions = decisions_,
          .same = same_,
          .other_tier = other_tier_,
          .other_stage = other_stage_,
          .other_treatments = other_treatments_,
          .other_offers = other_offers_,
          .refused = refused_,
          .dropped = dropped_};
}

}  // namespace stratagem::decide
