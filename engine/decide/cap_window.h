// engine/decide/cap_window.h
//
// CapWindow in exact time: from when to when events count at a moment, and when
// each stops to. caps.cc, customer_history.cc and settle.cc go by it.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_DECIDE_CAP_WINDOW_H_
#define STRATAGEM_ENGINE_DECIDE_CAP_WINDOW_H_

#include <optional>

#include "absl/time/time.h"
#include "engine/plan/cap_code.h"
#include "engine/state/state.h"

namespace stratagem::decide {

// What happened in from <= t < until counts. Times are whole microseconds.
struct Window {
  absl::Time from = absl::InfinitePast();
  absl::Time until = absl::InfiniteFuture();
  // Of rolling windows; 0 for those of the calendar.
  absl::Duration within = absl::ZeroDuration();
  // Of those of the calendar: where the window before begins, and the one after
  // ends.
  std::optional<absl::Time> before = std::nullopt;
  std::optional<absl::Time> after = std::nullopt;

  bool is_rolling() const { return within > absl::ZeroDuration(); }
  bool Covers(absl::Time at) const { return from <= at && at < until; }
  // From when on what happened at `at` no longer counts.
  absl::Time LeavesAt(absl::Time at) const {
    return is_rolling() ? at + within : until;
  }
  // How long a shared counter keeps an amount of `at`: a window more than it
  // counts, since the next version's may begin in the middle of this one.
  absl::Time KeptUntil(absl::Time at) const {
    return after.value_or(LeavesAt(at));
  }
};

// The window at `now`. What happened at t counts in a rolling window while now
// < t + within, also when clocks were set back and t lies ahead. Calendar
// windows are those of `zone`, weeks begin on Monday.
Window WindowAt(const pack::CapWindow& window, absl::Time now,
                absl::TimeZone zone);

// Where an amount of `now` stands in a shared counter: at the start of its
// window of the calendar, or at `now` of a rolling one.
absl::Time StartOf(const Window& window, absl::Time now);

// The question for what a shared counter holds in `window`, and in windows of
// other time zones that reach into it.
state::CounterQuery QueryFor(uint64_t key, const Window& window,
                             absl::Time now);

// When quiet hours end that `now` is in, by the clocks of `zone`; nullopt when
// it is in none.
std::optional<absl::Time> QuietUntil(const pack::QuietHours& hours,
                                     absl::Time now, absl::TimeZone zone);

}  // namespace stratagem::decide

#endif  // STRATAGEM_ENGINE_DECIDE_CAP_WINDOW_H_
