#include "clients/cli/logged_outcomes.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "clients/cli/display_text.h"
#include "clients/cli/text_table.h"
#include "clients/cli/value_view.h"
#include "engine/author/pack_text.h"
#include "engine/state/outcome.h"

namespace stratagem::cli {
namespace {

std::string OutcomeText(v1::Outcome outcome) {
  return std::string(state::OutcomeName(static_cast<state::Outcome>(outcome)));
}

std::string StatusText(v1::OutcomeStatus status) {
  switch (status) {
    case v1::OUTCOME_STATUS_RECORDED:
      return "recorded";
    case v1::OUTCOME_STATUS_EXPIRED:
      return "expired";
    case v1::OUTCOME_STATUS_LATE:
      return "late";
    default:
      return "unknown";
  }
}

std::string RevenueText(const v1::LoggedOutcome& outcome) {
  if (!outcome.has_revenue()) return "";
  return absl::StrCat(author::MoneyText(outcome.revenue().micros()),
                      outcome.revenue().currency().empty() ? "" : " ",
                      outcome.revenue().currency());
}

}  // namespace

void PrintOutcomes(const LoggedOutcomes& outcomes, const Console& console) {
  TextTable table({{"outcome"},
                   {"offer"},
                   {"occurred"},
                   {"status"},
                   {"revenue", Align::kRight}},
                  console);
  for (const v1::LoggedOutcome& outcome : outcomes) {
    const bool counts = outcome.status() == v1::OUTCOME_STATUS_RECORDED;
    table.AddRow({{OutcomeText(outcome.outcome()), Style::kHeading},
                  {outcome.offer_id()},
                  {ZonedTime(TimeText(TimeOf(outcome.occurred_at())),
                             absl::LocalTimeZone())},
                  {StatusText(outcome.status()),
                   counts ? Style::kPlain : Style::kWarning},
                  {RevenueText(outcome)}});
  }
  if (table.pending_rows() > 0) console.out << "\n";
  table.Print();
}

void WriteOutcomes(const LoggedOutcomes& outcomes, JsonWriter& json) {
  json.BeginArray();
  for (const v1::LoggedOutcome& outcome : outcomes) {
    json.BeginObject();
    json.StringMember("offer_id", outcome.offer_id());
    json.StringMember("outcome", OutcomeText(outcome.outcome()));
    json.StringMember("status", StatusText(outcome.status()));
    json.StringMember("outcome_id", outcome.outcome_id());
    json.StringMember("occurred_at", TimeText(TimeOf(outcome.occurred_at())));
    json.StringMember("recorded_at", TimeText(TimeOf(outcome.recorded_at())));
    json.Key("revenue_micros");
    if (outcome.has_revenue()) {
      json.Int(outcome.revenue().micros());
    } else {
      json.Raw("null");
    }
    json.StringMember("revenue_currency", outcome.revenue().currency());
    json.Key("sequence");
    json.Uint(outcome.sequence());
    json.EndObject();
  }
  json.EndArray();
}

std::string OutcomesText(const LoggedOutcomes& outcomes) {
  return absl::StrJoin(
      outcomes, "; ", [](std::string* out, const v1::LoggedOutcome& outcome) {
        absl::StrAppend(out, outcome.offer_id(), "=",
                        OutcomeText(outcome.outcome()));
        if (outcome.has_revenue()) {
          absl::StrAppend(out, " ", RevenueText(outcome));
        }
        if (outcome.status() != v1::OUTCOME_STATUS_RECORDED) {
          absl::StrAppend(out, " (", StatusText(outcome.status()), ")");
        }
      });
}

}  // namespace stratagem::cli
