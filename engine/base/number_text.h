// engine/base/number_text.h
//
// Doubles as decimal text without needless digits: exact for programs and
// comparisons, rounded for people. Used by explanations, by what prints packs
// and by the command line.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_BASE_NUMBER_TEXT_H_
#define STRATAGEM_ENGINE_BASE_NUMBER_TEXT_H_

#include <string>

namespace stratagem {

// The fewest digits, six or more where it has them, that read as the same
// number: "3200", "0.1", "1e+30". Whole numbers below 10^15 stand without an
// exponent.
std::string ExactNumber(double number);

// At most `decimals` digits behind the point and no zeros at the end: "12.5",
// "8". Numbers so small that those would hide them, and those from 10^15 on,
// have four significant digits: "0.00031", "1e+30".
std::string RoundedNumber(double number, int decimals);

}  // namespace stratagem

#endif  // STRATAGEM_ENGINE_BASE_NUMBER_TEXT_H_
