// What must hold for resolved facts: sent wins over stored wins over default,
// every fault of the caller is named once, a fault of the store is not the
// caller's, and the good case asks the heap for nothing.

#include "engine/value/facts.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/base/limits.h"
#include "gtest/gtest.h"
#include "tests/support/allocation_counter.h"

namespace stratagem {
namespace {

// id: required; spend: 0..1000; channel: app or sms, 'app' unless given;
// tenure: optional.
Schema Customer() {
  Schema schema;
  Field id;
  id.name = "id";
  schema.Add(id);
  Field spend;
  spend.name = "spend";
  spend.type.kind = ValueKind::kDouble;
  spend.value_min = Value::Double(0);
  spend.value_max = Value::Double(1000);
  schema.Add(spend);
  Field channel;
  channel.name = "channel";
  channel.values = {"app", "sms"};
  channel.default_value = Value::String("app");
  schema.Add(channel);
  Field tenure;
  tenure.name = "tenure";
  tenure.type.kind = ValueKind::kInt;
  tenure.optional = true;
  schema.Add(tenure);
  return schema;
}

absl::string_view ReasonName(ViolationReason reason) {
  switch (reason) {
    case ViolationReason::kUnknownName:
      return "unknown name";
    case ViolationReason::kDuplicateName:
      return "duplicate name";
    case ViolationReason::kWrongType:
      return "wrong type";
    case ViolationReason::kOutOfRange:
      return "out of range";
    case ViolationReason::kNotAllowed:
      return "not allowed";
    case ViolationReason::kTooLarge:
      return "too large";
    case ViolationReason::kMissing:
      return "missing";
    case ViolationReason::kConstraint:
      return "constraint";
  }
  return "";
}

// "id='a' request, …", or the violations one a line.
std::string Resolve(const std::vector<NamedValue>& sent,
                    const std::vector<NamedValue>& stored) {
  const Schema schema = Customer();
  Arena arena;
  std::vector<Fact> facts(schema.fields().size());
  const std::vector<Violation> violations =
      ResolveFacts(schema, sent, stored, arena, facts);
  std::string text;
  for (const Violation& violation : violations) {
    absl::StrAppend(&text, violation.field, " (", ReasonName(violation.reason),
                    "): ", violation.description, "\n");
  }
  if (!violations.empty()) return text;
  for (size_t i = 0; i < facts.size(); ++i) {
    absl::StrAppend(
        &text, i == 0 ? "" : ", ", schema.fields()[i].name, "=",
        ToString(facts[i].value), " ", FactSourceName(facts[i].source),
        facts[i].stored_fault == FieldFault::kNone ? ""
                                                   : " for a stored misfit");
  }
  return text;
}

const NamedValue kId = {"id", Value::String("c1")};
const NamedValue kSpend = {"spend", Value::Int(20)};

TEST(ResolveFactsTest, SentWinsOverStoredWinsOverDefault) {
  EXPECT_EQ(Resolve({kId, kSpend}, {}),
            "id='c1' request, spend=20.0 request, channel='app' default, "
            "tenure=missing absent");
  EXPECT_EQ(Resolve({kId}, {{"spend", Value::Double(30)},
                            {"channel", Value::String("sms")},
                            {"tenure", Value::Int(4)}}),
            "id='c1' request, spend=30.0 profile, channel='sms' profile, "
            "tenure=4 profile");
  EXPECT_EQ(Resolve({{"channel", Value::String("sms")}, kId, kSpend},
                    {{"id", Value::String("stored")},
                     {"spend", Value::Double(30)},
                     {"channel", Value::String("app")}}),
            "id='c1' request, spend=20.0 request, channel='sms' request, "
            "tenure=missing absent");
}

TEST(ResolveFactsTest, ANullForAnOptionalFieldHidesTheStoredValue) {
  EXPECT_EQ(Resolve({kId, kSpend, {"tenure", Value::Null()}},
                    {{"tenure", Value::Int(4)}}),
            "id='c1' request, spend=20.0 request, channel='app' default, "
            "tenure=missing request");
}

TEST(ResolveFactsTest, ANullForAnotherFieldIsAWrongType) {
  EXPECT_EQ(
      Resolve({kId, {"spend", Value::Null()}}, {{"spend", Value::Double(30)}}),
      "spend (wrong type): found null_type null, expected double\n");
}

TEST(ResolveFactsTest, AStoredValueThatDoesNotConformCountsAsMissing) {
  EXPECT_EQ(Resolve({kId, kSpend}, {{"channel", Value::String("fax")},
                                    {"tenure", Value::String("four")},
                                    {"gone", Value::Int(1)}}),
            "id='c1' request, spend=20.0 request, "
            "channel='app' default for a stored misfit, "
            "tenure=missing absent for a stored misfit");
}

TEST(ResolveFactsTest, ARequiredFieldSaysWhatIsWrongWithTheStoredOne) {
  EXPECT_EQ(Resolve({kId}, {{"spend", Value::Double(-1)}}),
            "spend (missing): required double, not sent, and the profile's "
            "does not fit: -1.0 is below the minimum 0.0\n");
  EXPECT_EQ(Resolve({kId}, {}),
            "spend (missing): required double, and neither sent nor stored\n");
}

TEST(ResolveFactsTest, AStoredValueIsNotLookedAtWhenOneIsSent) {
  EXPECT_EQ(Resolve({kId, kSpend, {"tenure", Value::Null()}},
                    {{"spend", Value::Double(-1)},
                     {"tenure", Value::String("four")}}),
            "id='c1' request, spend=20.0 request, channel='app' default, "
            "tenure=missing request");
}

TEST(ResolveFactsTest, NamesEveryFaultInTheOrderSentAndMissingFieldsLast) {
  const std::string long_text(kFactStringBytesMax + 1, 'x');
  EXPECT_EQ(
      Resolve({{"spent", Value::Int(1)},
               {"channel", Value::String("fax")},
               {"tenure", Value::Double(1.5)},
               {"tenure", Value::Int(1)},
               {"spend", Value::Int(1001)},
               {"zzz", Value::Int(1)}},
              {}),
      "spent (unknown name): not declared in the pack; did you mean "
      "`spend`?\n"
      "channel (not allowed): 'fax' is not one of 'app', 'sms'\n"
      "tenure (wrong type): found double 1.5, expected int\n"
      "tenure (duplicate name): given more than once\n"
      "spend (out of range): 1001 is above the maximum 1000.0\n"
      "zzz (unknown name): not declared in the pack; expected one of `id`, "
      "`spend`, `channel`, `tenure`\n"
      "id (missing): required string, and neither sent nor stored\n");
  EXPECT_EQ(Resolve({{"id", Value::String(long_text)}, kSpend}, {}),
            "id (too large): larger than a value may be (65536 bytes of text, "
            "10000 items, 16 levels)\n");
}

TEST(ResolveFactsTest, AFloodOfUnknownNamesStopsAtTheLimit) {
  const Schema schema = Customer();
  Arena arena;
  std::vector<Fact> facts(schema.fields().size());
  const std::vector<NamedValue> sent(100'000, {"nope", Value::Int(1)});
  EXPECT_EQ(ResolveFacts(schema, sent, {}, arena, facts).size(),
            kViolationsMax);
}

TEST(ResolveFactsTest, ForgetsWhatTheFactsHeldBefore) {
  const Schema schema = Customer();
  Arena arena;
  std::vector<Fact> facts(4, {Value::Int(99), FactSource::kProfile});
  const std::vector<NamedValue> sent = {kId, kSpend};
  ASSERT_TRUE(ResolveFacts(schema, sent, {}, arena, facts).empty());
  EXPECT_TRUE(facts[3].value.is_missing());
  EXPECT_EQ(facts[3].source, FactSource::kAbsent);
}

TEST(ResolveFactsTest, TheGoodCaseAsksTheHeapForNothing) {
  const Schema schema = Customer();
  Arena arena;
  std::vector<Fact> facts(4);
  const std::vector<NamedValue> sent = {kId, kSpend};
  const std::vector<NamedValue> stored = {{"tenure", Value::Int(4)}};
  const AllocationCounter counter;
  const bool good = ResolveFacts(schema, sent, stored, arena, facts).empty();
  EXPECT_EQ(counter.count(), 0);
  EXPECT_TRUE(good);
}

}  // namespace
}  // namespace stratagem
