#include "engine/trace/sentences.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "engine/base/number_text.h"
#include "engine/trace/number_text.h"

namespace stratagem::trace {
namespace {

constexpr int kDecimals = 4;
constexpr int kScoreDecimals = 2;
constexpr double kScoreSteps = 100;  // Of one point, as kScoreDecimals shows.
// What binary fractions may lack of a step: 59.57 is a little less than that.
constexpr double kScoreNoise = 1e-9;
constexpr size_t kDigitsShown = 12;

// Whether `character`, in UTF-8, is from U+3000 on, where Chinese is: its signs
// stand next to each other without a space.
bool IsWide(absl::string_view character) {
  if (character.size() < 3) return false;
  const auto lead = static_cast<unsigned char>(character.front());
  return lead >= 0xE3 && lead <= 0xEF;
}

bool BeginsWide(absl::string_view text) { return IsWide(text.substr(0, 3)); }

bool EndsWide(absl::string_view text) {
  return text.size() >= 3 && IsWide(text.substr(text.size() - 3));
}

// Appends what stands next in a sentence, without a space between Chinese.
void Join(absl::string_view next, std::string& text) {
  if (absl::EndsWith(text, " ") && BeginsWide(next) &&
      EndsWide(absl::string_view(text).substr(0, text.size() - 1))) {
    text.pop_back();
  } else if (absl::StartsWith(next, " ") && EndsWide(text) &&
             BeginsWide(next.substr(1))) {
    next.remove_prefix(1);
  }
  absl::StrAppend(&text, next);
}

// Puts `parameters` into `sentence`; braces with other names stay.
std::string Fill(absl::string_view sentence, const Parameters& parameters) {
  std::string text;
  while (!sentence.empty()) {
    const size_t begin = sentence.find('{');
    const size_t end = sentence.find('}', begin);
    if (end == absl::string_view::npos) break;
    Join(sentence.substr(0, begin), text);
    const absl::string_view name = sentence.substr(begin + 1, end - begin - 1);
    const auto found = std::find_if(
        parameters.begin(), parameters.end(),
        [name](const auto& parameter) { return parameter.first == name; });
    Join(found == parameters.end() ? sentence.substr(begin, end - begin + 1)
                                   : absl::string_view(found->second),
         text);
    sentence.remove_prefix(end + 1);
  }
  Join(sentence, text);
  return text;
}

}  // namespace

std::string ShortTime(const std::string& time) {
  constexpr size_t kDateSize = 10;
  constexpr size_t kMinutesSize = 5;
  if (time.size() < kDateSize + 1 + kMinutesSize || time[kDateSize] != 'T') {
    return time;
  }
  return absl::StrCat(time.substr(0, kDateSize), " ",
                      time.substr(kDateSize + 1, kMinutesSize));
}

std::string Sentences::Say(Phrase phrase, const Parameters& parameters) const {
  return Fill(wording_.phrase(phrase), parameters);
}

std::string Sentences::Say(Reason reason, const Parameters& parameters) const {
  const std::string own = Own(ReasonName(reason));
  return Fill(own.empty() ? wording_.reason(reason) : own, parameters);
}

std::string Sentences::Own(absl::string_view key) const { return words_(key); }

std::string Sentences::Called(absl::string_view prefix,
                              absl::string_view name) const {
  if (name.empty()) return "";
  std::string own = Own(absl::StrCat(prefix, name));
  return own.empty() ? std::string(name) : own;
}

std::string Sentences::Error(ErrorCode error) const {
  return std::string(wording_.error(error));
}

std::string Sentences::Number(double number) const {
  return Grouped(RoundedNumber(number, kDecimals));
}

std::string Sentences::ShortNumber(const std::string& exact) const {
  double number = 0;
  if (exact.size() <= kDigitsShown || !absl::SimpleAtod(exact, &number)) {
    return Grouped(exact);
  }
  return Number(number);
}

std::string Sentences::ScoreText(double score) const {
  return Grouped(RoundedNumber(score, kScoreDecimals));
}

std::string Sentences::ReachedText(double score) const {
  return ScoreText(std::floor(score * kScoreSteps + kScoreNoise) / kScoreSteps);
}

std::string Sentences::MissingText(double missing) const {
  return ScoreText(std::ceil(missing * kScoreSteps - kScoreNoise) /
                   kScoreSteps);
}

std::string Sentences::Percent(double share) const {
  return Say(Phrase::kPercent, {{"value", Number(100 * share)}});
}

std::string Sentences::WithUnit(const std::string& unit,
                                std::string value) const {
  if (unit.empty()) return value;
  return Say(Phrase::kWithUnit, {{"value", std::move(value)}, {"unit", unit}});
}

std::string Sentences::Grouped(absl::string_view number) const {
  return GroupedNumber(number, wording_);
}

}  // namespace stratagem::trace
