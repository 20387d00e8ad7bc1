#include "clients/cli/decision_printer.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "clients/cli/decision_json.h"
#include "clients/cli/display_text.h"
#include "clients/cli/explanation_printer.h"
#include "clients/cli/json_writer.h"
#include "clients/cli/text_table.h"
#include "engine/author/pack_text.h"
#include "engine/base/display_width.h"
#include "engine/base/number_text.h"

namespace stratagem::cli {
namespace {

// Lines that are held back to align their columns.
constexpr size_t kPageLines = 200;

std::string Join(const std::vector<ValueView>& fields) {
  return absl::StrJoin(fields, ", ", [](std::string* out, const ValueView& f) {
    absl::StrAppend(out, f.name, " ", f.text);
  });
}

// What applies in one dimension: the cell's name, or else why there is none.
std::string CellName(const TreatmentView& treatment) {
  return treatment.cell.empty()
             ? std::string(trace::ReasonName(treatment.reason))
             : treatment.cell;
}

// A chance that is neither 0 nor 1 never looks like it.
std::string Chance(double probability) {
  if (probability > 0 && probability < 0.0001) return "<0.0001";
  if (probability < 1 && probability > 0.9999) return ">0.9999";
  return RoundedNumber(probability, 4);
}

// How a slot came about: what was drawn or set by the pack stands out.
TableCell SlotReason(const SlotView& slot) {
  const bool by_score = slot.reason == trace::Reason::kRanked;
  return {std::string(trace::ReasonName(slot.reason)),
          by_score ? Style::kPlain : Style::kHeading};
}

std::string ErrorSuffix(ErrorCode error) {
  return error == ErrorCode::kNone
             ? ""
             : absl::StrCat(" (", ErrorCodeText(error), ")");
}

// "group_eligibility of `loyalty`", "gate_error (no such key)".
std::string ExclusionText(const ExclusionView& exclusion) {
  return absl::StrCat(trace::ReasonName(exclusion.reason),
                      exclusion.group.empty()
                          ? ""
                          : absl::StrCat(" of `", exclusion.group, "`"),
                      ErrorSuffix(exclusion.error));
}

// "`fatigue`, 2 of 2, opens 2026-12-03T10:00:00Z"; "`budgets.gifts`, costs 5
// EUR, 17.5 of 20 EUR, 5 of them reserved".
std::string CapText(const ExclusionView& exclusion, absl::TimeZone zone) {
  const auto amount = [&](int64_t number) {
    return exclusion.reason == trace::Reason::kBudget
               ? author::MoneyText(number)
               : absl::StrCat(number);
  };
  const std::string unit =
      exclusion.unit.empty() ? "" : absl::StrCat(" ", exclusion.unit);
  std::string text = absl::StrCat("`", exclusion.cap, "`");
  if (exclusion.cost.has_value()) {
    absl::StrAppend(&text, ", costs ", amount(*exclusion.cost), unit);
  }
  if (exclusion.amount.has_value() && exclusion.amount_max.has_value()) {
    absl::StrAppend(&text, ", ", amount(*exclusion.amount), " of ",
                    amount(*exclusion.amount_max), unit);
  }
  if (exclusion.amount_reserved.has_value()) {
    absl::StrAppend(&text, ", ", amount(*exclusion.amount_reserved),
                    " of them reserved");
  }
  if (!exclusion.opens_at.empty()) {
    absl::StrAppend(&text, ", opens ", ZonedTime(exclusion.opens_at, zone));
  }
  return text;
}

// The same with what the reason speaks of, the score apart: "min_score (under
// 10)", "outside_validity (from 2026-11-10T00:00:00Z)", "limit (`fatigue`, …)".
std::string ExclusionDetail(const ExclusionView& exclusion,
                            absl::TimeZone zone) {
  std::vector<std::string> parts;
  if (exclusion.score_min.has_value()) {
    parts.push_back(
        absl::StrCat("under ", RoundedNumber(*exclusion.score_min, 2)));
  }
  if (!exclusion.valid_from.empty()) {
    parts.push_back(
        absl::StrCat("from ", ZonedTime(exclusion.valid_from, zone)));
  }
  if (!exclusion.valid_until.empty()) {
    parts.push_back(
        absl::StrCat("until ", ZonedTime(exclusion.valid_until, zone)));
  }
  if (!exclusion.cap.empty()) parts.push_back(CapText(exclusion, zone));
  if (parts.empty()) return ExclusionText(exclusion);
  return absl::StrCat(ExclusionText(exclusion), " (", absl::StrJoin(parts, " "),
                      ")");
}

std::string DegradationText(const DegradationView& degradation) {
  return absl::StrCat(trace::ReasonName(degradation.reason), " at `",
                      degradation.subject, "`", ErrorSuffix(degradation.error));
}

std::string ScoreText(const DecisionView& decision) {
  return decision.score.has_value() ? RoundedNumber(*decision.score, 2) : "";
}

// "gold  score 55, 90% of its weight known, held_tier, below it since …".
std::string TierText(const DecisionView& decision, const Console& console) {
  std::string text = absl::StrCat(
      console.PaintOut(Style::kHeading, decision.tier), "  score ",
      ScoreText(decision), ", ", RoundedNumber(100 * decision.coverage, 1),
      "% of its weight known");
  if (decision.tier_reason != trace::Reason::kScored) {
    absl::StrAppend(&text, ", ", trace::ReasonName(decision.tier_reason));
  }
  if (decision.explanation.has_value() &&
      decision.explanation->hold_after.has_value() &&
      !decision.explanation->hold_after->below_since.empty()) {
    absl::StrAppend(&text, ", below it since ",
                    ZonedTime(decision.explanation->hold_after->below_since,
                              decision.timezone));
  }
  return text;
}

Style RoleStyle(const DecisionView& decision) {
  return decision.role == "live" ? Style::kPlain : Style::kFaint;
}

// Who it was for; a log keeps decisions of people whom it has forgotten.
std::string CustomerText(const DecisionView& decision) {
  const bool is_of_log = decision.masked.has_value();
  return is_of_log && decision.customer_id.empty() ? "(erased)"
                                                   : decision.customer_id;
}

void PrintFacts(const DecisionView& decision, const Console& console) {
  const auto line = [&](absl::string_view name, absl::string_view value) {
    console.out << console.PaintOut(Style::kFaint, name)
                << std::string(10 - name.size(), ' ') << value << "\n";
  };
  line("customer", console.PaintOut(Style::kHeading, CustomerText(decision)));
  if (decision.score.has_value()) {
    line("tier", TierText(decision, console));
  }
  if (!decision.stage.empty()) {
    line("stage", console.PaintOut(Style::kHeading, decision.stage));
  }
  line("pack", absl::StrCat(decision.pack_name, " ", decision.pack_version));
  line(
      "decided",
      absl::StrCat(ZonedTime(decision.as_of.empty() ? decision.decided_at
                                                    : decision.as_of,
                             decision.timezone),
                   "  ", console.PaintOut(RoleStyle(decision), decision.role)));
  if (decision.repeated_request) {
    line("repeated",
         console.PaintOut(
             Style::kWarning,
             absl::StrCat("the answer to `", decision.request_id, "` of ",
                          ZonedTime(decision.decided_at, decision.timezone),
                          "; facts are not compared")));
  }
  // What outcomes and `log show` ask for.
  if (!decision.decision_id.empty()) line("decision", decision.decision_id);
}

void PrintTreatments(const DecisionView& decision, const Console& console) {
  TextTable table({{"treatment"}, {"cell"}, {"because"}, {"values"}}, console);
  for (const TreatmentView& treatment : decision.treatments) {
    const bool failed = treatment.reason == trace::Reason::kTreatmentError ||
                        treatment.reason == trace::Reason::kTableConflict;
    table.AddRow({{treatment.name},
                  {treatment.cell.empty() ? "-" : treatment.cell},
                  {std::string(trace::ReasonName(treatment.reason)),
                   failed ? Style::kWarning : Style::kPlain},
                  {Join(treatment.fields)}});
  }
  if (table.pending_rows() > 0) console.out << "\n";
  table.Print();
}

void PrintSlots(const DecisionView& decision, const Console& console) {
  TextTable table({{"placement"},
                   {"offer"},
                   {"score", Align::kRight},
                   {"chance", Align::kRight},
                   {"because"}},
                  console);
  for (const PlacementView& placement : decision.placements) {
    if (placement.slots.empty()) {
      table.AddRow({{placement.name}, {"-"}, {}, {}, {"no offer"}});
    }
    for (const SlotView& slot : placement.slots) {
      table.AddRow({{placement.name},
                    {slot.offer_id, Style::kGood},
                    {RoundedNumber(slot.score, 2)},
                    {Chance(slot.selection_probability)},
                    SlotReason(slot)});
    }
  }
  if (table.pending_rows() > 0) console.out << "\n";
  table.Print();
}

// What a screen shows of the offers, for those that the pack gives texts.
void PrintShown(const DecisionView& decision, const Console& console) {
  TextTable table({{"placement"},
                   {"offer"},
                   {"locale", Align::kLeft, 6},
                   {"content", Align::kLeft, 16},
                   {"buttons"},
                   {"action"}},
                  console);
  for (const PlacementView& placement : decision.placements) {
    for (const SlotView& slot : placement.slots) {
      if (slot.content.empty() && slot.labels.empty() &&
          slot.action_ref.empty()) {
        continue;
      }
      const std::string buttons = absl::StrJoin(
          slot.labels, " ", [](std::string* out, const auto& label) {
            absl::StrAppend(out, "[", label.second, "]");
          });
      table.AddRow({{placement.name},
                    {slot.offer_id},
                    {slot.content_locale},
                    {slot.content},
                    {buttons},
                    {slot.action_ref}});
    }
  }
  if (table.pending_rows() > 0) console.out << "\n";
  table.Print();
}

// What the full explanation, if there is one, adds to an offer's reason.
std::string LossOf(const ExplanationView& explanation,
                   absl::string_view placement, absl::string_view offer) {
  if (!explanation.full.has_value()) return "";
  for (const trace::PlacementExplained& explained :
       explanation.full->explanation.placements) {
    if (explained.name != placement) continue;
    for (const trace::OfferExplained& candidate : explained.offers) {
      if (candidate.offer == offer) return LossText(candidate);
    }
  }
  return "";
}

void PrintNotShown(const ExplanationView& explanation, absl::TimeZone zone,
                   const Console& console) {
  TextTable table(
      {{"placement"}, {"not shown"}, {"score", Align::kRight}, {"because"}},
      console);
  const auto add = [&](const std::string& placement, const std::string& offer,
                       std::string score, std::string because) {
    const std::string loss = LossOf(explanation, placement, offer);
    if (!loss.empty()) absl::StrAppend(&because, ": ", loss);
    table.AddRow({{placement}, {offer}, {std::move(score)}, {because}});
  };
  for (const PlacementExplanationView& placement : explanation.placements) {
    for (const CandidateView& candidate : placement.candidates) {
      if (HasSlot(candidate)) continue;
      add(placement.placement, candidate.offer_id,
          RoundedNumber(candidate.score, 2),
          std::string(trace::ReasonName(candidate.reason)));
    }
    for (const ExclusionView& exclusion : placement.exclusions) {
      add(placement.placement, exclusion.offer_id,
          exclusion.score.has_value() ? RoundedNumber(*exclusion.score, 2) : "",
          ExclusionDetail(exclusion, zone));
    }
  }
  if (table.pending_rows() > 0) console.out << "\n";
  table.Print();
}

void PrintDegradations(const DecisionView& decision, const Console& console) {
  if (!decision.degraded) return;
  console.out << "\n"
              << console.PaintOut(Style::kWarning, "degraded")
              << ": something failed while deciding and was survived\n";
  if (!decision.explanation.has_value()) return;
  for (const DegradationView& d : decision.explanation->degradations) {
    console.out << "  " << DegradationText(d) << "\n";
  }
}

// One line a decision, or a few on a narrow terminal.
class TablePrinter final : public DecisionPrinter {
 public:
  TablePrinter(Listing listing, const Console& console)
      : listing_(listing), table_(ColumnsOf(listing), console) {}

  void Add(const DecisionView& decision) override {
    std::vector<TableCell> row;
    if (listing_ == Listing::kLog) {
      row.push_back({ZonedTime(decision.decided_at, decision.timezone)});
      row.push_back({decision.role, RoleStyle(decision)});
      row.push_back({decision.decision_id, Style::kFaint});
    }
    row.insert(row.end(),
               {{CustomerText(decision)},
                {decision.tier, Style::kHeading},
                {decision.stage},
                {ScoreText(decision)},
                {Treatments(decision)},
                {Offers(decision), Style::kGood},
                {Reasons(decision),
                 decision.degraded ? Style::kWarning : Style::kFaint}});
    table_.AddRow(std::move(row));
    if (table_.pending_rows() >= kPageLines) table_.Print();
  }

  void Flush() override { table_.Print(); }
  void Finish() override { table_.Print(); }

 private:
  static std::vector<TableColumn> ColumnsOf(Listing listing) {
    std::vector<TableColumn> columns;
    if (listing == Listing::kLog) {
      columns = {{.heading = "decided"},
                 {.heading = "role"},
                 {.heading = "decision", .folds = true}};
    }
    columns.insert(columns.end(), {{.heading = "customer"},
                                   {.heading = "tier"},
                                   {.heading = "stage"},
                                   {.heading = "score", .align = Align::kRight},
                                   {.heading = "treatments", .folds = true},
                                   {.heading = "offers", .folds = true},
                                   {.heading = "reasons", .folds = true}});
    return columns;
  }

  // "pricing=win_back service=general".
  static std::string Treatments(const DecisionView& decision) {
    return absl::StrJoin(decision.treatments, " ",
                         [](std::string* out, const TreatmentView& treatment) {
                           absl::StrAppend(out, treatment.name, "=",
                                           CellName(treatment));
                         });
  }

  // "agent_desktop: vip_event, thank_you; app_home: -".
  static std::string Offers(const DecisionView& decision) {
    return absl::StrJoin(
        decision.placements, "; ",
        [](std::string* out, const PlacementView& placement) {
          absl::StrAppend(out, placement.name, ": ");
          if (placement.slots.empty()) absl::StrAppend(out, "-");
          absl::StrAppend(
              out, absl::StrJoin(placement.slots, ", ",
                                 [](std::string* slot_out, const SlotView& s) {
                                   absl::StrAppend(slot_out, s.offer_id);
                                 }));
        });
  }

  // What is worth knowing beside the answer, the worst first.
  static std::string Reasons(const DecisionView& decision) {
    std::vector<std::string> reasons;
    if (decision.degraded) reasons.push_back("degraded");
    if (decision.explanation.has_value()) {
      for (const DegradationView& d : decision.explanation->degradations) {
        reasons.push_back(DegradationText(d));
      }
    }
    if (decision.score.has_value() &&
        decision.tier_reason != trace::Reason::kScored) {
      reasons.push_back(std::string(trace::ReasonName(decision.tier_reason)));
    }
    for (const PlacementView& placement : decision.placements) {
      for (const SlotView& slot : placement.slots) {
        if (slot.reason != trace::Reason::kRanked) {
          reasons.push_back(absl::StrCat(slot.offer_id, ": ",
                                         trace::ReasonName(slot.reason)));
        }
      }
    }
    if (decision.explanation.has_value()) {
      AppendNotShown(*decision.explanation, reasons);
    }
    return absl::StrJoin(reasons, "; ");
  }

  // "eligibility: vip_event, save_call": each reason once, with its offers. An
  // offer that another placement shows needs no excuse.
  static void AppendNotShown(const ExplanationView& explanation,
                             std::vector<std::string>& reasons) {
    std::vector<std::pair<std::string, std::vector<std::string>>> offers;
    const auto add = [&offers](const std::string& reason,
                               const std::string& offer) {
      auto entry =
          std::find_if(offers.begin(), offers.end(),
                       [&](const auto& e) { return e.first == reason; });
      if (entry == offers.end()) {
        entry = offers.insert(entry, {reason, {}});
      }
      std::vector<std::string>& names = entry->second;
      if (std::find(names.begin(), names.end(), offer) == names.end()) {
        names.push_back(offer);
      }
    };
    for (const PlacementExplanationView& placement : explanation.placements) {
      for (const CandidateView& candidate : placement.candidates) {
        if (HasSlot(candidate) ||
            candidate.reason == trace::Reason::kAlreadyShown) {
          continue;
        }
        add(std::string(trace::ReasonName(candidate.reason)),
            candidate.offer_id);
      }
      for (const ExclusionView& exclusion : placement.exclusions) {
        add(ExclusionText(exclusion), exclusion.offer_id);
      }
    }
    for (const auto& [reason, names] : offers) {
      reasons.push_back(absl::StrCat(reason, ": ", absl::StrJoin(names, ", ")));
    }
  }

  const Listing listing_;
  TextTable table_;
};

class JsonArrayPrinter final : public DecisionPrinter {
 public:
  explicit JsonArrayPrinter(const Console& console)
      : out_(console.out), json_(out_, JsonWriter::Layout::kIndented) {
    json_.BeginArray();
  }
  void Add(const DecisionView& decision) override {
    WriteDecision(decision, json_);
  }
  void Flush() override {}
  void Finish() override {
    json_.EndArray();
    out_ << "\n";
  }

 private:
  std::ostream& out_;
  JsonWriter json_;
};

class NdjsonPrinter final : public DecisionPrinter {
 public:
  explicit NdjsonPrinter(const Console& console) : out_(console.out) {}
  void Add(const DecisionView& decision) override {
    JsonWriter json(out_, JsonWriter::Layout::kOneLine);
    WriteDecision(decision, json);
    out_ << "\n";
  }
  void Flush() override { out_.flush(); }
  void Finish() override {}

 private:
  std::ostream& out_;
};

}  // namespace

void PrintDecision(const DecisionView& decision, Output output,
                   const Console& console) {
  if (output != Output::kTable) {
    JsonWriter json(console.out, output == Output::kJson
                                     ? JsonWriter::Layout::kIndented
                                     : JsonWriter::Layout::kOneLine);
    WriteDecision(decision, json);
    console.out << "\n";
    return;
  }
  PrintFacts(decision, console);
  PrintTreatments(decision, console);
  PrintSlots(decision, console);
  PrintShown(decision, console);
  if (decision.explanation.has_value()) {
    PrintNotShown(*decision.explanation, decision.timezone, console);
  }
  PrintDegradations(decision, console);
  if (HasFullExplanation(decision)) {
    PrintExplanation(decision.explanation->full->explanation, console);
  }
}

void PrintExplanationText(const DecisionView& decision,
                          const Console& console) {
  if (!HasFullExplanation(decision)) return;
  for (const absl::string_view line : absl::StrSplit(
           decision.explanation->full->text, '\n', absl::SkipEmpty())) {
    console.out << Printable(line) << "\n";
  }
}

std::unique_ptr<DecisionPrinter> NewDecisionPrinter(Output output,
                                                    Listing listing,
                                                    const Console& console) {
  switch (output) {
    case Output::kTable:
      return std::make_unique<TablePrinter>(listing, console);
    case Output::kJson:
      return std::make_unique<JsonArrayPrinter>(console);
    case Output::kNdjson:
      return std::make_unique<NdjsonPrinter>(console);
  }
  return nullptr;
}

}  // namespace stratagem::cli
