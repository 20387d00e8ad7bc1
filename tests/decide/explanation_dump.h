// tests/decide/explanation_dump.h
//
// Explanations as text that holds every member, for golden files.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_TESTS_DECIDE_EXPLANATION_DUMP_H_
#define STRATAGEM_TESTS_DECIDE_EXPLANATION_DUMP_H_

#include <string>

#include "engine/trace/explanation.h"

namespace stratagem::decide {

// Line by line, what belongs to something indented below it; members that are
// empty are left out.
std::string Dump(const trace::Explanation& explanation);

}  // namespace stratagem::decide

#endif  // STRATAGEM_TESTS_DECIDE_EXPLANATION_DUMP_H_
