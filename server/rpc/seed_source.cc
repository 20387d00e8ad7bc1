#include "server/rpc/seed_source.h"

#include <sys/random.h>

#include <array>
#include <cstddef>

#include "engine/base/check.h"

namespace stratagem::server {

uint64_t RandomSeed() {
  // 256 bytes is what the kernel promises to give in one piece.
  thread_local std::array<uint64_t, 32> seeds;
  thread_local size_t next = seeds.size();
  if (next == seeds.size()) {
    STRATAGEM_CHECK(getrandom(seeds.data(), sizeof(seeds), 0) ==
                    static_cast<ssize_t>(sizeof(seeds)));
    next = 0;
  }
  return seeds[next++];
}

}  // namespace stratagem::server
