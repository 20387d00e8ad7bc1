// What must hold for lexer and parser: CEL's grammar and precedence, literals
// to the last escape, and one syntax error at the very byte that is wrong.

#include "engine/expr/parser.h"

#include <optional>
#include <string>
#include <vector>

#include "engine/base/limits.h"
#include "gtest/gtest.h"
#include "tests/expr/world.h"

namespace stratagem::expr {
namespace {

struct TreeCase {
  std::string name;
  std::string text;
  std::string want;
};

class ParserTreeTest : public testing::TestWithParam<TreeCase> {};

TEST_P(ParserTreeTest, BuildsTheTree) {
  EXPECT_EQ(Tree(GetParam().text), GetParam().want);
}

std::string CaseName(const testing::TestParamInfo<TreeCase>& param_info) {
  return param_info.param.name;
}

INSTANTIATE_TEST_SUITE_P(
    Operators, ParserTreeTest,
    testing::ValuesIn(std::vector<TreeCase>{
        {"ProductBindsTighterThanSum", "a + 2 * b", "(_+_ a (_*_ 2 b))"},
        {"SumsGroupLeft", "a - b - c", "(_-_ (_-_ a b) c)"},
        {"ProductsGroupLeft", "a / b * c % d", "(_%_ (_*_ (_/_ a b) c) d)"},
        {"SumBindsTighterThanComparison", "a + 1 < b", "(_<_ (_+_ a 1) b)"},
        {"ComparisonBindsTighterThanAnd", "a < b && c", "(_&&_ (_<_ a b) c)"},
        {"AndBindsTighterThanOr", "a || b && c", "(_||_ a (_&&_ b c))"},
        {"OrBindsTighterThanConditional", "a || b ? c : d",
         "(_?_:_ (_||_ a b) c d)"},
        {"ConditionalsGroupRight", "a ? b : c ? d : e",
         "(_?_:_ a b (_?_:_ c d e))"},
        {"ParenthesesGroup", "(a + 2) * b", "(_*_ (_+_ a 2) b)"},
        {"In", "a in [1, 2]", "(@in a (list 1 2))"},
        {"LongChainsBalance", "a && b && c && d",
         "(_&&_ (_&&_ a b) (_&&_ c d))"},
        {"NotRepeats", "!!a", "(!_ (!_ a))"},
        {"MinusBelongsToALiteral", "-1", "-1"},
        {"LastMinusBelongsToALiteral", "--1", "(-_ -1)"},
        {"MinusOfAName", "-a", "(-_ a)"},
        {"MinusBetweenNumbers", "3-2", "(_-_ 3 2)"},
        {"EveryComparison", "[a==b, a!=b, a<=b, a>=b, a>b]",
         "(list (_==_ a b) (_!=_ a b) (_<=_ a b) (_>=_ a b) (_>_ a b))"},
    }),
    CaseName);

INSTANTIATE_TEST_SUITE_P(
    Members, ParserTreeTest,
    testing::ValuesIn(std::vector<TreeCase>{
        {"Selection", "a.b.c", "(select (select a b) c)"},
        {"AbsoluteName", ".a.b", "(select .a b)"},
        {"QuotedField", "a.`b-c.d`", "(select a b-c.d)"},
        {"ReservedWordAsField", "a.import", "(select a import)"},
        {"ReservedWordAsMethod", "a.while()", "(call while a)"},
        {"OptionalSelection", "a.?b", "(select? a b)"},
        {"Index", "a[1]", "(_[_] a 1)"},
        {"OptionalIndex", "a[?'k']", "(_[?_] a 'k')"},
        {"Call", "f(a, 1)", "(f a 1)"},
        {"CallWithoutArguments", "f()", "(f)"},
        {"Method", "a.f(b)", "(call f a b)"},
        {"MethodOfALiteral", "'x'.f()", "(call f 'x')"},
        {"EmptyList", "[]", "(list)"},
        {"ListWithTrailingComma", "[1, 2,]", "(list 1 2)"},
        {"ListWithOptionalItem", "[1, ?a]", "(list 1 ?a)"},
        {"Map", "{'a': 1, b: c}", "(map 'a': 1 b: c)"},
        {"MapWithOptionalEntry", "{?'a': b}", "(map ?'a': b)"},
        {"CommentsAndLineBreaks", "a // first\n+ b", "(_+_ a b)"},
    }),
    CaseName);

INSTANTIATE_TEST_SUITE_P(
    Macros, ParserTreeTest,
    testing::ValuesIn(std::vector<TreeCase>{
        {"Has", "has(a.b)", "(has a b)"},
        {"All", "l.all(x, x > 0)", "(all x l (_>_ x 0))"},
        {"Exists", "l.exists(x, x)", "(exists x l x)"},
        {"ExistsOne", "l.exists_one(x, x)", "(exists_one x l x)"},
        {"Map", "l.map(x, x + 1)", "(list_of x l true (_+_ x 1))"},
        {"MapWithFilter", "l.map(x, p, x)", "(list_of x l p x)"},
        {"Filter", "l.filter(x, p)", "(list_of x l p x)"},
        {"NotAMacroWithOtherArguments", "l.all(x)", "(call all l x)"},
        {"NotAMacroWithoutTarget", "all(x, y)", "(all x y)"},
    }),
    CaseName);

INSTANTIATE_TEST_SUITE_P(
    Literals, ParserTreeTest,
    testing::ValuesIn(std::vector<TreeCase>{
        {"Words", "[true, false, null]", "(list true false null)"},
        {"SmallestInt", "-9223372036854775808", "-9223372036854775808"},
        {"LargestInt", "9223372036854775807", "9223372036854775807"},
        {"Hexadecimal", "[0xFf, -0x10, 0xFFu]", "(list 255 -16 255u)"},
        {"LargestUint", "18446744073709551615u", "18446744073709551615u"},
        {"Doubles", "[1.5, .5, 1e3, 2.5e-1, -1.0]",
         "(list 1.5 0.5 1000.0 0.25 -1.0)"},
        {"BothQuotes", R"(["it's", 'a "b"'])", R"((list 'it\'s' 'a \"b\"'))"},
        {"TripleQuotes", "'''a'b\n'''", R"('a\'b\n')"},
        {"Escapes", R"('\a\b\f\n\r\t\v\\\?\"\'\`' == "x")",
         R"((_==_ '\007\010\014\n\r\t\013\\?\"\'`' 'x'))"},
        {"CodePoints", R"(['\x41', '\101', '\u00e9' == '\U000000e9'])",
         "(list 'A' 'A' (_==_ '\xC3\xA9' '\xC3\xA9'))"},
        {"RawKeepsBackslashes", R"(r'\n')", R"('\\n')"},
        {"BytesTakeBytes", R"(b'\xff\000')", R"(b'\xff\x00')"},
        {"RawBytes", R"(bR'\x')", R"(b'\\x')"},
    }),
    CaseName);

INSTANTIATE_TEST_SUITE_P(
    SyntaxErrors, ParserTreeTest,
    testing::ValuesIn(std::vector<TreeCase>{
        {"Empty", "",
         "x:1:1: error E101: the expression is empty\n"
         "  hint: write what it yields, such as `true`\n"},
        {"WordOfAnotherLanguage", "a and b",
         "x:1:3: error E101: mismatched input 'and', expected an operator or "
         "the end\n"
         "  hint: join conditions with `&&`\n"},
        {"MissingOperand", "a +",
         "x:1:4: error E101: mismatched input '<EOF>', expected an "
         "expression\n"
         "  hint: the expression ends too early\n"},
        {"MissingOperator", "a b",
         "x:1:3: error E101: extraneous input 'b', expected an operator or the "
         "end\n"},
        {"RawBeforeBytes", "rb'x'",
         "x:1:3: error E101: extraneous input ''x'', expected an operator or "
         "the end\n"},
        {"SingleEquals", "a = b",
         "x:1:3: error E101: `=` is not an operator\n"
         "  hint: compare with `==`\n"},
        {"SingleAmpersand", "a & b",
         "x:1:3: error E101: `&` is not an operator\n"
         "  hint: join conditions with `&&`\n"},
        {"SingleBar", "a | b",
         "x:1:3: error E101: `|` is not an operator\n"
         "  hint: join conditions with `||`\n"},
        {"OpenParenthesis", "(a",
         "x:1:3: error E101: mismatched input '<EOF>', expected `)`\n"
         "  hint: the `(` of line 1, column 1 is not closed\n"},
        {"OpenList", "[1, 2",
         "x:1:6: error E101: mismatched input '<EOF>', expected `,` or `]`\n"
         "  hint: the `[` of line 1, column 1 is not closed\n"},
        {"OpenIndex", "a[1",
         "x:1:4: error E101: mismatched input '<EOF>', expected `]`\n"
         "  hint: the `[` of line 1, column 2 is not closed\n"},
        {"OpenCall", "a + f(b",
         "x:1:8: error E101: mismatched input '<EOF>', expected `,` or `)`\n"
         "  hint: the `(` of line 1, column 6 is not closed\n"},
        {"OpenMapInsideAnother", "{'a': {'b': 1}",
         "x:1:15: error E101: mismatched input '<EOF>', expected `,` or `}`\n"
         "  hint: the `{` of line 1, column 1 is not closed\n"},
        {"OpenStruct", "a.B{c: 1",
         "x:1:9: error E101: mismatched input '<EOF>', expected `,` or `}`\n"
         "  hint: the `{` of line 1, column 4 is not closed\n"},
        {"MapWithoutColon", "{1}",
         "x:1:3: error E101: mismatched input '}', expected `:` after the "
         "key\n"},
        {"CallWithTrailingComma", "f(a,)",
         "x:1:5: error E101: mismatched input ')', expected an argument\n"},
        {"ConditionalWithoutColon", "a ? b",
         "x:1:6: error E101: mismatched input '<EOF>', expected `:` of the "
         "conditional\n"
         "  hint: the expression ends too early\n"},
        {"TooMuch", "f(a))",
         "x:1:5: error E101: extraneous input ')', expected an operator or the "
         "end\n"},
        {"TooMuchInside", "[a}]",
         "x:1:3: error E101: extraneous input '}', expected `,` or `]`\n"},
        {"OpenString", "a == 'b",
         "x:1:6: error E101: a string is not closed\n"
         "  hint: close it with ', or use three quotes for several lines\n"},
        {"StringOverTwoLines", "'a\nb'",
         "x:1:1: error E101: a string is not closed\n"
         "  hint: close it with ', or use three quotes for several lines\n"},
        {"UnknownEscape", R"('a\q')",
         "x:1:3: error E101: unknown escape `\\q`\n"},
        {"ShortEscape", R"('\u12')",
         "x:1:2: error E101: escape `\\u` needs 4 hexadecimal digits\n"},
        {"Surrogate", R"('\ud800')",
         "x:1:2: error E101: the escape is not a Unicode character\n"},
        {"CharacterEscapeInBytes", R"(b'\u0041')",
         "x:1:3: error E101: `\\u` names a character and cannot stand in "
         "bytes\n"},
        {"ReservedWord", "for > 1",
         "x:1:1: error E101: mismatched input 'for', expected an expression\n"
         "  hint: `for` is a reserved word of CEL\n"},
        {"UnknownSign", "a # b",
         "x:1:3: error E101: `#` has no meaning in CEL\n"},
        {"UnknownCharacter", "a \xE2\x89\xA4 b",
         "x:1:3: error E101: `\xE2\x89\xA4` has no meaning in CEL\n"
         "  hint: write `<=`\n"},
        {"InvalidUtf8", "a \xFF",
         "x:1:3: error E101: a byte that CEL does not use here\n"
         "  hint: remove it, or put it into a string\n"},
        {"InvalidUtf8InString", "a + '\xFF'",
         "x:1:5: error E101: the string is not valid UTF-8\n"},
        {"LettersAfterANumber", "12abc",
         "x:1:3: error E101: a number cannot be followed by `a`\n"},
        {"NotAfterMinus", "-!a",
         "x:1:2: error E101: mismatched input '!', expected an expression\n"},
        {"HasWithoutField", "has(nps)",
         "x:1:5: error E101: `has` tests a field, such as `has(a.b)`\n"
         "  hint: for an optional attribute write `nps.hasValue()`\n"},
        {"MacroWithoutName", "l.all(1, true)",
         "x:1:7: error E101: the first argument of `all` is a name for the "
         "item\n"
         "  hint: for example `list.all(x, \xE2\x80\xA6)`\n"},
        {"OnlyTheFirstIsReported", "a = b = 'c",
         "x:1:3: error E101: `=` is not an operator\n"
         "  hint: compare with `==`\n"},
    }),
    CaseName);

INSTANTIATE_TEST_SUITE_P(
    OtherLanguages, ParserTreeTest,
    testing::ValuesIn(std::vector<TreeCase>{
        {"CapitalAnd", "a AND b",
         "x:1:3: error E101: mismatched input 'AND', expected an operator or "
         "the end\n"
         "  hint: join conditions with `&&`\n"},
        {"Or", "a Or b",
         "x:1:3: error E101: mismatched input 'Or', expected an operator or "
         "the end\n"
         "  hint: join conditions with `||`\n"},
        {"NotBefore", "NOT a",
         "x:1:5: error E101: extraneous input 'a', expected an operator or the "
         "end\n"
         "  hint: negate with `!`, such as `!(x in y)`\n"},
        {"NotIn", "a not in b",
         "x:1:3: error E101: mismatched input 'not', expected an operator or "
         "the end\n"
         "  hint: negate with `!`, such as `!(x in y)`\n"},
        {"If", "if (a) b",
         "x:1:1: error E101: mismatched input 'if', expected an expression\n"
         "  hint: write `condition ? yes : no`\n"},
        {"WordsAreWhole", "a android b",
         "x:1:3: error E101: mismatched input 'android', expected an operator "
         "or the end\n"},
        {"AngleBrackets", "a <> b",
         "x:1:3: error E101: `<>` is not an operator\n"
         "  hint: compare with `!=`\n"},
        {"EqualsLess", "a =< b",
         "x:1:3: error E101: `=<` is not an operator\n"
         "  hint: compare with `<=`\n"},
        {"Arrow", "a => b",
         "x:1:3: error E101: `=>` is not an operator\n"
         "  hint: compare with `>=`\n"},
        {"CurlyQuotes", "a == \u201Cb\u201D",
         "x:1:6: error E101: `\u201C` has no meaning in CEL\n"
         "  hint: write plain quotes, as in 'text'\n"},
        {"CurlySingleQuotes", "a == \u2018b\u2019",
         "x:1:6: error E101: `\u2018` has no meaning in CEL\n"
         "  hint: write plain quotes, as in 'text'\n"},
        {"FullWidthSign", "a \uFF1E b",
         "x:1:3: error E101: `\uFF1E` has no meaning in CEL\n"
         "  hint: write `>`\n"},
        {"FirstFullWidthSign", "\uFF01a",
         "x:1:1: error E101: `\uFF01` has no meaning in CEL\n"
         "  hint: write `!`\n"},
        {"LastFullWidthSign", "a \uFF5E b",
         "x:1:3: error E101: `\uFF5E` has no meaning in CEL\n"
         "  hint: write `~`\n"},
        {"WideSpace", "a\u3000> b",
         "x:1:2: error E101: `\u3000` has no meaning in CEL\n"
         "  hint: write a plain space\n"},
        {"LettersOfOtherScripts", "\u4F60 > 1",
         "x:1:1: error E101: `\u4F60` has no meaning in CEL\n"},
        {"QuotedTheyAreText", "'\u201C\uFF1E AND'", "'\u201C\uFF1E AND'"},
    }),
    CaseName);

INSTANTIATE_TEST_SUITE_P(
    NumbersThatDoNotFit, ParserTreeTest,
    testing::ValuesIn(std::vector<TreeCase>{
        {"AllAreReported", "9223372036854775808 + 18446744073709551616u",
         "x:1:1: error E117: `9223372036854775808` does not fit into an int\n"
         "  hint: write a double, such as 1e20\n"
         "x:1:23: error E117: `18446744073709551616u` does not fit into a "
         "uint\n"
         "  hint: write a double, such as 1e20\n"},
        {"BelowTheSmallestInt", "-9223372036854775809",
         "x:1:1: error E117: `9223372036854775809` does not fit into an int\n"
         "  hint: write a double, such as 1e20\n"},
    }),
    CaseName);

std::string Repeated(const std::string& text, int count) {
  std::string repeated;
  for (int i = 0; i < count; ++i) repeated += text;
  return repeated;
}

struct NestingCase {
  std::string name;
  std::string open;
  std::string inner;
  std::string close;
};

class ParserNestingTest : public testing::TestWithParam<NestingCase> {};

// Each form nests a good part of the limit and is refused far beyond it, where
// a parser without a limit would run out of stack.
TEST_P(ParserNestingTest, StopsAtTheLimit) {
  const NestingCase& param = GetParam();
  const auto nested = [&param](int levels) {
    return Repeated(param.open, levels) + param.inner +
           Repeated(param.close, levels);
  };
  EXPECT_EQ(Tree(nested(kExpressionDepthMax / 3)).find("error"),
            std::string::npos);
  const std::string refused = Tree(nested(9'000));
  EXPECT_NE(refused.find("error E102: the expression nests deeper than 250 "
                         "levels\n  hint: split it into variables\n"),
            std::string::npos)
      << refused;
}

INSTANTIATE_TEST_SUITE_P(EveryForm, ParserNestingTest,
                         testing::ValuesIn(std::vector<NestingCase>{
                             {"Parentheses", "(", "1", ")"},
                             {"Lists", "[", "", "]"},
                             {"Maps", "{1:", "2", "}"},
                             {"Calls", "f(", "", ")"},
                             {"Not", "!", "a", ""},
                             {"Minus", "-", "a", ""},
                             {"Selections", "", "a", ".b"},
                             {"Indexes", "", "a", "[0]"},
                             {"Sums", "", "1", "+1"},
                             {"Conditionals", "a?b:", "c", ""},
                             {"NestedIndexes", "a[", "0", "]"},
                             {"Comprehensions", "l.map(x,", "1", ")"},
                         }),
                         [](const auto& param_info) {
                           return param_info.param.name;
                         });

TEST(ParserTest, LogicMayBeLongerThanTheNestingLimit) {
  const std::string chain = "a" + Repeated(" && a", 4 * kExpressionDepthMax);
  EXPECT_EQ(Tree(chain).find("error"), std::string::npos);
}

TEST(ParserTest, RefusesTextOverTheByteLimit) {
  EXPECT_EQ(Tree(std::string(kExpressionBytesMax + 1, ' ')),
            "x:1:1: error E102: the expression has 100001 bytes, more than "
            "100000\n"
            "  hint: split it into variables\n");
}

TEST(ParserTest, ReportsTheLineAndColumnOfTheFileThroughAnchors) {
  // A block scalar: the second line of the text is line 8 of the file.
  const SourceText source("a +\n* b", "pack.yaml", {{0, 7, 13}, {4, 8, 9}});
  Diagnostics diagnostics;
  EXPECT_EQ(Parse(source, diagnostics), std::nullopt);
  EXPECT_EQ(diagnostics.ToString(),
            "pack.yaml:8:9: error E101: mismatched input '*', expected an "
            "expression\n");
}

// Every prefix of a text that uses every form must end in a tree or an error,
// as must every text with one byte replaced.
TEST(ParserTest, SurvivesEveryCutAndEveryChangedByte) {
  const std::string text =
      R"(a.b[1] + -2.5e3 < {'k': [r'\', b"\xff"]}.`q-r`.f(x, !y) && )"
      R"(has(a.b) ? l.map(i, i in [0x1Fu, null], '''z''') : )"
      R"(cel.bind(k, a.?b, .w.W{?v: k, `x-y`: m.transformMap(k, v, v)}) // end)";
  ASSERT_EQ(Tree(text + "\n").find("error E1"), std::string::npos)
      << Tree(text);
  for (size_t i = 0; i < text.size(); ++i) {
    EXPECT_NE(Tree(text.substr(0, i)), "") << i;
    for (const char c : {'\0', '(', '\'', '\\', '\xFF', '.', '9'}) {
      std::string changed = text;
      changed[i] = c;
      EXPECT_NE(Tree(changed), "") << changed;
    }
  }
}

}  // namespace
}  // namespace stratagem::expr
