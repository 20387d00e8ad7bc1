// tests/support/status_matchers.h
//
// GoogleMock matchers for absl::Status and absl::StatusOr; the Abseil of
// Debian 12 has none.
//
//   EXPECT_THAT(store.Open(path), IsOk());
//   EXPECT_THAT(ReadText("7", type, arena), IsOkAndHolds(IntIs(7)));
//   EXPECT_THAT(status, StatusIs(absl::StatusCode::kNotFound,
//                                HasSubstr("unknown pack")));
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_TESTS_SUPPORT_STATUS_MATCHERS_H_
#define STRATAGEM_TESTS_SUPPORT_STATUS_MATCHERS_H_

#include <ostream>
#include <string>
#include <type_traits>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gmock/gmock.h"

namespace stratagem {
namespace status_matchers_internal {

inline const absl::Status& StatusOf(const absl::Status& status) {
  return status;
}
template <typename T>
const absl::Status& StatusOf(const absl::StatusOr<T>& result) {
  return result.status();
}

// Implicit conversion picks the tested type, so one matcher serves both
// absl::Status and any absl::StatusOr.
template <typename T>
class IsOkAndHoldsMatcher : public testing::MatcherInterface<T> {
 public:
  using Held = typename std::remove_reference_t<T>::value_type;

  template <typename Inner>
  explicit IsOkAndHoldsMatcher(const Inner& inner)
      : inner_(testing::SafeMatcherCast<const Held&>(inner)) {}

  void DescribeTo(std::ostream* os) const override {
    *os << "is OK and holds a value that ";
    inner_.DescribeTo(os);
  }
  bool MatchAndExplain(T actual,
                       testing::MatchResultListener* listener) const override {
    if (!actual.ok()) {
      *listener << "which is " << actual.status().ToString();
      return false;
    }
    return inner_.MatchAndExplain(*actual, listener);
  }

 private:
  testing::Matcher<const Held&> inner_;
};

template <typename Inner>
class IsOkAndHoldsFactory {
 public:
  explicit IsOkAndHoldsFactory(Inner inner) : inner_(std::move(inner)) {}

  template <typename T>
  operator testing::Matcher<T>() const {  // NOLINT: implicit on purpose.
    return testing::Matcher<T>(new IsOkAndHoldsMatcher<T>(inner_));
  }

 private:
  Inner inner_;
};

}  // namespace status_matchers_internal

// Matches a Status or StatusOr that is OK.
MATCHER(IsOk, negation ? "is not OK" : "is OK") {
  const absl::Status& status = status_matchers_internal::StatusOf(arg);
  if (!status.ok()) *result_listener << "which is " << status.ToString();
  return status.ok();
}

// Matches a StatusOr that is OK and whose value matches `inner` (a matcher or
// a value).
template <typename Inner>
auto IsOkAndHolds(Inner inner) {
  return status_matchers_internal::IsOkAndHoldsFactory<Inner>(std::move(inner));
}

// Matches a Status or StatusOr by code, and by message with a string matcher.
MATCHER_P2(StatusIs, code, message, "has the expected code and message") {
  const absl::Status& status = status_matchers_internal::StatusOf(arg);
  *result_listener << "which is " << status.ToString();
  return status.code() == code &&
         testing::ExplainMatchResult(message, std::string(status.message()),
                                     result_listener);
}
inline auto StatusIs(absl::StatusCode code) {
  return StatusIs(code, testing::_);
}

}  // namespace stratagem

#endif  // STRATAGEM_TESTS_SUPPORT_STATUS_MATCHERS_H_
