#include "tests/support/reference_evaluator.h"

#include <cmath>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "absl/numeric/int128.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "engine/base/utf8.h"
#include "engine/value/compare.h"

namespace stratagem::expr {
namespace {

using Int128 = absl::int128;

Value Error(ErrorCode code) { return Value::Error(code); }
Value NoOverload() { return Error(ErrorCode::kNoMatchingOverload); }

// Numbers in 128 bits: overflow is simply a result outside 64.
Value NarrowUint(Int128 number) {
  if (number < 0 || number > std::numeric_limits<uint64_t>::max()) {
    return Error(ErrorCode::kOverflow);
  }
  return Value::Uint(static_cast<uint64_t>(number));
}

Value UintArithmetic(char sign, Int128 a, Int128 b) {
  switch (sign) {
    case '+':
      return NarrowUint(a + b);
    case '-':
      return NarrowUint(a - b);
    case '*':
      // Below 2^64 each, so the product may pass 2^127 and turn negative.
      if (a != 0 && b > std::numeric_limits<uint64_t>::max() / a) {
        return Error(ErrorCode::kOverflow);
      }
      return NarrowUint(a * b);
    default:
      break;
  }
  if (b == 0) return Error(ErrorCode::kDivisionByZero);
  return NarrowUint(sign == '/' ? a / b : a % b);
}

// Times in nanoseconds.
Int128 Nanoseconds(const Value& time) {
  return Int128(time.seconds()) * 1'000'000'000 + time.nanos();
}

Value Time(ValueKind kind, Int128 nanoseconds) {
  Int128 seconds = nanoseconds / 1'000'000'000;
  Int128 rest = nanoseconds % 1'000'000'000;
  if (rest < 0) {
    seconds -= 1;
    rest += 1'000'000'000;
  }
  const bool timestamp = kind == ValueKind::kTimestamp;
  const bool fits =
      timestamp ? seconds >= -62'135'596'800 && seconds <= 253'402'300'799
                : nanoseconds >= std::numeric_limits<int64_t>::min() &&
                      nanoseconds <= std::numeric_limits<int64_t>::max();
  if (!fits) return Error(ErrorCode::kOverflow);
  const auto whole = static_cast<int64_t>(seconds);
  const auto nanos = static_cast<uint32_t>(rest);
  return timestamp ? Value::TimestampParts(whole, nanos)
                   : Value::DurationParts(whole, nanos);
}

// A timestamp less a timestamp is a duration; with a duration it stays one.
Value TimeArithmetic(char sign, const Value& a, const Value& b) {
  const bool stays = a.kind() != b.kind();
  const ValueKind kind = stays ? ValueKind::kTimestamp : ValueKind::kDuration;
  return Time(kind, sign == '+' ? Nanoseconds(a) + Nanoseconds(b)
                                : Nanoseconds(a) - Nanoseconds(b));
}

bool IsTime(const Value& value) {
  return value.is(ValueKind::kTimestamp) || value.is(ValueKind::kDuration);
}

Value Narrow(Int128 number) {
  if (number < std::numeric_limits<int64_t>::min() ||
      number > std::numeric_limits<int64_t>::max()) {
    return Error(ErrorCode::kOverflow);
  }
  return Value::Int(static_cast<int64_t>(number));
}

Value IntArithmetic(char sign, Int128 a, Int128 b) {
  switch (sign) {
    case '+':
      return Narrow(a + b);
    case '-':
      return Narrow(a - b);
    case '*':
      return Narrow(a * b);
    default:
      break;
  }
  if (b == 0) return Error(ErrorCode::kDivisionByZero);
  // The remainder of the one quotient that overflows is an error as well.
  const Value quotient = Narrow(a / b);
  if (sign == '/' || quotient.is_error()) return quotient;
  return Narrow(a % b);
}

Value DoubleArithmetic(char sign, double a, double b) {
  switch (sign) {
    case '+':
      return Value::Double(a + b);
    case '-':
      return Value::Double(a - b);
    case '*':
      return Value::Double(a * b);
    case '/':
      return Value::Double(a / b);
    default:
      return NoOverload();
  }
}

class Evaluator {
 public:
  Evaluator(const Ast& ast, Names names, Arena& arena)
      : ast_(ast), names_(std::move(names)), arena_(arena) {}

  Value Of(NodeId id) {
    return std::visit([&](const auto& node) { return Of(id, node); }, ast_[id]);
  }

 private:
  using Values = std::vector<Value>;

  Value NewList(const Values& items) {
    return CopyInto(Value::List({items.data(), items.size()}), arena_);
  }
  Value NewMap(std::vector<MapEntry>& entries) {
    if (!SortEntries(entries)) return Error(ErrorCode::kDuplicateKey);
    return CopyInto(Value::Map(entries), arena_);
  }
  Value NewText(const std::string& text) {
    return Value::String(arena_.CopyString(text));
  }
  Value Some(const Value& value) {
    return CopyInto(Value::Optional(&value), arena_);
  }

  Value Of(NodeId, const ConstantNode& node) { return node.value; }

  Value Of(NodeId, const NameNode& node) {
    const auto found = names_.find(node.name);
    return found == names_.end() ? Error(ErrorCode::kInvalidArgument)
                                 : found->second;
  }

  Value Of(NodeId id, const SelectNode& node) {
    const auto whole = names_.find(DottedName(ast_, id));
    if (whole != names_.end() && !node.test) return whole->second;
    const Value holder = Of(node.operand);
    if (holder.is_error()) return holder;
    if (holder.is(ValueKind::kOptional)) {
      if (holder.optional() == nullptr) {
        return node.test ? Value::Bool(false) : holder;
      }
      return Field(*holder.optional(), node, true);
    }
    return Field(holder, node, node.optional);
  }

  Value Field(const Value& map, const SelectNode& node, bool optional) {
    if (!map.is(ValueKind::kMap)) return NoOverload();
    std::optional<Value> found;
    for (const MapEntry& entry : map.map()) {
      if (ValuesEqual(entry.key, Value::String(node.field))) {
        found = entry.value;
      }
    }
    if (node.test) return Value::Bool(found.has_value());
    if (!optional) return found ? *found : Error(ErrorCode::kNoSuchKey);
    return found ? Some(*found) : Value::Optional(nullptr);
  }

  Value Of(NodeId, const ListNode& node) {
    Values items;
    for (const ListNode::Item& item : node.items) {
      const Value value = Of(item.value);
      if (value.is_error()) return value;
      if (!item.optional) {
        items.push_back(value);
      } else if (value.optional() != nullptr) {
        items.push_back(*value.optional());
      }
    }
    return NewList(items);
  }

  Value Of(NodeId, const MapNode& node) {
    std::vector<MapEntry> entries;
    for (const MapNode::Entry& entry : node.entries) {
      const Value key = Of(entry.key);
      if (key.is_error()) return key;
      const Value value = Of(entry.value);
      if (value.is_error()) return value;
      if (!entry.optional) {
        entries.push_back({key, value});
      } else if (value.optional() != nullptr) {
        entries.push_back({key, *value.optional()});
      }
    }
    return NewMap(entries);
  }

  Value Of(NodeId, const StructNode&) {
    return Error(ErrorCode::kInvalidArgument);
  }

  // Every binding is computed, needed or not: expressions have no effects, so
  // only those that are read can be told apart.
  Value Of(NodeId, const LetNode& node) {
    const Names outer = names_;
    for (const LetNode::Binding& binding : node.bindings) {
      names_[binding.name] = Of(binding.value);
    }
    const Value value = Of(node.body);
    names_ = outer;
    return value;
  }

  // One turn of a comprehension: its key, whether it passes and what it gives.
  struct Turn {
    Value key;
    Value condition;
    Value transform;
  };

  Value Of(NodeId, const ComprehensionNode& node) {
    const Value range = Of(node.range);
    if (range.is_error()) return range;
    std::vector<std::pair<Value, Value>> pairs;
    if (range.is(ValueKind::kList)) {
      for (const Value& item : range.list()) {
        const auto index = static_cast<int64_t>(pairs.size());
        pairs.emplace_back(Value::Int(index), item);
      }
    } else {
      for (const MapEntry& entry : range.map()) {
        pairs.emplace_back(entry.key, entry.value);
      }
    }
    const Names outer = names_;
    std::vector<Turn> turns;
    for (const auto& [key, value] : pairs) {
      if (!node.second_variable.empty()) {
        names_[node.variable] = key;
        names_[node.second_variable] = value;
      } else {
        names_[node.variable] = range.is(ValueKind::kList) ? value : key;
      }
      const Value condition =
          node.condition == kNoNode ? Value::Bool(true) : Of(node.condition);
      const bool takes = node.transform != kNoNode && !condition.is_error() &&
                         condition.bool_value();
      turns.push_back({key, condition, takes ? Of(node.transform) : Value()});
    }
    names_ = outer;
    switch (node.kind) {
      case ComprehensionKind::kAll:
        return Fold(turns, false);
      case ComprehensionKind::kExists:
        return Fold(turns, true);
      case ComprehensionKind::kExistsOne:
        return ExactlyOne(turns);
      case ComprehensionKind::kList:
      case ComprehensionKind::kMap:
      case ComprehensionKind::kMapOfMaps:
        return Collect(node.kind, turns);
    }
    return NoOverload();
  }

  // all() is && over all turns, exists() is ||.
  static Value Fold(const std::vector<Turn>& turns, bool absorbing) {
    Value result = Value::Bool(!absorbing);
    for (const Turn& turn : turns) {
      result = Logic(result, turn.condition, absorbing);
    }
    return result;
  }

  static Value ExactlyOne(const std::vector<Turn>& turns) {
    int count = 0;
    for (const Turn& turn : turns) {
      if (turn.condition.is_error()) return turn.condition;
      count += turn.condition.bool_value() ? 1 : 0;
    }
    return Value::Bool(count == 1);
  }

  Value Collect(ComprehensionKind kind, const std::vector<Turn>& turns) {
    Values kept;
    std::vector<MapEntry> entries;
    for (const Turn& turn : turns) {
      if (turn.condition.is_error()) return turn.condition;
      if (!turn.condition.bool_value()) continue;
      if (turn.transform.is_error()) return turn.transform;
      kept.push_back(turn.transform);
      if (kind == ComprehensionKind::kMap) {
        entries.push_back({turn.key, turn.transform});
      } else if (kind == ComprehensionKind::kMapOfMaps) {
        const std::span<const MapEntry> more = turn.transform.map();
        entries.insert(entries.end(), more.begin(), more.end());
      }
    }
    return kind == ComprehensionKind::kList ? NewList(kept) : NewMap(entries);
  }

  static Value Logic(const Value& a, const Value& b, bool absorbing) {
    for (const Value& side : {a, b}) {
      if (side.is(ValueKind::kBool) && side.bool_value() == absorbing) {
        return side;
      }
    }
    for (const Value& side : {a, b}) {
      if (side.is_error()) return side;
    }
    if (!a.is(ValueKind::kBool) || !b.is(ValueKind::kBool)) {
      return NoOverload();
    }
    return Value::Bool(!absorbing);
  }

  Value Of(NodeId, const CallNode& node) {
    const std::string& name = node.function;
    if (name == "_&&_" || name == "_||_") {
      return Logic(Of(node.arguments[0]), Of(node.arguments[1]),
                   name == "_||_");
    }
    if (name == "_?_:_") {
      const Value condition = Of(node.arguments[0]);
      if (condition.is_error()) return condition;
      if (!condition.is(ValueKind::kBool)) return NoOverload();
      return Of(node.arguments[condition.bool_value() ? 1 : 2]);
    }
    if (name == "or" || name == "orValue") {
      const Value target = Of(node.target);
      if (target.is_error()) return target;
      if (target.optional() == nullptr) return Of(node.arguments[0]);
      return name == "or" ? target : *target.optional();
    }
    if (name == "of" || name == "none" || name == "optional.of" ||
        name == "optional.none") {
      if (node.arguments.empty()) return Value::Optional(nullptr);
      const Value held = Of(node.arguments[0]);
      return held.is_error() ? held : Some(held);
    }
    Values arguments;
    if (node.target != kNoNode) arguments.push_back(Of(node.target));
    for (const NodeId argument : node.arguments) {
      arguments.push_back(Of(argument));
    }
    for (const Value& argument : arguments) {
      if (argument.is_error()) return argument;
    }
    return arguments.size() == 1 ? Unary(name, arguments[0])
                                 : Binary(name, arguments[0], arguments[1]);
  }

  Value Unary(const std::string& name, const Value& a) {
    if (name == "!_") return Value::Bool(!a.bool_value());
    if (name == "hasValue") return Value::Bool(a.optional() != nullptr);
    if (name == "value") {
      return a.optional() ? *a.optional() : Error(ErrorCode::kNoValue);
    }
    if (name == "-_") {
      return a.is(ValueKind::kInt) ? IntArithmetic('-', 0, a.int_value())
                                   : Value::Double(-a.double_value());
    }
    if (name == "size") {
      if (a.is(ValueKind::kString)) {
        return Value::Int(CountCodePoints(a.text()));
      }
      if (a.is(ValueKind::kBytes)) {
        return Value::Int(static_cast<int64_t>(a.text().size()));
      }
      return Value::Int(static_cast<int64_t>(
          a.is(ValueKind::kList) ? a.list().size() : a.map().size()));
    }
    if (name == "double") {
      return Value::Double(static_cast<double>(a.int_value()));
    }
    if (name == "uint") return NarrowUint(a.int_value());
    if (name == "bytes") return Value::Bytes(a.text());
    if (name == "timestamp") {
      if (!a.is(ValueKind::kString)) {
        return Time(ValueKind::kTimestamp,
                    Int128(a.int_value()) * 1'000'000'000);
      }
      absl::Time parsed;
      std::string why;
      if (!absl::ParseTime(absl::RFC3339_full, a.text(), &parsed, &why)) {
        return Error(ErrorCode::kInvalidArgument);
      }
      return Value::Timestamp(parsed);
    }
    if (name == "duration") {
      absl::Duration parsed;
      if (!absl::ParseDuration(a.text(), &parsed)) {
        return Error(ErrorCode::kInvalidArgument);
      }
      return Value::Duration(parsed);
    }
    if (name == "int") {
      if (a.is(ValueKind::kUint)) return Narrow(a.uint_value());
      const double number = a.double_value();
      if (!(std::fabs(number) < 0x1p63)) return Error(ErrorCode::kOverflow);
      return Value::Int(static_cast<int64_t>(number));
    }
    if (name == "string") return NewText(absl::StrCat(a.int_value()));
    return Error(ErrorCode::kInvalidArgument);
  }

  Value Binary(const std::string& name, const Value& a, const Value& b) {
    if (name == "_==_") return Value::Bool(ValuesEqual(a, b));
    if (name == "_!=_") return Value::Bool(!ValuesEqual(a, b));
    if (name == "_<_" || name == "_<=_" || name == "_>_" || name == "_>=_") {
      const std::optional<Order> order = CompareValues(a, b);
      if (!order) return NoOverload();
      const bool equal = *order == Order::kEqual && name.size() == 4;
      return Value::Bool(
          equal || *order == (name[1] == '<' ? Order::kLess : Order::kGreater));
    }
    if (name == "@in") return Value::Bool(Contains(b, a));
    if (name == "_[_]") return Index(a, b);
    if (name == "_[?_]") {
      const Value found = Index(a, b);
      return found.is_error() ? Value::Optional(nullptr) : Some(found);
    }
    if (name == "contains") {
      return Value::Bool(std::string(a.text()).find(std::string(b.text())) !=
                         std::string::npos);
    }
    if (name == "startsWith") {
      return Value::Bool(a.text().substr(0, b.text().size()) == b.text());
    }
    if (name == "endsWith") {
      return Value::Bool(a.text().size() >= b.text().size() &&
                         a.text().substr(a.text().size() - b.text().size()) ==
                             b.text());
    }
    if (name.size() != 3) return Error(ErrorCode::kInvalidArgument);
    if (a.is(ValueKind::kInt)) {
      return IntArithmetic(name[1], a.int_value(), b.int_value());
    }
    if (a.is(ValueKind::kDouble)) {
      return DoubleArithmetic(name[1], a.double_value(), b.double_value());
    }
    if (a.is(ValueKind::kUint)) {
      return UintArithmetic(name[1], a.uint_value(), b.uint_value());
    }
    if (IsTime(a)) return TimeArithmetic(name[1], a, b);
    if (a.is(ValueKind::kString) || a.is(ValueKind::kBytes)) {
      const Value text = NewText(absl::StrCat(a.text(), b.text()));
      return a.is(ValueKind::kString) ? text : Value::Bytes(text.text());
    }
    Values items(a.list().begin(), a.list().end());
    items.insert(items.end(), b.list().begin(), b.list().end());
    return NewList(items);
  }

  static bool Contains(const Value& container, const Value& item) {
    if (container.is(ValueKind::kList)) {
      for (const Value& candidate : container.list()) {
        if (ValuesEqual(candidate, item)) return true;
      }
      return false;
    }
    for (const MapEntry& entry : container.map()) {
      if (ValuesEqual(entry.key, item)) return true;
    }
    return false;
  }

  static Value Index(const Value& container, const Value& index) {
    if (container.is(ValueKind::kList)) {
      const int64_t at = index.int_value();
      const auto size = static_cast<int64_t>(container.list().size());
      if (at < 0 || at >= size) return Error(ErrorCode::kIndexOutOfRange);
      return container.list()[static_cast<size_t>(at)];
    }
    for (const MapEntry& entry : container.map()) {
      if (ValuesEqual(entry.key, index)) return entry.value;
    }
    return Error(ErrorCode::kNoSuchKey);
  }

  const Ast& ast_;
  Names names_;
  Arena& arena_;
};

}  // namespace

Value EvaluateSlowly(const Ast& ast, const Names& names, Arena& arena) {
  return Evaluator(ast, names, arena).Of(ast.root);
}

}  // namespace stratagem::expr
