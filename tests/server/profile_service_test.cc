// What must hold for customers' profiles over gRPC: what is wrong with one item
// never harms the others, decisions read what is stored, and nothing of an
// erased customer is left in what the server answers.

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "stratagem/v1/profile_service.grpc.pb.h"
#include "tests/server/error_details.h"
#include "tests/server/running_server.h"

namespace stratagem::server {
namespace {

using grpc::StatusCode;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

void Set(v1::ProfileUpdate& update, const std::string& name, int64_t value) {
  v1::NamedValue& named = *update.add_attributes();
  named.set_name(name);
  named.mutable_value()->set_int_value(value);
}

void Set(v1::ProfileUpdate& update, const std::string& name,
         const std::string& value) {
  v1::NamedValue& named = *update.add_attributes();
  named.set_name(name);
  named.mutable_value()->set_string_value(value);
}

class ProfileServiceTest : public testing::Test {
 protected:
  template <typename Request, typename Response>
  grpc::Status Call(grpc::Status (v1::ProfileService::Stub::*method)(
                        grpc::ClientContext*, const Request&, Response*),
                    const Request& request, Response& response) {
    grpc::ClientContext context;
    return (*profiles_.*method)(&context, request, &response);
  }

  grpc::Status Upsert(const v1::ProfileUpdate& update,
                      v1::UpsertProfileResponse& response) {
    v1::UpsertProfileRequest request;
    *request.mutable_update() = update;
    return Call(&v1::ProfileService::Stub::UpsertProfile, request, response);
  }
  // Stores `orders` of a customer.
  void Store(const std::string& customer, int64_t orders) {
    v1::ProfileUpdate update;
    update.set_customer_id(customer);
    Set(update, "orders", orders);
    v1::UpsertProfileResponse response;
    ASSERT_TRUE(Upsert(update, response).ok());
  }
  grpc::Status Get(const std::string& customer,
                   v1::GetProfileResponse& response) {
    v1::GetProfileRequest request;
    request.set_customer_id(customer);
    return Call(&v1::ProfileService::Stub::GetProfile, request, response);
  }
  grpc::Status Delete(const std::string& customer,
                      v1::DeleteCustomerResponse& response) {
    v1::DeleteCustomerRequest request;
    request.set_customer_id(customer);
    return Call(&v1::ProfileService::Stub::DeleteCustomer, request, response);
  }
  grpc::Status Import(const std::vector<v1::ImportProfilesRequest>& parts,
                      v1::ImportProfilesResponse& response) {
    grpc::ClientContext context;
    const auto writer = profiles_->ImportProfiles(&context, &response);
    for (const v1::ImportProfilesRequest& part : parts) {
      if (!writer->Write(part)) break;
    }
    writer->WritesDone();
    return writer->Finish();
  }
  // The inputs of a decision for which only the customer's id is sent.
  grpc::Status DecideFor(const std::string& customer,
                         v1::DecideResponse& response) {
    v1::DecideRequest request;
    request.set_customer_id(customer);
    request.set_explain(v1::EXPLAIN_LEVEL_REASONS);
    return running_.Decide(request, response);
  }

  RunningServer running_;
  const std::unique_ptr<v1::ProfileService::Stub> profiles_ =
      v1::ProfileService::NewStub(running_.channel());
};

TEST_F(ProfileServiceTest, AProfileComesBackWithItsVersion) {
  v1::ProfileUpdate update;
  update.set_customer_id("c-1");
  Set(update, "orders", 3);
  Set(update, "channel", "sms");
  v1::UpsertProfileResponse stored;
  ASSERT_TRUE(Upsert(update, stored).ok());
  EXPECT_EQ(stored.version(), 1u);
  EXPECT_THAT(stored.warnings(), IsEmpty());
  ASSERT_TRUE(Upsert(update, stored).ok());
  EXPECT_EQ(stored.version(), 1u);
  update.mutable_attributes(0)->mutable_value()->set_int_value(4);
  ASSERT_TRUE(Upsert(update, stored).ok());
  EXPECT_EQ(stored.version(), 2u);
  v1::GetProfileResponse got;
  ASSERT_TRUE(Get("c-1", got).ok());
  EXPECT_EQ(got.profile().customer_id(), "c-1");
  EXPECT_EQ(got.profile().version(), 2u);
  EXPECT_GT(got.profile().updated_at().seconds(), 1'600'000'000);
  ASSERT_EQ(got.profile().attributes_size(), 2);
  EXPECT_EQ(got.profile().attributes(0).name(), "channel");
  EXPECT_EQ(got.profile().attributes(1).value().int_value(), 4);
}

TEST_F(ProfileServiceTest, WhatIsNotThereIsSaidSo) {
  v1::GetProfileResponse got;
  EXPECT_THAT(Get("c-9", got),
              IsError(StatusCode::NOT_FOUND, "PROFILE_NOT_FOUND", ""));
  EXPECT_THAT(Get("", got), IsError(StatusCode::INVALID_ARGUMENT,
                                    "MISSING_FIELD", "customer_id"));
}

TEST_F(ProfileServiceTest, AnUpdateNamesEachWrongFieldAndStoresNothing) {
  v1::ProfileUpdate update;
  update.set_customer_id("c-1");
  Set(update, "orders", 3);
  Set(update, "orders", 4);
  update.add_attributes()->set_name("empty");
  v1::UpsertProfileResponse stored;
  EXPECT_THAT(
      Upsert(update, stored),
      IsError(StatusCode::INVALID_ARGUMENT, "WRONG_TYPE", "attributes.empty"));
  update.mutable_attributes()->RemoveLast();
  EXPECT_THAT(Upsert(update, stored),
              IsError(StatusCode::INVALID_ARGUMENT, "DUPLICATE_NAME",
                      "attributes.orders"));
  update.set_customer_id(std::string(257, 'c'));
  EXPECT_THAT(Upsert(update, stored), IsError(StatusCode::INVALID_ARGUMENT,
                                              "TOO_LARGE", "customer_id"));
  v1::GetProfileResponse got;
  EXPECT_EQ(Get("c-1", got).error_code(), StatusCode::NOT_FOUND);
}

TEST_F(ProfileServiceTest, AnotherVersionIsAborted) {
  Store("c-1", 1);
  v1::ProfileUpdate update;
  update.set_customer_id("c-1");
  update.set_expected_version(0);
  v1::UpsertProfileResponse stored;
  const grpc::Status status = Upsert(update, stored);
  EXPECT_THAT(status, IsError(StatusCode::ABORTED, "PROFILE_VERSION", ""));
  EXPECT_THAT(status.error_message(),
              HasSubstr("the profile has version 1, expected 0"));
  update.set_expected_version(1);
  EXPECT_TRUE(Upsert(update, stored).ok());
}

TEST_F(ProfileServiceTest, WhatDecisionsWillNotUseIsKeptAndWarnedOf) {
  v1::ProfileUpdate update;
  update.set_customer_id("c-1");
  Set(update, "ordres", 3);
  Set(update, "channel", "fax");
  v1::UpsertProfileResponse stored;
  ASSERT_TRUE(Upsert(update, stored).ok());
  ASSERT_EQ(stored.warnings_size(), 2);
  EXPECT_EQ(stored.warnings(0).field(), "attributes.ordres");
  EXPECT_EQ(stored.warnings(0).description(),
            "no loaded pack declares it; it is kept, and no decision reads it; "
            "did you mean `orders`?");
  EXPECT_EQ(stored.warnings(1).field(), "attributes.channel");
  EXPECT_THAT(stored.warnings(1).description(),
              HasSubstr("'fax' is not one of 'app', 'sms'; decisions of pack"));
  v1::GetProfileResponse got;
  ASSERT_TRUE(Get("c-1", got).ok());
  EXPECT_EQ(got.profile().attributes_size(), 2);
}

TEST_F(ProfileServiceTest, WhatIsWrongWithOneOfABatchLeavesTheOthersAlone) {
  v1::BatchUpsertProfilesRequest batch;
  for (const char* id : {"c-1", "", "c-2", "c-3"}) {
    v1::ProfileUpdate& update = *batch.add_updates();
    update.set_customer_id(id);
    Set(update, "orders", 1);
  }
  batch.mutable_updates(2)->set_expected_version(7);
  v1::BatchUpsertProfilesResponse results;
  ASSERT_TRUE(
      Call(&v1::ProfileService::Stub::BatchUpsertProfiles, batch, results)
          .ok());
  ASSERT_EQ(results.results_size(), 4);
  EXPECT_EQ(results.results(0).stored().version(), 1u);
  EXPECT_EQ(results.results(1).error().code(), 3);
  EXPECT_EQ(results.results(2).error().code(), 10);
  EXPECT_EQ(results.results(3).stored().version(), 1u);
  batch.clear_updates();
  EXPECT_THAT(
      Call(&v1::ProfileService::Stub::BatchUpsertProfiles, batch, results),
      IsError(StatusCode::INVALID_ARGUMENT, "TOO_LARGE", "updates"));
}

TEST_F(ProfileServiceTest, AnImportCountsAndListsItsFirstProblems) {
  std::vector<v1::ImportProfilesRequest> parts(3);
  for (int i = 0; i < 150; ++i) {
    v1::ImportItem& item = *parts[0].add_items();
    item.set_line(static_cast<uint64_t>(1'000 + i));
    item.mutable_update()->set_customer_id(absl::StrCat("c-", i));
    Set(*item.mutable_update(), "orders", i % 50 == 0 ? 2'000 : i);
  }
  parts[1].add_items()->mutable_update()->set_customer_id("");
  parts[2].add_items()->mutable_update()->set_customer_id("last");
  v1::ImportProfilesResponse sum;
  ASSERT_TRUE(Import(parts, sum).ok());
  EXPECT_EQ(sum.received(), 152u);
  EXPECT_EQ(sum.stored(), 151u);
  EXPECT_EQ(sum.refused(), 1u);
  EXPECT_EQ(sum.warned(), 3u);
  ASSERT_EQ(sum.problems_size(), 4);
  EXPECT_EQ(sum.problems(1).line(), 1'050u);
  EXPECT_EQ(sum.problems(1).customer_id(), "c-50");
  EXPECT_EQ(sum.problems(1).field(), "attributes.orders");
  EXPECT_EQ(sum.problems(1).reason(), "");
  EXPECT_THAT(sum.problems(1).description(), HasSubstr("above the maximum"));
  EXPECT_EQ(sum.problems(3).line(), 151u);
  EXPECT_EQ(sum.problems(3).reason(), "ERROR_REASON_MISSING_FIELD");
  EXPECT_EQ(sum.problems(3).field(), "customer_id");
  v1::GetProfileResponse got;
  EXPECT_TRUE(Get("last", got).ok());
}

TEST_F(ProfileServiceTest, AnImportThatFailsKeepsWhatCameBefore) {
  std::vector<v1::ImportProfilesRequest> parts(2);
  parts[0].add_items()->mutable_update()->set_customer_id("first");
  for (int i = 0; i < 1'001; ++i) {
    parts[1].add_items()->mutable_update()->set_customer_id("second");
  }
  v1::ImportProfilesResponse sum;
  EXPECT_THAT(Import(parts, sum),
              IsError(StatusCode::INVALID_ARGUMENT, "TOO_LARGE", "items"));
  v1::GetProfileResponse got;
  EXPECT_TRUE(Get("first", got).ok());
  EXPECT_FALSE(Get("second", got).ok());
}

TEST_F(ProfileServiceTest, SearchPagesThroughWhatMatches) {
  for (int i = 0; i < 5; ++i) Store(absl::StrCat("a-", i), i % 2);
  Store("b-1", 1);
  v1::SearchProfilesRequest request;
  request.set_id_prefix("a-");
  request.set_page_size(2);
  std::vector<std::string> ids;
  do {
    v1::SearchProfilesResponse page;
    ASSERT_TRUE(
        Call(&v1::ProfileService::Stub::SearchProfiles, request, page).ok());
    for (const v1::Profile& profile : page.profiles()) {
      ids.push_back(profile.customer_id());
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_THAT(ids, ElementsAre("a-0", "a-1", "a-2", "a-3", "a-4"));

  v1::SearchProfilesRequest ones;
  ones.mutable_attribute()->set_name("orders");
  ones.mutable_attribute()->mutable_value()->set_double_value(1);
  v1::SearchProfilesResponse page;
  ASSERT_TRUE(Call(&v1::ProfileService::Stub::SearchProfiles, ones, page).ok());
  ASSERT_EQ(page.profiles_size(), 3);
  EXPECT_EQ(page.profiles(2).customer_id(), "b-1");

  request.set_page_token("*");
  EXPECT_THAT(
      Call(&v1::ProfileService::Stub::SearchProfiles, request, page),
      IsError(StatusCode::INVALID_ARGUMENT, "MALFORMED_ID", "page_token"));
  request.clear_page_token();
  request.set_page_size(1'001);
  EXPECT_THAT(
      Call(&v1::ProfileService::Stub::SearchProfiles, request, page),
      IsError(StatusCode::INVALID_ARGUMENT, "OUT_OF_RANGE", "page_size"));
}

TEST_F(ProfileServiceTest, ADecisionNeedsOnlyTheCustomersId) {
  v1::DecideResponse response;
  EXPECT_THAT(DecideFor("c-1", response),
              IsError(StatusCode::INVALID_ARGUMENT, "MISSING_FIELD",
                      "attributes.orders"));
  Store("c-1", 7);
  ASSERT_TRUE(DecideFor("c-1", response).ok());
  const v1::Input& orders = response.decision().explanation().attributes(0);
  EXPECT_EQ(orders.name(), "orders");
  EXPECT_EQ(orders.value().int_value(), 7);
  EXPECT_EQ(orders.source(), v1::INPUT_SOURCE_PROFILE);
  EXPECT_FALSE(response.decision().degraded());
}

TEST_F(ProfileServiceTest, WhatTheRequestSendsWins) {
  Store("c-1", 7);
  v1::DecideRequest request;
  request.set_customer_id("c-1");
  request.set_explain(v1::EXPLAIN_LEVEL_REASONS);
  v1::NamedValue& sent = *request.add_attributes();
  sent.set_name("orders");
  sent.mutable_value()->set_int_value(9);
  v1::DecideResponse response;
  ASSERT_TRUE(running_.Decide(request, response).ok());
  const v1::Input& orders = response.decision().explanation().attributes(0);
  EXPECT_EQ(orders.value().int_value(), 9);
  EXPECT_EQ(orders.source(), v1::INPUT_SOURCE_REQUEST);
}

TEST_F(ProfileServiceTest, AStoredValueThatDoesNotFitIsTheCallersErrorOrTold) {
  Store("c-1", 2'000);
  v1::DecideResponse response;
  const grpc::Status status = DecideFor("c-1", response);
  EXPECT_THAT(status, IsError(StatusCode::INVALID_ARGUMENT, "MISSING_FIELD",
                              "attributes.orders"));
  EXPECT_THAT(status.error_message(),
              HasSubstr("not sent, and the profile's does not fit: 2000 is "
                        "above the maximum 1000"));
  v1::ProfileUpdate update;
  update.set_customer_id("c-1");
  Set(update, "orders", 1);
  Set(update, "channel", "fax");
  v1::UpsertProfileResponse stored;
  ASSERT_TRUE(Upsert(update, stored).ok());
  ASSERT_TRUE(DecideFor("c-1", response).ok());
  EXPECT_TRUE(response.decision().degraded());
  ASSERT_EQ(response.decision().explanation().degradations_size(), 1);
  const v1::Degradation& told =
      response.decision().explanation().degradations(0);
  EXPECT_EQ(told.reason(), v1::REASON_PROFILE_VALUE);
  EXPECT_EQ(told.subject(), "channel");
}

TEST_F(ProfileServiceTest, BytesThatAreNoMessageAreRefusedByName) {
  EXPECT_THAT(
      running_.CallBytes("/stratagem.v1.ProfileService/UpsertProfile", "\xff"),
      IsError(StatusCode::INVALID_ARGUMENT, "MALFORMED_MESSAGE", ""));
}

TEST_F(ProfileServiceTest, AnErasedCustomerIsNew) {
  Store("c-1", 7);
  Store("c-2", 8);
  v1::DecideResponse response;
  ASSERT_TRUE(DecideFor("c-1", response).ok());
  ASSERT_TRUE(DecideFor("c-1", response).ok());
  ASSERT_TRUE(DecideFor("c-2", response).ok());
  v1::DeleteCustomerResponse erased;
  ASSERT_TRUE(Delete("c-1", erased).ok());
  EXPECT_TRUE(erased.profile_deleted());
  EXPECT_EQ(erased.records_cleared(), 2u);
  v1::GetProfileResponse got;
  EXPECT_EQ(Get("c-1", got).error_code(), StatusCode::NOT_FOUND);
  EXPECT_EQ(DecideFor("c-1", response).error_code(),
            StatusCode::INVALID_ARGUMENT);
  EXPECT_TRUE(DecideFor("c-2", response).ok());
  ASSERT_TRUE(Delete("c-1", erased).ok());
  EXPECT_FALSE(erased.profile_deleted());
  EXPECT_EQ(erased.records_cleared(), 0u);
  EXPECT_THAT(Delete("", erased), IsError(StatusCode::INVALID_ARGUMENT,
                                          "MISSING_FIELD", "customer_id"));
}

}  // namespace
}  // namespace stratagem::server
