// engine/pack/words.h
//
// The words that packs have for enumerators, for those who show a Model:
// author. The readers define them, beside the shapes that hold the words.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_PACK_WORDS_H_
#define STRATAGEM_ENGINE_PACK_WORDS_H_

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
absl::string_view WordOf(HitPolicy hit);
// "" for kNone.
absl::string_view WordOf(TableAggregate aggregate);

}  // namespace stratagem::pack

#endif  // STRATAGEM_ENGINE_PACK_WORDS_H_
