// What must hold for evaluation: CEL's results, its errors instead of wrong
// results, and && and || that absorb errors from both sides.

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "engine/expr/compile.h"
#include "gtest/gtest.h"
#include "tests/expr/world.h"

namespace stratagem::expr {
namespace {

// `zero` keeps the compiler from folding: 1 / zero fails only when it runs.
World Facts() {
  static const Value kItems[] = {Value::Int(1), Value::Int(2), Value::Int(3)};
  static const MapEntry kRates[] = {
      {Value::String("gold"), Value::Double(0.5)},
      {Value::String("silver"), Value::Double(0.25)},
  };
  const Type string(TypeKind::kString);
  World world;
  world.Declare("zero", Type(TypeKind::kInt), Value::Int(0))
      .Declare("i", Type(TypeKind::kInt), Value::Int(7))
      .Declare("u", Type(TypeKind::kUint), Value::Uint(7))
      .Declare("d", Type(TypeKind::kDouble), Value::Double(2.5))
      .Declare("s", string, Value::String("gold"))
      .Declare("yes", Type(TypeKind::kBool), Value::Bool(true))
      .Declare("no", Type(TypeKind::kBool), Value::Bool(false))
      .Declare("some", Type::Optional(Type(TypeKind::kInt)), Value::Int(9))
      .Declare("none", Type::Optional(Type(TypeKind::kInt)))
      .Declare("items", Type::List(Type(TypeKind::kInt)), Value::List(kItems))
      .Declare("rates", Type::Map(string, Type(TypeKind::kDouble)),
               Value::Map(kRates))
      .Declare("now", Type(TypeKind::kTimestamp),
               Value::TimestampParts(1'793'000'000, 0))
      .Declare("least", Type(TypeKind::kInt),
               Value::Int(std::numeric_limits<int64_t>::min()))
      .Declare("any", Type(), Value::Int(7))
      .Declare("rank", Type(TypeKind::kInt), Value::Int(1))
      .Declare("tier", string, Value::String("silver"),
               {"gold", "silver", "bronze"}, 14);
  return world;
}

struct ValueCase {
  std::string name;
  std::string text;
  std::string want;
};

class EvaluationTest : public testing::TestWithParam<ValueCase> {};

TEST_P(EvaluationTest, GivesTheValue) {
  EXPECT_EQ(Facts().Show(GetParam().text), GetParam().want);
}

std::string CaseName(const testing::TestParamInfo<ValueCase>& param_info) {
  return param_info.param.name;
}

INSTANTIATE_TEST_SUITE_P(
    Arithmetic, EvaluationTest,
    testing::ValuesIn(std::vector<ValueCase>{
        {"Ints", "i * 3 - 4 / 3 + i % 4", "23"},
        {"Uints", "u * 3u - 4u / 3u + u % 4u", "23u"},
        {"Doubles", "d * 2.0 + 1.0 / d - 0.5", "4.9"},
        {"Negation", "[-i, -(-i)]", "[-7, 7]"},
        {"NegatedDouble", "-d", "-2.5"},
        {"QuotientsTruncate", "[-i / 2, i / -2]", "[-3, -3]"},
        {"RemaindersHaveTheSignOfTheLeft", "[-i % 4, i % -4]", "[-3, 3]"},
        {"DivisionByZero", "i / zero", "error(division by zero)"},
        {"ModuloByZero", "i % zero", "error(division by zero)"},
        {"UintDivisionByZero", "u / (u - 7u)", "error(division by zero)"},
        {"DoubleDivisionByZeroIsInfinite", "d / 0.0", "Infinity"},
        {"ZeroByZeroIsNotANumber", "0.0 / (d - d)", "NaN"},
        {"SumOverflows", "9223372036854775807 + i", "error(integer overflow)"},
        {"DifferenceOverflows", "least - i", "error(integer overflow)"},
        {"ProductOverflows", "least * i", "error(integer overflow)"},
        {"QuotientOverflows", "least / (zero - 1)", "error(integer overflow)"},
        {"RemainderOverflows", "least % (zero - 1)", "error(integer overflow)"},
        {"NegationOverflows", "-least", "error(integer overflow)"},
        {"UintsDoNotGoBelowZero", "0u - u", "error(integer overflow)"},
        {"DoublesOverflowToInfinity", "1e308 * (d * 10.0)", "Infinity"},
        {"ConstantErrorsStayErrors", "1 / 0", "error(division by zero)"},
        {"ErrorsPassThrough", "1 + 2 * (3 - 1 / zero)",
         "error(division by zero)"},
        {"TheLeftErrorWins", "1 / zero + -least", "error(division by zero)"},
    }),
    CaseName);

INSTANTIATE_TEST_SUITE_P(
    Comparison, EvaluationTest,
    testing::ValuesIn(std::vector<ValueCase>{
        {"Ints", "[i < 7, i <= 7, i > 7, i >= 7, i == 7, i != 7]",
         "[false, true, false, true, true, false]"},
        {"Uints", "[u < 8u, u <= 6u, u > 6u, u >= 8u, u == 7u, u != 7u]",
         "[true, false, true, false, true, false]"},
        {"Doubles",
         "[d < 3.0, d <= 2.0, d > 2.0, d >= 3.0, d == 2.5, "
         "d != 2.5]",
         "[true, false, true, false, true, false]"},
        {"Strings",
         "[s < 'h', s <= 'g', s > 'g', s >= 'h', s == 'gold', "
         "s != 'gold']",
         "[true, false, true, false, true, false]"},
        {"Bools", "[no < yes, yes == yes, yes != yes]", "[true, true, false]"},
        {"Bytes", "[b'a' < b'b', b'a' == b'a']", "[true, true]"},
        {"AcrossNumbers", "[i < 7.5, i >= 7u, d > 2, u < d, d <= u]",
         "[true, true, true, false, true]"},
        {"NegativeIntIsBelowAnyUint", "-1 < 0u", "true"},
        {"DynEqualityGoesAcrossNumbers", "[any == 7.0, any == 7u, any == 'x']",
         "[true, true, false]"},
        {"NotANumberEqualsNothing",
         "[0.0 / (d - d) == 0.0 / (d - d), "
         "0.0 / (d - d) < 1.0]",
         "[false, false]"},
        {"Lists", "[items == [1, 2, 3], items != [1, 2]]", "[true, true]"},
        {"Maps", "rates == {'silver': 0.25, 'gold': 0.5}", "true"},
        {"DynWithoutOrder", "any < dyn('a')", "error(no matching overload)"},
        {"NullEqualsNull", "[null == null, dyn(1) == null]", "[true, false]"},
        {"Types", "[type(i) == int, type(d) == int, type(type(i)) == type]",
         "[true, false, true]"},
        {"AtLeastTheSame", "tier.atLeast('silver')", "true"},
        {"AtLeastBelow", "tier.atLeast('bronze')", "true"},
        {"AtLeastAbove", "tier.atLeast('gold')", "false"},
    }),
    CaseName);

INSTANTIATE_TEST_SUITE_P(
    Text, EvaluationTest,
    testing::ValuesIn(std::vector<ValueCase>{
        {"Concatenation", "s + '-' + tier", "'gold-silver'"},
        {"BytesConcatenation", R"(b'a' + b'\xff')", R"(b'a\xff')"},
        {"SizeCountsCodePoints", "['\xC3\xA9t\xC3\xA9'.size(), size(s)]",
         "[3, 4]"},
        {"SizeOfBytesCountsBytes", "size(b'\xC3\xA9')", "2"},
        {"Contains", "[s.contains('ol'), s.contains('lo'), s.contains('')]",
         "[true, false, true]"},
        {"StartsWith", "[s.startsWith('go'), s.startsWith('golden')]",
         "[true, false]"},
        {"EndsWith", "[s.endsWith('ld'), s.endsWith('go')]", "[true, false]"},
    }),
    CaseName);

INSTANTIATE_TEST_SUITE_P(
    Collections, EvaluationTest,
    testing::ValuesIn(std::vector<ValueCase>{
        {"InList", "[2 in items, 5 in items, 1 in []]", "[true, false, false]"},
        {"InMap", "['gold' in rates, 'iron' in rates]", "[true, false]"},
        {"Index", "[items[0], items[2]]", "[1, 3]"},
        {"IndexPastTheEnd", "items[3]", "error(index out of range)"},
        {"NegativeIndex", "items[-1]", "error(index out of range)"},
        {"DynIndex", "[items[dyn(1.0)], items[dyn(1u)]]", "[2, 2]"},
        {"FractionalIndex", "items[dyn(1.5)]", "error(invalid argument)"},
        {"Key", "[rates['gold'], rates.silver]", "[0.5, 0.25]"},
        {"MissingKey", "rates['iron']", "error(no such key)"},
        {"MissingField", "rates.iron", "error(no such key)"},
        {"NumericKeysAreOneLine", "{1: 'a', 2u: 'b'}[2]", "'b'"},
        {"Has", "[has(rates.gold), has(rates.iron)]", "[true, false]"},
        {"ListSum", "items + [4]", "[1, 2, 3, 4]"},
        {"Sizes", "[size(items), rates.size(), size([]), {}.size()]",
         "[3, 2, 0, 0]"},
        {"MapsSortTheirKeys", "{'b': 1, 'a': i}", "{'a': 7, 'b': 1}"},
        {"DuplicateKey", "{'a': 1, s.size() == 4 ? 'a' : 'b': 2}",
         "error(duplicate key)"},
        {"DuplicateKeyAcrossNumbers", "{1: 1, 1u: 2}", "error(duplicate key)"},
        {"ErrorsInItems", "[1, 1 / zero]", "error(division by zero)"},
        {"ErrorsInValues", "{'a': 1 / zero}", "error(division by zero)"},
    }),
    CaseName);

INSTANTIATE_TEST_SUITE_P(
    Conditionals, EvaluationTest,
    testing::ValuesIn(std::vector<ValueCase>{
        {"True", "yes ? 1 : 2", "1"},
        {"False", "no ? 1 : 2", "2"},
        {"OnlyTheChosenSideRuns", "[yes ? 1 : 1 / zero, no ? 1 / zero : 2]",
         "[1, 2]"},
        {"AnErrorOfTheCondition", "1 / zero > 0 ? 1 : 2",
         "error(division by zero)"},
        {"ANonBoolCondition", "any ? 1 : 2", "error(no matching overload)"},
        {"Nested", "no ? 1 : yes ? (no ? 2 : 3) : 4", "3"},
        {"ConstantCondition", "true ? i : 1 / zero", "7"},
    }),
    CaseName);

INSTANTIATE_TEST_SUITE_P(
    Optionals, EvaluationTest,
    testing::ValuesIn(std::vector<ValueCase>{
        {"HasValue", "[some.hasValue(), none.hasValue()]", "[true, false]"},
        {"OrValue", "[some.orValue(0), none.orValue(4)]", "[9, 4]"},
        {"OrValueOnlyWhenNeeded", "some.orValue(1 / zero)", "9"},
        {"OrValueNeeded", "none.orValue(1 / zero)", "error(division by zero)"},
        {"Value", "some.value() + 1", "10"},
        {"ValueOfNone", "none.value() + 1", "error(optional has no value)"},
        {"Or", "[none.or(some), some.or(none), none.or(none)]",
         "[optional.of(9), optional.of(9), optional.none()]"},
        {"Of", "optional.of(i).value()", "7"},
        {"OfNonZeroValue",
         "[optional.ofNonZeroValue(zero), optional.ofNonZeroValue(i)]",
         "[optional.none(), optional.of(7)]"},
        {"Equality",
         "[some == optional.of(9), none == optional.none(), "
         "some == none]",
         "[true, true, false]"},
        {"Items", "[1, ?some, ?none]", "[1, 9]"},
        {"Entries", "{?'a': some, ?'b': none}", "{'a': 9}"},
        {"OptionalField",
         "[rates.?gold.orValue(1.0), "
         "rates.?iron.orValue(1.0)]",
         "[0.5, 1.0]"},
        {"OptionalIndex", "[items[?1].orValue(0), items[?5].orValue(0)]",
         "[2, 0]"},
        {"SelectionThroughOptional",
         "{'a': {'b': i}}.?a.b.orValue(0) + {'a': {'b': i}}.?x.b.orValue(1)",
         "8"},
        {"IndexThroughOptional", "optional.of(items)[1]", "optional.of(2)"},
        {"HasThroughOptional",
         "[has({'a': {'b': i}}.?a.b), "
         "has({'a': {'b': i}}.?x.b)]",
         "[true, false]"},
    }),
    CaseName);

INSTANTIATE_TEST_SUITE_P(
    Comprehensions, EvaluationTest,
    testing::ValuesIn(std::vector<ValueCase>{
        {"All", "[items.all(x, x > 0), items.all(x, x > 1)]", "[true, false]"},
        {"AllOfNothing", "[].all(x, x > i)", "true"},
        {"AllAbsorbsErrors", "items.all(x, 6 / (x - 1) > 3)", "false"},
        {"AllKeepsAnError", "items.all(x, 6 / (x - 1) > 0)",
         "error(division by zero)"},
        {"Exists", "[items.exists(x, x == 2), items.exists(x, x == 5)]",
         "[true, false]"},
        {"ExistsAbsorbsErrors", "items.exists(x, 6 / (x - 1) == 3)", "true"},
        {"ExistsKeepsAnError", "items.exists(x, 6 / (x - 1) == 5)",
         "error(division by zero)"},
        {"ExistsOne",
         "[items.exists_one(x, x > 2), "
         "items.exists_one(x, x > 1)]",
         "[true, false]"},
        {"ExistsOneAbsorbsNothing", "items.exists_one(x, 6 / (x - 1) == 3)",
         "error(division by zero)"},
        {"Map", "items.map(x, x * x)", "[1, 4, 9]"},
        {"MapWithFilter", "items.map(x, x != 2, x * i)", "[7, 21]"},
        {"MapFails", "items.map(x, 1 / (x - 2))", "error(division by zero)"},
        {"Filter", "items.filter(x, x % 2 == 1)", "[1, 3]"},
        {"FilterFails", "items.filter(x, 1 / (x - 2) > 0)",
         "error(division by zero)"},
        {"KeysOfAMap", "rates.map(k, k)", "['gold', 'silver']"},
        {"Nested", "items.map(x, items.filter(y, y < x).size())", "[0, 1, 2]"},
        {"InnerVariableHidesOuter", "items.map(x, [x + 1].map(x, x * 10)[0])",
         "[20, 30, 40]"},
        {"InsideOperands", "i + items.map(x, x + 1)[0] * 2", "11"},
        {"OverAnError", "[1 / zero].map(x, x)", "error(division by zero)"},
        {"OverANumber", "any.all(x, true)", "error(no matching overload)"},
        {"ConstantOnes", "[1, 2, 3].map(x, x * 2).exists(x, x == 4)", "true"},
    }),
    CaseName);

INSTANTIATE_TEST_SUITE_P(
    Conversions, EvaluationTest,
    testing::ValuesIn(std::vector<ValueCase>{
        {"Int", "[int(u), int(d), int('-12'), int(-2.9)]", "[7, 2, -12, -2]"},
        {"IntOutOfRange", "int(d * 1e20)", "error(integer overflow)"},
        {"IntOfBadText", "int(s)", "error(invalid argument)"},
        {"Uint", "[uint(i), uint(d), uint('12')]", "[7u, 2u, 12u]"},
        {"UintOfNegative", "uint(-i)", "error(integer overflow)"},
        {"Double", "[double(i), double(u), double('1e3')]",
         "[7.0, 7.0, 1000.0]"},
        {"DoubleOfBadText", "double('1.5 ')", "error(invalid argument)"},
        {"String", "[string(i), string(d), string(yes), string(b'x')]",
         "['7', '2.5', 'true', 'x']"},
        {"StringOfBadBytes", R"(string(b'\xff'))", "error(invalid argument)"},
        {"StringOfATime", "string(timestamp('2026-11-01T08:00:00.5+08:00'))",
         "'2026-11-01T00:00:00.5Z'"},
        {"StringOfADuration", "string(duration('-1m30s500ms'))", "'-90.5s'"},
        {"Bool", "[bool('true'), bool('0')]", "[true, false]"},
        {"BoolOfBadText", "bool('yes')", "error(invalid argument)"},
    }),
    CaseName);

INSTANTIATE_TEST_SUITE_P(
    Times, EvaluationTest,
    testing::ValuesIn(std::vector<ValueCase>{
        {"Comparison",
         "[now > timestamp('2026-01-01T00:00:00Z'), "
         "now < timestamp('2027-01-01T00:00:00Z')]",
         "[true, true]"},
        {"Shift", "timestamp('2026-11-01T00:00:00Z') + duration('36h')",
         "timestamp('2026-11-02T12:00:00Z')"},
        {"Difference",
         "timestamp('2026-11-02T00:00:00Z') - "
         "timestamp('2026-11-01T00:00:00.5Z') == "
         "duration('23h59m59.5s')",
         "true"},
        {"Durations", "duration('1h') + duration('30m') - duration('1.5h')",
         "duration('0')"},
        {"NegativeDuration", "duration('-1.5s') < duration('-1s')", "true"},
        {"DurationUnits",
         "duration('1h2m3s4ms5us6ns') == "
         "duration('3723.004005006s')",
         "true"},
        {"BadDuration", "duration(s)", "error(invalid argument)"},
        {"DurationWithoutUnit", "duration('5')", "error(invalid argument)"},
        {"BadTimestamp", "timestamp('2026-02-30T00:00:00Z')",
         "error(invalid argument)"},
        {"BadZone", "timestamp('2026-02-03T00:00:00+24:00')",
         "error(invalid argument)"},
        {"TextAfterATimestamp", "timestamp('2026-02-03T00:00:00Zx')",
         "error(invalid argument)"},
        {"TimestampWithoutZone", "timestamp('2026-02-03T00:00:00')",
         "error(invalid argument)"},
        {"TimestampPastTheEnd",
         "timestamp('9999-12-31T23:59:59Z') + duration('1s')",
         "error(integer overflow)"},
        {"TimestampOfSeconds", "timestamp(0)",
         "timestamp('1970-01-01T00:00:00Z')"},
        {"SecondsOfATimestamp", "int(now)", "1793000000"},
    }),
    CaseName);

// One operand of the exhaustive tables below: how it is written, constant and
// not, and what it is.
struct Operand {
  const char* text;
  const char* value;
};

constexpr Operand kOperands[] = {
    {"yes", "true"},
    {"true", "true"},
    {"no", "false"},
    {"false", "false"},
    {"1 / zero > 0", "error(division by zero)"},
    {"1 / 0 > 0", "error(division by zero)"},
    {"any", "error(no matching overload)"},  // An int where a bool must be.
};

// What CEL demands of a && b (absorbing "false") and a || b ("true").
std::string WantLogic(const std::string& a, const std::string& b,
                      const std::string& absorbing) {
  if (a == absorbing || b == absorbing) return absorbing;
  if (a.starts_with("error")) return a;
  return b;
}

TEST(LogicTest, AbsorbsErrorsFromBothSides) {
  World world = Facts();
  for (const Operand& a : kOperands) {
    for (const Operand& b : kOperands) {
      const std::string sides[] = {"(" + std::string(a.text) + ")",
                                   "(" + std::string(b.text) + ")"};
      const std::string conjunction = sides[0] + " && " + sides[1];
      const std::string disjunction = sides[0] + " || " + sides[1];
      std::string want_and = WantLogic(a.value, b.value, "false");
      std::string want_or = WantLogic(a.value, b.value, "true");
      // Beside a neutral bool or another non-bool nothing is absorbed, and an
      // error is told before a value of the wrong kind.
      const std::string any = "error(no matching overload)";
      if (a.value == any && std::string(b.value).starts_with("error")) {
        want_and = want_or = b.value;
      }
      EXPECT_EQ(world.Show(conjunction), want_and) << conjunction;
      EXPECT_EQ(world.Show(disjunction), want_or) << disjunction;
    }
  }
}

TEST(LogicTest, TernaryTakesOneSideAndPassesTheConditionsError) {
  World world = Facts();
  for (const Operand& condition : kOperands) {
    for (const Operand& yes : kOperands) {
      for (const Operand& no : kOperands) {
        if (std::string(yes.text) == "any" || std::string(no.text) == "any") {
          continue;
        }
        const std::string text = "(" + std::string(condition.text) + ") ? (" +
                                 yes.text + ") : (" + no.text + ")";
        const std::string chosen = condition.value;
        const std::string want = chosen == "true"    ? yes.value
                                 : chosen == "false" ? no.value
                                                     : chosen;
        EXPECT_EQ(world.Show(text), want) << text;
      }
    }
  }
}

TEST(LogicTest, NotPassesErrors) {
  World world = Facts();
  EXPECT_EQ(world.Show("[!yes, !no, !false]"), "[false, true, true]");
  EXPECT_EQ(world.Show("!(1 / zero > 0)"), "error(division by zero)");
  EXPECT_EQ(world.Show("!any"), "error(no matching overload)");
}

}  // namespace
}  // namespace stratagem::expr
