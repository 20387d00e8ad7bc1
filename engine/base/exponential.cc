// x = k·ln 2 + r with |r| <= ln 2 / 2, then e^x = 2^k · e^r, e^r by its Taylor
// series: 14 terms leave an error of less than 2^-57.

#include "engine/base/exponential.h"

#include <bit>
#include <cstdint>
#include <limits>

namespace stratagem {
namespace {

// Beyond these e^x is no double, or less than half of the smallest one.
constexpr double kMax = 0x1.62e42fefa39efp+9;   // 709.78…
constexpr double kMin = -0x1.74910d52d3051p+9;  // -745.13…

constexpr double kLog2E = 0x1.71547652b82fep+0;
// ln 2 in two parts: the first has 21 zero bits at its end, so that its product
// with k is exact.
constexpr double kLn2High = 0x1.62e42feep-1;
constexpr double kLn2Low = 0x1.a39ef35793c76p-33;

// 2^k. Requires: -1022 <= k <= 1023.
double PowerOfTwo(int k) {
  return std::bit_cast<double>(static_cast<uint64_t>(k + 1023) << 52);
}

// e^r - 1 - r for |r| <= ln 2 / 2, in Horner's form: 1/2!, 1/3!, … 1/13!.
double SeriesFromSquare(double r) {
  constexpr double kCoefficients[] = {
      1.0 / 6227020800.0, 1.0 / 479001600.0, 1.0 / 39916800.0, 1.0 / 3628800.0,
      1.0 / 362880.0,     1.0 / 40320.0,     1.0 / 5040.0,     1.0 / 720.0,
      1.0 / 120.0,        1.0 / 24.0,        1.0 / 6.0,        0.5};
  double sum = 0;
  for (const double coefficient : kCoefficients) sum = sum * r + coefficient;
  return sum * r * r;
}

}  // namespace

double Exponential(double x) {
  if (x != x) return x;
  if (x > kMax) return std::numeric_limits<double>::infinity();
  if (x < kMin) return 0;
  const int k = static_cast<int>(x * kLog2E + (x < 0 ? -0.5 : 0.5));
  const double high = x - k * kLn2High;
  const double low = k * kLn2Low;
  const double r = high - low;
  // What rounding took from r, so that it is not lost beside the 1.
  const double rest = (high - r) - low;
  const double power = 1.0 + (r + (SeriesFromSquare(r) + rest));
  // In two steps at the ends of the range, so that no step leaves it and only
  // the last one rounds.
  if (k > 1023) return power * 0x1p1023 * PowerOfTwo(k - 1023);
  if (k < -1021) return power * PowerOfTwo(k + 1000) * 0x1p-1000;
  return power * PowerOfTwo(k);
}

}  // namespace stratagem
