#include "engine/expr/condition_tree.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "engine/base/diagnostics.h"
#include "engine/expr/checker.h"
#include "engine/expr/parser.h"
#include "engine/expr/sub_expression.h"
#include "engine/expr/unparse.h"

namespace stratagem::expr {
namespace {

using Kind = ConditionNode::Kind;

constexpr absl::string_view kComparisons[] = {"_<_",  "_<=_", "_>_", "_>=_",
                                              "_==_", "_!=_", "@in"};

const CallNode* CallAt(const Ast& ast, NodeId id) {
  return std::get_if<CallNode>(&ast[id]);
}

bool IsCall(const Ast& ast, NodeId id, absl::string_view function) {
  const CallNode* const call = CallAt(ast, id);
  return call != nullptr && call->function == function;
}

bool HasOrder(const Type& type) {
  switch (type.kind()) {
    case TypeKind::kInt:
    case TypeKind::kUint:
    case TypeKind::kDouble:
    case TypeKind::kTimestamp:
    case TypeKind::kDuration:
      return true;
    default:
      return false;
  }
}

// A checked expression: the condition, or a variable of it.
struct Unit {
  const Ast& ast;
  CheckedAst checked;
  const SourceText& source;
};

class TreeBuilder {
 public:
  TreeBuilder(const Scope& scope, std::span<const Program* const> lazy,
              ConditionTree& tree, int64_t& steps_left)
      : scope_(scope), lazy_(lazy), tree_(tree), steps_left_(steps_left) {}

  // False when `source` does not compile or steps have run out.
  bool Build(const SourceText& source, bool wanted, ConditionNode& node) {
    if (!Take(source.text().size(), kReadStepsPerByte)) return false;
    Diagnostics ignored;
    std::optional<Ast> ast = Parse(source, ignored);
    if (!ast) return false;
    tree_.trees.push_back(*std::move(ast));
    const Ast& kept = tree_.trees.back();
    std::optional<CheckedAst> checked =
        Check(kept, source, scope_, {}, CheckMode::kTyped, ignored);
    if (!checked) return false;
    const Unit unit{kept, *std::move(checked), source};
    return Build(unit, kept.root, wanted, node);
  }

 private:
  bool Take(size_t bytes, int64_t steps_per_byte) {
    steps_left_ -= static_cast<int64_t>(bytes) * steps_per_byte;
    return steps_left_ > 0;
  }

  // Whether a node may have `parts` in its place.
  bool MayBecome(size_t parts) {
    if (atoms_expected_ - 1 + parts > kConditionAtomsMax) return false;
    atoms_expected_ += parts - 1;
    return true;
  }

  // What `id` is when it has to be `wanted`.
  std::string TextOf(const Unit& unit, NodeId id, bool wanted) const {
    if (wanted) return Unparse(unit.ast, id);
    if (IsCall(unit.ast, id, "!_")) {
      return Unparse(unit.ast, CallAt(unit.ast, id)->arguments[0]);
    }
    // Operators bind less than !.
    const CallNode* const call = CallAt(unit.ast, id);
    const bool is_operator =
        call != nullptr &&
        (absl::StartsWith(call->function, "_") || call->function == "@in");
    const std::string text = Unparse(unit.ast, id);
    return is_operator ? absl::StrCat("!(", text, ")")
                       : absl::StrCat("!", text);
  }

  bool Build(const Unit& unit, NodeId id, bool wanted, ConditionNode& node) {
    node.text = TextOf(unit, id, wanted);
    if (IsCall(unit.ast, id, "!_")) {
      return Build(unit, CallAt(unit.ast, id)->arguments[0], !wanted, node);
    }
    if (IsCall(unit.ast, id, "_&&_") || IsCall(unit.ast, id, "_||_")) {
      const std::string& function = CallAt(unit.ast, id)->function;
      if (!MayBecome(ChainSize(unit.ast, id, function))) {
        return BuildAtom(unit, id, wanted, node);
      }
      node.kind = (function == "_&&_") == wanted ? Kind::kAll : Kind::kAny;
      return AddChain(unit, id, function, wanted, node);
    }
    if (IsCall(unit.ast, id, "_?_:_")) {
      constexpr size_t kParts = 4;
      if (is_in_choice_ || !MayBecome(kParts)) {
        return BuildAtom(unit, id, wanted, node);
      }
      is_in_choice_ = true;
      const bool is_built = BuildChoice(unit, id, wanted, node);
      is_in_choice_ = false;
      return is_built;
    }
    if (BuildVariable(unit, id, wanted, node)) return true;
    return BuildAtom(unit, id, wanted, node);
  }

  static size_t ChainSize(const Ast& ast, NodeId id,
                          const std::string& function) {
    if (!IsCall(ast, id, function)) return 1;
    size_t size = 0;
    for (const NodeId argument : CallAt(ast, id)->arguments) {
      size += ChainSize(ast, argument, function);
    }
    return size;
  }

  // The operands of a chain of one operator, from left to right.
  bool AddChain(const Unit& unit, NodeId id, const std::string& function,
                bool wanted, ConditionNode& node) {
    for (const NodeId argument : CallAt(unit.ast, id)->arguments) {
      if (IsCall(unit.ast, argument, function)) {
        if (!AddChain(unit, argument, function, wanted, node)) return false;
      } else if (!Build(unit, argument, wanted, node.parts.emplace_back())) {
        return false;
      }
    }
    return true;
  }

  // c ? a : b is (c && a) || (!c && b).
  bool BuildChoice(const Unit& unit, NodeId id, bool wanted,
                   ConditionNode& node) {
    const std::vector<NodeId>& arguments = CallAt(unit.ast, id)->arguments;
    node.kind = Kind::kAny;
    for (const bool taken : {true, false}) {
      ConditionNode& way = node.parts.emplace_back();
      way.kind = Kind::kAll;
      way.text = node.text;
      way.parts.resize(2);
      if (!Build(unit, arguments[0], taken, way.parts[0]) ||
          !Build(unit, arguments[taken ? 1 : 2], wanted, way.parts[1])) {
        return false;
      }
    }
    return true;
  }

  // Goes through a variable to what it stands for. False when `id` is none or
  // it would grow too large.
  bool BuildVariable(const Unit& unit, NodeId id, bool wanted,
                     ConditionNode& node) {
    const Reference& reference = unit.checked.references[id];
    if (reference.kind != ReferenceKind::kDeclaration ||
        tree_.atoms.size() >= kConditionAtomsMax ||
        tree_.trees.size() >= kConditionAtomsMax) {
      return false;
    }
    const auto slot = static_cast<size_t>(reference.declaration->slot);
    if (slot >= lazy_.size() || lazy_[slot] == nullptr) return false;
    const size_t atoms_before = tree_.atoms.size();
    const size_t expected_before = atoms_expected_;
    ConditionNode inside;
    if (!Build(lazy_[slot]->source(), wanted, inside)) {
      tree_.atoms.erase(
          tree_.atoms.begin() + static_cast<std::ptrdiff_t>(atoms_before),
          tree_.atoms.end());
      atoms_expected_ = expected_before;
      return false;
    }
    node = std::move(inside);
    return true;
  }

  bool BuildAtom(const Unit& unit, NodeId id, bool wanted,
                 ConditionNode& node) {
    if (!Take(node.text.size(), kCompileStepsPerByte)) return false;
    std::optional<Program> program = Compile(unit, id);
    if (!program.has_value()) return false;
    ConditionAtom atom{.text = node.text,
                       .wanted = wanted,
                       .program = *std::move(program),
                       .function = "",
                       .left = std::nullopt,
                       .right = std::nullopt,
                       .less = std::nullopt,
                       .less_or_equal = std::nullopt};
    const CallNode* const call = CallAt(unit.ast, id);
    if (call != nullptr && call->target == kNoNode &&
        std::find(std::begin(kComparisons), std::end(kComparisons),
                  call->function) != std::end(kComparisons)) {
      // Both sides together, and twice as comparisons.
      if (!Take(3 * node.text.size(), kCompileStepsPerByte)) return false;
      AddSides(unit, *call, atom);
    }
    node.kind = Kind::kAtom;
    node.atom = tree_.atoms.size();
    tree_.atoms.push_back(std::move(atom));
    return true;
  }

  void AddSides(const Unit& unit, const CallNode& call, ConditionAtom& atom) {
    const NodeId left = call.arguments[0];
    const NodeId right = call.arguments[1];
    atom.function = call.function;
    atom.left = Side(unit, left);
    atom.right = Side(unit, right);
    if (call.function == "@in" || !HasOrder(unit.checked.types[left]) ||
        !HasOrder(unit.checked.types[right])) {
      return;
    }
    atom.less = Comparison(unit, "_<_", left, right);
    atom.less_or_equal = Comparison(unit, "_<=_", left, right);
  }

  std::optional<ComparedSide> Side(const Unit& unit, NodeId id) const {
    std::optional<Program> program = Compile(unit, id);
    if (!program.has_value()) return std::nullopt;
    return ComparedSide{*std::move(program), SlotOf(unit, id)};
  }

  static int SlotOf(const Unit& unit, NodeId id) {
    const Reference& reference = unit.checked.references[id];
    if (reference.kind == ReferenceKind::kDeclaration) {
      return reference.declaration->slot;
    }
    if (IsCall(unit.ast, id, "orValue") || IsCall(unit.ast, id, "value")) {
      const NodeId target = CallAt(unit.ast, id)->target;
      if (target != kNoNode) return SlotOf(unit, target);
    }
    return -1;
  }

  std::optional<Program> Compile(const Unit& unit, NodeId id) const {
    Ast part;
    part.root = CopyTree(unit.ast.nodes, unit.ast.offsets, id, part);
    return CompilePart(std::move(part), unit.source, scope_);
  }

  std::optional<Program> Comparison(const Unit& unit,
                                    const std::string& function, NodeId left,
                                    NodeId right) const {
    Ast part;
    CallNode call;
    call.function = function;
    for (const NodeId side : {left, right}) {
      call.arguments.push_back(
          CopyTree(unit.ast.nodes, unit.ast.offsets, side, part));
    }
    part.nodes.emplace_back(std::move(call));
    part.offsets.push_back(unit.ast.offsets[left]);
    part.root = static_cast<NodeId>(part.nodes.size() - 1);
    return CompilePart(std::move(part), unit.source, scope_);
  }

  const Scope& scope_;
  const std::span<const Program* const> lazy_;
  ConditionTree& tree_;
  int64_t& steps_left_;
  // INVARIANT: the atoms that there are and the nodes still to be built, each
  // of which becomes one at least.
  size_t atoms_expected_ = 1;
  bool is_in_choice_ = false;
};

}  // namespace

std::optional<ConditionTree> TakeApart(const SourceText& source,
                                       const Scope& scope,
                                       std::span<const Program* const> lazy,
                                       int64_t& steps_left) {
  ConditionTree tree;
  if (!TreeBuilder(scope, lazy, tree, steps_left)
           .Build(source, true, tree.root)) {
    return std::nullopt;
  }
  return tree;
}

}  // namespace stratagem::expr
