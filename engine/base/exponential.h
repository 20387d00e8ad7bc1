// engine/base/exponential.h
//
// Exponential: e to the power of x, the same bits on every machine. Selection
// probabilities are made of it, and records hold them to the bit; the C
// library's own may differ from one release or processor to the next.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_BASE_EXPONENTIAL_H_
#define STRATAGEM_ENGINE_BASE_EXPONENTIAL_H_

namespace stratagem {

// Returns e^x, within one unit in the last place; exactly 1 for 0, infinity
// beyond the largest double, 0 below the smallest, NaN for NaN. Built of
// additions, multiplications and bit patterns only, without contraction.
double Exponential(double x);

}  // namespace stratagem

#endif  // STRATAGEM_ENGINE_BASE_EXPONENTIAL_H_
