// The hidden names that macros introduce start with `@` or read like a call,
// so no author's name can be one of them.

#include "engine/expr/macros.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

namespace stratagem::expr {
namespace {

Expansion Misused(NodeId at, std::string message, std::string hint = "") {
  return {kNoNode, at, std::move(message), std::move(hint)};
}

// One macro over a range. What follows its variables is a condition, a
// transform, or a condition and a transform.
struct RangeMacro {
  const char* name;
  ComprehensionKind kind;
  size_t variables;
  size_t arguments;
};

constexpr RangeMacro kRangeMacros[] = {
    {"all", ComprehensionKind::kAll, 1, 2},
    {"all", ComprehensionKind::kAll, 2, 3},
    {"exists", ComprehensionKind::kExists, 1, 2},
    {"exists", ComprehensionKind::kExists, 2, 3},
    {"exists_one", ComprehensionKind::kExistsOne, 1, 2},
    {"exists_one", ComprehensionKind::kExistsOne, 2, 3},
    {"existsOne", ComprehensionKind::kExistsOne, 1, 2},
    {"existsOne", ComprehensionKind::kExistsOne, 2, 3},
    {"map", ComprehensionKind::kList, 1, 2},
    {"map", ComprehensionKind::kList, 1, 3},
    {"filter", ComprehensionKind::kList, 1, 2},
    {"transformList", ComprehensionKind::kList, 2, 3},
    {"transformList", ComprehensionKind::kList, 2, 4},
    {"transformMap", ComprehensionKind::kMap, 2, 3},
    {"transformMap", ComprehensionKind::kMap, 2, 4},
    {"transformMapEntry", ComprehensionKind::kMapOfMaps, 2, 3},
    {"transformMapEntry", ComprehensionKind::kMapOfMaps, 2, 4},
};

// One expansion. The methods that build return the new node's id.
class Expander {
 public:
  Expander(const Ast& ast, const CallNode& call, AddNode add)
      : ast_(ast), call_(call), add_(add) {}

  std::optional<Expansion> Run() {
    if (call_.target == kNoNode) {
      if (!Is("has", 1)) return std::nullopt;
      return Has();
    }
    if (TargetIs("cel")) {
      if (std::optional<Expansion> expansion = OfCel()) return expansion;
    }
    if (TargetIs("math")) {
      if (Is("greatest")) return Extreme("math.@max");
      if (Is("least")) return Extreme("math.@min");
    }
    if (Is("optMap", 2) || Is("optFlatMap", 2)) return OptionalMap();
    if (Is("sortBy", 2)) return SortBy();
    for (const RangeMacro& macro : kRangeMacros) {
      if (Is(macro.name, macro.arguments)) return Range(macro);
    }
    return std::nullopt;
  }

 private:
  bool Is(absl::string_view name) const { return call_.function == name; }
  bool Is(absl::string_view name, size_t arguments) const {
    return Is(name) && call_.arguments.size() == arguments;
  }
  bool TargetIs(absl::string_view name) const {
    const auto* target = std::get_if<NameNode>(&ast_[call_.target]);
    return target != nullptr && target->name == name;
  }

  NodeId Name(std::string name) {
    return add_(NameNode{std::move(name), false});
  }
  NodeId Call(std::string function, std::vector<NodeId> arguments) {
    return add_(CallNode{std::move(function), kNoNode, std::move(arguments)});
  }
  NodeId Method(NodeId target, std::string function) {
    return add_(CallNode{std::move(function), target, {}});
  }
  NodeId Let(std::string name, NodeId value, NodeId body) {
    return add_(LetNode{{{std::move(name), value}}, body});
  }

  // The name that argument number `i` introduces; null when it is none.
  const std::string* Variable(size_t i) const {
    const auto* name = std::get_if<NameNode>(&ast_[call_.arguments[i]]);
    return name == nullptr || name->absolute ? nullptr : &name->name;
  }
  Expansion NoVariable(size_t i, absl::string_view of,
                       absl::string_view example) const {
    constexpr const char* kPlaces[] = {"first", "second"};
    return Misused(call_.arguments[i],
                   absl::StrCat("the ", kPlaces[i], " argument of `",
                                call_.function, "` is a name for the ", of),
                   absl::StrCat("for example `", example, "`"));
  }

  Expansion Has();
  Expansion Range(const RangeMacro& macro);
  Expansion OptionalMap();
  Expansion SortBy();
  Expansion Extreme(std::string function);
  bool MayBeNumber(NodeId id) const;
  std::optional<Expansion> OfCel();
  Expansion Bind();
  Expansion Block();
  Expansion BlockName();

  const Ast& ast_;
  const CallNode& call_;
  AddNode add_;
};

Expansion Expander::Has() {
  const NodeId argument = call_.arguments[0];
  const auto* select = std::get_if<SelectNode>(&ast_[argument]);
  if (select != nullptr && select->optional) {
    return Misused(argument, "`has` tests a field, and `.?` gives an optional",
                   absl::StrCat("write `has(x.", select->field, ")` or `x.?",
                                select->field, ".hasValue()`"));
  }
  if (select == nullptr || select->test) {
    const std::string name = DottedName(ast_, argument);
    return Misused(argument, "`has` tests a field, such as `has(a.b)`",
                   name.empty()
                       ? ""
                       : absl::StrCat("for an optional attribute write `", name,
                                      ".hasValue()`"));
  }
  SelectNode test = *select;
  test.test = true;
  return {add_(std::move(test)), kNoNode, "", ""};
}

Expansion Expander::Range(const RangeMacro& macro) {
  const bool two = macro.variables == 2;
  const std::string example =
      two ? absl::StrCat("map.", macro.name, "(key, value, …)")
          : absl::StrCat("list.", macro.name, "(x, …)");
  const std::string* first = Variable(0);
  if (first == nullptr) return NoVariable(0, two ? "key" : "item", example);
  const std::string* second = two ? Variable(1) : nullptr;
  if (two && second == nullptr) return NoVariable(1, "value", example);
  if (two && *first == *second) {
    return Misused(call_.arguments[1],
                   absl::StrCat("`", *first, "` names the key and the value"),
                   "give them two names");
  }
  ComprehensionNode node;
  node.kind = macro.kind;
  node.range = call_.target;
  node.variable = *first;
  if (two) node.second_variable = *second;
  const NodeId last = call_.arguments.back();
  if (!Collects(macro.kind)) {
    node.condition = last;
  } else if (Is("filter")) {
    // filter() keeps the items themselves: the name node is the transform.
    node.condition = last;
    node.transform = call_.arguments[0];
  } else {
    node.transform = last;
    if (call_.arguments.size() == macro.variables + 2) {
      node.condition = call_.arguments[macro.variables];
    }
  }
  return {add_(std::move(node)), kNoNode, "", ""};
}

// x.optMap(v, e): let @held = x in @held.hasValue() ?
// optional.of(let v = @held.value() in e) : optional.none(). optFlatMap() takes
// `e` as it is.
Expansion Expander::OptionalMap() {
  const std::string* variable = Variable(0);
  if (variable == nullptr) {
    return NoVariable(0, "value", absl::StrCat("x.", call_.function, "(v, …)"));
  }
  std::string name = *variable;
  const NodeId held = Method(Name("@held"), "value");
  NodeId mapped = Let(std::move(name), held, call_.arguments[1]);
  if (Is("optMap")) mapped = Call("optional.of", {mapped});
  const NodeId present = Method(Name("@held"), "hasValue");
  const NodeId none = Call("optional.none", {});
  const NodeId body = Call("_?_:_", {present, mapped, none});
  return {Let("@held", call_.target, body), kNoNode, "", ""};
}

// l.sortBy(x, key): let @list = l in
// @list.@sortByAssociatedKeys(@list.map(x, key)).
Expansion Expander::SortBy() {
  const std::string* variable = Variable(0);
  if (variable == nullptr)
    return NoVariable(0, "item", "list.sortBy(x, x.age)");
  ComprehensionNode keys;
  keys.kind = ComprehensionKind::kList;
  keys.variable = *variable;
  keys.range = Name("@list");
  keys.transform = call_.arguments[1];
  CallNode sort;
  sort.function = "@sortByAssociatedKeys";
  sort.target = Name("@list");
  sort.arguments = {add_(std::move(keys))};
  const NodeId body = add_(std::move(sort));
  return {Let("@list", call_.target, body), kNoNode, "", ""};
}

// True unless `id` is a literal that is no number.
bool Expander::MayBeNumber(NodeId id) const {
  const Node& node = ast_[id];
  if (const auto* constant = std::get_if<ConstantNode>(&node)) {
    return constant->value.is(ValueKind::kInt) ||
           constant->value.is(ValueKind::kUint) ||
           constant->value.is(ValueKind::kDouble);
  }
  return !std::holds_alternative<ListNode>(node) &&
         !std::holds_alternative<MapNode>(node) &&
         !std::holds_alternative<StructNode>(node);
}

// math.greatest() and math.least() take numbers, or one list of them.
Expansion Expander::Extreme(std::string function) {
  std::vector<NodeId> numbers = call_.arguments;
  if (numbers.empty()) {
    return Misused(
        call_.target,
        absl::StrCat("`math.", call_.function, "` needs at least one number"),
        absl::StrCat("for example `math.", call_.function, "(1, 2.5)`"));
  }
  const auto* list = std::get_if<ListNode>(&ast_[numbers[0]]);
  if (numbers.size() == 1 && list != nullptr && !list->items.empty()) {
    numbers.clear();
    for (const ListNode::Item& item : list->items) {
      numbers.push_back(item.value);
    }
  }
  for (const NodeId number : numbers) {
    if (!MayBeNumber(number)) {
      return Misused(number, absl::StrCat("`math.", call_.function,
                                          "` compares numbers only"));
    }
  }
  if (call_.arguments.size() <= 2) {
    return {Call(std::move(function), call_.arguments), kNoNode, "", ""};
  }
  ListNode all;
  for (const NodeId number : numbers) all.items.push_back({number, false});
  return {Call(std::move(function), {add_(std::move(all))}), kNoNode, "", ""};
}

std::optional<Expansion> Expander::OfCel() {
  if (Is("bind", 3)) return Bind();
  if (Is("block", 2)) return Block();
  if (Is("index", 1) || Is("iterVar", 2) || Is("accuVar", 2)) {
    return BlockName();
  }
  return std::nullopt;
}

Expansion Expander::Bind() {
  const std::string* variable = Variable(0);
  if (variable == nullptr) {
    return NoVariable(0, "value", "cel.bind(x, a + b, x * x)");
  }
  std::string name = *variable;
  return {Let(std::move(name), call_.arguments[1], call_.arguments[2]), kNoNode,
          "", ""};
}

// cel.block([a, b], e): cel.index(0) and cel.index(1) name `a` and `b`.
Expansion Expander::Block() {
  const auto* list = std::get_if<ListNode>(&ast_[call_.arguments[0]]);
  if (list == nullptr) {
    return Misused(call_.arguments[0],
                   "the first argument of `cel.block` is a list literal",
                   "for example `cel.block([a + b], cel.index(0) * 2)`");
  }
  LetNode let;
  for (const ListNode::Item& item : list->items) {
    if (item.optional) {
      return Misused(item.value, "an item of `cel.block` is not optional",
                     "remove the `?`");
    }
    let.bindings.push_back(
        {absl::StrCat("cel.index(", let.bindings.size(), ")"), item.value});
  }
  let.body = call_.arguments[1];
  if (let.bindings.empty()) return {let.body, kNoNode, "", ""};
  return {add_(std::move(let)), kNoNode, "", ""};
}

// cel.index(0), cel.iterVar(0, 1) and cel.accuVar(0, 1) are names.
Expansion Expander::BlockName() {
  std::string name = absl::StrCat("cel.", call_.function, "(");
  for (const NodeId argument : call_.arguments) {
    const auto* constant = std::get_if<ConstantNode>(&ast_[argument]);
    if (constant == nullptr || !constant->value.is(ValueKind::kInt) ||
        constant->value.int_value() < 0) {
      return Misused(argument, absl::StrCat("`cel.", call_.function,
                                            "` takes int literals from 0 up"));
    }
    absl::StrAppend(&name, argument == call_.arguments[0] ? "" : ", ",
                    constant->value.int_value());
  }
  return {Name(absl::StrCat(name, ")")), kNoNode, "", ""};
}

}  // namespace

std::optional<Expansion> ExpandMacro(const Ast& ast, const CallNode& call,
                                     AddNode add) {
  return Expander(ast, call, add).Run();
}

std::vector<std::string> MacroNames() {
  std::vector<std::string> names = {"cel.bind",      "cel.block",  "has",
                                    "math.greatest", "math.least", "optFlatMap",
                                    "optMap",        "sortBy"};
  for (const RangeMacro& macro : kRangeMacros) names.push_back(macro.name);
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

}  // namespace stratagem::expr
