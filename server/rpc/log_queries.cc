#include "server/rpc/log_queries.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "engine/state/outcome.h"
#include "engine/state/state.h"
#include "engine/store/projection.h"
#include "engine/store/record_codec.h"
#include "server/rpc/convert_value.h"
#include "server/rpc/decision_id.h"
#include "server/rpc/error_map.h"
#include "server/rpc/field_checks.h"
#include "server/rpc/log_entry.h"
#include "server/rpc/log_filter.h"

namespace stratagem::server {
namespace {

using Error = google::rpc::Status;

FieldError OutOfRange(const std::string& field, int found, int max) {
  return {field, v1::ERROR_REASON_OUT_OF_RANGE,
          absl::StrCat(found, ", from 0 to ", max, " is allowed")};
}

void WriteCount(const store::StoreCount& count, v1::LogCount& wire) {
  wire.set_dimension(count.dimension);
  wire.set_value(count.value);
  wire.set_count(count.count);
}

void WriteDays(const std::vector<store::DayCount>& counts,
               v1::GetLogStatsResponse& response) {
  std::optional<int64_t> day;
  for (const store::DayCount& count : counts) {
    if (day != count.day) {
      day = count.day;
      response.add_days()->set_day(absl::FormatTime(
          "%Y-%m-%d", absl::UnixEpoch() + count.day * absl::Hours(24),
          absl::UTCTimeZone()));
    }
    WriteCount(count.count,
               *response.mutable_days(response.days_size() - 1)->add_counts());
  }
}

void WriteTotals(const store::StoreStats& stats,
                 v1::GetLogStatsResponse& response) {
  response.set_records(stats.records);
  response.set_first_sequence(stats.first_sequence);
  response.set_last_sequence(stats.last_sequence);
  response.set_projected_sequence(stats.projected_sequence);
  response.set_queue_records(stats.queue_records);
  response.set_appends_refused(stats.appends_refused);
  response.set_commits(stats.commits);
  response.set_projection_failures(stats.projection_failures);
  response.set_checkpoint_failures(stats.checkpoint_failures);
  response.set_wal_bytes(stats.wal_bytes);
}

void WriteLedger(const store::SequencerStats& stats, v1::LedgerStats& ledger) {
  ledger.set_customers(stats.ledger.customers);
  ledger.set_events(stats.ledger.events);
  ledger.set_counters(stats.ledger.counters);
  ledger.set_reservations(stats.ledger.reservations);
  ledger.set_requests(stats.ledger.requests);
  ledger.set_bytes(stats.ledger.bytes);
  ledger.set_snapshot_sequence(stats.snapshot_sequence);
  ledger.set_decided_again(stats.decided_again);
  ledger.set_snapshot_failures(stats.snapshot_failures);
  ledger.set_requests_repeated(stats.requests_repeated);
  ledger.set_requests_forgotten_early(stats.ledger.requests_forgotten_early);
}

void WriteProfiles(const store::ProfileStats& stats,
                   v1::ProfileCacheStats& profiles) {
  profiles.set_profiles(stats.cached_profiles);
  profiles.set_bytes(stats.cached_bytes);
  profiles.set_hits(stats.cache_hits);
  profiles.set_misses(stats.cache_misses);
}

void WriteRetention(const store::RetentionStats& stats,
                    v1::RetentionStats& retention) {
  if (stats.retain_for != absl::InfiniteDuration()) {
    retention.mutable_retain_for()->set_seconds(
        absl::ToInt64Seconds(stats.retain_for));
  }
  retention.set_retain_bytes(stats.retain_bytes);
  retention.set_records_removed(stats.records_removed);
  retention.set_failures(stats.failures);
  retention.mutable_retain_at_least()->set_seconds(
      absl::ToInt64Seconds(stats.retain_at_least));
}

// A page token: where to go on, and a number of the question, since another
// question's pages are elsewhere.
uint64_t NumberOf(const v1::ListDecisionsRequest& request) {
  return state::KeyOf(absl::StrCat(static_cast<int>(request.order()), ".",
                                   request.filter().SerializeAsString()));
}

std::string PageToken(uint64_t next, const v1::ListDecisionsRequest& request) {
  return absl::StrCat(next, ".", absl::Hex(NumberOf(request)));
}

std::optional<uint64_t> ReadPageToken(const v1::ListDecisionsRequest& request) {
  const std::vector<std::string> parts =
      absl::StrSplit(request.page_token(), '.');
  uint64_t next = 0;
  if (parts.size() != 2 || !absl::SimpleAtoi(parts[0], &next) ||
      parts[1] != absl::StrCat(absl::Hex(NumberOf(request)))) {
    return std::nullopt;
  }
  return next;
}

std::variant<store::DecisionQuery, Error> ReadQuery(
    const v1::ListDecisionsRequest& request, absl::string_view subject_key) {
  std::vector<FieldError> errors;
  store::DecisionQuery query;
  query.filter = ReadFilter(request.filter(), subject_key, errors);
  if (!v1::ListOrder_IsValid(request.order())) {
    errors.push_back({"order", v1::ERROR_REASON_UNKNOWN_NAME,
                      absl::StrCat("no order has the number ",
                                   static_cast<int>(request.order()))});
  }
  CheckExplain(request.explain(), errors);
  query.newest_first = request.order() != v1::LIST_ORDER_OLDEST_FIRST;
  if (request.page_size() < 0 || request.page_size() > kPageSizeMax) {
    errors.push_back(
        OutOfRange("page_size", request.page_size(), kPageSizeMax));
  }
  query.limit = static_cast<size_t>(
      request.page_size() == 0 ? kPageSizeDefault : request.page_size());
  if (!query.newest_first) query.start = 0;
  if (!request.page_token().empty()) {
    const std::optional<uint64_t> start = ReadPageToken(request);
    if (!start.has_value()) {
      errors.push_back(
          {"page_token", v1::ERROR_REASON_MALFORMED_ID,
           "is not the `next_page_token` of a page with this filter and order; "
           "begin again without one"});
    } else {
      query.start = *start;
    }
  }
  if (!errors.empty()) return InvalidRequest(errors);
  return query;
}

// The decision at `sequence`; null when retention has removed it.
absl::StatusOr<std::unique_ptr<const store::DecodedRecord>> ReadDecision(
    const store::Store& store, uint64_t sequence, store::Position& position) {
  const auto entries = store.Read(sequence - 1, 1);
  if (absl::IsOutOfRange(entries.status())) {
    return std::unique_ptr<const store::DecodedRecord>();
  }
  if (!entries.ok()) return entries.status();
  if (entries->empty()) return std::unique_ptr<const store::DecodedRecord>();
  position = entries->front().position;
  return store::Decode(entries->front().record);
}

Error NoSuchDecision(const std::string& id) {
  return DecisionNotFound(absl::StrCat("the log has no decision `", id,
                                       "`, or no longer; `stratagem log list "
                                       "--oldest-first -n 1` shows where it "
                                       "begins"));
}

void WriteOutcome(const store::OutcomeRow& row, v1::LoggedOutcome& outcome) {
  outcome.set_offer_id(row.offer);
  const std::optional<state::Outcome> kind = state::FindOutcome(row.outcome);
  if (kind.has_value()) {
    outcome.set_outcome(static_cast<v1::Outcome>(*kind));
  }
  outcome.set_status(row.status == "recorded"  ? v1::OUTCOME_STATUS_RECORDED
                     : row.status == "expired" ? v1::OUTCOME_STATUS_EXPIRED
                                               : v1::OUTCOME_STATUS_LATE);
  outcome.set_outcome_id(row.outcome_id);
  WriteTimestamp(row.occurred_at, *outcome.mutable_occurred_at());
  WriteTimestamp(row.recorded_at, *outcome.mutable_recorded_at());
  if (kind == state::Outcome::kRevenue) {
    outcome.mutable_revenue()->set_micros(row.revenue_micros);
    outcome.mutable_revenue()->set_currency(row.revenue_currency);
  }
  outcome.set_sequence(row.sequence);
}

// What was reported of the decision at `sequence`.
absl::Status WriteOutcomes(
    const store::Store& store, uint64_t sequence,
    google::protobuf::RepeatedPtrField<v1::LoggedOutcome>& outcomes) {
  const auto rows = store.Outcomes(sequence);
  if (!rows.ok()) return rows.status();
  for (const store::OutcomeRow& row : *rows) WriteOutcome(row, *outcomes.Add());
  return absl::OkStatus();
}

}  // namespace

std::variant<v1::GetLogStatsResponse, Error> GetLogStats(
    const store::Store& store, const v1::GetLogStatsRequest& request,
    const StatsSources& sources, absl::Time now) {
  if (request.days() < 0 || request.days() > kStatsDaysMax) {
    const FieldError error = OutOfRange("days", request.days(), kStatsDaysMax);
    return InvalidRequest({&error, 1});
  }
  // Counts first: totals taken later are never behind them.
  const absl::StatusOr<std::vector<store::StoreCount>> counts = store.Counts();
  if (!counts.ok()) return StoreError(counts.status());
  const absl::StatusOr<store::StoreSize> size = store.Size();
  if (!size.ok()) return StoreError(size.status());
  v1::GetLogStatsResponse response;
  if (request.days() > 0) {
    const int64_t today = store::DayOf(now);
    const auto days = store.CountsByDay(today + 1 - request.days(), today + 1);
    if (!days.ok()) return StoreError(days.status());
    WriteDays(*days, response);
  }
  response.set_node_id(store.identity().node_id);
  response.set_epoch(store.identity().epoch);
  WriteTotals(store.stats(), response);
  response.set_record_bytes(size->record_bytes);
  response.set_file_bytes(size->file_bytes);
  for (const store::StoreCount& count : *counts) {
    WriteCount(count, *response.add_counts());
  }
  response.set_reopenings(sources.reopenings);
  if (sources.sequencer) {
    WriteLedger(*sources.sequencer, *response.mutable_ledger());
  }
  if (sources.profiles) {
    WriteProfiles(*sources.profiles, *response.mutable_profile_cache());
  }
  if (sources.retention) {
    WriteRetention(*sources.retention, *response.mutable_retention());
  }
  return response;
}

std::variant<v1::ListDecisionsResponse, Error> ListDecisions(
    const store::Store& store, const v1::ListDecisionsRequest& request,
    Pii pii) {
  auto read = ReadQuery(request, store.identity().subject_key);
  if (auto* error = std::get_if<Error>(&read)) return *std::move(error);
  const absl::StatusOr<store::DecisionPage> page =
      store.Find(std::get<store::DecisionQuery>(read));
  if (!page.ok()) return StoreError(page.status());
  v1::ListDecisionsResponse response;
  std::optional<uint64_t> next = page->next;
  size_t bytes = 0;
  for (const uint64_t sequence : page->sequences) {
    store::Position position;
    const auto record = ReadDecision(store, sequence, position);
    if (!record.ok()) return StoreError(record.status());
    if (*record == nullptr) continue;
    v1::LogEntry entry = WriteEntry(**record, position, request.explain(), pii);
    if (request.with_outcomes()) {
      const absl::Status added =
          WriteOutcomes(store, sequence, *entry.mutable_outcomes());
      if (!added.ok()) return StoreError(added);
    }
    bytes += entry.ByteSizeLong();
    if (bytes > kPageBytesMax && response.entries_size() > 0) {
      next = sequence;
      break;
    }
    *response.add_entries() = std::move(entry);
  }
  if (next.has_value()) {
    response.set_next_page_token(PageToken(*next, request));
  }
  return response;
}

std::variant<v1::GetDecisionResponse, Error> GetDecision(
    const store::Store& store, const v1::GetDecisionRequest& request, Pii pii) {
  std::vector<FieldError> errors;
  const std::optional<DecisionPlace> place =
      ParseDecisionId(request.decision_id());
  if (!place.has_value()) {
    errors.push_back({"decision_id", v1::ERROR_REASON_MALFORMED_ID,
                      NoDecisionId(request.decision_id())});
  }
  CheckExplain(request.explain(), errors);
  if (!errors.empty()) return InvalidRequest(errors);
  const uint64_t sequence = place->position.sequence;
  if (place->node_id != store.identity().node_id || sequence == 0) {
    return NoSuchDecision(request.decision_id());
  }
  store::Position position;
  const auto record = ReadDecision(store, sequence, position);
  if (absl::IsUnimplemented(record.status())) {
    return NoSuchDecision(request.decision_id());  // Another kind of record.
  }
  if (!record.ok()) return StoreError(record.status());
  if (*record == nullptr || position.epoch != place->position.epoch) {
    return NoSuchDecision(request.decision_id());
  }
  v1::GetDecisionResponse response;
  const absl::Status added =
      WriteOutcomes(store, sequence, *response.mutable_outcomes());
  if (!added.ok()) return StoreError(added);
  *response.mutable_entry() =
      WriteEntry(**record, position, request.explain(), pii);
  return response;
}

}  // namespace stratagem::server
