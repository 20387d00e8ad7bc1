#include "server/rpc/status_service.h"

#include <utility>
#include <variant>

#include "server/options.h"
#include "server/rpc/unary.h"
#include "server/rpc/write_status.h"

namespace stratagem::server {

StatusService::StatusService(std::function<ServerPicture()> look)
    : look_(std::move(look)), looks_("status", kReadsWaitingMax) {}

grpc::ServerUnaryReactor* StatusService::GetStatus(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
    grpc::ByteBuffer* response) {
  return AnswerUnaryFrom<v1::GetStatusRequest>(
      looks_, *context, *request, *response,
      [this](const v1::GetStatusRequest&) {
        return std::variant<v1::GetStatusResponse, google::rpc::Status>(
            ToWire(look_()));
      });
}

}  // namespace stratagem::server
