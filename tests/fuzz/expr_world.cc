#include "tests/fuzz/expr_world.h"

#include <cstdint>
#include <string>
#include <utility>

#include "engine/base/check.h"
#include "engine/expr/function_table.h"

namespace stratagem::expr {
namespace {

const Value kItems[] = {Value::Int(3), Value::Int(-1), Value::Int(0)};
const MapEntry kEntries[] = {{Value::String("a"), Value::Double(0.5)},
                             {Value::String("b"), Value::Double(-1e300)}};

class WorldBuilder {
 public:
  ExprWorld Build() {
    AddScalars();
    AddCollections();
    AddTier();
    world_.scope.Hide("stage", "is known later");
    world_.scope.SetContainer("com.example");
    STRATAGEM_CHECK(world_.scope.Import("alias", "com.example.n"));
    STRATAGEM_CHECK(world_.scope.DeclareMessage(
        {"shop.Order", {{"total", Type(TypeKind::kDouble)}}}));
    world_.scope.SetFunctions(FunctionTable::StandardAnd({Function(
        "hosted", {Type::Parameter("T")}, Type::Parameter("T"), nullptr)}));
    return std::move(world_);
  }

 private:
  void Add(const char* name, Type type, const Value& value) {
    Declaration declaration;
    declaration.name = name;
    declaration.type = std::move(type);
    declaration.slot = static_cast<int>(world_.slots.size());
    STRATAGEM_CHECK(world_.scope.Declare(std::move(declaration)));
    world_.slots.push_back(value);
  }

  void AddScalars() {
    Add("b", Type(TypeKind::kBool), Value::Bool(true));
    Add("i", Type(TypeKind::kInt), Value::Int(INT64_MIN));
    Add("u", Type(TypeKind::kUint), Value::Uint(7));
    Add("d", Type(TypeKind::kDouble), Value::Double(0.1));
    Add("s", Type(TypeKind::kString), Value::String("grüße"));
    Add("y", Type(TypeKind::kBytes), Value::Bytes("\xFF\x01"));
    Add("now", Type(TypeKind::kTimestamp), Value::TimestampParts(0, 1));
    Add("span", Type(TypeKind::kDuration), Value::DurationParts(-2, 5));
    Add("x", Type(), Value::String("1"));
    Add("w", Type::Wrapper(Type(TypeKind::kInt)), Value::Null());
    Add("order", Type::Opaque("shop.Order"), Value());
    Add("request.channel", Type(TypeKind::kString), Value::String("app"));
    Add("com.example.n", Type(TypeKind::kInt), Value::Int(5));
  }

  void AddCollections() {
    Add("l", Type::List(Type(TypeKind::kInt)), Value::List(kItems));
    Add("m", Type::Map(Type(TypeKind::kString), Type(TypeKind::kDouble)),
        Value::Map(kEntries));
    Add("o", Type::Optional(Type(TypeKind::kInt)), Value());
    Add("p", Type::Optional(Type(TypeKind::kInt)), Value::Int(4));
  }

  void AddTier() {
    Add("rank", Type(TypeKind::kInt), Value::Int(1));
    Declaration tier;
    tier.name = "tier";
    tier.type = Type(TypeKind::kString);
    tier.slot = static_cast<int>(world_.slots.size());
    tier.values = {"gold", "silver", "basic"};
    tier.rank_slot = tier.slot - 1;
    STRATAGEM_CHECK(world_.scope.Declare(std::move(tier)));
    world_.slots.push_back(Value::String("silver"));
  }

  ExprWorld world_;
};

}  // namespace

const ExprWorld& TheExprWorld() {
  static const auto* const world = new ExprWorld(WorldBuilder().Build());
  return *world;
}

}  // namespace stratagem::expr
