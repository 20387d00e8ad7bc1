// engine/expr/function_table.h
//
// FunctionTable: every operator and function of the language, one row for each
// overload. The checker resolves against it, the code generator and the VM
// take opcode and implementation from it. A new function is one row here and
// one function in functions_*.cc.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_EXPR_FUNCTION_TABLE_H_
#define STRATAGEM_ENGINE_EXPR_FUNCTION_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "engine/expr/evaluation.h"
#include "engine/expr/instruction.h"
#include "engine/expr/type.h"
#include "engine/value/value.h"

namespace stratagem::expr {

// Computes one overload. `arguments` have the kinds of its parameters and are
// never errors; a member's target is the first. Errors that it returns carry
// no expression id; the VM adds it. Thread safe; charges `evaluation` for what
// it walks and takes memory from it only.
using Implementation = Value (*)(Evaluation& evaluation,
                                 const Value* arguments);

enum class CallStyle : uint8_t { kGlobal, kMember };

struct Overload {
  std::string function;  // "_+_", "size", "optional.of".
  CallStyle style = CallStyle::kGlobal;
  std::vector<Type> params;  // A member's target is the first.
  Type result;
  Implementation implementation = nullptr;
  // What the VM runs when the arguments' types are known, if not a call.
  Opcode opcode = Opcode::kNone;
  // For each parameter the kinds of values that it takes, as bits; filled in
  // from `params` where a row does not say.
  std::vector<uint32_t> kinds;
};

// Rows of the table, without `kinds`.
Overload Function(const char* name, std::vector<Type> params, Type result,
                  Implementation implementation, Opcode opcode = Opcode::kNone);
// `params` start with the target.
Overload Method(const char* name, std::vector<Type> params, Type result,
                Implementation implementation, Opcode opcode = Opcode::kNone);

// Bit of a kind in Overload::kinds.
constexpr uint32_t KindBit(ValueKind kind) {
  return uint32_t{1} << static_cast<unsigned>(kind);
}

// Immutable; any number of threads may read it. Programs share ownership of the
// table that they were compiled against.
class FunctionTable {
 public:
  // The standard library of CEL and its extensions.
  static const std::shared_ptr<const FunctionTable>& Standard();
  // Those and `rows`, functions of a host. A row without an implementation can
  // be checked; calling it yields kNoMatchingOverload.
  static std::shared_ptr<const FunctionTable> StandardAnd(
      std::vector<Overload> rows);

  explicit FunctionTable(std::vector<Overload> rows);

  // Returns the overloads of `function`, in table order; empty if there is no
  // such function.
  std::span<const Overload> Find(absl::string_view function) const;
  // Names of functions that are no operators, for suggestions.
  std::vector<std::string> names() const;

  // Rows by number, as instructions name them.
  const Overload& row(size_t index) const { return rows_[index]; }
  // All overloads of that row's function, without looking its name up.
  std::span<const Overload> OverloadsOf(size_t index) const {
    return {rows_.data() + ranges_[index].first, ranges_[index].count};
  }
  size_t IndexOf(const Overload& overload) const {
    return static_cast<size_t>(&overload - rows_.data());
  }

 private:
  struct Range {
    size_t first = 0;
    size_t count = 0;
  };
  // INVARIANT: the overloads of one function stand together.
  std::vector<Overload> rows_;
  std::vector<Range> ranges_;  // Of each row's function.
  absl::flat_hash_map<absl::string_view, Range> functions_;
};

// The rows, by theme; each stands in its functions_*.cc.
std::vector<Overload> OperatorOverloads();
std::vector<Overload> StringOverloads();
std::vector<Overload> StringEditOverloads();
std::vector<Overload> ConversionOverloads();
std::vector<Overload> TimeOverloads();
std::vector<Overload> CalendarOverloads();
std::vector<Overload> EncoderOverloads();
std::vector<Overload> CollectionOverloads();
std::vector<Overload> MessageOverloads();
std::vector<Overload> OptionalOverloads();
std::vector<Overload> MathOverloads();
std::vector<Overload> ListOverloads();
std::vector<Overload> SetOverloads();
std::vector<Overload> NetworkOverloads();

}  // namespace stratagem::expr

#endif  // STRATAGEM_ENGINE_EXPR_FUNCTION_TABLE_H_
