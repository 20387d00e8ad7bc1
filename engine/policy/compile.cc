#include "engine/policy/compile.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "engine/base/limits.h"
#include "engine/expr/compile.h"
#include "engine/expr/parser.h"
#include "engine/policy/policy_code.h"
#include "engine/policy/type_agreement.h"

namespace stratagem::policy {
namespace {

using expr::Scope;
using expr::Type;
using expr::TypeKind;

// The types of a rule's outputs, which must agree with each other.
class OutputTypes {
 public:
  // Returns the earlier type that `type` does not agree with, or null.
  const Type* Add(const Type& type) {
    for (const Type& earlier : types_) {
      if (!Agree(earlier, type)) return &earlier;
    }
    if (std::find(types_.begin(), types_.end(), type) == types_.end()) {
      types_.push_back(type);
    }
    return nullptr;
  }

  // nullopt when no output has a type, all being wrong.
  std::optional<Type> Joined() const {
    if (types_.empty()) return std::nullopt;
    Type joined = types_.front();
    for (const Type& type : types_) joined = Join(joined, type);
    return joined;
  }

 private:
  std::vector<Type> types_;  // Each once.
};

// The bool that `source` spells, when it is a literal and nothing else.
// Requires: it parses.
std::optional<bool> LiteralBool(const SourceText& source) {
  Diagnostics ignored;
  const std::optional<expr::Ast> ast = expr::Parse(source, ignored);
  if (!ast.has_value()) return std::nullopt;
  const auto* const constant =
      std::get_if<expr::ConstantNode>(&(*ast)[ast->root]);
  if (constant == nullptr || !constant->value.is(ValueKind::kBool)) {
    return std::nullopt;
  }
  return constant->value.bool_value();
}

// Where a rule or an item stands.
struct Place {
  std::string path;  // "rule." or "rule.match[1].rule."; of an item, its own.
  std::string rule_id;
  int depth = 0;
  bool inside_aggregate = false;
};

// What the item that holds a rule must know of it.
struct CompiledRule {
  size_t index = 0;
  std::optional<Type> type;  // Of what it yields; unknown after errors.
  bool is_optional = false;  // May yield nothing.
};

struct CompiledItem {
  ItemCode code;
  std::optional<Type> type;  // Unknown after errors.
  bool is_always = false;    // Without a condition, or with the literal true.
  bool is_optional = false;  // Holds a rule that may yield nothing.
};

// True when a `match` of these items may yield nothing: none always yields, or
// an item on the way there ends the match with nothing.
bool MayYieldNothing(const std::vector<CompiledItem>& items) {
  for (const CompiledItem& item : items) {
    if (item.is_optional) {
      if (!item.is_always) return true;
    } else if (item.is_always) {
      return false;
    }
  }
  return true;
}

class PolicyCompiler {
 public:
  PolicyCompiler(const Scope& scope, PolicyCode& code, Diagnostics& diagnostics,
                 const OutputCheck& check_output)
      : scope_(scope),
        code_(code),
        diagnostics_(diagnostics),
        check_output_(check_output) {}

  // Its recursion is bounded by kPolicyRuleDepthMax.
  CompiledRule CompileRule(const pack::RuleBlock& block, const Place& place);

 private:
  // A name of the outer scope while a rule's variable stands in its place.
  struct Shadowed {
    std::string name;
    std::optional<expr::Declaration> declaration;
  };

  // nullopt after an error, also of the reader.
  std::optional<expr::Program> Compile(const pack::Expression& expression,
                                       const std::vector<Type>& expected) {
    if (expression.source.text().empty()) return std::nullopt;
    return expr::Compile(expression.source, scope_, expected, diagnostics_);
  }

  std::vector<Shadowed> DeclareVariables(
      const std::vector<pack::Variable>& variables);
  Shadowed DeclareVariable(const pack::Variable& variable);
  CompiledItem CompileItem(const pack::RuleItem& item, const Place& place);
  void CompileCondition(const pack::RuleItem& item, CompiledItem& compiled);
  void CompileOutput(const pack::RuleItem& item, const Place& place,
                     CompiledItem& compiled);
  void CheckReachable(const pack::RuleBlock& block,
                      const std::vector<CompiledItem>& items);
  std::optional<Type> AgreedType(const pack::RuleBlock& block,
                                 const std::vector<CompiledItem>& items);

  // One for all rules: a copy for each would take time that is quadratic in
  // them. It holds what the rule that is compiled sees.
  Scope scope_;
  PolicyCode& code_;
  Diagnostics& diagnostics_;
  const OutputCheck& check_output_;
  bool is_full_ = false;  // Of slots; reported once.
};

PolicyCompiler::Shadowed PolicyCompiler::DeclareVariable(
    const pack::Variable& variable) {
  std::optional<expr::Program> program = Compile(variable.expression, {});
  expr::Declaration declaration;
  declaration.name = absl::StrCat("variables.", variable.name.text);
  declaration.type =
      program.has_value() ? program->type() : Type(TypeKind::kError);
  declaration.slot =
      code_.first_slot + static_cast<int>(code_.variables.size());
  if (declaration.slot < kSlotsMax) {
    if (program.has_value()) code_.variables.push_back(*std::move(program));
  } else if (!std::exchange(is_full_, true)) {
    diagnostics_.AddError(
        "E408", variable.name.location,
        absl::StrCat("no room for variable `", variable.name.text,
                     "`: there are more than ", kSlotsMax, " names"),
        "split the policy");
  }
  std::string name = declaration.name;
  return {std::move(name), scope_.Shadow(std::move(declaration))};
}

std::vector<PolicyCompiler::Shadowed> PolicyCompiler::DeclareVariables(
    const std::vector<pack::Variable>& variables) {
  std::vector<Shadowed> shadowed;
  absl::flat_hash_set<std::string> names;
  for (const pack::Variable& variable : variables) {
    if (names.insert(variable.name.text).second) {
      shadowed.push_back(DeclareVariable(variable));
      continue;
    }
    diagnostics_.AddError(
        "E401", variable.name.location,
        absl::StrCat("invalid variable declaration: overlapping identifier "
                     "for name 'variables.",
                     variable.name.text, "'"),
        "give it another name; only a nested rule may declare it anew");
  }
  return shadowed;
}

void PolicyCompiler::CompileCondition(const pack::RuleItem& item,
                                      CompiledItem& compiled) {
  compiled.is_always = !item.condition.has_value();
  if (compiled.is_always) return;
  const SourceText& source = item.condition->source;
  std::optional<expr::Program> program =
      Compile(*item.condition, {Type(TypeKind::kBool)});
  if (!program.has_value()) return;
  const Value* const constant = program->constant();
  if (constant != nullptr && constant->is(ValueKind::kBool)) {
    const std::optional<bool> literal = LiteralBool(source);
    if (literal == true) {
      compiled.is_always = true;
      return;
    }
    if (literal == false) {
      diagnostics_.AddError("E404", item.location, "condition is always false",
                            "remove the item, or say when it applies");
    } else {
      diagnostics_.AddWarning(
          "W420", source.Locate(0),
          absl::StrCat("this condition is ",
                       constant->bool_value() ? "true" : "false",
                       " for every input"));
    }
  }
  compiled.code.condition = std::move(program);
}

void PolicyCompiler::CompileOutput(const pack::RuleItem& item,
                                   const Place& place, CompiledItem& compiled) {
  std::optional<expr::Program> explanation;
  if (item.explanation.has_value()) {
    explanation = Compile(*item.explanation, {Type(TypeKind::kString)});
  }
  std::optional<expr::Program> output = Compile(*item.output, {});
  if (!output.has_value()) return;
  if (check_output_ == nullptr ||
      check_output_(item.output->source, output->type(), scope_)) {
    compiled.type = output->type();
  }
  compiled.code.target = code_.outputs.size();
  code_.outputs.push_back({place.path, place.rule_id, item.location,
                           *std::move(output), std::move(explanation)});
}

CompiledItem PolicyCompiler::CompileItem(const pack::RuleItem& item,
                                         const Place& place) {
  CompiledItem compiled;
  CompileCondition(item, compiled);
  if (item.rule == nullptr) {
    if (item.output.has_value()) CompileOutput(item, place, compiled);
    return compiled;
  }
  const CompiledRule rule = CompileRule(
      *item.rule, {absl::StrCat(place.path, ".rule."), place.rule_id,
                   place.depth, place.inside_aggregate});
  compiled.code.is_rule = true;
  compiled.code.target = rule.index;
  compiled.type = rule.type;
  compiled.is_optional = rule.is_optional;
  return compiled;
}

// An item that always yields something hides those below it. Only the first
// such item is reported.
void PolicyCompiler::CheckReachable(const pack::RuleBlock& block,
                                    const std::vector<CompiledItem>& items) {
  for (size_t i = 0; i + 1 < items.size(); ++i) {
    if (!items[i].is_always || items[i].is_optional) continue;
    const pack::RuleItem& item = block.items[i];
    const bool is_rule = item.rule != nullptr;
    diagnostics_.AddError(
        "E403", is_rule ? item.rule->location : item.location,
        absl::StrCat(is_rule ? "rule" : "match",
                     " creates unreachable outputs"),
        "it always applies: give it a condition, or put it last");
    return;
  }
}

std::optional<Type> PolicyCompiler::AgreedType(
    const pack::RuleBlock& block, const std::vector<CompiledItem>& items) {
  OutputTypes types;
  for (size_t i = 0; i < items.size(); ++i) {
    if (!items[i].type.has_value()) continue;
    const Type* const earlier = types.Add(*items[i].type);
    if (earlier == nullptr) continue;
    const pack::RuleItem& item = block.items[i];
    diagnostics_.AddError(
        "E402",
        item.rule != nullptr ? item.rule->location
                             : item.output->source.Locate(0),
        absl::StrCat("incompatible output types: block has output type ",
                     ToString(*items[i].type),
                     ", but previous outputs have type ", ToString(*earlier)),
        "all outputs of a rule, those of nested rules too, have one type");
  }
  return types.Joined();
}

CompiledRule PolicyCompiler::CompileRule(const pack::RuleBlock& block,
                                         const Place& place) {
  CompiledRule result;
  if (place.depth == kPolicyRuleDepthMax) {
    diagnostics_.AddError(
        "E407", block.location,
        absl::StrCat("rules nest deeper than ", kPolicyRuleDepthMax, " levels"),
        "join conditions with `&&`");
    return result;
  }
  if (block.is_aggregate && place.inside_aggregate) {
    diagnostics_.AddError("E405", block.location,
                          "nested aggregate rules are not allowed",
                          "let only the outermost of them aggregate");
  }
  std::vector<Shadowed> shadowed = DeclareVariables(block.variables);
  std::vector<CompiledItem> items;
  for (size_t i = 0; i < block.items.size(); ++i) {
    const absl::string_view list = block.is_aggregate ? "aggregate" : "match";
    items.push_back(CompileItem(
        block.items[i],
        {absl::StrCat(place.path, list, "[", i, "]"),
         block.id.empty() ? place.rule_id : block.id, place.depth + 1,
         place.inside_aggregate || block.is_aggregate}));
  }
  for (Shadowed& outer : shadowed) {
    scope_.Restore(outer.name, std::move(outer.declaration));
  }
  result.type = AgreedType(block, items);
  RuleCode code;
  code.is_aggregate = block.is_aggregate;
  if (block.is_aggregate) {
    if (result.type.has_value()) result.type = Type::List(*result.type);
  } else {
    CheckReachable(block, items);
    result.is_optional = MayYieldNothing(items);
  }
  for (CompiledItem& item : items) code.items.push_back(std::move(item.code));
  result.index = code_.rules.size();
  code_.rules.push_back(std::move(code));
  return result;
}

// Imports are checked as names only: whether such a type exists shows where it
// is used.
void DeclareImports(const std::vector<pack::Name>& imports, Scope& scope,
                    Diagnostics& diagnostics) {
  for (const pack::Name& import : imports) {
    const std::string name(absl::StripAsciiWhitespace(import.text));
    const size_t dot = name.rfind('.');
    const bool is_qualified =
        dot != std::string::npos && dot > 0 && dot + 1 < name.size() &&
        std::all_of(name.begin(), name.end(), [](char c) {
          return c == '.' || c == '_' ||
                 absl::ascii_isalnum(static_cast<unsigned char>(c));
        });
    if (!is_qualified) {
      diagnostics.AddError(
          "E406", import.location,
          absl::StrCat("invalid qualified name: ", name,
                       ", wanted name of the form 'qualified.name'"));
    } else if (!scope.Import(name.substr(dot + 1), name)) {
      diagnostics.AddError(
          "E406", import.location,
          absl::StrCat("`", name.substr(dot + 1), "` is imported twice"),
          "write one of the names in full where it is used");
    }
  }
}

}  // namespace

std::optional<Policy> Compile(const pack::RuleBlock& rule, const Scope& scope,
                              int first_slot, Diagnostics& diagnostics,
                              const OutputCheck& check_output) {
  const size_t errors = diagnostics.error_count();
  auto code = std::make_unique<PolicyCode>();
  code->first_slot = first_slot;
  const CompiledRule root =
      PolicyCompiler(scope, *code, diagnostics, check_output)
          .CompileRule(rule, {"rule.", "", 0, false});
  if (diagnostics.error_count() > errors || !root.type.has_value()) {
    return std::nullopt;
  }
  code->is_optional = root.is_optional;
  code->type = root.is_optional ? Type::Optional(*root.type) : *root.type;
  for (const OutputItem& output : code->outputs) {
    code->output_pointers.push_back(&output);
  }
  return Policy(std::move(code));
}

std::optional<Policy> CompilePolicy(const pack::PolicyFile& file,
                                    const Scope& scope, int first_slot,
                                    Diagnostics& diagnostics) {
  const size_t errors = diagnostics.error_count();
  if (file.verification.has_value()) {
    diagnostics.AddWarning("W421", *file.verification,
                           "the invariants of `verification` are not proved",
                           "this version of the engine does not read them");
  }
  Scope own_scope = scope;
  DeclareImports(file.imports, own_scope, diagnostics);
  std::optional<Policy> policy =
      Compile(file.rule, own_scope, first_slot, diagnostics);
  if (diagnostics.error_count() > errors) return std::nullopt;
  return policy;
}

}  // namespace stratagem::policy
