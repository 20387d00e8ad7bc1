#include "server/rpc/decision_service.h"

#include "server/rpc/unary.h"

namespace stratagem::server {
grpc::ServerUnaryReactor* DecisionService::Decide(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
    grpc::ByteBuffer* response) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  handler_.Decide(*request, Traceparent(*context),
                  FinishWith(reactor, response));
  return reactor;
}

grpc::ServerUnaryReactor* DecisionService::BatchDecide(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
    grpc::ByteBuffer* response) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  handler_.BatchDecide(*request, Traceparent(*context),
                       FinishWith(reactor, response));
  return reactor;
}

}  // namespace stratagem::server
