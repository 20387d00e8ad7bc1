// clients/cli/spread.h
//
// Spread: how a file of customers falls into tiers, stages and offers.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_CLIENTS_CLI_SPREAD_H_
#define STRATAGEM_CLIENTS_CLI_SPREAD_H_

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "clients/cli/console.h"
#include "clients/cli/decision_view.h"
#include "clients/cli/json_writer.h"

namespace stratagem::cli {

// Counts decisions. Memory grows with tiers, stages and offers only. Not
// thread safe.
class Spread {
 public:
  // Tiers and stages in the order in which they are to be printed.
  Spread(std::vector<std::string> tiers, std::vector<std::string> stages);

  void Add(const DecisionView& decision);
  void AddFailure() { ++failed_; }
  uint64_t decided() const { return decided_; }
  uint64_t degraded() const { return degraded_; }
  uint64_t failed() const { return failed_; }

  // Tiers by stages, then offers by placements and, if there were any, what
  // degraded decisions, as tables.
  void Print(const Console& console) const;
  // {"decided":…,"failed":…,"degraded":…,"tiers":{…},"stages":{…},
  //  "offers":[{"placement":…,"offer_id":…,"count":…}],
  //  "degradations":[{"reason":…,"subject":…,"count":…}]}
  void Write(JsonWriter& json) const;

 private:
  uint64_t Count(const std::string& tier, const std::string& stage) const;
  uint64_t CountOfTier(const std::string& tier) const;
  uint64_t CountOfStage(const std::string& stage) const;
  void PrintTiers(const Console& console) const;
  void PrintOffers(const Console& console) const;
  void PrintDegradations(const Console& console) const;

  // INVARIANT: every tier and stage that occurs is listed; packs without the
  // section have the one "".
  std::vector<std::string> tiers_;
  std::vector<std::string> stages_;
  std::map<std::pair<std::string, std::string>, uint64_t> by_tier_and_stage_;
  std::map<std::pair<std::string, std::string>, uint64_t> by_offer_;
  // Decisions by the name of the reason and its subject.
  std::map<std::pair<std::string, std::string>, uint64_t> by_degradation_;
  uint64_t decided_ = 0;
  uint64_t failed_ = 0;
  uint64_t degraded_ = 0;
};

}  // namespace stratagem::cli

#endif  // STRATAGEM_CLIENTS_CLI_SPREAD_H_
