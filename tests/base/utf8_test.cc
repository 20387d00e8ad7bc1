// What must hold for UTF-8: every scalar value goes out and comes back, and
// every other sequence of bytes is refused (checked for all of them up to
// three bytes, and at the edges of four).

#include "engine/base/utf8.h"

#include <cstdint>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace stratagem {
namespace {

bool IsScalar(uint32_t value) {
  return value <= 0x10FFFF && (value < 0xD800 || value > 0xDFFF);
}

TEST(Utf8RoundTripTest, EveryScalarValueGoesOutAndComesBack) {
  for (uint32_t wanted = 0; wanted <= 0x10FFFF; ++wanted) {
    if (!IsScalar(wanted)) continue;
    std::string text;
    AppendUtf8(wanted, text);
    uint32_t found = 0;
    ASSERT_EQ(DecodeUtf8(text, found), text.size()) << wanted;
    ASSERT_EQ(found, wanted);
  }
}

// Whatever decodes must be what AppendUtf8() writes, so that no code point has
// two spellings.
TEST(Utf8DecodeTest, AcceptsNoOtherSpellingOfUpToThreeBytes) {
  std::string bytes(3, '\0');
  for (uint32_t word = 0x800000; word <= 0xFFFFFF; ++word) {
    bytes[0] = static_cast<char>(word >> 16);
    bytes[1] = static_cast<char>((word >> 8) & 0xFF);
    bytes[2] = static_cast<char>(word & 0xFF);
    uint32_t found = 0;
    const size_t length = DecodeUtf8(bytes, found);
    if (length == 0) continue;
    std::string again;
    AppendUtf8(found, again);
    ASSERT_TRUE(IsScalar(found)) << word;
    ASSERT_EQ(again, bytes.substr(0, length)) << word;
  }
}

struct ValidityCase {
  std::string name;
  std::string bytes;
  bool valid;
};

class Utf8ValidityTest : public testing::TestWithParam<ValidityCase> {};

TEST_P(Utf8ValidityTest, IsDecidedByTheStandard) {
  EXPECT_EQ(IsValidUtf8(GetParam().bytes), GetParam().valid);
}

INSTANTIATE_TEST_SUITE_P(
    Edges, Utf8ValidityTest,
    testing::ValuesIn(std::vector<ValidityCase>{
        {"Empty", "", true},
        {"Nul", std::string(1, '\0'), true},
        {"Mixed", "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80", true},
        {"LastOfFourBytes", "\xF4\x8F\xBF\xBF", true},
        {"AboveUnicode", "\xF4\x90\x80\x80", false},
        {"FourBytesOverlong", "\xF0\x8F\xBF\xBF", false},
        {"ThreeBytesOverlong", "\xE0\x9F\xBF", false},
        {"TwoBytesOverlong", "\xC1\xBF", false},
        {"FirstSurrogate", "\xED\xA0\x80", false},
        {"LastSurrogate", "\xED\xBF\xBF", false},
        {"JustBelowSurrogates", "\xED\x9F\xBF", true},
        {"LoneContinuation", "\x80", false},
        {"CutShort", "\xE2\x82", false},
        {"CutShortInside", "\xE2\x82z", false},
        {"FiveByteForm", "\xF8\x88\x80\x80\x80", false},
        {"ByteFF", "a\xFF", false},
    }),
    [](const auto& param_info) { return param_info.param.name; });

TEST(Utf8FindTest, FindsTheByteWhereAPositionStarts) {
  const std::string text = "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80";
  EXPECT_EQ(FindCodePoint(text, 0), 0u);
  EXPECT_EQ(FindCodePoint(text, 1), 1u);
  EXPECT_EQ(FindCodePoint(text, 2), 3u);
  EXPECT_EQ(FindCodePoint(text, 3), 6u);
  EXPECT_EQ(FindCodePoint(text, 4), text.size());
  EXPECT_EQ(FindCodePoint(text, 5), std::nullopt);
  EXPECT_EQ(FindCodePoint(text, -1), std::nullopt);
  EXPECT_EQ(FindCodePoint("", 0), 0u);
  EXPECT_EQ(FindCodePoint("", 1), std::nullopt);
}

TEST(Utf8CountTest, CountsCodePointsNotBytes) {
  EXPECT_EQ(CountCodePoints(""), 0);
  EXPECT_EQ(CountCodePoints("a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80"), 4);
}

}  // namespace
}  // namespace stratagem
