// engine/state/fixed_state.h
//
// FixedState: a StateView that remembers what it was told. For tests of packs
// and for simulations, which have no store.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_STATE_FIXED_STATE_H_
#define STRATAGEM_ENGINE_STATE_FIXED_STATE_H_

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "engine/state/state.h"

namespace stratagem::state {

// Any number of threads may ask while none calls Hold().
class FixedState : public StateView {
 public:
  // Says what `customer` holds under the pack of that name; copies the text and
  // replaces what was said before.
  void Hold(absl::string_view pack, absl::string_view customer,
            const TierHold& hold);

  // The text lives until the next Hold() for that pack and customer.
  std::optional<TierHold> HeldTier(absl::string_view pack,
                                   absl::string_view customer) const override;

 private:
  struct Held {
    std::string tier;
    std::optional<absl::Time> below_since;
  };
  using ByCustomer = std::map<std::string, Held, std::less<>>;

  std::map<std::string, ByCustomer, std::less<>> packs_;
};

}  // namespace stratagem::state

#endif  // STRATAGEM_ENGINE_STATE_FIXED_STATE_H_
