#include "server/rpc/insight_service.h"

#include <memory>
#include <variant>

#include "absl/time/clock.h"
#include "server/rpc/error_map.h"
#include "server/rpc/log_queries.h"
#include "server/rpc/unary.h"

namespace stratagem::server {
namespace {

// A stream that ends before it begins.
class RefusedStream final : public grpc::ServerWriteReactor<grpc::ByteBuffer> {
 public:
  explicit RefusedStream(const google::rpc::Status& error) {
    Finish(ToGrpcStatus(error));
  }
  void OnDone() override { delete this; }
};

// Returns what `answer` makes of the stores that are open.
template <typename Answer>
auto AnswerFrom(const StoreHost& host, const Answer& answer)
    -> decltype(answer(*host.stores())) {
  const std::shared_ptr<const OpenStores> stores = host.stores();
  if (stores == nullptr) return StoreError(host.Closed());
  return answer(*stores);
}

StatsSources SourcesOf(const OpenStores& stores, const StoreHost& host) {
  StatsSources sources;
  sources.sequencer = stores.sequencer->stats();
  sources.profiles = stores.profiles->stats();
  if (stores.retention != nullptr) {
    sources.retention = stores.retention->stats();
  }
  sources.reopenings = host.reopenings();
  return sources;
}

}  // namespace

InsightService::InsightService(const StoreHost& host, Pii pii)
    : host_(host),
      pii_(pii),
      reads_("insight", kReadsWaitingMax),
      feed_(host, pii) {}

grpc::ServerUnaryReactor* InsightService::GetLogStats(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
    grpc::ByteBuffer* response) {
  return AnswerUnaryFrom<v1::GetLogStatsRequest>(
      reads_, *context, *request, *response,
      [this](const v1::GetLogStatsRequest& message) {
        return AnswerFrom(host_, [&](const OpenStores& stores) {
          return server::GetLogStats(*stores.log, message,
                                     SourcesOf(stores, host_), absl::Now());
        });
      });
}

grpc::ServerUnaryReactor* InsightService::ListDecisions(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
    grpc::ByteBuffer* response) {
  return AnswerUnaryFrom<v1::ListDecisionsRequest>(
      reads_, *context, *request, *response,
      [this](const v1::ListDecisionsRequest& message) {
        return AnswerFrom(host_, [&](const OpenStores& stores) {
          return server::ListDecisions(*stores.log, message, pii_);
        });
      });
}

grpc::ServerUnaryReactor* InsightService::GetDecision(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
    grpc::ByteBuffer* response) {
  return AnswerUnaryFrom<v1::GetDecisionRequest>(
      reads_, *context, *request, *response,
      [this](const v1::GetDecisionRequest& message) {
        return AnswerFrom(host_, [&](const OpenStores& stores) {
          return server::GetDecision(*stores.log, message, pii_);
        });
      });
}

grpc::ServerWriteReactor<grpc::ByteBuffer>* InsightService::FollowDecisions(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request) {
  v1::FollowDecisionsRequest message;
  if (!ParseBytes(*request, message)) {
    return new RefusedStream(
        DescribeParseFailure(ToString(*request), *message.descriptor()));
  }
  return feed_.Follow(*context, message);
}

}  // namespace stratagem::server
