#include "engine/expr/string_format.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <span>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/strip.h"
#include "engine/base/utf8.h"
#include "engine/expr/text_sink.h"
#include "engine/expr/time_text.h"

namespace stratagem::expr {
namespace {

constexpr int kDefaultPrecision = 6;
// Sign, digits of the largest double, point, and kFormatPrecisionMax digits.
constexpr size_t kNumberBytesMax = 1'400;
using NumberBuffer = std::array<char, kNumberBytesMax>;

absl::string_view Written(const NumberBuffer& buffer,
                          const std::to_chars_result& result) {
  return {buffer.data(), static_cast<size_t>(result.ptr - buffer.data())};
}

// An int or uint in `base`, a minus sign before negative ones.
absl::string_view IntegerText(const Value& integer, int base,
                              NumberBuffer& buffer) {
  char* const end = buffer.data() + buffer.size();
  return Written(
      buffer,
      integer.is(ValueKind::kInt)
          ? std::to_chars(buffer.data(), end, integer.int_value(), base)
          : std::to_chars(buffer.data(), end, integer.uint_value(), base));
}

bool IsInteger(const Value& value) {
  return value.is(ValueKind::kInt) || value.is(ValueKind::kUint);
}

double NumberOf(const Value& number) {
  if (number.is(ValueKind::kInt)) {
    return static_cast<double>(number.int_value());
  }
  if (number.is(ValueKind::kUint)) {
    return static_cast<double>(number.uint_value());
  }
  return number.double_value();
}

// "NaN", "Infinity" or "-Infinity"; "" for other numbers.
absl::string_view NotFiniteText(double number) {
  if (std::isnan(number)) return "NaN";
  if (std::isinf(number)) return number > 0 ? "Infinity" : "-Infinity";
  return "";
}

void AppendZeros(size_t count, TextSink& sink) {
  for (size_t i = 0; i < count; ++i) sink.Append('0');
}

// The shortest digits that read back as `number`, never with an exponent.
void AppendDouble(double number, TextSink& sink) {
  if (!std::isfinite(number)) return sink.Append(NotFiniteText(number));
  std::array<char, 32> buffer;  // "-d.ddde+xxx"
  const auto result =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), number,
                    std::chars_format::scientific);
  absl::string_view text(buffer.data(),
                         static_cast<size_t>(result.ptr - buffer.data()));
  if (absl::ConsumePrefix(&text, "-")) sink.Append('-');
  const size_t e = text.find('e');
  int exponent = 0;
  if (!absl::SimpleAtoi(text.substr(e + 1), &exponent)) return;
  std::string digits(text.substr(0, 1));
  if (e > 2) digits.append(text.data() + 2, e - 2);  // Behind the point.
  if (exponent < 0) {
    sink.Append("0.");
    AppendZeros(static_cast<size_t>(-exponent) - 1, sink);
    return sink.Append(digits);
  }
  const size_t whole = static_cast<size_t>(exponent) + 1;
  const absl::string_view all = digits;
  sink.Append(all.substr(0, whole));
  if (whole < all.size()) {
    sink.Append('.');
    sink.Append(all.substr(whole));
  } else {
    AppendZeros(whole - all.size(), sink);
  }
}

// Bytes as text: what is not UTF-8 becomes one U+FFFD for each stretch of it.
void AppendBytes(absl::string_view bytes, TextSink& sink) {
  bool bad_before = false;
  while (!bytes.empty()) {
    uint32_t code_point = 0;
    const size_t size = DecodeUtf8(bytes, code_point);
    if (size > 0) {
      sink.Append(bytes.substr(0, size));
    } else if (!bad_before) {
      sink.Append("\uFFFD");
    }
    bad_before = size == 0;
    bytes.remove_prefix(std::max<size_t>(size, 1));
  }
}

void AppendHex(absl::string_view bytes, const char* digits, TextSink& sink) {
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    sink.Append(digits[byte >> 4]);
    sink.Append(digits[byte & 0xF]);
  }
}

// What a clause asks for.
struct Clause {
  char verb = '\0';
  int precision = kDefaultPrecision;
};

// Writes one format with its arguments into a sink.
class Formatter {
 public:
  Formatter(absl::string_view format, std::span<const Value> arguments,
            Evaluation& evaluation, TextSink& sink)
      : rest_(format),
        arguments_(arguments),
        evaluation_(evaluation),
        sink_(sink) {}

  ErrorCode Write();

 private:
  static constexpr ErrorCode kFine = ErrorCode::kNone;
  static constexpr ErrorCode kRefused = ErrorCode::kInvalidArgument;

  bool ReadClause(Clause& clause);
  ErrorCode WriteClause(const Clause& clause, const Value& value);
  ErrorCode WriteAny(const Value& value);
  ErrorCode WriteDecimal(const Value& value);
  ErrorCode WriteRounded(const Clause& clause, const Value& value);
  ErrorCode WriteHex(const Value& value, bool upper);
  ErrorCode WriteInteger(const Value& value, int base);
  ErrorCode WriteList(std::span<const Value> items);
  ErrorCode WriteMap(std::span<const MapEntry> entries);

  absl::string_view rest_;
  std::span<const Value> arguments_;
  Evaluation& evaluation_;
  TextSink& sink_;
};

ErrorCode Formatter::Write() {
  size_t next = 0;
  while (!rest_.empty()) {
    const size_t plain = std::min(rest_.find('%'), rest_.size());
    sink_.Append(rest_.substr(0, plain));
    rest_.remove_prefix(plain);
    if (rest_.empty()) break;
    if (absl::ConsumePrefix(&rest_, "%%")) {
      sink_.Append('%');
      continue;
    }
    rest_.remove_prefix(1);
    Clause clause;
    if (!ReadClause(clause)) return kRefused;
    if (next == arguments_.size()) return ErrorCode::kIndexOutOfRange;
    const ErrorCode error = WriteClause(clause, arguments_[next++]);
    if (error != kFine) return error;
  }
  return kFine;
}

// Takes what follows the percent sign. Returns false when it is no clause.
bool Formatter::ReadClause(Clause& clause) {
  if (absl::ConsumePrefix(&rest_, ".")) {
    size_t size = 0;
    while (size < rest_.size() && absl::ascii_isdigit(rest_[size])) ++size;
    if (!absl::SimpleAtoi(rest_.substr(0, size), &clause.precision) ||
        clause.precision > kFormatPrecisionMax) {
      return false;
    }
    rest_.remove_prefix(size);
  }
  if (rest_.empty()) return false;
  clause.verb = rest_[0];
  rest_.remove_prefix(1);
  return true;
}

ErrorCode Formatter::WriteClause(const Clause& clause, const Value& value) {
  switch (clause.verb) {
    case 's':
      return WriteAny(value);
    case 'd':
      return WriteDecimal(value);
    case 'f':
    case 'e':
      return WriteRounded(clause, value);
    case 'b':
      if (value.is(ValueKind::kBool)) {
        sink_.Append(value.bool_value() ? '1' : '0');
        return kFine;
      }
      return WriteInteger(value, 2);
    case 'o':
      return WriteInteger(value, 8);
    case 'x':
    case 'X':
      return WriteHex(value, clause.verb == 'X');
    default:
      return kRefused;
  }
}

ErrorCode Formatter::WriteDecimal(const Value& value) {
  if (!value.is(ValueKind::kDouble)) return WriteInteger(value, 10);
  AppendDouble(value.double_value(), sink_);
  return kFine;
}

ErrorCode Formatter::WriteRounded(const Clause& clause, const Value& value) {
  if (!IsInteger(value) && !value.is(ValueKind::kDouble)) return kRefused;
  const double number = NumberOf(value);
  if (!std::isfinite(number)) {
    sink_.Append(NotFiniteText(number));
    return kFine;
  }
  NumberBuffer buffer;
  const auto style = clause.verb == 'f' ? std::chars_format::fixed
                                        : std::chars_format::scientific;
  sink_.Append(Written(
      buffer, std::to_chars(buffer.data(), buffer.data() + buffer.size(),
                            number, style, clause.precision)));
  return kFine;
}

ErrorCode Formatter::WriteInteger(const Value& value, int base) {
  if (!IsInteger(value)) return kRefused;
  NumberBuffer buffer;
  sink_.Append(IntegerText(value, base, buffer));
  return kFine;
}

ErrorCode Formatter::WriteHex(const Value& value, bool upper) {
  const char* const digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
  if (value.is(ValueKind::kString) || value.is(ValueKind::kBytes)) {
    AppendHex(value.text(), digits, sink_);
    return kFine;
  }
  if (!IsInteger(value)) return kRefused;
  NumberBuffer buffer;
  for (const char c : IntegerText(value, 16, buffer)) {
    sink_.Append(upper ? absl::ascii_toupper(static_cast<unsigned char>(c))
                       : c);
  }
  return kFine;
}

ErrorCode Formatter::WriteAny(const Value& value) {
  switch (value.kind()) {
    case ValueKind::kNull:
      sink_.Append("null");
      return kFine;
    case ValueKind::kBool:
      sink_.Append(value.bool_value() ? "true" : "false");
      return kFine;
    case ValueKind::kInt:
    case ValueKind::kUint:
      return WriteInteger(value, 10);
    case ValueKind::kDouble:
      AppendDouble(value.double_value(), sink_);
      return kFine;
    case ValueKind::kString:
    case ValueKind::kType:
      sink_.Append(value.text());
      return kFine;
    case ValueKind::kBytes:
      AppendBytes(value.text(), sink_);
      return kFine;
    case ValueKind::kTimestamp:
      sink_.Append(TimestampText(value));
      return kFine;
    case ValueKind::kDuration:
      AppendDouble(DurationSeconds(value), sink_);
      sink_.Append('s');
      return kFine;
    case ValueKind::kList:
      return WriteList(value.list());
    case ValueKind::kMap:
      return WriteMap(value.map());
    case ValueKind::kOptional:
    case ValueKind::kIp:
    case ValueKind::kCidr:
    case ValueKind::kMissing:
    case ValueKind::kError:
      return kRefused;
  }
  return kRefused;
}

ErrorCode Formatter::WriteList(std::span<const Value> items) {
  sink_.Append('[');
  for (size_t i = 0; i < items.size(); ++i) {
    if (i > 0) sink_.Append(", ");
    const ErrorCode error = WriteAny(items[i]);
    if (error != kFine) return error;
  }
  sink_.Append(']');
  return kFine;
}

// A key of a map as %s writes it.
absl::string_view KeyText(const Value& key, NumberBuffer& buffer) {
  if (key.is(ValueKind::kString)) return key.text();
  if (key.is(ValueKind::kBool)) return key.bool_value() ? "true" : "false";
  return IntegerText(key, 10, buffer);
}

// Entries stand in the order of their keys' texts: 10 before 2.
ErrorCode Formatter::WriteMap(std::span<const MapEntry> entries) {
  const MapEntry** const sorted =
      evaluation_.AllocateArray<const MapEntry*>(entries.size());
  if (sorted == nullptr) return ErrorCode::kMemoryLimit;
  for (size_t i = 0; i < entries.size(); ++i) sorted[i] = &entries[i];
  std::sort(sorted, sorted + entries.size(),
            [](const MapEntry* a, const MapEntry* b) {
              NumberBuffer buffer_a;
              NumberBuffer buffer_b;
              return KeyText(a->key, buffer_a) < KeyText(b->key, buffer_b);
            });
  sink_.Append('{');
  for (size_t i = 0; i < entries.size(); ++i) {
    if (i > 0) sink_.Append(", ");
    ErrorCode error = WriteAny(sorted[i]->key);
    if (error != kFine) return error;
    sink_.Append(": ");
    error = WriteAny(sorted[i]->value);
    if (error != kFine) return error;
  }
  sink_.Append('}');
  return kFine;
}

}  // namespace

Value FormatString(absl::string_view format, const Value& arguments,
                   Evaluation& evaluation) {
  if (!evaluation.ChargeText(format.size())) {
    return Value::Error(ErrorCode::kStepLimit);
  }
  ErrorCode error = evaluation.ChargeWalk(arguments);
  if (error != ErrorCode::kNone) return Value::Error(error);
  const Value text = BuildText(evaluation, [&](TextSink& sink) {
    if (error != ErrorCode::kNone) return;
    error = Formatter(format, arguments.list(), evaluation, sink).Write();
  });
  return error == ErrorCode::kNone ? text : Value::Error(error);
}

}  // namespace stratagem::expr
