// engine/pack/words.h
//
// The words that packs have for enumerators, for those who show a Model:
// author. The readers define them, beside the shapes that hold the words.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_PACK_WORDS_H_
#define STRATAGEM_ENGINE_PACK_WORDS_H_

#include <string>

#include "absl/strings/string_view.h"
#include "engine/pack/model.h"

namespace stratagem::pack {

absl::string_view WordOf(Direction direction);
absl::string_view WordOf(Distinct distinct);
absl::string_view WordOf(ExploreMethod method);
absl::string_view WordOf(Period period);
absl::string_view WordOf(Per per);
absl::string_view WordOf(Counting counting);
absl::string_view WordOf(Directions directions);

// "within 30d", "day": equal for windows that are alike. Requires: a window of
// a sound model. Names of shared counters have it, so it never changes.
std::string WindowText(const CapWindow& window);
absl::string_view WordOf(HitPolicy hit);
// "" for kNone.
absl::string_view WordOf(TableAggregate aggregate);

}  // namespace stratagem::pack

#endif  // STRATAGEM_ENGINE_PACK_WORDS_H_
