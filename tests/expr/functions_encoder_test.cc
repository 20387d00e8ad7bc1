// What must hold for base64: it reads back what it wrote, padding may be left
// out, and nothing else is taken for it.

#include "gtest/gtest.h"
#include "tests/expr/shown.h"

namespace stratagem::expr {
namespace {

TEST(Base64EncodeTest, PadsTheLastGroup) {
  ExpectShown({
      {"base64.encode(b'')", "''"},
      {"base64.encode(b'f')", "'Zg=='"},
      {"base64.encode(b'fo')", "'Zm8='"},
      {"base64.encode(b'foo')", "'Zm9v'"},
      {"base64.encode(b'foob')", "'Zm9vYg=='"},
      {"base64.encode(b'\\xfb\\xff\\xfe')", "'+//+'"},
      {"base64.encode(b'\\x00\\x10\\x83')", "'ABCD'"},
  });
}

TEST(Base64DecodeTest, ReadsWithAndWithoutPadding) {
  ExpectShown({
      {"base64.decode('')", "b''"},
      {"base64.decode('Zg==') == b'f'", "true"},
      {"base64.decode('Zg') == b'f'", "true"},
      {"base64.decode('Zm8=') == b'fo'", "true"},
      {"base64.decode('Zm8') == b'fo'", "true"},
      {"base64.decode('Zm9vYg==') == b'foob'", "true"},
      {"base64.decode('+//+') == b'\\xfb\\xff\\xfe'", "true"},
      {"base64.decode('Zh') == b'f'", "true"},
  });
}

TEST(Base64DecodeTest, RefusesOtherText) {
  for (const char* text :
       {"base64.decode('Z')", "base64.decode('Zg=')", "base64.decode('Zg===')",
        "base64.decode('=')", "base64.decode('====')", "base64.decode('Z===')",
        "base64.decode('Zm9vY')", "base64.decode('Zg==Zg==')",
        "base64.decode('Zm 9')", "base64.decode('Zm-_')",
        "base64.decode('Zm9\\u00e9')"}) {
    World world;
    EXPECT_EQ(world.Show(text), "error(invalid argument)") << text;
  }
}

TEST(Base64Test, ReadsBackEveryByteInEveryPlace) {
  World world;
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
  world.Declare("y", Type(TypeKind::kBytes), Value::Bytes(bytes));
  ExpectShown(
      world,
      {{"base64.decode(base64.encode(y)) == y", "true"},
       {"base64.decode(base64.encode(b'1' + y)) == b'1' + y", "true"},
       {"base64.decode(base64.encode(b'12' + y)) == b'12' + y", "true"}});
}

}  // namespace
}  // namespace stratagem::expr
