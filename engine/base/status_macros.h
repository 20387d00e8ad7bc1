// engine/base/status_macros.h
//
// Early return for absl::Status; the Abseil of Debian 12 has no such macros.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_BASE_STATUS_MACROS_H_
#define STRATAGEM_ENGINE_BASE_STATUS_MACROS_H_

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#define STRATAGEM_RETURN_IF_ERROR(expression)         \
  do {                                                \
    if (absl::Status stratagem_status = (expression); \
        !stratagem_status.ok()) {                     \
      return stratagem_status;                        \
    }                                                 \
  } while (false)

#define STRATAGEM_CONCAT_INNER_(a, b) a##b
#define STRATAGEM_CONCAT_(a, b) STRATAGEM_CONCAT_INNER_(a, b)

// STRATAGEM_ASSIGN_OR_RETURN(Plan plan, Load(path));
#define STRATAGEM_ASSIGN_OR_RETURN(target, expression)                    \
  STRATAGEM_ASSIGN_OR_RETURN_(STRATAGEM_CONCAT_(stratagem_or_, __LINE__), \
                              target, expression)
#define STRATAGEM_ASSIGN_OR_RETURN_(result, target, expression) \
  auto result = (expression);                                   \
  if (!result.ok()) return std::move(result).status();          \
  target = *std::move(result)

#endif  // STRATAGEM_ENGINE_BASE_STATUS_MACROS_H_
