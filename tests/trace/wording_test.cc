// What must hold for the built-in sentences: every reason, phrase and error has
// one in every language, all languages know the same parameters, and
// docs/explanations.md lists them.

#include "engine/trace/wording.h"

#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "engine/trace/explain_text.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/golden.h"

namespace stratagem::trace {
namespace {

// Every value that has a name.
std::vector<Reason> AllReasons() {
  std::vector<Reason> reasons;
  for (int number = 0; number < 256; ++number) {
    const auto reason = static_cast<Reason>(number);
    if (ReasonName(reason) != "unknown") reasons.push_back(reason);
  }
  return reasons;
}

std::vector<ErrorCode> AllErrors() {
  std::vector<ErrorCode> errors;
  for (int number = 0; number <= 14; ++number) {
    errors.push_back(static_cast<ErrorCode>(number));
  }
  return errors;
}

std::vector<Phrase> AllPhrases() {
  std::vector<Phrase> phrases;
  for (int number = 0; number <= static_cast<int>(Phrase::kClock); ++number) {
    phrases.push_back(static_cast<Phrase>(number));
  }
  return phrases;
}

// The names in braces.
std::set<std::string> ParametersOf(absl::string_view sentence) {
  std::set<std::string> names;
  for (size_t at = sentence.find('{'); at != absl::string_view::npos;
       at = sentence.find('{', at + 1)) {
    const size_t end = sentence.find('}', at);
    EXPECT_NE(end, absl::string_view::npos) << sentence;
    names.insert(std::string(sentence.substr(at + 1, end - at - 1)));
  }
  return names;
}

TEST(WordingTest, EveryReasonHasASentenceInEveryLanguage) {
  for (const Wording* const wording : Wordings()) {
    for (const Reason reason : AllReasons()) {
      EXPECT_NE(wording->reason(reason), "")
          << wording->locale << " " << ReasonName(reason);
    }
    for (const Phrase phrase : AllPhrases()) {
      EXPECT_NE(wording->phrase(phrase), "")
          << wording->locale << " " << static_cast<int>(phrase);
    }
    for (const ErrorCode error : AllErrors()) {
      EXPECT_NE(wording->error(error), "")
          << wording->locale << " " << ErrorCodeText(error);
    }
  }
}

TEST(WordingTest, LanguagesKnowTheSameParameters) {
  for (const Wording* const wording : Wordings()) {
    for (const Reason reason : AllReasons()) {
      EXPECT_EQ(ParametersOf(wording->reason(reason)),
                ParametersOf(kEnglishWording.reason(reason)))
          << wording->locale << " " << ReasonName(reason);
    }
    for (const Phrase phrase : AllPhrases()) {
      EXPECT_EQ(ParametersOf(wording->phrase(phrase)),
                ParametersOf(kEnglishWording.phrase(phrase)))
          << wording->locale << " " << static_cast<int>(phrase);
    }
  }
}

TEST(WordingTest, IsLookedUpByLanguageTag) {
  EXPECT_EQ(WordingFor("zh-Hant-TW").locale, "zh");
  EXPECT_EQ(WordingFor("DE-at").locale, "de");
  EXPECT_EQ(WordingFor("en-GB").locale, "en");
  EXPECT_EQ(WordingFor("fr").locale, "en");
  EXPECT_EQ(WordingFor("").locale, "en");
  EXPECT_THAT(ExplainLocales(), testing::ElementsAre("en", "de", "zh"));
}

TEST(ExplanationsPageTest, ListsEveryReasonWithItsSentences) {
  std::ifstream file(SourcePath("docs/explanations.md"));
  std::stringstream page;
  page << file.rdbuf();
  for (const Reason reason : AllReasons()) {
    std::string row = absl::StrCat("| `", ReasonName(reason), "` |");
    for (const Wording* const wording : Wordings()) {
      absl::StrAppend(&row, " ", wording->reason(reason), " |");
    }
    EXPECT_TRUE(absl::StrContains(page.str(), row + "\n"))
        << "docs/explanations.md lacks this row:\n"
        << row;
  }
}

}  // namespace
}  // namespace stratagem::trace
