// engine/expr/string_format.h
//
// FormatString: what `format` makes of a string with clauses such as %s and
// %.2f. Used by functions_string_edit.cc.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_EXPR_STRING_FORMAT_H_
#define STRATAGEM_ENGINE_EXPR_STRING_FORMAT_H_

#include "absl/strings/string_view.h"
#include "engine/expr/evaluation.h"
#include "engine/value/value.h"

namespace stratagem::expr {

// LIMIT: digits that a clause may ask for behind the point (%.1000f).
inline constexpr int kFormatPrecisionMax = 1'000;

// Returns `format` with each clause replaced by the next item of the list
// `arguments`: %s any value but optionals and networks; %d a number; %f and %e
// a number, with six digits or %.N behind the point; %b a bool or integer; %o
// an integer; %x and %X an integer, string or bytes; %% a percent sign. Items
// left over do no harm. Errors: kInvalidArgument for another clause and for an
// item that its clause does not take; kIndexOutOfRange when the items run out;
// kStepLimit, kMemoryLimit.
Value FormatString(absl::string_view format, const Value& arguments,
                   Evaluation& evaluation);

}  // namespace stratagem::expr

#endif  // STRATAGEM_ENGINE_EXPR_STRING_FORMAT_H_
