#include "engine/state/state.h"

#include "absl/strings/escaping.h"
#include "engine/base/sha256.h"

namespace stratagem::state {

absl::Time FloorTime(absl::Time time) {
  if (time == absl::InfinitePast() || time == absl::InfiniteFuture()) {
    return time;
  }
  return absl::FromUnixMicros(absl::ToUnixMicros(time));
}

uint64_t KeyOf(absl::string_view name) {
  Sha256 hash;
  hash.Update(name);
  const std::string digest =
      absl::HexStringToBytes(hash.FinishHex().substr(0, 16));
  uint64_t key = 0;
  for (const char byte : digest) key = key << 8 | static_cast<uint8_t>(byte);
  return key;
}

void StateCopy::Clear() {
  hold.reset();
  events.clear();
  amounts.clear();
  paused.clear();
  pauses_version = 0;
  customer_version = 0;
  ledger_version = 0;
}

}  // namespace stratagem::state
