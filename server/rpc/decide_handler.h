// server/rpc/decide_handler.h
//
// DecideHandler: Decide and BatchDecide as bytes in, bytes out, so that any
// transport can serve them. Parses, converts, routes, decides and commits; the
// call is finished when the record is durable, and no thread waits for a sync;
// a profile that is not in memory is read on the thread of the call.
// A call that was made before gets its answer from the log.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_RPC_DECIDE_HANDLER_H_
#define STRATAGEM_SERVER_RPC_DECIDE_HANDLER_H_

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "engine/store/store.h"
#include "google/rpc/status.pb.h"
#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/status.h"
#include "server/ops/clock_watch.h"
#include "server/ops/decision_latencies.h"
#include "server/ops/store_host.h"
#include "server/reload/pack_store.h"
#include "server/rpc/decide_session.h"
#include "server/rpc/pending_answer.h"
#include "server/rpc/read_thread.h"
#include "server/rpc/repeated_decision.h"
#include "server/rpc/seed_source.h"
#include "stratagem/v1/decision_service.pb.h"

namespace stratagem::server {

struct DecideHandlerOptions {
  size_t batch_items_max = 1'000;
  // Of a batch, requests with EXPLAIN_LEVEL_FULL: each may take some tenths of
  // a second of the thread that answers.
  size_t explained_batch_items_max = 10;
  std::string time_zones_version = "unknown";
  // DecideRequest.unlogged is answered; see AllowUnlogged().
  bool allows_unlogged = false;
  // What the outside world gives a decision; tests give their own.
  std::function<absl::Time()> now = absl::Now;
  std::function<uint64_t()> seed = RandomSeed;
};

// Thread safe. Must outlive every call that it has begun.
class DecideHandler {
 public:
  // Called once a call, on the calling thread or one of the store's. The bytes
  // are a DecideResponse or BatchDecideResponse, and empty unless OK.
  using Done = std::function<void(const grpc::Status&, grpc::ByteBuffer)>;

  // Both must outlive the handler.
  DecideHandler(const PackStore& packs, const StoreHost& host,
                DecideHandlerOptions options);

  // Whether DecideRequest.unlogged is answered from now on.
  void AllowUnlogged(bool allowed) { allows_unlogged_ = allowed; }

  const DecisionLatencies& latencies() const { return latencies_; }
  void AddQueues(std::vector<QueueStats>& queues) const {
    queues.push_back(repeats_.stats());
  }

  // `request` holds a DecideRequest or BatchDecideRequest; `traceparent` is the
  // call's W3C trace context, or "".
  void Decide(const grpc::ByteBuffer& request, absl::string_view traceparent,
              Done done);
  void BatchDecide(const grpc::ByteBuffer& request,
                   absl::string_view traceparent, Done done);

 private:
  struct Batch;
  // Held until the call is answered or its record is on the way to the disk.
  using Stores = std::shared_ptr<const OpenStores>;
  // Whether a decision was made by this call, or by one of its request id
  // before.
  enum class Answered { kNow, kBefore };
  // Called once a decision: with it, serialized without its place in the log,
  // and that place.
  using Decided = std::function<void(absl::string_view decision,
                                     store::Position, Answered)>;
  // Called once a decision without a record: with all of it, serialized.
  using Unlogged = std::function<void(absl::string_view decision)>;
  using Failed = std::function<void(const google::rpc::Status&)>;
  using Clock = std::chrono::steady_clock;
  // How one decision ends: by one of the three, when it began.
  struct Ends {
    Decided decided;
    Unlogged unlogged;
    Failed failed;
    Clock::time_point began;
  };

  // Counts a call that ends now.
  void End(Outcome outcome, Clock::time_point began);
  void End(Answered answered, Clock::time_point began) {
    End(answered == Answered::kNow ? Outcome::kDecided : Outcome::kRepeated,
        began);
  }

  void DecideOne(const v1::DecideRequest& request, absl::string_view trace_id,
                 const Stores& stores, DecideSession& session,
                 const Ends& ends);
  // Decides without a record.
  void Quote(const v1::DecideRequest& request, const plan::Plan& plan,
             absl::string_view subject, decide::Call& call,
             const ServingPlans& serving, const Stores& stores,
             DecideSession& session, const Ends& ends);
  void CommitDecision(const v1::DecideRequest& request,
                      const decide::Chosen& chosen, RepeatedCall repeated,
                      decide::Call& call, const ServingPlans& serving,
                      const Stores& stores, DecideSession& session,
                      const Ends& ends);
  // Answers from the record at `sequence`, once that is durable.
  void Repeat(uint64_t sequence, RepeatedCall call, const Stores& stores,
              const Ends& ends);

  const PackStore& packs_;
  const StoreHost& host_;
  const DecideHandlerOptions options_;
  std::atomic<bool> allows_unlogged_;
  DecisionLatencies latencies_;
  ClockWatch clock_watch_;
  DecideSessionPool sessions_;
  // INVARIANT: last, so that it ends before what its work uses.
  ReadThread repeats_;
};

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_RPC_DECIDE_HANDLER_H_
