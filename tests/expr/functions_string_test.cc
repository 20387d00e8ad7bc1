// What must hold for functions of strings: positions count code points, new
// text is exact, and hostile arguments end at a limit.

#include <string>
#include <vector>

#include "engine/base/limits.h"
#include "gtest/gtest.h"
#include "tests/expr/shown.h"

namespace stratagem::expr {
namespace {

TEST(StringIndexOfTest, FindsTheFirstPartAtOrAfterAPosition) {
  ExpectShown({
      {"'hello mellow'.indexOf('ello')", "1"},
      {"'hello mellow'.indexOf('jello')", "-1"},
      {"'hello mellow'.indexOf('ello', 1)", "1"},
      {"'hello mellow'.indexOf('ello', 2)", "7"},
      {"'hello mellow'.indexOf('ello', 8)", "-1"},
      {"'hello'.indexOf('')", "0"},
      {"'hello'.indexOf('', 3)", "3"},
      {"'hello'.indexOf('', 5)", "5"},
      {"'hello'.indexOf('o', 5)", "-1"},
      {"''.indexOf('a')", "-1"},
      {"''.indexOf('')", "0"},
      {"'a😀é😀'.indexOf('😀')", "1"},
      {"'a😀é😀'.indexOf('😀', 2)", "3"},
      {"'ab'.indexOf('abc')", "-1"},
      {"'hello'.indexOf('h', -1)", "error(index out of range)"},
      {"'hello'.indexOf('h', 6)", "error(index out of range)"},
      {"'hello'.indexOf('', 6)", "error(index out of range)"},
      {"'hello'.indexOf('h', 9223372036854775807)",
       "error(index out of range)"},
  });
}

TEST(StringLastIndexOfTest, FindsTheLastPartAtOrBeforeAPosition) {
  ExpectShown({
      {"'hello mellow'.lastIndexOf('ello')", "7"},
      {"'hello mellow'.lastIndexOf('jello')", "-1"},
      {"'hello mellow'.lastIndexOf('ello', 7)", "7"},
      {"'hello mellow'.lastIndexOf('ello', 6)", "1"},
      {"'hello mellow'.lastIndexOf('ello', 0)", "-1"},
      {"'hello'.lastIndexOf('')", "5"},
      {"'hello'.lastIndexOf('', 2)", "2"},
      {"'hello'.lastIndexOf('h', 5)", "0"},
      {"'hello'.lastIndexOf('o', 4)", "4"},
      {"''.lastIndexOf('a')", "-1"},
      {"''.lastIndexOf('')", "0"},
      {"'a😀é😀'.lastIndexOf('😀')", "3"},
      {"'a😀é😀'.lastIndexOf('😀', 2)", "1"},
      {"'éé'.lastIndexOf('', 1)", "1"},
      {"'ab'.lastIndexOf('abc')", "-1"},
      {"'aaa'.lastIndexOf('aa')", "1"},
      {"'hello'.lastIndexOf('h', -1)", "error(index out of range)"},
      {"'hello'.lastIndexOf('h', 6)", "error(index out of range)"},
  });
}

TEST(StringCharAtTest, TakesOneCodePointAndNothingAtTheEnd) {
  ExpectShown({
      {"'hello'.charAt(4)", "'o'"},
      {"'hello'.charAt(5)", "''"},
      {"'a😀é'.charAt(1) == '😀'", "true"},
      {"'a😀é'.charAt(2) == 'é'", "true"},
      {"''.charAt(0)", "''"},
      {"'hello'.charAt(6)", "error(index out of range)"},
      {"'hello'.charAt(-1)", "error(index out of range)"},
  });
}

TEST(StringSubstringTest, TakesAHalfOpenRange) {
  ExpectShown({
      {"'tacocat'.substring(4)", "'cat'"},
      {"'tacocat'.substring(0)", "'tacocat'"},
      {"'tacocat'.substring(7)", "''"},
      {"'tacocat'.substring(0, 4)", "'taco'"},
      {"'tacocat'.substring(4, 4)", "''"},
      {"'tacocat'.substring(7, 7)", "''"},
      {"'ta©o©αT'.substring(2, 6) == '©o©α'", "true"},
      {"'tacocat'.substring(8)", "error(index out of range)"},
      {"'tacocat'.substring(-1)", "error(index out of range)"},
      {"'tacocat'.substring(-1, 2)", "error(index out of range)"},
      {"'tacocat'.substring(1, 8)", "error(index out of range)"},
      {"'tacocat'.substring(9, 9)", "error(index out of range)"},
      {"'tacocat'.substring(4, 3)", "error(invalid argument)"},
  });
}

TEST(StringSplitTest, CutsAtEverySeparatorUpToACount) {
  ExpectShown({
      {"'a,b,,c'.split(',')", "['a', 'b', '', 'c']"},
      {"',a,'.split(',')", "['', 'a', '']"},
      {"'abc'.split(';')", "['abc']"},
      {"''.split(',')", "['']"},
      {"''.split('')", "[]"},
      {"'abc'.split('')", "['a', 'b', 'c']"},
      {"'é😀'.split('') == ['é', '😀']", "true"},
      {"'a--b--c'.split('--')", "['a', 'b', 'c']"},
      {"'aaaa'.split('aa')", "['', '', '']"},
      {"'a,b,c'.split(',', 0)", "[]"},
      {"'a,b,c'.split(',', 1)", "['a,b,c']"},
      {"'a,b,c'.split(',', 2)", "['a', 'b,c']"},
      {"'a,b,c'.split(',', 9)", "['a', 'b', 'c']"},
      {"'a,b,c'.split(',', -1)", "['a', 'b', 'c']"},
      {"'abc'.split('', 2)", "['a', 'bc']"},
      {"'abc'.split('', 3)", "['a', 'b', 'c']"},
      {"''.split('', 1)", "[]"},
  });
}

TEST(StringJoinTest, TakesStringsOnly) {
  ExpectShown({
      {"['a', 'b', 'c'].join()", "'abc'"},
      {"['a', 'b', 'c'].join(', ')", "'a, b, c'"},
      {"['a'].join('-')", "'a'"},
      {"['', ''].join('-')", "'-'"},
      {"[].join('-')", "''"},
      {"dyn(['a', 1]).join()", "error(no matching overload)"},
      {"'a b c'.split(' ').join('') == 'abc'", "true"},
  });
}

TEST(StringReplaceTest, ReplacesFromTheLeftUpToACount) {
  ExpectShown({
      {"'hello hello'.replace('he', 'we')", "'wello wello'"},
      {"'hello hello'.replace('he', 'we', -1)", "'wello wello'"},
      {"'hello hello'.replace('he', 'we', 1)", "'wello hello'"},
      {"'hello hello'.replace('he', 'we', 0)", "'hello hello'"},
      {"'hello hello'.replace('he', 'we', 5)", "'wello wello'"},
      {"'hello'.replace('x', 'y')", "'hello'"},
      {"'aaa'.replace('aa', 'b')", "'ba'"},
      {"'aba'.replace('a', '')", "'b'"},
      {"'abc'.replace('', '-')", "'-a-b-c-'"},
      {"'abc'.replace('', '-', 1)", "'-abc'"},
      {"'abc'.replace('', '-', 3)", "'-a-b-c'"},
      {"'abc'.replace('', '-', 4)", "'-a-b-c-'"},
      {"''.replace('', '-')", "'-'"},
      {"''.replace('a', '-')", "''"},
      {"'é'.replace('', '-') == '-é-'", "true"},
  });
}

TEST(StringTrimTest, TakesOffUnicodeSpaceAtBothEnds) {
  ExpectShown({
      {"' \\t\\r\\n\\v\\f x y \\n'.trim()", "'x y'"},
      {"'   '.trim()", "''"},
      {"''.trim()", "''"},
      {"'\\u0085\\u00a0\\u1680\\u2000\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000"
       "x"
       "\\u3000'.trim()",
       "'x'"},
      {"'\\u200bx\\u180e\\ufeff'.trim() == '\\u200bx\\u180e\\ufeff'", "true"},
      {"'\\u001cx'.trim() == '\\u001cx'", "true"},
  });
}

TEST(StringCaseTest, ChangesAsciiLettersOnly) {
  ExpectShown({
      {"'TacoCÆt @[`{'.lowerAscii() == 'tacocÆt @[`{'", "true"},
      {"'TacoCæt @[`{'.upperAscii() == 'TACOCæT @[`{'", "true"},
      {"''.upperAscii()", "''"},
  });
}

TEST(StringReverseTest, KeepsCodePointsWhole) {
  ExpectShown({
      {"'gums'.reverse()", "'smug'"},
      {"'a😀é'.reverse() == 'é😀a'", "true"},
      {"''.reverse()", "''"},
  });
}

TEST(StringQuoteTest, EscapesWhatALiteralWould) {
  ExpectShown({
      {"strings.quote('a\"b')", "'\\\"a\\\\\\\"b\\\"'"},
      {"strings.quote('') == '\"\"'", "true"},
      {R"(strings.quote("\a\b\f\n\r\t\v\\\"'?") == r'"\a\b\f\n\r\t\v\\\"' + "'?\"")",
       "true"},
      {"strings.quote('é😀\\u0001') == '\"é😀\\u0001\"'", "true"},
  });
}

TEST(StringMatchesTest, FindsAnywhereUnlessAnchored) {
  World world;
  world.Declare("p", Type(TypeKind::kString), Value::String("^b.d$"))
      .Declare("s", Type(TypeKind::kString), Value::String("bad"))
      .Declare("x", Type(), Value::Int(1))
      .Declare("bad", Type(TypeKind::kString), Value::String("a)"));
  ExpectShown(world, {
                         {"'banana'.matches('ana')", "true"},
                         {"'banana'.matches('^ana')", "false"},
                         {"matches('banana', 'na$')", "true"},
                         {"'é'.matches('^.$')", "true"},
                         {"'x'.matches('')", "true"},
                         {"s.matches('a')", "true"},
                         {"s.matches('b' + 'a')", "true"},
                         {"s.matches('^a')", "false"},
                         {"s.matches(p)", "true"},
                         {"'bold'.matches(p)", "false"},
                         {"matches(s, p)", "true"},
                         {"x.matches('a')", "error(no matching overload)"},
                         {"s.matches(bad)", "error(invalid argument)"},
                         {"s.matches(bad) || true", "true"},
                         {"['a', 'b'].filter(q, s.matches(q + 'd'))", "['a']"},
                     });
}

// Empty text may have no address at all.
TEST(StringEmptyTest, IsTextLikeOther) {
  World world;
  world.Declare("e", Type(TypeKind::kString), Value::String({}))
      .Declare("y", Type(TypeKind::kBytes), Value::Bytes({}));
  ExpectShown(
      world,
      {{"[e.contains('a'), e.contains(e), e.startsWith(e)]",
        "[false, true, true]"},
       {"[e.indexOf('a'), e.indexOf(e), e.lastIndexOf('a'), e.lastIndexOf(e)]",
        "[-1, 0, -1, 0]"},
       {"[e.charAt(0), e.substring(0), e.trim(), e.reverse(), e.lowerAscii()]",
        "['', '', '', '', '']"},
       {"[e.split('a'), e.split(e)]", "[[''], []]"},
       {"[e.replace('a', 'b'), e.replace(e, 'b'), e.format([]), [e].join(e)]",
        "['', 'b', '', '']"},
       {"[e.matches('^$'), e.matches('a')]", "[true, false]"},
       {"base64.encode(y) + strings.quote(e) == '\"\"'", "true"},
       {"base64.decode(e) == y && string(y) == e && bytes(e) == y", "true"},
       {"'%s%x'.format([e, y])", "''"}});
}

// Steps and memory pay for everything that a function walks or makes.
TEST(StringLimitTest, HostileArgumentsEndAtALimit) {
  const std::string text(kFactStringBytesMax, 'a');
  World world;
  world.Declare("s", Type(TypeKind::kString), Value::String(text))
      .Declare("half", Type(TypeKind::kString),
               Value::String(absl::string_view(text).substr(0, 30'000)));
  const std::string steps = "error(too many evaluation steps)";
  const std::string memory = "error(too much memory for one decision)";
  Arena arena(kDecisionArenaBytesMax);
  const auto shown = [&](const std::string& expression) {
    Diagnostics diagnostics;
    const std::optional<Program> program =
        Compile(Source(expression), world.scope(), {}, diagnostics);
    EXPECT_TRUE(program.has_value()) << diagnostics.ToString();
    Frame frame;
    frame.slots = world.slots();
    frame.arena = &arena;
    arena.Reset();
    return ToString(program->Evaluate(frame));
  };
  // Every byte starts a part that differs at its end only.
  EXPECT_EQ(shown("s.lastIndexOf(half + 'b')"), steps);
  EXPECT_EQ(shown("s.lastIndexOf('b' + half)"), "-1");
  EXPECT_EQ(shown("[1, 2, 3, 4, 5, 6, 7, 8, 9].map(n, "
                  "s.lastIndexOf('b' + half + string(n))).size()"),
            "9");
  EXPECT_EQ(shown("'1234567890123456'.split('').map(n, "
                  "s.lastIndexOf('ab' + n)).size()"),
            steps);
  EXPECT_EQ(shown("s.replace('', s).size()"), steps);
  EXPECT_EQ(shown("s.replace('a', half.substring(0, 600)).size()"), memory);
  EXPECT_EQ(shown("s.split('').map(c, s.split(c).size()).size()"), memory);
  EXPECT_EQ(shown("s.matches('(a?){50}(a?){50}$')"), "true");
  EXPECT_EQ(shown("s.matches('(a?){500}(a?){500}$')"), steps);
}

}  // namespace
}  // namespace stratagem::expr
