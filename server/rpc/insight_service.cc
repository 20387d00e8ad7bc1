#include "server/rpc/insight_service.h"

#include <utility>

#include "absl/time/clock.h"
#include "server/rpc/error_map.h"
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

}  // namespace

InsightService::InsightService(const store::Store& store, StatsSources sources,
                               Pii pii)
    : store_(store),
      sources_(std::move(sources)),
      pii_(pii),
      reads_(kReadsWaitingMax),
      feed_(store, pii) {}

grpc::ServerUnaryReactor* InsightService::GetLogStats(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
    grpc::ByteBuffer* response) {
  return AnswerUnaryFrom<v1::GetLogStatsRequest>(
      reads_, *context, *request, *response,
      [this](const v1::GetLogStatsRequest& message) {
        return server::GetLogStats(store_, message, sources_, absl::Now());
      });
}

grpc::ServerUnaryReactor* InsightService::ListDecisions(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
    grpc::ByteBuffer* response) {
  return AnswerUnaryFrom<v1::ListDecisionsRequest>(
      reads_, *context, *request, *response,
      [this](const v1::ListDecisionsRequest& message) {
        return server::ListDecisions(store_, message, pii_);
      });
}

grpc::ServerUnaryReactor* InsightService::GetDecision(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
    grpc::ByteBuffer* response) {
  return AnswerUnaryFrom<v1::GetDecisionRequest>(
      reads_, *context, *request, *response,
      [this](const v1::GetDecisionRequest& message) {
        return server::GetDecision(store_, message, pii_);
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
