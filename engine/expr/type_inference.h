// engine/expr/type_inference.h
//
// TypeInference: what type parameters stand for while one expression is
// checked, and which types fit where. Used by the checker.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_EXPR_TYPE_INFERENCE_H_
#define STRATAGEM_ENGINE_EXPR_TYPE_INFERENCE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/expr/type.h"

namespace stratagem::expr {

// Not thread safe.
class TypeInference {
 public:
  // A type parameter that nothing is known of yet: of the items of `[]`.
  Type Fresh();

  // Copies `type`, a declared one, with fresh parameters in place of its own;
  // one `renaming` serves all types of one declaration.
  using Renaming = std::vector<std::pair<std::string, Type>>;
  Type Instantiate(const Type& type, Renaming& renaming);

  // True when a value of type `from` may stand where `to` is wanted; binds
  // parameters of both. dyn and error fit everywhere; null fits wrappers,
  // optionals, times, addresses and named types; a wrapper and what it wraps
  // fit each other. On false, bindings may be left: see Undo().
  bool Assign(const Type& to, const Type& from);

  // Bindings made so far, and forgetting those made after `mark`.
  size_t Mark() const { return trail_.size(); }
  void Undo(size_t mark);

  // The type of a list whose items have types `a` and `b`: the more general of
  // the two (of dyn and int dyn, of wrapper(int) and int wrapper(int), of null
  // and a time the time), or dyn when neither fits the other.
  Type Join(const Type& a, const Type& b);

  // `type` with its parameters replaced by what they stand for, at any depth;
  // unbound ones stay.
  Type Resolve(const Type& type) const;
  // As Resolve(), but unbound parameters become dyn: nothing forces them.
  Type Finish(const Type& type) const;
  // As Resolve(), at the top level only.
  Type Follow(Type type) const;

  // `type`, or the error type when it is larger than kTypeSizeMax.
  Type Limited(const Type& type);

  // True once some type was larger than kTypeSizeMax or all of them together
  // took too many steps; answers are guesses from then on.
  bool exhausted() const { return exhausted_; }

 private:
  class Level;
  // LIMIT: types looked at for one expression. 100,000 bytes of sums in a list
  // look at about a million.
  static constexpr int64_t kStepsMax = 5'000'000;

  void Bind(const Type& parameter, const Type& type);
  bool Occurs(const Type& parameter, const Type& type) const;
  bool IsAsGeneral(const Type& a, const Type& b) const;
  bool AssignKnown(const Type& target, const Type& source);
  Type Replace(const Type& type, bool finish) const;

  // What parameter number i stands for.
  std::vector<std::optional<Type>> bindings_;
  // Earlier values of bindings, to undo.
  std::vector<std::pair<size_t, std::optional<Type>>> trail_;
  mutable int64_t steps_left_ = kStepsMax;
  mutable int level_ = 0;
  mutable bool exhausted_ = false;
};

}  // namespace stratagem::expr

#endif  // STRATAGEM_ENGINE_EXPR_TYPE_INFERENCE_H_
