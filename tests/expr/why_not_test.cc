// What must hold for 'why not': of a false condition exactly the parts that
// fail are named, and the value that is said to do does, nearest of all.

#include "engine/expr/why_not.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/expr/condition_tree.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/expr/why_not_world.h"

namespace stratagem::expr {
namespace {

std::string FittingText(Fitting fitting) {
  switch (fitting) {
    case Fitting::kExactly:
      return "";
    case Fitting::kAtLeast:
      return " or more";
    case Fitting::kMoreThan:
      return " exceeded";
    case Fitting::kAtMost:
      return " or less";
    case Fitting::kLessThan:
      return " undercut";
    case Fitting::kAnyValue:
      return " anything";
    case Fitting::kNoValue:
      return " nothing";
  }
  return "?";
}

// One part a line: its text, then each change.
std::string Answer(WhyNotWorld& world, const std::string& condition) {
  std::string answer;
  for (const FailingPart& part : world.Ask(condition)) {
    absl::StrAppend(&answer, answer.empty() ? "" : "\n", part.condition);
    for (const InputChange& change : part.changes) {
      absl::StrAppend(&answer, "; ", world.inputs()[change.input].field.name,
                      " ", ToString(change.found), " ->");
      if (!change.nearest.value.is_missing()) {
        absl::StrAppend(&answer, " ", ToString(change.nearest.value));
      }
      absl::StrAppend(&answer, FittingText(change.nearest.fitting));
      for (const Value& other : change.nearest.also) {
        absl::StrAppend(&answer, " also ", ToString(other));
      }
      if (change.condition != part.condition) {
        absl::StrAppend(&answer, " (", change.condition, ")");
      }
    }
  }
  return answer;
}

Field Bounded(const std::string& name, ValueKind kind, const Value& min,
              const Value& max, bool optional = false) {
  Field field = WhyNotWorld::MakeField(name, kind);
  if (!min.is_missing()) field.value_min = min;
  if (!max.is_missing()) field.value_max = max;
  field.optional = optional;
  return field;
}

Field Word(const std::string& name, std::vector<std::string> values,
           bool optional = false) {
  Field field = WhyNotWorld::MakeField(name, ValueKind::kString);
  field.values = std::move(values);
  field.optional = optional;
  return field;
}

Value At(const char* time) {
  absl::Time parsed;
  std::string error;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, time, &parsed, &error));
  return Value::Timestamp(parsed);
}

WhyNotWorld Customer() {
  WhyNotWorld world;
  world.Add(Bounded("orders", ValueKind::kInt, Value::Int(0), Value()),
            Value::Int(3));
  world.Add(Bounded("spend", ValueKind::kDouble, Value::Double(0), Value()),
            Value::Double(3200));
  world.Add(
      Bounded("nps", ValueKind::kInt, Value::Int(0), Value::Int(10), true),
      Value());
  world.Add(Bounded("trend", ValueKind::kDouble, Value(), Value(), true),
            Value::Double(0.5));
  world.Add("consent", ValueKind::kBool, Value::Bool(false));
  world.Add(Word("request.channel", {"app", "sms", "call", "store"}),
            Value::String("app"));
  world.Add("city", ValueKind::kString, Value::String("Rome"));
  world.AddRanked("tier", {"platinum", "gold", "silver", "bronze"}, "silver");
  world.Add(Word("stage", {"new", "growing", "mature", "churned"}),
            Value::String("churned"));
  world.Add(Bounded("score", ValueKind::kDouble, Value::Double(0),
                    Value::Double(100)),
            Value::Double(55.5));
  world.Add("joined", ValueKind::kTimestamp, At("2026-03-01T00:00:00Z"));
  world.Add("gap", ValueKind::kDuration, Value::Duration(absl::Hours(36)));
  world.Add(Word("segment", {"a", "b"}, true), Value());
  Field tags = WhyNotWorld::MakeField("tags", ValueKind::kList);
  tags.type.element = std::make_shared<FieldType>();
  tags.optional = true;
  world.Add(tags, Value());
  Field note = WhyNotWorld::MakeField("note", ValueKind::kString);
  note.optional = true;
  world.Add(note, Value::String("late"));
  world.AddClock(At("2026-11-15T10:00:00Z"));
  world.AddVariable("margin", "spend * 0.1");
  world.AddVariable("monthly", "spend / 3.0");
  world.AddVariable("share", "variables.monthly * 0.1");
  world.AddVariable("is_rich", "spend > 4000.0 && consent");
  world.AddVariable("channel", "request.channel");
  return world;
}

struct Row {
  std::string condition;
  std::string want;
};

class WhyNotTest : public testing::TestWithParam<Row> {};

TEST_P(WhyNotTest, NamesWhatFailsAndWhatWouldDo) {
  WhyNotWorld world = Customer();
  EXPECT_EQ(Answer(world, GetParam().condition), GetParam().want);
}

std::string RowName(const testing::TestParamInfo<Row>& param_info) {
  return absl::StrCat("Row", param_info.index);
}

INSTANTIATE_TEST_SUITE_P(
    Integers, WhyNotTest,
    testing::ValuesIn(std::vector<Row>{
        {"orders >= 4", "orders >= 4; orders 3 -> 4 or more"},
        {"orders > 4", "orders > 4; orders 3 -> 5 or more"},
        {"orders < 3", "orders < 3; orders 3 -> 2 or less"},
        {"orders <= 1", "orders <= 1; orders 3 -> 1 or less"},
        {"orders == 9", "orders == 9; orders 3 -> 9"},
        {"orders != 3", "orders != 3; orders 3 -> 2 or less"},
        {"orders in [9, 1, 6]", "orders in [9, 1, 6]; orders 3 -> 1"},
        {"4 <= orders", "4 <= orders; orders 3 -> 4 or more"},
        {"orders * 7 - 1 > 40", "orders * 7 - 1 > 40; orders 3 -> 6 or more"},
        {"orders / 10 == 5", "orders / 10 == 5; orders 3 -> 50"},
        {"orders % 7 == 6", "orders % 7 == 6; orders 3 -> 6"},
        {"double(orders) > 4.5", "double(orders) > 4.5; orders 3 -> 5 or more"},
        {"10 - orders > 8", "10 - orders > 8; orders 3 -> 1 or less"},
        // Outside the declared bounds nothing does.
        {"orders < 0", "orders < 0"},
        {"orders == -2", "orders == -2"},
        {"orders > 5 && orders < 8", "orders > 5; orders 3 -> 6"},
        {"orders > 5 && orders != 6", "orders > 5; orders 3 -> 7 or more"},
        {"orders > 5 && orders < 2", "orders > 5 && orders < 2"},
        // At the ends of the type.
        {"orders > 9223372036854775806",
         "orders > 9223372036854775806; orders 3 -> 9223372036854775807"},
        {"orders * 1000 > 5000", "orders * 1000 > 5000; orders 3 -> 6 or more"},
        // Overflow far away is no answer.
        {"orders * 1000000000000 < 0", "orders * 1000000000000 < 0"}}),
    RowName);

INSTANTIATE_TEST_SUITE_P(
    Doubles, WhyNotTest,
    testing::ValuesIn(std::vector<Row>{
        {"spend >= 4000.0", "spend >= 4000.0; spend 3200.0 -> 4000.0 or more"},
        {"spend > 4000.0", "spend > 4000.0; spend 3200.0 -> 4000.0 exceeded"},
        {"spend < 3200.0", "spend < 3200.0; spend 3200.0 -> 3200.0 undercut"},
        {"spend <= 99.5", "spend <= 99.5; spend 3200.0 -> 99.5 or less"},
        {"spend <= 0.0", "spend <= 0.0; spend 3200.0 -> 0.0"},
        {"spend < 0.0", "spend < 0.0"},
        {"spend == 17.25", "spend == 17.25; spend 3200.0 -> 17.25"},
        {"spend / 3.0 * 0.1 > 1000.0",
         "spend / 3.0 * 0.1 > 1000.0; spend 3200.0 -> 30000.0 exceeded"},
        {"spend * 0.1 >= 400.0",
         "spend * 0.1 >= 400.0; spend 3200.0 -> 4000.0 or more"},
        {"variables.margin > 1000.0",
         "variables.margin > 1000.0; spend 3200.0 -> 10000.0 exceeded"},
        {"variables.share + 1.0 > 1001.0",
         "variables.share + 1.0 > 1001.0; spend 3200.0 -> 30000.0 exceeded"},
        {"spend > double(orders) * 2000.0",
         "spend > double(orders) * 2000.0; orders 3 -> 1 or less; "
         "spend 3200.0 -> 6000.0 exceeded"},
        {"score >= 60.0", "score >= 60.0; score 55.5 -> 60.0 or more"},
        {"score > 100.0", "score > 100.0"},
        {"score >= 100.0", "score >= 100.0; score 55.5 -> 100.0"}}),
    RowName);

INSTANTIATE_TEST_SUITE_P(
    Optionals, WhyNotTest,
    testing::ValuesIn(std::vector<Row>{
        {"nps.hasValue()", "nps.hasValue(); nps missing -> anything"},
        {"nps.orValue(0) >= 8",
         "nps.orValue(0) >= 8; nps missing -> 8 or more"},
        {"nps.orValue(5) <= 3",
         "nps.orValue(5) <= 3; nps missing -> 3 or less"},
        {"nps.orValue(0) > 10", "nps.orValue(0) > 10"},
        {"nps.hasValue() && nps.value() >= 9",
         "nps.hasValue() && nps.value() >= 9; nps missing -> 9 or more "
         "(nps.value() >= 9)"},
        {"trend.orValue(1.0) > 1.1",
         "trend.orValue(1.0) > 1.1; trend 0.5 -> 1.1 exceeded"},
        {"!trend.hasValue()", "!trend.hasValue(); trend 0.5 -> nothing"},
        {"trend.value() < 0.6 && nps.hasValue()",
         "nps.hasValue(); nps missing -> anything"},
        {"segment.orValue('') == 'b'",
         "segment.orValue('') == 'b'; segment missing -> 'b'"},
        {"segment.hasValue()",
         "segment.hasValue(); segment missing -> anything"},
        {"tags.hasValue()", "tags.hasValue(); tags missing -> anything"},
        {"!note.hasValue()", "!note.hasValue(); note 'late' -> nothing"}}),
    RowName);

INSTANTIATE_TEST_SUITE_P(
    Words, WhyNotTest,
    testing::ValuesIn(std::vector<Row>{
        {"consent", "consent; consent false -> true"},
        {"consent == true", "consent == true; consent false -> true"},
        {"request.channel == 'call'",
         "request.channel == 'call'; request.channel 'app' -> 'call'"},
        {"request.channel in ['sms', 'call']",
         "request.channel in ['sms', 'call']; request.channel 'app' -> 'sms' "
         "also 'call'"},
        {"request.channel != 'app'",
         "request.channel != 'app'; request.channel 'app' -> 'sms' also 'call' "
         "also 'store'"},
        {"variables.channel == 'call'",
         "variables.channel == 'call'; request.channel 'app' -> 'call'"},
        {"request.channel.startsWith('s')",
         "request.channel.startsWith('s'); request.channel 'app' -> 'sms' "
         "also 'store'"},
        {"city == 'Oslo'", "city == 'Oslo'; city 'Rome' -> 'Oslo'"},
        {"city in {'Oslo': 1}", "city in {'Oslo': 1}; city 'Rome' -> 'Oslo'"},
        // Free text gives no value away that nobody wrote.
        {"city != 'Rome'", "city != 'Rome'"},
        {"tier.atLeast('gold')",
         "tier.atLeast('gold'); tier 'silver' -> 'gold' or more"},
        {"tier == 'platinum'",
         "tier == 'platinum'; tier 'silver' -> 'platinum'"},
        {"!tier.atLeast('silver')",
         "!tier.atLeast('silver'); tier 'silver' -> 'bronze'"},
        {"tier in ['platinum', 'bronze']",
         "tier in ['platinum', 'bronze']; tier 'silver' -> 'bronze'"},
        {"stage in ['growing', 'mature']",
         "stage in ['growing', 'mature']; stage 'churned' -> 'growing' also "
         "'mature'"}}),
    RowName);

INSTANTIATE_TEST_SUITE_P(
    Times, WhyNotTest,
    testing::ValuesIn(std::vector<Row>{
        {"joined < timestamp('2026-01-01T00:00:00Z')",
         "joined < timestamp('2026-01-01T00:00:00Z'); joined "
         "timestamp('2026-03-01T00:00:00Z') -> "
         "timestamp('2026-01-01T00:00:00Z') undercut"},
        {"gap >= duration('48h')",
         "gap >= duration('48h'); gap duration('36h') -> "
         "duration('48h') or more"},
        {"now - joined > duration('8760h')",
         "now - joined > duration('8760h'); joined "
         "timestamp('2026-03-01T00:00:00Z') -> "
         "timestamp('2025-11-15T10:00:00Z') undercut"},
        {"now >= timestamp('2026-12-01T00:00:00Z')",
         "now >= timestamp('2026-12-01T00:00:00Z'); now "
         "timestamp('2026-11-15T10:00:00Z') -> "
         "timestamp('2026-12-01T00:00:00Z') or more"},
        // Hours and days come round again.
        {"now.getHours('UTC') < 5",
         "now.getHours('UTC') < 5; now timestamp('2026-11-15T10:00:00Z') -> "
         "timestamp('2026-11-16T00:00:00Z')"},
        {"now.getDayOfWeek('UTC') == 3 && now.getHours('UTC') >= 12",
         "now.getDayOfWeek('UTC') == 3 && now.getHours('UTC') >= 12; now "
         "timestamp('2026-11-15T10:00:00Z') -> "
         "timestamp('2026-11-18T12:00:00Z') (now.getDayOfWeek('UTC') == 3)"},
        {"now.getDate('UTC') == 15 && now.getMonth('UTC') == 11",
         "now.getMonth('UTC') == 11; now timestamp('2026-11-15T10:00:00Z') -> "
         "timestamp('2026-12-15T00:00:00Z')"},
        // Time does not go back.
        {"now < timestamp('2026-01-01T00:00:00Z')",
         "now < timestamp('2026-01-01T00:00:00Z')"}}),
    RowName);

INSTANTIATE_TEST_SUITE_P(
    Structure, WhyNotTest,
    testing::ValuesIn(std::vector<Row>{
        {"orders == 3", ""},
        {"orders == 3 && consent && spend > 1.0",
         "consent; consent false -> true"},
        {"consent && orders > 5",
         "consent; consent false -> true\norders > 5; orders 3 -> 6 or more"},
        {"consent || orders > 5",
         "consent || orders > 5; consent false -> true (consent); orders 3 -> "
         "6 or more (orders > 5)"},
        {"(consent && spend > 9000.0) || orders > 5",
         "consent && spend > 9000.0 || orders > 5; orders 3 -> 6 or more "
         "(orders > 5)"},
        {"orders > 5 || orders < 2",
         "orders > 5 || orders < 2; orders 3 -> 1 or less (orders < 2)"},
        {"!(orders < 5)", "!(orders < 5); orders 3 -> 5 or more"},
        {"!(orders < 5 || !consent)",
         "!(orders < 5); orders 3 -> 5 or more\nconsent; consent false -> "
         "true"},
        {"!(orders == 3 && spend > 0.0)",
         "!(orders == 3 && spend > 0.0); orders 3 -> 2 or less (!(orders == "
         "3)); spend 3200.0 -> 0.0 (!(spend > 0.0))"},
        {"orders > 2 ? consent : true",
         "orders > 2 ? consent : true; orders 3 -> 2 or less (!(orders > 2)); "
         "consent false -> true (consent)"},
        {"variables.is_rich",
         "spend > 4000.0; spend 3200.0 -> 4000.0 exceeded\nconsent; consent "
         "false -> true"},
        {"!consent && variables.is_rich",
         "spend > 4000.0; spend 3200.0 -> 4000.0 exceeded\nconsent"},
        {"[1, 2].exists(x, x == orders)",
         "[1, 2].exists(x, x == orders); orders 3 -> 2"},
        {"1 / (orders - 3) > 0 && consent",
         "1 / (orders - 3) > 0; orders 3 -> 4\nconsent; consent false -> true"},
        {"1 == 2", "1 == 2"},
        {"(orders > 5 || orders < 2) && orders % 2 == 0",
         "(orders > 5 || orders < 2) && orders % 2 == 0; orders 3 -> 6 "
         "(orders > 5)"}}),
    RowName);

TEST(WhyNotLimitTest, AHostileConditionEndsWithoutAnAnswer) {
  WhyNotWorld world = Customer();
  std::string list = "[0";
  for (int i = 1; i < 100; ++i) list += absl::StrCat(", ", i);
  list += "]";
  const std::string slow = absl::StrCat(list, ".exists(a, ", list,
                                        ".exists(b, a * b * orders == 7))");
  EXPECT_EQ(Answer(world, slow), slow);
}

TEST(WhyNotLimitTest, VariablesThatGrowTooLargeStayWhole) {
  WhyNotWorld world = Customer();
  world.AddVariable("v0", "orders > 5 || spend > 9000.0");
  for (int i = 1; i < 30; ++i) {
    world.AddVariable(
        absl::StrCat("v", i),
        absl::StrCat("variables.v", i - 1, " || variables.v", i - 1));
  }
  const std::vector<FailingPart> parts = world.Ask("variables.v29");
  ASSERT_EQ(parts.size(), 1u);
  // What takes too many steps is left out.
  EXPECT_FALSE(parts[0].changes.empty());
}

// Taken apart, each level would be about its condition twice.
TEST(WhyNotLimitTest, TernariesInsideEachOtherStayWhole) {
  WhyNotWorld world = Customer();
  std::string condition = "orders > 5";
  for (int i = 0; i < 100; ++i) {
    condition = absl::StrCat("(", condition, " ? orders > 6 : orders > 7)");
  }
  EXPECT_THAT(Answer(world, condition), testing::HasSubstr("orders 3 -> 7"));
  int64_t steps = kWhyNotStepsMax;
  const std::optional<ConditionTree> tree =
      TakeApart(Source(condition), world.world().scope(), {}, steps);
  ASSERT_TRUE(tree.has_value());
  EXPECT_EQ(tree->atoms.size(), 4u);
}

TEST(WhyNotLimitTest, ChainsThatAreTooLongStayWhole) {
  WhyNotWorld world = Customer();
  std::string tail = "orders > 5";
  for (size_t i = 0; i < kConditionAtomsMax; ++i) {
    absl::StrAppend(&tail, " || orders > 5");
  }
  int64_t steps = kWhyNotStepsMax;
  const std::optional<ConditionTree> tree =
      TakeApart(Source(absl::StrCat("consent && (", tail, ")")),
                world.world().scope(), {}, steps);
  ASSERT_TRUE(tree.has_value());
  EXPECT_EQ(tree->atoms.size(), 2u);
  EXPECT_LT(steps, kWhyNotStepsMax);
}

TEST(WhyNotLimitTest, TextCountsAsSteps) {
  WhyNotWorld world = Customer();
  world.steps_left() = 200;
  EXPECT_EQ(Answer(world, "orders  > 5"), "orders  > 5");
  EXPECT_EQ(world.steps_left(), 0);
  world.steps_left() = 100'000;
  EXPECT_EQ(Answer(world, "orders  > 5"), "orders > 5; orders 3 -> 6 or more");
  EXPECT_LT(world.steps_left(), 99'000);
}

TEST(WhyNotTest, LeavesTheFactsAsTheyAre) {
  WhyNotWorld world = Customer();
  const std::vector<Value> before = world.world().slots();
  world.Ask("variables.margin > 1000.0 && tier.atLeast('gold')");
  for (size_t i = 0; i < before.size(); ++i) {
    EXPECT_EQ(ToString(world.world().slots()[i]), ToString(before[i])) << i;
  }
}

// Random conditions over a few inputs.
class RandomCondition {
 public:
  explicit RandomCondition(uint32_t seed) : random_(seed) {}

  std::string Make(int depth) {
    if (depth == 0 || Pick(4) == 0) return Atom();
    switch (Pick(5)) {
      case 0:
      case 1:
        return absl::StrCat("(", Make(depth - 1), " && ", Make(depth - 1), ")");
      case 2:
        return absl::StrCat("(", Make(depth - 1), " || ", Make(depth - 1), ")");
      case 3:
        return absl::StrCat("!(", Make(depth - 1), ")");
      default:
        return absl::StrCat("(", Make(depth - 1), " ? ", Make(depth - 1), " : ",
                            Make(depth - 1), ")");
    }
  }

  int Pick(int count) {
    return std::uniform_int_distribution<int>(0, count - 1)(random_);
  }

 private:
  std::string Atom() {
    const char* const signs[] = {"<", "<=", ">", ">=", "==", "!="};
    const std::string sign = signs[Pick(6)];
    const int whole = Pick(30) - 3;
    const std::string real = absl::StrCat(Pick(2000) * 5, ".", Pick(4) * 25);
    switch (Pick(9)) {
      case 0:
        return absl::StrCat("orders ", sign, " ", whole);
      case 1:
        return absl::StrCat("orders * ", Pick(5) - 2, " + 1 ", sign, " ",
                            whole);
      case 2:
        return absl::StrCat("spend ", sign, " ", real);
      case 3:
        return absl::StrCat("variables.share * 30.0 ", sign, " ", real);
      case 4:
        return absl::StrCat("nps.orValue(5) ", sign, " ", Pick(12));
      case 5:
        return Pick(2) == 0 ? "consent" : "nps.hasValue()";
      case 6:
        return "request.channel in ['sms', 'call']";
      case 7:
        return "trend.value() > 0.25";
      default:
        return absl::StrCat("orders / ", Pick(3) + 1, " ", sign, " ", whole);
    }
  }

  std::mt19937 random_;
};

// The values that an answer promises to pass: itself, or just beyond.
Value Promised(const NearestValue& nearest) {
  if (nearest.fitting != Fitting::kMoreThan &&
      nearest.fitting != Fitting::kLessThan) {
    return nearest.value;
  }
  const double bound = nearest.value.double_value();
  const double more = std::max(std::abs(bound) * 1e-12, 1e-300);
  return Value::Double(nearest.fitting == Fitting::kMoreThan ? bound + more
                                                             : bound - more);
}

TEST(WhyNotPropertyTest, WhatWouldDoDoesAndNothingNearerDoes) {
  int checked = 0;
  for (uint32_t seed = 0; seed < 600; ++seed) {
    RandomCondition random(seed);
    WhyNotWorld world = Customer();
    world.value_of(0) = Value::Int(random.Pick(20));
    world.value_of(1) = Value::Double(random.Pick(40'000) / 4.0);
    if (random.Pick(2) == 0) world.value_of(2) = Value::Int(random.Pick(11));
    const std::string condition = random.Make(3);
    const std::vector<FailingPart> parts = world.Ask(condition);
    for (const FailingPart& part : parts) {
      for (const InputChange& change : part.changes) {
        SCOPED_TRACE(absl::StrCat("seed ", seed, ": ", condition, "; part ",
                                  part.condition, "; ", change.condition));
        ++checked;
        // Of optionals without a value any other tells as much.
        const bool is_any = change.nearest.fitting == Fitting::kAnyValue;
        const Value value = is_any ? Value::Int(7) : Promised(change.nearest);
        const auto holds = [&](const std::string& text, const Value& other) {
          const Value result = world.EvaluateWith(text, change.input, other);
          return result.is(ValueKind::kBool) && result.bool_value();
        };
        EXPECT_TRUE(holds(part.condition, value)) << ToString(value);
        if (parts.size() > 1) continue;
        EXPECT_TRUE(holds(condition, value)) << ToString(value);
        if (is_any || !value.is(ValueKind::kInt) || change.found.is_missing()) {
          continue;
        }
        const int64_t found = change.found.int_value();
        for (int64_t nearer = value.int_value(); nearer != found;) {
          nearer += nearer < found ? 1 : -1;
          EXPECT_FALSE(holds(condition, Value::Int(nearer))) << nearer;
        }
      }
    }
  }
  EXPECT_GT(checked, 400);
}

}  // namespace
}  // namespace stratagem::expr
