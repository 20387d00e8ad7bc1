// What must hold for any expression: the compiled program and the obvious
// reference evaluator agree on every value and every error.

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/expr/compile.h"
#include "engine/expr/parser.h"
#include "gtest/gtest.h"
#include "tests/expr/world.h"
#include "tests/support/reference_evaluator.h"

namespace stratagem::expr {
namespace {

// The types that expressions are generated in.
enum class Kind { kBool, kInt, kDouble, kString, kList, kMap, kOptional };

// Writes well-typed expressions. The same seed writes the same ones anywhere.
class Writer {
 public:
  explicit Writer(uint64_t seed) : random_(seed) {}

  std::string Write(Kind kind, int depth) {
    if (depth <= 0 || Pick(6) == 0) return Leaf(kind);
    // Some forms give any type.
    switch (Pick(12)) {
      case 0:
        return Join({"(", Write(Kind::kBool, depth - 1), " ? ",
                     Write(kind, depth - 1), " : ", Write(kind, depth - 1),
                     ")"});
      case 1:
        if (kind == Kind::kInt) {
          return Join({Write(Kind::kOptional, depth - 1), ".orValue(",
                       Write(Kind::kInt, depth - 1), ")"});
        }
        break;
      default:
        break;
    }
    return Form(kind, depth - 1);
  }

 private:
  static std::string Join(const std::vector<std::string>& parts) {
    std::string text;
    for (const std::string& part : parts) text += part;
    return text;
  }
  uint64_t Pick(uint64_t count) { return random_() % count; }
  std::string OneOf(const std::vector<std::string>& texts) {
    return texts[Pick(texts.size())];
  }

  std::string Leaf(Kind kind) {
    switch (kind) {
      case Kind::kBool:
        return OneOf({"true", "false", "yes", "no"});
      case Kind::kInt: {
        std::vector<std::string> leaves = {
            "0", "1", "-1", "7", "i", "zero", "most", "9223372036854775807"};
        leaves.insert(leaves.end(), variables_.begin(), variables_.end());
        leaves.insert(leaves.end(), variables_.begin(), variables_.end());
        return OneOf(leaves);
      }
      case Kind::kDouble:
        return OneOf({"0.0", "1.5", "-2.0", "d", "1e308"});
      case Kind::kString:
        return OneOf({"''", "'a'", "'ab'", "s", "'\u00e9'"});
      case Kind::kList:
        return OneOf({"[]", "[1, 2, 3]", "l"});
      case Kind::kMap:
        return OneOf({"{'a': 1}", "{'ab': zero}", "m"});
      case Kind::kOptional:
        return OneOf({"some", "none", "optional.of(2)"});
    }
    return "";
  }

  std::string Call(Kind left, const std::vector<std::string>& between,
                   Kind right, int depth) {
    return Join(
        {"(", Write(left, depth), OneOf(between), Write(right, depth), ")"});
  }

  // range.macro(v, body) with a variable of its own.
  std::string Macro(const std::string& macro, Kind body, int depth) {
    const std::string range = Write(Kind::kList, depth);
    const std::string variable = "v" + std::to_string(variables_.size());
    variables_.push_back(variable);
    const std::string text =
        Join({range, ".", macro, "(", variable, ", ", Write(body, depth), ")"});
    variables_.pop_back();
    return text;
  }

  std::string Form(Kind kind, int depth) {
    switch (kind) {
      case Kind::kBool:
        return BoolForm(depth);
      case Kind::kInt:
        return IntForm(depth);
      case Kind::kDouble:
        if (Pick(4) == 0)
          return Join({"double(", Write(Kind::kInt, depth), ")"});
        return Call(Kind::kDouble, {" + ", " - ", " * ", " / "}, Kind::kDouble,
                    depth);
      case Kind::kString:
        if (Pick(3) == 0)
          return Join({"string(", Write(Kind::kInt, depth), ")"});
        return Call(Kind::kString, {" + "}, Kind::kString, depth);
      case Kind::kList:
        return ListForm(depth);
      case Kind::kMap:
        return Join({"{", Write(Kind::kString, depth), ": ",
                     Write(Kind::kInt, depth),
                     ", ?'b': ", Write(Kind::kOptional, depth), "}"});
      case Kind::kOptional:
        switch (Pick(3)) {
          case 0:
            return Join({Write(Kind::kMap, depth), ".?a"});
          case 1:
            return Join({"optional.of(", Write(Kind::kInt, depth), ")"});
          default:
            return Join({Write(Kind::kOptional, depth), ".or(",
                         Write(Kind::kOptional, depth), ")"});
        }
    }
    return "";
  }

  std::string BoolForm(int depth) {
    const std::vector<std::string> order = {" < ",  " <= ", " > ",
                                            " >= ", " == ", " != "};
    switch (Pick(12)) {
      case 0:
        return Join({"!", Write(Kind::kBool, depth)});
      case 1:
      case 2:
      case 3:
        return Call(Kind::kBool, {" && ", " || "}, Kind::kBool, depth);
      case 4:
        return Call(Kind::kInt, order, Kind::kInt, depth);
      case 5:
        return Call(Kind::kDouble, order, Kind::kDouble, depth);
      case 6:
        return Call(Kind::kString, order, Kind::kString, depth);
      case 7:
        return Call(Kind::kInt, {" < ", " >= "}, Kind::kDouble, depth);
      case 8:
        return Pick(2) == 0 ? Call(Kind::kInt, {" in "}, Kind::kList, depth)
                            : Call(Kind::kString, {" in "}, Kind::kMap, depth);
      case 9:
        return Macro(OneOf({"all", "exists", "exists_one"}), Kind::kBool,
                     depth);
      case 10:
        return Pick(2) == 0
                   ? Join({"has(", Write(Kind::kMap, depth), ".a)"})
                   : Join({Write(Kind::kOptional, depth), ".hasValue()"});
      default:
        return Join({Write(Kind::kString, depth),
                     OneOf({".contains(", ".startsWith(", ".endsWith("}),
                     Write(Kind::kString, depth), ")"});
    }
  }

  std::string IntForm(int depth) {
    switch (Pick(9)) {
      case 0:
        return Join({"(-", Write(Kind::kInt, depth), ")"});
      case 1:
        return Join({"size(",
                     Write(Pick(2) == 0 ? Kind::kList : Kind::kString, depth),
                     ")"});
      case 2:
        return Join(
            {Write(Kind::kList, depth), "[", Write(Kind::kInt, depth), "]"});
      case 3:
        return Pick(2) == 0 ? Join({Write(Kind::kMap, depth), ".a"})
                            : Join({Write(Kind::kMap, depth), "[",
                                    Write(Kind::kString, depth), "]"});
      case 4:
        return Join({"int(", Write(Kind::kDouble, depth), ")"});
      case 5:
        return Join({Write(Kind::kOptional, depth), ".value()"});
      default:
        return Call(Kind::kInt, {" + ", " - ", " * ", " / ", " % "}, Kind::kInt,
                    depth);
    }
  }

  std::string ListForm(int depth) {
    switch (Pick(5)) {
      case 0:
        return Call(Kind::kList, {" + "}, Kind::kList, depth);
      case 1:
        return Macro("map", Kind::kInt, depth);
      case 2:
        return Macro("filter", Kind::kBool, depth);
      case 3:
        return Join({"[", Write(Kind::kInt, depth), ", ?",
                     Write(Kind::kOptional, depth), "]"});
      default:
        return Join({"[", Write(Kind::kInt, depth), "]"});
    }
  }

  std::mt19937_64 random_;
  std::vector<std::string> variables_;
};

TEST(ExpressionPropertyTest, VmAndReferenceEvaluatorAgree) {
  static const Value kItems[] = {Value::Int(4), Value::Int(0), Value::Int(-3)};
  static const MapEntry kEntries[] = {{Value::String("a"), Value::Int(5)},
                                      {Value::String("b"), Value::Int(0)}};
  static const Value kNine = Value::Int(9);
  const Type integer(TypeKind::kInt);
  const Type string(TypeKind::kString);
  const Names names = {
      {"yes", Value::Bool(true)},
      {"no", Value::Bool(false)},
      {"i", Value::Int(3)},
      {"zero", Value::Int(0)},
      {"most", Value::Int(std::numeric_limits<int64_t>::max())},
      {"d", Value::Double(2.5)},
      {"s", Value::String("ab")},
      {"l", Value::List(kItems)},
      {"m", Value::Map(kEntries)},
      {"some", Value::Optional(&kNine)},
      {"none", Value::Optional(nullptr)},
  };
  const std::map<std::string, Type> types = {
      {"yes", Type(TypeKind::kBool)},
      {"no", Type(TypeKind::kBool)},
      {"i", integer},
      {"zero", integer},
      {"most", integer},
      {"d", Type(TypeKind::kDouble)},
      {"s", string},
      {"l", Type::List(integer)},
      {"m", Type::Map(string, integer)},
      {"some", Type::Optional(integer)},
      {"none", Type::Optional(integer)},
  };
  World world;
  for (const auto& [name, value] : names) {
    // A slot holds what the optional holds, or nothing.
    const bool optional = value.is(ValueKind::kOptional);
    world.Declare(name, types.at(name),
                  !optional                     ? value
                  : value.optional() == nullptr ? Value()
                                                : *value.optional());
  }
  constexpr uint64_t kSeed = 20261122;
  constexpr int kExpressions = 20'000;
  constexpr int kDepth = 5;
  Writer writer(kSeed);
  int errors = 0;
  for (int n = 0; n < kExpressions; ++n) {
    const std::string text = writer.Write(static_cast<Kind>(n % 7), kDepth);
    SCOPED_TRACE(absl::StrCat("seed ", kSeed, ", number ", n, ": ", text));
    Diagnostics diagnostics;
    const std::optional<Program> program =
        Compile(Source(text), world.scope(), {}, diagnostics);
    ASSERT_TRUE(program.has_value()) << diagnostics.ToString();
    const std::optional<Ast> ast = Parse(Source(text), diagnostics);
    Arena arena;
    Frame frame;
    frame.slots = world.slots();
    frame.arena = &arena;
    const std::string want = ToString(EvaluateSlowly(*ast, names, arena));
    ASSERT_EQ(ToString(program->Evaluate(frame)), want);
    errors += want.starts_with("error") ? 1 : 0;
  }
  // Both kinds of outcome must be common, or the test has gone blind.
  EXPECT_GT(errors, kExpressions / 10);
  EXPECT_LT(errors, kExpressions / 10 * 6);
}

}  // namespace
}  // namespace stratagem::expr
