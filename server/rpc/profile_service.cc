#include "server/rpc/profile_service.h"

#include "server/rpc/error_map.h"
#include "server/rpc/unary.h"
#include "server/rpc/wire_bytes.h"
#include "server/rpc/wire_check.h"

namespace stratagem::server {
namespace {

// One import: reads a message, stores it on the thread of writes, reads the
// next. Ends itself.
class ImportReactor final : public grpc::ServerReadReactor<grpc::ByteBuffer> {
 public:
  // `handler` and `writes` live until the server has ended its calls.
  ImportReactor(const ProfileHandler& handler, ReadThread& writes,
                grpc::ByteBuffer* response)
      : handler_(handler), writes_(writes), response_(response) {
    StartRead(&bytes_);
  }

  void OnReadDone(bool ok) override {
    if (!ok) {
      *response_ = ToByteBuffer(sum_.SerializeAsString());
      return Finish(grpc::Status::OK);
    }
    if (!writes_.Post([this] { Store(); })) {
      Finish(ToGrpcStatus(ReadQueueFull()));
    }
  }

  void OnDone() override { delete this; }

 private:
  void Store() {
    v1::ImportProfilesRequest part;
    if (!ParseBytes(bytes_, part)) {
      return Finish(ToGrpcStatus(DescribeParseFailure(
          ToString(bytes_), *v1::ImportProfilesRequest::descriptor())));
    }
    const google::rpc::Status status = handler_.Import(part, sum_);
    if (status.code() != 0) return Finish(ToGrpcStatus(status));
    StartRead(&bytes_);
  }

  const ProfileHandler& handler_;
  ReadThread& writes_;
  grpc::ByteBuffer* const response_;
  grpc::ByteBuffer bytes_;
  v1::ImportProfilesResponse sum_;
};

}  // namespace

grpc::ServerUnaryReactor* ProfileService::UpsertProfile(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
    grpc::ByteBuffer* response) {
  return AnswerUnaryFrom<v1::UpsertProfileRequest>(
      writes_, *context, *request, *response,
      [this](const v1::UpsertProfileRequest& message) {
        return handler_.Upsert(message);
      });
}

grpc::ServerUnaryReactor* ProfileService::BatchUpsertProfiles(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
    grpc::ByteBuffer* response) {
  return AnswerUnaryFrom<v1::BatchUpsertProfilesRequest>(
      writes_, *context, *request, *response,
      [this](const v1::BatchUpsertProfilesRequest& message) {
        return handler_.BatchUpsert(message);
      });
}

grpc::ServerReadReactor<grpc::ByteBuffer>* ProfileService::ImportProfiles(
    grpc::CallbackServerContext*, grpc::ByteBuffer* response) {
  return new ImportReactor(handler_, writes_, response);
}

grpc::ServerUnaryReactor* ProfileService::GetProfile(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
    grpc::ByteBuffer* response) {
  return AnswerUnaryFrom<v1::GetProfileRequest>(
      reads_, *context, *request, *response,
      [this](const v1::GetProfileRequest& message) {
        return handler_.Get(message);
      });
}

grpc::ServerUnaryReactor* ProfileService::SearchProfiles(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
    grpc::ByteBuffer* response) {
  return AnswerUnaryFrom<v1::SearchProfilesRequest>(
      reads_, *context, *request, *response,
      [this](const v1::SearchProfilesRequest& message) {
        return handler_.Search(message);
      });
}

grpc::ServerUnaryReactor* ProfileService::DeleteCustomer(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
    grpc::ByteBuffer* response) {
  return AnswerUnaryFrom<v1::DeleteCustomerRequest>(
      erasures_, *context, *request, *response,
      [this](const v1::DeleteCustomerRequest& message) {
        return handler_.Delete(message);
      });
}

}  // namespace stratagem::server
