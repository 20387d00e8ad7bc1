// Three passes. Survey walks the tree once and gives each part a class (equal
// parts have one), a weight and a region: the largest part of the tree in which
// all its names are known, which is the whole or a child of the loop or let
// that introduces the innermost of them. Choose goes through the groups of
// equal parts, the largest first, and keeps those that are worth a binding.
// Rewrite puts a let around each region that got bindings.

#include "engine/expr/sharing.h"

#include <algorithm>
#include <bitset>
#include <cstdint>
#include <cstring>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "engine/base/check.h"
#include "engine/base/limits.h"

namespace stratagem::expr {
namespace {

// Weights count instructions, roughly.
constexpr int kCallWeight = 8;
constexpr int kBuildWeight = 4;
// What a loop multiplies its turn with; also how often a part of a loop that
// does not depend on it counts.
constexpr int kTurns = 8;
constexpr int kWeightMax = 10'000;
// A let's own instructions and the detour of filling a binding.
constexpr int kLetWeight = 6;

using Levels = std::bitset<kExpressionDepthMax + 2>;

// What the survey finds about one part.
struct Part {
  NodeId parent = kNoNode;
  NodeId region = kNoNode;
  int number = 0;  // Of its class.
  int size = 1;    // Nodes.
  int weight = 1;
  bool in_loop = false;  // There is a loop between it and its region.
  bool gone = false;     // Inside a copy that was dropped.
};

class Sharing {
 public:
  Sharing(Ast& ast, CheckedAst& checked) : ast_(ast), checked_(checked) {}

  void Run() {
    parts_.resize(ast_.nodes.size());
    frames_.push_back({kNoNode, ast_.root, false});
    Survey(ast_.root, kNoNode);
    Choose();
    for (auto& [region, bindings] : bindings_) Rewrite(region, bindings);
  }

 private:
  // A place that introduces names, while what sees them is surveyed.
  struct Frame {
    NodeId binder = kNoNode;
    NodeId region = kNoNode;
    bool loop = false;
  };
  // What a part needs: the frames of its variables, and slots.
  struct Needs {
    Levels levels;
    bool slots = false;

    void Add(const Needs& other) {
      levels |= other.levels;
      slots |= other.slots;
    }
  };

  Needs Survey(NodeId id, NodeId parent);
  Needs SurveyChild(NodeId id, NodeId parent, std::string& key);
  Needs SurveyInside(const Frame& frame, NodeId parent, std::string& key);
  Needs SurveyKind(NodeId id, std::string& key);
  std::string ShapeKey(NodeId id);
  Needs SurveyLet(NodeId id, const LetNode& let, std::string& key);
  Needs SurveyLoop(NodeId id, const ComprehensionNode& loop, std::string& key);
  Needs NoteReference(NodeId id, std::string& key) const;
  void NoteGroup(NodeId id, const Needs& needs);
  bool IsLoad(NodeId id) const;

  void Choose();
  bool IsWorthIt(const std::vector<NodeId>& parts) const;
  void Drop(NodeId id);
  void Settle(NodeId id, NodeId region, bool in_loop);
  void Rewrite(NodeId region, const std::vector<std::vector<NodeId>>& bindings);
  NodeId AddNode(Node node, NodeId at, Reference reference);
  void Redirect(NodeId parent, NodeId from, NodeId to);

  Ast& ast_;
  CheckedAst& checked_;
  std::vector<Part> parts_;    // Parallel to the nodes of the parsed tree.
  std::vector<Frame> frames_;  // Innermost last.
  absl::flat_hash_map<std::string, int> classes_;
  // Parts by region and class, in the order of the text.
  std::map<std::pair<NodeId, int>, std::vector<NodeId>> groups_;
  // By region: the parts that become one binding each.
  std::map<NodeId, std::vector<std::vector<NodeId>>> bindings_;
};

// Bytes of a constant that tell it from every other one.
std::string ConstantKey(const Value& value) {
  if (value.is(ValueKind::kDouble)) {
    uint64_t bits = 0;
    const double number = value.double_value();
    std::memcpy(&bits, &number, sizeof(bits));
    return absl::StrCat("d", bits);
  }
  return absl::StrCat("c", static_cast<int>(value.kind()), ToString(value));
}

// True for what the code generator makes one load, or a constant.
bool Sharing::IsLoad(NodeId id) const {
  const Reference& reference = checked_.references[id];
  if (reference.kind == ReferenceKind::kOverloads) {
    return reference.overloads.empty();
  }
  if (reference.kind != ReferenceKind::kNone) return true;
  // Names and calls that an unchecked expression knows nothing of are errors.
  const Node& node = ast_[id];
  return std::holds_alternative<ConstantNode>(node) ||
         std::holds_alternative<NameNode>(node) ||
         std::holds_alternative<CallNode>(node) ||
         std::holds_alternative<StructNode>(node);
}

Sharing::Needs Sharing::Survey(NodeId id, NodeId parent) {
  Part& part = parts_[id];
  part.parent = parent;
  std::string key;
  const Needs needs = IsLoad(id) ? NoteReference(id, key) : SurveyKind(id, key);
  part.weight = std::min(part.weight, kWeightMax);
  part.number =
      classes_.try_emplace(std::move(key), static_cast<int>(classes_.size()))
          .first->second;
  if (!IsLoad(id)) NoteGroup(id, needs);
  return needs;
}

Sharing::Needs Sharing::SurveyChild(NodeId id, NodeId parent,
                                    std::string& key) {
  const Needs needs = Survey(id, parent);
  absl::StrAppend(&key, " ", parts_[id].number);
  parts_[parent].size += parts_[id].size;
  parts_[parent].weight += parts_[id].weight;
  return needs;
}

// Surveys `frame.region`, a child of `parent` that sees its variables.
Sharing::Needs Sharing::SurveyInside(const Frame& frame, NodeId parent,
                                     std::string& key) {
  frames_.push_back(frame);
  Needs needs = SurveyChild(frame.region, parent, key);
  frames_.pop_back();
  needs.levels.reset(frames_.size());
  return needs;
}

Sharing::Needs Sharing::NoteReference(NodeId id, std::string& key) const {
  const Reference& reference = checked_.references[id];
  Needs needs;
  switch (reference.kind) {
    case ReferenceKind::kVariable:
      for (size_t level = 1; level < frames_.size(); ++level) {
        if (frames_[level].binder != reference.binder) continue;
        needs.levels.set(level);
        key = absl::StrCat("v", level, " ", reference.variable);
      }
      STRATAGEM_CHECK(needs.levels.any());
      return needs;
    case ReferenceKind::kAtLeast:
    case ReferenceKind::kDeclaration:
      needs.slots = true;
      key = absl::StrCat(
          "s", static_cast<int>(reference.kind), " ",
          absl::Hex(reinterpret_cast<uintptr_t>(reference.declaration)), " ",
          reference.rank);
      return needs;
    default:
      break;
  }
  const auto* constant = std::get_if<ConstantNode>(&ast_[id]);
  // What else a name may be is cheap: each is equal to itself only.
  key = constant != nullptr ? ConstantKey(constant->value)
                            : absl::StrCat("#", id);
  return needs;
}

Sharing::Needs Sharing::SurveyKind(NodeId id, std::string& key) {
  const Node& node = ast_[id];
  if (const auto* let = std::get_if<LetNode>(&node)) {
    return SurveyLet(id, *let, key);
  }
  if (const auto* loop = std::get_if<ComprehensionNode>(&node)) {
    return SurveyLoop(id, *loop, key);
  }
  key = ShapeKey(id);
  Needs needs;
  const auto* call = std::get_if<CallNode>(&node);
  const bool named = call != nullptr && checked_.references[id].qualified;
  ForEachChild(node, [&](NodeId child) {
    // The target of optional.of(x) is part of the function's name.
    if (named && child == call->target) return;
    needs.Add(SurveyChild(child, id, key));
  });
  return needs;
}

// What tells a node from others with the same children. Notes its own weight.
std::string Sharing::ShapeKey(NodeId id) {
  const Node& node = ast_[id];
  std::string key = absl::StrCat(node.index(), " ");
  parts_[id].weight = kBuildWeight;
  if (const auto* select = std::get_if<SelectNode>(&node)) {
    parts_[id].weight = 2;
    absl::StrAppend(&key, select->optional, select->test, select->field);
  } else if (const auto* list = std::get_if<ListNode>(&node)) {
    for (const auto& item : list->items) absl::StrAppend(&key, item.optional);
  } else if (const auto* map = std::get_if<MapNode>(&node)) {
    for (const auto& entry : map->entries) {
      absl::StrAppend(&key, entry.optional);
    }
  } else if (const auto* made = std::get_if<StructNode>(&node)) {
    for (const auto& field : made->fields) {
      absl::StrAppend(&key, field.optional, field.name, ",");
    }
  }
  // Overloads are rows of one table: the first one and their number say which.
  const auto& overloads = checked_.references[id].overloads;
  if (!overloads.empty()) {
    const Overload& overload = *overloads.front();
    absl::StrAppend(&key, " ", overloads.size(), " ",
                    absl::Hex(reinterpret_cast<uintptr_t>(&overload)));
    const bool called = overload.opcode == Opcode::kNone;
    parts_[id].weight = called ? kCallWeight : 1;
  }
  return key;
}

Sharing::Needs Sharing::SurveyLet(NodeId id, const LetNode& let,
                                  std::string& key) {
  key = "let";
  parts_[id].weight = kLetWeight;
  Needs needs;
  for (const LetNode::Binding& binding : let.bindings) {
    needs.Add(SurveyInside({id, binding.value, false}, id, key));
  }
  needs.Add(SurveyInside({id, let.body, false}, id, key));
  return needs;
}

Sharing::Needs Sharing::SurveyLoop(NodeId id, const ComprehensionNode& loop,
                                   std::string& key) {
  key = absl::StrCat("loop", static_cast<int>(loop.kind),
                     loop.second_variable.empty());
  parts_[id].weight = kTurns;
  Needs needs = SurveyChild(loop.range, id, key);
  for (const NodeId turn : {loop.condition, loop.transform}) {
    if (turn == kNoNode) {
      key += " -";
      continue;
    }
    needs.Add(SurveyInside({id, turn, true}, id, key));
    parts_[id].weight += (kTurns - 1) * parts_[turn].weight;
  }
  return needs;
}

// Finds the region of `id` and puts it with its equals there.
void Sharing::NoteGroup(NodeId id, const Needs& needs) {
  if (!needs.slots && needs.levels.none()) return;  // Folds to a constant.
  size_t level = frames_.size() - 1;
  bool in_loop = false;
  for (; level > 0 && !needs.levels.test(level); --level) {
    in_loop |= frames_[level].loop;
  }
  Part& part = parts_[id];
  part.in_loop = in_loop;
  part.region = frames_[level].region;
  groups_[{part.region, part.number}].push_back(id);
}

// True when one binding for `parts` saves more than it costs.
bool Sharing::IsWorthIt(const std::vector<NodeId>& parts) const {
  int count = 0;
  for (const NodeId id : parts) count += parts_[id].in_loop ? kTurns : 1;
  return (count - 1) * (parts_[parts[0]].weight - 1) > kLetWeight;
}

// The largest groups first, as dropping a copy drops the parts inside it.
void Sharing::Choose() {
  std::vector<std::vector<NodeId>> groups;
  for (auto& [key, parts] : groups_) groups.push_back(std::move(parts));
  std::stable_sort(groups.begin(), groups.end(),
                   [this](const auto& a, const auto& b) {
                     return parts_[a[0]].size > parts_[b[0]].size;
                   });
  for (std::vector<NodeId>& group : groups) {
    std::erase_if(group, [this](NodeId id) { return parts_[id].gone; });
    if (group.empty() || !IsWorthIt(group)) continue;
    for (size_t i = 1; i < group.size(); ++i) Drop(group[i]);
    Settle(group[0], parts_[group[0]].region, false);
    bindings_[parts_[group[0]].region].push_back(std::move(group));
  }
}

// Marks everything below `id`.
void Sharing::Drop(NodeId id) {
  ForEachChild(std::as_const(ast_.nodes[id]), [this](NodeId child) {
    if (parts_[child].gone) return;
    parts_[child].gone = true;
    Drop(child);
  });
}

// Below a part that moves to `region`, only loops of its own still count.
void Sharing::Settle(NodeId id, NodeId region, bool in_loop) {
  const auto* loop = std::get_if<ComprehensionNode>(&ast_.nodes[id]);
  ForEachChild(std::as_const(ast_.nodes[id]), [&](NodeId child) {
    const bool turns = in_loop || (loop != nullptr && child != loop->range);
    if (parts_[child].region == region) parts_[child].in_loop = turns;
    Settle(child, region, turns);
  });
}

// Puts a let around `region`. The smallest parts come first: a part can hold
// smaller ones only.
void Sharing::Rewrite(NodeId region,
                      const std::vector<std::vector<NodeId>>& bindings) {
  LetNode let;
  const NodeId parent = parts_[region].parent;
  const NodeId id = AddNode(LetNode(), region, {});
  for (size_t i = bindings.size(); i > 0; --i) {
    const auto number = static_cast<uint32_t>(let.bindings.size());
    std::string name = absl::StrCat("@shared", number);
    for (const NodeId part : bindings[i - 1]) {
      Reference reference;
      reference.kind = ReferenceKind::kVariable;
      reference.binder = id;
      reference.variable = number;
      Redirect(parts_[part].parent, part,
               AddNode(NameNode{name, false}, part, std::move(reference)));
    }
    let.bindings.push_back({std::move(name), bindings[i - 1][0]});
  }
  let.body = region;
  ast_.nodes[id] = std::move(let);
  if (parent == kNoNode) {
    ast_.root = id;
  } else {
    Redirect(parent, region, id);
  }
}

// Adds a node at the place, and of the type, of `at`.
NodeId Sharing::AddNode(Node node, NodeId at, Reference reference) {
  const auto id = static_cast<NodeId>(ast_.nodes.size());
  ast_.nodes.push_back(std::move(node));
  ast_.offsets.push_back(ast_.offsets[at]);
  checked_.types.push_back(Type(checked_.types[at]));
  checked_.references.push_back(std::move(reference));
  return id;
}

// Lets `to` stand where `from` stood below `parent`.
void Sharing::Redirect(NodeId parent, NodeId from, NodeId to) {
  ForEachChild(ast_.nodes[parent], [from, to](NodeId& child) {
    if (child == from) child = to;
  });
}

}  // namespace

void ShareParts(Ast& ast, CheckedAst& checked) { Sharing(ast, checked).Run(); }

}  // namespace stratagem::expr
