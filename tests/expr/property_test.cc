// What must hold for any expression: the compiled program and the obvious
// reference evaluator agree on every value and every error.

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/expr/compile.h"
#include "engine/expr/parser.h"
#include "gtest/gtest.h"
#include "tests/expr/expression_writer.h"
#include "tests/expr/world.h"
#include "tests/support/reference_evaluator.h"

namespace stratagem::expr {
namespace {

TEST(ExpressionPropertyTest, VmAndReferenceEvaluatorAgree) {
  static const Value kItems[] = {Value::Int(4), Value::Int(0), Value::Int(-3)};
  static const MapEntry kEntries[] = {{Value::String("a"), Value::Int(5)},
                                      {Value::String("b"), Value::Int(0)}};
  static const Value kNine = Value::Int(9);
  const Type integer(TypeKind::kInt);
  const Type string(TypeKind::kString);
  // Each name with its value, its type and what the writer takes it for.
  struct Row {
    std::string name;
    Value value;
    Type type;
    Kind kind;
  };
  const std::vector<Row> rows = {
      {"yes", Value::Bool(true), Type(TypeKind::kBool), Kind::kBool},
      {"no", Value::Bool(false), Type(TypeKind::kBool), Kind::kBool},
      {"i", Value::Int(3), integer, Kind::kInt},
      {"zero", Value::Int(0), integer, Kind::kInt},
      {"most", Value::Int(std::numeric_limits<int64_t>::max()), integer,
       Kind::kInt},
      {"u", Value::Uint(6), Type(TypeKind::kUint), Kind::kUint},
      {"d", Value::Double(2.5), Type(TypeKind::kDouble), Kind::kDouble},
      {"s", Value::String("ab"), string, Kind::kString},
      {"y", Value::Bytes("a\x80"), Type(TypeKind::kBytes), Kind::kBytes},
      {"noon", Value::TimestampParts(1'800'000'000, 5),
       Type(TypeKind::kTimestamp), Kind::kTimestamp},
      {"hour", Value::DurationParts(3600, 0), Type(TypeKind::kDuration),
       Kind::kDuration},
      {"l", Value::List(kItems), Type::List(integer), Kind::kList},
      {"empty", Value::List({}), Type::List(integer), Kind::kList},
      {"m", Value::Map(kEntries), Type::Map(string, integer), Kind::kMap},
      {"some", Value::Optional(&kNine), Type::Optional(integer),
       Kind::kOptional},
      {"none", Value::Optional(nullptr), Type::Optional(integer),
       Kind::kOptional},
  };
  Names names;
  std::vector<std::pair<std::string, Kind>> kinds;
  World world;
  for (const Row& row : rows) {
    names[row.name] = row.value;
    kinds.emplace_back(row.name, row.kind);
    // A slot holds what the optional holds, or nothing.
    const bool optional = row.value.is(ValueKind::kOptional);
    world.Declare(row.name, row.type,
                  !optional                         ? row.value
                  : row.value.optional() == nullptr ? Value()
                                                    : *row.value.optional());
  }
  constexpr uint64_t kSeed = 20261122;
  constexpr int kExpressions = 22'000;
  constexpr int kDepth = 5;
  ExpressionWriter writer(kSeed, kinds);
  int errors = 0;
  for (int n = 0; n < kExpressions; ++n) {
    const std::string text = writer.Next(static_cast<Kind>(n % kKinds), kDepth);
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
