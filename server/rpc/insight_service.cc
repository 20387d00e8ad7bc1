#include "server/rpc/insight_service.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/store/record_codec.h"
#include "server/options.h"
#include "server/rpc/error_map.h"
#include "server/rpc/unary.h"
#include "server/rpc/write_decision.h"

namespace stratagem::server {
namespace {

v1::LogEntry WriteEntry(const store::DecodedRecord& record,
                        store::Position position, v1::ExplainLevel explain) {
  v1::LogEntry entry;
  const trace::DecisionRecord& decision = record.decision();
  WriteDecision(decision, explain, *entry.mutable_decision());
  WritePosition(record.header().node_id, position, *entry.mutable_decision());
  entry.set_customer_id(std::string(decision.customer_id));
  entry.set_trace_id(std::string(decision.trace_id));
  return entry;
}

// Where the page begins: after the sequence asked for, or so that it ends with
// the newest record.
uint64_t FirstAfter(const store::Store& store,
                    const v1::ListDecisionsRequest& request, uint64_t count) {
  if (request.has_after_sequence()) return request.after_sequence();
  const uint64_t last = store.stats().last_sequence;
  return last > count ? last - count : 0;
}

}  // namespace

std::variant<v1::GetLogStatsResponse, google::rpc::Status> GetLogStats(
    const store::Store& store) {
  // Counts first: totals taken later are never behind them.
  const absl::StatusOr<std::vector<store::StoreCount>> counts = store.Counts();
  if (!counts.ok()) return StoreError(counts.status());
  const store::StoreStats stats = store.stats();
  v1::GetLogStatsResponse response;
  response.set_node_id(store.identity().node_id);
  response.set_epoch(store.identity().epoch);
  response.set_records(stats.records);
  response.set_last_sequence(stats.last_sequence);
  response.set_projected_sequence(stats.projected_sequence);
  response.set_queue_records(stats.queue_records);
  response.set_appends_refused(stats.appends_refused);
  response.set_commits(stats.commits);
  response.set_failed(stats.failed);
  response.set_projection_failures(stats.projection_failures);
  response.set_checkpoint_failures(stats.checkpoint_failures);
  response.set_wal_bytes(stats.wal_bytes);
  for (const store::StoreCount& count : *counts) {
    v1::LogCount& wire = *response.add_counts();
    wire.set_dimension(count.dimension);
    wire.set_value(count.value);
    wire.set_count(count.count);
  }
  return response;
}

std::variant<v1::ListDecisionsResponse, google::rpc::Status> ListDecisions(
    const store::Store& store, const v1::ListDecisionsRequest& request) {
  if (request.page_size() < 0 || request.page_size() > kPageSizeMax) {
    const FieldError error = {"page_size", v1::ERROR_REASON_OUT_OF_RANGE,
                              absl::StrCat(request.page_size(), ", from 0 to ",
                                           kPageSizeMax, " is allowed")};
    return InvalidRequest({&error, 1});
  }
  const uint64_t count = static_cast<uint64_t>(
      request.page_size() == 0 ? kPageSizeDefault : request.page_size());
  const uint64_t after = FirstAfter(store, request, count);
  const absl::StatusOr<std::vector<store::LogEntry>> records =
      store.Read(after, count);
  if (!records.ok()) return StoreError(records.status());

  v1::ListDecisionsResponse response;
  response.set_next_after_sequence(after);
  size_t bytes = 0;
  for (const store::LogEntry& from : *records) {
    const absl::StatusOr<store::RecordKind> kind = store::KindOf(from.record);
    if (!kind.ok() && !absl::IsUnimplemented(kind.status())) {
      return StoreError(kind.status());
    }
    if (kind.ok() && *kind == store::RecordKind::kDecision) {
      const auto record = store::Decode(from.record);
      if (!record.ok()) return StoreError(record.status());
      v1::LogEntry entry =
          WriteEntry(**record, from.position, request.explain());
      bytes += entry.ByteSizeLong();
      if (bytes > kPageBytesMax && response.entries_size() > 0) break;
      *response.add_entries() = std::move(entry);
    }
    response.set_next_after_sequence(from.position.sequence);
  }
  response.set_has_more(response.next_after_sequence() <
                        store.stats().last_sequence);
  return response;
}

grpc::ServerUnaryReactor* InsightService::GetLogStats(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
    grpc::ByteBuffer* response) {
  return AnswerUnaryFrom<v1::GetLogStatsRequest>(
      reads_, *context, *request, *response,
      [this](const v1::GetLogStatsRequest&) {
        return server::GetLogStats(store_);
      });
}

grpc::ServerUnaryReactor* InsightService::ListDecisions(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
    grpc::ByteBuffer* response) {
  return AnswerUnaryFrom<v1::ListDecisionsRequest>(
      reads_, *context, *request, *response,
      [this](const v1::ListDecisionsRequest& message) {
        return server::ListDecisions(store_, message);
      });
}

}  // namespace stratagem::server
