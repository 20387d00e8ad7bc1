// engine/expr/program.h
//
// Program: a compiled CEL expression, and the Frame that it runs on. Made by
// Compile() (compile.h), held by plans, run by decide.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_EXPR_PROGRAM_H_
#define STRATAGEM_ENGINE_EXPR_PROGRAM_H_

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "engine/base/arena.h"
#include "engine/base/limits.h"
#include "engine/base/source_text.h"
#include "engine/expr/type.h"
#include "engine/value/value.h"

namespace stratagem::expr {

class Program;
struct ProgramCode;  // program_code.h: what the VM runs.

// A program that waits for a lazy slot, or a lazy place of its own, that it
// read.
struct SuspendedProgram {
  const ProgramCode* code = nullptr;
  size_t base = 0;         // Where its part of the stack starts.
  size_t top = 0;          // One past its last value there.
  size_t instruction = 0;  // The load to repeat once that is filled.
  size_t waits_for = 0;    // A slot, or an index of Frame::stack.
  bool in_stack = false;
};

// What programs read and write while one decision is made. One thread at a
// time; reused between decisions.
struct Frame {
  // Facts, parameters, variables and intermediate results by slot. A lazy
  // slot is kMissing until a program first reads it.
  std::span<Value> slots;
  // lazy[slot] computes that slot, or is null. May be shorter than `slots`:
  // the rest are not lazy. INVARIANT: free of cycles (the plan checks it).
  std::span<const Program* const> lazy;
  // Memory for what expressions build. Its bound is kDecisionArenaBytesMax.
  Arena* arena = nullptr;
  // The machine's stack and its suspended programs, kept between evaluations
  // so that they are allocated once. Only the VM uses them.
  std::vector<Value> stack;
  std::vector<SuspendedProgram> suspended;
  // Steps left before kStepLimit; whoever starts a decision sets it. A program
  // takes one for each of its instructions when it starts, reached or not, one
  // for each instruction in a comprehension's turn, and more where a function
  // walks long text or lists.
  int64_t steps_left = kEvaluationStepsMax;
};

// Immutable; any number of threads may evaluate it, each on its own frame.
// Cheap to move. Text of constants lives in the program.
class Program {
 public:
  Program(Program&&) noexcept;
  Program& operator=(Program&&) noexcept;
  ~Program();

  explicit Program(std::unique_ptr<const ProgramCode> code);

  // Returns the expression's value or an error Value; never fails otherwise
  // and never throws. The value borrows from the program, the frame's slots
  // and its arena. A lazy slot keeps its value, also an error, for later
  // programs; not kStepLimit, which ends everything.
  // Time: O(steps). Allocates only when strings, lists or maps are built (in
  // the arena) or the stack grows for the first time.
  Value Evaluate(Frame& frame) const;

  // The checked type of the result.
  const Type& type() const;
  // The constant that the expression folds to, or null.
  const Value* constant() const;
  // Slots that the program reads itself, ascending; lazy slots are named, not
  // followed.
  std::span<const int> slots_read() const;
  // The author's text and where it stands.
  const SourceText& source() const;
  // Where the node of an error Value stands; the start for id 0.
  SourceLocation Locate(uint32_t expr_id) const;

  const ProgramCode& code() const { return *code_; }

 private:
  std::unique_ptr<const ProgramCode> code_;
};

}  // namespace stratagem::expr

#endif  // STRATAGEM_ENGINE_EXPR_PROGRAM_H_
