// What must hold for explanations in sentences: no placeholder is left over,
// whatever the reason and the language, and the pack's own words come first.

#include "engine/trace/explain_text.h"

#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace stratagem::trace {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

std::string NoWords(absl::string_view) { return ""; }

ConditionTried Failed(std::string condition, Nearest nearest) {
  ConditionTried tried;
  tried.name = "eligibility";
  tried.condition = condition;
  tried.tried = Tried::kFailed;
  tried.why_not.push_back({std::move(condition), {std::move(nearest)}});
  return tried;
}

Nearest SpendTooLow() {
  Nearest nearest;
  nearest.condition = "monetary_12m >= 4000.0";
  nearest.input = "monetary_12m";
  nearest.kind = ValueKind::kDouble;
  nearest.found = "3200";
  nearest.would_do = "4000";
  nearest.bound = Bound::kAtLeast;
  return nearest;
}

// A decision of one placement whose only offer has no slot.
struct OneOffer {
  OneOffer(Reason reason, ConditionTried gate) {
    PlacementResult placement;
    placement.name = "desk";
    record.placements.push_back(placement);
    OfferExplained offer;
    offer.offer = "vip_event";
    offer.reason = reason;
    offer.error = ErrorCode::kDivisionByZero;
    offer.factors = Factors{};
    offer.lost_to = "upgrade";
    offer.lost_by = 1200.5;
    offer.shown_in = "home";
    GateExplained explained;
    explained.gate = reason;
    explained.group = "loyalty";
    explained.valid_from = "2026-12-01";
    explained.valid_until = "2026-12-24T08:30:00+08:00";
    explained.condition = std::move(gate);
    offer.gates.push_back(std::move(explained));
    PlacementExplained desk;
    desk.name = "desk";
    desk.offers.push_back(std::move(offer));
    explanation.placements.push_back(std::move(desk));
  }

  std::string Text(absl::string_view locale, const PackWords& words) const {
    return ExplainText(record, explanation, locale, words);
  }

  DecisionRecord record;
  Explanation explanation;
};

TEST(ExplainTextTest, SaysWhatWouldDo) {
  const OneOffer one(Reason::kEligibility,
                     Failed("monetary_12m >= 4000.0", SpendTooLow()));
  EXPECT_EQ(one.Text("en", NoWords),
            "desk:\n"
            "  Nothing is shown.\n"
            "  Not vip_event: not allowed: monetary_12m is 3\u202f200; "
            "4\u202f000 would do.\n");
}

TEST(ExplainTextTest, LeavesNoPlaceholderOver) {
  for (const absl::string_view locale : ExplainLocales()) {
    for (int number = 20; number < 60; ++number) {
      const auto reason = static_cast<Reason>(number);
      if (ReasonName(reason) == "unknown") continue;
      const OneOffer one(reason,
                         Failed("monetary_12m >= 4000.0", SpendTooLow()));
      EXPECT_THAT(one.Text(locale, NoWords), Not(HasSubstr("{")))
          << locale << " " << ReasonName(reason);
    }
  }
}

struct BoundCase {
  Bound bound;
  std::string want;
};

TEST(ExplainTextTest, EachBoundHasItsWords) {
  const BoundCase cases[] = {
      {Bound::kExactly, "is 3\u202f200; 4\u202f000 would do"},
      {Bound::kAtLeast, "is 3\u202f200; 4\u202f000 would do"},
      {Bound::kAtMost, "is 3\u202f200; 4\u202f000 would do"},
      {Bound::kMoreThan, "is 3\u202f200; more than 4\u202f000 would do"},
      {Bound::kLessThan, "is 3\u202f200; less than 4\u202f000 would do"},
      {Bound::kAnyValue, "is 3\u202f200; any value would do"},
      {Bound::kNoValue, "is 3\u202f200; it would have to be unknown"}};
  for (const BoundCase& one : cases) {
    Nearest nearest = SpendTooLow();
    nearest.bound = one.bound;
    EXPECT_THAT(OneOffer(Reason::kEligibility, Failed("x", nearest))
                    .Text("en", NoWords),
                HasSubstr(one.want));
  }
}

TEST(ExplainTextTest, TimesComeBeforeAndAfterEachOther) {
  Nearest nearest;
  nearest.kind = ValueKind::kTimestamp;
  nearest.input = "joined";
  nearest.found = "2026-03-01";
  nearest.would_do = "2027-01-01";
  nearest.bound = Bound::kMoreThan;
  EXPECT_THAT(
      OneOffer(Reason::kEligibility, Failed("x", nearest)).Text("en", NoWords),
      HasSubstr("joined is 2026-03-01; after 2027-01-01 would do"));
  nearest.bound = Bound::kLessThan;
  EXPECT_THAT(
      OneOffer(Reason::kEligibility, Failed("x", nearest)).Text("en", NoWords),
      HasSubstr("joined is 2026-03-01; before 2027-01-01 would do"));
}

// The stage follows from other inputs.
TEST(ExplainTextTest, AnotherStageIsNoAdvice) {
  Nearest nearest;
  nearest.kind = ValueKind::kString;
  nearest.input = "stage";
  nearest.found = "new";
  nearest.would_do = "old";
  EXPECT_THAT(OneOffer(Reason::kEligibility, Failed("stage == 'old'", nearest))
                  .Text("en", NoWords),
              HasSubstr("not allowed: `stage == 'old'` does not hold."));
}

TEST(ExplainTextTest, ChineseStandsTogetherWithoutSpaces) {
  Nearest nearest;
  nearest.kind = ValueKind::kInt;
  nearest.input = "nps";
  nearest.would_do = "8";
  const OneOffer one(Reason::kEligibility, Failed("x", nearest));
  EXPECT_THAT(one.Text("zh", NoWords),
              HasSubstr("不允许：nps 为未知，如为 8 即可。"));
  EXPECT_THAT(
      one.Text("zh",
               [](absl::string_view key) {
                 return std::string(key == "attributes.nps" ? "推荐度" : "");
               }),
      HasSubstr("不允许：推荐度为未知，如为 8 即可。"));
}

// An explanation of very many offers names the last ones only.
TEST(ExplainTextTest, OffersWithoutTheirGateAreCounted) {
  OneOffer one(Reason::kEligibility, Failed("x", SpendTooLow()));
  OfferExplained named;
  named.offer = "other";
  named.reason = Reason::kEligibility;
  one.explanation.placements[0].offers.resize(1'001, named);
  EXPECT_THAT(one.Text("en", NoWords),
              EndsWith("4\u202f000 would do.\n"
                       "  And 1\u202f000 more that are not shown.\n"));
}

struct ValueCase {
  ValueKind kind;
  std::string input;
  std::string found;
  std::string would_do;
  std::vector<std::string> also;
  std::string unit;
  std::string want;
};

TEST(ExplainTextTest, ValuesAreWrittenByTheirKind) {
  const ValueCase cases[] = {
      {ValueKind::kInt,
       "days",
       "1000",
       "2000",
       {},
       "days",
       "days is 1\u202f000 days; 2\u202f000 days would do"},
      {ValueKind::kInt,
       "days",
       "",
       "2000",
       {},
       "days",
       "days is not known; 2\u202f000 days would do"},
      // A number that is text is no amount.
      {ValueKind::kString,
       "postcode",
       "10115",
       "20095",
       {},
       "",
       "postcode is 10115; 20095 would do"},
      {ValueKind::kString,
       "channel",
       "app",
       "sms",
       {"call", "store"},
       "",
       "channel is app; sms or call or store would do"},
      {ValueKind::kBool,
       "consent",
       "false",
       "true",
       {},
       "",
       "consent is no; yes would do"},
      {ValueKind::kTimestamp,
       "now",
       "2026-11-15T18:00:00+08:00",
       "2026-12-01",
       {},
       "",
       "the time is 2026-11-15 18:00; 2026-12-01 would do"}};
  for (const ValueCase& one : cases) {
    Nearest nearest;
    nearest.kind = one.kind;
    nearest.input = one.input;
    nearest.found = one.found;
    nearest.would_do = one.would_do;
    nearest.also = one.also;
    nearest.unit = one.unit;
    EXPECT_THAT(OneOffer(Reason::kEligibility, Failed("x", nearest))
                    .Text("en", NoWords),
                HasSubstr(one.want));
  }
}

// Only what was computed is shortened; what would do is exact.
TEST(ExplainTextTest, ComputedValuesHaveNoMoreDigitsThanAnybodyReads) {
  Nearest nearest = SpendTooLow();
  nearest.found = "2333.3333333333335";
  nearest.would_do = "2400.0000000000005";
  EXPECT_THAT(
      OneOffer(Reason::kEligibility, Failed("x", nearest)).Text("en", NoWords),
      HasSubstr("is 2\u202f333.3333; 2\u202f400.0000000000005 would do"));
}

struct ScoreCase {
  double score;
  std::string want;
};

// The bound of the next tier is 50.
TEST(ExplainTextTest, AScoreNeverReadsAsOneThatItMisses) {
  const std::vector<ScoreCase> cases = {
      {49.9999998333, "the score is 49.99 of 100.\n  gold begins at 50, 0.01"},
      {49.57, "the score is 49.57 of 100.\n  gold begins at 50, 0.43 more"},
      {33.333333333, "the score is 33.33 of 100.\n  gold begins at 50, 16.67"},
      {0, "the score is 0 of 100.\n  gold begins at 50, 50 more"},
  };
  for (const ScoreCase& row : cases) {
    Explanation explanation;
    explanation.tier.tier = "bronze";
    explanation.tier.reason = Reason::kScored;
    explanation.tier.score = row.score;
    explanation.tier.next = "gold";
    explanation.tier.next_score_min = 50;
    EXPECT_THAT(ExplainText(DecisionRecord(), explanation, "en", NoWords),
                HasSubstr(row.want));
  }
}

TEST(ExplainTextTest, PartsAndAlternativesAreToldApart) {
  ConditionTried gate = Failed("a || b", SpendTooLow());
  Nearest other = SpendTooLow();
  other.input = "orders";
  gate.why_not[0].nearest.push_back(other);
  gate.why_not.push_back({"stage == 'x'", {}});
  EXPECT_THAT(OneOffer(Reason::kEligibility, gate).Text("en", NoWords),
              HasSubstr("monetary_12m is 3\u202f200; 4\u202f000 would do, or "
                        "orders is 3\u202f200; 4\u202f000 would do, and "
                        "`stage == 'x'` does not hold."));
}

TEST(ExplainTextTest, ThePacksOwnWordsComeFirst) {
  const std::map<std::string, std::string> own = {
      {"eligibility",
       "{offer} needs {would_do} {unit}of {input}, not {found} "
       "{unknown}"},
      {"offers.vip_event", "VIP evening"},
      {"attributes.monetary_12m", "spend"},
      {"placements.desk", "Desk"}};
  const PackWords words = [&own](absl::string_view key) {
    const auto found = own.find(std::string(key));
    return found == own.end() ? "" : found->second;
  };
  EXPECT_EQ(OneOffer(Reason::kEligibility, Failed("x", SpendTooLow()))
                .Text("zh", words),
            "Desk：\n"
            "  没有可展示的内容。\n"
            "  未展示 VIP evening：VIP evening needs 4,000 of spend, not 3,200 "
            "{unknown}。\n");
}

TEST(ExplainTextTest, AValueWithBracesIsNotFilledAgain) {
  Nearest nearest = SpendTooLow();
  nearest.kind = ValueKind::kString;
  nearest.found = "{would_do}";
  EXPECT_THAT(
      OneOffer(Reason::kEligibility, Failed("x", nearest)).Text("en", NoWords),
      HasSubstr("is {would_do}; 4000 would do"));
}

TEST(ExplainTextTest, AnEmptyDecisionSaysNothing) {
  EXPECT_EQ(ExplainText(DecisionRecord(), Explanation(), "en", NoWords), "");
}

}  // namespace
}  // namespace stratagem::trace
