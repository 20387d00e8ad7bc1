// engine/store/projection.h
//
// Projection: what derived tables hold of one log entry, as plain data. The
// projector writes it into columns; the memory store counts it. Two stores,
// one meaning.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_STORE_PROJECTION_H_
#define STRATAGEM_ENGINE_STORE_PROJECTION_H_

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "engine/store/store.h"

namespace stratagem::store {

// Counts by dimension and value (StoreCount).
using CountTable = std::map<std::pair<std::string, std::string>, uint64_t>;

struct DecisionRow {
  int64_t decided_at_us = 0;  // Since 1970-01-01 UTC, rounded down.
  std::string role;
  std::string pack;
  std::string version;
  std::string tier;
  std::string stage;
  bool degraded = false;
  std::string subject;
};

struct SlotRow {
  int64_t placement_number = 0;  // In the order of the request, from 0.
  std::string placement;
  int64_t slot = 0;  // Best first, from 0.
  std::string offer;
  std::string reason;
  double score = 0;
  double selection_probability = 0;
};

// How many offers one placement left out for one reason.
struct ExclusionRow {
  int64_t placement_number = 0;
  std::string placement;
  std::string reason;
  int64_t offers = 0;
};

struct Projection {
  // False: not a decision, or one that cannot be decoded; only `counts` may say
  // something of it.
  bool readable = false;
  DecisionRow decision;
  std::vector<SlotRow> slots;
  std::vector<ExclusionRow> exclusions;
  std::vector<std::string> degradations;  // Their reasons.
};

// Returns what derived tables hold of `entry` and adds it to `counts`. Outcomes
// and erasures are passed over. A record that cannot be decoded is counted as
// unreadable, so that it holds up nothing and is not forgotten either. Thread
// safe.
Projection Project(const LogEntry& entry, CountTable& counts);

}  // namespace stratagem::store

#endif  // STRATAGEM_ENGINE_STORE_PROJECTION_H_
