#include "engine/expr/ast.h"

#include "absl/strings/str_cat.h"

namespace stratagem::expr {
namespace {

std::string ToDebugString(const Ast& ast, NodeId id);

struct Printer {
  const Ast& ast;

  std::string Print(NodeId id) const { return ToDebugString(ast, id); }

  std::string operator()(const ConstantNode& node) const {
    return ToString(node.value);
  }
  std::string operator()(const NameNode& node) const {
    return absl::StrCat(node.absolute ? "." : "", node.name);
  }
  std::string operator()(const SelectNode& node) const {
    return absl::StrCat("(", node.test ? "has" : "select",
                        node.optional ? "? " : " ", Print(node.operand), " ",
                        node.field, ")");
  }
  std::string operator()(const CallNode& node) const {
    std::string text =
        absl::StrCat("(", node.target == kNoNode ? "" : "call ", node.function);
    if (node.target != kNoNode) absl::StrAppend(&text, " ", Print(node.target));
    for (const NodeId argument : node.arguments) {
      absl::StrAppend(&text, " ", Print(argument));
    }
    return text + ")";
  }
  std::string operator()(const ListNode& node) const {
    std::string text = "(list";
    for (const ListNode::Item& item : node.items) {
      absl::StrAppend(&text, item.optional ? " ?" : " ", Print(item.value));
    }
    return text + ")";
  }
  std::string operator()(const MapNode& node) const {
    std::string text = "(map";
    for (const MapNode::Entry& entry : node.entries) {
      absl::StrAppend(&text, entry.optional ? " ?" : " ", Print(entry.key),
                      ": ", Print(entry.value));
    }
    return text + ")";
  }
  std::string operator()(const StructNode& node) const {
    std::string text = absl::StrCat("(struct ", node.type);
    for (const StructNode::Field& field : node.fields) {
      absl::StrAppend(&text, field.optional ? " ?" : " ", field.name, ": ",
                      Print(field.value));
    }
    return text + ")";
  }
  std::string operator()(const LetNode& node) const {
    std::string text = "(let";
    for (const LetNode::Binding& binding : node.bindings) {
      absl::StrAppend(&text, " ", binding.name, " ", Print(binding.value));
    }
    return absl::StrCat(text, " ", Print(node.body), ")");
  }
  std::string operator()(const ComprehensionNode& node) const {
    const char* word = "";
    switch (node.kind) {
      case ComprehensionKind::kAll:
        word = "all";
        break;
      case ComprehensionKind::kExists:
        word = "exists";
        break;
      case ComprehensionKind::kExistsOne:
        word = "exists_one";
        break;
      case ComprehensionKind::kList:
        word = "list_of";
        break;
      case ComprehensionKind::kMap:
        word = "map_of";
        break;
      case ComprehensionKind::kMapOfMaps:
        word = "entries_of";
        break;
    }
    std::string text = absl::StrCat("(", word, " ", node.variable, " ");
    if (!node.second_variable.empty()) {
      absl::StrAppend(&text, node.second_variable, " ");
    }
    absl::StrAppend(&text, Print(node.range));
    if (node.condition != kNoNode) {
      absl::StrAppend(&text, " ", Print(node.condition));
    } else {
      absl::StrAppend(&text, " true");
    }
    if (node.transform != kNoNode) {
      absl::StrAppend(&text, " ", Print(node.transform));
    }
    return text + ")";
  }
};

std::string ToDebugString(const Ast& ast, NodeId id) {
  return std::visit(Printer{ast}, ast[id]);
}

}  // namespace

std::string DottedName(const Ast& ast, NodeId id) {
  if (const auto* name = std::get_if<NameNode>(&ast[id])) {
    return absl::StrCat(name->absolute ? "." : "", name->name);
  }
  const auto* select = std::get_if<SelectNode>(&ast[id]);
  if (select == nullptr || select->test || select->optional) return "";
  std::string operand = DottedName(ast, select->operand);
  if (operand.empty()) return "";
  return absl::StrCat(operand, ".", select->field);
}

NodeId ChainRoot(const Ast& ast, NodeId id) {
  while (const auto* select = std::get_if<SelectNode>(&ast[id])) {
    id = select->operand;
  }
  return id;
}

std::string ToDebugString(const Ast& ast) {
  return ast.root == kNoNode ? "" : ToDebugString(ast, ast.root);
}

}  // namespace stratagem::expr
