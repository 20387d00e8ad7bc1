// Rule blocks of CEL Policy, for the `rule:` of a treatment and for policy
// files. What the expressions mean is the business of engine/policy.

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/pack/literal.h"
#include "engine/pack/sections.h"

namespace stratagem::pack {
namespace {

struct VariableNodes {
  Name name;
  const YamlNode* expression = nullptr;
};

constexpr Key<VariableNodes> kVariableKeys[] = {
    {"name", Need::kRequired, Into<&VariableNodes::name, IdentifierShape>,
     "read as variables.NAME"},
    {"expression", Need::kRequired,
     Into<&VariableNodes::expression, ExpressionShape>,
     "computed when it is first read"},
};

struct ItemNodes {
  const YamlNode* condition = nullptr;
  const YamlNode* output = nullptr;
  const YamlNode* rule = nullptr;
  const YamlNode* explanation = nullptr;
};

constexpr Key<ItemNodes> kItemKeys[] = {
    {"condition", Need::kOptional, Into<&ItemNodes::condition, ExpressionShape>,
     "when the item applies; absent: always"},
    {"output", Need::kOptional, Into<&ItemNodes::output, ExpressionShape>,
     "what the rule yields"},
    {"rule", Need::kOptional, Into<&ItemNodes::rule, RuleShape>,
     "a rule inside, in place of an output"},
    {"explanation", Need::kOptional,
     Into<&ItemNodes::explanation, ExpressionShape>,
     "why, as a string; beside an output"},
};

Shape ItemShape() {
  Shape shape = MappingOf<kItemKeys>();
  shape.choices = {{{"output", "rule"}, true}, {{"explanation", "rule"}}};
  return shape;
}

struct BlockNodes {
  RuleBlock& block;
  const YamlNode* variables = nullptr;
  const YamlNode* match = nullptr;
  const YamlNode* aggregate = nullptr;
};

constexpr Key<BlockNodes> kBlockKeys[] = {
    {"id",
     Need::kOptional,
     {[](ReadContext& context, const YamlNode& node, BlockNodes& nodes) {
        Read(context, node, nodes.block.id);
      },
      TextShape},
     "what the rule is called"},
    {"description",
     Need::kOptional,
     {[](ReadContext& context, const YamlNode& node, BlockNodes& nodes) {
        Read(context, node, nodes.block.description);
      },
      TextShape},
     "what it is for, for people"},
    {"variables", Need::kOptional,
     Into<&BlockNodes::variables, ListOf<MappingOf<kVariableKeys>>>,
     "named expressions; each sees those above it"},
    {"match", Need::kOptional, Into<&BlockNodes::match, ListOf<ItemShape, 1>>,
     "the first item whose condition is true decides"},
    {"aggregate", Need::kOptional,
     Into<&BlockNodes::aggregate, ListOf<ItemShape, 1>>,
     "the list of what every item with a true condition yields"},
};

Shape BlockShape() {
  Shape shape = MappingOf<kBlockKeys>();
  shape.choices = {{{"match", "aggregate"}, true}};
  return shape;
}

// True for plain text that YAML reads as something else than text.
bool IsOtherLiteral(absl::string_view text) {
  return text == "true" || text == "false" || ParseNumber(text).has_value();
}

// Recursion is bounded by kYamlDepthMax.
class RuleReader {
 public:
  RuleReader(ReadContext& context, CelQuotes quotes)
      : context_(context), quotes_(quotes) {}

  void ReadBlock(const YamlNode& node, RuleBlock& block) {
    block.location = node.location();
    BlockNodes nodes{block};
    if (!ReadMapping(context_, node, "a rule", kBlockKeys, nodes)) return;
    if (nodes.variables != nullptr) {
      ReadVariables(*nodes.variables, block.variables);
    }
    if (nodes.match != nullptr && nodes.aggregate != nullptr) {
      Error("E226", node,
            "only one of `match` and `aggregate` may be set in a rule",
            "put one of them into a rule of its own, nested under an item");
    } else if (nodes.match == nullptr && nodes.aggregate == nullptr) {
      Error("E226", node, "a rule needs `match` or `aggregate`", "");
    }
    block.is_aggregate = nodes.aggregate != nullptr;
    for (const YamlNode* const items : {nodes.match, nodes.aggregate}) {
      if (items != nullptr) ReadItems(*items, block.items);
    }
  }

 private:
  void Error(absl::string_view code, const YamlNode& node, std::string message,
             std::string hint) {
    context_.diagnostics.AddError(code, node.location(), std::move(message),
                                  std::move(hint));
  }

  void ReadVariables(const YamlNode& node, std::vector<Variable>& variables) {
    if (!ExpectKind(context_, node, YamlKind::kSequence,
                    "variables `{name: …, expression: \"…\"}`")) {
      return;
    }
    for (const YamlNode& item : node.items) {
      VariableNodes nodes;
      Variable variable;
      if (!ReadMapping(context_, item, "a variable", kVariableKeys, nodes)) {
        continue;
      }
      CheckName(nodes.name, NameUse::kField, "a variable",
                context_.diagnostics);
      variable.name = std::move(nodes.name);
      if (nodes.expression != nullptr) {
        ReadCel(*nodes.expression, variable.expression);
      }
      variables.push_back(std::move(variable));
    }
  }

  void ReadItems(const YamlNode& node, std::vector<RuleItem>& items) {
    if (!ExpectKind(context_, node, YamlKind::kSequence,
                    "items `{condition: \"…\", output: \"…\"}`")) {
      return;
    }
    if (node.items.empty()) {
      Error("E224", node, "the list of items is empty",
            "a rule needs at least one item");
    }
    for (const YamlNode& item : node.items) {
      RuleItem read;
      if (ReadItem(item, read)) items.push_back(std::move(read));
    }
  }

  bool ReadItem(const YamlNode& node, RuleItem& item) {
    item.location = node.location();
    ItemNodes nodes;
    if (!ReadMapping(context_, node, "an item", kItemKeys, nodes)) return false;
    if (nodes.output != nullptr && nodes.rule != nullptr) {
      Error("E226", node, "only one of `output` and `rule` may be set", "");
    } else if (nodes.output == nullptr && nodes.rule == nullptr) {
      Error("E226", node, "an item needs an `output` or a `rule`", "");
    } else if (nodes.explanation != nullptr && nodes.rule != nullptr) {
      Error("E226", *nodes.explanation,
            "an explanation can only be set beside an `output`, not beside a "
            "nested `rule`",
            "explain the outputs of the nested rule");
    }
    ReadOptional(nodes.condition, item.condition);
    ReadOptional(nodes.output, item.output);
    ReadOptional(nodes.explanation, item.explanation);
    if (nodes.rule != nullptr) {
      auto rule = std::make_unique<RuleBlock>();
      ReadBlock(*nodes.rule, *rule);
      item.rule = std::move(rule);
    }
    return true;
  }

  void ReadOptional(const YamlNode* node,
                    std::optional<Expression>& expression) {
    if (node != nullptr) ReadCel(*node, expression.emplace());
  }

  void ReadCel(const YamlNode& node, Expression& expression) {
    const bool may_be_plain =
        quotes_ == CelQuotes::kOptional && node.is(YamlKind::kScalar) &&
        node.style == ScalarStyle::kPlain && !IsOtherLiteral(node.text);
    if (!may_be_plain) {
      Read(context_, node, expression);
      if (expression.source.text().empty()) return;
    }
    expression.source = node.verbatim_source();
  }

  ReadContext& context_;
  CelQuotes quotes_;
};

}  // namespace

Shape RuleShape() { return Defined<BlockShape>("rule"); }

void ReadRule(ReadContext& context, const YamlNode& node, CelQuotes quotes,
              RuleBlock& block) {
  RuleReader(context, quotes).ReadBlock(node, block);
}

}  // namespace stratagem::pack
