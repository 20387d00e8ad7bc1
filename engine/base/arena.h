// engine/base/arena.h
//
// Arena: memory for the values that one decision builds. A Workspace owns one
// and reuses it; after the first few decisions it no longer asks the heap.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_BASE_ARENA_H_
#define STRATAGEM_ENGINE_BASE_ARENA_H_

#include <algorithm>
#include <cstddef>
#include <limits>
#include <memory>
#include <span>
#include <type_traits>
#include <vector>

#include "absl/strings/string_view.h"

namespace stratagem {

// Not thread safe. Pointers stay valid until Reset() or destruction; moving an
// arena keeps them valid.
class Arena {
 public:
  // `bytes_max` bounds what Allocate() hands out between two Reset()s, each
  // piece rounded up to a multiple of 8.
  explicit Arena(size_t bytes_max = kUnbounded)
      : bytes_max_(std::min(bytes_max, kUnbounded)) {}
  Arena(Arena&&) = default;
  Arena& operator=(Arena&&) = default;
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  // Returns `size` bytes aligned to 8, or nullptr when `bytes_max` would be
  // exceeded. `size` may be 0. Time: O(1); asks the heap only when its blocks
  // are used up.
  void* Allocate(size_t size);

  // Returns uninitialised room for `count` objects, or nullptr as Allocate().
  template <typename T>
  T* AllocateArray(size_t count) {
    static_assert(std::is_trivially_destructible_v<T> && alignof(T) <= 8);
    if (count > bytes_max_ / sizeof(T)) return nullptr;
    return static_cast<T*>(Allocate(count * sizeof(T)));
  }

  // Returns a copy of `text` in the arena. Requires: room for it
  // (STRATAGEM_CHECK); for arenas without a bound.
  absl::string_view CopyString(absl::string_view text);

  // Forgets all allocations and keeps the memory for the next ones.
  void Reset();

  size_t bytes_used() const { return bytes_used_; }

 private:
  // Half the address space, so that sizes can be rounded without overflow.
  static constexpr size_t kUnbounded = std::numeric_limits<size_t>::max() / 2;

  struct Block {
    std::unique_ptr<char[]> bytes;
    size_t size = 0;
  };
  size_t bytes_max_;
  size_t bytes_used_ = 0;
  size_t block_ = 0;   // The block in use.
  size_t offset_ = 0;  // The first free byte of it.
  std::vector<Block> blocks_;
};

}  // namespace stratagem

#endif  // STRATAGEM_ENGINE_BASE_ARENA_H_
