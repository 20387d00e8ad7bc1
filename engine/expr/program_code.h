// engine/expr/program_code.h
//
// ProgramCode: the inside of a Program. Filled by the code generator, run by
// the VM; nobody outside engine/expr reads it.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_EXPR_PROGRAM_CODE_H_
#define STRATAGEM_ENGINE_EXPR_PROGRAM_CODE_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

#include "engine/base/arena.h"
#include "engine/base/source_text.h"
#include "engine/expr/function_table.h"
#include "engine/expr/instruction.h"
#include "engine/expr/regular_expression.h"
#include "engine/expr/type.h"
#include "engine/value/value.h"

namespace stratagem::expr {

// LIMIT: bytes of strings, lists and maps that one expression folds to.
inline constexpr size_t kFoldedBytesMax = 65'536;
// LIMIT: constant patterns of one expression. Each of them may take
// kRegularExpressionMemoryMax bytes, and some milliseconds to compile.
inline constexpr size_t kExpressionPatternsMax = 32;

// A let's binding: its place on the stack, from the program's base, and the
// code that fills it, which ends with kReturn.
struct LazyPlace {
  size_t place = 0;
  size_t instruction = 0;
  size_t depth = 0;  // Values below that code; none is in use from here up.
};

// Plain data. INVARIANT of a finished one: the last instruction is kReturn,
// every jump stays inside, and no path holds more than `stack_max` values.
struct ProgramCode {
  std::vector<Instruction> instructions;
  std::vector<Value> constants;             // Their text lives in `arena`.
  std::vector<RegularExpression> patterns;  // All good ones.
  std::vector<LazyPlace> lazies;
  size_t stack_max = 0;
  Type type;
  std::optional<Value> constant;  // What the whole expression folds to.
  std::vector<int> slots_read;    // Ascending, each once.
  std::vector<size_t> offsets;    // Of each node in `source`.
  SourceText source;
  std::shared_ptr<const FunctionTable> functions;  // That calls name rows of.
  Arena arena;
  Arena folded = Arena(kFoldedBytesMax);  // Of constants that were computed.
};

}  // namespace stratagem::expr

#endif  // STRATAGEM_ENGINE_EXPR_PROGRAM_CODE_H_
