// engine/pack/test_state.h
//
// TestState: what `state:` of a test says is remembered of earlier decisions,
// as its author wrote it. Part of TestFile; author/compile_state.h checks it
// against the pack. Plain data.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_PACK_TEST_STATE_H_
#define STRATAGEM_ENGINE_PACK_TEST_STATE_H_

#include <optional>
#include <vector>

#include "absl/time/time.h"
#include "engine/base/source_text.h"
#include "engine/pack/text_parts.h"
#include "engine/state/outcome.h"

namespace stratagem::pack {

struct ReadContext;
struct Shape;
struct YamlNode;

// `holds: {tier: gold, below_since: TIME}`.
struct TestHold {
  Name tier;
  std::optional<absl::Time> below_since;
};

// `{offer: OFFER, outcome: declined, ago: 3d, channel: sms}`.
struct TestEvent {
  Name offer;
  state::Outcome outcome = state::Outcome::kPresented;
  std::optional<absl::Duration> ago;  // Exactly one of the two.
  std::optional<absl::Time> at;
  std::optional<Name> channel;
  bool inbound = false;
  SourceLocation location;
};

// `offers.vip_event.limits[0]: 5000`.
struct TestCounter {
  Name cap;
  double amount = 0;  // >= 0.
  SourceLocation location;
};

struct TestState {
  std::optional<TestHold> hold;
  std::vector<TestEvent> events;
  std::vector<TestCounter> counters;
};

// Reads the value of `state`. Reports E2xx of shape and
//   E513  an event without a time, with two, or with one that is to come
//   E514  an amount that is negative or not finite
void ReadTestState(ReadContext& context, const YamlNode& node,
                   TestState& state);
Shape TestStateShape();

}  // namespace stratagem::pack

#endif  // STRATAGEM_ENGINE_PACK_TEST_STATE_H_
