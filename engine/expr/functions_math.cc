// Functions of numbers, CEL's `math` extension. The parser's macros turn
// math.greatest() and math.least() into calls of math.@max and math.@min.

#include <cmath>
#include <limits>

#include "engine/expr/arithmetic.h"
#include "engine/expr/function_table.h"
#include "engine/value/compare.h"

namespace stratagem::expr {
namespace {

bool IsNumber(const Value& value) {
  return value.is(ValueKind::kInt) || value.is(ValueKind::kUint) ||
         value.is(ValueKind::kDouble);
}

Value Itself(Evaluation&, const Value* arguments) { return arguments[0]; }

// `best` or `other`, whichever is more to the wanted side; the first of equal
// ones, which may differ in type. A NaN is on neither side of anything.
template <Order kWanted>
Value Better(const Value& best, const Value& other) {
  if (!IsNumber(best) || !IsNumber(other)) {
    return Value::Error(ErrorCode::kNoMatchingOverload);
  }
  const Order order = CompareValues(other, best).value_or(Order::kUnordered);
  if (order == Order::kUnordered) {
    return Value::Error(ErrorCode::kInvalidArgument);
  }
  return order == kWanted ? other : best;
}

template <Order kWanted>
Value BestOfTwo(Evaluation&, const Value* arguments) {
  return Better<kWanted>(arguments[0], arguments[1]);
}

template <Order kWanted>
Value BestOfList(Evaluation& evaluation, const Value* arguments) {
  const std::span<const Value> items = arguments[0].list();
  if (items.empty()) return Value::Error(ErrorCode::kInvalidArgument);
  if (!evaluation.Charge(static_cast<int64_t>(items.size()))) {
    return Value::Error(ErrorCode::kStepLimit);
  }
  Value best = items[0];
  if (!IsNumber(best)) return Value::Error(ErrorCode::kNoMatchingOverload);
  for (const Value& item : items.subspan(1)) {
    best = Better<kWanted>(best, item);
    if (best.is_error()) return best;
  }
  return best;
}

template <double (*kRound)(double)>
Value OnDouble(Evaluation&, const Value* arguments) {
  return Value::Double(kRound(arguments[0].double_value()));
}

double Ceil(double x) { return std::ceil(x); }
double Floor(double x) { return std::floor(x); }
double Round(double x) { return std::round(x); }
double Trunc(double x) { return std::trunc(x); }
double Abs(double x) { return std::fabs(x); }
double Sqrt(double x) { return std::sqrt(x); }
double Sign(double x) {
  if (std::isnan(x)) return x;
  return x > 0 ? 1.0 : x < 0 ? -1.0 : 0.0;
}

Value AbsInt(Evaluation&, const Value* arguments) {
  const int64_t number = arguments[0].int_value();
  return number < 0 ? NegateInt(number) : arguments[0];
}

Value SignInt(Evaluation&, const Value* arguments) {
  const int64_t number = arguments[0].int_value();
  return Value::Int(number > 0 ? 1 : number < 0 ? -1 : 0);
}

Value SignUint(Evaluation&, const Value* arguments) {
  return Value::Uint(arguments[0].uint_value() > 0 ? 1 : 0);
}

Value SqrtInt(Evaluation&, const Value* arguments) {
  return Value::Double(
      std::sqrt(static_cast<double>(arguments[0].int_value())));
}

Value SqrtUint(Evaluation&, const Value* arguments) {
  return Value::Double(
      std::sqrt(static_cast<double>(arguments[0].uint_value())));
}

Value IsNan(Evaluation&, const Value* arguments) {
  return Value::Bool(std::isnan(arguments[0].double_value()));
}

Value IsInf(Evaluation&, const Value* arguments) {
  return Value::Bool(std::isinf(arguments[0].double_value()));
}

Value IsFinite(Evaluation&, const Value* arguments) {
  return Value::Bool(std::isfinite(arguments[0].double_value()));
}

// The bits of an int or uint, and a number of that kind again.
uint64_t BitsOf(const Value& number) {
  return number.is(ValueKind::kInt) ? static_cast<uint64_t>(number.int_value())
                                    : number.uint_value();
}

Value FromBits(uint64_t bits, ValueKind kind) {
  return kind == ValueKind::kInt ? Value::Int(static_cast<int64_t>(bits))
                                 : Value::Uint(bits);
}

template <uint64_t (*kCombine)(uint64_t, uint64_t)>
Value OnBits(Evaluation&, const Value* arguments) {
  return FromBits(kCombine(BitsOf(arguments[0]), BitsOf(arguments[1])),
                  arguments[0].kind());
}

uint64_t And(uint64_t a, uint64_t b) { return a & b; }
uint64_t Or(uint64_t a, uint64_t b) { return a | b; }
uint64_t Xor(uint64_t a, uint64_t b) { return a ^ b; }

Value BitNot(Evaluation&, const Value* arguments) {
  return FromBits(~BitsOf(arguments[0]), arguments[0].kind());
}

// By 64 and more everything is shifted out; to the right zeros come in, for
// ints too.
template <bool kLeft>
Value BitShift(Evaluation&, const Value* arguments) {
  const int64_t by = arguments[1].int_value();
  if (by < 0) return Value::Error(ErrorCode::kInvalidArgument);
  const uint64_t bits = BitsOf(arguments[0]);
  const uint64_t shifted = by >= 64 ? 0 : kLeft ? bits << by : bits >> by;
  return FromBits(shifted, arguments[0].kind());
}

template <Order kWanted>
void AddBest(const char* name, std::vector<Overload>& rows) {
  const TypeKind numbers[] = {TypeKind::kInt, TypeKind::kUint,
                              TypeKind::kDouble};
  for (const TypeKind kind : numbers) {
    const Type number(kind);
    rows.push_back(Function(name, {number}, number, Itself));
    rows.push_back(
        Function(name, {Type::List(number)}, number, BestOfList<kWanted>));
    for (const TypeKind other : numbers) {
      rows.push_back(Function(name, {number, Type(other)},
                              Type(kind == other ? kind : TypeKind::kDyn),
                              BestOfTwo<kWanted>));
    }
  }
}

void AddBits(std::vector<Overload>& rows) {
  const Type i(TypeKind::kInt);
  for (const Type& t : {i, Type(TypeKind::kUint)}) {
    rows.push_back(Function("math.bitAnd", {t, t}, t, OnBits<And>));
    rows.push_back(Function("math.bitOr", {t, t}, t, OnBits<Or>));
    rows.push_back(Function("math.bitXor", {t, t}, t, OnBits<Xor>));
    rows.push_back(Function("math.bitNot", {t}, t, BitNot));
    rows.push_back(Function("math.bitShiftLeft", {t, i}, t, BitShift<true>));
    rows.push_back(Function("math.bitShiftRight", {t, i}, t, BitShift<false>));
  }
}

}  // namespace

std::vector<Overload> MathOverloads() {
  const Type b(TypeKind::kBool);
  const Type i(TypeKind::kInt);
  const Type u(TypeKind::kUint);
  const Type d(TypeKind::kDouble);
  std::vector<Overload> rows = {
      Function("math.ceil", {d}, d, OnDouble<Ceil>),
      Function("math.floor", {d}, d, OnDouble<Floor>),
      Function("math.round", {d}, d, OnDouble<Round>),
      Function("math.trunc", {d}, d, OnDouble<Trunc>),
      Function("math.abs", {d}, d, OnDouble<Abs>),
      Function("math.abs", {i}, i, AbsInt),
      Function("math.abs", {u}, u, Itself),
      Function("math.sign", {d}, d, OnDouble<Sign>),
      Function("math.sign", {i}, i, SignInt),
      Function("math.sign", {u}, u, SignUint),
      Function("math.sqrt", {d}, d, OnDouble<Sqrt>),
      Function("math.sqrt", {i}, d, SqrtInt),
      Function("math.sqrt", {u}, d, SqrtUint),
      Function("math.isNaN", {d}, b, IsNan),
      Function("math.isInf", {d}, b, IsInf),
      Function("math.isFinite", {d}, b, IsFinite),
  };
  AddBest<Order::kGreater>("math.@max", rows);
  AddBest<Order::kLess>("math.@min", rows);
  AddBits(rows);
  return rows;
}

}  // namespace stratagem::expr
