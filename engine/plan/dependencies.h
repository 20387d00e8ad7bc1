// engine/plan/dependencies.h
//
// Dependencies: what the parts of a plan read, through variables, the score,
// the tier and the stage. Used by the check of protected attributes, and by
// whoever asks which expressions read a name.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_PLAN_DEPENDENCIES_H_
#define STRATAGEM_ENGINE_PLAN_DEPENDENCIES_H_

#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "engine/expr/program.h"
#include "engine/expr/scope.h"
#include "engine/plan/plan_code.h"

namespace stratagem::plan {

// Something that reads slots: an expression, or a matrix.
struct Reader {
  std::string name;  // "indicator `economic.margin`", "the matrix".
  std::vector<int> slots;
};

// What deciding `treatment` reads itself. Its default is literal and reads
// nothing.
std::vector<Reader> ReadersOf(const TreatmentCode& treatment,
                              const SlotLayout& slots);

// Immutable; any number of threads may use it.
class Dependencies {
 public:
  // `scope` names the slots. Both outlive this object. Requires: `code` is
  // compiled up to the treatments.
  Dependencies(const PlanCode& code, const expr::Scope& scope);

  // How the value of `slot` gets into `treatment`, by the fewest steps and from
  // the slot on: {"variables.segment", "lifecycle `churned`", "stage", "the
  // matrix"}. Empty when it does not. Time: O(expressions and what they read).
  std::vector<std::string> Way(const TreatmentCode& treatment, int slot) const;

 private:
  // "stage", "variables.margin"; "" for slots without a name.
  std::string NameOf(int slot) const;

  const SlotLayout& slots_;
  absl::flat_hash_map<int, std::string> names_;
  // What fills a slot that is computed.
  absl::flat_hash_map<int, std::vector<Reader>> sources_;
};

}  // namespace stratagem::plan

#endif  // STRATAGEM_ENGINE_PLAN_DEPENDENCIES_H_
