// Any bytes as an expression: it compiles or says why, and what compiles ends
// with a value or an error within its limits.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/check.h"
#include "engine/expr/compile.h"

namespace stratagem::expr {
namespace {

// Names of every kind: plain, dotted, optional, lazy, ranked, dyn.
struct World {
  Scope scope;
  std::vector<Value> slots;
  std::vector<const Program*> lazy;

  void Add(const char* name, Type type, Value value) {
    Declaration declaration;
    declaration.name = name;
    declaration.type = std::move(type);
    declaration.slot = static_cast<int>(slots.size());
    STRATAGEM_CHECK(scope.Declare(std::move(declaration)));
    slots.push_back(value);
  }
};

const World& TheWorld() {
  static const Value kItems[] = {Value::Int(3), Value::Int(-1), Value::Int(0)};
  static const MapEntry kEntries[] = {
      {Value::String("a"), Value::Double(0.5)},
      {Value::String("b"), Value::Double(-1e300)}};
  static const World* const world = [] {
    auto* const w = new World;
    w->Add("b", Type(TypeKind::kBool), Value::Bool(true));
    w->Add("i", Type(TypeKind::kInt), Value::Int(INT64_MIN));
    w->Add("u", Type(TypeKind::kUint), Value::Uint(7));
    w->Add("d", Type(TypeKind::kDouble), Value::Double(0.1));
    w->Add("s", Type(TypeKind::kString), Value::String("grüße"));
    w->Add("l", Type::List(Type(TypeKind::kInt)), Value::List(kItems));
    w->Add("m", Type::Map(Type(TypeKind::kString), Type(TypeKind::kDouble)),
           Value::Map(kEntries));
    w->Add("o", Type::Optional(Type(TypeKind::kInt)), Value());
    w->Add("p", Type::Optional(Type(TypeKind::kInt)), Value::Int(4));
    w->Add("x", Type(TypeKind::kDyn), Value::String("1"));
    w->Add("now", Type(TypeKind::kTimestamp), Value::TimestampParts(0, 1));
    w->Add("request.channel", Type(TypeKind::kString), Value::String("app"));
    w->scope.Hide("stage", "is known later");
    return w;
  }();
  return *world;
}

}  // namespace
}  // namespace stratagem::expr

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace stratagem;
  const expr::World& world = expr::TheWorld();
  Diagnostics diagnostics;
  const SourceText source(
      std::string(reinterpret_cast<const char*>(data), size), {"fuzz", 1, 1});
  const std::optional<expr::Program> program =
      expr::Compile(source, world.scope, {}, diagnostics);
  STRATAGEM_CHECK(program.has_value() != diagnostics.has_errors());
  if (!program.has_value()) return 0;
  std::vector<Value> slots = world.slots;
  Arena arena(1u << 20);
  expr::Frame frame;
  frame.slots = slots;
  frame.arena = &arena;
  frame.steps_left = 100'000;
  const std::string first = ToString(program->Evaluate(frame));
  // The same again, on the same frame.
  frame.steps_left = 100'000;
  STRATAGEM_CHECK(arena.bytes_used() > (1u << 19) ||
                  ToString(program->Evaluate(frame)) == first);
  return 0;
}
