#include "engine/state/fixed_state.h"

namespace stratagem::state {

void FixedState::Hold(absl::string_view pack, absl::string_view customer,
                      const TierHold& hold) {
  packs_[std::string(pack)][std::string(customer)] = {std::string(hold.tier),
                                                      hold.below_since};
}

std::optional<TierHold> FixedState::HeldTier(absl::string_view pack,
                                             absl::string_view customer) const {
  const auto customers = packs_.find(pack);
  if (customers == packs_.end()) return std::nullopt;
  const auto held = customers->second.find(customer);
  if (held == customers->second.end()) return std::nullopt;
  return TierHold{held->second.tier, held->second.below_since};
}

}  // namespace stratagem::state
