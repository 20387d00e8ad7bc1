#include "server/rpc/decide_handler.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/base/check.h"
#include "engine/base/status_macros.h"
#include "engine/decide/decide.h"
#include "engine/decide/router.h"
#include "engine/store/identity.h"
#include "engine/store/record_codec.h"
#include "google/rpc/code.pb.h"
#include "server/ops/trace_context.h"
#include "server/options.h"
#include "server/rpc/error_map.h"
#include "server/rpc/read_request.h"
#include "server/rpc/state_query.h"
#include "server/rpc/wire_bytes.h"
#include "server/rpc/wire_check.h"
#include "server/rpc/write_answer.h"

namespace stratagem::server {
namespace {

google::rpc::Status ParseFailure(const grpc::ByteBuffer& bytes,
                                 const google::protobuf::Descriptor& type) {
  return DescribeParseFailure(ToString(bytes), type);
}

google::rpc::Status TooManyItems(std::string description) {
  const FieldError error = {"requests", v1::ERROR_REASON_TOO_LARGE,
                            std::move(description)};
  return InvalidRequest({&error, 1});
}

// Of decisions that somebody may act on.
bool IsAnswered(trace::Role role) {
  return role == trace::Role::kLive || role == trace::Role::kCanary;
}

// Whose mistake it was that a call failed so.
Outcome OutcomeOf(const google::rpc::Status& error) {
  switch (error.code()) {
    case google::rpc::INVALID_ARGUMENT:
    case google::rpc::NOT_FOUND:
    case google::rpc::FAILED_PRECONDITION:
      return Outcome::kRefused;
    default:
      return Outcome::kFailed;
  }
}

// Another time than now is simulated with the versions of then; shares of
// customers are of now.
absl::StatusOr<decide::Chosen> Choose(const decide::Router& router,
                                      const v1::DecideRequest& request,
                                      const decide::Call& call) {
  const std::string& name = request.pack().name();
  const std::string& version = request.pack().version();
  if (!call.as_of.has_value()) {
    return router.RouteCustomer(name, version, call.now(), call.customer_id);
  }
  STRATAGEM_ASSIGN_OR_RETURN(const plan::Plan* const plan,
                             router.Route(name, version, call.now()));
  return decide::Chosen{.plan = plan};
}

RepeatedCall RepeatedCallOf(const v1::DecideRequest& request,
                            const decide::Call& call, std::string subject,
                            const decide::Router& router) {
  RepeatedCall repeated;
  repeated.request_id = request.request_id();
  repeated.subject = std::move(subject);
  repeated.role = call.role;
  repeated.pack_name = request.pack().name();
  if (repeated.pack_name.empty() && !router.plans().empty()) {
    repeated.pack_name = router.plans().front()->summary().name;
  }
  repeated.pack_version = request.pack().version();
  repeated.placements = {request.placements().begin(),
                         request.placements().end()};
  repeated.explain = request.explain();
  return repeated;
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

DecideHandler::DecideHandler(const PackStore& packs, const StoreHost& host,
                             DecideHandlerOptions options)
    : packs_(packs),
      host_(host),
      options_(std::move(options)),
      allows_unlogged_(options_.allows_unlogged),
      repeats_("repeats", kRepeatsWaitingMax) {}

void DecideHandler::Decide(const grpc::ByteBuffer& request,
                           absl::string_view traceparent, Done done) {
  const Clock::time_point began = Clock::now();
  DecideSessionPool::Lease session = sessions_.Acquire();
  auto& message = *google::protobuf::Arena::CreateMessage<v1::DecideRequest>(
      &*session->message_arena);
  const Ends ends = {
      .decided =
          [this, began, done](absl::string_view decision,
                              store::Position position, Answered answered) {
            End(answered, began);
            std::string response;
            AppendMessageField(
                v1::DecideResponse::kDecisionFieldNumber, decision,
                PositionBytes(host_.node_id(), position), response);
            if (answered == Answered::kBefore) {
              v1::DecideResponse more;
              more.set_repeated_request(true);
              response += more.SerializeAsString();
            }
            done(grpc::Status::OK, ToByteBuffer(response));
          },
      .unlogged =
          [this, began, done](absl::string_view decision) {
            End(Outcome::kUnlogged, began);
            std::string response;
            AppendMessageField(v1::DecideResponse::kDecisionFieldNumber,
                               decision, "", response);
            done(grpc::Status::OK, ToByteBuffer(response));
          },
      .failed =
          [this, began, done](const google::rpc::Status& error) {
            End(OutcomeOf(error), began);
            done(ToGrpcStatus(error), {});
          },
      .began = began};
  if (!ParseBytes(request, message)) {
    return ends.failed(ParseFailure(request, *v1::DecideRequest::descriptor()));
  }
  const Stores stores = host_.stores();
  if (stores == nullptr) return ends.failed(StoreError(host_.Closed()));
  DecideOne(message, TraceIdOf(traceparent), stores, *session, ends);
}

void DecideHandler::End(Outcome outcome, Clock::time_point began) {
  latencies_.Observe(Phase::kTotal, outcome,
                     absl::FromChrono(Clock::now() - began));
}

void DecideHandler::BatchDecide(const grpc::ByteBuffer& request,
                                absl::string_view traceparent, Done done) {
  DecideSessionPool::Lease session = sessions_.Acquire();
  auto& message =
      *google::protobuf::Arena::CreateMessage<v1::BatchDecideRequest>(
          &*session->message_arena);
  const auto fail = [&done](const google::rpc::Status& error) {
    done(ToGrpcStatus(error), {});
  };
  if (!ParseBytes(request, message)) {
    return fail(ParseFailure(request, *v1::BatchDecideRequest::descriptor()));
  }
  const size_t count = static_cast<size_t>(message.requests_size());
  if (count == 0 || count > options_.batch_items_max) {
    return fail(TooManyItems(absl::StrCat(count, " requests, from 1 to ",
                                          options_.batch_items_max,
                                          " are allowed in one batch")));
  }
  const auto explained = static_cast<size_t>(
      std::count_if(message.requests().begin(), message.requests().end(),
                    [](const v1::DecideRequest& one) {
                      return one.explain() == v1::EXPLAIN_LEVEL_FULL;
                    }));
  if (explained > options_.explained_batch_items_max) {
    return fail(TooManyItems(absl::StrCat(
        explained, " requests with EXPLAIN_LEVEL_FULL, at most ",
        options_.explained_batch_items_max, " are allowed in one batch")));
  }
  const Stores stores = host_.stores();
  if (stores == nullptr) return fail(StoreError(host_.Closed()));
  const auto batch = std::make_shared<Batch>(count, std::move(done));
  for (size_t i = 0; i < count; ++i) {
    session->workspace.input_arena().Reset();
    const Clock::time_point began = Clock::now();
    const Ends ends = {
        .decided =
            [this, began, batch, i](absl::string_view decision,
                                    store::Position position,
                                    Answered answered) {
              End(answered, began);
              std::string result;
              AppendMessageField(
                  v1::BatchDecideResult::kDecisionFieldNumber, decision,
                  PositionBytes(host_.node_id(), position), result);
              if (answered == Answered::kBefore) {
                v1::BatchDecideResult more;
                more.set_repeated_request(true);
                result += more.SerializeAsString();
              }
              batch->Finish(i, std::move(result));
            },
        .unlogged =
            [this, began, batch, i](absl::string_view decision) {
              End(Outcome::kUnlogged, began);
              std::string result;
              AppendMessageField(v1::BatchDecideResult::kDecisionFieldNumber,
                                 decision, "", result);
              batch->Finish(i, std::move(result));
            },
        .failed =
            [this, began, batch, i](const google::rpc::Status& error) {
              End(OutcomeOf(error), began);
              batch->FinishWithError(i, error);
            },
        .began = began};
    DecideOne(message.requests(static_cast<int>(i)), TraceIdOf(traceparent),
              stores, *session, ends);
  }
}

void DecideHandler::DecideOne(const v1::DecideRequest& request,
                              absl::string_view trace_id, const Stores& stores,
                              DecideSession& session, const Ends& ends) {
  decide::Call call;
  // Memory counts microseconds. What was decided before has ended what it found
  // ended: no clock makes that undone.
  const absl::Time clock = state::FloorTime(options_.now());
  const absl::Time log = stores->sequencer->time();
  clock_watch_.Look(clock, log);
  const absl::Time now = std::max(clock, log);
  const std::vector<FieldError> errors =
      ReadRequest(request, now, session, call);
  if (!errors.empty()) return ends.failed(InvalidRequest(errors));
  if (request.unlogged() && !allows_unlogged_) {
    return ends.failed(
        MakeError(v1::ERROR_REASON_UNLOGGED_NOT_ALLOWED,
                  "quotes without a record are not allowed by this server's "
                  "configuration; ask without `unlogged`, or let an operator "
                  "set `unlogged_quotes`"));
  }
  call.trace_id = trace_id;
  call.time_zones_version = options_.time_zones_version;

  const std::shared_ptr<const ServingPlans> serving = packs_.serving();
  RepeatedCall repeated = RepeatedCallOf(
      request, call,
      store::SubjectOf(stores->log->identity().subject_key, call.customer_id),
      serving->router());
  if (call.request_id_given) {
    const std::optional<uint64_t> sequence =
        stores->sequencer->FindRequest(call.request_id, now);
    if (sequence) return Repeat(*sequence, std::move(repeated), stores, ends);
  }
  const absl::StatusOr<decide::Chosen> chosen =
      Choose(serving->router(), request, call);
  if (!chosen.ok()) return ends.failed(RoutingError(chosen.status()));
  if (chosen->is_canary && call.role == trace::Role::kLive) {
    call.role = trace::Role::kCanary;
  }
  session.erasures = stores->sequencer->erasures();
  absl::StatusOr<std::shared_ptr<const store::Profile>> profile =
      stores->profiles->Get(call.customer_id);
  if (!profile.ok()) return ends.failed(StoreError(profile.status()));
  session.profile = *std::move(profile);
  if (session.profile != nullptr) call.profile = session.profile->attributes();
  call.seed = options_.seed();
  if (request.unlogged()) {
    return Quote(request, *chosen->plan, repeated.subject, call, *serving,
                 stores, session, ends);
  }
  CommitDecision(request, *chosen, std::move(repeated), call, *serving, stores,
                 session, ends);
}

void DecideHandler::Quote(const v1::DecideRequest& request,
                          const plan::Plan& plan, absl::string_view subject,
                          decide::Call& call, const ServingPlans& serving,
                          const Stores& stores, DecideSession& session,
                          const Ends& ends) {
  const Clock::time_point read_at = Clock::now();
  session.state.Clear();
  if (ReadsState(plan, *stores->sequencer)) {
    stores->sequencer->Read(
        AskState(plan, call.now(), subject, session.queries), session.state);
    call.state = &session.state;
  }
  const std::span<const Violation> violations =
      decide::Decide(plan, call, session.workspace);
  if (!violations.empty()) {
    return ends.failed(InvalidRequest(ToFieldErrors(violations)));
  }
  latencies_.Observe(Phase::kRead, Outcome::kUnlogged,
                     absl::FromChrono(read_at - ends.began));
  latencies_.Observe(Phase::kDecide, Outcome::kUnlogged,
                     absl::FromChrono(Clock::now() - read_at));
  serving.CountsOf(plan).CountUnlogged();
  session.decision.Clear();
  WriteAnswer(plan, session.workspace, request.explain(), session.decision);
  session.decision.set_unlogged(true);
  ends.unlogged(session.decision.SerializeAsString());
}

void DecideHandler::CommitDecision(const v1::DecideRequest& request,
                                   const decide::Chosen& chosen,
                                   RepeatedCall repeated, decide::Call& call,
                                   const ServingPlans& serving,
                                   const Stores& stores, DecideSession& session,
                                   const Ends& ends) {
  const Clock::time_point read_at = Clock::now();
  const plan::Plan& plan = *chosen.plan;
  store::StateQuery query =
      AskState(plan, call.now(), repeated.subject, session.queries);
  query.erasures = session.erasures;
  session.state.Clear();
  if (chosen.shadow != nullptr && IsAnswered(call.role)) {
    session.shadow.Begin(*chosen.shadow, call, repeated.subject,
                         session.erasures, *stores);
  }
  if (ReadsState(plan, *stores->sequencer)) {
    stores->sequencer->Read(query, session.state);
    call.state = &session.state;
  }
  const std::span<const Violation> violations =
      decide::Decide(plan, call, session.workspace);
  if (!violations.empty()) {
    return ends.failed(InvalidRequest(ToFieldErrors(violations)));
  }
  const trace::DecisionRecord& record = session.workspace.record();
  const auto ready = [&]() -> store::ReadyRecord {
    return {&record,
            store::Encode(record, stores->log->identity(), repeated.subject)};
  };
  const auto decide_again = [&] {
    // It may have been nothing that mattered until now: the first pause.
    call.state = &session.state;
    // What is remembered decides which offer wins, not whether a call is well.
    STRATAGEM_CHECK(decide::Decide(plan, call, session.workspace).empty());
    return ready();
  };
  const auto pending = std::make_shared<PendingAnswer>(
      [ends](absl::string_view decision,
             const absl::StatusOr<store::Position>& position) {
        if (!position.ok()) return ends.failed(StoreError(position.status()));
        ends.decided(decision, *position, Answered::kNow);
      });
  store::ReadyRecord first = ready();
  const Clock::time_point decided_at = Clock::now();
  const absl::Status committed = stores->sequencer->Commit(
      query, session.state, std::move(first), decide_again,
      [this, decided_at, pending](absl::StatusOr<store::Position> position) {
        if (position.ok()) {
          latencies_.Observe(Phase::kCommit, Outcome::kDecided,
                             absl::FromChrono(Clock::now() - decided_at));
        }
        pending->SetPosition(std::move(position));
      });
  if (absl::IsAborted(committed)) {
    // This thread slept while the log went on, or somebody was erased since it
    // read the profile.
    session.workspace.input_arena().Reset();
    return DecideOne(request, call.trace_id, stores, session, ends);
  }
  if (absl::IsAlreadyExists(committed)) {
    const std::optional<uint64_t> sequence =
        stores->sequencer->FindRequest(call.request_id, call.decided_at);
    if (sequence) return Repeat(*sequence, std::move(repeated), stores, ends);
  }
  if (!committed.ok()) return ends.failed(StoreError(committed));
  latencies_.Observe(Phase::kRead, Outcome::kDecided,
                     absl::FromChrono(read_at - ends.began));
  latencies_.Observe(Phase::kDecide, Outcome::kDecided,
                     absl::FromChrono(decided_at - read_at));
  // While the disk writes: the record is the final one now.
  serving.CountsOf(plan).CountDecision(record);
  session.decision.Clear();
  WriteAnswer(plan, session.workspace, request.explain(), session.decision);
  pending->SetDecision(session.decision.SerializeAsString());
  if (chosen.shadow != nullptr && IsAnswered(call.role)) {
    session.shadow.Run(record, *stores, serving.CountsOf(*chosen.shadow->plan));
  }
}

void DecideHandler::Repeat(uint64_t sequence, RepeatedCall call,
                           const Stores& stores, const Ends& ends) {
  // The first call may still be on its way to the disk.
  const absl::Status waits = stores->sequencer->Flush(
      [this, sequence, call = std::move(call), stores,
       ends](const absl::StatusOr<store::Position>& flushed) {
        if (!flushed.ok()) return ends.failed(StoreError(flushed.status()));
        const bool queued = repeats_.Post([this, sequence, call, stores, ends] {
          const auto answer =
              AnswerRepeated(*stores->log, *packs_.router(), sequence, call);
          if (const auto* error = std::get_if<google::rpc::Status>(&answer)) {
            return ends.failed(*error);
          }
          const auto& logged = std::get<LoggedDecision>(answer);
          ends.decided(logged.decision, logged.position, Answered::kBefore);
        });
        if (!queued) ends.failed(ReadQueueFull());
      });
  if (!waits.ok()) ends.failed(StoreError(waits));
}

}  // namespace stratagem::server
