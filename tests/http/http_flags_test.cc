// What must hold for the flags of HTTP: an address, or nothing for no HTTP, and
// origins as browsers send them.

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/options.h"

namespace stratagem::server {
namespace {

using testing::ElementsAre;

// What is parsed, or else the exit code, with what was said.
struct Parsed {
  std::variant<Options, ExitCode> result;
  std::string said;
};

Parsed Parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), {"stratagemd", "--pack", "a"});
  testing::internal::CaptureStderr();
  auto result =
      ParseOptions(static_cast<int>(arguments.size()), arguments.data());
  return {std::move(result), testing::internal::GetCapturedStderr()};
}

TEST(HttpFlagsTest, AreRead) {
  const Parsed parsed =
      Parse({"--http", "[::1]:0", "--http-port-file", "p",
             "--http-body-bytes-max", "2048", "--cors-origin",
             "https://a.example", "--cors-origin", "http://localhost:3000"});
  ASSERT_TRUE(std::holds_alternative<Options>(parsed.result)) << parsed.said;
  const auto& options = std::get<Options>(parsed.result);
  EXPECT_EQ(options.http_listen, "[::1]:0");
  EXPECT_EQ(options.http_port_file, "p");
  EXPECT_EQ(options.http_body_bytes_max, 2'048u);
  EXPECT_THAT(options.cors_origins,
              ElementsAre("https://a.example", "http://localhost:3000"));
}

TEST(HttpFlagsTest, AnEmptyAddressIsNoHttp) {
  const Parsed parsed = Parse({"--http", ""});
  ASSERT_TRUE(std::holds_alternative<Options>(parsed.result)) << parsed.said;
  EXPECT_EQ(std::get<Options>(parsed.result).http_listen, "");
}

TEST(HttpFlagsTest, AreRefusedWithWhatWasExpected) {
  struct Row {
    std::vector<const char*> arguments;
    std::string want;
  };
  const std::vector<Row> rows = {
      {{"--http", "8080"},
       "error: `--http`: `8080` is not HOST:PORT or [IPV6]:PORT with a port "
       "from 0 to 65535, such as 127.0.0.1:50051\n"},
      {{"--http-body-bytes-max", "1"},
       "error: `--http-body-bytes-max`: `1` is not a number of bytes from 1024 "
       "to 1073741824\n"},
      {{"--cors-origin", "desk.example.com"},
       "error: `--cors-origin`: `desk.example.com` is neither an origin, such "
       "as https://desk.example.com, nor `*`\n"},
      {{"--cors-origin", "https://desk.example.com/"},
       "error: `--cors-origin`: `https://desk.example.com/` is neither"},
      {{"--cors-origin", "://desk"}, "error: `--cors-origin`: `://desk`"},
      {{"--cors-origin", ""}, "error: `--cors-origin`: `` is neither"},
  };
  for (const Row& row : rows) {
    const Parsed parsed = Parse(row.arguments);
    ASSERT_TRUE(std::holds_alternative<ExitCode>(parsed.result)) << row.want;
    EXPECT_EQ(std::get<ExitCode>(parsed.result).value, 2);
    EXPECT_THAT(parsed.said, testing::HasSubstr(row.want));
  }
}

}  // namespace
}  // namespace stratagem::server
