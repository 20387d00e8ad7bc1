// What must hold for the comparison of a shadow: each kind of difference is
// counted once a decision, and what nobody sees is none.

#include "engine/decide/shadow_comparison.h"

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "gtest/gtest.h"

namespace stratagem::decide {
namespace {

trace::TreatmentResult Treatment(absl::string_view name, uint32_t fields_begin,
                                 uint32_t fields_end) {
  trace::TreatmentResult treatment;
  treatment.name = name;
  treatment.fields_begin = fields_begin;
  treatment.fields_end = fields_end;
  return treatment;
}

trace::PlacementResult Placement(absl::string_view name, uint32_t slots_begin,
                                 uint32_t slots_end) {
  trace::PlacementResult placement;
  placement.name = name;
  placement.slots_begin = slots_begin;
  placement.slots_end = slots_end;
  return placement;
}

trace::DecisionRecord AnyRecord() {
  trace::DecisionRecord record;
  record.tier = "gold";
  record.stage = "mature";
  record.treatments = {Treatment("pricing", 0, 2), Treatment("service", 2, 3)};
  record.treatment_fields = {{"discount", Value::Double(6)},
                             {"list", Value::String("member")},
                             {"queue", Value::String("personal")}};
  record.placements = {Placement("home", 0, 2), Placement("call", 2, 3)};
  for (const absl::string_view offer : {"event", "coupon", "card"}) {
    record.slots.emplace_back().offer = offer;
  }
  return record;
}

struct ComparisonCase {
  std::string name;
  std::function<void(trace::DecisionRecord&)> change;
  // same, tier, stage, treatments, offers.
  std::vector<uint64_t> counts;
};

class ShadowComparisonTest : public testing::TestWithParam<ComparisonCase> {};

TEST_P(ShadowComparisonTest, CountsWhatACustomerWouldNotice) {
  const trace::DecisionRecord live = AnyRecord();
  trace::DecisionRecord shadow = AnyRecord();
  GetParam().change(shadow);
  ShadowComparison comparison;
  comparison.Add(live, shadow);
  const ShadowCounts counts = comparison.counts();
  EXPECT_EQ(counts.decisions, 1u);
  EXPECT_EQ(
      (std::vector<uint64_t>{counts.same, counts.other_tier, counts.other_stage,
                             counts.other_treatments, counts.other_offers}),
      GetParam().counts);
}

using Record = trace::DecisionRecord;

INSTANTIATE_TEST_SUITE_P(
    Changes, ShadowComparisonTest,
    testing::ValuesIn(std::vector<ComparisonCase>{
        {"Nothing", [](Record&) {}, {1, 0, 0, 0, 0}},
        {"Tier", [](Record& r) { r.tier = "silver"; }, {0, 1, 0, 0, 0}},
        {"Stage", [](Record& r) { r.stage = "new"; }, {0, 0, 1, 0, 0}},
        {"AValue",
         [](Record& r) { r.treatment_fields[0].value = Value::Double(5); },
         {0, 0, 0, 1, 0}},
        {"AField",
         [](Record& r) { r.treatment_fields[1].name = "level"; },
         {0, 0, 0, 1, 0}},
        {"ADimensionMore",
         [](Record& r) { r.treatments.push_back(Treatment("contact", 3, 3)); },
         {0, 0, 0, 1, 0}},
        {"ACellOfAnotherName",
         [](Record& r) { r.treatments[0].cell = "member"; },
         {1, 0, 0, 0, 0}},
        {"OrderOfDimensionsAndFields",
         [](Record& r) {
           std::swap(r.treatments[0], r.treatments[1]);
           std::swap(r.treatment_fields[0], r.treatment_fields[1]);
         },
         {1, 0, 0, 0, 0}},
        {"AnOffer",
         [](Record& r) { r.slots[2].offer = "loan"; },
         {0, 0, 0, 0, 1}},
        {"OrderOfOffers",
         [](Record& r) { std::swap(r.slots[0], r.slots[1]); },
         {0, 0, 0, 0, 1}},
        {"AnEmptySlot",
         [](Record& r) { r.placements[0].slots_end = 1; },
         {0, 0, 0, 0, 1}},
        {"AScore", [](Record& r) { r.slots[0].score = 9; }, {1, 0, 0, 0, 0}},
        {"TwoKinds",
         [](Record& r) {
           r.tier = "silver";
           r.slots[2].offer = "loan";
         },
         {0, 1, 0, 0, 1}},
    }),
    [](const auto& param_info) { return param_info.param.name; });

}  // namespace
}  // namespace stratagem::decide
