// engine/expr/vm.h
//
// Run: the machine that executes a ProgramCode. Called by Program::Evaluate()
// and, for folding constants, by the code generator.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_EXPR_VM_H_
#define STRATAGEM_ENGINE_EXPR_VM_H_

#include <cstddef>

#include "engine/expr/program.h"
#include "engine/expr/program_code.h"
#include "engine/value/value.h"

namespace stratagem::expr {

// Where a run starts: an instruction, and how many values stand below it on the
// stack. The whole program starts at {0, 0}.
struct EntryPoint {
  size_t instruction = 0;
  size_t depth = 0;
};

// Runs `code` from `entry` to kReturn and returns the value there, as
// Program::Evaluate() describes.
Value Run(const ProgramCode& code, Frame& frame, EntryPoint entry = {});

}  // namespace stratagem::expr

#endif  // STRATAGEM_ENGINE_EXPR_VM_H_
