// engine/pack/shape.h
//
// Shape: what the value of a key may look like, as data. The readers' tables of
// keys (section_reader.h) carry one for each key; author/schema.cc turns them
// into JSON Schema for editors.
//
//   {"tiers", Need::kRequired, Into<&ValueDraft::tiers, TierListShape>,
//    "the tiers, best first"},
//
// Shapes of members that Into<> stores at once (a Name, an Expression, …)
// follow from their type; a new type gets a ShapeOf() overload.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_PACK_SHAPE_H_
#define STRATAGEM_ENGINE_PACK_SHAPE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "engine/pack/model.h"

namespace stratagem::pack {

enum class ShapeKind {
  kText,    // Any scalar but null, as it is written: 15 is "15".
  kString,  // Text that YAML takes for nothing else.
  kNull,    // Nothing, where that says something.
  kBool,
  kInt,
  kNumber,
  kExpression,  // CEL, quoted.
  kLiteral,  // What the declared type of a field asks for: anything but null.
  kWord,     // One of `words`.
  kList,     // Of `element`.
  kMapping,  // With `keys`, and others of shape `element` if that is set.
  kEither,   // Any of `alternatives`.
  kDefinition,  // `element` under a `name`, by which it may contain itself.
};

struct Shape;
// Shapes refer to others by the function that returns them, so that a rule may
// contain rules.
using ShapeFunction = Shape (*)();

// One key of a mapping.
struct KeyShape {
  absl::string_view name;
  bool required = false;
  ShapeFunction shape = nullptr;  // Null: nobody described it.
  absl::string_view description;  // One short line.
};

// Keys of which a mapping has at most one, or, `required`, exactly one.
struct KeyChoice {
  std::vector<absl::string_view> keys;
  bool required = false;
};

// Plain data. Text is borrowed from literals.
struct Shape {
  ShapeKind kind = ShapeKind::kText;
  std::vector<absl::string_view> words;
  // A regular expression that the whole text matches; of a mapping, that each
  // key beside `keys` matches. "" for any.
  absl::string_view pattern = "";
  std::optional<double> value_min;    // Of numbers.
  std::optional<double> value_above;  // The same, exclusive.
  std::optional<double> value_max;
  std::optional<double> value_below;
  size_t size_min = 0;  // Items of a list, entries of a mapping.
  std::optional<size_t> size_max;
  ShapeFunction element = nullptr;
  std::vector<ShapeFunction> alternatives;
  std::vector<KeyShape> keys;
  std::vector<KeyChoice> choices;
  absl::string_view name = "";
};

// Scalars.
Shape TextShape();
Shape LabelShape();       // A name that is only text: of a tier, an offer.
Shape IdentifierShape();  // A name that expressions use.
Shape PackNameShape();    // Of the pack itself, and of its version.
Shape NullShape();
Shape BoolShape();
Shape IntShape();
Shape NumberShape();
Shape ExpressionShape();
Shape OperandShape();   // A number or CEL.
Shape LiteralShape();   // A value of a declared type.
Shape ComputedShape();  // {cel: "…"}.
Shape TimeShape();      // 2026-11-01, or RFC 3339.
Shape DurationShape();  // 30d, 1h30m.

// Numbers with bounds; both inclusive.
Shape NumberFrom(double value_min, double value_max);
Shape IntFrom(int64_t value_min, int64_t value_max);
// One of `words`.
Shape WordShape(std::vector<absl::string_view> words);

// Lists and mappings of what `Element` returns, as functions for tables of
// keys: ListOf<TierShape>.
template <ShapeFunction Element, size_t SizeMin = 0>
Shape ListOf() {
  Shape shape;
  shape.kind = ShapeKind::kList;
  shape.element = Element;
  shape.size_min = SizeMin;
  return shape;
}

// A mapping from names, which expressions do not use, to what `Element`
// returns.
template <ShapeFunction Element, size_t SizeMin = 0>
Shape ByLabel() {
  Shape shape;
  shape.kind = ShapeKind::kMapping;
  shape.element = Element;
  shape.size_min = SizeMin;
  shape.pattern = LabelShape().pattern;
  return shape;
}

// The same for names that expressions use.
template <ShapeFunction Element, size_t SizeMin = 0>
Shape ByIdentifier() {
  Shape shape = ByLabel<Element, SizeMin>();
  shape.pattern = IdentifierShape().pattern;
  return shape;
}

template <ShapeFunction... Alternatives>
Shape EitherOf() {
  Shape shape;
  shape.kind = ShapeKind::kEither;
  shape.alternatives = {Alternatives...};
  return shape;
}

// What `Body` returns, under a name of its own: needed where it contains
// itself, useful where many keys share it.
template <ShapeFunction Body>
Shape Defined(absl::string_view name) {
  Shape shape;
  shape.kind = ShapeKind::kDefinition;
  shape.name = name;
  shape.element = Body;
  return shape;
}

// Picks the overload for a type.
template <typename T>
struct Of {};

Shape ShapeOf(Of<Name>);
Shape ShapeOf(Of<std::string>);
Shape ShapeOf(Of<bool>);
Shape ShapeOf(Of<int64_t>);
Shape ShapeOf(Of<double>);
Shape ShapeOf(Of<Decimal4>);
Shape ShapeOf(Of<Expression>);
Shape ShapeOf(Of<Operand>);
Shape ShapeOf(Of<Interval>);
Shape ShapeOf(Of<absl::Duration>);
Shape ShapeOf(Of<std::vector<Name>>);
Shape ShapeOf(Of<std::vector<Expression>>);

template <typename T>
requires requires { ShapeOf(Of<T>()); }
Shape ShapeOf(Of<std::optional<T>>) { return ShapeOf(Of<T>()); }

template <typename T>
Shape ShapeOfType() {
  return ShapeOf(Of<T>());
}

// ShapeOf() the type; null for types that have none.
template <typename T>
constexpr ShapeFunction ShapeFunctionOf() {
  if constexpr (requires { ShapeOf(Of<T>()); }) {
    return ShapeOfType<T>;
  } else {
    return nullptr;
  }
}

}  // namespace stratagem::pack

#endif  // STRATAGEM_ENGINE_PACK_SHAPE_H_
