// What must hold for format: each clause writes what CEL's strings extension
// says, for every kind of value, and refuses the rest.

#include <limits>
#include <string>

#include "gtest/gtest.h"
#include "tests/expr/shown.h"

namespace stratagem::expr {
namespace {

TEST(StringFormatTest, CopiesTextAndTakesArgumentsInOrder) {
  ExpectShown({
      {"''.format([])", "''"},
      {"'plain'.format([1])", "'plain'"},
      {"'%d of %d'.format([1, 2])", "'1 of 2'"},
      {"'100%%'.format([])", "'100%'"},
      {"'%%%s%%'.format(['x'])", "'%x%'"},
      {"'é%sé'.format(['😀']) == 'é😀é'", "true"},
  });
}

TEST(StringFormatTest, AnyValueHasAText) {
  ExpectShown({
      {"'%s'.format([null])", "'null'"},
      {"'%s %s'.format([true, false])", "'true false'"},
      {"'%s %s'.format([-7, 7u])", "'-7 7'"},
      {"'%s'.format(['a\"b']) == 'a\"b'", "true"},
      {"'%s'.format([b'abc'])", "'abc'"},
      {"'%s'.format([b'a\\xff\\xfeb\\xff']) == 'a\\ufffdb\\ufffd'", "true"},
      {"'%s'.format([type(1)])", "'int'"},
      {"'%s'.format([timestamp('2026-11-01T08:00:00.5+08:00')])",
       "'2026-11-01T00:00:00.5Z'"},
      {"'%s %s'.format([duration('1h'), duration('-1500ms')])",
       "'3600s -1.5s'"},
      {"'%s'.format([[1, 'a', [null], 2.50]])", "'[1, a, [null], 2.5]'"},
      {"'%s'.format([[]])", "'[]'"},
      {"'%s'.format([{}])", "'{}'"},
      {"'%s'.format([dyn(['x', b'y'])])", "'[x, y]'"},
      {"'%s'.format([optional.of(1)])", "error(invalid argument)"},
      {"'%s'.format([[optional.none()]])", "error(invalid argument)"},
      {"'%s'.format([{'a': ip('::1')}])", "error(invalid argument)"},
  });
}

TEST(StringFormatTest, MapsAreInOrderOfTheirKeysTexts) {
  ExpectShown({
      {"'%s'.format([{'b': 1, 'a': [2], 'c': {'d': 'e'}}])",
       "'{a: [2], b: 1, c: {d: e}}'"},
      {"'%s'.format([{10: 'ten', 9: 'nine', true: 'yes', -1: 'less', 'z': 0}])",
       "'{-1: less, 10: ten, 9: nine, true: yes, z: 0}'"},
  });
}

TEST(StringFormatTest, DoublesHaveTheirShortestDigitsAndNoExponent) {
  ExpectShown({
      {"'%s %d'.format([3.14, 3.14])", "'3.14 3.14'"},
      {"'%s'.format([1.0])", "'1'"},
      {"'%s'.format([0.0])", "'0'"},
      {"'%s'.format([-0.0])", "'-0'"},
      {"'%s'.format([100.0])", "'100'"},
      {"'%s'.format([1e23])", "'100000000000000000000000'"},
      {"'%s'.format([123456789.125])", "'123456789.125'"},
      {"'%s'.format([-1e-7])", "'-0.0000001'"},
      {"'%s'.format([0.05])", "'0.05'"},
      {"'%s'.format([1e300]).size()", "301"},
      {"'%s'.format([5e-324]).size()", "326"},
      {"'%s'.format([0.0 / 0.0])", "'NaN'"},
      {"'%d'.format([1.0 / 0.0])", "'Infinity'"},
      {"'%f %e'.format([-1.0 / 0.0, 0.0 / 0.0])", "'-Infinity NaN'"},
  });
}

TEST(StringFormatTest, RoundedNumbersHaveTheDigitsThatWereAskedFor) {
  ExpectShown({
      {"'%f'.format([3.14])", "'3.140000'"},
      {"'%f %f'.format([1, 2u])", "'1.000000 2.000000'"},
      {"'%.0f %.0f %.0f'.format([0.5, 1.5, 2.5])", "'0 2 2'"},
      {"'%.1f'.format([0.25])", "'0.2'"},
      {"'%.3f'.format([-123.4999])", "'-123.500'"},
      {"'%.2f'.format([1e15 + 0.125])", "'1000000000000000.12'"},
      {"'%.1000f'.format([1e308]).size()", "1310"},
      {"'%e'.format([1052.032911275])", "'1.052033e+03'"},
      {"'%.0e'.format([15])", "'2e+01'"},
      {"'%.1e'.format([-3.14])", "'-3.1e+00'"},
      {"'%e'.format([1e-300])", "'1.000000e-300'"},
  });
}

TEST(StringFormatTest, IntegersComeInFourBases) {
  ExpectShown({
      {"'%d %d'.format([-9223372036854775808, 18446744073709551615u])",
       "'-9223372036854775808 18446744073709551615'"},
      {"'%b %b %b %b'.format([5, -5, 5u, true])", "'101 -101 101 1'"},
      {"'%b'.format([false])", "'0'"},
      {"'%o %o %o'.format([8, -8, 8u])", "'10 -10 10'"},
      {"'%x %X %x'.format([255, 255u, -255])", "'ff FF -ff'"},
      {"'%x'.format([-9223372036854775808])", "'-8000000000000000'"},
      {"'%b'.format([18446744073709551615u]).size()", "64"},
      {"'%x %X'.format(['Jz', b'\\x00\\xfa'])", "'4a7a 00FA'"},
  });
}

TEST(StringFormatTest, RefusesWhatIsNoClauseOrDoesNotFit) {
  for (const char* text :
       {"'%'.format([1])",       "'%a'.format([1])",
        "'%E'.format([1.5])",    "'%.'.format([1])",
        "'%.f'.format([1])",     "'%.5'.format([1])",
        "'%.1001f'.format([1])", "'%.99999999999f'.format([1])",
        "'%.-1f'.format([1])",   "'% d'.format([1])",
        "'%5d'.format([1])",     "'%d'.format(['1'])",
        "'%d'.format([true])",   "'%d'.format([duration('1s')])",
        "'%f'.format(['1'])",    "'%e'.format([null])",
        "'%b'.format(['1'])",    "'%b'.format([1.0])",
        "'%o'.format([true])",   "'%o'.format([1.0])",
        "'%x'.format([1.0])",    "'%x'.format([true])",
        "'%X'.format([null])"}) {
    World world;
    EXPECT_EQ(world.Show(text), "error(invalid argument)") << text;
  }
  ExpectShown({
      {"'%d %d'.format([1])", "error(index out of range)"},
      {"'%s'.format([])", "error(index out of range)"},
  });
}

// Values that share their parts are small in memory and endless as text.
TEST(StringFormatTest, TextOfSharedValuesEndsAtALimit) {
  std::string text = "['0123456789']";
  for (int i = 0; i < 40; ++i) text = "[" + text + "].map(x, [x, x])[0]";
  World world;
  EXPECT_EQ(world.Show("'%s'.format([" + text + "]).size()"),
            "error(too many evaluation steps)");
}

}  // namespace
}  // namespace stratagem::expr
