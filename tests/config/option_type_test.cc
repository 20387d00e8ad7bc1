// What must hold for the types of options: they take what they say they take,
// to the bounds and not beyond, and write what they read.

#include "server/config/option_type.h"

#include <limits>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "server/config/option_list.h"

namespace stratagem::server {
namespace {

TEST(ParseSizeTest, ReadsDigitsAndUnitsOfBothKindsInAnyCase) {
  const struct {
    const char* text;
    uint64_t bytes;
  } cases[] = {
      {"0", 0},
      {"1000000", 1'000'000},
      {"7B", 7},
      {"999kB", 999'000},
      {"1KiB", 1'024},
      {"50GB", 50'000'000'000},
      {"50gb", 50'000'000'000},
      {"50G", 50'000'000'000},
      {"500MiB", 500u << 20},
      {"500mib", 500u << 20},
      {"2TB", 2'000'000'000'000},
      {"1EiB", uint64_t{1} << 60},
      {"18446744073709551615", std::numeric_limits<uint64_t>::max()},
  };
  for (const auto& test_case : cases) {
    uint64_t bytes = 0;
    EXPECT_TRUE(ParseSize(test_case.text, bytes)) << test_case.text;
    EXPECT_EQ(bytes, test_case.bytes) << test_case.text;
  }
}

TEST(ParseSizeTest, RefusesEverythingElse) {
  for (const char* text :
       {"", "GB", "-1", "+1", " 1", "1 GB", "1.5GB", "5XB", "1Gi", "1GIBB",
        "1BB", "1kk", "1KiBs", "0x10", "1e6", "16EiB", "19EB",
        "18446744073709551616", "99999999999999999999GB"}) {
    uint64_t bytes = 7;
    EXPECT_FALSE(ParseSize(text, bytes)) << text;
    EXPECT_EQ(bytes, 7u) << text;
  }
}

TEST(SizeTextTest, IsShortAndReadsAsTheSameNumber) {
  EXPECT_EQ(SizeText(0), "0");
  EXPECT_EQ(SizeText(1'000), "1kB");
  EXPECT_EQ(SizeText(1'024), "1KiB");
  EXPECT_EQ(SizeText(4u << 20), "4MiB");
  EXPECT_EQ(SizeText(50'000'000'000), "50GB");
  EXPECT_EQ(SizeText(uint64_t{1} << 60), "1EiB");
  EXPECT_EQ(SizeText(1'234'567), "1234567");
  for (const uint64_t bytes :
       {uint64_t{1}, uint64_t{12}, uint64_t{1'536'000}, uint64_t{1} << 63,
        uint64_t{1'024'000}, std::numeric_limits<uint64_t>::max()}) {
    uint64_t read = 0;
    EXPECT_TRUE(ParseSize(SizeText(bytes), read)) << SizeText(bytes);
    EXPECT_EQ(read, bytes);
  }
}

struct ValueCase {
  const char* key;
  std::vector<std::string> good;
  std::vector<std::string> bad;
};

const ValueCase kValueCases[] = {
    {"listen",
     {"127.0.0.1:0", "localhost:65535", "[::1]:50051", "[::]:1"},
     {"nonsense", ":50051", "localhost:", "localhost:65536", "localhost:-1",
      "localhost:+1", "localhost:http", "::1:50051", "[]:1", ""}},
    {"http", {"127.0.0.1:8080", ""}, {"8080", ":8080"}},
    {"cors_origin",
     {"https://desk.example.com", "http://localhost:3000", "*"},
     {"desk.example.com", "https://desk.example.com/", "://desk", "",
      "https://", "https://*.example.com"}},
    {"port_file", {"p", ""}, {}},
    {"pack", {"rules/retail"}, {""}},
    {"packs", {"/", ""}, {"/no/such/folder", "/dev/null"}},
    {"store", {"memory", "data"}, {""}},
    {"store_queue_records_max",
     {"1", "10000000"},
     {"0", "10000001", "-1", "+1", "1.0", "1e3", "0x10", "many", "", " 1"}},
    {"store_queue_bytes_max", {"65536", "64KiB", "64GiB"}, {"65535", "65GiB"}},
    {"retain_for", {"1d", "400d", "forever"}, {"1h", "0", "never", "400"}},
    {"retain_bytes",
     {"1MB", "50GB", "1EiB", "unlimited"},
     {"999kB", "2EiB", "0", "none"}},
    {"batch_items_max", {"1", "100000"}, {"0", "100001"}},
    {"request_window", {"0", "90s", "1d"}, {"25h", "-1s", "10", "a while"}},
    {"requests_max", {"1", "100000000"}, {"0", "100000001"}},
    {"outcome_window", {"1m", "1100d"}, {"59s", "1101d", "forever"}},
    {"unlogged_quotes",
     {"true", "false"},
     {"yes", "no", "1", "0", "True", "TRUE", ""}},
    {"pii", {"masked", "shown"}, {"no", "Masked", ""}},
    {"message_bytes_max", {"1KiB", "1GiB"}, {"1023", "1073741825"}},
    {"http_body_bytes_max", {"1024", "1GiB"}, {"1", "2GiB"}},
    {"http_connections_max", {"1", "1000000"}, {"0", "1000001"}},
    {"http_header_timeout", {"100ms", "1d"}, {"99ms", "25h"}},
    {"log_level", {"info", "warning", "error"}, {"debug", "warn", ""}},
    {"drain_delay", {"0", "1h"}, {"61m", "-1s"}},
    {"drain_timeout", {"1ms", "1h"}, {"61m", "10"}},
};

TEST(OptionTypeTest, TakesWhatIsWithinItsBoundsAndNothingElse) {
  for (const ValueCase& test_case : kValueCases) {
    const OptionSpec* const spec = FindOption(test_case.key);
    ASSERT_NE(spec, nullptr) << test_case.key;
    for (const std::string& text : test_case.good) {
      Options options;
      EXPECT_TRUE(spec->type.read(text, options))
          << test_case.key << " " << text;
    }
    for (const std::string& text : test_case.bad) {
      Options options;
      EXPECT_FALSE(spec->type.read(text, options))
          << test_case.key << " " << text;
      EXPECT_EQ(spec->type.write(options), spec->type.write(Options()))
          << test_case.key << " " << text;
    }
  }
}

TEST(OptionTypeTest, WritesWhatItReadsAgain) {
  for (const ValueCase& test_case : kValueCases) {
    const OptionType& type = FindOption(test_case.key)->type;
    for (const std::string& text : test_case.good) {
      Options options;
      if (type.is_list()) type.clear(options);
      ASSERT_TRUE(type.read(text, options)) << test_case.key << " " << text;
      Options again;
      if (type.is_list()) type.clear(again);
      for (const std::string& written : type.write(options)) {
        EXPECT_TRUE(type.read(written, again)) << written;
      }
      EXPECT_EQ(type.write(again), type.write(options)) << test_case.key;
      if (text.find_first_not_of("0123456789") != std::string::npos) continue;
      EXPECT_EQ(type.write(options).size(), 1u);
    }
  }
}

TEST(OptionListTest, EachDefaultIsAValueThatIsTaken) {
  for (const OptionSpec& spec : OptionList()) {
    Options options;
    for (const std::string& value : spec.type.write(Options())) {
      EXPECT_TRUE(spec.type.read(value, options)) << spec.key << " " << value;
    }
  }
}

TEST(OptionListTest, NamesOfAnOptionDifferOnlyInTheirLetters) {
  const OptionSpec* const spec = FindOption("http_body_bytes_max");
  ASSERT_NE(spec, nullptr);
  EXPECT_EQ(spec->flag(), "--http-body-bytes-max");
  EXPECT_EQ(spec->variable(), "STRATAGEM_HTTP_BODY_BYTES_MAX");
  EXPECT_EQ(FindOption("http-body-bytes-max"), nullptr);
}

TEST(NearestOptionTest, FindsSlipsAndWordsTooManyOrTooFew) {
  EXPECT_EQ(NearestOption("lisen"), "listen");
  EXPECT_EQ(NearestOption("listen_adress"), "listen");
  EXPECT_EQ(NearestOption("LISTEN"), "listen");
  EXPECT_EQ(NearestOption("drain-timeout-ms"), "drain_timeout");
  EXPECT_EQ(NearestOption("http_listen"), "listen");
  EXPECT_EQ(NearestOption("requests"), "requests_max");
  EXPECT_EQ(NearestOption("colour"), "");
}

}  // namespace
}  // namespace stratagem::server
