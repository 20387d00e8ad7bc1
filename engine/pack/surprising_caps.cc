#include "engine/pack/surprising_caps.h"

#include <optional>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/pack/words.h"

namespace stratagem::pack {
namespace {

// The longest that a window of the calendar lasts; clocks are put back by an
// hour, and hours that come twice are one.
absl::Duration LongestOf(Period period) {
  constexpr absl::Duration kPutBack = absl::Hours(1);
  switch (period) {
    case Period::kHour:
      return absl::Hours(1) + kPutBack;
    case Period::kDay:
      return absl::Hours(24) + kPutBack;
    case Period::kWeek:
      return absl::Hours(7 * 24) + kPutBack;
    case Period::kMonth:
      return absl::Hours(31 * 24) + kPutBack;
    case Period::kTotal:
      break;
  }
  return absl::InfiniteDuration();
}

// Whether all that counts in `inner` counts in `outer`, at any time.
bool LiesWithin(const CapWindow& inner, const CapWindow& outer) {
  if (outer.period == Period::kTotal) return true;
  if (outer.within.has_value()) {
    return (inner.within.has_value()
                ? *inner.within
                : LongestOf(*inner.period)) <= *outer.within;
  }
  // Weeks do not end with months.
  return inner.period.has_value() && *inner.period < *outer.period &&
         (*inner.period != Period::kWeek || *outer.period != Period::kMonth);
}

bool IsImpliedBy(const Limit& limit, const Limit& other) {
  return limit.per == other.per && limit.outcome == other.outcome &&
         limit.reserve_for == other.reserve_for && other.count <= limit.count &&
         LiesWithin(limit.window, other.window);
}

// "1 within 7d", "2 a day", "3 in all".
std::string LimitText(const Limit& limit) {
  if (!limit.window.period.has_value()) {
    return absl::StrCat(limit.count, " ", WindowText(limit.window));
  }
  if (*limit.window.period == Period::kTotal) {
    return absl::StrCat(limit.count, " in all");
  }
  return absl::StrCat(limit.count,
                      *limit.window.period == Period::kHour ? " an " : " a ",
                      WordOf(*limit.window.period));
}

void WarnOfImplied(const std::vector<Limit>& limits, Diagnostics& diagnostics) {
  for (const Limit& limit : limits) {
    for (const Limit& other : limits) {
      if (&limit == &other || !IsImpliedBy(limit, other)) continue;
      diagnostics.AddWarning(
          "W335", limit.location,
          absl::StrCat("this limit never bites: it allows ", LimitText(limit),
                       ", and another of the same place ", LimitText(other)),
          absl::StrCat("the other is at ", ToString(other.location),
                       "; the shorter time should allow less"));
      break;
    }
  }
}

bool GoesByDays(const CapWindow& window) {
  return window.period == Period::kDay || window.period == Period::kWeek ||
         window.period == Period::kMonth;
}

void KeepFirst(const CapWindow& window, std::optional<SourceLocation>& first) {
  if (!first.has_value() && GoesByDays(window)) first = window.location;
}

// Where the pack first says something that goes by a local clock.
std::optional<SourceLocation> FirstLocalTime(const Model& model) {
  std::optional<SourceLocation> first;
  for (const Group& group : model.groups) {
    for (const Limit& limit : group.limits) KeepFirst(limit.window, first);
  }
  for (const Offer& offer : model.offers) {
    for (const Limit& limit : offer.limits) KeepFirst(limit.window, first);
  }
  for (const ContactLine& line : model.contact_policy) {
    if (line.window.has_value()) KeepFirst(*line.window, first);
    if (!first.has_value() && line.between.has_value()) {
      first = line.between->location;
    }
  }
  for (const Budget& budget : model.budgets) KeepFirst(budget.window, first);
  return first;
}

}  // namespace

void WarnOfSurprisingCaps(const Model& model, bool has_timezone,
                          Diagnostics& diagnostics) {
  for (const Group& group : model.groups) {
    WarnOfImplied(group.limits, diagnostics);
  }
  for (const Offer& offer : model.offers) {
    WarnOfImplied(offer.limits, diagnostics);
  }
  if (has_timezone) return;
  const std::optional<SourceLocation> first = FirstLocalTime(model);
  if (!first.has_value()) return;
  diagnostics.AddWarning(
      "W336", *first,
      "the pack has no `timezone`: its days and quiet hours are those of UTC",
      "write `timezone: Europe/Berlin`, or `timezone: UTC` if that is meant");
}

}  // namespace stratagem::pack
