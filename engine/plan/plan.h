// engine/plan/plan.h
//
// Plan: a pack compiled for deciding. Immutable, shared by all requests
// without locks. Made by CompilePlan(), read by decide; the server and the
// command line read its descriptions.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_PLAN_PLAN_H_
#define STRATAGEM_ENGINE_PLAN_PLAN_H_

#include <memory>
#include <string>
#include <vector>

#include "engine/base/diagnostics.h"
#include "engine/pack/loader.h"
#include "engine/pack/model.h"
#include "engine/value/schema.h"

namespace stratagem::plan {

// What a plan is called and what it takes and gives; for callers that resolve
// requests and print answers.
struct PlanSummary {
  std::string name;
  std::string version;
  std::string digest;
  std::string description;
  std::string timezone;
  pack::Interval effective;
  Schema attributes;
  Schema request;
  Schema parameters;
  std::vector<std::string> tiers;   // Best first; empty without `value:`.
  std::vector<std::string> stages;  // Empty without `lifecycle:`.
  std::vector<std::string> treatments;
  std::vector<std::string> offers;
  std::vector<std::string> placements;
};

struct PlanCode;  // plan_code.h: what decide executes.

// Immutable; any number of threads may use it at once.
class Plan {
 public:
  Plan(PlanSummary summary, std::unique_ptr<const PlanCode> code);
  ~Plan();

  const PlanSummary& summary() const { return summary_; }
  const PlanCode& code() const { return *code_; }

 private:
  PlanSummary summary_;
  std::unique_ptr<const PlanCode> code_;
};

// Compiles `model`. Returns null if and only if it added an error; reports
// every one: expressions (E1xx, from expr) and what needs the whole pack
// (E3xx: unknown tiers, stages, cells, groups, offers; cycles; clashes).
// The plan keeps what it needs; `model` may end.
// Time: O(text of the pack). Thread safe.
std::unique_ptr<const Plan> CompilePlan(const pack::Model& model,
                                        Diagnostics& diagnostics);

// Compiles a pack that was read, or only checks the draft of one with errors,
// so that the mistakes of files and those of expressions and references come
// together. Returns null if and only if there is no sound model or it added an
// error. Thread safe.
std::unique_ptr<const Plan> CompilePlan(const pack::ReadPackResult& read,
                                        Diagnostics& diagnostics);

// Reads the pack in `directory` and compiles it. Returns null if and only if
// it added an error. Thread safe.
std::unique_ptr<const Plan> LoadPlan(const std::string& directory,
                                     Diagnostics& diagnostics);

}  // namespace stratagem::plan

#endif  // STRATAGEM_ENGINE_PLAN_PLAN_H_
