// engine/author/compile_state.h
//
// CompileState: `state:` of a test as the copy of memory that a decision reads.
// Used by compile_tests.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_AUTHOR_COMPILE_STATE_H_
#define STRATAGEM_ENGINE_AUTHOR_COMPILE_STATE_H_

#include <memory>

#include "absl/time/time.h"
#include "engine/pack/section_reader.h"
#include "engine/pack/test_state.h"
#include "engine/plan/plan.h"
#include "engine/state/state.h"

namespace stratagem::author {

// What a decision by `plan` at `now` reads. What is shown at one time is of one
// decision; what else happens to an offer is of the last time that it was shown
// before. Text lives in the context's arena and in the plan.
// Reports E504, E505 and E515 to E518, and leaves out what has an error.
std::shared_ptr<const state::StateCopy> CompileState(
    const pack::TestState& given, const plan::Plan& plan, absl::Time now,
    pack::ReadContext& context);

}  // namespace stratagem::author

#endif  // STRATAGEM_ENGINE_AUTHOR_COMPILE_STATE_H_
