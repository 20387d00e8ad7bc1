// engine/author/test_suite.h
//
// TestSuite: the tests of a pack ready to run - every name resolved, every
// value typed, every case and combination spelled out. Made by CompileTests()
// from what pack/test_file.h read; run by run_tests.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_AUTHOR_TEST_SUITE_H_
#define STRATAGEM_ENGINE_AUTHOR_TEST_SUITE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "engine/base/arena.h"
#include "engine/base/diagnostics.h"
#include "engine/expr/program.h"
#include "engine/pack/model.h"
#include "engine/pack/test_file.h"
#include "engine/plan/plan.h"
#include "engine/state/state.h"
#include "engine/value/facts.h"
#include "engine/value/value.h"

namespace stratagem::author {

// A name of the decision and what it must be.
struct ExpectedValue {
  std::string name;  // "tier", "treatments.pricing.discount_pct".
  SourceLocation location;
  // What it is: a program over the decision's frame, or, without one, the cell
  // of the treatment of that index.
  std::optional<expr::Program> actual;
  size_t treatment = 0;
  // What it must be: a literal, or a program over the same frame.
  Value literal;
  std::optional<expr::Program> expression;
  double tolerance = 0;
};

// One `output:`.
struct Expectations {
  std::vector<ExpectedValue> values;
  std::vector<pack::ExpectedOffers> offers;
  std::vector<pack::ExpectedExclusion> exclusions;
  std::optional<bool> degraded;
  SourceLocation degraded_location;
  std::optional<pack::ExpectedRefusal> refusal;
  std::vector<expr::Program> assertions;

  // Whether it asks for more than a refusal.
  bool expects_results() const {
    return !values.empty() || !offers.empty() || !exclusions.empty() ||
           degraded.has_value() || !assertions.empty();
  }
};

// One decision to make and what it must be.
struct TestRun {
  std::string file;
  std::string section;
  // With the case or combination: "by spend[monetary_36m=3000, nps=9]".
  std::string name;
  SourceLocation location;
  std::string customer;
  std::string locale;
  absl::Time now;
  std::optional<absl::Time> as_of;
  std::optional<uint64_t> seed;
  bool ignore_levers = false;
  std::vector<absl::string_view> placements;
  std::vector<NamedValue> attributes;
  std::vector<NamedValue> request;
  std::vector<Value> parameters;  // Empty: the pack's.
  // What is remembered of earlier decisions; never null.
  std::shared_ptr<const state::StateCopy> state;
  // The test's own, and those of its case.
  std::vector<std::shared_ptr<const Expectations>> expected;
};

// Values and views live in `arena` and in the plan.
struct TestSuite {
  std::vector<TestRun> runs;
  std::unique_ptr<Arena> arena;
};

// LIMIT: decisions of one pack's tests, all combinations counted.
inline constexpr size_t kTestRunsMax = 100'000;

// Resolves `files` against the pack that they stand beside. Returns nullopt if
// and only if it added an error or one of them is a draft, and reports all
// that is not due to what drafts lack: expressions (E1xx), literals (E24x), and
//   E503  an input or parameter that the pack does not declare
//   E504  an output that is no name of the decision
//   E505  a tier, stage, cell, offer, placement or reason that there is not
//   E506  a test without a clock
//   E507  a test that expects nothing
//   E508  more than kTestRunsMax decisions
//   E509  a time at which the pack is not in effect
//   E510  an expression of an input that fails
//   E511  a refusal expected beside results
//   E512  offers expected of a placement that the test does not ask for
//   E515  an event that no cap of the pack looks at
//   E516  an event after the decision
//   E517  a counter that there is not, or that counts for each customer
//   E518  a count with a fraction
// Requires: `plan` was compiled from `model`. The suite borrows from `plan`;
// `files` may end.
std::optional<TestSuite> CompileTests(const std::vector<pack::TestFile>& files,
                                      const pack::Model& model,
                                      const plan::Plan& plan,
                                      Diagnostics& diagnostics);

}  // namespace stratagem::author

#endif  // STRATAGEM_ENGINE_AUTHOR_TEST_SUITE_H_
