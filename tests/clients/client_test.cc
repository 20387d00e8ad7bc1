// What must hold for Client: answers come back whole, and whatever the server
// says about an error reaches the caller. A fake server on loopback answers.

#include "clients/cpp/client.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "stratagem/v1/decision_service.grpc.pb.h"
#include "stratagem/v1/insight_service.grpc.pb.h"
#include "stratagem/v1/pack_service.grpc.pb.h"
#include "tests/support/status_matchers.h"

namespace stratagem::client {
namespace {

using testing::HasSubstr;

google::rpc::Status ErrorWithDetails(int code, const std::string& message,
                                     const std::string& reason) {
  google::rpc::Status error;
  error.set_code(code);
  error.set_message(message);
  google::rpc::ErrorInfo error_info;
  error_info.set_domain("stratagem");
  error_info.set_reason(reason);
  error.add_details()->PackFrom(error_info);
  return error;
}

void AddField(const std::string& field, const std::string& description,
              google::rpc::Status& error) {
  google::rpc::BadRequest bad_request;
  auto* const violation = bad_request.add_field_violations();
  violation->set_field(field);
  violation->set_description(description);
  violation->set_reason("ERROR_REASON_OUT_OF_RANGE");
  error.add_details()->PackFrom(bad_request);
}

// Answers by customer id: "ok", or one kind of failure.
class FakeDecisions final : public v1::DecisionService::Service {
 public:
  grpc::Status Decide(grpc::ServerContext*, const v1::DecideRequest* request,
                      v1::DecideResponse* response) override {
    if (request->customer_id() == "plain") {
      return {grpc::StatusCode::INTERNAL, "no details"};
    }
    if (request->customer_id() == "wrong") {
      google::rpc::Status error = ErrorWithDetails(
          3, "the request is not valid", "ERROR_REASON_OUT_OF_RANGE");
      AddField("attributes.nps", "12 is above the maximum 10", error);
      return {grpc::StatusCode::INVALID_ARGUMENT, error.message(),
              error.SerializeAsString()};
    }
    if (request->customer_id() == "busy") {
      google::rpc::Status error = ErrorWithDetails(
          8, "the log's queue is full", "ERROR_REASON_STORE_QUEUE_FULL");
      google::rpc::RetryInfo retry_info;
      retry_info.mutable_retry_delay()->set_nanos(50'000'000);
      error.add_details()->PackFrom(retry_info);
      return {grpc::StatusCode::RESOURCE_EXHAUSTED, error.message(),
              error.SerializeAsString()};
    }
    response->mutable_decision()->set_tier("gold");
    response->mutable_decision()->set_request_id(request->request_id());
    return grpc::Status::OK;
  }

  grpc::Status BatchDecide(grpc::ServerContext*,
                           const v1::BatchDecideRequest* request,
                           v1::BatchDecideResponse* response) override {
    for (const v1::DecideRequest& item : request->requests()) {
      v1::BatchDecideResult* const result = response->add_results();
      if (item.customer_id().empty()) {
        *result->mutable_error() = ErrorWithDetails(
            3, "customer_id: is empty", "ERROR_REASON_MISSING_FIELD");
      } else {
        result->mutable_decision()->set_tier("gold");
      }
    }
    return grpc::Status::OK;
  }
};

class FakePacks final : public v1::PackService::Service {
 public:
  grpc::Status ListPacks(grpc::ServerContext*, const v1::ListPacksRequest*,
                         v1::ListPacksResponse* response) override {
    response->add_packs()->mutable_ref()->set_name("retail");
    response->add_packs()->mutable_ref()->set_name("bank");
    return grpc::Status::OK;
  }
};

class FakeInsight final : public v1::InsightService::Service {
 public:
  grpc::Status ListDecisions(grpc::ServerContext*,
                             const v1::ListDecisionsRequest* request,
                             v1::ListDecisionsResponse* response) override {
    for (int i = 0; i < request->page_size(); ++i) {
      response->add_entries()->set_customer_id(absl::StrCat("c-", i));
    }
    return grpc::Status::OK;
  }
  grpc::Status GetLogStats(grpc::ServerContext*, const v1::GetLogStatsRequest*,
                           v1::GetLogStatsResponse* response) override {
    response->set_records(42);
    return grpc::Status::OK;
  }
};

class ClientTest : public testing::Test {
 protected:
  ClientTest() {
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(),
                             &port);
    builder.RegisterService(&decisions_);
    builder.RegisterService(&packs_);
    builder.RegisterService(&insight_);
    server_ = builder.BuildAndStart();
    address_ = absl::StrCat("127.0.0.1:", port);
    client_ = std::make_unique<Client>(Options{.address = address_});
  }
  ~ClientTest() override { server_->Shutdown(); }

  absl::Status DecideFor(const std::string& customer_id) {
    v1::DecideRequest request;
    request.set_customer_id(customer_id);
    return client_->Decide(request).status();
  }

  FakeDecisions decisions_;
  FakePacks packs_;
  FakeInsight insight_;
  std::unique_ptr<grpc::Server> server_;
  std::string address_;
  std::unique_ptr<Client> client_;
};

TEST_F(ClientTest, AnswersComeBackWhole) {
  v1::DecideRequest request;
  request.set_customer_id("ok");
  request.set_request_id("r-1");
  const auto answer = client_->Decide(request);
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->decision().tier(), "gold");
  EXPECT_EQ(answer->decision().request_id(), "r-1");

  const auto packs = client_->ListPacks();
  ASSERT_THAT(packs, IsOk());
  ASSERT_EQ(packs->size(), 2u);
  EXPECT_EQ((*packs)[1].ref().name(), "bank");

  v1::ListDecisionsRequest page;
  page.set_page_size(3);
  const auto entries = client_->ListDecisions(page);
  ASSERT_THAT(entries, IsOk());
  ASSERT_EQ(entries->entries_size(), 3);
  EXPECT_EQ(entries->entries(2).customer_id(), "c-2");

  const auto stats = client_->GetLogStats();
  ASSERT_THAT(stats, IsOk());
  EXPECT_EQ(stats->records(), 42u);
}

TEST_F(ClientTest, WrongFieldsAreInTheMessageAndInTheDetails) {
  const absl::Status status = DecideFor("wrong");
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(),
            "the request is not valid; attributes.nps: 12 is above the "
            "maximum 10");
  const ErrorDetails details = DetailsOf(status);
  EXPECT_EQ(details.reason, "ERROR_REASON_OUT_OF_RANGE");
  ASSERT_EQ(details.fields.size(), 1u);
  EXPECT_EQ(details.fields[0].field, "attributes.nps");
  EXPECT_EQ(details.fields[0].description, "12 is above the maximum 10");
  EXPECT_EQ(details.fields[0].reason, "ERROR_REASON_OUT_OF_RANGE");
}

TEST_F(ClientTest, SaysWhenToTryAgain) {
  const absl::Status status = DecideFor("busy");
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(status.message(), "the log's queue is full; try again after 50ms");
  EXPECT_EQ(DetailsOf(status).retry_after, absl::Milliseconds(50));
}

TEST_F(ClientTest, AnErrorWithoutDetailsNamesTheServer) {
  const absl::Status status = DecideFor("plain");
  EXPECT_EQ(status.code(), absl::StatusCode::kInternal);
  EXPECT_EQ(status.message(), absl::StrCat(address_, ": no details"));
  EXPECT_EQ(DetailsOf(status).reason, "");
}

TEST_F(ClientTest, ErrorsOfSingleRequestsTranslateAlike) {
  v1::BatchDecideRequest batch;
  batch.add_requests()->set_customer_id("c-1");
  batch.add_requests();
  const auto answer = client_->BatchDecide(batch);
  ASSERT_THAT(answer, IsOk());
  ASSERT_EQ(answer->results_size(), 2);
  EXPECT_EQ(answer->results(0).decision().tier(), "gold");
  const absl::Status status = ToStatus(answer->results(1).error());
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument,
                               "customer_id: is empty"));
  EXPECT_EQ(DetailsOf(status).reason, "ERROR_REASON_MISSING_FIELD");
}

TEST_F(ClientTest, WithoutAServerTheCallIsUnavailableAndNamesTheAddress) {
  server_->Shutdown();
  EXPECT_THAT(DecideFor("ok"),
              StatusIs(absl::StatusCode::kUnavailable,
                       HasSubstr(absl::StrCat(address_, ": "))));
}

TEST(ClientErrorTest, WhatGrpcSaysOfConnectionsIsSaidForPeople) {
  const struct {
    absl::StatusCode code;
    const char* message;
    absl::StatusCode want_code;
    const char* want;
  } cases[] = {
      {absl::StatusCode::kUnavailable,
       "failed to connect to all addresses; last error: UNKNOWN: "
       "ipv4:127.0.0.1:1: Failed to connect to remote host: Connection refused",
       absl::StatusCode::kUnavailable,
       "a:1: no server answers there: Connection refused"},
      {absl::StatusCode::kUnavailable, "failed to connect to all addresses",
       absl::StatusCode::kUnavailable, "a:1: no server answers there"},
      {absl::StatusCode::kUnavailable,
       "failed to connect to all addresses; last error: INTERNAL: "
       "ipv4:127.0.0.1:1: Trying to connect an http1.x server",
       absl::StatusCode::kUnimplemented,
       "a:1: HTTP is spoken there, not gRPC; take the address of "
       "`stratagemd --listen`, not that of `--http`"},
      {absl::StatusCode::kUnavailable,
       "DNS resolution failed for a:1: C-ares status is not ARES_SUCCESS",
       absl::StatusCode::kUnavailable, "a:1: no address is known of that name"},
      {absl::StatusCode::kDeadlineExceeded, "Deadline Exceeded",
       absl::StatusCode::kDeadlineExceeded, "a:1: no answer in time"},
      {absl::StatusCode::kInternal, "anything else",
       absl::StatusCode::kInternal, "a:1: anything else"},
  };
  for (const auto& one : cases) {
    EXPECT_THAT(ToStatusWithoutDetails(one.code, one.message, "a:1"),
                StatusIs(one.want_code, one.want));
  }
}

TEST(ClientErrorTest, AFieldThatTheMessageAlreadyTellsOfIsNotRepeated) {
  google::rpc::Status error = ErrorWithDetails(
      3, "attributes.nps: 12 is above the maximum 10", "REASON");
  AddField("attributes.nps", "12 is above the maximum 10", error);
  EXPECT_EQ(ToStatus(error).message(),
            "attributes.nps: 12 is above the maximum 10");
}

TEST(ClientErrorTest, AStatusOfSomebodyElseHasNoDetails) {
  EXPECT_EQ(DetailsOf(absl::NotFoundError("x")).reason, "");
  EXPECT_EQ(DetailsOf(absl::OkStatus()).fields.size(), 0u);
}

}  // namespace
}  // namespace stratagem::client
