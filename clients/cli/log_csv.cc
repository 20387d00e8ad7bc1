#include "clients/cli/log_csv.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "clients/cli/logged_outcomes.h"
#include "engine/base/number_text.h"

namespace stratagem::cli {
namespace {

std::string Quoted(absl::string_view text) {
  std::string cell(text);
  if (!cell.empty() && absl::string_view("=+-@\t\r").find(cell.front()) !=
                           absl::string_view::npos) {
    cell.insert(cell.begin(), '\'');
  }
  if (cell.find_first_of(",\"\r\n") == std::string::npos) return cell;
  return absl::StrCat("\"", absl::StrReplaceAll(cell, {{"\"", "\"\""}}), "\"");
}

// "pricing=loyal; service=rows[0]".
std::string Treatments(const DecisionView& decision) {
  return absl::StrJoin(decision.treatments, "; ",
                       [](std::string* out, const TreatmentView& treatment) {
                         absl::StrAppend(out, treatment.name, "=",
                                         treatment.cell);
                       });
}

// "app_home=vip_event; agent_desktop=coupon; agent_desktop=upgrade", best
// first.
std::string Offers(const DecisionView& decision) {
  std::vector<std::string> offers;
  for (const PlacementView& placement : decision.placements) {
    for (const SlotView& slot : placement.slots) {
      offers.push_back(absl::StrCat(placement.name, "=", slot.offer_id));
    }
  }
  return absl::StrJoin(offers, "; ");
}

// "coupon=budget; upgrade=outranked": what was left out and why, each reason of
// an offer once, in the order of the placements.
std::string NotShown(const DecisionView& decision) {
  if (!decision.explanation.has_value()) return "";
  std::vector<std::string> offers;
  const auto add = [&offers](const std::string& offer, trace::Reason reason) {
    std::string text = absl::StrCat(offer, "=", trace::ReasonName(reason));
    if (std::find(offers.begin(), offers.end(), text) == offers.end()) {
      offers.push_back(std::move(text));
    }
  };
  for (const PlacementExplanationView& placement :
       decision.explanation->placements) {
    for (const CandidateView& candidate : placement.candidates) {
      if (!HasSlot(candidate)) add(candidate.offer_id, candidate.reason);
    }
    for (const ExclusionView& exclusion : placement.exclusions) {
      add(exclusion.offer_id, exclusion.reason);
    }
  }
  return absl::StrJoin(offers, "; ");
}

}  // namespace

void WriteCsvHeader(std::ostream& out) {
  out << "sequence,decision_id,decided_at,role,customer_id,pack,version,score,"
         "coverage,tier,tier_reason,stage,treatments,offers,not_shown,degraded,"
         "request_id,as_of,outcomes\n";
}

void WriteCsvRow(const DecisionView& decision, std::ostream& out) {
  const auto text = [&out](absl::string_view cell) {
    out << "," << Quoted(cell);
  };
  out << (decision.position.has_value() ? decision.position->sequence : 0);
  text(decision.decision_id);
  text(decision.decided_at);
  text(decision.role);
  text(decision.customer_id);
  text(decision.pack_name);
  text(decision.pack_version);
  // Numbers of ours are none of a formula.
  out << ","
      << (decision.score.has_value() ? ExactNumber(*decision.score) : "");
  out << "," << ExactNumber(decision.coverage);
  text(decision.tier);
  text(decision.score.has_value() ? trace::ReasonName(decision.tier_reason)
                                  : "");
  text(decision.stage);
  text(Treatments(decision));
  text(Offers(decision));
  text(NotShown(decision));
  out << "," << (decision.degraded ? "true" : "false");
  text(decision.request_id);
  text(decision.as_of);
  text(decision.outcomes.has_value() ? OutcomesText(*decision.outcomes) : "");
  out << "\n";
}

}  // namespace stratagem::cli
