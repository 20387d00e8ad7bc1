// What must hold for NamesIn: every dotted name with its prefixes, each once,
// wherever it stands, and nothing for text that does not parse.

#include "engine/expr/names.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace stratagem::expr {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> Names(const std::string& text) {
  return NamesIn(SourceText(text, {"test", 1, 1}));
}

TEST(NamesInTest, ListsDottedNamesWithTheirPrefixesOnce) {
  EXPECT_THAT(
      Names("variables.margin > 1.0 ? variables.margin : request.channel.x"),
      ElementsAre("request", "request.channel", "request.channel.x",
                  "variables", "variables.margin"));
}

TEST(NamesInTest, LooksIntoCallsListsMapsIndexesAndMacros) {
  EXPECT_THAT(Names("f(a) + [b][c] + {d: e}.g + h.all(x, x > i)"),
              ElementsAre("a", "b", "c", "d", "e", "h", "i", "x"));
}

TEST(NamesInTest, AFieldOfACallIsNoName) {
  EXPECT_THAT(Names("f(a).b.c"), ElementsAre("a"));
}

TEST(NamesInTest, WhatDoesNotParseHasNone) {
  EXPECT_THAT(Names("variables.a +"), IsEmpty());
}

}  // namespace
}  // namespace stratagem::expr
