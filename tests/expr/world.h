// tests/expr/world.h
//
// World: names with types and values, and the verbs that tests of expressions
// are written in: Evaluate("a + 1"), Diagnose("a + 'x'").
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_TESTS_EXPR_WORLD_H_
#define STRATAGEM_TESTS_EXPR_WORLD_H_

#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/arena.h"
#include "engine/base/diagnostics.h"
#include "engine/base/source_text.h"
#include "engine/expr/ast.h"
#include "engine/expr/compile.h"
#include "engine/expr/parser.h"
#include "engine/expr/program.h"
#include "engine/expr/scope.h"
#include "engine/expr/type.h"
#include "engine/value/value.h"

namespace stratagem::expr {

// Text that stands at line 1, column 1 of "x".
inline SourceText Source(std::string text) {
  return SourceText(std::move(text), {"x", 1, 1});
}

// The tree of `text`, or its diagnostics.
inline std::string Tree(const std::string& text) {
  Diagnostics diagnostics;
  const std::optional<Ast> ast = Parse(Source(text), diagnostics);
  return ast ? ToDebugString(*ast) : diagnostics.ToString();
}

class World {
 public:
  // Declares `name` in the next slot, which gets `value`.
  World& Declare(std::string name, Type type, const Value& value = Value(),
                 std::vector<std::string> values = {}, int rank_slot = -1) {
    Declaration declaration;
    declaration.name = std::move(name);
    declaration.type = std::move(type);
    declaration.slot = static_cast<int>(slots_.size());
    declaration.values = std::move(values);
    declaration.rank_slot = rank_slot;
    scope_.Declare(std::move(declaration));
    slots_.push_back(value);
    return *this;
  }

  // Compiles without checking types from here on.
  World& Unchecked() {
    options_.checked = false;
    return *this;
  }

  Scope& scope() { return scope_; }
  std::vector<Value>& slots() { return slots_; }
  Frame& frame() { return frame_; }

  // Compiles and evaluates `text`. A diagnostic is returned as a string Value
  // that starts with "x:", which no test expects by accident.
  Value Evaluate(const std::string& text) {
    Diagnostics diagnostics;
    std::optional<Program> program =
        Compile(Source(text), scope_, {}, diagnostics, options_);
    if (!program) {
      return Value::String(arena_.CopyString(diagnostics.ToString()));
    }
    programs_.push_back(*std::move(program));
    return Run(programs_.back());
  }

  Value Run(const Program& program) {
    frame_.slots = slots_;
    frame_.arena = &arena_;
    return program.Evaluate(frame_);
  }

  // What Evaluate() gives as CEL text, and errors as "error(…)".
  std::string Show(const std::string& text) { return ToString(Evaluate(text)); }

  // The diagnostics of `text`, warnings too; "" when there are none.
  std::string Diagnose(const std::string& text,
                       const std::vector<Type>& expected = {}) {
    Diagnostics diagnostics;
    const std::optional<Program> program =
        Compile(Source(text), scope_, expected, diagnostics, options_);
    if (program.has_value() == diagnostics.has_errors()) {
      return "a program although there are errors, or none without";
    }
    return diagnostics.ToString();
  }

  // The checked type of `text`, or its diagnostics.
  std::string TypeOf(const std::string& text) {
    Diagnostics diagnostics;
    const std::optional<Program> program =
        Compile(Source(text), scope_, {}, diagnostics, options_);
    return program ? ToString(program->type()) : diagnostics.ToString();
  }

 private:
  Scope scope_;
  CompileOptions options_;
  std::vector<Value> slots_;
  Arena arena_;
  Frame frame_;
  std::deque<Program> programs_;  // Results borrow from them.
};

}  // namespace stratagem::expr

#endif  // STRATAGEM_TESTS_EXPR_WORLD_H_
