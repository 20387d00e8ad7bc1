// What must hold for network addresses: text is read as strictly as Go's netip
// reads it, and written in the one canonical form.

#include "engine/value/network.h"

#include <arpa/inet.h>

#include <array>
#include <iterator>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace stratagem {
namespace {

// The canonical text of `text` read as an address, or "refused".
std::string ReadIp(absl::string_view text) {
  const std::optional<NetworkBytes> ip = ParseIp(text);
  return ip ? NetworkText(Value::Ip(ip->view())) : "refused";
}

std::string ReadCidr(absl::string_view text) {
  const std::optional<NetworkBytes> cidr = ParseCidr(text);
  return cidr ? NetworkText(Value::Cidr(cidr->view())) : "refused";
}

struct TextCase {
  std::string text;
  std::string want;
};

TEST(ParseIpTest, ReadsWhatIsAnAddressAndWritesItCanonically) {
  const std::vector<TextCase> cases = {
      {"0.0.0.0", "0.0.0.0"},
      {"192.168.0.1", "192.168.0.1"},
      {"255.255.255.255", "255.255.255.255"},
      {"::", "::"},
      {"::1", "::1"},
      {"1::", "1::"},
      {"2001:db8::68", "2001:db8::68"},
      {"2001:DB8::ABCD", "2001:db8::abcd"},
      {"2001:0db8:0000:0000:0000:0000:0000:0068", "2001:db8::68"},
      {"1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"},
      // One group is not elided, the longest run is, the first of two.
      {"1:2:3::5:6:7:8", "1:2:3:0:5:6:7:8"},
      {"1:0:0:2:0:0:0:3", "1:0:0:2::3"},
      {"1:0:0:2:3:0:0:4", "1::2:3:0:0:4"},
      {"0:0:1:2:3:4:0:0", "::1:2:3:4:0:0"},
      {"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"},
      {"::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"},
      // An IPv4 address as the last two groups.
      {"64:ff9b::192.0.2.33", "64:ff9b::c000:221"},
      {"::1.2.3.4", "::102:304"},
      {"1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"},
  };
  for (const TextCase& test : cases) {
    EXPECT_EQ(ReadIp(test.text), test.want) << test.text;
  }
}

TEST(ParseIpTest, HexGroupsThatStandForIpv4AreThatAddress) {
  EXPECT_EQ(ReadIp("::ffff:c0a8:1"), "192.168.0.1");
  EXPECT_EQ(ReadIp("0:0:0:0:0:FFFF:c0a8:0001"), "192.168.0.1");
  EXPECT_EQ(ReadIp("::ffff"), "::ffff");
  EXPECT_EQ(ReadIp("::ffff:0:c0a8:1"), "::ffff:0:c0a8:1");
  EXPECT_EQ(ReadIp("::ffff:192.168.0.1"), "refused");
}

TEST(ParseIpTest, RefusesAllElse) {
  for (const char* text : {"",
                           " ",
                           "1",
                           "1.2.3",
                           "1.2.3.4.5",
                           "1.2.3.",
                           ".1.2.3.4",
                           "1..3.4",
                           "1.2.3.256",
                           "1.2.3.1000",
                           "01.2.3.4",
                           "1.2.3.04",
                           "1.2.3.00",
                           "1.2.3.4 ",
                           " 1.2.3.4",
                           "+1.2.3.4",
                           "-1.2.3.4",
                           "0x1.2.3.4",
                           "1.2.3.a",
                           "1.2.3.4/24",
                           "1.2.3.4%eth0",
                           "[::1]",
                           ":",
                           ":::",
                           ":::1",
                           "1:::2",
                           "1::2::3",
                           ":1",
                           "1:",
                           "1:2",
                           "1:2:3:4:5:6:7",
                           "1:2:3:4:5:6:7:",
                           "1:2:3:4:5:6:7:8:",
                           "1:2:3:4:5:6:7:8:9",
                           "1:2:3:4:5:6:7:8::",
                           "::1:2:3:4:5:6:7:8",
                           "1:2:3:4::5:6:7:8",
                           "12345::",
                           "g::",
                           "::1 ",
                           "fe80::1%en0",
                           "::1/64",
                           "::1.2.3",
                           "::1.2.3.4.5",
                           "::1.2.3.256",
                           "::01.2.3.4",
                           "1.2.3.4::",
                           "1.2.3.4:1::",
                           "1:2:3:4:5:6:7:1.2.3.4",
                           "1:2:3:4:5:1.2.3.4",
                           "1:2:3:4:5:6:7::1.2.3.4",
                           "::1.2.3.4:5",
                           "::12345.1.1.1"}) {
    EXPECT_EQ(ReadIp(text), "refused") << text;
  }
  EXPECT_EQ(ReadIp(absl::string_view("1.2.3.4\0", 8)), "refused");
}

// The C library reads the same texts, apart from addresses that stand for IPv4
// ones, which it keeps.
TEST(ParseIpTest, AgreesWithTheCLibraryOnRandomText) {
  std::mt19937_64 random(20261122);
  constexpr absl::string_view kPieces[] = {":",  "::",  ".",    "0",   "1",
                                           "ff", "25",  "ffff", "1.2", "a0b",
                                           "9",  "0:0", "255",  "db8"};
  int accepted = 0;
  for (int round = 0; round < 50'000; ++round) {
    std::string text;
    for (size_t i = 1 + random() % 14; i > 0; --i) {
      absl::StrAppend(&text, kPieces[random() % std::size(kPieces)]);
      if (random() % 2 == 0) text += ':';
    }
    std::array<char, 16> bytes;
    size_t size = 0;
    if (inet_pton(AF_INET, text.c_str(), bytes.data()) == 1) size = 4;
    if (inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1) size = 16;
    const absl::string_view want(bytes.data(), size);
    const absl::string_view mapped("\0\0\0\0\0\0\0\0\0\0\xff\xff", 12);
    if (want.substr(0, 12) == mapped) continue;
    const std::optional<NetworkBytes> found = ParseIp(text);
    ASSERT_EQ(found.has_value(), size > 0) << text;
    if (!found) continue;
    ++accepted;
    ASSERT_EQ(found->view(), want) << text;
    // Its own text reads back as the same address.
    const std::string canonical = NetworkText(Value::Ip(found->view()));
    ASSERT_EQ(ParseIp(canonical)->view(), want) << text << " " << canonical;
  }
  EXPECT_GT(accepted, 500);
}

TEST(ParseCidrTest, KeepsTheBitsBehindThePrefix) {
  const std::vector<TextCase> cases = {
      {"192.168.0.0/24", "192.168.0.0/24"},
      {"192.168.0.1/24", "192.168.0.1/24"},
      {"0.0.0.0/0", "0.0.0.0/0"},
      {"10.0.0.1/32", "10.0.0.1/32"},
      {"2001:DB8::1/32", "2001:db8::1/32"},
      {"::/0", "::/0"},
      {"::1/128", "::1/128"},
  };
  for (const TextCase& test : cases) {
    EXPECT_EQ(ReadCidr(test.text), test.want) << test.text;
  }
}

TEST(ParseCidrTest, RefusesAllElse) {
  for (const char* text : {"",
                           "/",
                           "/24",
                           "192.168.0.0",
                           "192.168.0.0/",
                           "192.168.0.0/33",
                           "192.168.0.0/-1",
                           "192.168.0.0/+1",
                           "192.168.0.0/024",
                           "192.168.0.0/00",
                           "192.168.0.0/ 8",
                           "192.168.0.0/8 ",
                           "192.168.0.0/8/8",
                           "192.168.0.0/255.0.0.0",
                           "192.168.0/24",
                           "::/129",
                           "::/1000000000000",
                           "fe80::1%en0/64",
                           "::ffff:c0a8:1/120",
                           "::ffff:c0a8:1/24",
                           "::ffff:192.168.0.1/120"}) {
    EXPECT_EQ(ReadCidr(text), "refused") << text;
  }
}

}  // namespace
}  // namespace stratagem
