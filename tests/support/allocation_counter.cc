#include "tests/support/allocation_counter.h"

#include <cstddef>
#include <cstdlib>
#include <new>

namespace {

// Trivial, so that operator new may run before and after everything else.
thread_local int64_t allocation_count = 0;
thread_local int64_t allocation_bytes = 0;

void* CountedAllocate(std::size_t size, std::size_t alignment) {
  ++allocation_count;
  allocation_bytes += static_cast<int64_t>(size);
  if (size == 0) size = 1;
  void* memory = nullptr;
  if (alignment <= __STDCPP_DEFAULT_NEW_ALIGNMENT__) {
    memory = std::malloc(size);
  } else if (posix_memalign(&memory, alignment, size) != 0) {
    memory = nullptr;
  }
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

}  // namespace

// The array forms of the standard library call these; the nothrow forms do so
// too, but not AddressSanitizer's.
void* operator new(std::size_t size) { return CountedAllocate(size, 1); }
void* operator new(std::size_t size, std::align_val_t alignment) {
  return CountedAllocate(size, static_cast<std::size_t>(alignment));
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  try {
    return CountedAllocate(size, 1);
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
  std::free(memory);
}

namespace stratagem {

AllocationCounter::AllocationCounter() { Reset(); }

int64_t AllocationCounter::count() const {
  return allocation_count - count_at_start_;
}

int64_t AllocationCounter::bytes() const {
  return allocation_bytes - bytes_at_start_;
}

void AllocationCounter::Reset() {
  count_at_start_ = allocation_count;
  bytes_at_start_ = allocation_bytes;
}

}  // namespace stratagem
