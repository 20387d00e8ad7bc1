// What must hold for conversions: exact texts, ranges that are errors, and no
// number read from text that is not one.

#include "gtest/gtest.h"
#include "tests/expr/shown.h"

namespace stratagem::expr {
namespace {

TEST(IntConversionTest, KeepsTheRangeOfInts) {
  const char* const over = "error(integer overflow)";
  ExpectShown({
      {"int(9223372036854775807u)", "9223372036854775807"},
      {"int(9223372036854775808u)", over},
      {"int(-3.9)", "-3"},
      {"int(9223372036854774784.0)", "9223372036854774784"},
      {"int(9223372036854775807.0)", over},
      {"int(-9223372036854775808.0)", over},
      {"int(0.0 / 0.0)", over},
      {"int(1.0 / 0.0)", over},
      {"int('-9223372036854775808')", "-9223372036854775808"},
      {"int('+5')", "5"},
      {"int('9223372036854775808')", over},
  });
}

TEST(UintConversionTest, KeepsTheRangeOfUints) {
  const char* const over = "error(integer overflow)";
  ExpectShown({
      {"uint(5)", "5u"},
      {"uint(-1)", over},
      {"uint(25.5)", "25u"},
      {"uint(-0.5)", over},
      {"uint(18446744073709551616.0)", over},
      {"uint(0.0 / 0.0)", over},
      {"uint('18446744073709551615')", "18446744073709551615u"},
      {"uint('18446744073709551616')", over},
      {"uint('-1')", "error(invalid argument)"},
  });
}

TEST(NumberTextTest, OnlyWholeNumbersAreRead) {
  for (const char* text :
       {"int('')",       "int(' 1')",     "int('1 ')",       "int('1.0')",
        "int('0x10')",   "int('1e3')",    "int('+')",        "int('-')",
        "int('+-1')",    "int('--1')",    "int('\\u0661')",  "uint('')",
        "uint('+1')",    "uint('1u')",    "double('')",      "double(' 1')",
        "double('1 ')",  "double('1,5')", "double('0x1p3')", "double('1e')",
        "double('one')", "double('.')",   "double('+-1')",   "double('+')"}) {
    World world;
    EXPECT_EQ(world.Show(text), "error(invalid argument)") << text;
  }
}

TEST(DoubleConversionTest, ReadsNumbersAndTheWordsForOthers) {
  ExpectShown({
      {"double('123.456')", "123.456"},
      {"double('-84.32e7')", "-843200000.0"},
      {"double('.5')", "0.5"},
      {"double('+2.5')", "2.5"},
      {"double('-0')", "-0.0"},
      {"double('1e-400')", "0.0"},
      {"double('Infinity')", "Infinity"},
      {"double('-inf')", "-Infinity"},
      {"double('NaN')", "NaN"},
      {"double('1e400')", "error(integer overflow)"},
      {"double('-1e400')", "error(integer overflow)"},
      {"double(18446744073709551615u)", "18446744073709551616.0"},
  });
}

TEST(BoolConversionTest, ReadsTheSpellingsOfTheSpecification) {
  ExpectShown({
      {"['1', 't', 'true', 'TRUE', 'True'].all(x, bool(x))", "true"},
      {"['0', 'f', 'false', 'FALSE', 'False'].exists(x, bool(x))", "false"},
      {"bool('tRuE')", "error(invalid argument)"},
      {"bool('')", "error(invalid argument)"},
      {"bool('yes')", "error(invalid argument)"},
      {"string(true) + string(false)", "'truefalse'"},
  });
}

TEST(StringConversionTest, WritesTheShortestExactText) {
  ExpectShown({
      {"string(-42)", "'-42'"},
      {"string(42u)", "'42'"},
      {"string(123.456)", "'123.456'"},
      {"string(-4.5e-3)", "'-0.0045'"},
      {"string(1.0)", "'1'"},
      {"string(1e100)", "'1e+100'"},
      {"string(0.0001)", "'0.0001'"},
      {"string(0.000001)", "'0.000001'"},
      {"string(0.0000009)", "'9e-07'"},
      {"string(123456789.0)", "'123456789'"},
      {"string(-1e20)", "'-100000000000000000000'"},
      {"string(-1e21)", "'-1e+21'"},
      {"string(-0.0)", "'-0'"},
      {"double(string(0.1)) == 0.1", "true"},
      {"string(0.0 / 0.0)", "'NaN'"},
      {"string(1.0 / 0.0)", "'+Inf'"},
      {"string(-1.0 / 0.0)", "'-Inf'"},
      {"string(b'\\303\\277') == 'ÿ'", "true"},
      {"string(b'\\000\\xff')", "error(invalid argument)"},
      {"string(b'\\xed\\xa0\\x80')", "error(invalid argument)"},
      {"bytes('ÿ') == b'\\303\\277'", "true"},
  });
}

TEST(TypeConversionTest, TypesAreValues) {
  ExpectShown({
      {"[type(1), type(1u), type(1.0), type(''), type(b''), type(true)]",
       "[int, uint, double, string, bytes, bool]"},
      {"[type([]), type({}), type(null), type(type(1))]",
       "[list, map, null_type, type]"},
      {"type(timestamp(0)) == google.protobuf.Timestamp", "true"},
      {"type(dyn(1)) == int", "true"},
      {"type(int) == type", "true"},
  });
}

}  // namespace
}  // namespace stratagem::expr
