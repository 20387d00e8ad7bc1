#include "server/rpc/pack_service.h"

#include "server/rpc/unary.h"

namespace stratagem::server {

grpc::ServerUnaryReactor* PackService::ListPacks(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
    grpc::ByteBuffer* response) {
  return AnswerUnary<v1::ListPacksRequest>(
      *context, *request, *response,
      [this](const v1::ListPacksRequest& message) {
        return handler_.ListPacks(message);
      });
}

grpc::ServerUnaryReactor* PackService::ListVersions(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
    grpc::ByteBuffer* response) {
  return AnswerUnary<v1::ListVersionsRequest>(
      *context, *request, *response,
      [this](const v1::ListVersionsRequest& message) {
        return handler_.ListVersions(message);
      });
}

grpc::ServerUnaryReactor* PackService::GetPack(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
    grpc::ByteBuffer* response) {
  return AnswerUnaryFrom<v1::GetPackRequest>(
      reads_, *context, *request, *response,
      [this](const v1::GetPackRequest& message) {
        return handler_.Get(message);
      });
}

grpc::ServerUnaryReactor* PackService::ValidatePack(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
    grpc::ByteBuffer* response) {
  return AnswerUnaryFrom<v1::ValidatePackRequest>(
      reads_, *context, *request, *response,
      [this](const v1::ValidatePackRequest& message) {
        return handler_.Validate(message);
      });
}

grpc::ServerUnaryReactor* PackService::PublishPack(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
    grpc::ByteBuffer* response) {
  return AnswerUnaryFrom<v1::PublishPackRequest>(
      changes_, *context, *request, *response,
      [this](const v1::PublishPackRequest& message) {
        return handler_.Publish(message);
      });
}

grpc::ServerUnaryReactor* PackService::ActivatePack(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
    grpc::ByteBuffer* response) {
  return AnswerUnaryFrom<v1::ActivatePackRequest>(
      changes_, *context, *request, *response,
      [this](const v1::ActivatePackRequest& message) {
        return handler_.Activate(message);
      });
}

grpc::ServerUnaryReactor* PackService::RollBackPack(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
    grpc::ByteBuffer* response) {
  return AnswerUnaryFrom<v1::RollBackPackRequest>(
      changes_, *context, *request, *response,
      [this](const v1::RollBackPackRequest& message) {
        return handler_.RollBack(message);
      });
}

grpc::ServerUnaryReactor* PackService::RunTests(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
    grpc::ByteBuffer* response) {
  return AnswerUnaryFrom<v1::RunTestsRequest>(
      trials_, *context, *request, *response,
      [this](const v1::RunTestsRequest& message) {
        return handler_.RunTests(message);
      });
}

grpc::ServerUnaryReactor* PackService::SetPaused(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
    grpc::ByteBuffer* response) {
  return AnswerUnaryFrom<v1::SetPausedRequest>(
      pauses_, *context, *request, *response,
      [this](const v1::SetPausedRequest& message) {
        return handler_.SetPaused(message);
      });
}

grpc::ServerUnaryReactor* PackService::SetCanary(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
    grpc::ByteBuffer* response) {
  return AnswerUnaryFrom<v1::SetCanaryRequest>(
      changes_, *context, *request, *response,
      [this](const v1::SetCanaryRequest& message) {
        return handler_.SetCanary(message);
      });
}

grpc::ServerUnaryReactor* PackService::SetShadow(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
    grpc::ByteBuffer* response) {
  return AnswerUnaryFrom<v1::SetShadowRequest>(
      changes_, *context, *request, *response,
      [this](const v1::SetShadowRequest& message) {
        return handler_.SetShadow(message);
      });
}

grpc::ServerUnaryReactor* PackService::DiffPacks(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
    grpc::ByteBuffer* response) {
  return AnswerUnaryFrom<v1::DiffPacksRequest>(
      trials_, *context, *request, *response,
      [this](const v1::DiffPacksRequest& message) {
        return handler_.Diff(message);
      });
}

grpc::ServerUnaryReactor* PackService::Simulate(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
    grpc::ByteBuffer* response) {
  return AnswerUnaryFrom<v1::SimulateRequest>(
      trials_, *context, *request, *response,
      [this](const v1::SimulateRequest& message) {
        return handler_.Simulate(message);
      });
}

}  // namespace stratagem::server
