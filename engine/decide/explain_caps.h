// engine/decide/explain_caps.h
//
// CapsExplainer: the caps of offers as a decision found them, with what its
// slots took, built anew from its record. Only explain_offers.cc uses it.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_DECIDE_EXPLAIN_CAPS_H_
#define STRATAGEM_ENGINE_DECIDE_EXPLAIN_CAPS_H_

#include <cstdint>
#include <vector>

#include "engine/decide/caps.h"
#include "engine/decide/explain_context.h"
#include "engine/trace/decision_record.h"
#include "engine/trace/explanation.h"

namespace stratagem::decide {

class CapsExplainer {
 public:
  explicit CapsExplainer(const ExplainContext& context);

  // What follows is about the next placement of the record. `slots` are its
  // offers with their costs, without a fallback.
  struct Shown {
    uint32_t offer = 0;
    double cost = 0;
  };
  void BeginPlacement(const plan::PlacementCode& placement,
                      const std::vector<Shown>& slots);
  // The placement at hand, of which all else was told, has this fallback.
  void EndPlacement(uint32_t fallback) { caps_.TakeFallback(fallback); }

  // The caps of a candidate: all held, but for the one that took it out of the
  // running.
  std::vector<trace::CapExplained> OfCandidate(
      uint32_t offer, const trace::Candidate& candidate);
  // Those of an offer that was left out, as far as they were tried.
  std::vector<trace::CapExplained> OfExclusion(
      uint32_t offer, const trace::Exclusion& exclusion);

 private:
  trace::CapExplained Explained(const CapView& view) const;

  const ExplainContext& context_;
  state::StateCopy state_;
  Caps caps_;
};

}  // namespace stratagem::decide

#endif  // STRATAGEM_ENGINE_DECIDE_EXPLAIN_CAPS_H_
