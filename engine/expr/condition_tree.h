// engine/expr/condition_tree.h
//
// ConditionTree: a condition taken apart at its && || ! and ?:, through bool
// variables, down to atoms that are evaluated one by one. Used by why_not.cc.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_EXPR_CONDITION_TREE_H_
#define STRATAGEM_ENGINE_EXPR_CONDITION_TREE_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/base/source_text.h"
#include "engine/expr/ast.h"
#include "engine/expr/program.h"
#include "engine/expr/scope.h"

namespace stratagem::expr {

// LIMIT: atoms of one condition; operators and variables whose atoms would be
// more stay whole.
inline constexpr size_t kConditionAtomsMax = 128;
// What a byte of text costs as instructions of the virtual machine: to read and
// check it, and to compile it once.
inline constexpr int64_t kReadStepsPerByte = 16;
inline constexpr int64_t kCompileStepsPerByte = 16;

// One side of a comparison.
struct ComparedSide {
  Program program;
  // The slot whose value it is as it stands, orValue() and value() aside; or
  // -1.
  int slot = -1;
};

// A bool expression that is not && || ! ?:.
struct ConditionAtom {
  std::string text;    // As it should hold: "!(a < b)" when false is wanted.
  bool wanted = true;  // What it has to be.
  Program program;
  std::string function;  // Of comparisons: "_<_", "_==_", "@in"; else "".
  // Of comparisons: their sides, and of those with an order `left < right` and
  // `left <= right`.
  std::optional<ComparedSide> left;
  std::optional<ComparedSide> right;
  std::optional<Program> less;
  std::optional<Program> less_or_equal;
};

struct ConditionNode {
  enum class Kind { kAtom, kAll, kAny };
  Kind kind = Kind::kAtom;
  std::string text;                  // As ConditionAtom::text.
  size_t atom = 0;                   // Of kAtom: index into atoms.
  std::vector<ConditionNode> parts;  // Of kAll and kAny.
};

// Movable; programs borrow from `trees`, which stay where they are.
struct ConditionTree {
  std::deque<Ast> trees;  // Of the condition and of variables it goes through.
  std::vector<ConditionAtom> atoms;  // From left to right.
  ConditionNode root;
};

// Takes `source`, a bool expression of `scope`, apart. `lazy` is Frame::lazy.
// A ?: inside of another stays whole, as each is about its condition twice.
// Returns nullopt when it does not compile or would take more than
// `steps_left`, from which it takes what text costs.
// Time: O(text), some programs an atom.
std::optional<ConditionTree> TakeApart(const SourceText& source,
                                       const Scope& scope,
                                       std::span<const Program* const> lazy,
                                       int64_t& steps_left);

}  // namespace stratagem::expr

#endif  // STRATAGEM_ENGINE_EXPR_CONDITION_TREE_H_
