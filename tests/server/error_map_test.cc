// What must hold for errors of the wire: code, reason and details by fault, and
// a size that trailing metadata can carry.

#include "server/rpc/error_map.h"

#include <string>
#include <vector>

#include "engine/base/utf8.h"
#include "gmock/gmock.h"
#include "google/rpc/code.pb.h"
#include "gtest/gtest.h"
#include "server/rpc/wire_check.h"
#include "stratagem/v1/decision_service.pb.h"
#include "tests/server/error_details.h"

namespace stratagem::server {
namespace {

using testing::HasSubstr;

TEST(RoutingErrorTest, TellsAnUnknownPackFromOneThatIsNotInEffect) {
  EXPECT_THAT(RoutingError(absl::NotFoundError("unknown pack `a`")),
              IsError(google::rpc::NOT_FOUND, "PACK_NOT_FOUND", ""));
  EXPECT_THAT(
      RoutingError(absl::FailedPreconditionError("not in effect")),
      IsError(google::rpc::FAILED_PRECONDITION, "PACK_NOT_IN_EFFECT", ""));
}

TEST(StoreErrorTest, EachStatusHasItsCodeAndReason) {
  EXPECT_THAT(StoreError(absl::ResourceExhaustedError("full")),
              IsError(google::rpc::RESOURCE_EXHAUSTED, "STORE_QUEUE_FULL", ""));
  EXPECT_THAT(StoreError(absl::UnavailableError("closed")),
              IsError(google::rpc::UNAVAILABLE, "STORE_UNAVAILABLE", ""));
  EXPECT_THAT(StoreError(absl::DataLossError("bad")),
              IsError(google::rpc::DATA_LOSS, "STORE_DATA_LOSS", ""));
  EXPECT_THAT(StoreError(absl::FailedPreconditionError("newer")),
              IsError(google::rpc::DATA_LOSS, "STORE_DATA_LOSS", ""));
}

TEST(StoreErrorTest, OnlyAFullQueueSaysWhenToTryAgain) {
  EXPECT_TRUE(FindDetail<google::rpc::RetryInfo>(
      StoreError(absl::ResourceExhaustedError("full"))));
  EXPECT_FALSE(FindDetail<google::rpc::RetryInfo>(
      StoreError(absl::UnavailableError("closed"))));
}

TEST(ToFieldErrorsTest, EveryViolationOfTheEngineHasAReasonOfItsOwn) {
  const std::vector<Violation> violations = {
      {"a", ViolationReason::kUnknownName, "1"},
      {"b", ViolationReason::kDuplicateName, "2"},
      {"c", ViolationReason::kWrongType, "3"},
      {"d", ViolationReason::kOutOfRange, "4"},
      {"e", ViolationReason::kNotAllowed, "5"},
      {"f", ViolationReason::kTooLarge, "6"},
      {"g", ViolationReason::kMissing, "7"},
      {"h", ViolationReason::kConstraint, "8"}};
  std::vector<std::string> reasons;
  for (const FieldError& error : ToFieldErrors(violations)) {
    reasons.push_back(error.field + error.description +
                      v1::ErrorReason_Name(error.reason));
  }
  EXPECT_THAT(
      reasons,
      testing::ElementsAre(
          "a1ERROR_REASON_UNKNOWN_NAME", "b2ERROR_REASON_DUPLICATE_NAME",
          "c3ERROR_REASON_WRONG_TYPE", "d4ERROR_REASON_OUT_OF_RANGE",
          "e5ERROR_REASON_NOT_ALLOWED", "f6ERROR_REASON_TOO_LARGE",
          "g7ERROR_REASON_MISSING_FIELD", "h8ERROR_REASON_BROKEN_CONSTRAINT"));
}

TEST(ErrorReasonOfTest, FindsOnlyReasonsOfOurs) {
  EXPECT_EQ(ErrorReasonOf(DecisionNotFound("none")),
            v1::ERROR_REASON_DECISION_NOT_FOUND);
  google::rpc::Status error;
  EXPECT_EQ(ErrorReasonOf(error), v1::ERROR_REASON_UNSPECIFIED);
  google::rpc::ErrorInfo info;
  info.set_reason("ERROR_REASON_DECISION_NOT_FOUND");
  info.set_domain("a proxy");
  error.add_details()->PackFrom(info);
  info.set_reason("ERROR_REASON_OF_A_NEWER_SERVER");
  info.set_domain(kErrorDomain);
  error.add_details()->PackFrom(info);
  EXPECT_EQ(ErrorReasonOf(error), v1::ERROR_REASON_UNSPECIFIED);
}

TEST(InvalidRequestTest, LongTextsAreCutBetweenCharacters) {
  std::string text = "x";
  while (text.size() < 100'000) text += "价";
  const std::vector<FieldError> errors(
      100, {text, v1::ERROR_REASON_TOO_LARGE, text});
  const google::rpc::Status error = InvalidRequest(errors);
  EXPECT_TRUE(IsValidUtf8(error.message()));
  const auto bad_request = FindDetail<google::rpc::BadRequest>(error);
  ASSERT_TRUE(bad_request.has_value());
  ASSERT_GT(bad_request->field_violations_size(), 1);
  EXPECT_TRUE(IsValidUtf8(bad_request->field_violations(0).description()));
  EXPECT_THAT(error.message(), HasSubstr("(and 99 more)"));
  EXPECT_LT(error.ByteSizeLong(), 4'500u);
}

TEST(ToGrpcStatusTest, KeepsCodeMessageAndDetails) {
  const google::rpc::Status error =
      StoreError(absl::ResourceExhaustedError("full"));
  const grpc::Status status = ToGrpcStatus(error);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(status.error_message(), "full");
  EXPECT_EQ(ToRpcStatus(status).SerializeAsString(), error.SerializeAsString());
}

// A DecideRequest as bytes, in which "??" is replaced by bytes that are no
// UTF-8.
std::string Spoiled(const v1::DecideRequest& request) {
  std::string bytes = request.SerializeAsString();
  bytes.replace(bytes.find("??"), 2, "\xed\xa0");
  return bytes;
}

TEST(DescribeParseFailureTest, NamesTheFirstFieldThatIsNotUtf8) {
  v1::DecideRequest request;
  request.set_request_id("r");
  request.add_placements("one");
  request.add_placements("??");
  EXPECT_EQ(FieldOf(DescribeParseFailure(Spoiled(request),
                                         *v1::DecideRequest::descriptor())),
            "placements[1]");
  request.clear_placements();
  request.mutable_pack()->set_name("??");
  EXPECT_EQ(FieldOf(DescribeParseFailure(Spoiled(request),
                                         *v1::DecideRequest::descriptor())),
            "pack.name");
}

TEST(DescribeParseFailureTest, NamesThePathThroughListsAndMaps) {
  v1::DecideRequest request;
  v1::NamedValue& named = *request.add_attributes();
  named.set_name("tags");
  v1::ListValue& list = *named.mutable_value()->mutable_list_value();
  list.add_values()->set_int_value(1);
  list.add_values()->mutable_map_value()->add_entries()->set_name("??");
  const google::rpc::Status error =
      DescribeParseFailure(Spoiled(request), *v1::DecideRequest::descriptor());
  EXPECT_THAT(
      error,
      IsError(google::rpc::INVALID_ARGUMENT, "INVALID_UTF8",
              "attributes[0].value.list_value.values[1].map_value.entries[0]"
              ".name"));
}

TEST(DescribeParseFailureTest, EveryCutOfAMessageIsAnErrorAndNoCrash) {
  v1::DecideRequest request;
  request.set_customer_id("c-1");
  request.add_placements("??");
  request.mutable_as_of()->set_seconds(1);
  const std::string bytes = Spoiled(request);
  for (size_t size = 0; size <= bytes.size(); ++size) {
    const google::rpc::Status error = DescribeParseFailure(
        bytes.substr(0, size), *v1::DecideRequest::descriptor());
    EXPECT_EQ(error.code(), google::rpc::INVALID_ARGUMENT);
    EXPECT_THAT(ReasonOf(error),
                testing::AnyOf("ERROR_REASON_INVALID_UTF8",
                               "ERROR_REASON_MALFORMED_MESSAGE"));
  }
}

}  // namespace
}  // namespace stratagem::server
