#include "server/rpc/read_report.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "engine/state/outcome.h"
#include "engine/state/state.h"
#include "server/options.h"
#include "server/rpc/convert_value.h"
#include "server/rpc/field_checks.h"

namespace stratagem::server {
namespace {

using FieldErrors = std::vector<FieldError>;

// How far a caller's clock may be ahead of ours.
constexpr absl::Duration kClockAheadMax = absl::Minutes(1);

void ReadPlace(const v1::OutcomeReport& wire, DecisionPlace& place,
               FieldErrors& errors) {
  switch (wire.decision_case()) {
    case v1::OutcomeReport::DECISION_NOT_SET:
      errors.push_back({"decision_id", v1::ERROR_REASON_MISSING_FIELD,
                        "empty; an outcome is of a decision"});
      return;
    case v1::OutcomeReport::kPosition:
      place = {wire.position().node_id(),
               {wire.position().epoch(), wire.position().sequence()}};
      return;
    case v1::OutcomeReport::kDecisionId:
      break;
  }
  std::optional<DecisionPlace> parsed = ParseDecisionId(wire.decision_id());
  if (parsed) {
    place = *std::move(parsed);
    return;
  }
  errors.push_back({"decision_id", v1::ERROR_REASON_MALFORMED_ID,
                    NoDecisionId(wire.decision_id())});
}

void ReadOutcome(const v1::OutcomeReport& wire, decide::OutcomeReport& report,
                 FieldErrors& errors) {
  const int number = wire.outcome();
  if (number == v1::OUTCOME_UNSPECIFIED) {
    errors.push_back({"outcome", v1::ERROR_REASON_MISSING_FIELD,
                      "empty; say what became of the offer"});
  } else if (number < state::kOutcomeFirst || number > state::kOutcomeLast) {
    errors.push_back({"outcome", v1::ERROR_REASON_UNKNOWN_NAME,
                      absl::StrCat(number, " is no Outcome of this server")});
  } else {
    report.outcome = static_cast<state::Outcome>(number);
  }
}

void ReadOccurredAt(const v1::OutcomeReport& wire, absl::Time now,
                    decide::OutcomeReport& report, FieldErrors& errors) {
  report.recorded_at = now;
  report.occurred_at = now;
  if (!wire.has_occurred_at()) return;
  std::variant<absl::Time, ValueFault> time = ReadTimestamp(wire.occurred_at());
  if (auto* fault = std::get_if<ValueFault>(&time)) {
    errors.push_back(
        {"occurred_at", fault->reason, std::move(fault->description)});
    return;
  }
  const absl::Time occurred_at = state::FloorTime(std::get<absl::Time>(time));
  if (occurred_at > now + kClockAheadMax) {
    errors.push_back(
        {"occurred_at", v1::ERROR_REASON_OUT_OF_RANGE,
         absl::StrCat(absl::FormatTime(occurred_at, absl::UTCTimeZone()),
                      " has not come yet; it may be at most a "
                      "minute ahead of the server's clock")});
    return;
  }
  // What counts is never in the future.
  report.occurred_at = std::min(occurred_at, now);
}

// The form of ISO 4217, or nothing.
void CheckCurrency(absl::string_view currency, FieldErrors& errors) {
  const bool has_form =
      currency.size() == 3 &&
      std::all_of(currency.begin(), currency.end(), absl::ascii_isupper);
  if (currency.empty() || has_form) return;
  errors.push_back(
      {"revenue.currency", v1::ERROR_REASON_UNKNOWN_NAME,
       absl::StrCat("`", absl::CHexEscape(currency.substr(0, 16)),
                    "` is no currency; write three capital letters, such as "
                    "`EUR`")});
}

void ReadRevenue(const v1::OutcomeReport& wire, decide::OutcomeReport& report,
                 FieldErrors& errors) {
  const bool is_revenue = wire.outcome() == v1::OUTCOME_REVENUE;
  if (is_revenue != wire.has_revenue()) {
    errors.push_back(
        is_revenue
            ? FieldError{"revenue", v1::ERROR_REASON_MISSING_FIELD,
                         "empty; say how much came of the offer"}
            : FieldError{"revenue", v1::ERROR_REASON_NOT_ALLOWED,
                         "goes with OUTCOME_REVENUE only; report it apart"});
    return;
  }
  CheckCurrency(wire.revenue().currency(), errors);
  report.revenue_micros = wire.revenue().micros();
  report.revenue_currency = wire.revenue().currency();
}

}  // namespace

std::vector<FieldError> ReadReport(const v1::OutcomeReport& wire,
                                   absl::Time now, ToldReport& told) {
  FieldErrors errors;
  told = {};
  ReadPlace(wire, told.decision, errors);
  if (wire.offer_id().empty()) {
    errors.push_back({"offer_id", v1::ERROR_REASON_MISSING_FIELD,
                      "empty; an outcome is of an offer"});
  }
  CheckTextSize("offer_id", wire.offer_id(), kNameBytesMax, errors);
  told.report.offer = wire.offer_id();
  ReadOutcome(wire, told.report, errors);
  ReadOccurredAt(wire, now, told.report, errors);
  ReadRevenue(wire, told.report, errors);
  CheckTextSize("outcome_id", wire.outcome_id(), kOutcomeIdBytesMax, errors);
  told.report.outcome_id = wire.outcome_id();
  return errors;
}

}  // namespace stratagem::server
