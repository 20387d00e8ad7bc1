// What must hold for a Program: slots and lazy slots, places of errors,
// constants, limits that stop every hostile expression, and no allocation for
// arithmetic, comparison and logic.

#include "engine/expr/program.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/limits.h"
#include "engine/expr/compile.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/expr/world.h"
#include "tests/support/allocation_counter.h"

namespace stratagem::expr {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const Type kInt(TypeKind::kInt);

Program MustCompile(World& world, const std::string& text) {
  Diagnostics diagnostics;
  std::optional<Program> program =
      Compile(Source(text), world.scope(), {}, diagnostics);
  EXPECT_EQ(diagnostics.ToString(), "") << text;
  return *std::move(program);
}

TEST(ProgramTest, NamesTheSlotsItReadsOnceInOrder) {
  World world;
  world.Declare("a", kInt).Declare("b", kInt).Declare("c", kInt);
  const Program program = MustCompile(world, "c + a * c");
  EXPECT_THAT(program.slots_read(), ElementsAre(0, 2));
  EXPECT_EQ(program.type(), kInt);
  EXPECT_EQ(program.source().text(), "c + a * c");
}

TEST(ProgramTest, AtLeastReadsTheRankOnly) {
  World world;
  world.Declare("rank", kInt)
      .Declare("tier", Type(TypeKind::kString), Value(), {"gold", "bronze"}, 0);
  EXPECT_THAT(MustCompile(world, "tier.atLeast('gold')").slots_read(),
              ElementsAre(0));
}

TEST(ProgramTest, FoldsConstants) {
  World world;
  world.Declare("a", kInt).Declare("b", Type(TypeKind::kBool));
  for (const char* text :
       {"1 + 2 * 3", "'a' + 'b' == 'ab'", "[1, 2].map(x, x + 1)[1] == 3",
        "false && b", "b && false", "true || b", "{'k': [1]}.k[0] + 2",
        "timestamp('2026-01-01T00:00:00Z') + duration('1h') > timestamp(0)"}) {
    const Program program = MustCompile(world, text);
    EXPECT_NE(program.constant(), nullptr) << text;
    EXPECT_THAT(program.slots_read(), IsEmpty()) << text;
  }
  for (const char* text :
       {"a + 1", "1 / 0", "b && true", "[1].map(x, x + a)"}) {
    EXPECT_EQ(MustCompile(world, text).constant(), nullptr) << text;
  }
}

TEST(ProgramTest, DropsCodeThatAConstantDecides) {
  World world;
  world.Declare("a", kInt).Declare("b", kInt);
  EXPECT_THAT(MustCompile(world, "true ? a : b").slots_read(), ElementsAre(0));
  EXPECT_THAT(MustCompile(world, "a > 0 && (b > 0 || true)").slots_read(),
              ElementsAre(0));
}

TEST(ProgramTest, ConstantsOutliveTheirSource) {
  World world;
  std::optional<Program> kept;
  {
    std::string text = "'some text that is long enough' + ' for the heap'";
    kept.emplace(MustCompile(world, text));
    text.assign(text.size(), '#');
  }
  EXPECT_EQ(ToString(world.Run(*kept)),
            "'some text that is long enough for the heap'");
}

TEST(ProgramTest, ErrorsSayWhereTheyHappened) {
  World world;
  world.Declare("zero", kInt, Value::Int(0));
  Diagnostics diagnostics;
  const SourceText source("1 +\n  2 / zero", "pack.yaml",
                          {{0, 10, 20}, {4, 11, 7}});
  const std::optional<Program> program =
      Compile(source, world.scope(), {}, diagnostics);
  ASSERT_TRUE(program.has_value()) << diagnostics.ToString();
  const Value error = world.Run(*program);
  ASSERT_TRUE(error.is_error());
  EXPECT_EQ(ToString(program->Locate(error.error_expr_id())),
            "pack.yaml:11:11");
  EXPECT_EQ(ToString(program->Locate(0)), "pack.yaml:10:20");
  EXPECT_EQ(ToString(program->Locate(99'999)), "pack.yaml:10:20");
}

TEST(ProgramTest, AnAbsentSlotIsAnErrorUnlessOptional) {
  World world;
  world.Declare("a", kInt).Declare("o", Type::Optional(kInt));
  EXPECT_EQ(world.Show("a + 1"), "error(optional has no value)");
  EXPECT_EQ(world.Show("o.hasValue()"), "false");
}

// A slot that breaks its declaration is a bug elsewhere; it must stay an error
// Value and never be read as something else.
TEST(ProgramTest, ASlotOfTheWrongKindIsAnError) {
  World world;
  world.Declare("a", kInt, Value::Double(1.5))
      .Declare("s", Type(TypeKind::kString), Value::Int(3))
      .Declare("l", Type::List(kInt), Value::Int(3))
      .Declare("m", Type::Map(Type(TypeKind::kString), kInt), Value::Int(3));
  for (const char* text :
       {"a + 1", "a < 2", "-a", "s == 'x'", "s.size()", "s + 'x'", "l[0]",
        "1 in l", "m.x", "has(m.x)", "l.all(x, true)", "l.map(x, x)", "m['x']",
        "size(m)"}) {
    EXPECT_EQ(world.Show(text), "error(no matching overload)") << text;
  }
}

// Slots that are computed by programs when they are first read.
class LazySlotTest : public testing::Test {
 protected:
  // Declares `name` with the program `text`, which may read earlier names.
  void Lazy(const std::string& name, const Type& type,
            const std::string& text) {
    lazy_.resize(world_.slots().size());
    programs_.push_back(std::make_unique<Program>(MustCompile(world_, text)));
    lazy_.push_back(programs_.back().get());
    world_.Declare(name, type);
  }

  Value Evaluate(const std::string& text) {
    world_.frame().lazy = lazy_;
    return world_.Evaluate(text);
  }

  World world_;
  std::vector<std::unique_ptr<Program>> programs_;
  std::vector<const Program*> lazy_;
};

TEST_F(LazySlotTest, IsComputedOnFirstUseAndKept) {
  world_.Declare("a", kInt, Value::Int(20));
  Lazy("twice", kInt, "a * 2");
  Lazy("more", kInt, "twice + 1");
  EXPECT_EQ(ToString(Evaluate("[more, twice, more + twice]")), "[41, 40, 81]");
  EXPECT_EQ(ToString(world_.slots()[1]), "40");
  world_.slots()[0] = Value::Int(0);
  EXPECT_EQ(ToString(Evaluate("more")), "41");
}

TEST_F(LazySlotTest, IsNotComputedWhenNotNeeded) {
  world_.Declare("a", kInt, Value::Int(20));
  Lazy("twice", kInt, "a * 2");
  EXPECT_EQ(ToString(Evaluate("a > 0 || twice > 0")), "true");
  EXPECT_TRUE(world_.slots()[1].is_missing());
}

TEST_F(LazySlotTest, KeepsItsErrorAndBlamesTheReader) {
  world_.Declare("zero", kInt, Value::Int(0));
  Lazy("broken", kInt, "1 / zero");
  EXPECT_EQ(ToString(Evaluate("broken + 1")), "error(division by zero)");
  EXPECT_TRUE(world_.slots()[1].is_error());
  EXPECT_EQ(ToString(Evaluate("broken > 0 || true")), "true");
  const Program reader = MustCompile(world_, "0 + broken");
  const Value error = world_.Run(reader);
  ASSERT_TRUE(error.is_error());
  EXPECT_EQ(ToString(reader.Locate(error.error_expr_id())), "x:1:5");
}

TEST_F(LazySlotTest, MayHoldAnOptional) {
  world_.Declare("a", Type::Optional(kInt), Value::Int(3));
  Lazy("copy", Type::Optional(kInt), "a.or(optional.none())");
  Lazy("nothing", Type::Optional(kInt), "optional.none()");
  EXPECT_EQ(ToString(Evaluate("copy.orValue(0)")), "3");
  EXPECT_EQ(ToString(Evaluate("nothing.orValue(7)")), "7");
  EXPECT_EQ(ToString(Evaluate("copy == optional.of(3)")), "true");
}

TEST_F(LazySlotTest, WorksInsideComprehensionsAndOperands) {
  world_.Declare("a", kInt, Value::Int(2));
  Lazy("list", Type::List(kInt), "[1, 2, 3].map(x, x * a)");
  Lazy("sum", kInt, "list[0] + list[1] + list[2]");
  EXPECT_EQ(ToString(Evaluate("1 + [1, 2].map(x, x + sum)[1] * list[0]")),
            "29");
}

TEST_F(LazySlotTest, ALongChainNeedsNoNativeStack) {
  world_.Declare("v0", kInt, Value::Int(0));
  constexpr int kLength = 20'000;
  for (int i = 1; i <= kLength; ++i) {
    Lazy("v" + std::to_string(i), kInt, "v" + std::to_string(i - 1) + " + 1");
  }
  EXPECT_EQ(ToString(Evaluate("v20000 + 0")), "20000");
}

// Whoever walks a result may recurse, so a chain of variables must not nest
// values without end.
TEST_F(LazySlotTest, ValuesNestToALimit) {
  const Type dyn;
  world_.Declare("v0", dyn, Value::Int(0));
  for (int i = 1; i <= 600; ++i) {
    Lazy("v" + std::to_string(i), dyn, "[v" + std::to_string(i - 1) + "]");
  }
  EXPECT_EQ(ToString(Evaluate("v400 == v400")), "true");
  EXPECT_EQ(ToString(Evaluate("v600 == v600")),
            "error(too much memory for one decision)");
}

TEST_F(LazySlotTest, ACycleThatNobodyRefusedEndsAtTheStepLimit) {
  lazy_.resize(1);
  world_.Declare("a", kInt);
  programs_.push_back(std::make_unique<Program>(MustCompile(world_, "a + 1")));
  lazy_[0] = programs_.back().get();
  EXPECT_EQ(ToString(Evaluate("a")), "error(too many evaluation steps)");
}

// Each text tries to take for ever or all memory. Afterwards the next decision
// starts afresh.
struct HostileCase {
  std::string name;
  std::string text;
  std::string want;
};

class HostileExpressionTest : public testing::TestWithParam<HostileCase> {};

TEST_P(HostileExpressionTest, EndsWithALimitOfItsOwn) {
  static const std::vector<Value> kItems(1'000, Value::Int(1));
  World world;
  world.Declare("l", Type::List(kInt), Value::List(kItems))
      .Declare("s", Type(TypeKind::kString), Value::String("0123456789"));
  Arena arena(kDecisionArenaBytesMax);
  world.slots().resize(2);
  const Program program = MustCompile(world, GetParam().text);
  Frame frame;
  frame.slots = world.slots();
  frame.arena = &arena;
  EXPECT_EQ(ToString(program.Evaluate(frame)), GetParam().want);
  EXPECT_TRUE(frame.suspended.empty());
}

std::string Doubled(std::string text, int times) {
  for (int i = 0; i < times; ++i) text = "[" + text + "].map(x, x + x)[0]";
  return text;
}

std::string Shared(int times) {
  std::string text = "[l.size()]";
  for (int i = 0; i < times; ++i) text += ".map(x, [x, x])";
  return text + " == " + text;
}

INSTANTIATE_TEST_SUITE_P(
    All, HostileExpressionTest,
    testing::ValuesIn(std::vector<HostileCase>{
        {"NestedLoops", "l.all(a, l.all(b, l.all(c, a + b + c > 0)))",
         "error(too many evaluation steps)"},
        {"StepLimitIsNeverAbsorbed",
         "l.all(a, l.all(b, l.all(c, a + b + c > 0))) || l.size() == 1000",
         "error(too many evaluation steps)"},
        {"DoublingText", Doubled("s", 40) + ".size()",
         "error(too much memory for one decision)"},
        {"DoublingLists", Doubled("l", 40) + ".size()",
         "error(too many evaluation steps)"},
        {"ValuesThatShareTheirParts", Shared(40),
         "error(too many evaluation steps)"},
        {"ManyMembershipTests", "l.map(a, a + 1 in l)",
         "error(too many evaluation steps)"},
    }),
    [](const auto& param_info) { return param_info.param.name; });

TEST(ProgramLimitTest, StepsAreTakenFromTheFrame) {
  World world;
  world.Declare("a", kInt, Value::Int(1));
  const Program program = MustCompile(world, "a + a");
  world.frame().steps_left = 4;  // Two loads, a sum, the return.
  EXPECT_EQ(ToString(world.Run(program)), "2");
  EXPECT_EQ(world.frame().steps_left, 0);
  EXPECT_EQ(ToString(world.Run(program)), "error(too many evaluation steps)");
}

TEST(ProgramLimitTest, TheLongestTextsCompile) {
  World world;
  world.Declare("a", kInt).Declare("b", Type(TypeKind::kBool));
  for (const auto& [first, more] :
       {std::pair("a", ",a"), std::pair("b", "&&b"), std::pair("[]", ",[]")}) {
    std::string text = std::string("[") + first;
    while (text.size() + 4 < kExpressionBytesMax) text += more;
    EXPECT_EQ(world.Diagnose(text + "]"), "") << more;
  }
}

TEST(ProgramLimitTest, FoldingIsBounded) {
  World world;
  std::string items = "[1";
  for (int i = 0; i < 200; ++i) items += ",1";
  items += "]";
  const std::string loops =
      items + ".all(a, " + items + ".all(b, " + items + ".all(c, a + b > c)))";
  const Program program = MustCompile(world, loops);
  EXPECT_EQ(program.constant(), nullptr);
  EXPECT_EQ(ToString(world.Run(program)), "error(too many evaluation steps)");
}

TEST(ProgramAllocationTest, ArithmeticComparisonAndLogicNeverAllocate) {
  World world;
  world.Declare("i", kInt, Value::Int(7))
      .Declare("d", Type(TypeKind::kDouble), Value::Double(2.5))
      .Declare("s", Type(TypeKind::kString), Value::String("gold"))
      .Declare("o", Type::Optional(kInt), Value::Int(3))
      .Declare("zero", kInt, Value::Int(0));
  std::vector<Program> programs;
  for (const char* text :
       {"i * 3 - 4 / (i + 1) % 5 < 100 && d * 2.0 >= 1.0 / d",
        "s == 'gold' || s.startsWith('g') && s.contains('ol')",
        "o.orValue(0) > 2 ? i : -i", "o.hasValue() && o.value() != 4",
        "i < 7.5 || d > i", "i in [1, 5, 7]", "1 / zero > 0 || i == 7",
        "[1, 2, 3].all(x, x < i)"}) {
    programs.push_back(MustCompile(world, text));
  }
  const auto run_all = [&] {
    for (const Program& program : programs) {
      EXPECT_FALSE(world.Run(program).is_error());
    }
  };
  run_all();  // The stack grows once.
  AllocationCounter counter;
  run_all();
  EXPECT_EQ(counter.count(), 0);
}

}  // namespace
}  // namespace stratagem::expr
