// engine/plan/offer_names.h
//
// OfferNames: what the offers and groups of a pack are called, for whatever
// names them: placements, weights, contact lines, budgets. Made once a pack by
// plan.cc, used by compile_offers.cc and compile_caps.cc.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_PLAN_OFFER_NAMES_H_
#define STRATAGEM_ENGINE_PLAN_OFFER_NAMES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "engine/pack/model.h"
#include "engine/plan/compiler.h"

namespace stratagem::plan {

// Of one kind: where each stands in the pack, and all of them in order.
struct NameIndex {
  absl::flat_hash_map<std::string, uint32_t> index;
  std::vector<std::string> sorted;

  // -1 for none.
  int Find(absl::string_view name) const;
};

struct OfferNames {
  NameIndex groups;
  NameIndex offers;
};

OfferNames MakeOfferNames(const pack::Model& model);

// Return the index in the pack, or -1 after an error: E308 for a group, `code`
// for an offer.
int FindGroup(const pack::Name& name, const OfferNames& names,
              const Compiler& compiler);
int FindOffer(const pack::Name& name, absl::string_view code,
              const OfferNames& names, const Compiler& compiler);

}  // namespace stratagem::plan

#endif  // STRATAGEM_ENGINE_PLAN_OFFER_NAMES_H_
