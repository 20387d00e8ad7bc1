// Only +, -, *, / and rounding of doubles, which IEEE 754 fixes to the bit: no
// exp or log, whose last digit differs between machines.

#include "clients/cli/customer_generator.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace stratagem::cli {
namespace {

constexpr double kOptionalAbsentShare = 0.2;
constexpr double kDefaultUsedShare = 0.1;
constexpr double kZeroShare = 0.12;
constexpr double kTrueShare = 0.6;
constexpr double kQualityShare = 0.7;
constexpr size_t kListItemsMax = 3;
constexpr size_t kInventedStrings = 5;

// A pack without dates is sampled as of this day.
constexpr absl::CivilSecond kDefaultNow(2026, 1, 1, 0, 0, 0);

// True when the indicator grades the attribute itself, so that its bins are on
// the attribute's own scale.
bool Grades(absl::string_view expression, absl::string_view attribute) {
  return expression == attribute ||
         expression == absl::StrCat("double(", attribute, ")") ||
         (expression.size() > attribute.size() &&
          expression.substr(0, attribute.size()) == attribute &&
          expression.substr(attribute.size(), 9) == ".orValue(");
}

const pack::Indicator* FindIndicator(const pack::Model& model,
                                     absl::string_view attribute) {
  if (!model.customer_value.has_value()) return nullptr;
  for (const pack::Dimension& dimension : model.customer_value->dimensions) {
    for (const pack::Indicator& indicator : dimension.indicators) {
      if (Grades(indicator.expression.source.text(), attribute)) {
        return &indicator;
      }
    }
  }
  return nullptr;
}

std::optional<double> Number(const std::optional<Value>& bound) {
  if (!bound.has_value()) return std::nullopt;
  if (bound->is(ValueKind::kInt)) {
    return static_cast<double>(bound->int_value());
  }
  if (bound->is(ValueKind::kDouble)) return bound->double_value();
  return std::nullopt;
}

// Knots around the indicator's own: as much again below and above.
std::vector<double> KnotsAround(const pack::Indicator& indicator) {
  std::vector<double> knots = indicator.bins;
  for (const auto& [x, points] : indicator.curve) knots.push_back(x);
  const double first = knots.front();
  const double last = knots.back();
  knots.insert(knots.begin(), first > 0 ? 0 : first - (last - first) / 2 - 1);
  knots.push_back(last + std::max(1.0, (last - first) * 1.5));
  return knots;
}

// The scale of an attribute that nothing grades.
std::vector<double> UsualKnots(const Field& field) {
  if (Number(field.value_min).has_value() &&
      Number(field.value_max).has_value()) {
    return {*Number(field.value_min), *Number(field.value_max)};
  }
  if (field.unit == "days") return {0, 90, 365, 1000, 2000, 3000};
  return {0, 1, 3, 8, 20, 60};
}

// The knots within what the field allows.
std::vector<double> Clamp(std::vector<double> knots, const Field& field) {
  const std::optional<double> low = Number(field.value_min);
  const std::optional<double> high = Number(field.value_max);
  for (double& knot : knots) {
    if (low.has_value()) knot = std::max(knot, *low);
    if (high.has_value()) knot = std::min(knot, *high);
  }
  return knots;
}

// The number at `position` (0..1) of the way through the knots.
double Interpolate(const std::vector<double>& knots, double position) {
  const double scaled = position * static_cast<double>(knots.size() - 1);
  const size_t gap = std::min(static_cast<size_t>(scaled), knots.size() - 2);
  const double part = scaled - static_cast<double>(gap);
  return knots[gap] + (knots[gap + 1] - knots[gap]) * part;
}

}  // namespace

uint64_t SampleRandom::Next() {
  state_ += 0x9E3779B97F4A7C15u;
  uint64_t z = state_;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

double SampleRandom::Unit() {
  return static_cast<double>(Next() >> 11) * 0x1.0p-53;
}

size_t SampleRandom::Below(size_t count) {
  return static_cast<size_t>(Unit() * static_cast<double>(count));
}

CustomerGenerator::CustomerGenerator(const pack::Model& model,
                                     const plan::Plan& plan, uint64_t seed)
    : model_(model),
      plan_(plan),
      seed_(seed),
      now_(plan.summary().effective.from == absl::InfinitePast()
               ? absl::FromCivil(kDefaultNow, absl::UTCTimeZone())
               : plan.summary().effective.from),
      attributes_(ShapesOf(plan.summary().attributes)) {
  for (Shape& shape : ShapesOf(plan.summary().request)) {
    if (!shape.field->optional && !shape.field->default_value.has_value()) {
      request_.push_back(std::move(shape));
    }
  }
}

std::string CustomerGenerator::Id(uint64_t index) {
  return absl::StrFormat("c-%06d", index + 1);
}

std::vector<CustomerGenerator::Shape> CustomerGenerator::ShapesOf(
    const Schema& schema) const {
  std::vector<Shape> shapes;
  for (const Field& field : schema.fields()) shapes.push_back(ShapeOf(field));
  return shapes;
}

CustomerGenerator::Shape CustomerGenerator::ShapeOf(const Field& field) const {
  Shape shape;
  shape.field = &field;
  if (const pack::Indicator* const indicator =
          FindIndicator(model_, field.name);
      indicator != nullptr) {
    shape.knots = Clamp(KnotsAround(*indicator), field);
    shape.quality_share = kQualityShare;
    shape.lower_is_better = indicator->lower_is_better;
  } else {
    shape.knots = Clamp(UsualKnots(field), field);
    // Counts and money rise with quality; time does not.
    shape.quality_share = field.unit == "days" ? 0 : kQualityShare / 2;
  }
  return shape;
}

absl::StatusOr<std::vector<NamedValue>> CustomerGenerator::Draw(
    uint64_t index) {
  SampleRandom random(SampleRandom(seed_ ^ (index + 1)).Next() + index);
  const std::string id = Id(index);
  std::string broken;
  for (int tries = 0; tries < kTriesMax; ++tries) {
    arena_.Reset();
    const double quality = random.Unit();
    std::vector<NamedValue> attributes = DrawAll(attributes_, quality, random);
    const std::vector<NamedValue> request = DrawAll(request_, quality, random);
    decide::Call call;
    call.customer_id = id;
    call.role = trace::Role::kDryRun;
    call.decided_at = now_;
    call.attributes = attributes;
    call.request = request;
    const auto violations = decide::Decide(plan_, call, workspace_);
    if (violations.empty()) return attributes;
    broken = absl::StrCat(violations.front().field, ": ",
                          violations.front().description);
  }
  return absl::FailedPreconditionError(
      absl::StrCat("none of ", kTriesMax,
                   " customers drawn satisfies the pack; the last "
                   "one broke ",
                   broken));
}

std::vector<NamedValue> CustomerGenerator::DrawAll(
    const std::vector<Shape>& shapes, double quality, SampleRandom& random) {
  std::vector<NamedValue> values;
  for (const Shape& shape : shapes) {
    const double absent_share = shape.field->optional ? kOptionalAbsentShare
                                : shape.field->default_value.has_value()
                                    ? kDefaultUsedShare
                                    : 0;
    const bool absent = random.Unit() < absent_share;
    const Value value = DrawValue(shape, quality, random);
    if (!absent) values.push_back({shape.field->name, value});
  }
  return values;
}

Value CustomerGenerator::DrawValue(const Shape& shape, double quality,
                                   SampleRandom& random) {
  const FieldType& type = shape.field->type;
  const double better = shape.lower_is_better ? 1 - quality : quality;
  const double position =
      shape.quality_share * better + (1 - shape.quality_share) * random.Unit();
  if (type.kind == ValueKind::kMap) return Value::Map({});
  if (type.kind != ValueKind::kList) {
    return DrawScalar(type, shape, position, random);
  }
  const size_t count = random.Below(kListItemsMax + 1);
  Value* const items = arena_.AllocateArray<Value>(count);
  for (size_t i = 0; i < count; ++i) {
    items[i] = DrawScalar(*type.element, shape, random.Unit(), random);
  }
  return Value::List({items, count});
}

Value CustomerGenerator::DrawScalar(const FieldType& type, const Shape& shape,
                                    double position, SampleRandom& random) {
  const double number = Interpolate(shape.knots, position);
  switch (type.kind) {
    case ValueKind::kBool:
      return Value::Bool(random.Unit() < kTrueShare);
    case ValueKind::kInt: {
      const bool zero = shape.knots.front() == 0 && random.Unit() < kZeroShare;
      return Value::Int(zero ? 0 : static_cast<int64_t>(std::round(number)));
    }
    case ValueKind::kDouble:
      return Value::Double(std::round(number * 100) / 100);
    case ValueKind::kString: {
      const std::vector<std::string>& allowed = shape.field->values;
      if (!allowed.empty()) {
        return Value::String(allowed[random.Below(allowed.size())]);
      }
      return Value::String(arena_.CopyString(absl::StrCat(
          shape.field->name, "-", random.Below(kInventedStrings) + 1)));
    }
    case ValueKind::kTimestamp:
      return Value::Timestamp(
          now_ - absl::Hours(24) * static_cast<int64_t>(random.Below(2000)));
    case ValueKind::kDuration:
      return Value::Duration(
          absl::Minutes(static_cast<int64_t>(random.Below(1000) + 1)));
    default:
      return Value::Null();
  }
}

}  // namespace stratagem::cli
