#include "engine/plan/plan.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/base/limits.h"
#include "engine/base/suggestion.h"
#include "engine/plan/compiler.h"
#include "engine/plan/offer_names.h"
#include "engine/plan/plan_code.h"

namespace stratagem::plan {
namespace {

template <typename T, typename GetName>
std::vector<std::string> NamesOf(const std::vector<T>& items, GetName name) {
  std::vector<std::string> names;
  for (const T& item : items) names.push_back(name(item));
  return names;
}

PlanSummary Summarize(const pack::Model& model) {
  PlanSummary summary;
  summary.name = model.name.text;
  summary.version = model.version.text;
  summary.digest = model.digest;
  summary.description = model.description;
  summary.timezone = model.timezone_name;
  summary.effective = model.effective;
  summary.attributes = model.attributes;
  summary.request = model.request;
  summary.parameters = model.parameters;
  if (model.customer_value.has_value()) {
    summary.tiers = NamesOf(model.customer_value->tiers,
                            [](const auto& tier) { return tier.name.text; });
  }
  if (model.lifecycle.has_value()) {
    summary.stages = NamesOf(model.lifecycle->stages,
                             [](const auto& stage) { return stage.text; });
  }
  const auto name = [](const auto& item) { return item.name.text; };
  summary.treatments = NamesOf(model.treatments, name);
  summary.offers = NamesOf(
      model.offers, [](const pack::Offer& offer) { return offer.id.text; });
  summary.placements = NamesOf(model.placements, name);
  return summary;
}

size_t CountVariables(const pack::RuleBlock& rule) {
  size_t count = rule.variables.size();
  for (const pack::RuleItem& item : rule.items) {
    if (item.rule != nullptr) count += CountVariables(*item.rule);
  }
  return count;
}

bool FitsSlots(const pack::Model& model, Diagnostics& diagnostics) {
  size_t count = model.attributes.fields().size() +
                 model.request.fields().size() +
                 model.parameters.fields().size() + model.variables.size();
  for (const pack::Treatment& treatment : model.treatments) {
    count += treatment.fields.fields().size();
    if (treatment.rule.has_value()) count += CountVariables(*treatment.rule);
  }
  // The fixed slots take a few more.
  if (count + 100 <= static_cast<size_t>(kSlotsMax)) return true;
  diagnostics.AddError(
      "E312", model.name.location,
      absl::StrCat("the pack declares ", count,
                   " attributes, request values, parameters, variables and "
                   "treatment fields; at most ",
                   kSlotsMax - 100, " fit one plan"));
  return false;
}

}  // namespace

std::optional<expr::Program> Compiler::Compile(
    const pack::Expression& expression, const expr::Scope& scope,
    const std::vector<expr::Type>& expected) {
  // The loader has reported it.
  if (is_draft && expression.source.text().empty()) return std::nullopt;
  return expr::Compile(expression.source, scope, expected, diagnostics);
}

std::optional<expr::Program> Compiler::CompileCondition(
    const std::optional<pack::Expression>& condition,
    const expr::Scope& scope) {
  if (!condition.has_value()) return std::nullopt;
  return Compile(*condition, scope, {expr::Type(expr::TypeKind::kBool)});
}

OperandCode Compiler::CompileOperand(const pack::Operand& operand,
                                     const expr::Scope& scope,
                                     const expr::Type& type) {
  OperandCode result;
  if (operand.literal.has_value()) {
    result.literal = *operand.literal;
  } else if (operand.expression.has_value()) {
    result.program = Compile(*operand.expression, scope, {type});
  }
  return result;
}

bool Compiler::CheckChannel(const pack::Name& channel) {
  const int index = model.request.Find("channel");
  const bool is_named_by_calls =
      index >= 0 &&
      !model.request.fields()[static_cast<size_t>(index)].values.empty();
  std::vector<std::string> known;
  if (is_named_by_calls) {
    known = model.request.fields()[static_cast<size_t>(index)].values;
  } else {
    for (const pack::Placement& placement : model.placements) {
      if (!placement.channel.has_value()) return true;
      known.push_back(placement.channel->text);
    }
    std::sort(known.begin(), known.end());
    known.erase(std::unique(known.begin(), known.end()), known.end());
  }
  if (known.empty() ||
      std::find(known.begin(), known.end(), channel.text) != known.end()) {
    return true;
  }
  diagnostics.AddWarning(
      is_named_by_calls ? "W322" : "W325", channel.location,
      is_named_by_calls
          ? absl::StrCat("channel `", channel.text,
                         "` is not a value of `request.channel`")
          : absl::StrCat("no placement has channel `", channel.text, "`"),
      Hint(channel.text, known));
  return false;
}

std::string Compiler::Hint(absl::string_view name,
                           const std::vector<std::string>& known) const {
  if (diagnostics.error_count() + diagnostics.warning_count() >=
      kDiagnosticsMax) {
    return "";
  }
  return SuggestionHint(name, known);
}

Plan::Plan(PlanSummary summary, std::unique_ptr<const PlanCode> code)
    : summary_(std::move(summary)), code_(std::move(code)) {}

Plan::~Plan() = default;

namespace {

// Returns the code; it is of use only when no error was added.
std::unique_ptr<const PlanCode> CompileModel(const pack::Model& model,
                                             bool is_draft,
                                             Diagnostics& diagnostics) {
  const size_t errors = diagnostics.error_count();
  auto code = std::make_unique<PlanCode>();
  code->slots = LayOutSlots(model);
  code->literals = model.arena;
  for (const Field& parameter : model.parameters.fields()) {
    code->parameter_values.push_back(
        parameter.default_value.value_or(Value::Null()));
  }
  Compiler compiler{model, is_draft, diagnostics, *code,
                    MakeScopes(model, code->slots)};
  CompileVariables(compiler);
  CompileConstraints(compiler);
  CompileValue(compiler);
  CompileLifecycle(compiler);
  CompileTreatments(compiler);
  // Of what did not compile nobody knows what it reads.
  if (diagnostics.error_count() == errors) CheckProtected(compiler);
  const OfferNames names = MakeOfferNames(model);
  CompileOffers(names, compiler);
  CompileCaps(names, compiler);
  CompileTexts(compiler);
  code->scope = std::move(compiler.scopes.gates);
  return code;
}

}  // namespace

std::unique_ptr<const Plan> CompilePlan(const pack::Model& model,
                                        Diagnostics& diagnostics) {
  const size_t errors_before = diagnostics.error_count();
  if (!FitsSlots(model, diagnostics)) return nullptr;
  std::unique_ptr<const PlanCode> code =
      CompileModel(model, /*is_draft=*/false, diagnostics);
  if (diagnostics.error_count() > errors_before) return nullptr;
  return std::make_unique<const Plan>(Summarize(model), std::move(code));
}

std::unique_ptr<const Plan> CompilePlan(const pack::ReadPackResult& read,
                                        Diagnostics& diagnostics) {
  if (read.model != nullptr) return CompilePlan(*read.model, diagnostics);
  if (read.draft != nullptr && FitsSlots(*read.draft, diagnostics)) {
    CompileModel(*read.draft, /*is_draft=*/true, diagnostics);
  }
  return nullptr;
}

std::unique_ptr<const Plan> LoadPlan(const std::string& directory,
                                     Diagnostics& diagnostics) {
  return CompilePlan(pack::ReadPack(directory, diagnostics), diagnostics);
}

}  // namespace stratagem::plan
