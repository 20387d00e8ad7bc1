// clients/cli/replay_report.h
//
// ReplayReport: what came of replaying decisions, in memory that does not grow
// with the log. Filled by replay_log.cc, printed by replay_printer.cc.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_CLIENTS_CLI_REPLAY_REPORT_H_
#define STRATAGEM_CLIENTS_CLI_REPLAY_REPORT_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "engine/decide/replay.h"

namespace stratagem::cli {

// One difference of one decision.
struct ReplayExample {
  uint64_t sequence = 0;
  std::string customer_id;
  decide::Difference difference;
};

// How often one field differs.
struct FieldDifferences {
  // LIMIT: what is kept of a field; the rest is only counted.
  static constexpr size_t kChangesMax = 100;
  static constexpr size_t kExamplesMax = 3;

  uint64_t decisions = 0;
  // By what was recorded and what is decided now: the first kChangesMax kinds.
  std::map<std::pair<std::string, std::string>, uint64_t> changes;
  uint64_t other_changes = 0;
  std::vector<ReplayExample> examples;  // The first ones.
};

// Decisions whose customers would have been treated differently.
struct TreatedDifferently {
  uint64_t decisions = 0;  // In any of these ways.
  uint64_t tier = 0;
  uint64_t stage = 0;
  uint64_t treatments = 0;
  uint64_t offers = 0;
  uint64_t refused = 0;
};

class ReplayReport {
 public:
  // LIMIT: fields that are told apart, and texts of one kind that are kept.
  static constexpr size_t kFieldsMax = 1'000;
  static constexpr size_t kTextsMax = 100;

  // Adds one decision.
  void Add(uint64_t sequence, const std::string& customer_id,
           const decide::Replayed& replayed);
  // Counts decisions that were made by another `what` than this program's.
  void AddVersion(const std::string& what) { Count(what, versions); }
  // Counts decisions by the version of time zones that they saw.
  void AddTimeZones(const std::string& version) { Count(version, time_zones); }
  // Counts what cannot be replayed and why.
  void AddUnreadable(uint64_t sequence, const std::string& why);
  void AddWithoutPack(const std::string& why) { Count(why, without_pack); }

  uint64_t different() const { return replayed - same; }

  uint64_t replayed = 0;
  uint64_t same = 0;
  uint64_t erased = 0;
  uint64_t unreadable = 0;
  uint64_t of_other_packs = 0;
  TreatedDifferently treated;
  std::map<std::string, FieldDifferences> fields;
  uint64_t other_fields = 0;  // Differences beyond kFieldsMax.
  // Decisions by what the record does not hold of what the pack reads.
  std::map<std::string, uint64_t> not_recorded;
  std::map<std::string, uint64_t> versions;
  std::map<std::string, uint64_t> time_zones;
  std::map<std::string, uint64_t> without_pack;
  std::vector<std::pair<uint64_t, std::string>> unreadable_examples;

 private:
  static void Count(const std::string& text,
                    std::map<std::string, uint64_t>& counts);
  void AddDifference(uint64_t sequence, const std::string& customer_id,
                     const decide::Difference& difference, bool is_first);
};

// What a field says of how a customer is treated.
enum class TreatedBy { kNothing, kTier, kStage, kTreatment, kOffer, kRefusal };
TreatedBy TreatedByField(const std::string& field);

}  // namespace stratagem::cli

#endif  // STRATAGEM_CLIENTS_CLI_REPLAY_REPORT_H_
