// What must hold for language tags: the grammar is that of RFC 5646, the lookup
// that of RFC 4647.

#include "engine/base/language_tag.h"

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "gtest/gtest.h"

namespace stratagem {
namespace {

TEST(IsLanguageTagTest, AcceptsTheExamplesOfTheStandard) {
  for (const std::string tag : {"de",
                                "fr",
                                "ja",
                                "i-enochian",
                                "zh-Hant",
                                "zh-Hans",
                                "sr-Cyrl",
                                "sr-Latn",
                                "zh-cmn-Hans-CN",
                                "cmn-Hans-CN",
                                "zh-yue-HK",
                                "yue-HK",
                                "zh-Hans-CN",
                                "sr-Latn-RS",
                                "sl-rozaj",
                                "sl-rozaj-biske",
                                "sl-nedis",
                                "de-CH-1901",
                                "sl-IT-nedis",
                                "hy-Latn-IT-arevela",
                                "de-DE",
                                "en-US",
                                "es-419",
                                "de-CH-x-phonebk",
                                "az-Arab-x-AZE-derbend",
                                "x-whatever",
                                "qaa-Qaaa-QM-x-southern",
                                "de-Qaaa",
                                "sr-Latn-QM",
                                "sr-Qaaa-RS",
                                "en-US-u-islamcal",
                                "zh-CN-a-myext-x-private",
                                "en-a-myext-b-another",
                                "en-GB-oed",
                                "zh-min-nan",
                                "art-lojban",
                                "sgn-BE-FR",
                                "ar-a-aaa-b-bbb"}) {
    EXPECT_TRUE(IsLanguageTag(tag)) << tag;
    EXPECT_TRUE(IsLanguageTag(absl::AsciiStrToUpper(tag))) << tag;
    EXPECT_TRUE(IsLanguageTag(absl::AsciiStrToLower(tag))) << tag;
  }
}

TEST(IsLanguageTagTest, RefusesWhatTheGrammarDoesNotHave) {
  for (const std::string tag : {"",           "-",
                                "e",          "en_US",
                                "en-",        "-en",
                                "en--US",     "de-419-DE",
                                "a-DE",       "x",
                                "en-x",       "en-a",
                                "en-a-b",     "en-US-a",
                                "e1",         "1en",
                                "toolongtag", "en-toolongtag",
                                "en-US-US",   "en-Latn-Latn",
                                "de-19",      "zh-中",
                                "en US",      "en-US ",
                                "abcd-efg",   "i-unknown",
                                "*",          "en-*"}) {
    EXPECT_FALSE(IsLanguageTag(tag)) << tag;
  }
}

struct LookUpCase {
  std::string name;
  std::string range;
  std::vector<absl::string_view> tags;
  std::string want;  // "" for none.
};

class LookUpLanguageTest : public testing::TestWithParam<LookUpCase> {};

TEST_P(LookUpLanguageTest, FindsTheBest) {
  const LookUpCase& look_up = GetParam();
  const std::optional<size_t> found =
      LookUpLanguage(look_up.range, look_up.tags);
  EXPECT_EQ(found.has_value() ? look_up.tags[*found] : "", look_up.want);
}

INSTANTIATE_TEST_SUITE_P(
    Ranges, LookUpLanguageTest,
    testing::ValuesIn(std::vector<LookUpCase>{
        {"Equal", "de", {"en", "de"}, "de"},
        {"CaseMeansNothing", "ZH-hANT", {"en", "zh-Hant"}, "zh-Hant"},
        {"Shorter", "zh-Hant-TW", {"en", "zh", "zh-Hant"}, "zh-Hant"},
        {"Shortest", "zh-Hant-TW", {"en", "zh"}, "zh"},
        {"NotLonger", "zh", {"en", "zh-Hant"}, ""},
        {"NotByLetters", "zhx", {"zh"}, ""},
        {"None", "fr", {"en", "zh"}, ""},
        {"NoTags", "fr", {}, ""},
        {"Empty", "", {"en"}, ""},
        {"PrivateUseGoesWhole",
         "zh-Hant-CN-x-private1-private2",
         {"zh-Hant-CN-x", "zh-Hant"},
         "zh-Hant"},
        {"PrivateUseByParts",
         "zh-Hant-CN-x-private1-private2",
         {"zh", "zh-Hant-CN-x-private1"},
         "zh-Hant-CN-x-private1"},
        {"SingletonGoesWithWhatFollows", "en-a-bbb", {"en-a", "en"}, "en"},
        {"WildcardFirst", "*", {"en"}, ""},
        {"WildcardFirstOfMore", "*-CH", {"de-CH"}, ""},
        {"WildcardInside", "de-*-CH", {"de", "de-CH"}, "de-CH"},
        {"WildcardLast", "de-*", {"de"}, "de"},
        {"NoTagAtAll", "---", {"en"}, ""},
    }),
    [](const auto& param_info) { return param_info.param.name; });

struct SameLanguageCase {
  std::string name;
  std::string range;
  std::vector<absl::string_view> tags;
  std::optional<size_t> want;
};

class SameLanguageTest : public testing::TestWithParam<SameLanguageCase> {};

TEST_P(SameLanguageTest, FindsTheFirst) {
  EXPECT_EQ(SameLanguage(GetParam().range, GetParam().tags), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    Ranges, SameLanguageTest,
    testing::ValuesIn(std::vector<SameLanguageCase>{
        {"OtherScript", "zh-CN", {"en", "zh-Hans"}, 1},
        {"LongerTag", "pt", {"en", "pt-BR"}, 1},
        {"ShorterTag", "pt-BR", {"en", "pt"}, 1},
        {"FirstOfMany", "zh-CN", {"zh-Hant", "zh-Hans", "zh"}, 0},
        {"CaseMeansNothing", "ZH-cn", {"zH-Hans"}, 0},
        {"NotByLetters", "zhx-CN", {"zh"}, std::nullopt},
        {"None", "fr-FR", {"en", "de-FR"}, std::nullopt},
        {"NoTags", "fr", {}, std::nullopt},
        {"Empty", "", {"en"}, std::nullopt},
    }),
    [](const auto& param_info) { return param_info.param.name; });

}  // namespace
}  // namespace stratagem
