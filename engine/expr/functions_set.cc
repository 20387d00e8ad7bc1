// Functions that take lists as sets: CEL's `sets` extension.

#include <algorithm>

#include "engine/expr/function_table.h"
#include "engine/expr/item_set.h"

namespace stratagem::expr {
namespace {

// How many of `items` must be found for the answer to be true.
enum class Wanted { kAll, kAny };

// Whether all or any of `items` are in `list`, or why that cannot be said.
Value Find(Evaluation& evaluation, const Value& list, const Value& items,
           Wanted wanted) {
  ItemSet set(evaluation);
  const ErrorCode error = set.Build(list.list());
  if (error != ErrorCode::kNone) return Value::Error(error);
  const bool stop_at = wanted == Wanted::kAny;
  for (const Value& item : items.list()) {
    const bool found = set.Find(item) != nullptr;
    if (set.failed()) return Value::Error(ErrorCode::kStepLimit);
    if (found == stop_at) return Value::Bool(stop_at);
  }
  return Value::Bool(!stop_at);
}

Value Contains(Evaluation& evaluation, const Value* arguments) {
  return Find(evaluation, arguments[0], arguments[1], Wanted::kAll);
}

Value Intersects(Evaluation& evaluation, const Value* arguments) {
  return Find(evaluation, arguments[0], arguments[1], Wanted::kAny);
}

Value Equivalent(Evaluation& evaluation, const Value* arguments) {
  const Value first = Contains(evaluation, arguments);
  if (first.is_error() || !first.bool_value()) return first;
  return Find(evaluation, arguments[1], arguments[0], Wanted::kAll);
}

}  // namespace

std::vector<Overload> SetOverloads() {
  const Type b(TypeKind::kBool);
  const Type list = Type::List(Type::Parameter("T"));
  return {
      Function("sets.contains", {list, list}, b, Contains),
      Function("sets.equivalent", {list, list}, b, Equivalent),
      Function("sets.intersects", {list, list}, b, Intersects),
  };
}

}  // namespace stratagem::expr
