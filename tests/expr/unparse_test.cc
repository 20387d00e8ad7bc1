// What must hold for the text of a tree: read again it is the same tree, and a
// person reads what the author may have written.

#include "engine/expr/unparse.h"

#include <optional>
#include <string>

#include "engine/base/diagnostics.h"
#include "engine/expr/parser.h"
#include "gtest/gtest.h"
#include "tests/expr/world.h"

namespace stratagem::expr {
namespace {

std::string Unparsed(const std::string& text) {
  Diagnostics diagnostics;
  const std::optional<Ast> ast = Parse(Source(text), diagnostics);
  return ast ? Unparse(*ast, ast->root) : diagnostics.ToString();
}

// Text that is written as it is unparsed.
class UnparseTest : public testing::TestWithParam<const char*> {};

TEST_P(UnparseTest, GivesBackWhatWasWritten) {
  EXPECT_EQ(Unparsed(GetParam()), GetParam());
  EXPECT_EQ(Tree(Unparsed(GetParam())), Tree(GetParam()));
}

INSTANTIATE_TEST_SUITE_P(
    Texts, UnparseTest,
    testing::Values(
        "a", ".a.b.c", "a.?b.c", "1", "(1).x", "-1", "1u", "2.5", "1e+300",
        "'it'", "b'\\x00z'", "true", "null", "[]", "[1, ?a, b]",
        "{'a': 1, ?2: b}", "a.B{c: 1, ?d: e}", "a + b * c", "(a + b) * c",
        "a - (b - c)", "a - b - c", "a / (b * c)", "a % b in c",
        "a < b == (c < d)", "a && b || c && d", "(a || b) && (c || d)",
        "a ? b : c", "a ? b : c ? d : e", "(a ? b : c) ? d : e",
        "a ? (b ? c : d) : e", "(a ? b : c) + 1", "!a", "!(!a)", "!(a && b)",
        "-a", "-(-a)", "-(1)", "-a.b", "(a + b).c", "(-a).b", "a[1]",
        "a[?'x'].b", "a[b + c]", "f()", "f(a, b ? c : d)", "a.f(b)",
        "(a || b).f()", "a.`b-c`.d", "a.`in`", "a.B{`true`: 1}", "a.import",
        "has(a.b.c)", "a.all(x, x > 0)", "a.exists(k, v, k == v)",
        "a.exists_one(x, x)", "a.filter(x, x > 0)", "a.map(x, x + 1)",
        "a.map(x, x > 0, x + 1)", "a.transformList(i, v, i < 3, v)",
        "a.transformMap(k, v, v)", "a.transformMapEntry(k, v, {v: k})",
        "cel.bind(x, a + b, x * x)",
        "cel.block([a, cel.index(0)], cel.index(1))", "a.optMap(v, v + 1)",
        "a.optFlatMap(v, f(v))", "(a ? b : c).optMap(v, v)", "a.sortBy(x, x.b)",
        "math.greatest(a, b)", "math.least(a)"));

TEST(UnparseTextTest, ParenthesesThatMeanNothingGo) {
  EXPECT_EQ(Unparsed("((a)) + (b * (c))"), "a + b * c");
  EXPECT_EQ(Unparsed("a&&(b&&(c&&d))"), "a && b && c && d");
  EXPECT_EQ(Unparsed("r'a\\b' +\"'\""), "'a\\\\b' + '\\''");
  EXPECT_EQ(Unparsed("--a"), "-(-a)");
  EXPECT_EQ(Unparsed("1e400"), "1e999");
  EXPECT_EQ(Unparsed("a.existsOne(x, x)"), "a.exists_one(x, x)");
}

}  // namespace
}  // namespace stratagem::expr
