// tests/support/allocation_counter.h
//
// AllocationCounter: how often this thread asked the heap, for tests and
// benchmarks that promise not to. Linking stratagem::allocation_counter
// replaces operator new and delete of the whole binary.
//
//   AllocationCounter counter;
//   Decide(…);
//   EXPECT_EQ(counter.count(), 0);
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_TESTS_SUPPORT_ALLOCATION_COUNTER_H_
#define STRATAGEM_TESTS_SUPPORT_ALLOCATION_COUNTER_H_

#include <cstdint>

namespace stratagem {

// Counts from its construction, on the thread that constructed it; other
// threads do not disturb it. Direct calls of malloc() are not seen.
class AllocationCounter {
 public:
  AllocationCounter();
  // Calls of operator new since construction or Reset().
  int64_t count() const;
  // Bytes they asked for.
  int64_t bytes() const;
  void Reset();

 private:
  int64_t count_at_start_ = 0;
  int64_t bytes_at_start_ = 0;
};

}  // namespace stratagem

#endif  // STRATAGEM_TESTS_SUPPORT_ALLOCATION_COUNTER_H_
