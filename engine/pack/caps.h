// engine/pack/caps.h
//
// Caps as the author wrote them: `limits` of offers and groups, lines of
// `contact_policy`, `budgets`. Part of Model; read by read_caps.cc, compiled by
// plan/compile_caps.cc.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_PACK_CAPS_H_
#define STRATAGEM_ENGINE_PACK_CAPS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "engine/pack/text_parts.h"
#include "engine/state/outcome.h"

namespace stratagem::pack {

// Calendar windows, in the pack's zone; weeks begin on Monday.
enum class Period { kHour, kDay, kWeek, kMonth, kTotal };

// Which events count: those since now - within, or those of the calendar
// window of `period`.
struct CapWindow {
  std::optional<absl::Duration> within;  // > 0, at most kCapDaysMax.
  std::optional<Period> period;          // Exactly one of the two.
  SourceLocation location;
};

// Who shares a count.
enum class Per { kCustomer, kChannel, kAll };

// At most `count` of an offer, or of a group's offers together.
struct Limit {
  int64_t count = 0;  // >= 1.
  Per per = Per::kCustomer;
  CapWindow window;
  // kPresented or kAccepted.
  state::Outcome outcome = state::Outcome::kPresented;
  // How long a decision's own count may be taken back (kPresented) or is held
  // without an answer (kAccepted).
  absl::Duration reserve_for = absl::Hours(24);
  SourceLocation location;
};

enum class Counting { kOffers, kContacts, kSameOffer };
enum class Directions { kOutbound, kInbound, kAny };

// Local time of day, from <= t < until; over midnight when until < from.
struct QuietHours {
  absl::Duration from;   // Since midnight, whole minutes.
  absl::Duration until;  // Not equal to `from`.
  SourceLocation location;
};

// A line of `contact_policy`. Either counts (`count` and a window) or is quiet
// (`between`).
struct ContactLine {
  Name name;
  std::vector<Name> channels;  // Empty: every channel.
  std::optional<Name> group;   // The offers of this group and its children,
  std::vector<Name> offers;    // and these; without either: every offer.
  Directions direction = Directions::kOutbound;
  std::optional<int64_t> count;  // >= 1.
  std::optional<CapWindow> window;
  state::Outcome outcome = state::Outcome::kPresented;
  Counting counting = Counting::kOffers;
  std::optional<QuietHours> between;
  SourceLocation location;
};

// Money that offers share.
struct Budget {
  Name name;
  std::vector<Name> offers;   // These, and those of `groups`; both empty:
  std::vector<Name> groups;   // every offer.
  int64_t amount_micros = 0;  // > 0, micro-units.
  std::string unit;           // "CNY"; "" when the pack does not say.
  // kPresented or kAccepted: when an offer's cost is charged.
  state::Outcome charge = state::Outcome::kAccepted;
  absl::Duration reserve_for = absl::Hours(24);
  CapWindow window;
  SourceLocation location;
};

}  // namespace stratagem::pack

#endif  // STRATAGEM_ENGINE_PACK_CAPS_H_
