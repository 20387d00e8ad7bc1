// engine/pack/names.h
//
// What things in a pack may be called: identifiers where expressions use the
// name, labels elsewhere, and each name once. Used by the section readers.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_PACK_NAMES_H_
#define STRATAGEM_ENGINE_PACK_NAMES_H_

#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "engine/base/diagnostics.h"
#include "engine/pack/model.h"

namespace stratagem::pack {

// Where an expression meets a name.
enum class NameUse {
  kAttribute,  // Bare: `nps`. Neither a root, a keyword nor a CEL type.
  kMember,     // Below a root: `parameters.x`. Neither a root nor a keyword.
  kField,      // Deeper: `treatments.pricing.x`. Not a keyword.
  kLabel,      // Only as text: tiers, stages, offers, groups, placements.
  kPack,       // The pack's name and version: letters, digits, `_`, `-`, `.`.
};

// Reports E230 (not a name) or E231 (reserved) for a `what` ("attribute") of
// that name. True when it may be used. Passes over names that were not read.
bool CheckName(const Name& name, NameUse use, absl::string_view what,
               Diagnostics& diagnostics);

// The names of one kind of thing.
class NameSet {
 public:
  // `what` is the singular: "tier".
  explicit NameSet(std::string what) : what_(std::move(what)) {}

  // Returns false when there are kPackEntriesMax already (E225, once) or the
  // name is taken: E232 at the second place, or, when
  // two files of the pack clash, E263 at both. Passes over names that were not
  // read.
  bool Add(const Name& name, Diagnostics& diagnostics);

 private:
  std::string what_;
  absl::flat_hash_map<std::string, SourceLocation> places_;
  bool is_full_ = false;
};

}  // namespace stratagem::pack

#endif  // STRATAGEM_ENGINE_PACK_NAMES_H_
