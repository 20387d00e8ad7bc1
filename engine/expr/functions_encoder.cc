// base64.encode and base64.decode: RFC 4648's standard alphabet.

#include <array>
#include <cstdint>

#include "engine/expr/function_table.h"
#include "engine/expr/text_sink.h"

namespace stratagem::expr {
namespace {

constexpr absl::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr uint8_t kNoDigit = 0xFF;

// The value of each byte as a digit, or kNoDigit.
constexpr std::array<uint8_t, 256> MakeDigits() {
  std::array<uint8_t, 256> digits{};
  digits.fill(kNoDigit);
  for (size_t i = 0; i < kAlphabet.size(); ++i) {
    digits[static_cast<unsigned char>(kAlphabet[i])] = static_cast<uint8_t>(i);
  }
  return digits;
}
constexpr std::array<uint8_t, 256> kDigits = MakeDigits();

// Three bytes become four digits; the last one or two become two or three
// digits and `=` signs.
Value Encode(Evaluation& evaluation, const Value* arguments) {
  const absl::string_view bytes = arguments[0].text();
  return BuildText(evaluation, [bytes](TextSink& sink) {
    for (size_t i = 0; i < bytes.size(); i += 3) {
      const absl::string_view group = bytes.substr(i, 3);
      uint32_t bits = 0;
      for (size_t k = 0; k < 3; ++k) {
        bits <<= 8;
        if (k < group.size()) bits |= static_cast<unsigned char>(group[k]);
      }
      for (size_t k = 0; k < 4; ++k) {
        const uint32_t digit = (bits >> (18 - 6 * k)) & 0x3F;
        sink.Append(k <= group.size() ? kAlphabet[digit] : '=');
      }
    }
  });
}

// `text` without its padding, which counts only where it fills up a group.
absl::string_view WithoutPadding(absl::string_view text) {
  if (text.size() % 4 != 0) return text;
  for (int i = 0; i < 2 && !text.empty() && text.back() == '='; ++i) {
    text.remove_suffix(1);
  }
  return text;
}

// Padding may be left out. Bits of the last digit that belong to no byte are
// ignored.
Value Decode(Evaluation& evaluation, const Value* arguments) {
  const absl::string_view digits = WithoutPadding(arguments[0].text());
  if (!evaluation.ChargeText(digits.size())) {
    return Value::Error(ErrorCode::kStepLimit);
  }
  if (digits.size() % 4 == 1) return Value::Error(ErrorCode::kInvalidArgument);
  const size_t size = digits.size() / 4 * 3 + digits.size() % 4 * 3 / 4;
  char* const bytes = evaluation.AllocateArray<char>(size);
  if (bytes == nullptr) return Value::Error(ErrorCode::kMemoryLimit);
  uint32_t bits = 0;
  size_t written = 0;
  for (size_t i = 0; i < digits.size(); ++i) {
    const uint8_t digit = kDigits[static_cast<unsigned char>(digits[i])];
    if (digit == kNoDigit) return Value::Error(ErrorCode::kInvalidArgument);
    bits = (bits << 6) | digit;
    // A byte is complete with every digit of a group but the first.
    if (i % 4 > 0) {
      bytes[written++] = static_cast<char>(bits >> (6 - 2 * (i % 4)) & 0xFF);
    }
  }
  return Value::Bytes({bytes, size});
}

}  // namespace

std::vector<Overload> EncoderOverloads() {
  const Type s(TypeKind::kString);
  const Type y(TypeKind::kBytes);
  return {
      Function("base64.encode", {y}, s, Encode),
      Function("base64.decode", {s}, y, Decode),
  };
}

}  // namespace stratagem::expr
