// What must hold for the JSON of the wire: it is protobuf's canonical JSON,
// read strictly, and what is wrong with it is said with the path of the field.

#include "server/http/json_codec.h"

#include <string>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "stratagem/v1/decision_service.pb.h"

namespace stratagem::server {
namespace {

using testing::HasSubstr;

// "field: description", or "" for JSON that is a message.
std::string FaultIn(absl::string_view json) {
  const auto read = JsonToBinary(json, *v1::BatchDecideRequest::descriptor());
  const auto* fault = std::get_if<JsonFault>(&read);
  return fault == nullptr
             ? ""
             : absl::StrCat(fault->field, ": ", fault->description);
}

TEST(JsonCodecTest, ReadsBothNamesOfAField) {
  for (const char* json : {R"({"customerId": "c", "dryRun": true})",
                           R"({"customer_id": "c", "dry_run": true})"}) {
    const auto read = JsonToBinary(json, *v1::DecideRequest::descriptor());
    v1::DecideRequest request;
    ASSERT_TRUE(request.ParseFromString(std::get<std::string>(read)));
    EXPECT_EQ(request.customer_id(), "c");
    EXPECT_TRUE(request.dry_run());
  }
}

TEST(JsonCodecTest, WritesWhatHasAValue) {
  v1::DecideRequest request;
  request.set_customer_id("c");
  request.set_explain(v1::EXPLAIN_LEVEL_FULL);
  request.mutable_as_of()->set_seconds(1'763'200'800);
  request.add_attributes()->set_name("n");
  request.mutable_attributes(0)->mutable_value()->set_int_value(1LL << 60);
  EXPECT_EQ(*BinaryToJson(request.SerializeAsString(), *request.descriptor()),
            R"({"customerId":"c","attributes":[{"name":"n","value":)"
            R"({"intValue":"1152921504606846976"}}],)"
            R"("asOf":"2025-11-15T10:00:00Z","explain":"EXPLAIN_LEVEL_FULL"})");
}

TEST(JsonCodecTest, NamesTheFieldThatIsWrong) {
  const std::vector<std::pair<std::string, std::string>> rows = {
      {R"({"requests":[{},{"dryrun":true}]})",
       "requests[1].dryrun: no such field; did you mean `dryRun`?"},
      {R"({"nothing_like_it":1})", "nothing_like_it: no such field"},
      {R"({"requests":[{"customerId":7}]})",
       "requests[0].customer_id: `7` is not a string"},
      {R"({"requests":[{"dryRun":1}]})",
       "requests[0].dry_run: `1` is not true or false"},
      {R"({"requests":[{"attributes":[{"value":{"intValue":"1.5"}}]}]})",
       "requests[0].attributes[0].value.int_value: `\"1.5\"` is not a whole "
       "number that fits into int64"},
      {R"({"requests":[{"attributes":[{"value":{"doubleValue":"x"}}]}]})",
       "requests[0].attributes[0].value.double_value: `\"x\"` is not a number"},
      {R"({"requests":[{"asOf":"yesterday"}]})",
       "requests[0].as_of: `yesterday` is not a time such as "
       "\"2026-11-15T10:00:00Z\""},
      {R"({"requests":[{"explain":"ALL"}]})",
       "requests[0].explain: `\"ALL\"` is not one of ExplainLevel"},
      {R"({"requests":[{"pack":"x"}]})",
       "requests[0].pack: `\"x\"` is not an object, a `PackSelector`"},
      {R"({"requests":[{"customerId":{"a":1}}]})",
       "requests[0]: an object stands where its field `customer_id` takes "
       "none"},
      {R"({"requests":[{"attributes":[{"value":{"intValue":1,"boolValue":true}}]}]})",
       "requests[0].attributes[0].value: more than one of its alternatives is "
       "set"},
  };
  for (const auto& [json, want] : rows) EXPECT_EQ(FaultIn(json), want) << json;
}

TEST(JsonCodecTest, RefusesWhatOthersReadDifferently) {
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"", ": the text stops being JSON at byte 1"},
      {"{", ": the text stops being JSON at byte 2"},
      {"{} {}", ": the text stops being JSON at byte 4"},
      {"[]", ": the text is not one JSON object"},
      {"7", ": the text is not one JSON object"},
      {"null", ": the text is not one JSON object"},
      {"{requests: []}", ": the text stops being JSON at byte 2"},
      {"{'requests': []}", ": the text stops being JSON at byte 2"},
      {R"({"requests": [],})", ": the text stops being JSON at byte 17"},
      {R"({"requests": [], "requests": []})",
       ": the member `requests` stands there twice"},
      {R"({"requests": [{"customerId": "a", "customer_id": "b"}]})",
       ": the member `customer_id` stands there twice"},
      {R"({"requests": [null]})", ": a list holds `null`"},
      {R"({"requests": [[{}]]})", ": a list stands in another one"},
      {"{\"requests\": [{\"customerId\": \"\xff\"}]}",
       ": the text stops being JSON at byte 31"},
  };
  for (const auto& [json, want] : rows) EXPECT_EQ(FaultIn(json), want) << json;
}

TEST(JsonCodecTest, StopsAtDeepNesting) {
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "{\"a\":";
  EXPECT_EQ(FaultIn(deep), ": the text is nested deeper than 64 levels");
}

}  // namespace
}  // namespace stratagem::server
