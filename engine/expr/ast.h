// engine/expr/ast.h
//
// Ast: a parsed CEL expression, macros expanded. Made by the parser, read by
// the checker, the code generator and tests.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_EXPR_AST_H_
#define STRATAGEM_ENGINE_EXPR_AST_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "absl/strings/string_view.h"
#include "engine/base/arena.h"
#include "engine/value/value.h"

namespace stratagem::expr {

// Index of a node in its Ast; stands in error Values too. 0 is no node.
using NodeId = uint32_t;
inline constexpr NodeId kNoNode = 0;

struct ConstantNode {
  Value value;  // Text lives in Ast::arena.
};

// One name; dotted names are selections of selections of a name, which the
// checker puts together again.
struct NameNode {
  std::string name;
  bool absolute = false;  // Written with a leading dot.
};

// operand.field
struct SelectNode {
  NodeId operand = kNoNode;
  std::string field;
  bool optional = false;  // operand.?field
  bool test = false;      // has(operand.field)
};

// Operators too, by CEL's names for them: "_+_", "!_", "_[_]", "_?_:_".
struct CallNode {
  std::string function;     // With a leading dot if it was written with one.
  NodeId target = kNoNode;  // Of target.function(…), else kNoNode.
  std::vector<NodeId> arguments;
};

struct ListNode {
  struct Item {
    NodeId value = kNoNode;
    bool optional = false;  // [?value]
  };
  std::vector<Item> items;
};

struct MapNode {
  struct Entry {
    NodeId key = kNoNode;
    NodeId value = kNoNode;
    bool optional = false;  // {?key: value}
  };
  std::vector<Entry> entries;
};

// Type{field: value}
struct StructNode {
  struct Field {
    std::string name;
    NodeId value = kNoNode;
    bool optional = false;  // Type{?field: value}
  };
  std::string type;  // As written, with its leading dot if there is one.
  std::vector<Field> fields;
};

// Names for values, each known to the later ones and to `body`. A value is
// computed when its name is first read, and once at most, an error as well; one
// that nobody reads is never computed.
struct LetNode {
  struct Binding {
    std::string name;
    NodeId value = kNoNode;
  };
  std::vector<Binding> bindings;
  NodeId body = kNoNode;
};

enum class ComprehensionKind : uint8_t {
  kAll,
  kExists,
  kExistsOne,
  kList,       // map(), filter(), transformList(): transforms of what passes.
  kMap,        // transformMap(): each transform under the key of its item.
  kMapOfMaps,  // transformMapEntry(): transforms are maps; all their entries.
};

// A macro over a list or a map. One variable is the item or the key; two are
// index and item, or key and value.
struct ComprehensionNode {
  ComprehensionKind kind = ComprehensionKind::kAll;
  NodeId range = kNoNode;
  std::string variable;
  std::string second_variable;  // Empty when there is one variable.
  // Of the kinds that collect: may be kNoNode, everything passes.
  NodeId condition = kNoNode;
  NodeId transform = kNoNode;  // Of the kinds that collect only.
};

// True for the kinds that come to a list or a map.
constexpr bool Collects(ComprehensionKind kind) {
  return kind >= ComprehensionKind::kList;
}

using Node =
    std::variant<ConstantNode, NameNode, SelectNode, CallNode, ListNode,
                 MapNode, StructNode, LetNode, ComprehensionNode>;

// Calls `visit` with each child of `node` in the order of evaluation, a let's
// bindings before its body. `AnyNode` is Node or const Node.
template <typename AnyNode, typename Visit>
void ForEachChild(AnyNode& node, Visit visit);

// Plain data. Movable; nodes keep their ids.
struct Ast {
  // nodes[0] and offsets[0] stand for kNoNode. Children come before parents.
  std::vector<Node> nodes = std::vector<Node>(1);
  // Where each node stands in the text: operators at their sign, calls and
  // selections at the name, indexes and literals at their first byte.
  std::vector<size_t> offsets = std::vector<size_t>(1);
  NodeId root = kNoNode;
  Arena arena;

  const Node& operator[](NodeId id) const { return nodes[id]; }
};

// The dotted name that `id` spells ("request.channel"), or "" when it is no
// chain of selections from a name. A leading dot is kept.
std::string DottedName(const Ast& ast, NodeId id);

// The node that a chain of selections starts with; `id` itself if it is none.
NodeId ChainRoot(const Ast& ast, NodeId id);

// One line in prefix form, for tests and `expr ast`: (_+_ a (_*_ 2 b)),
// (select a b), (has a b), (call startsWith s 'x'), (list 1 2), (map 'a': 1),
// (struct a.B f: 1), (let x 1 (_+_ x x)), (all x range condition),
// (list_of x range condition transform), (map_of k v range condition
// transform).
std::string ToDebugString(const Ast& ast);

template <typename AnyNode, typename Visit>
void ForEachChild(AnyNode& node, Visit visit) {
  if (auto* select = std::get_if<SelectNode>(&node)) {
    visit(select->operand);
  } else if (auto* call = std::get_if<CallNode>(&node)) {
    if (call->target != kNoNode) visit(call->target);
    for (auto& argument : call->arguments) visit(argument);
  } else if (auto* list = std::get_if<ListNode>(&node)) {
    for (auto& item : list->items) visit(item.value);
  } else if (auto* map = std::get_if<MapNode>(&node)) {
    for (auto& entry : map->entries) {
      visit(entry.key);
      visit(entry.value);
    }
  } else if (auto* made = std::get_if<StructNode>(&node)) {
    for (auto& field : made->fields) visit(field.value);
  } else if (auto* let = std::get_if<LetNode>(&node)) {
    for (auto& binding : let->bindings) visit(binding.value);
    visit(let->body);
  } else if (auto* loop = std::get_if<ComprehensionNode>(&node)) {
    visit(loop->range);
    if (loop->condition != kNoNode) visit(loop->condition);
    if (loop->transform != kNoNode) visit(loop->transform);
  }
}

}  // namespace stratagem::expr

#endif  // STRATAGEM_ENGINE_EXPR_AST_H_
