// clients/cli/customer_generator.h
//
// CustomerGenerator: made-up customers for any pack, as `sample customers`
// prints them and the demo decides for them.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_CLIENTS_CLI_CUSTOMER_GENERATOR_H_
#define STRATAGEM_CLIENTS_CLI_CUSTOMER_GENERATOR_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "engine/base/arena.h"
#include "engine/decide/decide.h"
#include "engine/pack/model.h"
#include "engine/plan/plan.h"
#include "engine/value/facts.h"

namespace stratagem::cli {

// Sixteen lines of arithmetic whose numbers are the same everywhere, which the
// standard library's distributions are not (SplitMix64).
class SampleRandom {
 public:
  explicit SampleRandom(uint64_t seed) : state_(seed) {}
  uint64_t Next();
  // 0 <= x < 1, a multiple of 2^-53.
  double Unit();
  // Requires: `count` > 0.
  size_t Below(size_t count);

 private:
  uint64_t state_;
};

// Every customer conforms to the pack's attributes and constraints. Attributes
// that the scorecard grades lie around its bins, and one hidden quality moves
// all of them, so that every tier has customers. Customer number i depends on
// the pack, the seed and i only: a longer sample begins with the shorter one.
// The same on every machine. Not thread safe.
class CustomerGenerator {
 public:
  // `model` and `plan` are of the same pack and outlive the generator.
  CustomerGenerator(const pack::Model& model, const plan::Plan& plan,
                    uint64_t seed);

  // Returns what customer number `index` would be sent with; absent attributes
  // are left out. Values live until the next call.
  // Errors: FAILED_PRECONDITION, saying what was broken last, when
  // kTriesMax draws all broke the pack's constraints.
  absl::StatusOr<std::vector<NamedValue>> Draw(uint64_t index);

  // "c-000042".
  static std::string Id(uint64_t index);

  static constexpr int kTriesMax = 20'000;

 private:
  // How one attribute is drawn: numbers between `knots`, all of whose gaps are
  // equally likely, which makes wide gaps thin.
  struct Shape {
    const Field* field = nullptr;
    std::vector<double> knots;
    double quality_share = 0;  // How much of it the hidden quality explains.
    bool lower_is_better = false;
  };

  std::vector<Shape> ShapesOf(const Schema& schema) const;
  Shape ShapeOf(const Field& field) const;
  std::vector<NamedValue> DrawAll(const std::vector<Shape>& shapes,
                                  double quality, SampleRandom& random);
  Value DrawValue(const Shape& shape, double quality, SampleRandom& random);
  Value DrawScalar(const FieldType& type, const Shape& shape, double position,
                   SampleRandom& random);

  const pack::Model& model_;
  const plan::Plan& plan_;
  const uint64_t seed_;
  const absl::Time now_;
  std::vector<Shape> attributes_;
  std::vector<Shape> request_;  // Those that a call needs.
  decide::Workspace workspace_;
  Arena arena_;
};

}  // namespace stratagem::cli

#endif  // STRATAGEM_CLIENTS_CLI_CUSTOMER_GENERATOR_H_
