#include "server/rpc/outcome_service.h"

#include "server/rpc/unary.h"

namespace stratagem::server {

grpc::ServerUnaryReactor* OutcomeService::RecordOutcomes(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
    grpc::ByteBuffer* response) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  handler_.RecordOutcomes(*request, Traceparent(*context),
                          FinishWith(reactor, response));
  return reactor;
}

}  // namespace stratagem::server
