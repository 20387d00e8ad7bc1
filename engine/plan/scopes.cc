#include "engine/plan/scopes.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace stratagem::plan {
namespace {

using expr::Declaration;
using expr::Scope;
using expr::Type;
using expr::TypeKind;

// Hides what the later scopes add; the next scope declares over it. Hints read
// "it is known …".
constexpr char kScoreIsLater[] = "is known once the score is computed";
constexpr char kStageIsLater[] = "is known once the lifecycle stage is decided";
constexpr char kTreatmentsAreLater[] =
    "is known once all treatments are decided, and treatments do not see "
    "each other";
constexpr char kOfferIsLater[] =
    "is known only where an offer is weighed (`propensity`, `value`, `cost`, "
    "`arbitration.score`)";
constexpr char kAmountsAreLater[] = "is known only in `arbitration.score`";

void DeclareFields(const Schema& schema, absl::string_view prefix, int slot,
                   Scope& scope) {
  for (const Field& field : schema.fields()) {
    Declaration declaration;
    declaration.name = absl::StrCat(prefix, field.name);
    declaration.type = Type::Of(field.type, field.optional);
    declaration.slot = slot++;
    declaration.values = field.values;
    scope.Declare(std::move(declaration));
  }
}

void Declare(std::string name, TypeKind type, int slot, Scope& scope) {
  Declaration declaration;
  declaration.name = std::move(name);
  declaration.type = Type(type);
  declaration.slot = slot;
  scope.Declare(std::move(declaration));
}

Scope Everywhere(const pack::Model& model, const SlotLayout& slots) {
  Scope scope;
  scope.Hide("score", kScoreIsLater);
  scope.Hide("coverage", kScoreIsLater);
  scope.Hide("tier", kScoreIsLater);
  scope.Hide("stage", kStageIsLater);
  scope.Hide("treatments", kTreatmentsAreLater);
  scope.Hide("offer", kOfferIsLater);
  for (const std::string& name : model.broken_names) {
    Declare(name, TypeKind::kError, slots.now, scope);
  }
  DeclareFields(model.attributes, "", slots.attributes, scope);
  DeclareFields(model.request, "request.", slots.request, scope);
  DeclareFields(model.parameters, "parameters.", slots.parameters, scope);
  Declare("now", TypeKind::kTimestamp, slots.now, scope);
  return scope;
}

void DeclareScore(const pack::Model& model, const SlotLayout& slots,
                  Scope& scope) {
  if (!model.customer_value.has_value()) {
    for (const char* name : {"score", "coverage", "tier"}) {
      scope.Hide(name, "needs a `value:` section in the pack");
    }
    return;
  }
  Declare("score", TypeKind::kDouble, slots.score, scope);
  Declare("coverage", TypeKind::kDouble, slots.coverage, scope);
  Declaration tier;
  tier.name = "tier";
  tier.type = Type(TypeKind::kString);
  tier.slot = slots.tier;
  tier.rank_slot = slots.tier_rank;
  for (const pack::Tier& line : model.customer_value->tiers) {
    tier.values.push_back(line.name.text);
  }
  scope.Declare(std::move(tier));
}

void DeclareStage(const pack::Model& model, const SlotLayout& slots,
                  Scope& scope) {
  if (!model.lifecycle.has_value()) {
    scope.Hide("stage", "needs a `lifecycle:` section in the pack");
    return;
  }
  Declaration stage;
  stage.name = "stage";
  stage.type = Type(TypeKind::kString);
  stage.slot = slots.stage;
  for (const pack::Name& name : model.lifecycle->stages) {
    stage.values.push_back(name.text);
  }
  scope.Declare(std::move(stage));
}

}  // namespace

SlotLayout LayOutSlots(const pack::Model& model) {
  SlotLayout slots;
  int next = 0;
  const auto take = [&next](size_t count) {
    return std::exchange(next, next + static_cast<int>(count));
  };
  slots.attributes = take(model.attributes.fields().size());
  slots.request = take(model.request.fields().size());
  slots.parameters = take(model.parameters.fields().size());
  slots.variables = take(model.variables.size());
  slots.treatments = next;
  for (const pack::Treatment& treatment : model.treatments) {
    take(treatment.fields.fields().size());
  }
  for (int* const slot :
       {&slots.now, &slots.score, &slots.coverage, &slots.tier,
        &slots.tier_rank, &slots.stage, &slots.offer_id, &slots.offer_group,
        &slots.offer_channel, &slots.offer_propensity, &slots.offer_value,
        &slots.offer_cost, &slots.offer_lever, &slots.offer_context_weight}) {
    *slot = take(1);
  }
  slots.count = next;
  return slots;
}

Scopes MakeScopes(const pack::Model& model, const SlotLayout& slots) {
  Scopes scopes;
  scopes.everywhere = Everywhere(model, slots);

  scopes.lifecycle = scopes.everywhere;
  DeclareScore(model, slots, scopes.lifecycle);

  scopes.treatments = scopes.lifecycle;
  DeclareStage(model, slots, scopes.treatments);

  scopes.gates = scopes.treatments;
  scopes.gates.Reveal("treatments");
  int slot = slots.treatments;
  for (const pack::Treatment& treatment : model.treatments) {
    DeclareFields(treatment.fields,
                  absl::StrCat("treatments.", treatment.name.text, "."), slot,
                  scopes.gates);
    slot += static_cast<int>(treatment.fields.fields().size());
  }

  scopes.amounts = scopes.gates;
  scopes.amounts.Reveal("offer");
  Declare("offer.id", TypeKind::kString, slots.offer_id, scopes.amounts);
  Declare("offer.group", TypeKind::kString, slots.offer_group, scopes.amounts);
  Declare("offer.channel", TypeKind::kString, slots.offer_channel,
          scopes.amounts);

  scopes.score = scopes.amounts;
  const std::pair<const char*, int> factors[] = {
      {"offer.propensity", slots.offer_propensity},
      {"offer.value", slots.offer_value},
      {"offer.cost", slots.offer_cost},
      {"offer.lever", slots.offer_lever},
      {"offer.context_weight", slots.offer_context_weight}};
  for (const auto& [name, factor_slot] : factors) {
    scopes.amounts.Hide(name, kAmountsAreLater);
    Declare(name, TypeKind::kDouble, factor_slot, scopes.score);
  }
  return scopes;
}

void DeclareVariable(const std::string& name, const Type& type, int slot,
                     Scopes& scopes) {
  for (Scope* const scope :
       {&scopes.everywhere, &scopes.lifecycle, &scopes.treatments,
        &scopes.gates, &scopes.amounts, &scopes.score}) {
    Declaration declaration;
    declaration.name = absl::StrCat("variables.", name);
    declaration.type = type;
    declaration.slot = slot;
    scope->Declare(std::move(declaration));
  }
}

}  // namespace stratagem::plan
