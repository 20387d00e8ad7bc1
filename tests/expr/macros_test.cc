// What must hold for macros: the tree that each becomes, and what an author
// reads who uses one wrongly.

#include "engine/expr/macros.h"

#include <string>
#include <vector>

#include "engine/expr/parser.h"
#include "gtest/gtest.h"
#include "tests/expr/world.h"

namespace stratagem::expr {
namespace {

struct MacroCase {
  std::string name;
  std::string text;
  std::string want;
};

class MacroTest : public testing::TestWithParam<MacroCase> {};

TEST_P(MacroTest, BecomesATree) {
  EXPECT_EQ(Tree(GetParam().text), GetParam().want);
}

std::string NameOf(const testing::TestParamInfo<MacroCase>& param_info) {
  return param_info.param.name;
}

INSTANTIATE_TEST_SUITE_P(
    OneVariable, MacroTest,
    testing::ValuesIn(std::vector<MacroCase>{
        {"All", "l.all(x, x > 0)", "(all x l (_>_ x 0))"},
        {"Exists", "l.exists(x, x > 0)", "(exists x l (_>_ x 0))"},
        {"ExistsOne", "l.exists_one(x, x > 0)", "(exists_one x l (_>_ x 0))"},
        {"ExistsOneInCamelCase", "l.existsOne(x, x > 0)",
         "(exists_one x l (_>_ x 0))"},
        {"Map", "l.map(x, x + 1)", "(list_of x l true (_+_ x 1))"},
        {"MapOfSome", "l.map(x, x > 0, x + 1)",
         "(list_of x l (_>_ x 0) (_+_ x 1))"},
        {"Filter", "l.filter(x, x > 0)", "(list_of x l (_>_ x 0) x)"},
    }),
    NameOf);

INSTANTIATE_TEST_SUITE_P(
    TwoVariables, MacroTest,
    testing::ValuesIn(std::vector<MacroCase>{
        {"All", "m.all(k, v, v > 0)", "(all k v m (_>_ v 0))"},
        {"Exists", "m.exists(k, v, v > 0)", "(exists k v m (_>_ v 0))"},
        {"ExistsOne", "m.existsOne(k, v, v > 0)",
         "(exists_one k v m (_>_ v 0))"},
        {"TransformList", "m.transformList(k, v, v + 1)",
         "(list_of k v m true (_+_ v 1))"},
        {"TransformListOfSome", "m.transformList(k, v, v > 0, v + 1)",
         "(list_of k v m (_>_ v 0) (_+_ v 1))"},
        {"TransformMap", "m.transformMap(k, v, v + 1)",
         "(map_of k v m true (_+_ v 1))"},
        {"TransformMapOfSome", "m.transformMap(k, v, v > 0, v + 1)",
         "(map_of k v m (_>_ v 0) (_+_ v 1))"},
        {"TransformMapEntry", "m.transformMapEntry(k, v, {v: k})",
         "(entries_of k v m true (map v: k))"},
        {"TransformMapEntryOfSome", "m.transformMapEntry(k, v, v > 0, {v: k})",
         "(entries_of k v m (_>_ v 0) (map v: k))"},
    }),
    NameOf);

INSTANTIATE_TEST_SUITE_P(
    Bindings, MacroTest,
    testing::ValuesIn(std::vector<MacroCase>{
        {"Bind", "cel.bind(x, a + 1, x * x)", "(let x (_+_ a 1) (_*_ x x))"},
        {"OptMap", "o.optMap(v, v + 1)",
         "(let @held o (_?_:_ (call hasValue @held) (optional.of "
         "(let v (call value @held) (_+_ v 1))) (optional.none)))"},
        {"OptFlatMap", "o.optFlatMap(v, v.?k)",
         "(let @held o (_?_:_ (call hasValue @held) "
         "(let v (call value @held) (select? v k)) (optional.none)))"},
        {"SortBy", "l.sortBy(x, x.age)",
         "(let @list l (call @sortByAssociatedKeys @list "
         "(list_of x @list true (select x age))))"},
        {"Block", "cel.block([a, cel.index(0) + 1], cel.index(1))",
         "(let cel.index(0) a cel.index(1) (_+_ cel.index(0) 1) "
         "cel.index(1))"},
        {"BlockWithoutBindings", "cel.block([], a)", "a"},
        {"BlockVariables",
         "l.map(cel.iterVar(0, 1), cel.iterVar(0, 1) + cel.accuVar(0, 0))",
         "(list_of cel.iterVar(0, 1) l true "
         "(_+_ cel.iterVar(0, 1) cel.accuVar(0, 0)))"},
    }),
    NameOf);

INSTANTIATE_TEST_SUITE_P(
    Extremes, MacroTest,
    testing::ValuesIn(std::vector<MacroCase>{
        {"OneNumber", "math.greatest(a)", "(math.@max a)"},
        {"OneList", "math.least([1, a])", "(math.@min (list 1 a))"},
        {"TwoNumbers", "math.greatest(1, 2.5)", "(math.@max 1 2.5)"},
        {"Three", "math.least(1, 2u, a)", "(math.@min (list 1 2u a))"},
    }),
    NameOf);

// Another number of arguments, another target: functions of hosts.
INSTANTIATE_TEST_SUITE_P(
    NoMacros, MacroTest,
    testing::ValuesIn(std::vector<MacroCase>{
        {"GlobalMap", "map(x, x)", "(map x x)"},
        {"TooFewArguments", "l.all(x)", "(call all l x)"},
        {"TooManyArguments", "l.filter(x, y, z)", "(call filter l x y z)"},
        {"BindOfAnother", "a.bind(x, 1, x)", "(call bind a x 1 x)"},
        {"GreatestOfAnother", "a.greatest('x')", "(call greatest a 'x')"},
        {"HasAsAMethod", "a.has(b.c)", "(call has a (select b c))"},
    }),
    NameOf);

INSTANTIATE_TEST_SUITE_P(
    Misuse, MacroTest,
    testing::ValuesIn(std::vector<MacroCase>{
        {"HasOfAName", "has(a)",
         "x:1:5: error E101: `has` tests a field, such as `has(a.b)`\n"
         "  hint: for an optional attribute write `a.hasValue()`\n"},
        {"HasOfAnOptionalField", "has(a.?b)",
         "x:1:8: error E101: `has` tests a field, and `.?` gives an optional\n"
         "  hint: write `has(x.b)` or `x.?b.hasValue()`\n"},
        {"NoName", "l.map(1, 2)",
         "x:1:7: error E101: the first argument of `map` is a name for the "
         "item\n  hint: for example `list.map(x, …)`\n"},
        {"DottedName", "l.all(a.b, true)",
         "x:1:9: error E101: the first argument of `all` is a name for the "
         "item\n  hint: for example `list.all(x, …)`\n"},
        {"AbsoluteName", "l.all(.a, true)",
         "x:1:7: error E101: the first argument of `all` is a name for the "
         "item\n  hint: for example `list.all(x, …)`\n"},
        {"NoKey", "m.transformMap(1, v, v)",
         "x:1:16: error E101: the first argument of `transformMap` is a name "
         "for the key\n  hint: for example "
         "`map.transformMap(key, value, …)`\n"},
        {"NoValue", "m.exists(k, 1, true)",
         "x:1:13: error E101: the second argument of `exists` is a name for "
         "the value\n  hint: for example `map.exists(key, value, …)`\n"},
        {"OneNameTwice", "m.all(k, k, true)",
         "x:1:10: error E101: `k` names the key and the value\n"
         "  hint: give them two names\n"},
        {"BindOfNoName", "cel.bind(a.b, 1, 2)",
         "x:1:12: error E101: the first argument of `bind` is a name for the "
         "value\n  hint: for example `cel.bind(x, a + b, x * x)`\n"},
        {"OptMapOfNoName", "o.optMap('v', 1)",
         "x:1:10: error E101: the first argument of `optMap` is a name for the "
         "value\n  hint: for example `x.optMap(v, …)`\n"},
        {"SortByOfNoName", "l.sortBy(1, 1)",
         "x:1:10: error E101: the first argument of `sortBy` is a name for the "
         "item\n  hint: for example `list.sortBy(x, x.age)`\n"},
        {"BlockOfNoList", "cel.block(a, 1)",
         "x:1:11: error E101: the first argument of `cel.block` is a list "
         "literal\n  hint: for example "
         "`cel.block([a + b], cel.index(0) * 2)`\n"},
        {"BlockOfAnOptional", "cel.block([?a], 1)",
         "x:1:13: error E101: an item of `cel.block` is not optional\n"
         "  hint: remove the `?`\n"},
        {"IndexOfAName", "cel.block([1], cel.index(a))",
         "x:1:26: error E101: `cel.index` takes int literals from 0 up\n"},
        {"IndexBelowZero", "cel.index(-1)",
         "x:1:11: error E101: `cel.index` takes int literals from 0 up\n"},
        {"ExtremeOfNothing", "math.greatest()",
         "x:1:1: error E101: `math.greatest` needs at least one number\n"
         "  hint: for example `math.greatest(1, 2.5)`\n"},
        {"ExtremeOfText", "math.least(1, 'a')",
         "x:1:15: error E101: `math.least` compares numbers only\n"},
        {"ExtremeOfAListOfText", "math.least([1, 'a'])",
         "x:1:16: error E101: `math.least` compares numbers only\n"},
        {"ExtremeOfAnEmptyList", "math.greatest([])",
         "x:1:15: error E101: `math.greatest` compares numbers only\n"},
        {"ExtremeOfListsAndNumbers", "math.greatest([1], 2)",
         "x:1:15: error E101: `math.greatest` compares numbers only\n"},
    }),
    NameOf);

TEST(MacroNestingTest, ExpansionsCountAgainstTheLimitOfNesting) {
  std::string text = "o";
  for (int i = 0; i < 100; ++i) text = "o.optMap(v, " + text + ")";
  EXPECT_NE(Tree(text).find("E102"), std::string::npos);
}

}  // namespace
}  // namespace stratagem::expr
