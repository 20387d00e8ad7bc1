#include "clients/cli/outcome_report.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "engine/base/time_text.h"
#include "engine/state/outcome.h"
#include "engine/state/outcome_words.h"

namespace stratagem::cli {
namespace {

constexpr size_t kMoneyDigits = 6;  // After the point.

absl::Status SetOutcome(absl::string_view text, v1::OutcomeReport& report) {
  if (const auto outcome = state::FindOutcome(text)) {
    report.set_outcome(static_cast<v1::Outcome>(*outcome));
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      absl::StrCat("`", text, "` is no outcome; ", state::OutcomeHint(text)));
}

absl::Status SetTime(absl::string_view text, v1::OutcomeReport& report) {
  absl::Time time;
  std::string error;
  if (!absl::ParseTime(absl::RFC3339_full, text, &time, &error)) {
    if (LacksZone(text)) {
      return absl::InvalidArgumentError(
          absl::StrCat("`", text, "` lacks its zone; ", kZoneHint));
    }
    return absl::InvalidArgumentError(absl::StrCat(
        "`", text, "` is not a time such as 2026-11-15T10:00:00+08:00"));
  }
  const int64_t seconds = absl::ToUnixSeconds(time);
  report.mutable_occurred_at()->set_seconds(seconds);
  report.mutable_occurred_at()->set_nanos(static_cast<int32_t>(
      absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(seconds))));
  return absl::OkStatus();
}

absl::Status SetRevenue(absl::string_view text, v1::OutcomeReport& report) {
  const std::optional<int64_t> micros = ParseMoney(text);
  if (!micros) {
    return absl::InvalidArgumentError(absl::StrCat(
        "`", text, "` is not an amount of money such as 12.50, with at most ",
        kMoneyDigits, " digits after the point"));
  }
  report.mutable_revenue()->set_micros(*micros);
  return absl::OkStatus();
}

}  // namespace

const std::vector<std::string>& OutcomeFieldNames() {
  static const std::vector<std::string> kNames = {
      "decision_id", "offer_id", "outcome",   "occurred_at",
      "revenue",     "currency", "outcome_id"};
  return kNames;
}

std::optional<int64_t> ParseMoney(absl::string_view text) {
  const bool negative = absl::ConsumePrefix(&text, "-");
  const size_t point = std::min(text.find('.'), text.size());
  const absl::string_view whole = text.substr(0, point);
  absl::string_view fraction = text.substr(point);
  if (absl::ConsumePrefix(&fraction, ".") && fraction.empty()) {
    return std::nullopt;
  }
  const auto digits = [](absl::string_view part) {
    return std::all_of(part.begin(), part.end(), absl::ascii_isdigit);
  };
  if (whole.empty() || !digits(whole) || !digits(fraction) ||
      fraction.size() > kMoneyDigits) {
    return std::nullopt;
  }
  int64_t micros = 0;
  const bool fits = absl::SimpleAtoi(
      absl::StrCat(negative ? "-" : "", whole, fraction,
                   std::string(kMoneyDigits - fraction.size(), '0')),
      &micros);
  return fits ? std::optional<int64_t>(micros) : std::nullopt;
}

absl::Status SetOutcomeField(absl::string_view name, absl::string_view text,
                             v1::OutcomeReport& report) {
  if (text.empty()) return absl::OkStatus();
  if (name == "decision_id") {
    report.set_decision_id(std::string(text));
  } else if (name == "offer_id") {
    report.set_offer_id(std::string(text));
  } else if (name == "outcome") {
    return SetOutcome(text, report);
  } else if (name == "occurred_at") {
    return SetTime(text, report);
  } else if (name == "revenue") {
    return SetRevenue(text, report);
  } else if (name == "currency") {
    report.mutable_revenue()->set_currency(std::string(text));
  } else if (name == "outcome_id") {
    report.set_outcome_id(std::string(text));
  } else {
    return absl::InvalidArgumentError(
        absl::StrCat("an outcome has no field `", name, "`; its fields are ",
                     absl::StrJoin(OutcomeFieldNames(), ", ")));
  }
  return absl::OkStatus();
}

absl::Status CheckComplete(const v1::OutcomeReport& report) {
  const auto missing = [](absl::string_view name) {
    return absl::InvalidArgumentError(absl::StrCat("`", name, "` is missing"));
  };
  if (report.decision_case() == v1::OutcomeReport::DECISION_NOT_SET) {
    return missing("decision_id");
  }
  if (report.offer_id().empty()) return missing("offer_id");
  if (report.outcome() == v1::OUTCOME_UNSPECIFIED) return missing("outcome");
  const bool is_revenue = report.outcome() == v1::OUTCOME_REVENUE;
  if (is_revenue && !report.has_revenue()) return missing("revenue");
  if (!is_revenue && report.has_revenue()) {
    return absl::InvalidArgumentError(
        "money goes with the outcome `revenue` only; report it apart");
  }
  return absl::OkStatus();
}

}  // namespace stratagem::cli
