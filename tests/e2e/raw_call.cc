#include "tests/e2e/raw_call.h"

#include "grpcpp/generic/generic_stub.h"
#include "gtest/gtest.h"
#include "tests/e2e/server_process.h"

namespace stratagem {

std::string CallRaw(int port, const std::string& method,
                    const std::string& request) {
  grpc::GenericStub stub(ChannelTo(port));
  grpc::ClientContext context;
  grpc::CompletionQueue queue;
  const auto call = stub.PrepareCall(&context, method, &queue);
  void* tag = nullptr;
  bool ok = false;
  call->StartCall(nullptr);
  queue.Next(&tag, &ok);
  const grpc::Slice slice(request);
  call->WriteLast(grpc::ByteBuffer(&slice, 1), grpc::WriteOptions(), nullptr);
  queue.Next(&tag, &ok);
  grpc::ByteBuffer answer;
  call->Read(&answer, nullptr);
  queue.Next(&tag, &ok);
  grpc::Slice bytes;
  const bool read = ok && answer.DumpToSingleSlice(&bytes).ok();
  grpc::Status status;
  call->Finish(&status, nullptr);
  queue.Next(&tag, &ok);
  EXPECT_TRUE(status.ok()) << status.error_message();
  return read ? std::string(reinterpret_cast<const char*>(bytes.begin()),
                            bytes.size())
              : "";
}

bool IsServing(int port) {
  // HealthCheckResponse{status: SERVING}.
  return CallRaw(port, "/grpc.health.v1.Health/Check", "") == "\x08\x01";
}

}  // namespace stratagem
