// Conversions between types, and type(x) and dyn(x).

#include <array>
#include <charconv>
#include <cmath>
#include <system_error>

#include "absl/strings/charconv.h"
#include "absl/strings/str_cat.h"
#include "engine/base/utf8.h"
#include "engine/expr/arithmetic.h"
#include "engine/expr/function_table.h"
#include "engine/expr/time_text.h"

namespace stratagem::expr {
namespace {

Value Itself(Evaluation&, const Value* arguments) { return arguments[0]; }

Value TypeOf(Evaluation&, const Value* arguments) {
  return Value::Type(KindName(arguments[0].kind()));
}

Value IntFromUint(Evaluation&, const Value* arguments) {
  const uint64_t number = arguments[0].uint_value();
  if (number > static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) {
    return Value::Error(ErrorCode::kOverflow);
  }
  return Value::Int(static_cast<int64_t>(number));
}

Value IntFromDouble(Evaluation&, const Value* arguments) {
  const double number = arguments[0].double_value();
  // CEL leaves out both ends, where a double no longer tells ints apart. NaN
  // fails the comparison.
  if (!(number > -0x1p63 && number < 0x1p63)) {
    return Value::Error(ErrorCode::kOverflow);
  }
  return Value::Int(static_cast<int64_t>(number));
}

// All of `text` as a decimal number, or an error.
template <typename Integer>
Value ReadInteger(absl::string_view text) {
  Integer number = 0;
  const char* const end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, number);
  if (result.ec == std::errc::result_out_of_range && result.ptr == end) {
    return Value::Error(ErrorCode::kOverflow);
  }
  if (result.ec != std::errc() || result.ptr != end) {
    return Value::Error(ErrorCode::kInvalidArgument);
  }
  return MakeNumber(number);
}

Value IntFromString(Evaluation& evaluation, const Value* arguments) {
  absl::string_view text = arguments[0].text();
  if (!evaluation.ChargeText(text.size())) {
    return Value::Error(ErrorCode::kStepLimit);
  }
  // from_chars takes a minus sign only; "+-1" is no number.
  if (text.size() > 1 && text[0] == '+' && text[1] != '-') {
    text.remove_prefix(1);
  }
  return ReadInteger<int64_t>(text);
}

Value IntFromTimestamp(Evaluation&, const Value* arguments) {
  return Value::Int(arguments[0].seconds());
}

Value UintFromInt(Evaluation&, const Value* arguments) {
  if (arguments[0].int_value() < 0) return Value::Error(ErrorCode::kOverflow);
  return Value::Uint(static_cast<uint64_t>(arguments[0].int_value()));
}

Value UintFromDouble(Evaluation&, const Value* arguments) {
  const double number = arguments[0].double_value();
  if (!(number >= 0 && number < 0x1p64)) {
    return Value::Error(ErrorCode::kOverflow);
  }
  return Value::Uint(static_cast<uint64_t>(number));
}

Value UintFromString(Evaluation& evaluation, const Value* arguments) {
  const absl::string_view text = arguments[0].text();
  if (!evaluation.ChargeText(text.size())) {
    return Value::Error(ErrorCode::kStepLimit);
  }
  return ReadInteger<uint64_t>(text);
}

Value DoubleFromInt(Evaluation&, const Value* arguments) {
  return Value::Double(static_cast<double>(arguments[0].int_value()));
}

Value DoubleFromUint(Evaluation&, const Value* arguments) {
  return Value::Double(static_cast<double>(arguments[0].uint_value()));
}

Value DoubleFromString(Evaluation& evaluation, const Value* arguments) {
  const absl::string_view text = arguments[0].text();
  if (!evaluation.ChargeText(text.size())) {
    return Value::Error(ErrorCode::kStepLimit);
  }
  // from_chars takes hexadecimal digits after 0x, and of signs a minus only.
  if (text.find_first_of("xX") != absl::string_view::npos) {
    return Value::Error(ErrorCode::kInvalidArgument);
  }
  const bool plus = text.size() > 1 && text[0] == '+' && text[1] != '-';
  const char* const end = text.data() + text.size();
  double number = 0;
  const auto result = absl::from_chars(text.data() + (plus ? 1 : 0), end,
                                       number, absl::chars_format::general);
  if (text.empty() || result.ec == std::errc::invalid_argument ||
      result.ptr != end) {
    return Value::Error(ErrorCode::kInvalidArgument);
  }
  // Too small a number is the nearest one, too large a number is none.
  if (result.ec != std::errc() && std::abs(number) > 1) {
    return Value::Error(ErrorCode::kOverflow);
  }
  return Value::Double(number);
}

Value BoolFromString(Evaluation&, const Value* arguments) {
  const absl::string_view text = arguments[0].text();
  for (const absl::string_view yes : {"1", "t", "true", "TRUE", "True"}) {
    if (text == yes) return Value::Bool(true);
  }
  for (const absl::string_view no : {"0", "f", "false", "FALSE", "False"}) {
    if (text == no) return Value::Bool(false);
  }
  return Value::Error(ErrorCode::kInvalidArgument);
}

Value StringFromBool(Evaluation&, const Value* arguments) {
  return Value::String(arguments[0].bool_value() ? "true" : "false");
}

Value StringFromInt(Evaluation& evaluation, const Value* arguments) {
  return evaluation.NewString(absl::StrCat(arguments[0].int_value()));
}

Value StringFromUint(Evaluation& evaluation, const Value* arguments) {
  return evaluation.NewString(absl::StrCat(arguments[0].uint_value()));
}

// The shortest digits that read back as the same double, with an exponent only
// where zeros would hide them: below 1e-6 and from 1e21 on.
Value StringFromDouble(Evaluation& evaluation, const Value* arguments) {
  const double number = arguments[0].double_value();
  if (std::isnan(number)) return Value::String("NaN");
  if (std::isinf(number)) {
    return Value::String(number > 0 ? "+Inf" : "-Inf");
  }
  const double size = std::fabs(number);
  const bool plain = size == 0 || (size >= 1e-6 && size < 1e21);
  std::array<char, 32> buffer;
  const auto result = std::to_chars(
      buffer.data(), buffer.data() + buffer.size(), number,
      plain ? std::chars_format::fixed : std::chars_format::scientific);
  return evaluation.NewString(
      {buffer.data(), static_cast<size_t>(result.ptr - buffer.data())});
}

Value StringFromBytes(Evaluation& evaluation, const Value* arguments) {
  const absl::string_view bytes = arguments[0].text();
  if (!evaluation.ChargeText(bytes.size())) {
    return Value::Error(ErrorCode::kStepLimit);
  }
  if (!IsValidUtf8(bytes)) return Value::Error(ErrorCode::kInvalidArgument);
  return Value::String(bytes);
}

Value BytesFromString(Evaluation&, const Value* arguments) {
  return Value::Bytes(arguments[0].text());
}

Value StringFromTimestamp(Evaluation& evaluation, const Value* arguments) {
  return evaluation.NewString(TimestampText(arguments[0]));
}

Value StringFromDuration(Evaluation& evaluation, const Value* arguments) {
  return evaluation.NewString(DurationText(arguments[0]));
}

void AddNumberConversions(std::vector<Overload>& rows) {
  const Type b(TypeKind::kBool);
  const Type i(TypeKind::kInt);
  const Type u(TypeKind::kUint);
  const Type d(TypeKind::kDouble);
  const Type s(TypeKind::kString);
  const auto add = [&rows](const char* name, const Type& from, const Type& to,
                           Implementation implementation) {
    rows.push_back(Function(name, {from}, to, implementation));
  };
  add("int", i, i, Itself);
  add("int", u, i, IntFromUint);
  add("int", d, i, IntFromDouble);
  add("int", s, i, IntFromString);
  add("int", Type(TypeKind::kTimestamp), i, IntFromTimestamp);
  add("uint", u, u, Itself);
  add("uint", i, u, UintFromInt);
  add("uint", d, u, UintFromDouble);
  add("uint", s, u, UintFromString);
  add("double", d, d, Itself);
  add("double", i, d, DoubleFromInt);
  add("double", u, d, DoubleFromUint);
  add("double", s, d, DoubleFromString);
  add("bool", b, b, Itself);
  add("bool", s, b, BoolFromString);
}

void AddTextConversions(std::vector<Overload>& rows) {
  const Type s(TypeKind::kString);
  const Type y(TypeKind::kBytes);
  const auto add = [&rows](const char* name, const Type& from, const Type& to,
                           Implementation implementation) {
    rows.push_back(Function(name, {from}, to, implementation));
  };
  add("string", s, s, Itself);
  add("string", Type(TypeKind::kBool), s, StringFromBool);
  add("string", Type(TypeKind::kInt), s, StringFromInt);
  add("string", Type(TypeKind::kUint), s, StringFromUint);
  add("string", Type(TypeKind::kDouble), s, StringFromDouble);
  add("string", y, s, StringFromBytes);
  add("string", Type(TypeKind::kTimestamp), s, StringFromTimestamp);
  add("string", Type(TypeKind::kDuration), s, StringFromDuration);
  add("bytes", y, y, Itself);
  add("bytes", s, y, BytesFromString);
}

}  // namespace

std::vector<Overload> ConversionOverloads() {
  std::vector<Overload> rows;
  AddNumberConversions(rows);
  AddTextConversions(rows);
  const Type a = Type::Parameter("A");
  rows.push_back(Function("dyn", {a}, Type(), Itself));
  rows.push_back(Function("type", {a}, Type::TypeOf(a), TypeOf));
  return rows;
}

}  // namespace stratagem::expr
