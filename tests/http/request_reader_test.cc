// What must hold for a RequestReader: requests come out alike however their
// bytes are cut, and nothing that two servers could read differently comes out
// at all.

#include "server/http/request_reader.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace stratagem::server {
namespace {

using State = RequestReader::State;
using testing::HasSubstr;

constexpr RequestLimits kLimits = {.header_bytes_max = 512,
                                   .body_bytes_max = 64};

// The request that `bytes` are, or what is wrong with them.
std::string ReadAll(absl::string_view bytes, size_t piece = 1 << 20) {
  RequestReader reader(kLimits);
  std::string said;
  while (!bytes.empty() && reader.state() != State::kRefused) {
    if (reader.state() == State::kWhole) break;
    reader.Feed(bytes.substr(0, piece));
    bytes.remove_prefix(std::min(piece, bytes.size()));
    while (reader.state() == State::kWhole) {
      const HttpRequest request = reader.Take();
      absl::StrAppend(&said, request.method, " ", request.target, " [",
                      request.body, "]",
                      request.keeps_alive ? "" : " and closes", "\n");
    }
  }
  if (reader.state() == State::kRefused) {
    const auto error = nlohmann::json::parse(reader.refusal().body);
    absl::StrAppend(&said, reader.refusal().status, " ",
                    error.value("message", ""));
  } else if (reader.state() != State::kIdle) {
    absl::StrAppend(&said, "unfinished\n");
  }
  return said;
}

struct Case {
  std::string name;
  std::string bytes;
  std::string want;
};

class RequestReaderTest : public testing::TestWithParam<Case> {};

TEST_P(RequestReaderTest, ReadsItAlikeInOnePieceAndByteByByte) {
  EXPECT_THAT(ReadAll(GetParam().bytes), HasSubstr(GetParam().want));
  for (const size_t piece : {1, 2, 3, 7}) {
    EXPECT_EQ(ReadAll(GetParam().bytes, piece), ReadAll(GetParam().bytes))
        << "in pieces of " << piece;
  }
}

std::string NameOf(const testing::TestParamInfo<Case>& param_info) {
  return param_info.param.name;
}

INSTANTIATE_TEST_SUITE_P(
    Whole, RequestReaderTest,
    testing::ValuesIn(std::vector<Case>{
        {"WithoutBody", "GET /x?y=1 HTTP/1.1\r\nHost: a\r\n\r\n",
         "GET /x?y=1 []\n"},
        {"WithLength",
         "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc",
         "POST / [abc]\n"},
        {"WithLengthZero",
         "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
         "POST / []\n"},
        {"InChunks",
         "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
         "2\r\nab\r\nA\r\n0123456789\r\n0\r\n\r\n",
         "POST / [ab0123456789]\n"},
        {"InNoChunk",
         "POST / HTTP/1.1\r\nHost: a\r\ntransfer-encoding: CHUNKED\r\n\r\n"
         "0\r\n\r\n",
         "POST / []\n"},
        {"WithTrailers",
         "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
         "1\r\na\r\n0\r\nX-Sum: 1\r\n\r\n",
         "POST / [a]\n"},
        {"OneAfterAnother",
         "POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\na"
         "GET /2 HTTP/1.1\r\nHost: a\r\n\r\nGET /3 HTTP/1.1\r\nHost: a\r\n\r\n",
         "POST /1 [a]\nGET /2 []\nGET /3 []\n"},
        {"ThatCloses", "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
         "GET / [] and closes\n"},
        {"OfOldClients", "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
         "GET / [] and closes\n"},
        {"BodyOfTheLimit",
         absl::StrCat(
             "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 64\r\n\r\n",
             std::string(64, 'x')),
         absl::StrCat("POST / [", std::string(64, 'x'), "]\n")},
    }),
    NameOf);

INSTANTIATE_TEST_SUITE_P(
    Smuggled, RequestReaderTest,
    testing::ValuesIn(std::vector<Case>{
        {"LengthAndChunks",
         "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n"
         "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
         "400 more than one Content-Length or Transfer-Encoding"},
        {"ChunksAndLength",
         "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
         "Content-Length: 5\r\n\r\n0\r\n\r\n",
         "400 more than one Content-Length or Transfer-Encoding"},
        {"TwoLengths",
         "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n"
         "Content-Length: 2\r\n\r\nab",
         "400 more than one Content-Length or Transfer-Encoding"},
        {"TwoEqualLengths",
         "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n"
         "Content-Length: 1\r\n\r\na",
         "400 more than one Content-Length or Transfer-Encoding"},
        {"ListOfLengths",
         "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 1\r\n\r\na",
         "400 a Content-Length that is not a plain number"},
        {"LengthWithSign",
         "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\na",
         "400 a Content-Length that is not a plain number"},
        {"LengthInHex",
         "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x1\r\n\r\na",
         "400 a Content-Length that is not a plain number"},
        {"NoLength", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n",
         "400 a Content-Length that is not a plain number"},
        {"LengthBeyond64Bits",
         "POST / HTTP/1.1\r\nHost: a\r\n"
         "Content-Length: 18446744073709551617\r\n\r\na",
         "400 a Content-Length that is not a plain number"},
        {"TwoEncodings",
         "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
         "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
         "400 more than one Content-Length or Transfer-Encoding"},
        {"OtherEncoding",
         "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n",
         "400 a Transfer-Encoding that is not `chunked`"},
        {"ListOfEncodings",
         "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n"
         "\r\n0\r\n\r\n",
         "400 a Transfer-Encoding that is not `chunked`"},
        {"EncodingOfOldClients",
         "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
         "400 a Transfer-Encoding in a request of HTTP/1.0"},
        {"SpaceBeforeColon",
         "POST / HTTP/1.1\r\nHost: a\r\nContent-Length : 5\r\n\r\n",
         "400 a header without a name right before a colon"},
        {"SpaceBeforeName",
         "GET / HTTP/1.1\r\nHost: a\r\nX: 1\r\n Content-Length: 5\r\n\r\n",
         "400 a header that continues on a second line"},
        {"TabBeforeName",
         "GET / HTTP/1.1\r\nHost: a\r\nX: 1\r\n\tfolded\r\n\r\n",
         "400 a header that continues on a second line"},
        {"NoName", "GET / HTTP/1.1\r\nHost: a\r\n: 1\r\n\r\n",
         "400 a header without a name right before a colon"},
        {"NoColon", "GET / HTTP/1.1\r\nHost: a\r\nX\r\n\r\n",
         "400 a header without a name right before a colon"},
        {"OnlyLineFeeds", "GET / HTTP/1.1\nHost: a\n\n",
         "400 a line that does not end with CR LF"},
        {"ALineFeedInAValue",
         "GET / HTTP/1.1\r\nHost: a\r\nX: 1\nContent-Length: 5\r\n\r\n",
         "400 a line that does not end with CR LF"},
        {"ACarriageReturnInAValue",
         "GET / HTTP/1.1\r\nHost: a\r\nX: 1\rY: 2\r\n\r\n",
         "400 a line that does not end with CR LF"},
        {"AZeroByte",
         absl::StrCat("GET / HTTP/1.1\r\nHost: a\r\nX: ", std::string(1, '\0'),
                      "\r\n\r\n"),
         "400 a control character in the head"},
        {"TwoHosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
         "400 not exactly one Host"},
        {"NoHost", "GET / HTTP/1.1\r\n\r\n", "400 not exactly one Host"},
        {"EmptyLineFirst", "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
         "400 an empty line before the request"},
        {"ChunkExtension",
         "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
         "1;x=y\r\na\r\n0\r\n\r\n",
         "400 the body's chunks are not those of HTTP/1.1"},
        {"ChunkOfNoSize",
         "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
         "zz\r\na\r\n0\r\n\r\n",
         "400 the body's chunks are not those of HTTP/1.1"},
        {"ChunkWithLineFeed",
         "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
         "1\na\n0\n\n",
         "unfinished\n"},
        {"ChunkLongerThanItSays",
         "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
         "1\r\nabc\r\n0\r\n\r\n",
         "400 the body's chunks are not those of HTTP/1.1"},
        {"ChunkBeyond64Bits",
         "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
         "10000000000000001\r\na\r\n0\r\n\r\n",
         "400 the body's chunks are not those of HTTP/1.1"},
    }),
    NameOf);

INSTANTIATE_TEST_SUITE_P(
    Refused, RequestReaderTest,
    testing::ValuesIn(std::vector<Case>{
        {"Http2", "PRI * HTTP/2.0\r\nHost: a\r\n\r\n", "400 the head"},
        {"AnotherVersion", "GET / HTTP/1.2\r\nHost: a\r\n\r\n", "400 the head"},
        {"NoVersion", "GET /\r\nHost: a\r\n\r\n", "400 the head"},
        {"NoTarget", "GET HTTP/1.1\r\nHost: a\r\n\r\n", "400 the head"},
        {"Tls", "\x16\x03\x01\x02", "400 a control character in the head"},
        {"LongHead",
         absl::StrCat("GET / HTTP/1.1\r\nHost: a\r\nX: ",
                      std::string(600, 'x')),
         "431 the head is longer than 512 bytes"},
        {"LongTarget", absl::StrCat("GET /", std::string(600, 'x')),
         "431 the head is longer than 512 bytes"},
        {"LongBody", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 65\r\n\r\n",
         "413 the body is longer than 64 bytes"},
        {"LongBodyInChunks",
         absl::StrCat("POST / HTTP/1.1\r\nHost: a\r\n"
                      "Transfer-Encoding: chunked\r\n\r\n28\r\n",
                      std::string(40, 'x'), "\r\n28\r\n", std::string(40, 'x'),
                      "\r\n0\r\n\r\n"),
         "413 the body is longer than 64 bytes"},
        {"LongTrailers",
         absl::StrCat("POST / HTTP/1.1\r\nHost: a\r\n"
                      "Transfer-Encoding: chunked\r\n\r\n0\r\nX: ",
                      std::string(600, 'x')),
         "431 a chunk's line or the trailers are too long"},
    }),
    NameOf);

TEST(RequestReaderHeadersTest, TrailersDoNotBecomeHeaders) {
  RequestReader reader(kLimits);
  reader.Feed(
      "POST / HTTP/1.1\r\nHost: a\r\nX: 1\r\nTransfer-Encoding: chunked\r\n\r\n"
      "0\r\nAuthorization: stolen\r\n\r\n");
  ASSERT_EQ(reader.state(), State::kWhole);
  const HttpRequest request = reader.Take();
  EXPECT_EQ(FindHeader(request.headers, "Authorization"), nullptr);
  ASSERT_NE(FindHeader(request.headers, "x"), nullptr);
  EXPECT_EQ(*FindHeader(request.headers, "x"), "1");
}

TEST(RequestReaderExpectationTest, SaysOnceThatAClientWaitsToSendItsBody) {
  RequestReader reader(kLimits);
  reader.Feed(
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n"
      "Expect: 100-continue\r\n\r\n");
  ASSERT_EQ(reader.state(), State::kBody);
  EXPECT_TRUE(reader.TakeExpectation());
  EXPECT_FALSE(reader.TakeExpectation());
  reader.Feed("a");
  EXPECT_EQ(reader.state(), State::kWhole);
}

TEST(RequestReaderMemoryTest, HoldsNothingBetweenRequests) {
  RequestReader reader(kLimits);
  reader.Feed("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n1234");
  EXPECT_EQ(reader.bytes_held(), 4u);
  reader.Feed("56789");
  reader.Take();
  EXPECT_EQ(reader.bytes_held(), 0u);
  EXPECT_EQ(reader.state(), State::kIdle);
}

}  // namespace
}  // namespace stratagem::server
