// What must hold for bad input: each kind has its own code, reason and field,
// and the server goes on, over a real connection.

#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/server/error_details.h"
#include "tests/server/running_server.h"

namespace stratagem::server {
namespace {

using grpc::StatusCode;

constexpr char kDecide[] = "/stratagem.v1.DecisionService/Decide";
constexpr char kBatchDecide[] = "/stratagem.v1.DecisionService/BatchDecide";

struct BadRequestCase {
  std::string name;
  std::function<void(v1::DecideRequest&)> spoil;
  StatusCode code;
  std::string reason;
  std::string field;
};

class BadRequestTest : public testing::TestWithParam<BadRequestCase> {};

TEST_P(BadRequestTest, IsRefusedByNameAndTheServerGoesOn) {
  RunningServer running;
  v1::DecideRequest request = GoodRequest();
  GetParam().spoil(request);
  EXPECT_THAT(running.Decide(request),
              IsError(GetParam().code, GetParam().reason, GetParam().field));
  EXPECT_EQ(running.records(), 0u);
  EXPECT_TRUE(running.Decide(GoodRequest()).ok());
}

TEST_P(BadRequestTest, IsOneItemsErrorInABatch) {
  RunningServer running;
  v1::BatchDecideRequest batch;
  for (const char* const customer : {"c-1", "c-2", "c-3"}) {
    *batch.add_requests() = NamedRequest(customer);
  }
  GetParam().spoil(*batch.mutable_requests(1));
  v1::BatchDecideResponse response;
  ASSERT_TRUE(running.BatchDecide(batch, response).ok());
  ASSERT_EQ(response.results_size(), 3);
  EXPECT_EQ(response.results(0).decision().request_id(), "r-c-1");
  EXPECT_THAT(response.results(1).error(),
              IsError(GetParam().code, GetParam().reason, GetParam().field));
  EXPECT_EQ(response.results(2).decision().request_id(), "r-c-3");
  EXPECT_EQ(running.records(), 2u);
}

v1::Value NestedLists(int depth) {
  v1::Value value;
  v1::Value* inner = &value;
  for (int i = 0; i < depth; ++i) {
    inner = inner->mutable_list_value()->add_values();
  }
  inner->set_int_value(1);
  return value;
}

void AddValue(v1::DecideRequest& request, const std::string& name,
              const v1::Value& value) {
  v1::NamedValue& named = *request.add_attributes();
  named.set_name(name);
  *named.mutable_value() = value;
}

INSTANTIATE_TEST_SUITE_P(
    Cases, BadRequestTest,
    testing::ValuesIn(std::vector<BadRequestCase>{
        {"EmptyCustomerId", [](auto& request) { request.clear_customer_id(); },
         StatusCode::INVALID_ARGUMENT, "MISSING_FIELD", "customer_id"},
        {"LongCustomerId",
         [](auto& request) { request.set_customer_id(std::string(257, 'c')); },
         StatusCode::INVALID_ARGUMENT, "TOO_LARGE", "customer_id"},
        {"LongRequestId",
         [](auto& request) { request.set_request_id(std::string(129, 'r')); },
         StatusCode::INVALID_ARGUMENT, "TOO_LARGE", "request_id"},
        {"LongUnit",
         [](auto& request) { request.set_unit(std::string(257, 'u')); },
         StatusCode::INVALID_ARGUMENT, "TOO_LARGE", "unit"},
        {"LongLocale",
         [](auto& request) { request.set_locale(std::string(36, 'l')); },
         StatusCode::INVALID_ARGUMENT, "TOO_LARGE", "locale"},
        {"UnknownExplainLevel",
         [](auto& request) {
           request.set_explain(static_cast<v1::ExplainLevel>(9));
         },
         StatusCode::INVALID_ARGUMENT, "UNKNOWN_NAME", "explain"},
        {"UnknownAttribute",
         [](auto& request) { *request.add_attributes() = Int("ordrs", 1); },
         StatusCode::INVALID_ARGUMENT, "UNKNOWN_NAME", "attributes.ordrs"},
        {"UnknownRequestValue",
         [](auto& request) { *request.add_request() = Int("mood", 1); },
         StatusCode::INVALID_ARGUMENT, "UNKNOWN_NAME", "request.mood"},
        {"NamelessAttribute",
         [](auto& request) { *request.add_attributes() = Int("", 1); },
         StatusCode::INVALID_ARGUMENT, "MISSING_FIELD", "attributes[3].name"},
        {"LongAttributeName",
         [](auto& request) {
           *request.add_attributes() = Int(std::string(257, 'n'), 1);
         },
         StatusCode::INVALID_ARGUMENT, "TOO_LARGE", "attributes[3].name"},
        {"TooManyAttributes",
         [](auto& request) {
           for (int i = 0; i < 4'097; ++i) {
             *request.add_attributes() = Int("orders", 1);
           }
         },
         StatusCode::INVALID_ARGUMENT, "TOO_LARGE", "attributes"},
        {"AttributeTwice",
         [](auto& request) { *request.add_attributes() = Int("orders", 4); },
         StatusCode::INVALID_ARGUMENT, "DUPLICATE_NAME", "attributes.orders"},
        {"RequiredAttributeMissing",
         [](auto& request) { request.clear_attributes(); },
         StatusCode::INVALID_ARGUMENT, "MISSING_FIELD", "attributes.orders"},
        {"WrongType",
         [](auto& request) { *request.add_attributes() = Text("vip", "yes"); },
         StatusCode::INVALID_ARGUMENT, "WRONG_TYPE", "attributes.vip"},
        {"ValueWithoutAKind",
         [](auto& request) { AddValue(request, "vip", {}); },
         StatusCode::INVALID_ARGUMENT, "WRONG_TYPE", "attributes.vip"},
        {"OutOfRange",
         [](auto& request) {
           request.mutable_attributes(2)->mutable_value()->set_int_value(11);
         },
         StatusCode::INVALID_ARGUMENT, "OUT_OF_RANGE", "attributes.nps"},
        {"NotANumber",
         [](auto& request) {
           request.mutable_attributes(1)->mutable_value()->set_double_value(
               std::numeric_limits<double>::quiet_NaN());
         },
         StatusCode::INVALID_ARGUMENT, "OUT_OF_RANGE", "attributes.spend"},
        {"NotAnAllowedString",
         [](auto& request) { *request.add_request() = Text("channel", "fax"); },
         StatusCode::INVALID_ARGUMENT, "NOT_ALLOWED", "request.channel"},
        {"LongString",
         [](auto& request) {
           *request.add_attributes() = Text("gender", std::string(65'537, 'g'));
         },
         StatusCode::INVALID_ARGUMENT, "TOO_LARGE", "attributes.gender"},
        {"ListNestedTooDeep",
         [](auto& request) { AddValue(request, "tags", NestedLists(17)); },
         StatusCode::INVALID_ARGUMENT, "TOO_LARGE", "attributes.tags"},
        {"BrokenConstraint",
         [](auto& request) {
           request.mutable_attributes(0)->mutable_value()->set_int_value(0);
         },
         StatusCode::INVALID_ARGUMENT, "BROKEN_CONSTRAINT", "constraints[0]"},
        {"UnknownPlacement",
         [](auto& request) { request.add_placements("hoem"); },
         StatusCode::INVALID_ARGUMENT, "UNKNOWN_NAME", "placements[1]"},
        {"PlacementTwice",
         [](auto& request) { request.add_placements("home"); },
         StatusCode::INVALID_ARGUMENT, "DUPLICATE_NAME", "placements[1]"},
        {"TooManyPlacements",
         [](auto& request) {
           for (int i = 0; i < 64; ++i) request.add_placements("home");
         },
         StatusCode::INVALID_ARGUMENT, "TOO_LARGE", "placements"},
        {"AsOfOutsideTime",
         [](auto& request) { request.mutable_as_of()->set_nanos(-1); },
         StatusCode::INVALID_ARGUMENT, "OUT_OF_RANGE", "as_of"},
        {"UnknownPack",
         [](auto& request) { request.mutable_pack()->set_name("retial"); },
         StatusCode::NOT_FOUND, "PACK_NOT_FOUND", ""},
        {"UnknownPackVersion",
         [](auto& request) { request.mutable_pack()->set_version("9"); },
         StatusCode::NOT_FOUND, "PACK_NOT_FOUND", ""},
        {"PackNotInEffect",
         [](auto& request) { request.mutable_pack()->set_name("retired"); },
         StatusCode::FAILED_PRECONDITION, "PACK_NOT_IN_EFFECT", ""},
    }),
    [](const auto& param_info) { return param_info.param.name; });

TEST(GoodRequestTest, TextsAtTheirLimitAreTaken) {
  RunningServer running;
  v1::DecideRequest request = GoodRequest();
  request.set_request_id(std::string(128, 'r'));
  request.set_customer_id(std::string(256, 'c'));
  request.set_unit(std::string(256, 'u'));
  request.set_locale(std::string(35, 'l'));
  const grpc::Status status = running.Decide(request);
  EXPECT_TRUE(status.ok()) << status.error_message();
}

TEST(BadRequestDetailsTest, EveryWrongFieldIsNamedInOneAnswer) {
  RunningServer running;
  v1::DecideRequest request = GoodRequest();
  *request.add_attributes() = Int("ordrs", 1);
  *request.add_request() = Text("channel", "fax");
  request.add_placements("hoem");
  const grpc::Status status = running.Decide(request);
  const auto bad_request =
      FindDetail<google::rpc::BadRequest>(ToRpcStatus(status));
  ASSERT_TRUE(bad_request.has_value());
  std::vector<std::string> found;
  for (const auto& violation : bad_request->field_violations()) {
    found.push_back(violation.field() + " " + violation.reason());
  }
  EXPECT_THAT(found,
              testing::ElementsAre("attributes.ordrs ERROR_REASON_UNKNOWN_NAME",
                                   "request.channel ERROR_REASON_NOT_ALLOWED",
                                   "placements[1] ERROR_REASON_UNKNOWN_NAME"));
  EXPECT_THAT(bad_request->field_violations(0).description(),
              testing::HasSubstr("did you mean `orders`?"));
  EXPECT_THAT(status.error_message(), testing::HasSubstr("(and 2 more)"));
}

// Trailing metadata has room for 8 KiB; more would turn the error into another.
TEST(BadRequestDetailsTest, AThousandWrongFieldsStillFitIntoOneAnswer) {
  RunningServer running;
  v1::DecideRequest request = GoodRequest();
  for (int i = 0; i < 1'000; ++i) {
    std::string name = "未知的属性";
    while (name.size() < 240) name += "价";
    *request.add_attributes() = Int(name + std::to_string(i), 1);
  }
  EXPECT_THAT(running.Decide(request),
              IsError(StatusCode::INVALID_ARGUMENT, "UNKNOWN_NAME",
                      "attributes." + request.attributes(3).name()));
}

TEST(BadBytesTest, BytesThatAreNoMessageAreRefused) {
  RunningServer running;
  for (const char* method :
       {kDecide, kBatchDecide, "/stratagem.v1.PackService/ListPacks",
        "/stratagem.v1.InsightService/GetLogStats",
        "/stratagem.v1.InsightService/ListDecisions"}) {
    EXPECT_THAT(running.CallBytes(method, "\xff\xff\xff"),
                IsError(StatusCode::INVALID_ARGUMENT, "MALFORMED_MESSAGE", ""))
        << method;
  }
  EXPECT_TRUE(running.Decide(GoodRequest()).ok());
}

TEST(BadBytesTest, TextThatIsNotUtf8IsRefusedByItsField) {
  RunningServer running;
  v1::DecideRequest request = GoodRequest();
  *request.add_attributes() = Text("gender", "??");
  std::string bytes = request.SerializeAsString();
  const size_t at = bytes.find("??");
  bytes.replace(at, 2, "\xc3\x28");
  EXPECT_THAT(running.CallBytes(kDecide, bytes),
              IsError(StatusCode::INVALID_ARGUMENT, "INVALID_UTF8",
                      "attributes[3].value.string_value"));
  EXPECT_TRUE(running.Decide(GoodRequest()).ok());
}

TEST(BadBytesTest, AMessageOfTenMegabytesIsRefused) {
  RunningServer running;
  v1::DecideRequest request = GoodRequest();
  *request.add_attributes() = Text("gender", std::string(10 << 20, 'x'));
  EXPECT_EQ(running.Decide(request).error_code(),
            StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_TRUE(running.Decide(GoodRequest()).ok());
}

TEST(BadBatchTest, AnEmptyBatchAndOneAboveTheLimitAreRefused) {
  Options options;
  options.batch_items_max = 2;
  RunningServer running(options);
  v1::BatchDecideRequest batch;
  v1::BatchDecideResponse response;
  EXPECT_THAT(running.BatchDecide(batch, response),
              IsError(StatusCode::INVALID_ARGUMENT, "TOO_LARGE", "requests"));
  *batch.add_requests() = GoodRequest("c-1");
  *batch.add_requests() = GoodRequest("c-2");
  EXPECT_TRUE(running.BatchDecide(batch, response).ok());
  *batch.add_requests() = GoodRequest("c-3");
  EXPECT_THAT(running.BatchDecide(batch, response),
              IsError(StatusCode::INVALID_ARGUMENT, "TOO_LARGE", "requests"));
  EXPECT_EQ(running.records(), 2u);
}

}  // namespace
}  // namespace stratagem::server
