// `stratagem expr ast`: the tree that the parser made of a text.

#include <vector>

#include "clients/cli/expr_printer.h"
#include "clients/cli/json_writer.h"
#include "engine/value/json.h"

namespace stratagem::cli {
namespace {

using expr::Ast;
using expr::NodeId;

class AstWriter {
 public:
  AstWriter(const Ast& ast, const SourceText& source, JsonWriter& json)
      : ast_(ast), source_(source), json_(json) {}

  void Write(NodeId id) {
    json_.BeginObject();
    json_.Key("id");
    json_.Uint(id);
    const SourceLocation place = source_.Locate(ast_.offsets[id]);
    json_.Key("line");
    json_.Int(place.line);
    json_.Key("column");
    json_.Int(place.column);
    std::visit([this](const auto& node) { Members(node); }, ast_[id]);
    json_.EndObject();
  }

 private:
  void Kind(absl::string_view kind) { json_.StringMember("kind", kind); }
  void Flag(absl::string_view name, bool value) {
    if (!value) return;
    json_.Key(name);
    json_.Bool(true);
  }
  void Child(absl::string_view name, NodeId id) {
    if (id == expr::kNoNode) return;
    json_.Key(name);
    Write(id);
  }

  void Members(const expr::ConstantNode& node) {
    Kind("constant");
    json_.StringMember("type", KindName(node.value.kind()));
    json_.Key("value");
    json_.Raw(ToJson(node.value));
  }

  void Members(const expr::NameNode& node) {
    Kind("name");
    json_.StringMember("name", node.name);
    Flag("absolute", node.absolute);
  }

  void Members(const expr::SelectNode& node) {
    Kind(node.test ? "has" : "select");
    json_.StringMember("field", node.field);
    Flag("optional", node.optional);
    Child("operand", node.operand);
  }

  void Members(const expr::CallNode& node) {
    Kind("call");
    json_.StringMember("function", node.function);
    Child("target", node.target);
    json_.Key("arguments");
    json_.BeginArray();
    for (const NodeId argument : node.arguments) Write(argument);
    json_.EndArray();
  }

  void Members(const expr::ListNode& node) {
    Kind("list");
    Array("items", node.items, [this](const auto& item) {
      Flag("optional", item.optional);
      Child("value", item.value);
    });
  }

  void Members(const expr::MapNode& node) {
    Kind("map");
    Array("entries", node.entries, [this](const auto& entry) {
      Flag("optional", entry.optional);
      Child("key", entry.key);
      Child("value", entry.value);
    });
  }

  void Members(const expr::StructNode& node) {
    Kind("struct");
    json_.StringMember("type", node.type);
    Array("fields", node.fields, [this](const auto& field) {
      json_.StringMember("name", field.name);
      Flag("optional", field.optional);
      Child("value", field.value);
    });
  }

  void Members(const expr::LetNode& node) {
    Kind("let");
    Array("bindings", node.bindings, [this](const auto& binding) {
      json_.StringMember("name", binding.name);
      Child("value", binding.value);
    });
    Child("body", node.body);
  }

  void Members(const expr::ComprehensionNode& node) {
    Kind("comprehension");
    json_.StringMember("comes_to", ComesTo(node.kind));
    json_.StringMember("variable", node.variable);
    if (!node.second_variable.empty()) {
      json_.StringMember("second_variable", node.second_variable);
    }
    Child("range", node.range);
    Child("condition", node.condition);
    Child("transform", node.transform);
  }

  static absl::string_view ComesTo(expr::ComprehensionKind kind) {
    switch (kind) {
      case expr::ComprehensionKind::kAll:
        return "all";
      case expr::ComprehensionKind::kExists:
        return "exists";
      case expr::ComprehensionKind::kExistsOne:
        return "exists_one";
      case expr::ComprehensionKind::kList:
        return "list";
      case expr::ComprehensionKind::kMap:
        return "map";
      case expr::ComprehensionKind::kMapOfMaps:
        return "map_of_maps";
    }
    return "";
  }

  template <typename Item, typename WriteItem>
  void Array(absl::string_view name, const std::vector<Item>& items,
             WriteItem write_item) {
    json_.Key(name);
    json_.BeginArray();
    for (const Item& item : items) {
      json_.BeginObject();
      write_item(item);
      json_.EndObject();
    }
    json_.EndArray();
  }

  const Ast& ast_;
  const SourceText& source_;
  JsonWriter& json_;
};

}  // namespace

void PrintAst(const Ast& ast, const SourceText& source, ExprOutput output,
              const Console& console) {
  if (output == ExprOutput::kJson) {
    JsonWriter json(console.out, JsonWriter::Layout::kIndented);
    AstWriter(ast, source, json).Write(ast.root);
  } else {
    console.out << expr::ToDebugString(ast);
  }
  console.out << "\n";
}

}  // namespace stratagem::cli
