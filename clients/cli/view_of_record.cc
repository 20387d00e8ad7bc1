// From the engine's record to the view; view_of_answer.cc does the same from
// the wire.

#include <optional>
#include <string>
#include <utility>

#include "absl/time/time.h"
#include "clients/cli/as_of.h"
#include "clients/cli/decision_view.h"
#include "clients/cli/value_view.h"
#include "engine/decide/explain.h"
#include "engine/decide/present.h"

namespace stratagem::cli {
namespace {

using trace::DecisionRecord;

std::vector<InputView> InputsOf(const std::vector<trace::InputRead>& inputs) {
  std::vector<InputView> views;
  for (const trace::InputRead& input : inputs) {
    views.push_back({ViewOf(input.name, input.value),
                     std::string(FactSourceName(input.source))});
  }
  return views;
}

TreatmentView TreatmentOf(const DecisionRecord& record,
                          const trace::TreatmentResult& treatment) {
  TreatmentView view{std::string(treatment.name),
                     std::string(treatment.cell),
                     treatment.reason,
                     {}};
  for (uint32_t i = treatment.fields_begin; i < treatment.fields_end; ++i) {
    const NamedValue& field = record.treatment_fields[i];
    view.fields.push_back(ViewOf(field.name, field.value));
  }
  return view;
}

SlotView SlotOf(const plan::Plan& plan, const DecisionRecord& record,
                const trace::PlacementResult& placement,
                const trace::SlotResult& slot) {
  SlotView view{std::string(slot.offer),
                slot.reason,
                slot.score,
                slot.selection_probability,
                {},
                "",
                "",
                ""};
  const plan::Presentation shown =
      decide::PresentSlot(plan, record, placement, slot);
  for (const auto& [name, text] : shown.labels) {
    view.labels.emplace_back(std::string(name), std::string(text));
  }
  view.content = std::string(shown.content);
  view.content_locale = std::string(shown.content_locale);
  view.action_ref = std::string(shown.action_ref);
  return view;
}

PlacementView PlacementOf(const plan::Plan& plan, const DecisionRecord& record,
                          const trace::PlacementResult& placement) {
  PlacementView view{std::string(placement.name),
                     std::string(placement.channel),
                     placement.inbound,
                     {}};
  for (uint32_t i = placement.slots_begin; i < placement.slots_end; ++i) {
    view.slots.push_back(SlotOf(plan, record, placement, record.slots[i]));
  }
  return view;
}

ExclusionView ExclusionOf(const trace::Exclusion& exclusion) {
  const auto text = [](const std::optional<absl::Time>& time) {
    return time.has_value() ? TimeText(*time) : std::string();
  };
  return {std::string(exclusion.offer),
          exclusion.reason,
          std::string(exclusion.group),
          exclusion.error,
          exclusion.score,
          exclusion.score_min,
          text(exclusion.valid_from),
          text(exclusion.valid_until),
          std::string(exclusion.cap),
          exclusion.amount,
          exclusion.amount_max,
          text(exclusion.opens_at),
          exclusion.amount_reserved,
          exclusion.cost,
          std::string(exclusion.unit)};
}

PlacementExplanationView ExplainPlacement(
    const DecisionRecord& record, const trace::PlacementResult& placement) {
  PlacementExplanationView view{std::string(placement.name), {}, {}};
  for (uint32_t i = placement.candidates_begin; i < placement.candidates_end;
       ++i) {
    const trace::Candidate& candidate = record.candidates[i];
    view.candidates.push_back({std::string(candidate.offer),
                               candidate.propensity, candidate.propensity_given,
                               candidate.value, candidate.cost, candidate.lever,
                               candidate.context_weight, candidate.score,
                               candidate.selection});
  }
  for (uint32_t i = placement.exclusions_begin; i < placement.exclusions_end;
       ++i) {
    view.exclusions.push_back(ExclusionOf(record.exclusions[i]));
  }
  return view;
}

TierHoldView HoldOf(const state::TierHold& hold) {
  return {std::string(hold.tier),
          hold.below_since.has_value() ? TimeText(*hold.below_since) : ""};
}

ExplanationView ExplainRecord(const DecisionRecord& record) {
  ExplanationView view;
  view.attributes = InputsOf(record.attributes);
  view.request = InputsOf(record.request_values);
  for (const NamedValue& parameter : record.parameters) {
    view.parameters.push_back(ViewOf(parameter.name, parameter.value));
  }
  for (const trace::PlacementResult& placement : record.placements) {
    view.placements.push_back(ExplainPlacement(record, placement));
  }
  for (const trace::Degradation& degradation : record.degradations) {
    view.degradations.push_back({degradation.reason,
                                 std::string(degradation.subject),
                                 degradation.error});
  }
  view.seed = record.seed;
  view.ignore_levers = record.ignore_levers;
  if (record.hold_read.has_value())
    view.hold_before = HoldOf(*record.hold_read);
  if (record.hold_written.has_value()) {
    view.hold_after = HoldOf(*record.hold_written);
  }
  return view;
}

}  // namespace

DecisionView ViewOf(const plan::Plan& plan, const decide::Workspace& workspace,
                    Explain explain) {
  const DecisionRecord& record = workspace.record();
  DecisionView view;
  view.customer_id = std::string(record.customer_id);
  view.request_id = std::string(record.request_id);
  view.role = std::string(trace::RoleName(record.role));
  view.pack_name = std::string(record.pack_name);
  view.pack_version = std::string(record.pack_version);
  view.pack_digest = std::string(record.pack_digest);
  view.decided_at = TimeText(record.decided_at);
  if (record.as_of.has_value()) view.as_of = TimeText(*record.as_of);
  view.timezone = ZoneOf(plan.summary().timezone);
  if (record.scored) view.score = record.score;
  view.coverage = record.coverage;
  view.tier = std::string(record.tier);
  view.tier_reason = record.tier_reason;
  view.stage = std::string(record.stage);
  for (const trace::TreatmentResult& treatment : record.treatments) {
    view.treatments.push_back(TreatmentOf(record, treatment));
  }
  for (const trace::PlacementResult& placement : record.placements) {
    view.placements.push_back(PlacementOf(plan, record, placement));
  }
  view.degraded = record.degraded();
  if (explain != Explain::kNone) view.explanation = ExplainRecord(record);
  if (explain == Explain::kFull) {
    trace::Explanation full = decide::Explain(plan, workspace);
    std::string text = decide::ExplainInWords(plan, record, full);
    view.explanation->full = {std::move(full), std::move(text)};
  }
  return view;
}

}  // namespace stratagem::cli
