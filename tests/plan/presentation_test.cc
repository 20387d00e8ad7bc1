// What must hold for what people read: the caller's language by RFC 4647, else
// what the author wrote first; and every reason can be said in other words.

#include "engine/plan/presentation.h"

#include <string>
#include <vector>

#include "engine/trace/reason.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/plan/plan_fixture.h"

namespace stratagem::plan {
namespace {

using testing::ElementsAre;
using testing::Pair;

std::shared_ptr<const Plan> SamplePlan() {
  LoadedPlan loaded = PlanFromYaml(R"(
offers:
  - id: event
    labels: {decline: {zh: 暂不, en: Not this time}, accept: {en: Book a seat, zh: 预约}}
    content:
      app: {zh-Hans: 周五会员专场, en: A private sale, en-GB: A members' evening, pt-BR: Venda privada}
      call: {de: Einladung}
    action_ref: crm://event/42
  - {id: plain}
texts:
  eligibility: {en: "{offer} is not for this customer", zh: 不符合条件}
  offers.event: {en: Private sale}
)");
  EXPECT_EQ(loaded.diagnostics, "");
  return loaded.plan;
}

struct ContentCase {
  std::string locale;
  std::string channel;
  std::string want;
  std::string want_locale;
};

TEST(PresentTest, ContentIsInTheLocaleOrTheFirstWritten) {
  const auto plan = SamplePlan();
  ASSERT_NE(plan, nullptr);
  const std::vector<ContentCase> cases = {
      {"en", "app", "A private sale", "en"},
      {"EN-gb", "app", "A members' evening", "en-GB"},
      {"en-GB-oxendict", "app", "A members' evening", "en-GB"},
      {"en-US", "app", "A private sale", "en"},
      {"zh-Hans-CN", "app", "周五会员专场", "zh-Hans"},
      {"zh-CN", "app", "周五会员专场", "zh-Hans"},
      {"PT", "app", "Venda privada", "pt-BR"},  // Its language, another region.
      {"pt-PT", "app", "Venda privada", "pt-BR"},
      {"fr", "app", "周五会员专场", "zh-Hans"},
      {"", "app", "周五会员专场", "zh-Hans"},
      {"p", "app", "周五会员专场", "zh-Hans"},  // The first written.
      {"en", "call", "Einladung", "de"},
      {"en", "sms", "", ""},
      {"en", "", "", ""},
  };
  for (const ContentCase& row : cases) {
    const Presentation shown = Present(*plan, 0, row.channel, row.locale);
    EXPECT_EQ(shown.content, row.want) << row.locale << " " << row.channel;
    EXPECT_EQ(shown.content_locale, row.want_locale) << row.locale;
    EXPECT_EQ(shown.action_ref, "crm://event/42");
  }
}

TEST(PresentTest, LabelsKeepTheirOrderAndTakeTheirOwnLocale) {
  const auto plan = SamplePlan();
  ASSERT_NE(plan, nullptr);
  EXPECT_THAT(Present(*plan, 0, "app", "en").labels,
              ElementsAre(Pair("decline", "Not this time"),
                          Pair("accept", "Book a seat")));
  EXPECT_THAT(
      Present(*plan, 0, "app", "fr").labels,
      ElementsAre(Pair("decline", "暂不"), Pair("accept", "Book a seat")));
}

TEST(PresentTest, AnOfferWithoutTextsIsEmpty) {
  const auto plan = SamplePlan();
  ASSERT_NE(plan, nullptr);
  EXPECT_TRUE(Present(*plan, 1, "app", "en").empty());
}

TEST(TextOfTest, NoOtherLanguageStandsIn) {
  const auto plan = SamplePlan();
  ASSERT_NE(plan, nullptr);
  EXPECT_EQ(TextOf(*plan, "eligibility", "en-US"),
            "{offer} is not for this customer");
  EXPECT_EQ(TextOf(*plan, "eligibility", "zh"), "不符合条件");
  EXPECT_EQ(TextOf(*plan, "eligibility", "fr"), "");
  EXPECT_EQ(TextOf(*plan, "eligibility", ""), "");
  EXPECT_EQ(TextOf(*plan, "offers.event", "en"), "Private sale");
  EXPECT_EQ(TextOf(*plan, "offers.plain", "en"), "");
}

TEST(ReasonTextKeysTest, AreTheNamesOfAllReasons) {
  std::vector<std::string> names;
  for (int number = 1; number < 256; ++number) {
    const absl::string_view name =
        trace::ReasonName(static_cast<trace::Reason>(number));
    if (name != "unknown") names.emplace_back(name);
  }
  EXPECT_THAT(ReasonTextKeys(), testing::ElementsAreArray(names));
}

}  // namespace
}  // namespace stratagem::plan
