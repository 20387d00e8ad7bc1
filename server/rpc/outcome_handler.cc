#include "server/rpc/outcome_handler.h"

#include <algorithm>
#include <atomic>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/decide/settle.h"
#include "engine/trace/outcome_record.h"
#include "server/ops/trace_context.h"
#include "server/options.h"
#include "server/rpc/error_map.h"
#include "server/rpc/outcome_detail.h"
#include "server/rpc/wire_bytes.h"
#include "server/rpc/wire_check.h"

namespace stratagem::server {
namespace {

using trace::OutcomeStatus;

constexpr bool Same(v1::OutcomeStatus wire, OutcomeStatus status) {
  return static_cast<int>(wire) == static_cast<int>(status);
}
static_assert(Same(v1::OUTCOME_STATUS_RECORDED, OutcomeStatus::kRecorded) &&
              Same(v1::OUTCOME_STATUS_EXPIRED, OutcomeStatus::kExpired) &&
              Same(v1::OUTCOME_STATUS_LATE, OutcomeStatus::kLate) &&
              Same(v1::OUTCOME_STATUS_REPEATED, OutcomeStatus::kRepeated) &&
              Same(v1::OUTCOME_STATUS_UNKNOWN, OutcomeStatus::kUnknown));

bool IsRecorded(OutcomeStatus status) {
  return status != OutcomeStatus::kRepeated &&
         status != OutcomeStatus::kUnknown;
}

v1::OutcomeResult Told(OutcomeStatus status, std::string detail) {
  v1::OutcomeResult result;
  result.mutable_told()->set_status(static_cast<v1::OutcomeStatus>(status));
  result.mutable_told()->set_detail(std::move(detail));
  return result;
}

// What is known of the report's decision already, of revenue, which may be told
// more than once; nothing when it cannot be read.
std::vector<store::OutcomeRow> RecordedOf(const ToldReport& told,
                                          const store::Store& log) {
  if (told.report.outcome != state::Outcome::kRevenue) return {};
  auto rows = log.Outcomes(told.decision.position.sequence);
  return rows.ok() ? *std::move(rows) : std::vector<store::OutcomeRow>();
}

v1::OutcomeResult Failed(google::rpc::Status error) {
  v1::OutcomeResult result;
  *result.mutable_error() = std::move(error);
  return result;
}

}  // namespace

// One call's reports and results, gathered from the store's threads: each sets
// another result.
struct OutcomeHandler::Batch {
  void Finish(int index, v1::OutcomeResult result) {
    *response.mutable_results(index) = std::move(result);
    if (pending.fetch_sub(1, std::memory_order_acq_rel) > 1) return;
    done(grpc::Status::OK, ToByteBuffer(response.SerializeAsString()));
  }

  v1::RecordOutcomesRequest request;
  v1::RecordOutcomesResponse response;
  std::string trace_id;
  absl::Time now;
  std::atomic<int> pending = 0;
  Done done;
};

OutcomeHandler::OutcomeHandler(const PackStore& packs, const StoreHost& host,
                               OutcomeHandlerOptions options)
    : packs_(packs),
      host_(host),
      options_(std::move(options)),
      reads_("outcomes", kOutcomeCallsWaitingMax) {}

void OutcomeHandler::RecordOutcomes(const grpc::ByteBuffer& request,
                                    absl::string_view traceparent, Done done) {
  const auto batch = std::make_shared<Batch>();
  if (!ParseBytes(request, batch->request)) {
    const google::rpc::Status error = DescribeParseFailure(
        ToString(request), *v1::RecordOutcomesRequest::descriptor());
    return done(ToGrpcStatus(error), {});
  }
  const int count = batch->request.reports_size();
  if (count == 0 || count > kOutcomeReportsMax) {
    const FieldError error = {
        "reports", v1::ERROR_REASON_TOO_LARGE,
        absl::StrCat(count, " reports, from 1 to ", kOutcomeReportsMax,
                     " are allowed in one call")};
    return done(ToGrpcStatus(InvalidRequest({&error, 1})), {});
  }
  for (int i = 0; i < count; ++i) batch->response.add_results();
  batch->trace_id = std::string(TraceIdOf(traceparent));
  batch->now = state::FloorTime(options_.now());
  batch->pending = count;
  batch->done = done;
  const bool queued = reads_.Post([this, batch, count] {
    const std::shared_ptr<const OpenStores> stores = host_.stores();
    if (stores == nullptr) {
      return batch->done(ToGrpcStatus(StoreError(host_.Closed())), {});
    }
    batch->now = std::max(batch->now, stores->sequencer->time());
    for (int i = 0; i < count; ++i) Record(*stores, batch, i);
  });
  if (!queued) done(ToGrpcStatus(ReadQueueFull()), {});
}

void OutcomeHandler::Record(const OpenStores& stores,
                            const std::shared_ptr<Batch>& batch, int index) {
  ToldReport told;
  const std::vector<FieldError> errors =
      ReadReport(batch->request.reports(index), batch->now, told);
  if (!errors.empty()) {
    return batch->Finish(index, Failed(InvalidRequest(errors)));
  }
  told.report.trace_id = batch->trace_id;
  const uint64_t erasures = stores.sequencer->erasures();
  const FoundDecision found = Find(told.decision, *stores.log);
  if (const auto* error = std::get_if<google::rpc::Status>(&found)) {
    return batch->Finish(index, Failed(*error));
  }
  const auto& decision = std::get<0>(found);
  if (decision == nullptr || decision->erased()) {
    return batch->Finish(
        index,
        Told(OutcomeStatus::kUnknown,
             decision == nullptr
                 ? WhyNoDecision(told.decision, *stores.log)
                 : WhyNoSlot(decision->decision(), true, told.report.offer)));
  }
  Commit(told, *decision, erasures, stores, batch, index);
}

OutcomeHandler::FoundDecision OutcomeHandler::Find(const DecisionPlace& place,
                                                   const store::Store& log) {
  const uint64_t sequence = place.position.sequence;
  if (place.node_id != log.identity().node_id || sequence == 0) {
    return nullptr;
  }
  const absl::StatusOr<std::vector<store::LogEntry>> entries =
      log.Read(sequence - 1, 1);
  // Trimmed: the log has it no more.
  if (absl::IsOutOfRange(entries.status())) return nullptr;
  if (!entries.ok()) return StoreError(entries.status());
  if (entries->empty() || entries->front().position.sequence != sequence ||
      entries->front().position.epoch != place.position.epoch) {
    return nullptr;
  }
  const store::RecordBytes& bytes = entries->front().record;
  const absl::StatusOr<store::RecordKind> kind = store::KindOf(bytes);
  if (kind.ok() && *kind != store::RecordKind::kDecision) return nullptr;
  auto decision = store::Decode(bytes);
  if (!decision.ok()) return StoreError(decision.status());
  return *std::move(decision);
}

void OutcomeHandler::Commit(const ToldReport& told,
                            const store::DecodedRecord& decision,
                            uint64_t erasures, const OpenStores& stores,
                            const std::shared_ptr<Batch>& batch, int index) {
  const trace::DecisionRecord& decided = decision.decision();
  const std::shared_ptr<const decide::Router> router = packs_.router();
  const plan::Plan* const plan =
      router->RouteOutcome(decided.pack_name, decided.pack_version, batch->now);
  const std::vector<store::OutcomeRow> recorded = RecordedOf(told, *stores.log);
  trace::OutcomeRecord record;
  const auto status = std::make_shared<OutcomeStatus>(OutcomeStatus::kUnknown);
  const auto detail = std::make_shared<std::string>();
  const auto settle = [&](const state::StateCopy& state,
                          const store::Sequencer::ReadCounter& amount)
      -> std::optional<store::Sequencer::ReadyOutcome> {
    // Read here, where records are put in order: a reservation that a decision
    // before this found ended has ended for this too.
    decide::OutcomeReport report = told.report;
    report.recorded_at =
        std::max(state::FloorTime(options_.now()), stores.sequencer->time());
    *status = decide::Settle({.report = report,
                              .decision = decided,
                              .epoch = told.decision.position.epoch,
                              .sequence = told.decision.position.sequence,
                              .plan = plan,
                              .state = state,
                              .amount = amount,
                              .outcome_window = options_.outcome_window},
                             record);
    *detail = *status == OutcomeStatus::kUnknown
                  ? WhyNoSlot(decided, false, report.offer)
              : *status == OutcomeStatus::kRepeated
                  ? WhyRepeated(report, recorded)
                  : "";
    if (!IsRecorded(*status)) return std::nullopt;
    return store::Sequencer::ReadyOutcome{
        &record, store::EncodeOutcome(record, stores.log->identity()),
        erasures};
  };
  const absl::Status queued = stores.sequencer->CommitOutcome(
      {.subject = decision.header().subject, .pack = decided.pack_name}, settle,
      [this, status, detail, batch,
       index](const absl::StatusOr<store::Position>& position) {
        if (!position.ok()) {
          return batch->Finish(index, Failed(StoreError(position.status())));
        }
        v1::OutcomeResult result = Told(*status, std::move(*detail));
        if (IsRecorded(*status)) {
          v1::LogPosition& wire = *result.mutable_told()->mutable_position();
          wire.set_node_id(host_.node_id());
          wire.set_epoch(position->epoch);
          wire.set_sequence(position->sequence);
        }
        batch->Finish(index, std::move(result));
      });
  // Somebody was erased since the decision was read; it may be theirs.
  if (absl::IsAborted(queued)) return Record(stores, batch, index);
  if (absl::IsNotFound(queued)) {
    return batch->Finish(index,
                         Told(OutcomeStatus::kUnknown,
                              WhyNoSlot(decided, true, told.report.offer)));
  }
  if (!queued.ok()) batch->Finish(index, Failed(StoreError(queued)));
}

}  // namespace stratagem::server
