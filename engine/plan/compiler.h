// engine/plan/compiler.h
//
// Compiler: what the parts of CompilePlan() share while one pack is compiled.
// Each Compile… function stands in the file of its name and reports its own
// mistakes; plan.cc calls them in order.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_PLAN_COMPILER_H_
#define STRATAGEM_ENGINE_PLAN_COMPILER_H_

#include <optional>
#include <string>
#include <vector>

#include "engine/base/diagnostics.h"
#include "engine/expr/compile.h"
#include "engine/pack/model.h"
#include "engine/plan/plan_code.h"
#include "engine/plan/scopes.h"

namespace stratagem::plan {

struct OfferNames;  // offer_names.h

struct Compiler {
  const pack::Model& model;
  // The model has errors already: only its expressions and references are
  // checked, and nothing is built of what may be incomplete.
  bool is_draft = false;
  Diagnostics& diagnostics;
  PlanCode& code;
  Scopes scopes;

  // Compiles `expression`; nullopt after an error.
  std::optional<expr::Program> Compile(const pack::Expression& expression,
                                       const expr::Scope& scope,
                                       const std::vector<expr::Type>& expected);
  // As above for an optional condition: bool, absent stays absent.
  std::optional<expr::Program> CompileCondition(
      const std::optional<pack::Expression>& condition,
      const expr::Scope& scope);
  // Copies a literal, or compiles the expression to `type`.
  OperandCode CompileOperand(const pack::Operand& operand,
                             const expr::Scope& scope, const expr::Type& type);
  // Warns of a channel that nothing knows, most likely a typing mistake: one
  // that no call can name (W322), or, where calls may name any, one of no
  // placement (W325). False after a warning.
  bool CheckChannel(const pack::Name& channel);
  // SuggestionHint(), as long as somebody will read it.
  std::string Hint(absl::string_view name,
                   const std::vector<std::string>& known) const;
};

// Variables in the order of their dependencies, each declared in all scopes.
//   E301  variables that need each other
//   E311  a chain of more than kVariableDepthMax variables
void CompileVariables(Compiler& compiler);

void CompileConstraints(Compiler& compiler);

//   E302  a scorecard whose exact sums would overflow
void CompileValue(Compiler& compiler);

//   W329  a condition of a line that is the same for every input
void CompileLifecycle(Compiler& compiler);

//   E304  a matrix in a pack without `value:` and `lifecycle:`
//   E305  a row that is not a tier, a column that is not a stage
//   E306  a cell that is not defined
//   E307  a computed value in the default
//   W320  tiers or stages that the matrix leaves to the default
//   W321  a cell that the matrix never uses
void CompileTreatments(Compiler& compiler);

// The `rule` of a treatment, whose fields are `code.fields`. Its variables take
// slots after all others.
//   E4xx  of the rule (policy/compile.h), and
//   E409  outputs that are no maps
//   E410  a field that the treatment does not have
//   E411  a field without a value
//   E412  a value that does not fit its field
void CompileTreatmentRule(const pack::Treatment& treatment, TreatmentCode& code,
                          Compiler& compiler);

// The `table` of a treatment, whose fields are `code.fields`.
//   E315  an input of a type that cells cannot test
//   E316  a literal that is no value of its input's type
//   E317  a value that its input never has
//   E318  a range without values, alternatives that overlap
//   E319  a comparison of values that have no order
//   E320  `missing` for an input that is never missing
//   E321  an output that the table's order does not list
//   W323  a row of `first` that never decides
//   W324  a row of `unique` that always conflicts
void CompileTreatmentTable(const pack::Treatment& treatment,
                           TreatmentCode& code, Compiler& compiler);

// The `protected_check` of treatments, once all of the plan but its offers is
// compiled without an error.
//   E322  a protected attribute that reaches the treatment
void CheckProtected(Compiler& compiler);

//   E308  an unknown group
//   E309  groups that are each other's parents
//   E310  a fallback that does not exist, has gates, validity or limits of its
//         own, is mandatory, or is not of the placement's channel
//   E313  a tree of groups deeper than kGroupDepthMax
//   E314  more than kPlacementOffersMax pairs of a placement and an offer
//   W322  a channel that `request.channel` does not allow
//   W325  a channel that no placement has
//   W326  an offer that no placement shows
//   W327  a placement that no offer fits
//   W328  a group without offers
void CompileOffers(const OfferNames& names, Compiler& compiler);

// Limits, `contact_policy`, `budgets` and `timezone_attribute`, once the offers
// are compiled.
//   E308  as above
//   E310  a fallback that a budget names
//   E331  an unknown offer
//   E332  a channel that nothing in the pack has
//   E333  a `timezone_attribute` that is no attribute, or no string
//   E334  a cost in another unit than its budget
//   E335  more than kSharedCountersMax counters, or more than kOfferCapsMax
//         pairs of an offer and a cap
//   W331  a budget whose offers cost nothing
//   W332  a line that holds nothing back: no placement is of its direction
//   W333  a `timezone_attribute` without quiet hours
void CompileCaps(const OfferNames& names, Compiler& compiler);

// What people read: labels and content of offers, and `texts:`.
//   E286  a placeholder that its reason does not have
//   E330  a key of `texts` that names nothing
//   W322  as above
//   W330  content for a channel that the offer does not have
void CompileTexts(Compiler& compiler);

}  // namespace stratagem::plan

#endif  // STRATAGEM_ENGINE_PLAN_COMPILER_H_
