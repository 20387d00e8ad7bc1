#include "engine/expr/macros.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace stratagem::expr {
namespace {

Expansion Misused(NodeId at, std::string message, std::string hint) {
  return {std::nullopt, at, std::move(message), std::move(hint)};
}

Expansion ExpandHas(const Ast& ast, NodeId argument) {
  const auto* select = std::get_if<SelectNode>(&ast[argument]);
  if (select == nullptr || select->test) {
    const std::string name = DottedName(ast, argument);
    return Misused(argument, "`has` tests a field, such as `has(a.b)`",
                   name.empty()
                       ? ""
                       : absl::StrCat("for an optional attribute write `", name,
                                      ".hasValue()`"));
  }
  SelectNode test = *select;
  test.test = true;
  return {test, kNoNode, "", ""};
}

std::optional<ComprehensionKind> FindKind(const CallNode& call) {
  const std::string& name = call.function;
  const size_t count = call.arguments.size();
  if (name == "map" && (count == 2 || count == 3)) {
    return ComprehensionKind::kList;
  }
  if (count != 2) return std::nullopt;
  if (name == "all") return ComprehensionKind::kAll;
  if (name == "exists") return ComprehensionKind::kExists;
  if (name == "exists_one") return ComprehensionKind::kExistsOne;
  if (name == "filter") return ComprehensionKind::kList;
  return std::nullopt;
}

}  // namespace

std::optional<Expansion> ExpandMacro(const Ast& ast, const CallNode& call) {
  if (call.target == kNoNode) {
    if (call.function != "has" || call.arguments.size() != 1) {
      return std::nullopt;
    }
    return ExpandHas(ast, call.arguments[0]);
  }
  const std::optional<ComprehensionKind> kind = FindKind(call);
  if (!kind) return std::nullopt;
  const auto* variable = std::get_if<NameNode>(&ast[call.arguments[0]]);
  if (variable == nullptr || variable->absolute) {
    return Misused(
        call.arguments[0],
        absl::StrCat("the first argument of `", call.function,
                     "` is a name for the item"),
        absl::StrCat("for example `list.", call.function, "(x, …)`"));
  }
  ComprehensionNode node;
  node.kind = *kind;
  node.range = call.target;
  node.variable = variable->name;
  if (call.function == "map") {
    node.transform = call.arguments.back();
    if (call.arguments.size() == 3) node.condition = call.arguments[1];
  } else {
    node.condition = call.arguments[1];
    // filter() keeps the items themselves: the name node is the transform.
    if (call.function == "filter") node.transform = call.arguments[0];
  }
  return Expansion{node, kNoNode, "", ""};
}

}  // namespace stratagem::expr
