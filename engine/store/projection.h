// engine/store/projection.h
//
// Projection: what derived tables hold of one log entry, as plain data. The
// projector writes it into tables; the memory store and the log's newest
// records are looked through with it. Two ways, one meaning.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_STORE_PROJECTION_H_
#define STRATAGEM_ENGINE_STORE_PROJECTION_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "engine/store/log_query.h"
#include "engine/store/store.h"

namespace stratagem::store {

// Counts by dimension and value (StoreCount).
using CountTable = std::map<std::pair<std::string, std::string>, uint64_t>;

// Something that is so of a decision, and by which decisions are found. Numbers
// stand in derived tables; a change of one needs another version of these.
enum class TermKind : uint8_t {
  kRole = 1,           // name: the role.
  kPack = 2,           // name: the pack.
  kVersion = 3,        // name: the pack; value: its version.
  kTier = 4,           // name: the tier.
  kStage = 5,          // name: the stage.
  kDegraded = 6,       // name: "true" or "false".
  kTreatment = 7,      // name: the dimension; value: the cell.
  kOffer = 8,          // name: an offer that fills a slot.
  kExcludedOffer = 9,  // name: an offer that was left out.
  kExcludedFor = 10,   // name: a reason for which one was.
  kExclusion = 11,     // name: the offer; value: the reason.
};

struct Term {
  TermKind kind = TermKind::kRole;
  std::string name;
  std::string value;

  friend auto operator<=>(const Term&, const Term&) = default;
};

enum class ProjectionKind : uint8_t {
  kNone,      // Nothing to hold: an erasure, say, or a kind of a newer program.
  kDecision,  // `terms` and `counts`.
  kOutcome,   // `outcome` and `counts`.
  kUnreadable,  // `counts`.
};

struct Projection {
  ProjectionKind kind = ProjectionKind::kNone;
  // When it was decided or recorded, in whole microseconds; 1970-01-01 for what
  // is unreadable.
  absl::Time at = absl::UnixEpoch();
  std::string subject;      // The customer's pseudonym; "" after an erasure.
  std::vector<Term> terms;  // Ascending, each once.
  OutcomeRow outcome;
  // What it adds. Of an outcome only if no earlier record of the log tells the
  // same (SameOutcome).
  CountTable counts;

  // The UTC day of `at`, from 1970-01-01.
  int64_t day() const;
};

// Returns the caller's name for what may be told more than once, else "". Lives
// as long as `row`.
absl::string_view ReportOf(const OutcomeRow& row);

// What makes two outcomes the same: decision, offer, outcome and report.
using SameOutcome = std::tuple<uint64_t, std::string, std::string, std::string>;
SameOutcome SameOutcomeOf(const OutcomeRow& row);

// What `row` counts, if no earlier record tells the same.
CountTable CountsOf(const OutcomeRow& row);

// Returns what derived tables hold of `entry`. A record that cannot be decoded
// is counted as unreadable, so that it holds up nothing and is not forgotten
// either. Thread safe.
Projection Project(const LogEntry& entry);

// Returns the terms that a decision must all have to match `filter`, in no
// particular order: all of it but time and subject.
std::vector<Term> TermsOf(const DecisionFilter& filter);

// Returns whether `projection` is a decision that `filter` asks for. `terms`
// are TermsOf(filter).
bool Matches(const DecisionFilter& filter, const std::vector<Term>& terms,
             const Projection& projection);

// Return the UTC day and hour of `time`, from 1970-01-01.
int64_t DayOf(absl::Time time);
int64_t HourOf(absl::Time time);

// Counts entries one after the other: a fold over the log, as tables hold it.
// Not thread safe.
class LogCounter {
 public:
  // Requires: entries in the order of the log.
  void Add(const LogEntry& entry);
  // By day, dimension and value, ascending.
  std::vector<DayCount> Counts() const;

 private:
  std::map<int64_t, CountTable> by_day_;
  std::set<SameOutcome> outcomes_;
};

// Sums counts over their days.
std::vector<StoreCount> TotalsOf(const std::vector<DayCount>& counts);

}  // namespace stratagem::store

#endif  // STRATAGEM_ENGINE_STORE_PROJECTION_H_
