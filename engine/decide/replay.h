// engine/decide/replay.h
//
// Replayer: decides what a record holds once more - by the pack of the time,
// which comes to the same bit for bit, or by another one, to see what it would
// change. `stratagem replay` runs it over a log.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_DECIDE_REPLAY_H_
#define STRATAGEM_ENGINE_DECIDE_REPLAY_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "engine/decide/decide.h"
#include "engine/decide/record_difference.h"
#include "engine/plan/plan.h"
#include "engine/state/state.h"
#include "engine/trace/decision_record.h"

namespace stratagem::decide {

// What came of one record.
struct Replayed {
  // In the order of the record. A call that the pack refuses has one for each
  // reason: field "refused", and the place that is wrong.
  std::vector<Difference> differences;
  // What the pack reads and the record does not hold, since the pack of the
  // time did not read it: "attributes.nps", "request.channel", "hold_read",
  // "events_read", "counters_read.NAME". It counted as absent, or as nothing,
  // so differences may come of that.
  std::vector<std::string> not_recorded;
};

// One record at a time, one thread at a time. Memory is used again.
class Replayer {
 public:
  // `plan` must outlive it.
  explicit Replayer(const plan::Plan& plan) : plan_(plan) {}

  // Decides `recorded` again: the time and the simulated one, seed, role, unit
  // and locale, levers, placements in their order, each input with where it
  // came from, and what was remembered. Parameters are those of the record
  // under the pack of the time, and another pack's own defaults.
  // Requires: the personal part was not erased. The record may be damaged in
  // any other way; that shows as differences.
  // The result is valid until the next call. Time: two decisions.
  const Replayed& Replay(const trace::DecisionRecord& recorded);

  // What was decided; of a refused call as far as it came. Valid until the next
  // Replay().
  const trace::DecisionRecord& record() const { return workspace_.record(); }

 private:
  void RestoreInputs(absl::string_view section, const Schema& schema,
                     const std::vector<trace::InputRead>& inputs,
                     std::vector<NamedValue>& sent,
                     std::vector<NamedValue>& stored);
  void RestoreParameters(const trace::DecisionRecord& recorded);
  void RestoreState(const trace::DecisionRecord& recorded);
  void RestorePlacements(const trace::DecisionRecord& recorded);
  void NoteUnreadCounters(const trace::DecisionRecord& recorded);
  void Refuse(const Violation& violation);

  const plan::Plan& plan_;
  Workspace workspace_;
  Arena arena_;
  std::vector<NamedValue> sent_;
  std::vector<NamedValue> stored_;
  std::vector<NamedValue> request_;
  std::vector<NamedValue> none_stored_;
  std::vector<Value> parameters_;
  std::vector<absl::string_view> placements_;
  std::vector<state::CounterQuery> queries_;
  state::StateCopy state_;
  Replayed replayed_;
};

}  // namespace stratagem::decide

#endif  // STRATAGEM_ENGINE_DECIDE_REPLAY_H_
