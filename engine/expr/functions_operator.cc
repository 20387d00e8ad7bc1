// The operators on numbers, bools and text, and comparison of everything.
// Operators on times stand in functions_time.cc, on lists and maps in
// functions_collection.cc.

#include <iterator>

#include "engine/expr/arithmetic.h"
#include "engine/expr/function_table.h"
#include "engine/value/compare.h"

namespace stratagem::expr {
namespace {

template <Value (*kCompute)(int64_t, int64_t)>
Value OnInts(Evaluation&, const Value* arguments) {
  return kCompute(arguments[0].int_value(), arguments[1].int_value());
}

template <Value (*kCompute)(uint64_t, uint64_t)>
Value OnUints(Evaluation&, const Value* arguments) {
  return kCompute(arguments[0].uint_value(), arguments[1].uint_value());
}

Value AddDoubles(Evaluation&, const Value* arguments) {
  return Value::Double(arguments[0].double_value() +
                       arguments[1].double_value());
}

Value SubtractDoubles(Evaluation&, const Value* arguments) {
  return Value::Double(arguments[0].double_value() -
                       arguments[1].double_value());
}

Value MultiplyDoubles(Evaluation&, const Value* arguments) {
  return Value::Double(arguments[0].double_value() *
                       arguments[1].double_value());
}

Value DivideDoubles(Evaluation&, const Value* arguments) {
  return Value::Double(arguments[0].double_value() /
                       arguments[1].double_value());
}

Value NegateInts(Evaluation&, const Value* arguments) {
  return NegateInt(arguments[0].int_value());
}

Value NegateDoubles(Evaluation&, const Value* arguments) {
  return Value::Double(-arguments[0].double_value());
}

Value Not(Evaluation&, const Value* arguments) {
  return Value::Bool(!arguments[0].bool_value());
}

Value ConcatText(Evaluation& evaluation, const Value* arguments) {
  const absl::string_view a = arguments[0].text();
  const absl::string_view b = arguments[1].text();
  if (!evaluation.ChargeText(a.size() + b.size())) {
    return Value::Error(ErrorCode::kStepLimit);
  }
  return evaluation.Concat(a, b, arguments[0].kind());
}

template <bool kWanted>
Value Equal(Evaluation& evaluation, const Value* arguments) {
  for (const int side : {0, 1}) {
    const ErrorCode error = evaluation.ChargeWalk(arguments[side]);
    if (error != ErrorCode::kNone) return Value::Error(error);
  }
  return Value::Bool(ValuesEqual(arguments[0], arguments[1]) == kWanted);
}

bool IsLess(Order order) { return order == Order::kLess; }
bool IsLessOrEqual(Order order) {
  return order == Order::kLess || order == Order::kEqual;
}
bool IsGreater(Order order) { return order == Order::kGreater; }
bool IsGreaterOrEqual(Order order) {
  return order == Order::kGreater || order == Order::kEqual;
}

template <bool (*kHolds)(Order)>
Value Compare(Evaluation&, const Value* arguments) {
  const std::optional<Order> order = CompareValues(arguments[0], arguments[1]);
  if (!order) return Value::Error(ErrorCode::kNoMatchingOverload);
  return Value::Bool(kHolds(*order));
}

void AddArithmetic(std::vector<Overload>& rows) {
  const Type i(TypeKind::kInt);
  const Type u(TypeKind::kUint);
  const Type d(TypeKind::kDouble);
  const Overload arithmetic[] = {
      Function("_+_", {i, i}, i, OnInts<AddNumbers>, Opcode::kAddInt),
      Function("_+_", {d, d}, d, AddDoubles, Opcode::kAddDouble),
      Function("_+_", {u, u}, u, OnUints<AddNumbers>, Opcode::kAddUint),
      Function("_-_", {i, i}, i, OnInts<SubtractNumbers>, Opcode::kSubtractInt),
      Function("_-_", {d, d}, d, SubtractDoubles, Opcode::kSubtractDouble),
      Function("_-_", {u, u}, u, OnUints<SubtractNumbers>,
               Opcode::kSubtractUint),
      Function("_*_", {i, i}, i, OnInts<MultiplyNumbers>, Opcode::kMultiplyInt),
      Function("_*_", {d, d}, d, MultiplyDoubles, Opcode::kMultiplyDouble),
      Function("_*_", {u, u}, u, OnUints<MultiplyNumbers>,
               Opcode::kMultiplyUint),
      Function("_/_", {i, i}, i, OnInts<DivideNumbers>, Opcode::kDivideInt),
      Function("_/_", {d, d}, d, DivideDoubles, Opcode::kDivideDouble),
      Function("_/_", {u, u}, u, OnUints<DivideNumbers>, Opcode::kDivideUint),
      Function("_%_", {i, i}, i, OnInts<ModuloNumbers>, Opcode::kModuloInt),
      Function("_%_", {u, u}, u, OnUints<ModuloNumbers>, Opcode::kModuloUint),
      Function("-_", {i}, i, NegateInts, Opcode::kNegateInt),
      Function("-_", {d}, d, NegateDoubles, Opcode::kNegateDouble),
  };
  rows.insert(rows.end(), std::begin(arithmetic), std::end(arithmetic));
}

// What one ordering operator is called and runs.
struct Ordering {
  const char* function;
  Implementation implementation;
  Opcode on_ints;
  Opcode on_uints;
  Opcode on_doubles;
  Opcode on_strings;
  Opcode on_times;

  // The opcode for two operands of `kind`.
  Opcode On(TypeKind kind) const {
    switch (kind) {
      case TypeKind::kInt:
        return on_ints;
      case TypeKind::kUint:
        return on_uints;
      case TypeKind::kDouble:
        return on_doubles;
      case TypeKind::kString:
        return on_strings;
      case TypeKind::kTimestamp:
      case TypeKind::kDuration:
        return on_times;
      default:
        return Opcode::kNone;
    }
  }
};

void AddComparison(std::vector<Overload>& rows) {
  const Type a = Type::Parameter("A");
  const Type b(TypeKind::kBool);
  rows.push_back(Function("_==_", {a, a}, b, Equal<true>));
  rows.push_back(Function("_!=_", {a, a}, b, Equal<false>));
  const Ordering orderings[] = {
      {"_<_", Compare<IsLess>, Opcode::kLessInt, Opcode::kLessUint,
       Opcode::kLessDouble, Opcode::kLessString, Opcode::kLessTime},
      {"_<=_", Compare<IsLessOrEqual>, Opcode::kLessEqualInt,
       Opcode::kLessEqualUint, Opcode::kLessEqualDouble,
       Opcode::kLessEqualString, Opcode::kLessEqualTime},
      {"_>_", Compare<IsGreater>, Opcode::kGreaterInt, Opcode::kGreaterUint,
       Opcode::kGreaterDouble, Opcode::kGreaterString, Opcode::kGreaterTime},
      {"_>=_", Compare<IsGreaterOrEqual>, Opcode::kGreaterEqualInt,
       Opcode::kGreaterEqualUint, Opcode::kGreaterEqualDouble,
       Opcode::kGreaterEqualString, Opcode::kGreaterEqualTime},
  };
  const TypeKind numbers[] = {TypeKind::kInt, TypeKind::kDouble,
                              TypeKind::kUint};
  const TypeKind others[] = {TypeKind::kString, TypeKind::kBool,
                             TypeKind::kBytes, TypeKind::kTimestamp,
                             TypeKind::kDuration};
  for (const Ordering& ordering : orderings) {
    const auto add = [&](TypeKind left, TypeKind right) {
      rows.push_back(
          Function(ordering.function, {Type(left), Type(right)}, b,
                   ordering.implementation,
                   left == right ? ordering.On(left) : Opcode::kNone));
    };
    for (const TypeKind kind : numbers) add(kind, kind);
    for (const TypeKind kind : others) add(kind, kind);
    // Numbers of different types compare by their place on the number line.
    for (const TypeKind left : numbers) {
      for (const TypeKind right : numbers) {
        if (left != right) add(left, right);
      }
    }
  }
}

}  // namespace

std::vector<Overload> OperatorOverloads() {
  std::vector<Overload> rows;
  AddArithmetic(rows);
  const Type b(TypeKind::kBool);
  const Type s(TypeKind::kString);
  const Type y(TypeKind::kBytes);
  const Type a = Type::Parameter("A");
  rows.push_back(Function("_+_", {s, s}, s, ConcatText));
  rows.push_back(Function("_+_", {y, y}, y, ConcatText));
  rows.push_back(Function("!_", {b}, b, Not, Opcode::kNot));
  // These three are not calls: they decide what is evaluated at all.
  rows.push_back(Function("_&&_", {b, b}, b, nullptr, Opcode::kAnd));
  rows.push_back(Function("_||_", {b, b}, b, nullptr, Opcode::kOr));
  rows.push_back(Function("_?_:_", {b, a, a}, a, nullptr, Opcode::kBranch));
  AddComparison(rows);
  return rows;
}

}  // namespace stratagem::expr
