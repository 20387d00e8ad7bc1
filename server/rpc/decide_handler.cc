#include "server/rpc/decide_handler.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/decide/decide.h"
#include "engine/decide/explain.h"
#include "engine/decide/present.h"
#include "engine/decide/router.h"
#include "engine/store/record_codec.h"
#include "server/rpc/error_map.h"
#include "server/rpc/read_request.h"
#include "server/rpc/trace_context.h"
#include "server/rpc/wire_bytes.h"
#include "server/rpc/wire_check.h"
#include "server/rpc/write_decision.h"
#include "server/rpc/write_explanation.h"

namespace stratagem::server {
namespace {

google::rpc::Status ParseFailure(const grpc::ByteBuffer& bytes,
                                 const google::protobuf::Descriptor& type) {
  return DescribeParseFailure(ToString(bytes), type);
}

}  // namespace

// The results of one batch, gathered from the store's threads.
struct DecideHandler::Batch {
  Batch(size_t count, Done d) : results(count), pending(count), done(d) {}

  // Sets one result. The last one answers the call.
  void Finish(size_t index, std::string result) {
    results[index] = std::move(result);
    if (pending.fetch_sub(1, std::memory_order_acq_rel) > 1) return;
    size_t size = 0;
    for (const std::string& bytes : results) size += bytes.size() + 8;
    std::string response;
    response.reserve(size);
    for (const std::string& bytes : results) {
      AppendMessageField(v1::BatchDecideResponse::kResultsFieldNumber, bytes,
                         "", response);
    }
    done(grpc::Status::OK, ToByteBuffer(response));
  }

  void FinishWithError(size_t index, const google::rpc::Status& error) {
    std::string result;
    AppendMessageField(v1::BatchDecideResult::kErrorFieldNumber,
                       error.SerializeAsString(), "", result);
    Finish(index, std::move(result));
  }

  std::vector<std::string> results;  // Serialized v1::BatchDecideResults.
  std::atomic<size_t> pending;
  const Done done;
};

DecideHandler::DecideHandler(const PackStore& packs, store::Store& store,
                             DecideHandlerOptions options)
    : packs_(packs), store_(store), options_(std::move(options)) {}

void DecideHandler::Decide(const grpc::ByteBuffer& request,
                           absl::string_view traceparent, Done done) {
  const auto fail = [&done](const google::rpc::Status& error) {
    done(ToGrpcStatus(error), {});
  };
  PrepareResult result;
  {
    DecideSessionPool::Lease session = sessions_.Acquire();
    auto& message = *google::protobuf::Arena::CreateMessage<v1::DecideRequest>(
        &*session->message_arena);
    if (!ParseBytes(request, message)) {
      return fail(ParseFailure(request, *v1::DecideRequest::descriptor()));
    }
    result = Prepare(message, TraceIdOf(traceparent), *session);
  }
  if (auto* error = std::get_if<google::rpc::Status>(&result)) {
    return fail(*error);
  }
  Prepared& prepared = std::get<Prepared>(result);
  const absl::Status queued = store_.Append(
      std::move(prepared.record),
      [this, decision = std::move(prepared.decision),
       done](absl::StatusOr<store::Position> position) {
        if (!position.ok()) {
          return done(ToGrpcStatus(StoreFailure(position.status())), {});
        }
        std::string response;
        AppendMessageField(v1::DecideResponse::kDecisionFieldNumber, decision,
                           PositionBytes(store_.identity().node_id, *position),
                           response);
        done(grpc::Status::OK, ToByteBuffer(response));
      });
  if (!queued.ok()) fail(StoreFailure(queued));
}

void DecideHandler::BatchDecide(const grpc::ByteBuffer& request,
                                absl::string_view traceparent, Done done) {
  DecideSessionPool::Lease session = sessions_.Acquire();
  auto& message =
      *google::protobuf::Arena::CreateMessage<v1::BatchDecideRequest>(
          &*session->message_arena);
  if (!ParseBytes(request, message)) {
    const google::rpc::Status error =
        ParseFailure(request, *v1::BatchDecideRequest::descriptor());
    return done(ToGrpcStatus(error), {});
  }
  const size_t count = static_cast<size_t>(message.requests_size());
  if (count == 0 || count > options_.batch_items_max) {
    const FieldError error = {
        "requests", v1::ERROR_REASON_TOO_LARGE,
        absl::StrCat(count, " requests, from 1 to ", options_.batch_items_max,
                     " are allowed in one batch")};
    return done(ToGrpcStatus(InvalidRequest({&error, 1})), {});
  }
  const auto explained = static_cast<size_t>(
      std::count_if(message.requests().begin(), message.requests().end(),
                    [](const v1::DecideRequest& one) {
                      return one.explain() == v1::EXPLAIN_LEVEL_FULL;
                    }));
  if (explained > options_.explained_batch_items_max) {
    const FieldError error = {
        "requests", v1::ERROR_REASON_TOO_LARGE,
        absl::StrCat(explained, " requests with EXPLAIN_LEVEL_FULL, at most ",
                     options_.explained_batch_items_max,
                     " are allowed in one batch")};
    return done(ToGrpcStatus(InvalidRequest({&error, 1})), {});
  }
  const auto batch = std::make_shared<Batch>(count, std::move(done));
  for (size_t i = 0; i < count; ++i) {
    session->workspace.input_arena().Reset();
    PrepareResult result = Prepare(message.requests(static_cast<int>(i)),
                                   TraceIdOf(traceparent), *session);
    if (auto* error = std::get_if<google::rpc::Status>(&result)) {
      batch->FinishWithError(i, *error);
    } else {
      AppendItem(std::get<Prepared>(std::move(result)), i, batch);
    }
  }
}

void DecideHandler::AppendItem(Prepared prepared, size_t index,
                               const std::shared_ptr<Batch>& batch) {
  const absl::Status queued = store_.Append(
      std::move(prepared.record),
      [this, decision = std::move(prepared.decision), index,
       batch](absl::StatusOr<store::Position> position) {
        if (!position.ok()) {
          return batch->FinishWithError(index, StoreFailure(position.status()));
        }
        std::string result;
        AppendMessageField(
            v1::BatchDecideResult::kDecisionFieldNumber, decision,
            PositionBytes(store_.identity().node_id, *position), result);
        batch->Finish(index, std::move(result));
      });
  if (!queued.ok()) batch->FinishWithError(index, StoreFailure(queued));
}

DecideHandler::PrepareResult DecideHandler::Prepare(
    const v1::DecideRequest& request, absl::string_view trace_id,
    DecideSession& session) {
  decide::Call call;
  const std::vector<FieldError> errors =
      ReadRequest(request, options_.now(), session, call);
  if (!errors.empty()) return InvalidRequest(errors);
  call.seed = options_.seed();
  call.trace_id = trace_id;
  call.time_zones_version = options_.time_zones_version;

  const std::shared_ptr<const decide::Router> router = packs_.router();
  const absl::StatusOr<const plan::Plan*> plan = router->Route(
      request.pack().name(), request.pack().version(), call.now());
  if (!plan.ok()) return RoutingError(plan.status());
  const std::span<const Violation> violations =
      decide::Decide(**plan, call, session.workspace);
  if (!violations.empty()) return InvalidRequest(ToFieldErrors(violations));

  const trace::DecisionRecord& record = session.workspace.record();
  session.decision.Clear();
  WriteDecision(record, request.explain(), session.decision);
  WritePresentation(**plan, record, session.decision);
  if (request.explain() == v1::EXPLAIN_LEVEL_FULL) {
    const trace::Explanation explanation =
        decide::Explain(**plan, session.workspace);
    v1::FullExplanation& full =
        *session.decision.mutable_explanation()->mutable_full();
    WriteFullExplanation(explanation, full);
    full.set_text(decide::ExplainInWords(**plan, record, explanation));
  }
  return Prepared{session.decision.SerializeAsString(),
                  store::Encode(record, store_.identity())};
}

google::rpc::Status DecideHandler::StoreFailure(
    const absl::Status& status) const {
  if (absl::IsUnavailable(status)) options_.store_failed(status);
  return StoreError(status);
}

}  // namespace stratagem::server
