#include "engine/trace/decision_record.h"

namespace stratagem::trace {

absl::string_view RoleName(Role role) {
  switch (role) {
    case Role::kLive:
      return "live";
    case Role::kDryRun:
      return "dry_run";
    case Role::kAsOf:
      return "as_of";
    case Role::kCanary:
      return "canary";
    case Role::kShadow:
      return "shadow";
  }
  return "";
}

void DecisionRecord::Clear() {
  request_id = trace_id = time_zones_version = {};
  role = Role::kLive;
  pack_name = pack_version = pack_digest = {};
  decided_at = absl::Time();
  as_of.reset();
  seed = 0;
  ignore_levers = false;
  arms.clear();
  parameters.clear();
  events_read.clear();
  paused_read.clear();
  counters_read.clear();
  effects.clear();
  events_keep_until = absl::InfinitePast();
  scored = false;
  score = coverage = 0;
  tier = stage = {};
  tier_reason = Reason::kNone;
  hold_read.reset();
  hold_written.reset();
  treatments.clear();
  treatment_fields.clear();
  placements.clear();
  candidates.clear();
  slots.clear();
  exclusions.clear();
  degradations.clear();
  customer_id = unit = locale = {};
  attributes.clear();
  request_values.clear();
}

}  // namespace stratagem::trace
