// tests/conformance/cel_case.h
//
// CelCase: one test of CEL's conformance suites, as a line of JSON writes it,
// and its run. Used by cel_conformance.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_TESTS_CONFORMANCE_CEL_CASE_H_
#define STRATAGEM_TESTS_CONFORMANCE_CEL_CASE_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "engine/base/arena.h"
#include "engine/expr/function_table.h"
#include "engine/expr/type.h"
#include "engine/value/facts.h"
#include "engine/value/value.h"

namespace stratagem::expr {

struct CelVariable {
  std::string name;
  Type type;
};

// What must come out. An error is met by any error, of compiling or of
// evaluating; its text is the affair of each implementation.
struct CelExpectation {
  bool error = false;
  std::optional<Value> value;
  std::optional<Type> type;
};

struct CelCase {
  std::string suite;
  std::string section;
  std::string name;
  std::string expr;
  // False for what the engine does not do: values of protobuf messages.
  // Nothing below is then filled in.
  bool in_scope = true;
  std::string container;
  std::vector<CelVariable> variables;
  std::vector<Overload> functions;
  std::vector<NamedValue> bindings;
  bool checked = true;
  bool macros = true;
  bool check_only = false;
  CelExpectation expected;

  // "suite/section/name", unique within the suites.
  std::string path() const;
};

// Reads one line; values live in `arena`.
// Errors: INVALID_ARGUMENT saying what was found; UNIMPLEMENTED for a case that
// turns macros off.
// Requires: an arena without a bound.
absl::StatusOr<CelCase> ReadCelCase(absl::string_view line, Arena& arena);

struct CelResult {
  bool passed = false;
  std::string expected;  // As text, for a report of failures.
  std::string found;
};

// Compiles and evaluates the case as it asks for. Requires: in_scope.
CelResult RunCelCase(const CelCase& test);

}  // namespace stratagem::expr

#endif  // STRATAGEM_TESTS_CONFORMANCE_CEL_CASE_H_
