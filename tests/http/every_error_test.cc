// What must hold for errors as a whole: each reason is met, by a call over a
// real connection, with the code, the HTTP status and the details that
// docs/errors.md says; and it is the same error over gRPC and over HTTP.

#include <fstream>
#include <functional>
#include <iterator>
#include <limits>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "server/http/connect_protocol.h"
#include "server/http/envelope.h"
#include "server/http/gzip.h"
#include "server/rpc/error_list.h"
#include "stratagem/v1/insight_service.grpc.pb.h"
#include "stratagem/v1/profile_service.grpc.pb.h"
#include "tests/http/http_fixture.h"
#include "tests/http/two_wires.h"
#include "tests/server/error_details.h"
#include "tests/server/held_server.h"
#include "tests/server/shop_pack.h"
#include "tests/support/golden.h"

namespace stratagem::server {
namespace {

// Over an HTTP server with a scripted service behind it, or a TwoWires.
class EveryErrorTest : public HttpTest {
 public:
  using HttpTest::Call;
  using HttpTest::Connect;
  using HttpTest::service_;
  using HttpTest::StartServer;

  Met Refused(const std::string& request, HttpOptions options = {}) {
    StartServer(std::move(options));
    return OverHttp(Call(request));
  }
};

struct ErrorCase {
  std::string name;
  v1::ErrorReason reason;
  std::string field;  // Where the list promises fields.
  std::function<Met(EveryErrorTest&)> meet;
};

class EveryErrorCaseTest : public EveryErrorTest,
                           public testing::WithParamInterface<ErrorCase> {};

// What a message looks like: one line, no start and no end of a sentence.
MATCHER(IsAMessage, "is one line without a capital letter and a full stop") {
  return !arg.empty() && arg.find('\n') == std::string::npos &&
         !absl::ascii_isupper(static_cast<unsigned char>(arg[0])) &&
         arg.back() != '.';
}

TEST_P(EveryErrorCaseTest, IsMetAsThePageSays) {
  const Met met = GetParam().meet(*this);
  const ErrorRow& row = *FindErrorRow(GetParam().reason);
  SCOPED_TRACE(met.error.ShortDebugString());
  EXPECT_EQ(met.error.code(), row.code);
  EXPECT_EQ(ReasonOf(met.error), v1::ErrorReason_Name(row.reason));
  EXPECT_EQ(FieldOf(met.error), GetParam().field);
  EXPECT_EQ(!GetParam().field.empty(), row.detail == ErrorDetail::kFields);
  const auto retry = FindDetail<google::rpc::RetryInfo>(met.error);
  EXPECT_EQ(retry.has_value(), row.detail == ErrorDetail::kRetryDelay);
  if (retry.has_value()) {
    EXPECT_GT(retry->retry_delay().nanos(), 0);
  }
  EXPECT_EQ(FindDetail<v1::Diagnostic>(met.error).has_value(),
            row.detail == ErrorDetail::kDiagnostics);
  EXPECT_THAT(met.error.message(), IsAMessage());
  if (met.http.status == 0) return;
  EXPECT_EQ(met.http.status,
            row.http_status != 0
                ? row.http_status
                : HttpStatusOf(static_cast<grpc::StatusCode>(row.code)));
  EXPECT_EQ(met.http.Header("Content-Type"), "application/json");
  EXPECT_EQ(met.http.Header("Cache-Control"), "no-store");
  EXPECT_EQ(met.http.Header("Retry-After"), retry.has_value() ? "1" : "");
}

// ------------------------------------------------------ what a call says wrong
// --

// A Decide that `spoil` spoils.
template <typename Spoil>
auto Spoiled(Spoil spoil) {
  return [spoil](EveryErrorTest&) { return TwoWires().Decide(spoil); };
}

Met MalformedMessage(EveryErrorTest&) {
  return TwoWires().CallBytes("DecisionService/Decide", "\xff\xff\xff");
}

Met InvalidUtf8(EveryErrorTest&) {
  v1::DecideRequest request = NamedRequest();
  request.set_unit("??");
  std::string bytes = request.SerializeAsString();
  bytes.replace(bytes.find("??"), 2, "\xc3\x28");
  return TwoWires().CallBytes("DecisionService/Decide", bytes);
}

Met RequestIdReused(EveryErrorTest&) {
  TwoWires world;
  world.Do("DecisionService/Decide", NamedRequest());
  return world.Decide([](auto& request) { request.set_customer_id("c-2"); });
}

Met MalformedId(EveryErrorTest&) {
  v1::GetDecisionRequest request;
  request.set_decision_id("not one");
  return TwoWires().Call("InsightService/GetDecision", request);
}

Met DecisionNotFound(EveryErrorTest&) {
  TwoWires world;
  v1::DecideResponse decided;
  EXPECT_TRUE(world.running().Decide(NamedRequest(), decided).ok());
  v1::GetDecisionRequest request;
  request.set_decision_id(decided.decision().decision_id() + "9");
  return world.Call("InsightService/GetDecision", request);
}

// ------------------------------------------------------------------ profiles
// --

v1::UpsertProfileRequest Upsert(const std::string& attribute) {
  v1::UpsertProfileRequest request;
  request.mutable_update()->set_customer_id("c-1");
  *request.mutable_update()->add_attributes() = Int(attribute, 1);
  return request;
}

Met ProfileVersion(EveryErrorTest&) {
  TwoWires world;
  world.Do("ProfileService/UpsertProfile", Upsert("orders"));
  v1::UpsertProfileRequest again = Upsert("orders");
  again.mutable_update()->set_expected_version(7);
  return world.Call("ProfileService/UpsertProfile", again);
}

Met ProfileTooLarge(EveryErrorTest&) {
  v1::UpsertProfileRequest request = Upsert("orders");
  for (int i = 0; i < 20; ++i) {
    *request.mutable_update()->add_attributes() =
        Text(absl::StrCat("note_", i), std::string(60'000, 'x'));
  }
  return TwoWires().Call("ProfileService/UpsertProfile", request);
}

Met ProfileNotFound(EveryErrorTest&) {
  v1::GetProfileRequest request;
  request.set_customer_id("nobody");
  return TwoWires().Call("ProfileService/GetProfile", request);
}

// --------------------------------------------------------------------- packs
// --

v1::PublishPackRequest Publish(const PackFiles& files) {
  v1::PublishPackRequest request;
  *request.mutable_files() = ToWireFiles(files);
  return request;
}

Met PackInvalid(EveryErrorTest&) {
  PackFiles files = ShopFiles();
  files["pack.yaml"] += "nonsense: 1\n";
  return TwoWires().Call("PackService/PublishPack", Publish(files));
}

Met PackVersionTaken(EveryErrorTest&) {
  TwoWires world;
  world.Do("PackService/PublishPack", Publish(ShopFiles()));
  return world.Call("PackService/PublishPack",
                    Publish(ShopFiles({.discount = 9})));
}

Met PackTestsFailed(EveryErrorTest&) {
  TwoWires world;
  world.Do("PackService/PublishPack",
           Publish(ShopFiles({.discount = 2, .expected_discount = "3"})));
  v1::ActivatePackRequest request;
  request.mutable_pack()->set_name("shop");
  request.mutable_pack()->set_version("1");
  return world.Call("PackService/ActivatePack", request);
}

// --------------------------------------------------------------- the log, stop
// --

Met StoreQueueFull(EveryErrorTest&) {
  auto held = std::make_unique<HeldStore>();
  HeldStore& store = *held;
  TwoWires world(std::move(held));
  while (store.Append({}, [](const absl::StatusOr<store::Position>&) {}).ok()) {
  }
  Met met = world.Decide([](auto&) {});
  store.Break();
  return met;
}

Met StoreUnavailable(EveryErrorTest&) {
  auto held = std::make_unique<HeldStore>();
  HeldStore& store = *held;
  TwoWires world(std::move(held));
  store.Break();
  return world.Decide([](auto&) {});
}

Met StoreDataLoss(EveryErrorTest&) {
  return TwoWires(std::make_unique<HeldStore>())
      .Call("InsightService/GetLogStats", v1::GetLogStatsRequest());
}

std::string FollowOverHttp() {
  return RawRequest("POST", kFollowPath,
                    "Content-Type: application/connect+json\r\n",
                    Enveloped(0, "{}"));
}

// One follower more than the server takes, on both wires.
Met ReadQueueFull(EveryErrorTest&) {
  TwoWires world;
  const auto stub = v1::InsightService::NewStub(world.running().channel());
  struct Follower {
    grpc::ClientContext context;
    std::unique_ptr<grpc::ClientReader<v1::FollowDecisionsResponse>> reader;
  };
  std::vector<Follower> followers(kFollowersMax);
  for (Follower& follower : followers) {
    follower.reader = stub->FollowDecisions(&follower.context, {});
    follower.reader->WaitForInitialMetadata();
  }
  Follower last;
  last.reader = stub->FollowDecisions(&last.context, {});
  Met met = OverGrpc(last.reader->Finish());
  EXPECT_EQ(EndOf(world.Http(FollowOverHttp())).ShortDebugString(),
            met.error.ShortDebugString());
  for (Follower& follower : followers) {
    follower.context.TryCancel();
    follower.reader->Finish();
  }
  return met;
}

Met ServerStopping(EveryErrorTest&) {
  TwoWires world;
  const auto stub = v1::InsightService::NewStub(world.running().channel());
  grpc::ClientContext context;
  const auto reader = stub->FollowDecisions(&context, {});
  reader->WaitForInitialMetadata();
  world.running().server().Stop(absl::InfiniteDuration());
  return OverGrpc(reader->Finish());
}

// ------------------------------------------------------------------ over HTTP
// --

Met MethodNeedsGrpc(EveryErrorTest&) {
  return OverHttp(TwoWires().Http(
      JsonCall("/stratagem.v1.ProfileService/ImportProfiles", "{}")));
}

Met TooLargeDecompressed(EveryErrorTest& test) {
  HttpOptions options;
  options.request.body_bytes_max = 1'000;
  return test.Refused(RawRequest("POST", kDecidePath,
                                 "Content-Type: application/proto\r\n"
                                 "Content-Encoding: gzip\r\n",
                                 Gzip(std::string(5'000, 'x'))),
                      std::move(options));
}

Met TooLargeAsSent(EveryErrorTest& test) {
  HttpOptions options;
  options.request.body_bytes_max = 1'000;
  return test.Refused(JsonCall(kDecidePath, std::string(1'001, ' ')),
                      std::move(options));
}

Met RequestTimeout(EveryErrorTest& test) {
  HttpOptions options;
  options.header_timeout = absl::Milliseconds(20);
  return test.Refused("GET / HT", std::move(options));
}

Met ServerBusy(EveryErrorTest& test) {
  HttpOptions options;
  options.connections_max = 1;
  test.StartServer(std::move(options));
  RawClient first = test.Connect();
  first.Send(RawRequest("GET", "/healthz"));
  EXPECT_EQ(first.Read().status, 200);
  return OverHttp(test.Connect().Read());
}

Met ServerReadsTooMuch(EveryErrorTest& test) {
  HttpOptions options;
  options.request_bytes_max = 1'000;
  return test.Refused(JsonCall(kDecidePath, std::string(5'000, ' ')),
                      std::move(options));
}

Met Internal(EveryErrorTest& test) {
  v1::DecideResponse response;
  response.mutable_decision()->mutable_decided_at()->set_seconds(
      std::numeric_limits<int64_t>::max());  // No year has it.
  test.service_.answer = response.SerializeAsString();
  return test.Refused(JsonCall(kDecidePath, "{}"));
}

// A request over HTTP that is refused before it becomes a call.
auto Sends(const std::string& request) {
  return [request](EveryErrorTest& test) { return test.Refused(request); };
}

// ---------------------------------------------------------------------- cases
// --

std::vector<ErrorCase> Cases() {
  return {
      {"MalformedMessage", v1::ERROR_REASON_MALFORMED_MESSAGE, "",
       MalformedMessage},
      {"MalformedJson", v1::ERROR_REASON_MALFORMED_MESSAGE, "",
       Sends(JsonCall(kDecidePath, "{]"))},
      {"MalformedGzip", v1::ERROR_REASON_MALFORMED_MESSAGE, "",
       Sends(JsonCall(kDecidePath, "{}", "Content-Encoding: gzip\r\n"))},
      {"InvalidUtf8", v1::ERROR_REASON_INVALID_UTF8, "unit", InvalidUtf8},
      {"MissingField", v1::ERROR_REASON_MISSING_FIELD, "customer_id",
       Spoiled([](auto& request) { request.clear_customer_id(); })},
      {"MissingAttribute", v1::ERROR_REASON_MISSING_FIELD, "attributes.orders",
       Spoiled([](auto& request) { request.clear_attributes(); })},
      {"TooLarge", v1::ERROR_REASON_TOO_LARGE, "customer_id",
       Spoiled([](auto& request) {
         request.set_customer_id(std::string(257, 'c'));
       })},
      {"UnknownName", v1::ERROR_REASON_UNKNOWN_NAME, "attributes.ordrs",
       Spoiled(
           [](auto& request) { *request.add_attributes() = Int("ordrs", 1); })},
      {"UnknownMember", v1::ERROR_REASON_UNKNOWN_NAME, "dryrun",
       Sends(JsonCall(kDecidePath, R"({"dryrun":true})"))},
      {"DuplicateName", v1::ERROR_REASON_DUPLICATE_NAME, "placements[1]",
       Spoiled([](auto& request) { request.add_placements("home"); })},
      {"WrongType", v1::ERROR_REASON_WRONG_TYPE, "attributes.vip",
       Spoiled([](auto& request) {
         *request.add_attributes() = Text("vip", "yes");
       })},
      {"OutOfRange", v1::ERROR_REASON_OUT_OF_RANGE, "attributes.nps",
       Spoiled([](auto& request) {
         request.mutable_attributes(2)->mutable_value()->set_int_value(11);
       })},
      {"NotAllowed", v1::ERROR_REASON_NOT_ALLOWED, "request.channel",
       Spoiled([](auto& request) {
         *request.add_request() = Text("channel", "fax");
       })},
      {"BrokenConstraint", v1::ERROR_REASON_BROKEN_CONSTRAINT, "constraints[0]",
       Spoiled([](auto& request) {
         request.mutable_attributes(0)->mutable_value()->set_int_value(0);
       })},
      {"PackNotFound", v1::ERROR_REASON_PACK_NOT_FOUND, "",
       Spoiled(
           [](auto& request) { request.mutable_pack()->set_name("wier"); })},
      {"PackVersionNotFound", v1::ERROR_REASON_PACK_NOT_FOUND, "",
       Spoiled(
           [](auto& request) { request.mutable_pack()->set_version("9"); })},
      {"PackNotInEffect", v1::ERROR_REASON_PACK_NOT_IN_EFFECT, "",
       Spoiled(
           [](auto& request) { request.mutable_pack()->set_name("retired"); })},
      {"NoPack", v1::ERROR_REASON_PACK_NOT_IN_EFFECT, "",
       [](EveryErrorTest&) {
         return TwoWires(std::vector<std::string>()).Decide([](auto&) {});
       }},
      {"StoreQueueFull", v1::ERROR_REASON_STORE_QUEUE_FULL, "", StoreQueueFull},
      {"StoreUnavailable", v1::ERROR_REASON_STORE_UNAVAILABLE, "",
       StoreUnavailable},
      {"StoreDataLoss", v1::ERROR_REASON_STORE_DATA_LOSS, "", StoreDataLoss},
      {"ReadQueueFull", v1::ERROR_REASON_READ_QUEUE_FULL, "", ReadQueueFull},
      {"RequestIdReused", v1::ERROR_REASON_REQUEST_ID_REUSED, "request_id",
       RequestIdReused},
      {"MalformedId", v1::ERROR_REASON_MALFORMED_ID, "decision_id",
       MalformedId},
      {"ProfileVersion", v1::ERROR_REASON_PROFILE_VERSION, "", ProfileVersion},
      {"ProfileTooLarge", v1::ERROR_REASON_PROFILE_TOO_LARGE, "",
       ProfileTooLarge},
      {"ProfileNotFound", v1::ERROR_REASON_PROFILE_NOT_FOUND, "",
       ProfileNotFound},
      {"DecisionNotFound", v1::ERROR_REASON_DECISION_NOT_FOUND, "",
       DecisionNotFound},
      {"ServerStopping", v1::ERROR_REASON_SERVER_STOPPING, "", ServerStopping},
      {"PackInvalid", v1::ERROR_REASON_PACK_INVALID, "", PackInvalid},
      {"PackVersionTaken", v1::ERROR_REASON_PACK_VERSION_TAKEN, "",
       PackVersionTaken},
      {"PackTestsFailed", v1::ERROR_REASON_PACK_TESTS_FAILED, "",
       PackTestsFailed},
      {"UnloggedNotAllowed", v1::ERROR_REASON_UNLOGGED_NOT_ALLOWED, "",
       Spoiled([](auto& request) {
         request.clear_placements();
         request.clear_request_id();
         request.set_unlogged(true);
       })},
      {"ConflictingFields", v1::ERROR_REASON_CONFLICTING_FIELDS, "placements",
       Spoiled([](auto& request) { request.set_unlogged(true); })},
      {"MethodNotFound", v1::ERROR_REASON_METHOD_NOT_FOUND, "",
       Sends(JsonCall("/stratagem.v1.DecisionService/Decde", "{}"))},
      {"MethodNeedsGrpc", v1::ERROR_REASON_METHOD_NEEDS_GRPC, "",
       MethodNeedsGrpc},
      {"MethodNotAllowed", v1::ERROR_REASON_METHOD_NOT_ALLOWED, "",
       Sends(RawRequest("PUT", kDecidePath))},
      {"PageIsOnlyRead", v1::ERROR_REASON_METHOD_NOT_ALLOWED, "",
       Sends(RawRequest("POST", "/healthz"))},
      {"UnsupportedMediaType", v1::ERROR_REASON_UNSUPPORTED_MEDIA_TYPE, "",
       Sends(RawRequest("POST", kDecidePath, "Content-Type: text/xml\r\n"))},
      {"UnsupportedCompression", v1::ERROR_REASON_UNSUPPORTED_COMPRESSION, "",
       Sends(JsonCall(kDecidePath, "{}", "Content-Encoding: br\r\n"))},
      {"MalformedTimeout", v1::ERROR_REASON_MALFORMED_CALL, "",
       Sends(JsonCall(kDecidePath, "{}", "Connect-Timeout-Ms: soon\r\n"))},
      {"OtherProtocolVersion", v1::ERROR_REASON_MALFORMED_CALL, "",
       Sends(JsonCall(kDecidePath, "{}", "Connect-Protocol-Version: 2\r\n"))},
      {"MalformedQuery", v1::ERROR_REASON_MALFORMED_CALL, "",
       Sends(
           RawRequest("GET", "/stratagem.v1.InsightService/GetLogStats?x=1"))},
      {"NotHttp", v1::ERROR_REASON_MALFORMED_CALL, "", Sends("\x16\x03\x01")},
      {"TooLargeAsSent", v1::ERROR_REASON_MESSAGE_TOO_LARGE, "",
       TooLargeAsSent},
      {"TooLargeDecompressed", v1::ERROR_REASON_MESSAGE_TOO_LARGE, "",
       TooLargeDecompressed},
      {"HeadTooLarge", v1::ERROR_REASON_HEAD_TOO_LARGE, "",
       Sends(RawRequest("GET", "/" + std::string(20'000, 'x')))},
      {"RequestTimeout", v1::ERROR_REASON_REQUEST_TIMEOUT, "", RequestTimeout},
      {"ServerBusy", v1::ERROR_REASON_SERVER_BUSY, "", ServerBusy},
      {"ServerReadsTooMuch", v1::ERROR_REASON_SERVER_BUSY, "",
       ServerReadsTooMuch},
      {"Internal", v1::ERROR_REASON_INTERNAL, "", Internal},
  };
}

INSTANTIATE_TEST_SUITE_P(Cases, EveryErrorCaseTest, testing::ValuesIn(Cases()),
                         [](const auto& param_info) {
                           return param_info.param.name;
                         });

// What stands between the first `begin` of the page and the next `end`.
std::string Cut(const std::string& page, const std::string& begin,
                const std::string& end) {
  const size_t from = page.find(begin) + begin.size();
  return page.substr(from, page.find(end, from) - from);
}

TEST(ErrorPageTest, ItsExampleIsWhatTheServerAnswers) {
  std::ifstream file(SourcePath("docs/errors.md"));
  const std::string page(std::istreambuf_iterator<char>(file), {});
  TwoWires wires({SourcePath("rules/retail")});
  const RawAnswer answer =
      wires.Http(JsonCall(kDecidePath, Cut(page, "-d '", "'\n")));
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(nlohmann::json::parse(answer.body),
            nlohmann::json::parse(Cut(page, "```json\n", "```"), nullptr,
                                  /*allow_exceptions=*/false))
      << answer.body;
}

TEST(EveryErrorListTest, EachReasonHasACase) {
  std::set<std::string> missing;
  for (const ErrorRow& row : ErrorList()) {
    missing.insert(v1::ErrorReason_Name(row.reason));
  }
  for (const ErrorCase& one : Cases()) {
    missing.erase(v1::ErrorReason_Name(one.reason));
  }
  EXPECT_THAT(missing, testing::IsEmpty());
}

}  // namespace
}  // namespace stratagem::server
