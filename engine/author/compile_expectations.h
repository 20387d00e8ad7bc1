// engine/author/compile_expectations.h
//
// CompileExpectations: the `output` of a test against the pack. A part of
// compile_tests.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_AUTHOR_COMPILE_EXPECTATIONS_H_
#define STRATAGEM_ENGINE_AUTHOR_COMPILE_EXPECTATIONS_H_

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "engine/author/test_suite.h"
#include "engine/pack/model.h"
#include "engine/pack/section_reader.h"
#include "engine/pack/test_file.h"
#include "engine/plan/plan.h"

namespace stratagem::author {

// E505 unless `name` is one of `known`; true when it is. `what` says what it
// should be: "an offer".
bool ExpectKnown(const pack::Name& name, std::span<const std::string> known,
                 absl::string_view what, pack::ReadContext& context);

// What `output` asks of a decision that fills `placements`. Reports E504, E505,
// E511, E512, E1xx and E24x; what has an error is left out of the result.
// Literals live in the context's arena.
std::shared_ptr<const Expectations> CompileExpectations(
    const pack::TestOutput& output,
    std::span<const absl::string_view> placements, const pack::Model& model,
    const plan::Plan& plan, pack::ReadContext& context);

}  // namespace stratagem::author

#endif  // STRATAGEM_ENGINE_AUTHOR_COMPILE_EXPECTATIONS_H_
