#include "engine/base/stable_hash.h"

#include <string>

#include "absl/numeric/int128.h"
#include "absl/strings/escaping.h"
#include "engine/base/check.h"
#include "engine/base/sha256.h"

namespace stratagem {

uint32_t StableSlot(absl::string_view salt, absl::string_view unit,
                    uint32_t slots) {
  STRATAGEM_CHECK(slots > 0);
  char length[8];
  for (int i = 0; i < 8; ++i) {
    length[i] = static_cast<char>(uint64_t{salt.size()} >> (56 - 8 * i));
  }
  Sha256 hash;
  hash.Update({length, sizeof(length)});
  hash.Update(salt);
  hash.Update(unit);
  uint64_t fraction = 0;
  for (const char byte :
       absl::HexStringToBytes(hash.FinishHex().substr(0, 16))) {
    fraction = fraction << 8 | static_cast<uint8_t>(byte);
  }
  return static_cast<uint32_t>(
      absl::Uint128High64(absl::uint128(fraction) * slots));
}

}  // namespace stratagem
