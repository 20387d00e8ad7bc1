#include "clients/cli/line_reader.h"

#include <sstream>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace stratagem::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct ReadBack {
  std::vector<std::string> texts;
  std::vector<uint64_t> sizes;
};

ReadBack ReadAll(const std::string& input, size_t bytes_max) {
  std::istringstream stream(input);
  LineReader reader(stream, bytes_max);
  ReadBack read;
  while (reader.Next()) {
    read.texts.emplace_back(reader.text());
    read.sizes.push_back(reader.bytes());
    EXPECT_EQ(reader.number(), static_cast<int64_t>(read.texts.size()));
  }
  return read;
}

TEST(LineReaderTest, ReadsLinesWithAndWithoutALastBreak) {
  EXPECT_THAT(ReadAll("ab\n\ncd\n", 10).texts, ElementsAre("ab", "", "cd"));
  EXPECT_THAT(ReadAll("ab\n\ncd", 10).texts, ElementsAre("ab", "", "cd"));
  EXPECT_THAT(ReadAll("\n", 10).texts, ElementsAre(""));
  EXPECT_THAT(ReadAll("", 10).texts, ElementsAre());
}

TEST(LineReaderTest, CountsALongLineAndGoesOnAfterIt) {
  for (const size_t size : {3u, 4u, 5u, 6u, 7u, 5'000u}) {
    const std::string longest(size, 'x');
    for (const char* rest : {"\nnext", "\nnext\n"}) {
      const ReadBack read = ReadAll("ab\n" + longest + rest, 4);
      ASSERT_EQ(read.texts.size(), 3u) << size;
      EXPECT_THAT(read.sizes, ElementsAre(2, size, 4));
      EXPECT_EQ(read.texts[1], longest.substr(0, 5)) << size;
      EXPECT_EQ(read.texts[2], "next");
    }
    EXPECT_THAT(ReadAll(longest, 4).sizes, ElementsAre(size));
  }
}

TEST(LineReaderTest, SaysWhichLinesAreTooLong) {
  std::istringstream stream("1234\n12345\n");
  LineReader reader(stream, 4);
  ASSERT_TRUE(reader.Next());
  EXPECT_THAT(reader.CheckSize(), IsOk());
  ASSERT_TRUE(reader.Next());
  EXPECT_THAT(reader.CheckSize(),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("has 5 bytes, at most 4")));
}

}  // namespace
}  // namespace stratagem::cli
