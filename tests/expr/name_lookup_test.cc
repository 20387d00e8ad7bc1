// What must hold for names: containers, imports and leading dots decide what a
// dotted name means as CEL defines it, the longest declared name wins, and
// variables of macros hide everything but a leading dot.

#include "engine/expr/name_lookup.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/expr/function_table.h"
#include "gtest/gtest.h"
#include "tests/expr/world.h"

namespace stratagem::expr {
namespace {

Value One(Evaluation&, const Value*) { return Value::Int(1); }
Value Two(Evaluation&, const Value*) { return Value::Int(2); }

// Every name holds its own text, so that a result says which one was taken.
World NamedWorld(std::string container) {
  const Type string(TypeKind::kString);
  World world;
  for (const char* name :
       {"y", "a.y", "a.b.y", "a.x", "x.y.z", "a.x.y", "z", "int"}) {
    world.Declare(name, string, Value::String(name));
  }
  world.Declare("m", Type::Map(string, string));
  world.scope().SetContainer(std::move(container));
  world.scope().SetFunctions(FunctionTable::StandardAnd(
      {Function("a.f", {}, Type(TypeKind::kInt), One),
       Function("f", {}, Type(TypeKind::kInt), Two),
       Function("x.g", {}, Type(TypeKind::kInt), One)}));
  return world;
}

struct LookupCase {
  std::string name;
  std::string container;
  std::string text;
  std::string want;
};

class NameLookupTest : public testing::TestWithParam<LookupCase> {};

TEST_P(NameLookupTest, TakesTheNameThatCelTakes) {
  EXPECT_EQ(NamedWorld(GetParam().container).Show(GetParam().text),
            GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    All, NameLookupTest,
    testing::ValuesIn(std::vector<LookupCase>{
        {"NoContainer", "", "y", "'y'"},
        {"InTheContainer", "a.b", "y", "'a.b.y'"},
        {"InAParent", "a.b.c", "y", "'a.b.y'"},
        {"InTheOutermostParent", "a.c", "y", "'a.y'"},
        {"OutsideAll", "q.r", "y", "'y'"},
        {"AContainerIsWholeParts", "a.bb", "y", "'a.y'"},
        {"LeadingDot", "a.b", ".y", "'y'"},
        {"LeadingDotOfAWholeName", "a.b", ".a.y", "'a.y'"},
        {"DottedInTheContainer", "a", "x.y", "'a.x.y'"},
        {"WholeNamesBeforeTheirBeginnings", "a", "x.y.z", "'x.y.z'"},
        {"LeadingDotOfADottedName", "a", ".x.y.z", "'x.y.z'"},
        {"ADeclaredNameHidesAType", "", "int", "'int'"},
        {"MacroVariableHidesTheContainers", "a.b", "['v'].map(y, y)", "['v']"},
        {"MacroVariableHidesDottedNames", "a",
         "[{'y': {'z': 'v'}}].map(x, x.y.z)", "['v']"},
        {"LeadingDotSeesPastAMacroVariable", "a.b", "['v'].map(y, .y)",
         "['y']"},
        {"BindVariableHides", "a.b", "cel.bind(y, 'v', y + .y)", "'vy'"},
        {"FunctionInTheContainer", "a.b", "f()", "1"},
        {"FunctionOutside", "b", "f()", "2"},
        {"FunctionWithALeadingDot", "a", ".f()", "2"},
        {"DottedFunction", "q", "a.f()", "1"},
        {"DottedFunctionWithALeadingDot", "a", ".a.f()", "1"},
        {"StandardFunctionInAContainer", "a.b", "size('ab')", "2"},
        {"StandardNamespaceInAContainer", "a.b", "optional.of(1).value()", "1"},
        {"TypeInTheContainer", "google.protobuf",
         "type(timestamp(0)) == Timestamp", "true"},
        {"TypeByItsWholeName", "a",
         "type(timestamp(0)) == google.protobuf.Timestamp", "true"},
        {"NetworkTypes", "",
         "type(ip('1.2.3.4')) == net.IP && "
         "type(cidr('1.2.3.0/24')) == net.CIDR",
         "true"},
        {"Constant", "", "google.protobuf.NullValue.NULL_VALUE", "0"},
    }),
    [](const auto& param_info) { return param_info.param.name; });

TEST(NameLookupImportTest, AnAliasStandsForItsName) {
  World world = NamedWorld("a.b");
  ASSERT_TRUE(world.scope().Import("short", "x.y"));
  EXPECT_FALSE(world.scope().Import("short", "a.y"));
  EXPECT_EQ(world.Show("short.z"), "'x.y.z'");
  ASSERT_TRUE(world.scope().Import("y", "a.x"));
  EXPECT_EQ(world.Show("y"), "'a.x'");
}

TEST(NameLookupImportTest, AnAliasNamesMessagesAndFunctions) {
  World world = NamedWorld("");
  world.scope().Import("Int", "google.protobuf.Int64Value");
  world.scope().Import("g", "x.g");
  EXPECT_EQ(world.Show("Int{value: 4} + g()"), "5");
}

TEST(NameLookupHiddenTest, IsReportedWhereverTheNameIsLookedFor) {
  World world;
  world.scope().SetContainer("a.b");
  world.scope().Hide("a.later", "comes later");
  EXPECT_EQ(world.Diagnose("later.x"),
            "x:1:1: error E111: `later.x` is not visible here\n"
            "  hint: it comes later\n");
}

TEST(NameLookupTypesTest, AHiddenBeginningOfADeclaredNameDoesNotMatter) {
  World world;
  world.scope().Hide("a", "comes later");
  world.Declare("a.b", Type(TypeKind::kInt), Value::Int(1));
  EXPECT_EQ(world.Show("a.b"), "1");
}

}  // namespace
}  // namespace stratagem::expr
