#include "engine/store/posting.h"

#include "engine/base/check.h"

namespace stratagem::store {
namespace {

constexpr size_t kDistanceBytes = 4;
constexpr unsigned kBitsOfAByte = 8;

}  // namespace

std::string EncodeBlock(std::span<const uint64_t> sequences) {
  STRATAGEM_CHECK(!sequences.empty());
  std::string distances;
  distances.reserve((sequences.size() - 1) * kDistanceBytes);
  for (const uint64_t sequence : sequences.subspan(1)) {
    const uint64_t distance = sequence - sequences.front();
    STRATAGEM_CHECK(distance <= UINT32_MAX);
    for (unsigned i = 0; i < kDistanceBytes; ++i) {
      distances.push_back(static_cast<char>(distance >> (i * kBitsOfAByte)));
    }
  }
  return distances;
}

std::vector<uint64_t> DecodeBlock(uint64_t first, absl::string_view distances) {
  std::vector<uint64_t> sequences = {first};
  sequences.reserve(1 + distances.size() / kDistanceBytes);
  for (size_t at = 0; at + kDistanceBytes <= distances.size();
       at += kDistanceBytes) {
    uint64_t distance = 0;
    for (unsigned i = 0; i < kDistanceBytes; ++i) {
      distance |=
          static_cast<uint64_t>(static_cast<unsigned char>(distances[at + i]))
          << (i * kBitsOfAByte);
    }
    sequences.push_back(first + distance);
  }
  return sequences;
}

}  // namespace stratagem::store
