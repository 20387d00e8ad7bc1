// engine/trace/number_text.h
//
// Numbers grouped as people of a language write them. Used by sentences.cc.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_TRACE_NUMBER_TEXT_H_
#define STRATAGEM_ENGINE_TRACE_NUMBER_TEXT_H_

#include <string>

#include "absl/strings/string_view.h"
#include "engine/trace/wording.h"

namespace stratagem::trace {

// A decimal number ("-3200.5", "3200"), its whole part in groups of three from
// four digits on. Other text ("1e+30", "nan") is returned as it is.
std::string GroupedNumber(absl::string_view number, const Wording& wording);

}  // namespace stratagem::trace

#endif  // STRATAGEM_ENGINE_TRACE_NUMBER_TEXT_H_
