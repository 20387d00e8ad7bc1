// Digests of packs must be the standard's, whatever pieces the bytes come in.

#include "engine/base/sha256.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace stratagem {
namespace {

struct DigestCase {
  std::string name;
  std::string bytes;
  std::string want;
};

class Sha256Test : public testing::TestWithParam<DigestCase> {};

TEST_P(Sha256Test, AgreesWithTheStandardsExamples) {
  Sha256 hash;
  hash.Update(GetParam().bytes);
  EXPECT_EQ(hash.FinishHex(), GetParam().want);
}

TEST_P(Sha256Test, PiecesGiveTheSameDigest) {
  Sha256 hash;
  for (const char byte : GetParam().bytes) hash.Update(std::string(1, byte));
  EXPECT_EQ(hash.FinishHex(), GetParam().want);
}

// The examples of FIPS 180-2, appendix B, and of the empty text.
INSTANTIATE_TEST_SUITE_P(
    Fips, Sha256Test,
    testing::ValuesIn(std::vector<DigestCase>{
        {"Empty", "",
         "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"OneBlock", "abc",
         "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"TwoBlocks",
         "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    }),
    [](const auto& param_info) { return param_info.param.name; });

}  // namespace
}  // namespace stratagem
