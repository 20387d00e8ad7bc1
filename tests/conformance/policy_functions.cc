#include "tests/conformance/policy_functions.h"

#include <algorithm>

#include "absl/strings/ascii.h"

namespace stratagem::policy {
namespace {

using expr::Evaluation;

Value LocationCode(Evaluation&, const Value* arguments) {
  const absl::string_view ip = arguments[0].text();
  if (ip == "10.0.0.1") return Value::String("us");
  if (ip == "10.0.0.2") return Value::String("de");
  return Value::String("ir");
}

// True when `test` holds for some text in `value`, keys of maps apart. Values
// nest at most kBuiltValueDepthMax deep.
bool AnyText(const Value& value, bool (*test)(absl::string_view)) {
  switch (value.kind()) {
    case ValueKind::kString:
      return test(value.text());
    case ValueKind::kList:
      return std::any_of(
          value.list().begin(), value.list().end(),
          [test](const Value& item) { return AnyText(item, test); });
    case ValueKind::kMap:
      return std::any_of(
          value.map().begin(), value.map().end(),
          [test](const MapEntry& entry) { return AnyText(entry.value, test); });
    case ValueKind::kOptional:
      return value.optional() != nullptr && AnyText(*value.optional(), test);
    default:
      return false;
  }
}

// True when `test` holds for the number of digits of some run of them, and for
// whether a `+` stands before it.
template <typename Test>
bool AnyRunOfDigits(absl::string_view text, Test test) {
  size_t digits = 0;
  bool plus = false;
  for (size_t i = 0; i <= text.size(); ++i) {
    const char c = i < text.size() ? text[i] : '\0';
    if (absl::ascii_isdigit(static_cast<unsigned char>(c))) {
      if (digits == 0) plus = i > 0 && text[i - 1] == '+';
      ++digits;
    } else if (digits > 0 && c != ' ' && c != '-') {
      if (test(digits, plus)) return true;
      digits = 0;
    }
  }
  return false;
}

bool IsCard(absl::string_view text) {
  return AnyRunOfDigits(
      text, [](size_t digits, bool) { return digits >= 12 && digits <= 19; });
}

bool IsPhone(absl::string_view text) {
  return AnyRunOfDigits(text, [](size_t digits, bool plus) {
    return digits >= 7 && digits <= (plus ? 15u : 11u);
  });
}

bool IsEmail(absl::string_view text) {
  const size_t at = text.find('@');
  if (at == absl::string_view::npos || at == 0 || text[at - 1] == ' ') {
    return false;
  }
  const absl::string_view host =
      text.substr(at + 1, text.substr(at + 1).find_first_of(" @"));
  const size_t dot = host.find('.');
  return dot != absl::string_view::npos && dot > 0 && dot + 1 < host.size();
}

Value HasCreditCard(Evaluation&, const Value* arguments) {
  return Value::Bool(AnyText(arguments[0], IsCard));
}

Value HasEmailOrPhone(Evaluation&, const Value* arguments) {
  return Value::Bool(AnyText(arguments[0], IsEmail) ||
                     AnyText(arguments[0], IsPhone));
}

}  // namespace

expr::Implementation FindPolicyFunction(absl::string_view name) {
  if (name == "locationCode") return LocationCode;
  if (name == "hasCreditCard") return HasCreditCard;
  if (name == "hasEmailOrPhone") return HasEmailOrPhone;
  return nullptr;
}

}  // namespace stratagem::policy
