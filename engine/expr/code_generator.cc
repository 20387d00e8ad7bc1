#include "engine/expr/code_generator.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "engine/base/check.h"
#include "engine/base/limits.h"
#include "engine/expr/function_table.h"
#include "engine/expr/regular_expression.h"
#include "engine/expr/sharing.h"
#include "engine/expr/vm.h"

namespace stratagem::expr {
namespace {

// LIMIT: steps that folding constants of one expression may take; what needs
// more is computed when it runs.
constexpr int64_t kFoldingStepsMax = 10'000;

// The typed comparison for `_==_` or `_!=_`, when there is one.
Opcode EqualityOpcode(const Type& a, const Type& b, bool equal) {
  if (a.kind() != b.kind()) return Opcode::kNone;
  switch (a.kind()) {
    case TypeKind::kBool:
      return equal ? Opcode::kEqualBool : Opcode::kNotEqualBool;
    case TypeKind::kInt:
      return equal ? Opcode::kEqualInt : Opcode::kNotEqualInt;
    case TypeKind::kUint:
      return equal ? Opcode::kEqualUint : Opcode::kNotEqualUint;
    case TypeKind::kDouble:
      return equal ? Opcode::kEqualDouble : Opcode::kNotEqualDouble;
    case TypeKind::kString:
      return equal ? Opcode::kEqualString : Opcode::kNotEqualString;
    case TypeKind::kTimestamp:
    case TypeKind::kDuration:
      return equal ? Opcode::kEqualTime : Opcode::kNotEqualTime;
    default:
      return Opcode::kNone;
  }
}

// What code needs beyond its own constants.
struct Needs {
  bool slots = false;
  // The lowest place in the stack of a variable that it reads.
  size_t variable_min = std::numeric_limits<size_t>::max();

  void Add(const Needs& other) {
    slots |= other.slots;
    variable_min = std::min(variable_min, other.variable_min);
  }
};

// Emit(node) appends code that pushes the node's value, one deeper than before.
class Generator {
 public:
  Generator(Ast ast, const CheckedAst& checked, const SourceText& source,
            std::shared_ptr<const FunctionTable> functions,
            Diagnostics& diagnostics)
      : ast_(std::move(ast)),
        checked_(checked),
        diagnostics_(diagnostics),
        code_(std::make_unique<ProgramCode>()) {
    code_->source = source;
    code_->functions = std::move(functions);
  }

  std::unique_ptr<ProgramCode> Run() {
    Emit(ast_.root);
    Add(Opcode::kReturn, 0, 0, ast_.root, -1);
    if (size() > kProgramInstructionsMax) {
      AddError("E102", 0,
               absl::StrCat("the expression compiles to more than ",
                            kProgramInstructionsMax, " instructions"),
               "split it into variables");
    }
    if (failed_) return nullptr;
    if (IsConstant(0, size() - 1)) {
      code_->constant = code_->constants[code_->instructions[0].a];
    }
    code_->type = checked_.types[ast_.root];
    code_->offsets = std::move(ast_.offsets);
    code_->arena = std::move(ast_.arena);
    NoteSlots();
    return std::move(code_);
  }

 private:
  Needs Emit(NodeId id);
  Needs EmitKind(NodeId id, const ConstantNode& node);
  Needs EmitKind(NodeId id, const NameNode& node);
  Needs EmitKind(NodeId id, const SelectNode& node);
  Needs EmitKind(NodeId id, const CallNode& node);
  Needs EmitKind(NodeId id, const ListNode& node);
  Needs EmitKind(NodeId id, const MapNode& node);
  Needs EmitKind(NodeId id, const StructNode& node);
  Needs EmitKind(NodeId id, const LetNode& node);
  Needs EmitKind(NodeId id, const ComprehensionNode& node);

  Needs EmitReference(NodeId id);
  std::optional<uint32_t> FoldBinding(NodeId value);
  Needs EmitVariable(NodeId id, const Reference& reference);
  Needs EmitError(NodeId id);
  Needs EmitLogic(NodeId id, const CallNode& node, bool absorbing);
  Needs EmitConditional(NodeId id, const CallNode& node);
  void EmitTyped(Opcode op, size_t second, NodeId id);
  Needs EmitOptionalBranch(NodeId id, const CallNode& node);
  bool EmitMatches(NodeId id, size_t pattern_start);
  std::optional<uint32_t> CompilePattern(NodeId at, absl::string_view text);
  void EmitMake(Opcode op, NodeId id, const std::vector<bool>& optional,
                int values);
  void Fold(size_t start, size_t depth, NodeId id);
  void NoteSlots();

  void AddError(absl::string_view code, size_t offset, std::string message,
                std::string hint) {
    failed_ = true;
    diagnostics_.AddError(code, code_->source.Locate(offset),
                          std::move(message), std::move(hint));
  }

  size_t size() const { return code_->instructions.size(); }
  Instruction& At(size_t index) { return code_->instructions[index]; }

  // Appends an instruction that leaves `change` more values on the stack.
  size_t Add(Opcode op, uint32_t a, uint8_t b, NodeId node, int change) {
    code_->instructions.push_back({op, b, a, node});
    depth_ = static_cast<size_t>(static_cast<int64_t>(depth_) + change);
    code_->stack_max = std::max(code_->stack_max, depth_);
    return size() - 1;
  }
  // Lets the jump at `index` go to what is appended next.
  void Land(size_t index) { At(index).a = static_cast<uint32_t>(size()); }

  uint32_t AddConstant(const Value& value) {
    code_->constants.push_back(value);
    return static_cast<uint32_t>(code_->constants.size() - 1);
  }
  void PushConstant(const Value& value, NodeId id) {
    Add(Opcode::kConstant, AddConstant(value), 0, id, 1);
  }
  // Forgets the code from `start`, which left one value.
  void Drop(size_t start) {
    code_->instructions.resize(start);
    --depth_;
  }
  bool IsConstant(size_t start, size_t end) const {
    return end == start + 1 &&
           code_->instructions[start].op == Opcode::kConstant;
  }
  // The bool that the code from `start` on is, if that is constant.
  const Value* ConstantBool(size_t start) const {
    if (!IsConstant(start, size())) return nullptr;
    const Value& value = code_->constants[code_->instructions[start].a];
    return value.is(ValueKind::kBool) ? &value : nullptr;
  }
  bool IsBool(NodeId id) const {
    return checked_.types[id].is(TypeKind::kBool);
  }

  Ast ast_;
  const CheckedAst& checked_;
  Diagnostics& diagnostics_;
  bool failed_ = false;  // Added an error.
  std::unique_ptr<ProgramCode> code_;
  size_t depth_ = 0;  // Values on the stack at this point.
  int64_t folding_steps_left_ = kFoldingStepsMax;
  // A variable of an enclosing comprehension, or binding of an enclosing let.
  struct Variable {
    NodeId binder = kNoNode;
    uint32_t number = 0;
    size_t place = 0;  // On the stack.
    // Of a binding, one of the two: its index in ProgramCode::lazies, or that
    // of the constant that it folded to.
    std::optional<uint32_t> lazy;
    std::optional<uint32_t> constant;
    bool read = false;
  };
  std::vector<Variable> variables_;  // Innermost last.
  bool trying_ = false;              // Inside FoldBinding().
  // By the node of a constant pattern: its index, or nullopt for a bad one.
  absl::flat_hash_map<NodeId, std::optional<uint32_t>> patterns_;
};

Needs Generator::Emit(NodeId id) {
  const size_t start = size();
  const size_t depth = depth_;
  // Far too much text; Run() refuses it, and nothing more need be made.
  if (start > kProgramInstructionsMax) {
    PushConstant(Value::Null(), id);
    return {};
  }
  const Needs needs = std::visit(
      [&](const auto& node) { return EmitKind(id, node); }, ast_[id]);
  if (!needs.slots && needs.variable_min >= depth) Fold(start, depth, id);
  return needs;
}

// Runs the code from `start` and replaces it by its value. Code that fails
// stays: its error belongs to the evaluation, where logic may absorb it.
void Generator::Fold(size_t start, size_t depth, NodeId id) {
  if (IsConstant(start, size()) || folding_steps_left_ <= 0) return;
  code_->instructions.push_back({Opcode::kReturn, 0, 0, id});
  Frame frame;
  frame.arena = &code_->folded;
  frame.steps_left = folding_steps_left_;
  const Value value = stratagem::expr::Run(*code_, frame, {start, depth});
  folding_steps_left_ = frame.steps_left;
  code_->instructions.pop_back();
  if (value.is_error()) return;
  Drop(start);
  PushConstant(value, id);
}

void Generator::NoteSlots() {
  std::vector<int>& slots = code_->slots_read;
  for (const Instruction& at : code_->instructions) {
    if (at.op == Opcode::kLoadSlot || at.op == Opcode::kLoadOptionalSlot) {
      slots.push_back(static_cast<int>(at.a));
    }
  }
  std::sort(slots.begin(), slots.end());
  slots.erase(std::unique(slots.begin(), slots.end()), slots.end());
}

Needs Generator::EmitKind(NodeId id, const ConstantNode& node) {
  PushConstant(node.value, id);
  return {};
}

Needs Generator::EmitKind(NodeId id, const NameNode&) {
  return EmitReference(id);
}

// A name that the checker resolved: slot, variable or type.
Needs Generator::EmitReference(NodeId id) {
  const Reference& reference = checked_.references[id];
  if (reference.kind == ReferenceKind::kVariable) {
    return EmitVariable(id, reference);
  }
  if (reference.kind == ReferenceKind::kUnknown) return EmitError(id);
  if (reference.kind == ReferenceKind::kTypeName) {
    PushConstant(Value::Type(ast_.arena.CopyString(reference.name)), id);
    return {};
  }
  if (reference.kind == ReferenceKind::kConstant) {
    PushConstant(reference.constant, id);
    return {};
  }
  const bool optional = reference.declaration->type.is(TypeKind::kOptional);
  Add(optional ? Opcode::kLoadOptionalSlot : Opcode::kLoadSlot,
      static_cast<uint32_t>(reference.declaration->slot), 0, id, 1);
  return {true, std::numeric_limits<size_t>::max()};
}

Needs Generator::EmitVariable(NodeId id, const Reference& reference) {
  const auto found = std::find_if(
      variables_.begin(), variables_.end(), [&](const Variable& variable) {
        return variable.binder == reference.binder &&
               variable.number == reference.variable;
      });
  STRATAGEM_CHECK(found != variables_.end());
  if (found->constant) {
    Add(Opcode::kConstant, *found->constant, 0, id, 1);
    return {};
  }
  found->read = true;
  if (found->lazy) {
    Add(Opcode::kLoadLazy, *found->lazy, 0, id, 1);
  } else {
    Add(Opcode::kLoadLocal, static_cast<uint32_t>(found->place), 0, id, 1);
  }
  return {false, found->place};
}

// What nothing is known of, which only unchecked expressions hold: the mistake
// of whoever evaluates it.
Needs Generator::EmitError(NodeId id) {
  PushConstant(Value::Error(ErrorCode::kNoMatchingOverload, id), id);
  return {};
}

Needs Generator::EmitKind(NodeId id, const SelectNode& node) {
  if (checked_.references[id].kind != ReferenceKind::kNone) {
    return EmitReference(id);
  }
  const Needs needs = Emit(node.operand);
  const Opcode op = node.test       ? Opcode::kHas
                    : node.optional ? Opcode::kSelectOptional
                                    : Opcode::kSelect;
  const Value field = Value::String(ast_.arena.CopyString(node.field));
  Add(op, AddConstant(field), 0, id, 0);
  return needs;
}

Needs Generator::EmitKind(NodeId id, const CallNode& node) {
  const Reference& reference = checked_.references[id];
  if (reference.kind == ReferenceKind::kAtLeast) {
    Add(Opcode::kLoadSlot,
        static_cast<uint32_t>(reference.declaration->rank_slot), 0, id, 1);
    Add(Opcode::kLessEqualInt, AddConstant(Value::Int(reference.rank)), 1, id,
        0);
    return {true, std::numeric_limits<size_t>::max()};
  }
  if (reference.overloads.empty()) return EmitError(id);
  const Overload& overload = *reference.overloads.front();
  switch (overload.opcode) {
    case Opcode::kAnd:
      return EmitLogic(id, node, false);
    case Opcode::kOr:
      return EmitLogic(id, node, true);
    case Opcode::kBranch:
      return EmitConditional(id, node);
    case Opcode::kOptionalBranch:
      return EmitOptionalBranch(id, node);
    default:
      break;
  }
  Needs needs;
  std::vector<NodeId> arguments = node.arguments;
  if (node.target != kNoNode && !reference.qualified) {
    arguments.insert(arguments.begin(), node.target);
  }
  size_t last_start = 0;
  for (const NodeId argument : arguments) {
    last_start = size();
    needs.Add(Emit(argument));
  }
  const bool one = reference.overloads.size() == 1;
  Opcode op = one ? overload.opcode : Opcode::kCallDynamic;
  if (overload.function == "_==_" || overload.function == "_!=_") {
    op = EqualityOpcode(checked_.types[arguments[0]],
                        checked_.types[arguments[1]],
                        overload.function == "_==_");
  }
  if (op == Opcode::kMatches) {
    if (EmitMatches(id, last_start)) return needs;
    op = Opcode::kCall;
  }
  if (TakesConstant(op)) {
    EmitTyped(op, last_start, id);
    return needs;
  }
  if (op == Opcode::kNone) op = Opcode::kCall;
  const auto row = static_cast<uint32_t>(code_->functions->IndexOf(overload));
  Add(op, row, static_cast<uint8_t>(arguments.size()), id,
      1 - static_cast<int>(arguments.size()));
  return needs;
}

// Appends `op` for two operands, of which the code of the second starts at
// `second`. A constant one becomes part of the instruction.
void Generator::EmitTyped(Opcode op, size_t second, NodeId id) {
  if (!IsConstant(second, size())) {
    Add(op, 0, 0, id, -1);
    return;
  }
  const uint32_t constant = At(second).a;
  Drop(second);
  Add(op, constant, 1, id, 0);
}

// a && b: a; JumpIfFalse end; b; And; end. A constant side decides or leaves
// the other one.
Needs Generator::EmitLogic(NodeId id, const CallNode& node, bool absorbing) {
  const NodeId left = node.arguments[0];
  const NodeId right = node.arguments[1];
  const size_t start = size();
  Needs needs = Emit(left);
  if (const Value* constant = ConstantBool(start)) {
    if (constant->bool_value() == absorbing) return {};
    if (IsBool(right)) {
      Drop(start);
      return Emit(right);
    }
  }
  const size_t jump =
      Add(absorbing ? Opcode::kJumpIfTrue : Opcode::kJumpIfFalse, 0, 0, id, 0);
  const size_t right_start = size();
  const Needs right_needs = Emit(right);
  if (const Value* constant = ConstantBool(right_start)) {
    const bool decides = constant->bool_value() == absorbing;
    if (decides || IsBool(left)) {
      Drop(right_start);
      code_->instructions.pop_back();  // The jump.
      if (!decides) return needs;
      Drop(start);
      PushConstant(Value::Bool(absorbing), id);
      return {};
    }
  }
  needs.Add(right_needs);
  Add(absorbing ? Opcode::kOr : Opcode::kAnd, 0, 0, id, -1);
  Land(jump);
  return needs;
}

// c ? a : b: c; Branch no; a; Jump end; no: b; end. kBranch counts on the jump
// right before `no`.
Needs Generator::EmitConditional(NodeId id, const CallNode& node) {
  const size_t start = size();
  Needs needs = Emit(node.arguments[0]);
  if (const Value* constant = ConstantBool(start)) {
    const bool yes = constant->bool_value();
    Drop(start);
    return Emit(node.arguments[yes ? 1 : 2]);
  }
  const size_t branch = Add(Opcode::kBranch, 0, 0, id, -1);
  needs.Add(Emit(node.arguments[1]));
  const size_t jump = Add(Opcode::kJump, 0, 0, id, -1);
  Land(branch);
  needs.Add(Emit(node.arguments[2]));
  Land(jump);
  return needs;
}

// x.orValue(d): x; OptionalBranch end; d; end.
Needs Generator::EmitOptionalBranch(NodeId id, const CallNode& node) {
  Needs needs = Emit(node.target);
  const uint8_t unwrap = node.function == "orValue" ? 1 : 0;
  const size_t branch = Add(Opcode::kOptionalBranch, 0, unwrap, id, -1);
  needs.Add(Emit(node.arguments[0]));
  Land(branch);
  return needs;
}

// Replaces a constant pattern, the code from `pattern_start`, by its compiled
// form. Returns false when it is not constant.
bool Generator::EmitMatches(NodeId id, size_t pattern_start) {
  if (!IsConstant(pattern_start, size())) return false;
  const Instruction at = code_->instructions[pattern_start];
  const Value& text = code_->constants[at.a];
  if (!text.is(ValueKind::kString)) return false;
  // What FoldBinding() tried comes by again.
  const auto [found, is_new] = patterns_.try_emplace(at.node);
  if (is_new) found->second = CompilePattern(at.node, text.text());
  if (!found->second) return false;
  Drop(pattern_start);
  Add(Opcode::kMatches, *found->second, 0, id, 0);
  return true;
}

// The index of the constant pattern that stands at `at`; nullopt after an
// error.
std::optional<uint32_t> Generator::CompilePattern(NodeId at,
                                                  absl::string_view text) {
  if (patterns_.size() > kExpressionPatternsMax) {
    if (patterns_.size() == kExpressionPatternsMax + 1) {
      AddError("E102", ast_.offsets[at],
               absl::StrCat("the expression has more than ",
                            kExpressionPatternsMax, " regular expressions"),
               "join patterns with `|`, or split it into variables");
    }
    return std::nullopt;
  }
  RegularExpression pattern(text);
  if (pattern.error() != ErrorCode::kNone) {
    AddError("E118", ast_.offsets[at],
             absl::StrCat("bad regular expression: ", pattern.message()),
             "patterns are written in RE2's syntax");
    return std::nullopt;
  }
  code_->patterns.push_back(std::move(pattern));
  return static_cast<uint32_t>(code_->patterns.size() - 1);
}

// Appends kMakeList or kMakeMap for items of `values` values each.
void Generator::EmitMake(Opcode op, NodeId id,
                         const std::vector<bool>& optional, int values) {
  const int change = 1 - values * static_cast<int>(optional.size());
  if (std::find(optional.begin(), optional.end(), true) == optional.end()) {
    Add(op, static_cast<uint32_t>(optional.size()), 0, id, change);
    return;
  }
  Value* const marks = ast_.arena.AllocateArray<Value>(optional.size());
  for (size_t i = 0; i < optional.size(); ++i) {
    marks[i] = Value::Bool(optional[i]);
  }
  Add(op, AddConstant(Value::List({marks, optional.size()})), 1, id, change);
}

Needs Generator::EmitKind(NodeId id, const ListNode& node) {
  Needs needs;
  std::vector<bool> optional;
  for (const ListNode::Item& item : node.items) {
    needs.Add(Emit(item.value));
    optional.push_back(item.optional);
  }
  EmitMake(Opcode::kMakeList, id, optional, 1);
  return needs;
}

Needs Generator::EmitKind(NodeId id, const MapNode& node) {
  Needs needs;
  std::vector<bool> optional;
  for (const MapNode::Entry& entry : node.entries) {
    needs.Add(Emit(entry.key));
    needs.Add(Emit(entry.value));
    optional.push_back(entry.optional);
  }
  EmitMake(Opcode::kMakeMap, id, optional, 2);
  return needs;
}

// The fields as a map, then the constructor that takes it.
Needs Generator::EmitKind(NodeId id, const StructNode& node) {
  const Reference& reference = checked_.references[id];
  if (reference.overloads.empty()) return EmitError(id);
  Needs needs;
  std::vector<bool> optional;
  for (const StructNode::Field& field : node.fields) {
    PushConstant(Value::String(ast_.arena.CopyString(field.name)), id);
    needs.Add(Emit(field.value));
    optional.push_back(field.optional);
  }
  EmitMake(Opcode::kMakeMap, id, optional, 2);
  const size_t row = code_->functions->IndexOf(*reference.overloads.front());
  Add(Opcode::kCall, static_cast<uint32_t>(row), 1, id, 0);
  return needs;
}

// The constant that `value`, a binding's, folds to. Its code is made, looked at
// and forgotten; inside of it nothing is tried in this way again, so that lets
// within lets take quadratic time at most.
std::optional<uint32_t> Generator::FoldBinding(NodeId value) {
  if (trying_) return std::nullopt;
  trying_ = true;
  const std::vector<Variable> variables = variables_;
  const size_t start = size();
  Emit(value);
  std::optional<uint32_t> constant;
  if (IsConstant(start, size())) constant = At(start).a;
  Drop(start);
  variables_ = variables;
  trying_ = false;
  return constant;
}

// LetBegin; body; LetEnd; Jump end; last: …; Return; …; first: …; Return; end.
// Only the body, and bindings whose code stands before its own, can be halfway
// through when a binding is filled, so its values stand above all of theirs.
Needs Generator::EmitKind(NodeId id, const LetNode& node) {
  const size_t outer_max = std::exchange(code_->stack_max, depth_);
  const size_t outer = variables_.size();
  const auto count = static_cast<uint32_t>(node.bindings.size());
  Add(Opcode::kLetBegin, count, 0, id, static_cast<int>(count));
  for (uint32_t i = 0; i < count; ++i) {
    Variable variable{id, i, depth_ - count + i, std::nullopt, std::nullopt};
    variable.constant = FoldBinding(node.bindings[i].value);
    if (!variable.constant) {
      variable.lazy = static_cast<uint32_t>(code_->lazies.size());
      code_->lazies.push_back({variable.place, 0, 0});
    }
    variables_.push_back(variable);
  }
  Needs needs = Emit(node.body);
  Add(Opcode::kLetEnd, count, 0, id, -static_cast<int>(count));
  const size_t jump = Add(Opcode::kJump, 0, 0, id, 0);
  const size_t depth = depth_;
  for (size_t i = count; i > 0; --i) {
    const Variable variable = variables_.back();
    variables_.pop_back();
    if (!variable.read) continue;
    depth_ = code_->stack_max;
    code_->lazies[*variable.lazy].instruction = size();
    code_->lazies[*variable.lazy].depth = depth_;
    needs.Add(Emit(node.bindings[i - 1].value));
    Add(Opcode::kReturn, 0, 0, id, -1);
  }
  STRATAGEM_CHECK(variables_.size() == outer);
  depth_ = depth;
  Land(jump);
  code_->stack_max = std::max(code_->stack_max, outer_max);
  return needs;
}

// range; LoopBegin exit; next: LoopNext exit; …; LoopStep next; exit: LoopEnd.
// The turn is a test, a value, or both: the kinds that collect take a value for
// each item that passes, exists_one() counts those.
Needs Generator::EmitKind(NodeId id, const ComprehensionNode& node) {
  const auto kind = static_cast<uint8_t>(node.kind);
  const bool collects = Collects(node.kind);
  const bool counts = node.kind == ComprehensionKind::kExistsOne;
  const bool pair = !node.second_variable.empty();
  const size_t place = depth_;
  Needs needs = Emit(node.range);
  const size_t begin = Add(Opcode::kLoopBegin, 0, kind, id, 4);
  const size_t next =
      Add(pair ? Opcode::kLoopNextPair : Opcode::kLoopNext, 0, kind, id, 0);
  const size_t outer = variables_.size();
  variables_.push_back({id, 0, place + 3, std::nullopt, std::nullopt});
  if (pair) {
    variables_.push_back({id, 1, place + 4, std::nullopt, std::nullopt});
  }
  if (node.condition != kNoNode) needs.Add(Emit(node.condition));
  if (node.condition != kNoNode && (collects || counts)) {
    Add(Opcode::kLoopTest, static_cast<uint32_t>(next), kind, node.condition,
        -1);
  }
  if (collects) needs.Add(Emit(node.transform));
  Add(Opcode::kLoopStep, static_cast<uint32_t>(next), kind, id,
      counts ? 0 : -1);
  variables_.resize(outer);
  Land(begin);
  Land(next);
  Add(Opcode::kLoopEnd, 0, kind, id, -4);
  return needs;
}

}  // namespace

std::unique_ptr<ProgramCode> Generate(
    Ast ast, CheckedAst checked, const SourceText& source,
    std::shared_ptr<const FunctionTable> functions, Diagnostics& diagnostics) {
  ShareParts(ast, checked);
  return Generator(std::move(ast), checked, source, std::move(functions),
                   diagnostics)
      .Run();
}

}  // namespace stratagem::expr
