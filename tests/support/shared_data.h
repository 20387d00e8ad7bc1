// tests/support/shared_data.h
//
// The folder of public data sets that some tests read: it stands beside the
// checkout and is no part of it, so those tests skip, saying why, where it is
// absent.
//
//   TEST(RetailTest, DecidesEveryCustomer) {
//     STRATAGEM_SHARED_DATA_OR_SKIP(folder, "online_retail");
//     … folder is the absolute path of that data set …
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_TESTS_SUPPORT_SHARED_DATA_H_
#define STRATAGEM_TESTS_SUPPORT_SHARED_DATA_H_

#include <string>

#include "absl/strings/string_view.h"
#include "gtest/gtest.h"

namespace stratagem {

// Returns the path of the data set `name`: under $STRATAGEM_SHARED_DATA, or
// else under ../shared/data beside the source tree. The folder may be absent.
std::string SharedDataPath(absl::string_view name);

// True when the data set is there.
bool HasSharedData(absl::string_view name);

}  // namespace stratagem

// Declares `const std::string variable`, or skips the running test. Use it in
// the test's own body.
#define STRATAGEM_SHARED_DATA_OR_SKIP(variable, name)                        \
  if (!::stratagem::HasSharedData(name)) {                                   \
    GTEST_SKIP() << "no data at " << ::stratagem::SharedDataPath(name)       \
                 << "; set STRATAGEM_SHARED_DATA to the folder that has it"; \
  }                                                                          \
  const std::string variable = ::stratagem::SharedDataPath(name)

#endif  // STRATAGEM_TESTS_SUPPORT_SHARED_DATA_H_
