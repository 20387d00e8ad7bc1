// engine/base/check.h
//
// STRATAGEM_CHECK: stops the process when an invariant of ours is broken. Never
// used on bytes that come from outside; those get a diagnostic or a status.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_BASE_CHECK_H_
#define STRATAGEM_ENGINE_BASE_CHECK_H_

namespace stratagem {

// Writes `file:line: check failed: condition` to standard error and aborts.
[[noreturn]] void CheckFailed(const char* file, int line,
                              const char* condition);

}  // namespace stratagem

#define STRATAGEM_CHECK(condition)                              \
  do {                                                          \
    if (!(condition)) [[unlikely]] {                            \
      ::stratagem::CheckFailed(__FILE__, __LINE__, #condition); \
    }                                                           \
  } while (false)

#endif  // STRATAGEM_ENGINE_BASE_CHECK_H_
