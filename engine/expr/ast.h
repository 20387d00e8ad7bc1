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
  std::string function;
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

enum class ComprehensionKind : uint8_t {
  kAll,
  kExists,
  kExistsOne,
  kList,  // map() and filter(): the transforms of items that pass.
};

// A macro over the items of a list or the keys of a map.
struct ComprehensionNode {
  ComprehensionKind kind = ComprehensionKind::kAll;
  NodeId range = kNoNode;
  std::string variable;
  NodeId condition = kNoNode;  // Of kList: may be kNoNode, all items pass.
  NodeId transform = kNoNode;  // Of kList only.
};

using Node = std::variant<ConstantNode, NameNode, SelectNode, CallNode,
                          ListNode, MapNode, ComprehensionNode>;

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
// (all x range condition), (list_of x range condition transform).
std::string ToDebugString(const Ast& ast);

}  // namespace stratagem::expr

#endif  // STRATAGEM_ENGINE_EXPR_AST_H_
