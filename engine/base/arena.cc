#include "engine/base/arena.h"

#include <algorithm>
#include <cstring>

#include "engine/base/check.h"

namespace stratagem {
namespace {

// Small, since every stored profile and decoded record has an arena of its own.
constexpr size_t kBlockBytesMin = 512;

}  // namespace

void* Arena::Allocate(size_t size) {
  if (size > bytes_max_) return nullptr;
  // Empty objects have places of their own, so that they count too.
  const size_t rounded = std::max<size_t>(8, (size + 7) & ~size_t{7});
  if (rounded > bytes_max_ - bytes_used_) return nullptr;
  // A block that is too small for this request is skipped, not filled later:
  // the waste is bounded because blocks double.
  while (block_ < blocks_.size() && blocks_[block_].size - offset_ < rounded) {
    ++block_;
    offset_ = 0;
  }
  if (block_ == blocks_.size()) {
    const size_t previous = blocks_.empty() ? 0 : blocks_.back().size;
    const size_t wanted = std::max({kBlockBytesMin, 2 * previous, rounded});
    blocks_.push_back({std::make_unique_for_overwrite<char[]>(wanted), wanted});
    offset_ = 0;
  }
  void* const result = blocks_[block_].bytes.get() + offset_;
  offset_ += rounded;
  bytes_used_ += rounded;
  return result;
}

absl::string_view Arena::CopyString(absl::string_view text) {
  char* const bytes = AllocateArray<char>(text.size());
  STRATAGEM_CHECK(bytes != nullptr);
  if (!text.empty()) std::memcpy(bytes, text.data(), text.size());
  return {bytes, text.size()};
}

void Arena::Reset() {
  bytes_used_ = 0;
  block_ = 0;
  offset_ = 0;
}

}  // namespace stratagem
