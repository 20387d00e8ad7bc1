// tests/conformance/table_feel.h
//
// CellOfFeel: a simple unary test of FEEL, the language of DMN's tables, as a
// cell of the pack language. Used by table_case.cc.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_TESTS_CONFORMANCE_TABLE_FEEL_H_
#define STRATAGEM_TESTS_CONFORMANCE_TABLE_FEEL_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "engine/value/value.h"

namespace stratagem {

//   -, nothing              _
//   "a","b"                 "a" | "b"
//   not("a","b"), != "a"    !"a" | "b", !"a"
//   >=18, [18..60[, = 5     the same, 5
//   null                    missing
// What FEEL says of an input that is null holds of one that is missing: no
// comparison is true of it, nor the negation of one. `kind`, a double, string
// or bool, is the input's.
// Nothing for what a cell cannot say: literals of another kind, text with
// escapes, calls; and for what packs may not write: ranges without values and
// alternatives that overlap.
std::optional<std::string> CellOfFeel(absl::string_view feel, ValueKind kind);

}  // namespace stratagem

#endif  // STRATAGEM_TESTS_CONFORMANCE_TABLE_FEEL_H_
