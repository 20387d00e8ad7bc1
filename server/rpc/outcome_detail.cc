#include "server/rpc/outcome_detail.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/base/number_text.h"

namespace stratagem::server {
namespace {

constexpr double kMicros = 1e6;

std::string MoneyText(int64_t micros, absl::string_view currency) {
  return absl::StrCat(ExactNumber(static_cast<double>(micros) / kMicros),
                      currency.empty() ? "" : " ", currency);
}

}  // namespace

std::string WhyNoDecision(const DecisionPlace& place, const store::Store& log) {
  const std::string id = DecisionId(place.node_id, place.position);
  if (place.node_id != log.identity().node_id) {
    return absl::StrCat("`", id, "` is of another log; this server writes log ",
                        log.identity().node_id);
  }
  if (place.position.sequence > 0 &&
      place.position.sequence < log.stats().first_sequence) {
    return absl::StrCat("`", id, "` was removed by retention, if it ever was");
  }
  return absl::StrCat("the log has no decision `", id, "`");
}

std::string WhyNoSlot(const trace::DecisionRecord& decision, bool erased,
                      absl::string_view offer) {
  if (erased) return "the decision's customer was erased";
  if (decision.role != trace::Role::kLive &&
      decision.role != trace::Role::kCanary) {
    return absl::StrCat("the decision was made for trial (`",
                        trace::RoleName(decision.role),
                        "`); only live ones have outcomes");
  }
  std::vector<absl::string_view> shown;
  for (const trace::SlotResult& slot : decision.slots) {
    shown.push_back(slot.offer);
  }
  return absl::StrCat(
      "the decision did not show `", offer, "`, it showed ",
      shown.empty() ? "nothing"
                    : absl::StrCat("`", absl::StrJoin(shown, "`, `"), "`"));
}

std::string WhyRepeated(const decide::OutcomeReport& report,
                        std::span<const store::OutcomeRow> recorded) {
  if (report.outcome != state::Outcome::kRevenue) return "";
  constexpr absl::string_view kWhatToDo =
      "give each payment an `outcome_id` of its own";
  const auto before =
      std::find_if(recorded.begin(), recorded.end(),
                   [&report](const store::OutcomeRow& row) {
                     return row.offer == report.offer &&
                            row.outcome == state::OutcomeName(report.outcome) &&
                            row.outcome_id == report.outcome_id;
                   });
  // Tables are derived behind the log.
  if (before == recorded.end()) {
    return absl::StrCat("revenue is recorded already; ", kWhatToDo);
  }
  if (before->revenue_micros == report.revenue_micros &&
      before->revenue_currency == report.revenue_currency) {
    return "";
  }
  return absl::StrCat(
      "already recorded ",
      MoneyText(before->revenue_micros, before->revenue_currency), ", so ",
      MoneyText(report.revenue_micros, report.revenue_currency),
      " is not counted; ", kWhatToDo);
}

}  // namespace stratagem::server
