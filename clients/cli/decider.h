// clients/cli/decider.h
//
// Decider: what answers the `decide` command - a pack in this process or a
// server. The command reads its input by the schema that the decider tells.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_CLIENTS_CLI_DECIDER_H_
#define STRATAGEM_CLIENTS_CLI_DECIDER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "clients/cli/decision_view.h"
#include "clients/cpp/client.h"
#include "engine/plan/plan.h"
#include "engine/state/state.h"
#include "engine/value/facts.h"
#include "engine/value/schema.h"

namespace stratagem::cli {

// What a decider wants to know of customers and calls, and what it can fill.
struct DeciderSchema {
  std::string pack_name;
  std::string pack_version;
  // The time that the run simulates; absent: now.
  std::optional<absl::Time> as_of;
  // Of the pack: a plain date among a customer's values is midnight there.
  absl::TimeZone timezone;
  // When a pack in this process is in effect; a server sees to it by itself.
  pack::Interval effective;
  Schema attributes;
  Schema request;
  std::vector<std::string> placements;
  std::vector<std::string> tiers;
  std::vector<std::string> stages;
};

// One customer to decide for. Everything is borrowed until DecideAll() returns.
struct Question {
  absl::string_view customer_id;
  std::span<const NamedValue> attributes;
};

// What all questions of one run have in common.
struct QuestionFrame {
  std::string request_id;
  std::string unit;
  std::string locale;
  std::vector<NamedValue> request;
  std::vector<std::string> placements;
  bool dry_run = false;
  bool ignore_levers = false;
  Explain explain = Explain::kNone;
  uint64_t seed = 0;  // For a pack in this process; a server draws its own.
  // Each customer's seed is SeedOf(seed, customer), so that a file of them
  // explores; else all have the same.
  bool seed_by_customer = false;
};

// What is wrong with one part of a question: "attributes.nps", what was found
// and what was expected.
struct FieldProblem {
  std::string field;
  std::string description;
};

// Why there is no decision. `status` says all of it in one line.
struct Refusal {
  absl::Status status;
  std::vector<FieldProblem> fields;
};

// A decision, or why there is none.
struct Answer {
  std::optional<DecisionView> decision;
  Refusal refusal;  // OK and empty with a decision.
};

// Not thread safe.
class Decider {
 public:
  virtual ~Decider() = default;

  virtual const DeciderSchema& schema() const = 0;

  // Returns one answer for each question, in their order.
  // Errors: none of the questions has an answer, because the server did not
  // give one.
  virtual absl::StatusOr<std::vector<Answer>> DecideAll(
      const QuestionFrame& frame, std::span<const Question> questions) = 0;
};

// The seed of one customer of a run with `seed`: the first sixteen hexadecimal
// digits of the SHA-256 of "SEED/CUSTOMER", the seed in decimals.
uint64_t SeedOf(uint64_t seed, absl::string_view customer_id);

// Decides here by `plan`, which outlives the decider. Nothing is recorded: the
// role is "dry_run", or "as_of" with a time. Without one the clock is the
// wall's. `hold` is the tier that each customer holds before the decision; its
// text outlives the decider.
std::unique_ptr<Decider> NewPackDecider(const plan::Plan& plan,
                                        std::optional<absl::Time> as_of,
                                        std::optional<state::TierHold> hold);

// Which of a server's packs is asked, and as of when: text of flags, each may
// be empty.
struct ServerChoice {
  std::string pack_name;
  std::string pack_version;
  std::string as_of;
};

// Asks the server that `client` is connected to, which outlives the decider.
// Errors: as of Client::ListPacks(); NOT_FOUND when the server has no such
// pack; INVALID_ARGUMENT when `as_of` is no time.
absl::StatusOr<std::unique_ptr<Decider>> NewServerDecider(
    client::Client& client, const ServerChoice& choice);

}  // namespace stratagem::cli

#endif  // STRATAGEM_CLIENTS_CLI_DECIDER_H_
