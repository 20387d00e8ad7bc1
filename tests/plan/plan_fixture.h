// tests/plan/plan_fixture.h
//
// Plans from YAML text or folders, for tests of plan, decide and what stands on
// them.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_TESTS_PLAN_PLAN_FIXTURE_H_
#define STRATAGEM_TESTS_PLAN_PLAN_FIXTURE_H_

#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "engine/plan/plan.h"

namespace stratagem::plan {

// A plan, or null with what was wrong; warnings stand in `diagnostics` too.
struct LoadedPlan {
  std::shared_ptr<const Plan> plan;
  std::string diagnostics;
};

// Loads and compiles the pack in `directory`.
LoadedPlan LoadPlan(const std::string& directory);

// The same for one pack.yaml. `language`, `name` and `version` are appended to
// `yaml`, so that its own lines count from 1.
LoadedPlan PlanFromYaml(absl::string_view yaml);

}  // namespace stratagem::plan

#endif  // STRATAGEM_TESTS_PLAN_PLAN_FIXTURE_H_
