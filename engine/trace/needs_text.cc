#include "engine/trace/needs_text.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace stratagem::trace {
namespace {

Phrase PhraseOf(const Nearest& nearest) {
  const bool is_time = nearest.kind == ValueKind::kTimestamp;
  switch (nearest.bound) {
    case Bound::kExactly:
    case Bound::kAtLeast:
    case Bound::kAtMost:
      return Phrase::kWouldDo;
    case Bound::kMoreThan:
      return is_time ? Phrase::kAfterWouldDo : Phrase::kMoreWouldDo;
    case Bound::kLessThan:
      return is_time ? Phrase::kBeforeWouldDo : Phrase::kLessWouldDo;
    case Bound::kAnyValue:
      return Phrase::kAnyWouldDo;
    case Bound::kNoValue:
      return Phrase::kAbsentWouldDo;
  }
  return Phrase::kWouldDo;
}

// A value of an input as people write it.
std::string Plain(const Nearest& nearest, const std::string& value,
                  const Sentences& say) {
  if (nearest.kind == ValueKind::kInt || nearest.kind == ValueKind::kDouble) {
    return say.Grouped(value);
  }
  if (nearest.kind == ValueKind::kBool) {
    return say.Say(value == "true" ? Phrase::kYes : Phrase::kNo);
  }
  if (nearest.kind == ValueKind::kTimestamp) return ShortTime(value);
  if (nearest.input == "tier") return say.Called("tiers.", value);
  if (nearest.input == "stage") return say.Called("stages.", value);
  return value;
}

std::string WithUnit(const Nearest& nearest, const std::string& value,
                     const Sentences& say) {
  return say.WithUnit(nearest.unit, Plain(nearest, value, say));
}

std::string NearestText(const Nearest& nearest, const Sentences& say) {
  return say.Say(PhraseOf(nearest), {{"input", InputText(nearest, say)},
                                     {"found", FoundText(nearest, say)},
                                     {"would_do", WouldDoText(nearest, say)}});
}

}  // namespace

const Nearest* FirstNearest(const ConditionTried& condition) {
  for (const WhyNot& part : condition.why_not) {
    if (!part.nearest.empty()) return &part.nearest.front();
  }
  return nullptr;
}

std::string InputText(const Nearest& nearest, const Sentences& say) {
  if (nearest.input == "now") return say.Say(Phrase::kClock);
  std::string own = say.Own(absl::StrCat("attributes.", nearest.input));
  if (own.empty()) own = say.Own(nearest.input);
  return own.empty() ? nearest.input : own;
}

std::string FoundText(const Nearest& nearest, const Sentences& say) {
  if (nearest.found.empty()) return say.Say(Phrase::kUnknownValue);
  if (nearest.kind != ValueKind::kDouble) {
    return WithUnit(nearest, nearest.found, say);
  }
  return say.WithUnit(nearest.unit, say.ShortNumber(nearest.found));
}

std::string WouldDoText(const Nearest& nearest, const Sentences& say) {
  if (nearest.also.empty()) return WithUnit(nearest, nearest.would_do, say);
  std::vector<std::string> choices = {Plain(nearest, nearest.would_do, say)};
  for (const std::string& other : nearest.also) {
    choices.push_back(Plain(nearest, other, say));
  }
  return absl::StrJoin(choices, say.Say(Phrase::kOrValue));
}

std::string NeedsText(const ConditionTried& condition, const Sentences& say) {
  std::vector<std::string> parts;
  for (const WhyNot& part : condition.why_not) {
    std::vector<std::string> ways;
    for (const Nearest& nearest : part.nearest) {
      // Nobody gives a customer another stage: it follows from the rest.
      if (nearest.input == "stage") continue;
      ways.push_back(NearestText(nearest, say));
    }
    if (ways.empty()) {
      ways.push_back(
          say.Say(Phrase::kNotBecause, {{"condition", part.condition}}));
    }
    parts.push_back(absl::StrJoin(ways, say.Say(Phrase::kOr)));
  }
  if (parts.empty()) {
    return say.Say(Phrase::kNotBecause, {{"condition", condition.condition}});
  }
  return absl::StrJoin(parts, say.Say(Phrase::kAnd));
}

}  // namespace stratagem::trace
