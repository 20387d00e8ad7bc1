#include "engine/store/projection.h"

#include <algorithm>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "engine/state/outcome.h"
#include "engine/store/record_codec.h"
#include "engine/trace/decision_record.h"
#include "engine/trace/outcome_record.h"
#include "engine/trace/reason.h"

namespace stratagem::store {
namespace {

using trace::DecisionRecord;
using trace::Role;

constexpr int64_t kSecondsOfADay = 86'400;
constexpr int64_t kSecondsOfAnHour = 3'600;

// Whole periods since 1970 UTC, rounded down.
int64_t PeriodsSince1970(absl::Time time, int64_t seconds_of_one) {
  const int64_t seconds = absl::ToUnixSeconds(time);
  return seconds / seconds_of_one - (seconds % seconds_of_one < 0 ? 1 : 0);
}

// Did a customer get this decision?
bool IsServed(Role role) {
  return role == Role::kLive || role == Role::kCanary;
}

std::vector<Term> TermsOf(const DecisionRecord& decision) {
  std::set<Term> terms;
  const auto add = [&terms](TermKind kind, absl::string_view name,
                            absl::string_view value = "") {
    terms.insert({kind, std::string(name), std::string(value)});
  };
  add(TermKind::kRole, trace::RoleName(decision.role));
  add(TermKind::kPack, decision.pack_name);
  add(TermKind::kVersion, decision.pack_name, decision.pack_version);
  add(TermKind::kTier, decision.tier);
  add(TermKind::kStage, decision.stage);
  add(TermKind::kDegraded, decision.degraded() ? "true" : "false");
  for (const trace::TreatmentResult& treatment : decision.treatments) {
    add(TermKind::kTreatment, treatment.name, treatment.cell);
  }
  for (const trace::SlotResult& slot : decision.slots) {
    add(TermKind::kOffer, slot.offer);
  }
  for (const trace::Exclusion& exclusion : decision.exclusions) {
    const absl::string_view reason = trace::ReasonName(exclusion.reason);
    add(TermKind::kExcludedOffer, exclusion.offer);
    add(TermKind::kExcludedFor, reason);
    add(TermKind::kExclusion, exclusion.offer, reason);
  }
  return {terms.begin(), terms.end()};
}

CountTable CountsOf(const DecisionRecord& decision) {
  CountTable counts;
  const auto count = [&counts](absl::string_view dimension,
                               absl::string_view value) {
    ++counts[{std::string(dimension), std::string(value)}];
  };
  count("role", trace::RoleName(decision.role));
  if (!IsServed(decision.role)) return counts;
  count("pack", absl::StrCat(decision.pack_name, "@", decision.pack_version));
  count("degraded", decision.degraded() ? "true" : "false");
  if (!decision.tier.empty()) count("tier", decision.tier);
  if (!decision.stage.empty()) count("stage", decision.stage);
  for (const trace::SlotResult& slot : decision.slots) {
    count("offer", slot.offer);
  }
  for (const trace::Exclusion& exclusion : decision.exclusions) {
    count("exclusion", trace::ReasonName(exclusion.reason));
  }
  for (const trace::Degradation& degradation : decision.degradations) {
    count("degradation", trace::ReasonName(degradation.reason));
  }
  return counts;
}

// As tables hold times; infinite ones become the first and the last of these.
absl::Time InMicros(absl::Time time) {
  return absl::FromUnixMicros(absl::ToUnixMicros(time));
}

Projection Unreadable(const absl::Status& status) {
  Projection projection;
  projection.kind = ProjectionKind::kUnreadable;
  ++projection.counts[{"unreadable", absl::StatusCodeToString(status.code())}];
  return projection;
}

Projection ProjectDecision(const LogEntry& entry) {
  const auto record = Decode(entry.record);
  if (!record.ok()) return Unreadable(record.status());
  const DecisionRecord& decision = (*record)->decision();
  Projection projection;
  projection.kind = ProjectionKind::kDecision;
  projection.at = InMicros(decision.decided_at);
  projection.subject = (*record)->header().subject;
  projection.terms = TermsOf(decision);
  projection.counts = CountsOf(decision);
  return projection;
}

Projection ProjectOutcome(const LogEntry& entry) {
  const auto record = DecodeOutcome(entry.record);
  if (!record.ok()) return Unreadable(record.status());
  const trace::OutcomeRecord& outcome = (*record)->outcome();
  Projection projection;
  projection.kind = ProjectionKind::kOutcome;
  projection.at = InMicros(outcome.recorded_at);
  projection.outcome = {
      .sequence = entry.position.sequence,
      .decision_sequence = outcome.decision_sequence,
      .offer = std::string(outcome.offer),
      .outcome = std::string(state::OutcomeName(outcome.outcome)),
      .status = std::string(trace::OutcomeStatusName(outcome.status)),
      .outcome_id = std::string(outcome.outcome_id),
      .occurred_at = InMicros(outcome.occurred_at),
      .recorded_at = projection.at,
      .revenue_micros = outcome.revenue_micros,
      .revenue_currency = std::string(outcome.revenue_currency)};
  projection.counts = CountsOf(projection.outcome);
  return projection;
}

}  // namespace

int64_t DayOf(absl::Time time) {
  return PeriodsSince1970(time, kSecondsOfADay);
}

int64_t HourOf(absl::Time time) {
  return PeriodsSince1970(time, kSecondsOfAnHour);
}

int64_t Projection::day() const { return DayOf(at); }

absl::string_view ReportOf(const OutcomeRow& row) {
  return row.outcome == state::OutcomeName(state::Outcome::kRevenue)
             ? absl::string_view(row.outcome_id)
             : "";
}

SameOutcome SameOutcomeOf(const OutcomeRow& row) {
  return {row.decision_sequence, row.offer, row.outcome,
          std::string(ReportOf(row))};
}

CountTable CountsOf(const OutcomeRow& row) {
  CountTable counts;
  ++counts[{"outcome_status", row.status}];
  if (row.status == trace::OutcomeStatusName(trace::OutcomeStatus::kRecorded)) {
    ++counts[{"outcome", row.outcome}];
  }
  return counts;
}

Projection Project(const LogEntry& entry) {
  const absl::StatusOr<RecordKind> kind = KindOf(entry.record);
  if (!kind.ok()) return Unreadable(kind.status());
  switch (*kind) {
    case RecordKind::kDecision:
      return ProjectDecision(entry);
    case RecordKind::kOutcome:
      return ProjectOutcome(entry);
    case RecordKind::kOperatorAction:
      break;
  }
  return Projection();
}

std::vector<Term> TermsOf(const DecisionFilter& filter) {
  std::vector<Term> terms;
  const auto add = [&terms](TermKind kind, const std::string& name,
                            const std::string& value = "") {
    terms.push_back({kind, name, value});
  };
  if (!filter.role.empty()) add(TermKind::kRole, filter.role);
  if (!filter.tier.empty()) add(TermKind::kTier, filter.tier);
  if (!filter.stage.empty()) add(TermKind::kStage, filter.stage);
  if (!filter.version.empty()) {
    add(TermKind::kVersion, filter.pack, filter.version);
  } else if (!filter.pack.empty()) {
    add(TermKind::kPack, filter.pack);
  }
  if (filter.degraded.has_value()) {
    add(TermKind::kDegraded, *filter.degraded ? "true" : "false");
  }
  for (const TreatmentFilter& treatment : filter.treatments) {
    add(TermKind::kTreatment, treatment.name, treatment.cell);
  }
  for (const std::string& offer : filter.offers) add(TermKind::kOffer, offer);
  for (const ExclusionFilter& exclusion : filter.exclusions) {
    if (exclusion.reason.empty()) {
      add(TermKind::kExcludedOffer, exclusion.offer);
    } else if (exclusion.offer.empty()) {
      add(TermKind::kExcludedFor, exclusion.reason);
    } else {
      add(TermKind::kExclusion, exclusion.offer, exclusion.reason);
    }
  }
  return terms;
}

bool Matches(const DecisionFilter& filter, const std::vector<Term>& terms,
             const Projection& projection) {
  if (projection.kind != ProjectionKind::kDecision) return false;
  if (projection.at < filter.from || projection.at >= filter.until) {
    return false;
  }
  if (filter.subject.has_value() && *filter.subject != projection.subject) {
    return false;
  }
  return std::all_of(terms.begin(), terms.end(), [&](const Term& term) {
    return std::binary_search(projection.terms.begin(), projection.terms.end(),
                              term);
  });
}

void LogCounter::Add(const LogEntry& entry) {
  const Projection projection = Project(entry);
  if (projection.kind == ProjectionKind::kOutcome &&
      !outcomes_.insert(SameOutcomeOf(projection.outcome)).second) {
    return;
  }
  CountTable& day = by_day_[projection.day()];
  for (const auto& [key, count] : projection.counts) day[key] += count;
}

std::vector<DayCount> LogCounter::Counts() const {
  std::vector<DayCount> counts;
  for (const auto& [day, table] : by_day_) {
    for (const auto& [key, count] : table) {
      counts.push_back({day, {key.first, key.second, count}});
    }
  }
  return counts;
}

std::vector<StoreCount> TotalsOf(const std::vector<DayCount>& counts) {
  CountTable totals;
  for (const DayCount& day : counts) {
    totals[{day.count.dimension, day.count.value}] += day.count.count;
  }
  std::vector<StoreCount> result;
  for (const auto& [key, count] : totals) {
    result.push_back({key.first, key.second, count});
  }
  return result;
}

}  // namespace stratagem::store
