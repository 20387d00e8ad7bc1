#include "engine/store/projection.h"

#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "engine/store/record_codec.h"
#include "engine/trace/decision_record.h"
#include "engine/trace/reason.h"

namespace stratagem::store {
namespace {

using trace::DecisionRecord;
using trace::Role;

// Did a customer get this decision?
bool IsServed(Role role) {
  return role == Role::kLive || role == Role::kCanary;
}

DecisionRow ProjectDecision(const DecodedRecord& record) {
  const DecisionRecord& decision = record.decision();
  return {.decided_at_us = absl::ToUnixMicros(decision.decided_at),
          .role = std::string(trace::RoleName(decision.role)),
          .pack = std::string(decision.pack_name),
          .version = std::string(decision.pack_version),
          .tier = std::string(decision.tier),
          .stage = std::string(decision.stage),
          .degraded = decision.degraded(),
          .subject = record.header().subject};
}

void ProjectPlacement(const DecisionRecord& decision, size_t number,
                      Projection& out) {
  const trace::PlacementResult& placement = decision.placements[number];
  for (uint32_t i = placement.slots_begin; i < placement.slots_end; ++i) {
    const trace::SlotResult& slot = decision.slots[i];
    out.slots.push_back(
        {.placement_number = static_cast<int64_t>(number),
         .placement = std::string(placement.name),
         .slot = static_cast<int64_t>(i - placement.slots_begin),
         .offer = std::string(slot.offer),
         .reason = std::string(trace::ReasonName(slot.reason)),
         .score = slot.score,
         .selection_probability = slot.selection_probability});
  }
  std::map<std::string, int64_t> offers_by_reason;
  for (uint32_t i = placement.exclusions_begin; i < placement.exclusions_end;
       ++i) {
    ++offers_by_reason[std::string(
        trace::ReasonName(decision.exclusions[i].reason))];
  }
  for (const auto& [reason, offers] : offers_by_reason) {
    out.exclusions.push_back({.placement_number = static_cast<int64_t>(number),
                              .placement = std::string(placement.name),
                              .reason = reason,
                              .offers = offers});
  }
}

void Count(const Projection& projection, bool served, CountTable& counts) {
  const DecisionRow& row = projection.decision;
  ++counts[{"role", row.role}];
  if (!served) return;
  ++counts[{"pack", absl::StrCat(row.pack, "@", row.version)}];
  ++counts[{"degraded", row.degraded ? "true" : "false"}];
  if (!row.tier.empty()) ++counts[{"tier", row.tier}];
  if (!row.stage.empty()) ++counts[{"stage", row.stage}];
  for (const SlotRow& slot : projection.slots) {
    ++counts[{"offer", slot.offer}];
  }
  for (const ExclusionRow& exclusion : projection.exclusions) {
    counts[{"exclusion", exclusion.reason}] +=
        static_cast<uint64_t>(exclusion.offers);
  }
  for (const std::string& reason : projection.degradations) {
    ++counts[{"degradation", reason}];
  }
}

}  // namespace

Projection Project(const LogEntry& entry, CountTable& counts) {
  Projection projection;
  const auto unreadable = [&](const absl::Status& status) {
    ++counts[{"unreadable", absl::StatusCodeToString(status.code())}];
    return projection;
  };
  const absl::StatusOr<RecordKind> kind = KindOf(entry.record);
  if (!kind.ok()) return unreadable(kind.status());
  if (*kind != RecordKind::kDecision) return projection;
  const absl::StatusOr<std::unique_ptr<const DecodedRecord>> record =
      Decode(entry.record);
  if (!record.ok()) return unreadable(record.status());
  projection.readable = true;
  projection.decision = ProjectDecision(**record);
  const DecisionRecord& decision = (*record)->decision();
  for (size_t i = 0; i < decision.placements.size(); ++i) {
    ProjectPlacement(decision, i, projection);
  }
  for (const trace::Degradation& degradation : decision.degradations) {
    projection.degradations.emplace_back(trace::ReasonName(degradation.reason));
  }
  Count(projection, IsServed(decision.role), counts);
  return projection;
}

}  // namespace stratagem::store
