// tests/server/pack_calls.h
//
// PackCalls: a running server with one version of the shop, and its PackService
// by what a test wants to say of it.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_TESTS_SERVER_PACK_CALLS_H_
#define STRATAGEM_TESTS_SERVER_PACK_CALLS_H_

#include <memory>
#include <string>

#include "gtest/gtest.h"
#include "tests/server/running_server.h"
#include "tests/server/shop_pack.h"
#include "tests/support/temp_dir.h"

namespace stratagem::server {

class PackCalls : public testing::Test {
 protected:
  using Stub = v1::PackService::Stub;

  // Calls a method; what it answers is in `response`.
  template <typename Request, typename Response>
  grpc::Status Call(grpc::Status (Stub::*method)(grpc::ClientContext*,
                                                 const Request&, Response*),
                    const Request& request, Response& response) {
    grpc::ClientContext context;
    return (stub_.get()->*method)(&context, request, &response);
  }

  grpc::Status Publish(const v1::PackFiles& files,
                       v1::PublishPackResponse& response) {
    v1::PublishPackRequest request;
    *request.mutable_files() = files;
    return Call(&Stub::PublishPack, request, response);
  }
  grpc::Status Publish(const ShopOptions& shop) {
    v1::PublishPackResponse response;
    return Publish(ShopWire(shop), response);
  }

  // What the shop decides of a customer at `home`.
  v1::Decision DecideOf(const std::string& customer = "c-1") {
    v1::DecideRequest request;
    request.set_customer_id(customer);
    request.add_placements("home");
    v1::DecideResponse response;
    const grpc::Status status = running_.Decide(request, response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response.decision();
  }

  const TempDir dir_;
  RunningServer running_{
      {}, store::NewMemoryStore(), {WriteShop(dir_, "first")}};
  const std::unique_ptr<Stub> stub_ =
      v1::PackService::NewStub(running_.channel());
};

}  // namespace stratagem::server

#endif  // STRATAGEM_TESTS_SERVER_PACK_CALLS_H_
