#include "clients/cli/replay_report.h"

#include <set>

#include "absl/strings/match.h"

namespace stratagem::cli {

TreatedBy TreatedByField(const std::string& field) {
  if (field == "tier") return TreatedBy::kTier;
  if (field == "stage") return TreatedBy::kStage;
  if (field == "refused") return TreatedBy::kRefusal;
  if (absl::StartsWith(field, "treatments.")) {
    // Why it is so, beside what it is.
    return absl::EndsWith(field, ".cell") || absl::EndsWith(field, ".reason")
               ? TreatedBy::kNothing
               : TreatedBy::kTreatment;
  }
  return absl::EndsWith(field, ".slots.offer") ? TreatedBy::kOffer
                                               : TreatedBy::kNothing;
}

void ReplayReport::Add(uint64_t sequence, const std::string& customer_id,
                       const decide::Replayed& result) {
  ++replayed;
  for (const std::string& name : result.not_recorded) {
    Count(name, not_recorded);
  }
  if (result.differences.empty()) {
    ++same;
    return;
  }
  std::set<std::string> seen;
  std::set<TreatedBy> ways;
  for (const decide::Difference& difference : result.differences) {
    AddDifference(sequence, customer_id, difference,
                  seen.insert(difference.field).second);
    ways.insert(TreatedByField(difference.field));
  }
  ways.erase(TreatedBy::kNothing);
  treated.decisions += ways.empty() ? 0 : 1;
  treated.tier += ways.count(TreatedBy::kTier);
  treated.stage += ways.count(TreatedBy::kStage);
  treated.treatments += ways.count(TreatedBy::kTreatment);
  treated.offers += ways.count(TreatedBy::kOffer);
  treated.refused += ways.count(TreatedBy::kRefusal);
}

void ReplayReport::AddDifference(uint64_t sequence,
                                 const std::string& customer_id,
                                 const decide::Difference& difference,
                                 bool is_first) {
  if (fields.size() >= kFieldsMax && !fields.contains(difference.field)) {
    ++other_fields;
    return;
  }
  FieldDifferences& field = fields[difference.field];
  field.decisions += is_first ? 1 : 0;
  std::pair<std::string, std::string> change(difference.recorded,
                                             difference.replayed);
  if (field.changes.size() < FieldDifferences::kChangesMax ||
      field.changes.contains(change)) {
    ++field.changes[std::move(change)];
  } else {
    ++field.other_changes;
  }
  if (field.examples.size() < FieldDifferences::kExamplesMax) {
    field.examples.push_back({sequence, customer_id, difference});
  }
}

void ReplayReport::AddUnreadable(uint64_t sequence, const std::string& why) {
  ++unreadable;
  if (unreadable_examples.size() < FieldDifferences::kExamplesMax) {
    unreadable_examples.emplace_back(sequence, why);
  }
}

void ReplayReport::Count(const std::string& text,
                         std::map<std::string, uint64_t>& counts) {
  if (counts.size() >= kTextsMax && !counts.contains(text)) {
    ++counts["others"];
  } else {
    ++counts[text];
  }
}

}  // namespace stratagem::cli
