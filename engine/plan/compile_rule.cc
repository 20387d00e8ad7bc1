// The `rule` of a treatment: CEL Policy whose outputs are maps from the names
// of the treatment's fields to their values.

#include <string>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/base/suggestion.h"
#include "engine/expr/checker.h"
#include "engine/expr/parser.h"
#include "engine/plan/compiler.h"
#include "engine/policy/compile.h"
#include "engine/policy/type_agreement.h"

namespace stratagem::plan {
namespace {

using expr::Type;
using expr::TypeKind;

// Whether a value of `type` can be the fields of a treatment.
bool MayBeFields(const Type& type) {
  return policy::Agree(type, Type::Map(Type(TypeKind::kString), Type()));
}

// Compares outputs that are map literals with the fields, so that their
// mistakes are found before any customer meets them. Other outputs are compared
// when they are decided.
class OutputChecker {
 public:
  OutputChecker(const Schema& fields, Diagnostics& diagnostics)
      : fields_(fields), diagnostics_(diagnostics) {}

  // Returns false when an output of `type` can be no fields of a treatment.
  // Requires: `output` compiles to `type` in `scope`.
  bool Check(const SourceText& output, const Type& type,
             const expr::Scope& scope) {
    if (!MayBeFields(type)) {
      diagnostics_.AddError(
          "E409", output.Locate(0),
          absl::StrCat("this output is ", ToString(type),
                       ", expected a map of the treatment's fields"),
          "write it as \"{'field': value}\"");
      return false;
    }
    CheckLiteral(output, scope);
    return true;
  }

 private:
  void CheckLiteral(const SourceText& output, const expr::Scope& scope) {
    Diagnostics ignored;
    const std::optional<expr::Ast> ast = expr::Parse(output, ignored);
    if (!ast.has_value()) return;
    const auto* const map = std::get_if<expr::MapNode>(&(*ast)[ast->root]);
    if (map == nullptr) return;
    const std::optional<expr::CheckedAst> checked =
        expr::Check(*ast, output, scope, {}, expr::CheckMode::kTyped, ignored);
    if (!checked.has_value()) return;
    std::vector<bool> is_set(fields_.fields().size());
    bool is_complete = true;  // No key is computed or optional.
    for (const expr::MapNode::Entry& entry : map->entries) {
      const auto* const key =
          std::get_if<expr::ConstantNode>(&(*ast)[entry.key]);
      if (key == nullptr || !key->value.is(ValueKind::kString) ||
          entry.optional) {
        is_complete = false;
        continue;
      }
      const int index = fields_.Find(key->value.text());
      if (index < 0) {
        ReportUnknownField(output.Locate(ast->offsets[entry.key]),
                           key->value.text());
        continue;
      }
      is_set[static_cast<size_t>(index)] = true;
      CheckValue(fields_.fields()[static_cast<size_t>(index)],
                 (*ast)[entry.value], checked->types[entry.value],
                 output.Locate(ast->offsets[entry.value]));
    }
    if (is_complete) ReportUnsetFields(output, is_set);
  }

  void ReportUnknownField(const SourceLocation& location,
                          absl::string_view name) {
    diagnostics_.AddError(
        "E410", location,
        absl::StrCat("the treatment has no field `", std::string(name), "`"),
        SuggestionHint(name, fields_.names()));
  }

  void ReportUnsetFields(const SourceText& output,
                         const std::vector<bool>& is_set) {
    for (size_t i = 0; i < is_set.size(); ++i) {
      if (is_set[i]) continue;
      diagnostics_.AddError("E411", output.Locate(0),
                            absl::StrCat("the output has no value for field `",
                                         fields_.fields()[i].name, "`"),
                            "every output gives every field");
    }
  }

  void CheckValue(const Field& field, const expr::Node& node, const Type& type,
                  const SourceLocation& location) {
    const Type wanted = Type::Of(field.type);
    const auto* const constant = std::get_if<expr::ConstantNode>(&node);
    if (!policy::Agree(type, wanted)) {
      const bool is_int = constant != nullptr &&
                          constant->value.is(ValueKind::kInt) &&
                          wanted.is(TypeKind::kDouble);
      diagnostics_.AddError(
          "E412", location,
          absl::StrCat("field `", field.name, "` must be ", ToString(wanted),
                       ", found ", ToString(type)),
          is_int ? absl::StrCat("write `", ToString(constant->value), ".0`")
                 : "");
      return;
    }
    if (constant == nullptr) return;
    Arena arena;
    Value value = constant->value;
    const FieldFault fault = Conform(field, value, arena);
    if (fault == FieldFault::kNone) return;
    diagnostics_.AddError("E412", location,
                          absl::StrCat("field `", field.name, "`: ",
                                       DescribeFault(field, fault, value)));
  }

  const Schema& fields_;
  Diagnostics& diagnostics_;
};

}  // namespace

void CompileTreatmentRule(const pack::Treatment& treatment, TreatmentCode& code,
                          Compiler& compiler) {
  OutputChecker checker(code.fields, compiler.diagnostics);
  PlanCode& plan = compiler.code;
  std::optional<policy::Policy> rule =
      policy::Compile(*treatment.rule, compiler.scopes.treatments,
                      plan.slots.count, compiler.diagnostics,
                      [&checker](const SourceText& output, const Type& type,
                                 const expr::Scope& scope) {
                        return checker.Check(output, type, scope);
                      });
  if (!rule.has_value()) return;
  // All outputs may be; an aggregate is a list of them.
  if (!MayBeFields(rule->is_optional() ? rule->type().params()[0]
                                       : rule->type())) {
    compiler.diagnostics.AddError(
        "E409", treatment.rule->location,
        absl::StrCat("the rule of `", treatment.name.text, "` yields ",
                     ToString(rule->type()),
                     ", expected one map of the treatment's fields"),
        "write `match`, which yields the output of one item");
    return;
  }
  for (const expr::Program& variable : rule->variables()) {
    plan.lazy.push_back(&variable);
  }
  plan.slots.count += static_cast<int>(rule->variables().size());
  code.rule = std::move(rule);
}

}  // namespace stratagem::plan
