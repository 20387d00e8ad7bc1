#include "server/rpc/decision_service.h"

#include "server/rpc/trace_context.h"

namespace stratagem::server {
namespace {

absl::string_view Traceparent(const grpc::CallbackServerContext& context) {
  const auto entry = context.client_metadata().find(kTraceparentKey);
  if (entry == context.client_metadata().end()) return "";
  return {entry->second.data(), entry->second.size()};
}

// `response` and the reactor live until the reactor has finished.
DecideHandler::Done FinishWith(grpc::ServerUnaryReactor* reactor,
                               grpc::ByteBuffer* response) {
  return
      [reactor, response](const grpc::Status& status, grpc::ByteBuffer bytes) {
        response->Swap(&bytes);
        reactor->Finish(status);
      };
}

}  // namespace

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
