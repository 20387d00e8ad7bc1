// Each part is compiled and evaluated as an expression of its own. Variables of
// macros become slots, under names of their own, so that a part of a macro's
// body sees the item at hand.

#include "engine/expr/explain.h"

#include <algorithm>
#include <deque>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/base/limits.h"
#include "engine/expr/ast.h"
#include "engine/expr/checker.h"
#include "engine/expr/parser.h"
#include "engine/expr/sub_expression.h"
#include "engine/expr/unparse.h"

namespace stratagem::expr {
namespace {

constexpr uint32_t kFirst = 0;
constexpr uint32_t kSecond = 1;

// Whom `number` of `binder` is called after renaming. No text can spell it.
std::string BoundName(NodeId binder, uint32_t number) {
  return absl::StrCat("@", binder, "_", number);
}

// Gives every variable of a macro a name of its own.
std::vector<Node> WithOwnNames(const Ast& ast, const CheckedAst& checked) {
  std::vector<Node> nodes = ast.nodes;
  for (NodeId id = 1; id < nodes.size(); ++id) {
    const Reference& reference = checked.references[id];
    if (auto* name = std::get_if<NameNode>(&nodes[id])) {
      if (reference.kind == ReferenceKind::kVariable) {
        name->name = BoundName(reference.binder, reference.variable);
      }
    } else if (auto* loop = std::get_if<ComprehensionNode>(&nodes[id])) {
      loop->variable = BoundName(id, kFirst);
      if (!loop->second_variable.empty()) {
        loop->second_variable = BoundName(id, kSecond);
      }
    } else if (auto* let = std::get_if<LetNode>(&nodes[id])) {
      for (uint32_t i = 0; i < let->bindings.size(); ++i) {
        let->bindings[i].name = BoundName(id, i);
      }
    }
  }
  return nodes;
}

bool IsBool(const Value& value, bool wanted) {
  return value.is(ValueKind::kBool) && value.bool_value() == wanted;
}

// One turn of a macro: what its variables hold.
struct Turn {
  Value first;
  Value second;
};

std::vector<Turn> TurnsOf(const Value& range, bool two_variables) {
  std::vector<Turn> turns;
  if (range.is(ValueKind::kList)) {
    int64_t index = 0;
    for (const Value& item : range.list()) {
      turns.push_back(two_variables ? Turn{Value::Int(index), item}
                                    : Turn{item, Value()});
      ++index;
    }
  } else if (range.is(ValueKind::kMap)) {
    for (const MapEntry& entry : range.map()) {
      turns.push_back({entry.key, entry.value});
    }
  }
  return turns;
}

class Explainer {
 public:
  Explainer(const Ast& ast, const CheckedAst& checked, const SourceText& source,
            const Scope& scope, const Frame& frame, Arena& keep)
      : ast_(ast),
        checked_(checked),
        source_(source),
        nodes_(WithOwnNames(ast, checked)),
        scope_(scope),
        slots_(frame.slots.begin(), frame.slots.end()),
        lazy_(frame.lazy.begin(), frame.lazy.end()),
        keep_(keep) {
    frame_.arena = frame.arena;
    lazy_.resize(slots_.size(), nullptr);
  }

  Explanation Explain() { return Evaluated(ast_.root); }

 private:
  // What is known of a part without evaluating it.
  Explanation Unevaluated(NodeId id) const {
    Explanation part;
    part.text = Unparse(ast_, id);
    part.type = checked_.types[id];
    part.location = source_.Locate(ast_.offsets[id]);
    return part;
  }

  Explanation Evaluated(NodeId id) {
    ++parts_;
    Explanation part = Unevaluated(id);
    part.value = Evaluate(id);
    AddParts(id, part);
    return part;
  }

  std::optional<Program> Compile(NodeId id) const {
    Ast part;
    part.root = CopyTree(nodes_, ast_.offsets, id, part);
    return CompilePart(std::move(part), source_, scope_);
  }

  Value Evaluate(NodeId id) {
    const std::optional<Program> program = Compile(id);
    if (!program) return Value();
    frame_.slots = slots_;
    frame_.lazy = lazy_;
    const int64_t given = std::min(steps_left_, kEvaluationStepsMax);
    frame_.steps_left = given;
    const Value value = CopyInto(program->Evaluate(frame_), keep_);
    steps_left_ -= given - std::max<int64_t>(frame_.steps_left, 0);
    return value;
  }

  // Adds `id` unless it explains itself. Returns its value, kMissing when it
  // was not reached.
  Value Add(NodeId id, bool reached, Explanation& whole) {
    if (const auto* constant = std::get_if<ConstantNode>(&ast_[id])) {
      return constant->value;
    }
    // Its value stands where it is bound.
    if (checked_.references[id].kind == ReferenceKind::kVariable) {
      return reached ? Evaluate(id) : Value();
    }
    if (parts_ >= kExplainedPartsMax) {
      ++whole.omitted;
      return reached ? Evaluate(id) : Value();
    }
    whole.parts.push_back(reached ? Evaluated(id) : Unevaluated(id));
    return whole.parts.back().value;
  }

  void AddParts(NodeId id, Explanation& part) {
    // A name, however many dots it has.
    if (checked_.references[id].kind == ReferenceKind::kDeclaration) return;
    const Node& node = ast_[id];
    if (const auto* call = std::get_if<CallNode>(&node)) {
      AddCall(id, *call, part);
    } else if (const auto* loop = std::get_if<ComprehensionNode>(&node)) {
      AddLoop(id, *loop, part);
    } else if (const auto* let = std::get_if<LetNode>(&node)) {
      AddLet(id, *let, part);
    } else if (checked_.references[id].kind == ReferenceKind::kNone ||
               std::holds_alternative<StructNode>(node)) {
      ForEachChild(node, [&](NodeId child) { Add(child, true, part); });
    }
  }

  void AddCall(NodeId id, const CallNode& call, Explanation& part) {
    if (call.function == "_&&_" || call.function == "_||_") {
      AddLogic(id, call.function, part);
    } else if (call.function == "_?_:_") {
      const Value condition = Add(call.arguments[0], true, part);
      Add(call.arguments[1], IsBool(condition, true), part);
      Add(call.arguments[2], IsBool(condition, false), part);
    } else if (call.function == "orValue" || call.function == "or") {
      const Value target = Add(call.target, true, part);
      const bool empty =
          target.is(ValueKind::kOptional) && target.optional() == nullptr;
      for (const NodeId argument : call.arguments) Add(argument, empty, part);
    } else {
      const bool qualified = checked_.references[id].qualified;
      if (call.target != kNoNode && !qualified) Add(call.target, true, part);
      for (const NodeId argument : call.arguments) Add(argument, true, part);
    }
  }

  // Operands of a chain of one operator, from left to right.
  void Flatten(NodeId id, const std::string& function,
               std::vector<NodeId>& operands) const {
    const auto* call = std::get_if<CallNode>(&ast_[id]);
    if (call == nullptr || call->function != function) {
      operands.push_back(id);
      return;
    }
    for (const NodeId argument : call->arguments) {
      Flatten(argument, function, operands);
    }
  }

  void AddLogic(NodeId id, const std::string& function, Explanation& part) {
    std::vector<NodeId> operands;
    Flatten(id, function, operands);
    const bool decisive = function == "_||_";
    bool reached = true;
    for (const NodeId operand : operands) {
      if (IsBool(Add(operand, reached, part), decisive)) reached = false;
    }
  }

  // The slot of a variable, declared when it is first asked for.
  Value& SlotOf(NodeId binder, uint32_t number, const Type& type) {
    const auto [found, is_new] =
        bound_.try_emplace({binder, number}, slots_.size());
    if (is_new) {
      Declaration declaration;
      declaration.name = BoundName(binder, number);
      declaration.type = type;
      declaration.slot = static_cast<int>(slots_.size());
      scope_.Declare(std::move(declaration));
      slots_.emplace_back();
      lazy_.push_back(nullptr);
    }
    return slots_[found->second];
  }

  // The bindings as far as the body read them, then the body.
  void AddLet(NodeId id, const LetNode& let, Explanation& part) {
    if (let.bindings[0].name == "@held") return AddOptionalMap(let, part);
    if (let.bindings[0].name == "@list") {
      Add(let.bindings[0].value, true, part);
      return;
    }
    for (uint32_t i = 0; i < let.bindings.size(); ++i) {
      const NodeId value = let.bindings[i].value;
      SlotOf(id, i, checked_.types[value]) = Value();
      std::optional<Program> program = Compile(value);
      if (!program) return;
      programs_.push_back(*std::move(program));
      lazy_[bound_.at({id, i})] = &programs_.back();
    }
    Explanation body;
    Add(let.body, true, body);
    for (uint32_t i = 0; i < let.bindings.size(); ++i) {
      const NodeId value = let.bindings[i].value;
      const bool was_read = !slots_[bound_.at({id, i})].is_missing();
      Explanation binding = was_read ? Evaluated(value) : Unevaluated(value);
      binding.text = absl::StrCat(let.bindings[i].name, " = ", binding.text);
      part.parts.push_back(std::move(binding));
    }
    for (Explanation& one : body.parts) part.parts.push_back(std::move(one));
    part.omitted += body.omitted;
  }

  // x.optMap(v, e): x, and e when x holds something.
  void AddOptionalMap(const LetNode& let, Explanation& part) {
    const Value held = Add(let.bindings[0].value, true, part);
    NodeId mapped = std::get<CallNode>(ast_[let.body]).arguments[1];
    if (const auto* wrapped = std::get_if<CallNode>(&ast_[mapped])) {
      mapped = wrapped->arguments[0];
    }
    const auto& inner = std::get<LetNode>(ast_[mapped]);
    if (!held.is(ValueKind::kOptional) || held.optional() == nullptr) {
      Add(inner.body, false, part);
      return;
    }
    SlotOf(mapped, kFirst, checked_.types[inner.bindings[0].value]) =
        *held.optional();
    Add(inner.body, true, part);
  }

  void AddLoop(NodeId id, const ComprehensionNode& loop, Explanation& part) {
    const bool two = !loop.second_variable.empty();
    const std::vector<Turn> turns = TurnsOf(Add(loop.range, true, part), two);
    const auto& [first, second] = VariableTypes(loop.range, two);
    size_t shown = 0;
    for (const Turn& turn : turns) {
      if (shown == kExplainedItemsMax || parts_ >= kExplainedPartsMax) break;
      ++shown;
      SlotOf(id, kFirst, first) = turn.first;
      std::string text =
          absl::StrCat(loop.variable, " = ", ToString(turn.first));
      if (two) {
        SlotOf(id, kSecond, second) = turn.second;
        absl::StrAppend(&text, ", ", loop.second_variable, " = ",
                        ToString(turn.second));
      }
      part.parts.push_back(TurnPart(loop, std::move(text)));
      if (Decides(loop.kind, part.parts.back().value)) break;
    }
    part.omitted += turns.size() - shown;
  }

  std::pair<Type, Type> VariableTypes(NodeId range, bool two) const {
    const Type& type = checked_.types[range];
    if (type.is(TypeKind::kMap)) return {type.params()[0], type.params()[1]};
    if (!type.is(TypeKind::kList)) return {Type(), Type()};
    const Type& item = type.params()[0];
    return two ? std::pair{Type(TypeKind::kInt), item}
               : std::pair{item, Type()};
  }

  static bool Decides(ComprehensionKind kind, const Value& value) {
    switch (kind) {
      case ComprehensionKind::kAll:
        return IsBool(value, false);
      case ComprehensionKind::kExists:
        return IsBool(value, true);
      case ComprehensionKind::kExistsOne:
      case ComprehensionKind::kList:
      case ComprehensionKind::kMap:
      case ComprehensionKind::kMapOfMaps:
        return value.is_error();
    }
    return false;
  }

  // One item: its value is that of the condition, or of the transform when the
  // item passes.
  Explanation TurnPart(const ComprehensionNode& loop, std::string text) {
    Explanation turn;
    if (loop.condition != kNoNode && loop.transform != kNoNode) {
      const Value passes = Add(loop.condition, true, turn);
      turn.value =
          IsBool(passes, true) ? Add(loop.transform, true, turn) : passes;
      turn.type =
          checked_
              .types[IsBool(passes, true) ? loop.transform : loop.condition];
      turn.location = source_.Locate(ast_.offsets[loop.condition]);
    } else {
      const NodeId body =
          loop.condition != kNoNode ? loop.condition : loop.transform;
      turn = Evaluated(body);
    }
    turn.text = std::move(text);
    return turn;
  }

  const Ast& ast_;
  const CheckedAst& checked_;
  const SourceText& source_;
  const std::vector<Node> nodes_;  // With own names; what is evaluated.
  Scope scope_;
  std::vector<Value> slots_;
  std::vector<const Program*> lazy_;
  std::deque<Program> programs_;                         // Of bindings.
  std::map<std::pair<NodeId, uint32_t>, size_t> bound_;  // Their slots.
  Frame frame_;
  Arena& keep_;
  int64_t steps_left_ = kDecisionStepsMax;
  size_t parts_ = 0;
};

}  // namespace

std::optional<Explanation> Explain(const SourceText& source, const Scope& scope,
                                   const Frame& frame, Arena& keep,
                                   Diagnostics& diagnostics) {
  const std::optional<Ast> ast = Parse(source, diagnostics);
  if (!ast) return std::nullopt;
  const std::optional<CheckedAst> checked =
      Check(*ast, source, scope, {}, CheckMode::kTyped, diagnostics);
  if (!checked) return std::nullopt;
  return Explainer(*ast, *checked, source, scope, frame, keep).Explain();
}

}  // namespace stratagem::expr
