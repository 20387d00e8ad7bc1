#include "engine/expr/unparse.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace stratagem::expr {
namespace {

// How tightly a piece of text holds together; what binds looser than its place
// asks for goes into parentheses.
enum class Level {
  kConditional,
  kOr,
  kAnd,
  kRelation,
  kAddition,
  kMultiplication,
  kUnary,
  kMember,
};

struct Operator {
  const char* function;
  const char* sign;
  Level level;
};

constexpr Operator kOperators[] = {
    {"_||_", " || ", Level::kOr},
    {"_&&_", " && ", Level::kAnd},
    {"_==_", " == ", Level::kRelation},
    {"_!=_", " != ", Level::kRelation},
    {"_<_", " < ", Level::kRelation},
    {"_<=_", " <= ", Level::kRelation},
    {"_>_", " > ", Level::kRelation},
    {"_>=_", " >= ", Level::kRelation},
    {"@in", " in ", Level::kRelation},
    {"_+_", " + ", Level::kAddition},
    {"_-_", " - ", Level::kAddition},
    {"_*_", " * ", Level::kMultiplication},
    {"_/_", " / ", Level::kMultiplication},
    {"_%_", " % ", Level::kMultiplication},
};

Level Tighter(Level level) {
  return static_cast<Level>(static_cast<int>(level) + 1);
}

bool IsIdentifier(absl::string_view name) {
  return !name.empty() && !absl::ascii_isdigit(name[0]) &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return c == '_' ||
                  absl::ascii_isalnum(static_cast<unsigned char>(c));
         });
}

// Words that are tokens of their own stand in back quotes, too.
std::string FieldText(absl::string_view name) {
  const bool plain = IsIdentifier(name) && name != "in" && name != "true" &&
                     name != "false" && name != "null";
  return plain ? std::string(name) : absl::StrCat("`", name, "`");
}

std::string ConstantText(const Value& value) {
  if (value.is(ValueKind::kDouble) && std::isinf(value.double_value())) {
    return "1e999";  // How a text spells it.
  }
  return ToString(value);
}

bool IsNumber(const Value& value) {
  return value.is(ValueKind::kInt) || value.is(ValueKind::kUint) ||
         value.is(ValueKind::kDouble);
}

class Unparser {
 public:
  explicit Unparser(const Ast& ast) : ast_(ast) {}

  // The text of `id` for a place that wants at least `level`.
  std::string Text(NodeId id, Level level) const {
    auto [text, own] =
        std::visit([this](const auto& node) { return Piece(node); }, ast_[id]);
    return own < level ? absl::StrCat("(", text, ")") : std::move(text);
  }

 private:
  using Span = std::pair<std::string, Level>;

  std::string Whole(NodeId id) const { return Text(id, Level::kConditional); }

  std::string List(const std::vector<NodeId>& ids) const {
    return absl::StrJoin(ids, ", ", [this](std::string* out, NodeId id) {
      absl::StrAppend(out, Whole(id));
    });
  }

  // A number keeps its own sign and its own point, so `-` and `.` after it
  // need parentheses.
  Span Piece(const ConstantNode& node) const {
    return {ConstantText(node.value),
            IsNumber(node.value) ? Level::kUnary : Level::kMember};
  }

  Span Piece(const NameNode& node) const {
    return {absl::StrCat(node.absolute ? "." : "", node.name), Level::kMember};
  }

  Span Piece(const SelectNode& node) const {
    std::string text =
        absl::StrCat(Text(node.operand, Level::kMember),
                     node.optional ? ".?" : ".", FieldText(node.field));
    if (node.test) text = absl::StrCat("has(", text, ")");
    return {std::move(text), Level::kMember};
  }

  Span Piece(const ListNode& node) const {
    return {
        absl::StrCat(
            "[",
            absl::StrJoin(node.items, ", ",
                          [this](std::string* out, const ListNode::Item& item) {
                            absl::StrAppend(out, item.optional ? "?" : "",
                                            Whole(item.value));
                          }),
            "]"),
        Level::kMember};
  }

  Span Piece(const MapNode& node) const {
    std::vector<std::string> entries;
    for (const MapNode::Entry& entry : node.entries) {
      entries.push_back(absl::StrCat(entry.optional ? "?" : "",
                                     Whole(entry.key), ": ",
                                     Whole(entry.value)));
    }
    return {absl::StrCat("{", absl::StrJoin(entries, ", "), "}"),
            Level::kMember};
  }

  Span Piece(const StructNode& node) const {
    std::vector<std::string> fields;
    for (const StructNode::Field& field : node.fields) {
      fields.push_back(absl::StrCat(field.optional ? "?" : "",
                                    FieldText(field.name), ": ",
                                    Whole(field.value)));
    }
    return {absl::StrCat(node.type, "{", absl::StrJoin(fields, ", "), "}"),
            Level::kMember};
  }

  Span Piece(const CallNode& node) const {
    const std::vector<NodeId>& arguments = node.arguments;
    if (node.target != kNoNode) {
      return {absl::StrCat(Text(node.target, Level::kMember), ".",
                           node.function, "(", List(arguments), ")"),
              Level::kMember};
    }
    for (const Operator& op : kOperators) {
      if (node.function != op.function) continue;
      return {absl::StrCat(Text(arguments[0], op.level), op.sign,
                           Text(arguments[1], RightLevel(op))),
              op.level};
    }
    if (node.function == "_?_:_") {
      return {absl::StrCat(Text(arguments[0], Level::kOr), " ? ",
                           Text(arguments[1], Level::kOr), " : ",
                           Whole(arguments[2])),
              Level::kConditional};
    }
    if (node.function == "!_" || node.function == "-_") {
      return {absl::StrCat(node.function.substr(0, 1),
                           Text(arguments[0], Level::kMember)),
              Level::kUnary};
    }
    if (node.function == "_[_]" || node.function == "_[?_]") {
      return {absl::StrCat(Text(arguments[0], Level::kMember),
                           node.function == "_[_]" ? "[" : "[?",
                           Whole(arguments[1]), "]"),
              Level::kMember};
    }
    if (node.function == "math.@max" || node.function == "math.@min") {
      return {absl::StrCat(node.function == "math.@max" ? "math.greatest("
                                                        : "math.least(",
                           List(arguments), ")"),
              Level::kMember};
    }
    return {absl::StrCat(node.function, "(", List(arguments), ")"),
            Level::kMember};
  }

  // && and || are associative, and long chains of them are balanced trees.
  static Level RightLevel(const Operator& op) {
    return op.level == Level::kOr || op.level == Level::kAnd
               ? op.level
               : Tighter(op.level);
  }

  Span Piece(const LetNode& node) const {
    if (std::optional<std::string> macro = MacroOf(node)) {
      return {*std::move(macro), Level::kMember};
    }
    std::string text = Whole(node.body);
    if (absl::StartsWith(node.bindings[0].name, "cel.index(")) {
      std::vector<NodeId> values;
      for (const auto& binding : node.bindings) values.push_back(binding.value);
      text = absl::StrCat("cel.block([", List(values), "], ", text, ")");
    } else {
      for (auto binding = node.bindings.rbegin();
           binding != node.bindings.rend(); ++binding) {
        text = absl::StrCat("cel.bind(", binding->name, ", ",
                            Whole(binding->value), ", ", text, ")");
      }
    }
    return {std::move(text), Level::kMember};
  }

  // Lets of hidden names are macros; see macros.cc for their trees.
  std::optional<std::string> MacroOf(const LetNode& node) const {
    const auto target = [&] {
      return Text(node.bindings[0].value, Level::kMember);
    };
    const auto* body = std::get_if<CallNode>(&ast_[node.body]);
    if (body == nullptr) return std::nullopt;
    if (node.bindings[0].name == "@held") {
      NodeId mapped = body->arguments[1];
      const auto* wrapped = std::get_if<CallNode>(&ast_[mapped]);
      if (wrapped != nullptr) mapped = wrapped->arguments[0];
      const auto& inner = std::get<LetNode>(ast_[mapped]);
      return absl::StrCat(target(), wrapped ? ".optMap(" : ".optFlatMap(",
                          inner.bindings[0].name, ", ", Whole(inner.body), ")");
    }
    if (node.bindings[0].name == "@list") {
      const auto& keys = std::get<ComprehensionNode>(ast_[body->arguments[0]]);
      return absl::StrCat(target(), ".sortBy(", keys.variable, ", ",
                          Whole(keys.transform), ")");
    }
    return std::nullopt;
  }

  // True for filter(): the items themselves are collected.
  bool KeepsItems(const ComprehensionNode& node) const {
    const auto* name = std::get_if<NameNode>(&ast_[node.transform]);
    return node.condition != kNoNode && node.second_variable.empty() &&
           name != nullptr && !name->absolute && name->name == node.variable;
  }

  const char* MacroName(const ComprehensionNode& node) const {
    switch (node.kind) {
      case ComprehensionKind::kAll:
        return "all";
      case ComprehensionKind::kExists:
        return "exists";
      case ComprehensionKind::kExistsOne:
        return "exists_one";
      case ComprehensionKind::kList:
        if (!node.second_variable.empty()) return "transformList";
        return KeepsItems(node) ? "filter" : "map";
      case ComprehensionKind::kMap:
        return "transformMap";
      case ComprehensionKind::kMapOfMaps:
        return "transformMapEntry";
    }
    return "";
  }

  Span Piece(const ComprehensionNode& node) const {
    std::string text = absl::StrCat(Text(node.range, Level::kMember), ".",
                                    MacroName(node), "(", node.variable);
    if (!node.second_variable.empty()) {
      absl::StrAppend(&text, ", ", node.second_variable);
    }
    if (node.condition != kNoNode) {
      absl::StrAppend(&text, ", ", Whole(node.condition));
    }
    if (Collects(node.kind) && !KeepsItems(node)) {
      absl::StrAppend(&text, ", ", Whole(node.transform));
    }
    return {text + ")", Level::kMember};
  }

  const Ast& ast_;
};

}  // namespace

std::string Unparse(const Ast& ast, NodeId id) {
  return Unparser(ast).Text(id, Level::kConditional);
}

}  // namespace stratagem::expr
