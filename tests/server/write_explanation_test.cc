// What must hold for a full explanation on the wire: every member arrives, and
// no field of the wire is left without one.

#include "server/rpc/write_explanation.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "gtest/gtest.h"

namespace stratagem::server {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

trace::ConditionTried Failed() {
  return {.name = "eligibility",
          .condition = "spend >= 400.0",
          .tried = trace::Tried::kFailed,
          .error = ErrorCode::kOverflow,
          .why_not = {{"spend >= 400.0",
                       {{.condition = "spend >= 400.0",
                         .input = "spend",
                         .kind = ValueKind::kDouble,
                         .found = "320",
                         .would_do = "400",
                         .bound = trace::Bound::kAtLeast,
                         .also = {"500"},
                         .unit = "CNY"}}}}};
}

// Every member differs from what it is by default.
trace::Explanation Everything() {
  trace::Explanation explanation;
  explanation.indicators.push_back({.dimension = "economic",
                                    .name = "spend",
                                    .expression = "spend * 2.0",
                                    .weight = 0.5,
                                    .value = "640",
                                    .points = 50,
                                    .error = ErrorCode::kNoValue});
  explanation.tier = {.tier = "gold",
                      .computed = "bronze",
                      .reason = trace::Reason::kHeldTier,
                      .score = 30,
                      .coverage = 0.75,
                      .score_min = 50,
                      .next = "platinum",
                      .next_score_min = 80,
                      .below_since = "2026-10-01T00:00:00Z",
                      .downgrade_at = "2026-12-30T00:00:00Z",
                      .coverage_min = 0.5};
  explanation.stages.push_back(Failed());
  explanation.treatments.push_back({.name = "service",
                                    .cell = "rows[0]",
                                    .reason = trace::Reason::kTableRow,
                                    .error = ErrorCode::kNotFinite,
                                    .rows = {{"rows[0]", "tier: gold"}},
                                    .explanation = "as promised"});
  explanation.placements.push_back(
      {.name = "home",
       .slots_max = 3,
       .offers = {{.offer = "event",
                   .reason = trace::Reason::kDistinctGroup,
                   .error = ErrorCode::kOutOfRange,
                   .gates = {{.gate = trace::Reason::kGroupEligibility,
                              .group = "all",
                              .valid_from = "2026-11-10",
                              .valid_until = "2026-12-24",
                              .condition = Failed()}},
                   .caps = {{.cap = trace::Reason::kBudget,
                             .name = "budgets.pot",
                             .tried = trace::Tried::kFailed,
                             .amount = 35'000'000,
                             .amount_max = 35'500'000,
                             .unit = "EUR",
                             .within = absl::Seconds(1.5),
                             .period = "day",
                             .opens_at = "2026-11-16",
                             .amount_reserved = 2'000'000,
                             .cost = 1'000'000}},
                   .factors = trace::Factors{.propensity = 0.5,
                                             .propensity_given = true,
                                             .value = 100,
                                             .cost = 10,
                                             .lever = 1.5,
                                             .context_weight = 2,
                                             .score = 140,
                                             .score_min = 1},
                   .lost_to = "coupon",
                   .lost_by = 7,
                   .group = "retention",
                   .shown_in = "desk"}}});
  return explanation;
}

// Adds the path of every field of `message`, and below, that is not set.
void FindUnset(const Message& message, const std::string& path,
               std::vector<std::string>& unset) {
  const google::protobuf::Reflection& reflection = *message.GetReflection();
  for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor* const field = message.GetDescriptor()->field(i);
    const std::string at = absl::StrCat(path, field->name());
    const bool repeated = field->is_repeated();
    if (repeated ? reflection.FieldSize(message, field) == 0
                 : !reflection.HasField(message, field)) {
      unset.push_back(at);
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      FindUnset(repeated ? reflection.GetRepeatedMessage(message, field, 0)
                         : reflection.GetMessage(message, field),
                at + ".", unset);
    }
  }
}

TEST(WriteFullExplanationTest, EveryFieldOfTheWireHasItsMember) {
  v1::FullExplanation full;
  WriteFullExplanation(Everything(), full);
  std::vector<std::string> unset;
  FindUnset(full, "", unset);
  EXPECT_THAT(unset, testing::ElementsAre("text"));
}

TEST(WriteFullExplanationTest, MembersArriveWhereTheyBelong) {
  v1::FullExplanation full;
  WriteFullExplanation(Everything(), full);
  EXPECT_EQ(full.indicators(0).value(), "640");
  EXPECT_EQ(full.indicators(0).points(), 50);
  EXPECT_EQ(full.tier().computed(), "bronze");
  EXPECT_EQ(full.tier().downgrade_at(), "2026-12-30T00:00:00Z");
  const v1::Nearest& nearest = full.stages(0).why_not(0).nearest(0);
  EXPECT_EQ(nearest.input(), "spend");
  EXPECT_EQ(nearest.type(), "double");
  EXPECT_EQ(nearest.found(), "320");
  EXPECT_EQ(nearest.would_do(), "400");
  EXPECT_EQ(nearest.bound(), v1::BOUND_AT_LEAST);
  EXPECT_EQ(full.treatments(0).rows(0).condition(), "tier: gold");
  const v1::OfferExplained& offer = full.placements(0).offers(0);
  EXPECT_EQ(full.placements(0).slots_max(), 3u);
  EXPECT_EQ(offer.gates(0).gate(), v1::REASON_GROUP_ELIGIBILITY);
  EXPECT_EQ(offer.gates(0).valid_until(), "2026-12-24");
  EXPECT_EQ(offer.factors().lever(), 1.5);
  EXPECT_EQ(offer.factors().context_weight(), 2);
  EXPECT_EQ(offer.lost_to(), "coupon");
  EXPECT_EQ(offer.group(), "retention");
  EXPECT_EQ(offer.shown_in(), "desk");
}

TEST(WriteFullExplanationTest, BoundsHaveTheirWords) {
  const std::vector<std::pair<trace::Bound, v1::Bound>> pairs = {
      {trace::Bound::kExactly, v1::BOUND_EXACTLY},
      {trace::Bound::kAtLeast, v1::BOUND_AT_LEAST},
      {trace::Bound::kMoreThan, v1::BOUND_MORE_THAN},
      {trace::Bound::kAtMost, v1::BOUND_AT_MOST},
      {trace::Bound::kLessThan, v1::BOUND_LESS_THAN},
      {trace::Bound::kAnyValue, v1::BOUND_ANY_VALUE},
      {trace::Bound::kNoValue, v1::BOUND_NO_VALUE}};
  ASSERT_EQ(pairs.size() + 1, static_cast<size_t>(v1::Bound_ARRAYSIZE));
  for (const auto& [bound, on_the_wire] : pairs) {
    trace::Explanation explanation = Everything();
    explanation.stages[0].why_not[0].nearest[0].bound = bound;
    v1::FullExplanation full;
    WriteFullExplanation(explanation, full);
    EXPECT_EQ(full.stages(0).why_not(0).nearest(0).bound(), on_the_wire);
  }
}

TEST(WriteFullExplanationTest, APackWithoutAScoreHasNoTier) {
  trace::Explanation explanation = Everything();
  explanation.tier = {};
  v1::FullExplanation full;
  WriteFullExplanation(explanation, full);
  EXPECT_FALSE(full.has_tier());
}

}  // namespace
}  // namespace stratagem::server
