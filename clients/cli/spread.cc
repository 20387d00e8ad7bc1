#include "clients/cli/spread.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/display_text.h"
#include "clients/cli/text_table.h"
#include "engine/base/display_width.h"
#include "engine/base/number_text.h"

namespace stratagem::cli {
namespace {

void AddName(const std::string& name, std::vector<std::string>& names) {
  if (std::find(names.begin(), names.end(), name) == names.end()) {
    names.push_back(name);
  }
}

std::string Share(uint64_t count, uint64_t total) {
  if (total == 0) return "0%";
  return absl::StrCat(
      RoundedNumber(
          100.0 * static_cast<double>(count) / static_cast<double>(total), 1),
      "%");
}

}  // namespace

Spread::Spread(std::vector<std::string> tiers, std::vector<std::string> stages)
    : tiers_(std::move(tiers)), stages_(std::move(stages)) {
  if (tiers_.empty()) tiers_.push_back("");
  if (stages_.empty()) stages_.push_back("");
}

void Spread::Add(const DecisionView& decision) {
  ++decided_;
  if (decision.degraded) ++degraded_;
  if (decision.explanation.has_value()) {
    // A decision counts once for what it met twice.
    std::set<std::pair<std::string, std::string>> causes;
    for (const DegradationView& cause : decision.explanation->degradations) {
      causes.emplace(trace::ReasonName(cause.reason), cause.subject);
    }
    for (const auto& cause : causes) ++by_degradation_[cause];
  }
  AddName(decision.tier, tiers_);
  AddName(decision.stage, stages_);
  ++by_tier_and_stage_[{decision.tier, decision.stage}];
  for (const PlacementView& placement : decision.placements) {
    if (placement.slots.empty()) ++by_offer_[{placement.name, ""}];
    for (const SlotView& slot : placement.slots) {
      ++by_offer_[{placement.name, slot.offer_id}];
    }
  }
}

uint64_t Spread::Count(const std::string& tier,
                       const std::string& stage) const {
  const auto found = by_tier_and_stage_.find({tier, stage});
  return found == by_tier_and_stage_.end() ? 0 : found->second;
}

uint64_t Spread::CountOfTier(const std::string& tier) const {
  uint64_t count = 0;
  for (const std::string& stage : stages_) count += Count(tier, stage);
  return count;
}

uint64_t Spread::CountOfStage(const std::string& stage) const {
  uint64_t count = 0;
  for (const std::string& tier : tiers_) count += Count(tier, stage);
  return count;
}

void Spread::Print(const Console& console) const {
  PrintTiers(console);
  if (!by_offer_.empty()) {
    console.out << "\n";
    PrintOffers(console);
  }
  if (degraded_ == 0) return;
  console.out << "\n"
              << console.PaintOut(
                     Style::kWarning,
                     absl::StrCat(WithThousands(degraded_), " degraded"))
              << "\n";
  if (!by_degradation_.empty()) PrintDegradations(console);
}

void Spread::PrintTiers(const Console& console) const {
  std::vector<TableColumn> columns = {{"tier"}};
  for (const std::string& stage : stages_) {
    columns.push_back({stage, Align::kRight});
  }
  columns.push_back({"total", Align::kRight});
  columns.push_back({"share", Align::kRight});
  TextTable table(std::move(columns), console);
  for (const std::string& tier : tiers_) {
    std::vector<TableCell> row = {{tier, Style::kHeading}};
    for (const std::string& stage : stages_) {
      row.push_back({WithThousands(Count(tier, stage))});
    }
    row.push_back({WithThousands(CountOfTier(tier))});
    row.push_back({Share(CountOfTier(tier), decided_)});
    table.AddRow(std::move(row));
  }
  std::vector<TableCell> row = {{"total", Style::kHeading}};
  for (const std::string& stage : stages_) {
    row.push_back({WithThousands(CountOfStage(stage))});
  }
  row.push_back({WithThousands(decided_)});
  row.push_back({Share(decided_, decided_)});
  table.AddRow(std::move(row));
  table.Print();
}

void Spread::PrintOffers(const Console& console) const {
  TextTable table({{"placement"},
                   {"offer"},
                   {"shown", Align::kRight},
                   {"share", Align::kRight}},
                  console);
  std::vector<std::string> unused;  // Placements that nobody gets an offer in.
  for (const auto& [key, count] : by_offer_) {
    if (key.second.empty() && count == decided_) {
      unused.push_back(key.first);
      continue;
    }
    table.AddRow({{key.first},
                  {key.second.empty() ? "-" : key.second},
                  {WithThousands(count)},
                  {Share(count, decided_)}});
  }
  table.Print();
  if (unused.empty()) return;
  console.out << console.PaintOut(
                     Style::kFaint,
                     absl::StrCat("no offer for anyone in ",
                                  Printable(absl::StrJoin(unused, ", "))))
              << "\n";
}

void Spread::PrintDegradations(const Console& console) const {
  TextTable table({{"degraded by"}, {"subject"}, {"decisions", Align::kRight}},
                  console);
  for (const auto& [key, count] : by_degradation_) {
    table.AddRow({{key.first}, {key.second}, {WithThousands(count)}});
  }
  table.Print();
}

void Spread::Write(JsonWriter& json) const {
  const auto count_member = [&](absl::string_view key, uint64_t count) {
    json.Key(key);
    json.Uint(count);
  };
  json.BeginObject();
  count_member("decided", decided_);
  count_member("failed", failed_);
  count_member("degraded", degraded_);
  json.Key("tiers");
  json.BeginObject();
  for (const std::string& tier : tiers_) count_member(tier, CountOfTier(tier));
  json.EndObject();
  json.Key("stages");
  json.BeginObject();
  for (const std::string& stage : stages_) {
    count_member(stage, CountOfStage(stage));
  }
  json.EndObject();
  json.Key("offers");
  json.BeginArray();
  for (const auto& [key, count] : by_offer_) {
    json.BeginObject();
    json.StringMember("placement", key.first);
    json.StringMember("offer_id", key.second);
    count_member("count", count);
    json.EndObject();
  }
  json.EndArray();
  json.Key("degradations");
  json.BeginArray();
  for (const auto& [key, count] : by_degradation_) {
    json.BeginObject();
    json.StringMember("reason", key.first);
    json.StringMember("subject", key.second);
    count_member("count", count);
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
}

}  // namespace stratagem::cli
