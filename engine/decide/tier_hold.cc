#include "engine/decide/tier_hold.h"

namespace stratagem::decide {

HoldResult HoldTier(const HoldCase& hold_case) {
  const HoldResult computed = {{hold_case.computed, std::nullopt},
                               trace::Reason::kNone};
  if (!hold_case.held.has_value()) return computed;
  const HeldTier& held = *hold_case.held;
  if (hold_case.computed <= held.tier) return computed;
  if (!hold_case.coverage_suffices) {
    return {held, trace::Reason::kLowCoverage};
  }
  const absl::Time below_since = held.below_since.value_or(hold_case.now);
  if (hold_case.now - below_since >= hold_case.downgrade_after) return computed;
  return {{held.tier, below_since}, trace::Reason::kHeldTier};
}

}  // namespace stratagem::decide
