// engine/trace/number_text.h
//
// Numbers as people of a language write them. Used by explain_text.cc.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_TRACE_NUMBER_TEXT_H_
#define STRATAGEM_ENGINE_TRACE_NUMBER_TEXT_H_

#include <string>

#include "absl/strings/string_view.h"
#include "engine/trace/wording.h"

namespace stratagem::trace {

// `number` with at most `decimals` of them, and with four digits when it is so
// small that they would hide it: "12.5", "0.00031".
std::string RoundedNumber(double number, int decimals);

// A decimal number ("-3200.5", "3200"), its whole part in groups of three from
// four digits on. Other text ("1e+30", "nan") is returned as it is.
std::string GroupedNumber(absl::string_view number, const Wording& wording);

}  // namespace stratagem::trace

#endif  // STRATAGEM_ENGINE_TRACE_NUMBER_TEXT_H_
