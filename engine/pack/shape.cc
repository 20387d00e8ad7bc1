#include "engine/pack/shape.h"

#include <utility>

namespace stratagem::pack {
namespace {

Shape Scalar(ShapeKind kind, absl::string_view pattern = "") {
  Shape shape;
  shape.kind = kind;
  shape.pattern = pattern;
  return shape;
}

}  // namespace

Shape TextShape() { return Scalar(ShapeKind::kText); }

// One line without spaces around it.
Shape LabelShape() { return Scalar(ShapeKind::kText, "^[^ ]([^\n\t]*[^ ])?$"); }

Shape IdentifierShape() {
  return Scalar(ShapeKind::kString, "^[A-Za-z_][A-Za-z0-9_]*$");
}

Shape PackNameShape() {
  return Scalar(ShapeKind::kText, "^[A-Za-z0-9][A-Za-z0-9_.-]*$");
}

Shape NullShape() { return Scalar(ShapeKind::kNull); }

Shape BoolShape() { return Scalar(ShapeKind::kBool); }

Shape IntShape() { return Scalar(ShapeKind::kInt); }

Shape NumberShape() { return Scalar(ShapeKind::kNumber); }

Shape ExpressionShape() { return Scalar(ShapeKind::kExpression); }

Shape OperandShape() { return EitherOf<NumberShape, ExpressionShape>(); }

Shape LiteralShape() { return Scalar(ShapeKind::kLiteral); }

Shape ComputedShape() {
  Shape shape;
  shape.kind = ShapeKind::kMapping;
  shape.keys = {{"cel", true, ExpressionShape, "an expression of CEL"}};
  return shape;
}

Shape TimeShape() {
  return Scalar(ShapeKind::kString,
                "^[0-9]{4}-[0-9]{2}-[0-9]{2}"
                "(T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]+)?"
                "(Z|[+-][0-9]{2}:[0-9]{2}))?$");
}

Shape DurationShape() {
  return Scalar(ShapeKind::kString,
                "^([0-9]+d|-?([0-9]+([.][0-9]*)?(h|m|s|ms|us|ns))+)$");
}

Shape NumberFrom(double value_min, double value_max) {
  Shape shape = NumberShape();
  shape.value_min = value_min;
  shape.value_max = value_max;
  return shape;
}

Shape IntFrom(int64_t value_min, int64_t value_max) {
  Shape shape = IntShape();
  shape.value_min = static_cast<double>(value_min);
  shape.value_max = static_cast<double>(value_max);
  return shape;
}

Shape WordShape(std::vector<absl::string_view> words) {
  Shape shape = Scalar(ShapeKind::kWord);
  shape.words = std::move(words);
  return shape;
}

Shape ShapeOf(Of<Name>) { return LabelShape(); }
Shape ShapeOf(Of<std::string>) { return TextShape(); }
Shape ShapeOf(Of<bool>) { return BoolShape(); }
Shape ShapeOf(Of<int64_t>) { return IntShape(); }
Shape ShapeOf(Of<double>) { return NumberShape(); }

Shape ShapeOf(Of<Decimal4>) {
  Shape shape = NumberShape();
  shape.value_above = -1e9;
  shape.value_below = 1e9;
  return shape;
}

Shape ShapeOf(Of<Expression>) { return ExpressionShape(); }
Shape ShapeOf(Of<Operand>) { return OperandShape(); }
Shape ShapeOf(Of<absl::Duration>) { return DurationShape(); }
Shape ShapeOf(Of<std::vector<Name>>) { return ListOf<LabelShape, 1>(); }
Shape ShapeOf(Of<std::vector<Expression>>) { return ListOf<ExpressionShape>(); }

}  // namespace stratagem::pack
