// engine/base/duration_text.h
//
// Durations as people write them in packs and flags: 90d, 1h30m, 45s, 250ms.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_BASE_DURATION_TEXT_H_
#define STRATAGEM_ENGINE_BASE_DURATION_TEXT_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace stratagem {

// Returns the duration that `text` writes: whole days ("90d", each 24 hours) or
// as CEL writes durations ("1h30m", "-45s"); nullopt when it writes none that
// is finite.
std::optional<absl::Duration> ParseDuration(absl::string_view text);

// 90d, 1h30m.
std::string DurationText(absl::Duration duration);

}  // namespace stratagem

#endif  // STRATAGEM_ENGINE_BASE_DURATION_TEXT_H_
