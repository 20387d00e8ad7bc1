// server/rpc/outcome_handler.h
//
// OutcomeHandler: RecordOutcomes as bytes in, bytes out, so that any transport
// can serve it. Reads each report's decision from the log, on a thread of its
// own, settles it where records are put in order, and answers when the last
// outcome is durable.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_RPC_OUTCOME_HANDLER_H_
#define STRATAGEM_SERVER_RPC_OUTCOME_HANDLER_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "engine/store/record_codec.h"
#include "engine/store/store.h"
#include "google/rpc/status.pb.h"
#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/status.h"
#include "server/ops/store_host.h"
#include "server/reload/pack_store.h"
#include "server/rpc/read_report.h"
#include "server/rpc/read_thread.h"
#include "stratagem/v1/outcome_service.pb.h"

namespace stratagem::server {

struct OutcomeHandlerOptions {
  // How long after its decision an outcome may come and still change something.
  absl::Duration outcome_window = absl::Hours(24 * 30);
  // As of DecideHandlerOptions.
  std::function<absl::Time()> now = absl::Now;
};

// Thread safe. Must outlive every call that it has begun.
class OutcomeHandler {
 public:
  // Called once a call, on the calling thread or another. The bytes are a
  // RecordOutcomesResponse, and empty unless OK.
  using Done = std::function<void(const grpc::Status&, grpc::ByteBuffer)>;

  // Both must outlive the handler.
  OutcomeHandler(const PackStore& packs, const StoreHost& host,
                 OutcomeHandlerOptions options);

  // `request` holds a RecordOutcomesRequest; `traceparent` is the call's W3C
  // trace context, or "".
  void RecordOutcomes(const grpc::ByteBuffer& request,
                      absl::string_view traceparent, Done done);

  void AddQueues(std::vector<QueueStats>& queues) const {
    queues.push_back(reads_.stats());
  }

 private:
  struct Batch;
  // Null: the log has no such decision.
  using FoundDecision =
      std::variant<std::unique_ptr<const store::DecodedRecord>,
                   google::rpc::Status>;

  void Record(const OpenStores& stores, const std::shared_ptr<Batch>& batch,
              int index);
  // `erasures`: Sequencer::erasures() before `decision` was read.
  void Commit(const ToldReport& told, const store::DecodedRecord& decision,
              uint64_t erasures, const OpenStores& stores,
              const std::shared_ptr<Batch>& batch, int index);
  static FoundDecision Find(const DecisionPlace& place,
                            const store::Store& log);

  const PackStore& packs_;
  const StoreHost& host_;
  const OutcomeHandlerOptions options_;
  // INVARIANT: last, so that it ends before what its work uses.
  ReadThread reads_;
};

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_RPC_OUTCOME_HANDLER_H_
