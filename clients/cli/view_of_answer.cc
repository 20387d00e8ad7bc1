// From the wire to the view; view_of_record.cc does the same from the engine's
// record.

#include <string>
#include <utility>

#include "absl/time/time.h"
#include "clients/cli/decision_view.h"
#include "clients/cli/value_view.h"
#include "clients/cli/wire_explanation.h"

namespace stratagem::cli {
namespace {

std::string SourceName(v1::InputSource source) {
  switch (source) {
    case v1::INPUT_SOURCE_REQUEST:
      return "request";
    case v1::INPUT_SOURCE_PROFILE:
      return "profile";
    case v1::INPUT_SOURCE_DEFAULT:
      return "default";
    case v1::INPUT_SOURCE_ABSENT:
      return "absent";
    default:
      return "unknown";  // Of a newer server.
  }
}

ValueView ValueOf(const std::string& name, const v1::Value& value) {
  Arena arena;
  return ViewOf(name, FromProto(value, arena));
}

template <typename Inputs>
std::vector<InputView> InputsOf(const Inputs& inputs) {
  std::vector<InputView> views;
  for (const v1::Input& input : inputs) {
    views.push_back(
        {ValueOf(input.name(), input.value()), SourceName(input.source())});
  }
  return views;
}

std::string TextOf(const google::protobuf::Timestamp& time) {
  return TimeText(absl::FromUnixSeconds(time.seconds()) +
                  absl::Nanoseconds(time.nanos()));
}

ExclusionView ExclusionOf(const v1::Exclusion& exclusion) {
  ExclusionView view;
  view.offer_id = exclusion.offer_id();
  view.reason = ReasonOf(exclusion.reason());
  view.group = exclusion.group();
  view.error = ErrorOf(exclusion.error());
  if (exclusion.has_score()) view.score = exclusion.score();
  if (exclusion.has_score_min()) view.score_min = exclusion.score_min();
  if (exclusion.has_valid_from()) {
    view.valid_from = TextOf(exclusion.valid_from());
  }
  if (exclusion.has_valid_until()) {
    view.valid_until = TextOf(exclusion.valid_until());
  }
  view.cap = exclusion.cap();
  if (exclusion.has_amount()) view.amount = exclusion.amount();
  if (exclusion.has_amount_max()) view.amount_max = exclusion.amount_max();
  if (exclusion.has_opens_at()) view.opens_at = TextOf(exclusion.opens_at());
  if (exclusion.has_amount_reserved()) {
    view.amount_reserved = exclusion.amount_reserved();
  }
  if (exclusion.has_cost()) view.cost = exclusion.cost();
  view.unit = exclusion.unit();
  return view;
}

PlacementExplanationView ExplainPlacement(
    const v1::PlacementExplanation& placement) {
  PlacementExplanationView view{placement.placement(), {}, {}};
  for (const v1::Candidate& candidate : placement.candidates()) {
    view.candidates.push_back({candidate.offer_id(), candidate.propensity(),
                               candidate.propensity_given(), candidate.value(),
                               candidate.cost(), candidate.lever(),
                               candidate.context_weight(), candidate.score(),
                               ReasonOf(candidate.reason())});
  }
  for (const v1::Exclusion& exclusion : placement.exclusions()) {
    view.exclusions.push_back(ExclusionOf(exclusion));
  }
  return view;
}

TierHoldView HoldOf(const v1::TierHold& hold) {
  return {hold.tier(),
          hold.has_below_since() ? TextOf(hold.below_since()) : ""};
}

ExplanationView ExplainAnswer(const v1::Explanation& explanation) {
  ExplanationView view;
  view.attributes = InputsOf(explanation.attributes());
  view.request = InputsOf(explanation.request());
  for (const v1::NamedValue& parameter : explanation.parameters()) {
    view.parameters.push_back(ValueOf(parameter.name(), parameter.value()));
  }
  for (const v1::PlacementExplanation& placement : explanation.placements()) {
    view.placements.push_back(ExplainPlacement(placement));
  }
  for (const v1::Degradation& degradation : explanation.degradations()) {
    view.degradations.push_back({ReasonOf(degradation.reason()),
                                 degradation.subject(),
                                 ErrorOf(degradation.error())});
  }
  view.seed = explanation.seed();
  view.ignore_levers = explanation.ignore_levers();
  if (explanation.has_hold_before()) {
    view.hold_before = HoldOf(explanation.hold_before());
  }
  if (explanation.has_hold_after()) {
    view.hold_after = HoldOf(explanation.hold_after());
  }
  if (explanation.has_full()) {
    view.full = {ExplanationOf(explanation.full()), explanation.full().text()};
  }
  return view;
}

TreatmentView TreatmentOf(const v1::Treatment& treatment) {
  TreatmentView view{
      treatment.name(), treatment.cell(), ReasonOf(treatment.reason()), {}};
  for (const v1::NamedValue& field : treatment.fields()) {
    view.fields.push_back(ValueOf(field.name(), field.value()));
  }
  return view;
}

SlotView SlotOf(const v1::Slot& slot) {
  SlotView view{slot.offer_id(),
                ReasonOf(slot.reason()),
                slot.score(),
                slot.selection_probability(),
                {},
                slot.content(),
                slot.content_locale(),
                slot.action_ref()};
  for (const v1::Label& label : slot.labels()) {
    view.labels.emplace_back(label.name(), label.text());
  }
  return view;
}

PlacementView PlacementOf(const v1::Placement& placement) {
  PlacementView view{placement.name(),
                     placement.channel(),
                     placement.direction() == v1::DIRECTION_INBOUND,
                     {}};
  for (const v1::Slot& slot : placement.slots()) {
    view.slots.push_back(SlotOf(slot));
  }
  return view;
}

}  // namespace

absl::string_view RoleName(v1::DecisionRole role) {
  switch (role) {
    case v1::DECISION_ROLE_LIVE:
      return "live";
    case v1::DECISION_ROLE_DRY_RUN:
      return "dry_run";
    case v1::DECISION_ROLE_AS_OF:
      return "as_of";
    case v1::DECISION_ROLE_CANARY:
      return "canary";
    case v1::DECISION_ROLE_SHADOW:
      return "shadow";
    default:
      return "unknown";  // Of a newer server.
  }
}

DecisionView ViewOf(const v1::Decision& decision, std::string customer_id,
                    absl::TimeZone timezone) {
  DecisionView view;
  view.customer_id = std::move(customer_id);
  view.decision_id = decision.decision_id();
  if (decision.has_position()) {
    view.position = {decision.position().node_id(), decision.position().epoch(),
                     decision.position().sequence()};
  }
  view.request_id = decision.request_id();
  view.role = std::string(RoleName(decision.role()));
  view.pack_name = decision.pack().name();
  view.pack_version = decision.pack().version();
  view.pack_digest = decision.pack().digest();
  view.decided_at = TextOf(decision.decided_at());
  if (decision.has_as_of()) view.as_of = TextOf(decision.as_of());
  if (decision.has_score()) view.score = decision.score();
  view.timezone = timezone;
  view.coverage = decision.coverage();
  view.tier = decision.tier();
  view.tier_reason = ReasonOf(decision.tier_reason());
  view.stage = decision.stage();
  for (const v1::Treatment& treatment : decision.treatments()) {
    view.treatments.push_back(TreatmentOf(treatment));
  }
  for (const v1::Placement& placement : decision.placements()) {
    view.placements.push_back(PlacementOf(placement));
  }
  view.degraded = decision.degraded();
  if (decision.has_explanation()) {
    view.explanation = ExplainAnswer(decision.explanation());
  }
  return view;
}

DecisionView ViewOf(const v1::LogEntry& entry, absl::TimeZone timezone) {
  DecisionView view = ViewOf(entry.decision(), entry.customer_id(), timezone);
  view.masked.emplace(entry.masked().begin(), entry.masked().end());
  return view;
}

}  // namespace stratagem::cli
