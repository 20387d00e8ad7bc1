#include "clients/cli/served_version.h"

#include "absl/strings/str_cat.h"
#include "clients/cli/display_text.h"
#include "clients/cli/paragraph.h"
#include "clients/cli/value_view.h"
#include "engine/base/number_text.h"

namespace stratagem::cli {
namespace {

void WriteComparison(const v1::ShadowComparison& counts, JsonWriter& json) {
  const auto number = [&](absl::string_view key, uint64_t value) {
    json.Key(key);
    json.Uint(value);
  };
  json.BeginObject();
  number("decisions", counts.decisions());
  number("same", counts.same());
  number("other_tier", counts.other_tier());
  number("other_stage", counts.other_stage());
  number("other_treatments", counts.other_treatments());
  number("other_offers", counts.other_offers());
  number("refused", counts.refused());
  number("dropped", counts.dropped());
  json.EndObject();
}

// An object of passed, failed and failures; null without tests.
void WriteTests(const std::optional<v1::TestSummary>& tests, JsonWriter& json) {
  if (!tests.has_value()) {
    json.Raw("null");
    return;
  }
  json.BeginObject();
  json.Key("passed");
  json.Uint(tests->passed());
  json.Key("failed");
  json.Uint(tests->failed());
  json.Key("failures");
  json.BeginArray();
  for (const v1::FailedTest& failed : tests->failures()) {
    json.BeginObject();
    json.StringMember("file", failed.file());
    json.StringMember("name", failed.name());
    json.Key("differences");
    json.BeginArray();
    for (const std::string& text : failed.differences()) json.String(text);
    json.EndArray();
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
}

// What the version does from now on.
std::string SentenceOf(const v1::ServedVersion& version) {
  switch (version.serving()) {
    case v1::SERVING_LIVE:
      return version.decides() ? "is live and decides"
                               : "is live, and not in effect now";
    case v1::SERVING_CANARY:
      return absl::StrCat("decides for ", ShareText(version.canary_share()),
                          " of customers");
    case v1::SERVING_SHADOW:
      return "decides beside the live version and answers nothing";
    case v1::SERVING_WITHDRAWN:
      return "serves no more";
    default:  // The server may be newer.
      return "does not serve";
  }
}

bool IsServing(const v1::ServedVersion& version) {
  return version.serving() == v1::SERVING_LIVE ||
         version.serving() == v1::SERVING_CANARY ||
         version.serving() == v1::SERVING_SHADOW;
}

// "3 tests passed", "1 of 3 tests failed", "it has no tests".
std::string TestsText(const v1::TestSummary& tests) {
  const uint64_t count = uint64_t{tests.passed()} + tests.failed();
  if (count == 0) return "it has no tests";
  if (tests.failed() == 0)
    return absl::StrCat(Counted(count, "test"), " passed");
  return absl::StrCat(WithThousands(tests.failed()), " of ",
                      Counted(count, "test"), " failed");
}

void PrintText(const ServingAnswer& answer, const Console& console) {
  console.out << console.PaintOut(Style::kGood, NameOf(answer.version.ref()))
              << " " << SentenceOf(answer.version);
  if (answer.tests.has_value()) {
    console.out << "; " << TestsText(*answer.tests);
  } else if (IsServing(answer.version)) {
    console.out << ", as before";
  }
  console.out << "\n";
  if (!answer.tests.has_value()) return;
  for (const v1::FailedTest& failed : answer.tests->failures()) {
    PrintParagraph(absl::StrCat(failed.name(), " of ", failed.file()), 2,
                   Style::kError, console);
    for (const std::string& difference : failed.differences()) {
      PrintParagraph(difference, 4, Style::kPlain, console);
    }
  }
}

}  // namespace

std::string ServingWord(v1::Serving serving) {
  switch (serving) {
    case v1::SERVING_PUBLISHED:
      return "published";
    case v1::SERVING_LIVE:
      return "live";
    case v1::SERVING_CANARY:
      return "canary";
    case v1::SERVING_SHADOW:
      return "shadow";
    case v1::SERVING_WITHDRAWN:
      return "withdrawn";
    default:  // The server may be newer.
      return "unknown";
  }
}

std::string ShareText(double share) {
  return absl::StrCat(RoundedNumber(share * 100, 2), " %");
}

std::string ServingText(const v1::ServedVersion& version) {
  std::string text = ServingWord(version.serving());
  if (version.serving() == v1::SERVING_CANARY) {
    absl::StrAppend(&text, " for ", ShareText(version.canary_share()));
  }
  return text;
}

void WriteServedVersion(const v1::ServedVersion& version, JsonWriter& json) {
  json.BeginObject();
  json.StringMember("name", version.ref().name());
  json.StringMember("version", version.ref().version());
  json.StringMember("digest", version.ref().digest());
  json.StringMember("serving", ServingWord(version.serving()));
  json.DoubleMember("canary_share", version.canary_share());
  json.StringMember("since", TimeText(TimeOf(version.since())));
  json.Key("decides");
  json.Bool(version.decides());
  json.Key("comparison");
  if (version.has_comparison()) {
    WriteComparison(version.comparison(), json);
  } else {
    json.Raw("null");
  }
  json.EndObject();
}

void WriteServing(const ServingAnswer& answer, JsonWriter& json) {
  json.BeginObject();
  json.Key("version");
  WriteServedVersion(answer.version, json);
  json.Key("tests");
  WriteTests(answer.tests, json);
  json.EndObject();
}

void PrintServing(const ServingAnswer& answer, AnswerForm form,
                  const Console& console) {
  if (form == AnswerForm::kText) return PrintText(answer, console);
  JsonWriter json(console.out, JsonWriter::Layout::kIndented);
  WriteServing(answer, json);
  console.out << "\n";
}

}  // namespace stratagem::cli
