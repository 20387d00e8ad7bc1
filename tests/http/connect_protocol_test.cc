// What must hold for the words of the Connect protocol: its tables, and that
// what is not of it is refused.

#include "server/http/connect_protocol.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "server/http/gzip.h"

namespace stratagem::server {
namespace {

using testing::HasSubstr;

// The table of the specification, "Error Codes".
TEST(CodeTest, HasTheNamesAndStatusesOfTheSpecification) {
  struct Row {
    grpc::StatusCode code;
    const char* name;
    int http_status;
  };
  const std::vector<Row> rows = {
      {grpc::CANCELLED, "canceled", 499},
      {grpc::UNKNOWN, "unknown", 500},
      {grpc::INVALID_ARGUMENT, "invalid_argument", 400},
      {grpc::DEADLINE_EXCEEDED, "deadline_exceeded", 504},
      {grpc::NOT_FOUND, "not_found", 404},
      {grpc::ALREADY_EXISTS, "already_exists", 409},
      {grpc::PERMISSION_DENIED, "permission_denied", 403},
      {grpc::RESOURCE_EXHAUSTED, "resource_exhausted", 429},
      {grpc::FAILED_PRECONDITION, "failed_precondition", 400},
      {grpc::ABORTED, "aborted", 409},
      {grpc::OUT_OF_RANGE, "out_of_range", 400},
      {grpc::UNIMPLEMENTED, "unimplemented", 501},
      {grpc::INTERNAL, "internal", 500},
      {grpc::UNAVAILABLE, "unavailable", 503},
      {grpc::DATA_LOSS, "data_loss", 500},
      {grpc::UNAUTHENTICATED, "unauthenticated", 401},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(CodeName(row.code), row.name);
    EXPECT_EQ(HttpStatusOf(row.code), row.http_status) << row.name;
  }
}

TEST(ErrorJsonTest, HoldsDetailsAsBytesAndForPeople) {
  google::rpc::ErrorInfo info;
  info.set_reason("R");
  google::rpc::Status details;
  details.add_details()->PackFrom(info);
  details.add_details()->set_type_url("type.googleapis.com/made.Up");
  const auto json = nlohmann::json::parse(
      ErrorJson({grpc::ABORTED, "said \xff", details.SerializeAsString()}));
  EXPECT_EQ(json, nlohmann::json::parse(R"json({
    "code": "aborted", "message": "said �",
    "details": [
      {"type": "google.rpc.ErrorInfo", "value": "CgFS", "debug": {"reason": "R"}},
      {"type": "made.Up", "value": ""}]})json"));
}

TEST(ErrorJsonTest, IsJustACodeWithoutMore) {
  EXPECT_EQ(ErrorJson({grpc::INTERNAL, ""}), R"({"code":"internal"})");
}

TEST(ContentTypeTest, ReadsThoseOfTheProtocolAndNoOther) {
  const auto read = [](absl::string_view text) -> std::string {
    const auto type = ParseContentType(text);
    return type ? std::string(ContentTypeName(*type)) : "none";
  };
  EXPECT_EQ(read("application/json"), "application/json");
  EXPECT_EQ(read("Application/JSON; charset=UTF-8"), "application/json");
  EXPECT_EQ(read("application/json ;charset=\"utf-8\""), "application/json");
  EXPECT_EQ(read("application/proto"), "application/proto");
  EXPECT_EQ(read("application/connect+json"), "application/connect+json");
  EXPECT_EQ(read("application/connect+proto"), "application/connect+proto");
  for (const char* other :
       {"", "text/plain", "application/json; charset=latin1",
        "application/grpc", "application/connect+yaml", "application/jsonx"}) {
    EXPECT_EQ(read(other), "none") << other;
  }
}

TEST(TimeoutTest, IsAWholeNumberOfAtMostTenDigits) {
  EXPECT_EQ(*ParseTimeoutMs("1500"), absl::Milliseconds(1500));
  EXPECT_EQ(*ParseTimeoutMs("9999999999"), absl::Milliseconds(9999999999));
  EXPECT_EQ(*ParseTimeoutMs("0"), absl::ZeroDuration());
  for (const char* bad : {"", "-1", "+1", " 1", "1s", "1.5", "10000000000"}) {
    EXPECT_THAT(std::string(ParseTimeoutMs(bad).status().message()),
                HasSubstr("`Connect-Timeout-Ms` is `"))
        << bad;
  }
}

TEST(CompressionTest, TakesGzipAndIdentityAndSaysSo) {
  EXPECT_EQ(*ParseCompression("gzip"), Compression::kGzip);
  EXPECT_EQ(*ParseCompression("identity"), Compression::kIdentity);
  EXPECT_EQ(*ParseCompression(""), Compression::kIdentity);
  EXPECT_EQ(ParseCompression("br").status(),
            absl::UnimplementedError(
                "the compression `br` is not one of `gzip` and `identity`"));
}

TEST(CompressionTest, ChoosesTheFirstThatThereIs) {
  EXPECT_EQ(ChooseCompression("br, gzip"), Compression::kGzip);
  EXPECT_EQ(ChooseCompression("gzip;q=0.5"), Compression::kGzip);
  EXPECT_EQ(ChooseCompression("gzip;q=0"), Compression::kIdentity);
  EXPECT_EQ(ChooseCompression("gzip; q=none"), Compression::kIdentity);
  EXPECT_EQ(ChooseCompression("identity, gzip"), Compression::kIdentity);
  EXPECT_EQ(ChooseCompression(""), Compression::kIdentity);
  EXPECT_EQ(ChooseCompression("zstd"), Compression::kIdentity);
}

TEST(GetQueryTest, ReadsParametersInAnyOrder) {
  const auto query = ParseGetQuery(
      "other=1&encoding=json&message=%7b%22a%22%3A+1%7D&connect=v1");
  ASSERT_TRUE(query.ok()) << query.status();
  EXPECT_EQ(query->message, "{\"a\": 1}");
  EXPECT_EQ(query->encoding, "json");
  EXPECT_EQ(query->compression, "");
}

TEST(GetQueryTest, ReadsBase64WithAndWithoutPadding) {
  for (const char* text : {"-_8%3D", "-_8=", "-_8"}) {
    const auto query = ParseGetQuery(
        absl::StrCat("message=", text, "&base64=1&encoding=proto"));
    ASSERT_TRUE(query.ok()) << text << query.status();
    EXPECT_EQ(query->message, "\xfb\xff") << text;
  }
}

TEST(GetQueryTest, RefusesWhatCannotBeRead) {
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"encoding=json", "has no `message`"},
      {"message=", "has no `encoding`"},
      {"message=a&message=b&encoding=json", "has `message` more than once"},
      {"message=%4&encoding=json", "has a `%` in `message` that is not"},
      {"message=%zz&encoding=json", "has a `%` in `message` that is not"},
      {"message=%&encoding=json", "has a `%` in `message` that is not"},
      {"message=*&base64=1&encoding=proto", "is not URL-safe base64"},
      {"message=&encoding=json&connect=v2", "`connect` that is not `v1`"},
  };
  for (const auto& [query, want] : rows) {
    EXPECT_THAT(std::string(ParseGetQuery(query).status().message()),
                HasSubstr(want))
        << query;
  }
}

TEST(GzipTest, BringsBackWhatItTook) {
  for (const std::string& bytes :
       {std::string("a"), std::string(100'000, 'x'), std::string(1, '\0')}) {
    EXPECT_EQ(*Gunzip(Gzip(bytes), bytes.size()), bytes);
  }
}

TEST(GzipTest, StopsAtTheLimitAndNotBehindIt) {
  const std::string bomb = Gzip(std::string(50'000'000, '\0'));
  EXPECT_LT(bomb.size(), 300'000u);
  EXPECT_EQ(
      Gunzip(bomb, 10'000).status(),
      absl::ResourceExhaustedError("the message has more than 10000 bytes"));
  EXPECT_EQ(Gunzip(Gzip("ab"), 1).status().code(),
            absl::StatusCode::kResourceExhausted);
}

TEST(GzipTest, RefusesWhatIsNotOneWholeMember) {
  const std::string good = Gzip("message");
  std::string changed = good;
  changed[changed.size() - 5] ^= 1;  // In its checksum.
  for (const std::string& bad :
       {std::string("plain"), good.substr(0, good.size() - 1), good + "x",
        good + good, changed, std::string("\x1f\x8b")}) {
    EXPECT_EQ(Gunzip(bad, 1'000).status().code(),
              absl::StatusCode::kInvalidArgument);
  }
}

TEST(DecompressTest, LeavesAnEmptyMessageAlone) {
  EXPECT_EQ(*Decompress("", Compression::kGzip, 10), "");
}

}  // namespace
}  // namespace stratagem::server
