// Functions that make new strings of strings, or split one.

#include <string.h>

#include <algorithm>
#include <limits>

#include "absl/strings/ascii.h"
#include "engine/base/utf8.h"
#include "engine/expr/function_table.h"
#include "engine/expr/string_format.h"
#include "engine/expr/text_sink.h"

namespace stratagem::expr {
namespace {

constexpr size_t kAll = std::numeric_limits<size_t>::max();

Value StepLimit() { return Value::Error(ErrorCode::kStepLimit); }

// A count as an author writes it: negative means all.
size_t CountOrAll(const Value& count) {
  return count.int_value() < 0 ? kAll : static_cast<size_t>(count.int_value());
}

// Takes what stands before the next `separator` off the front of `rest`, and
// the separator itself. An empty separator stands behind every code point.
// Returns false, and leaves `rest` alone, when there is no further separator.
bool TakePiece(absl::string_view& rest, absl::string_view separator,
               absl::string_view& piece) {
  size_t size = 0;
  if (separator.empty()) {
    uint32_t code_point = 0;
    size = rest.empty() ? 0 : DecodeUtf8(rest, code_point);
    if (size == rest.size()) return false;
  } else {
    if (separator.size() > rest.size()) return false;
    const void* const found =
        memmem(rest.data(), rest.size(), separator.data(), separator.size());
    if (found == nullptr) return false;
    size = static_cast<size_t>(static_cast<const char*>(found) - rest.data());
  }
  piece = rest.substr(0, size);
  rest.remove_prefix(size + separator.size());
  return true;
}

// Calls `use` for each of at most `count` pieces of `text`; the last is all
// that is left.
template <typename Use>
void ForEachPiece(absl::string_view text, absl::string_view separator,
                  size_t count, Use use) {
  if (count == 0 || (text.empty() && separator.empty())) return;
  absl::string_view piece;
  while (--count > 0 && TakePiece(text, separator, piece)) use(piece);
  use(text);
}

Value SplitInto(Evaluation& evaluation, const Value* arguments, size_t count) {
  const absl::string_view text = arguments[0].text();
  const absl::string_view separator = arguments[1].text();
  if (!evaluation.ChargeText(text.size() + separator.size())) {
    return StepLimit();
  }
  size_t size = 0;
  ForEachPiece(text, separator, count, [&size](absl::string_view) { ++size; });
  Value* const pieces = evaluation.AllocateArray<Value>(size);
  if (pieces == nullptr) return Value::Error(ErrorCode::kMemoryLimit);
  Value* next = pieces;
  ForEachPiece(text, separator, count, [&next](absl::string_view piece) {
    *next++ = Value::String(piece);
  });
  return Charged(Value::List({pieces, size}), evaluation, kNoNode);
}

Value Split(Evaluation& evaluation, const Value* arguments) {
  return SplitInto(evaluation, arguments, kAll);
}

Value SplitCount(Evaluation& evaluation, const Value* arguments) {
  return SplitInto(evaluation, arguments, CountOrAll(arguments[2]));
}

Value JoinWith(Evaluation& evaluation, const Value& list,
               absl::string_view separator) {
  const std::span<const Value> items = list.list();
  const ErrorCode error = evaluation.ChargeWalk(list);
  if (error != ErrorCode::kNone) return Value::Error(error);
  if (!std::all_of(items.begin(), items.end(), [](const Value& item) {
        return item.is(ValueKind::kString);
      })) {
    return Value::Error(ErrorCode::kNoMatchingOverload);
  }
  return BuildText(evaluation, [&](TextSink& sink) {
    for (size_t i = 0; i < items.size(); ++i) {
      if (i > 0) sink.Append(separator);
      sink.Append(items[i].text());
    }
  });
}

Value Join(Evaluation& evaluation, const Value* arguments) {
  return JoinWith(evaluation, arguments[0], "");
}

Value JoinSeparated(Evaluation& evaluation, const Value* arguments) {
  return JoinWith(evaluation, arguments[0], arguments[1].text());
}

// An empty `old` stands before every code point and at the end.
Value ReplaceUpTo(Evaluation& evaluation, const Value* arguments,
                  size_t count) {
  const absl::string_view text = arguments[0].text();
  const absl::string_view old = arguments[1].text();
  const absl::string_view replacement = arguments[2].text();
  if (!evaluation.ChargeText(text.size() + old.size())) return StepLimit();
  return BuildText(evaluation, [&](TextSink& sink) {
    absl::string_view rest = text;
    absl::string_view piece;
    size_t left = count;
    if (old.empty() && left > 0) {
      sink.Append(replacement);
      --left;
    }
    while (left > 0 && TakePiece(rest, old, piece)) {
      sink.Append(piece);
      sink.Append(replacement);
      --left;
    }
    sink.Append(rest);
    if (old.empty() && left > 0 && !rest.empty()) sink.Append(replacement);
  });
}

Value Replace(Evaluation& evaluation, const Value* arguments) {
  return ReplaceUpTo(evaluation, arguments, kAll);
}

Value ReplaceCount(Evaluation& evaluation, const Value* arguments) {
  return ReplaceUpTo(evaluation, arguments, CountOrAll(arguments[3]));
}

// Unicode's White_Space.
bool IsSpace(uint32_t code_point) {
  return (code_point >= 0x09 && code_point <= 0x0D) || code_point == 0x20 ||
         code_point == 0x85 || code_point == 0xA0 || code_point == 0x1680 ||
         (code_point >= 0x2000 && code_point <= 0x200A) ||
         code_point == 0x2028 || code_point == 0x2029 || code_point == 0x202F ||
         code_point == 0x205F || code_point == 0x3000;
}

Value Trim(Evaluation& evaluation, const Value* arguments) {
  const absl::string_view text = arguments[0].text();
  if (!evaluation.ChargeText(text.size())) return StepLimit();
  // From the first byte of a code point that is no space to behind the last.
  size_t begin = text.size();
  size_t end = text.size();
  uint32_t code_point = 0;
  for (size_t i = 0; i < text.size();) {
    const size_t size = DecodeUtf8(text.substr(i), code_point);
    if (!IsSpace(code_point)) {
      begin = std::min(begin, i);
      end = i + size;
    }
    i += size;
  }
  return Value::String(text.substr(begin, end - begin));
}

// `text` with each byte changed by `change`, which leaves those above 127.
template <typename Change>
Value ChangeBytes(Evaluation& evaluation, absl::string_view text,
                  Change change) {
  return BuildText(evaluation, [&](TextSink& sink) {
    for (const char byte : text) {
      sink.Append(change(static_cast<unsigned char>(byte)));
    }
  });
}

Value LowerAscii(Evaluation& evaluation, const Value* arguments) {
  return ChangeBytes(evaluation, arguments[0].text(), absl::ascii_tolower);
}

Value UpperAscii(Evaluation& evaluation, const Value* arguments) {
  return ChangeBytes(evaluation, arguments[0].text(), absl::ascii_toupper);
}

Value Reverse(Evaluation& evaluation, const Value* arguments) {
  const absl::string_view text = arguments[0].text();
  return BuildText(evaluation, [text](TextSink& sink) {
    size_t end = text.size();
    while (end > 0) {
      size_t start = end - 1;
      while (IsUtf8Continuation(text[start])) --start;
      sink.Append(text.substr(start, end - start));
      end = start;
    }
  });
}

// The escape of `c` inside double quotes, or "".
absl::string_view Escape(char c) {
  switch (c) {
    case '\a':
      return "\\a";
    case '\b':
      return "\\b";
    case '\f':
      return "\\f";
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    case '\t':
      return "\\t";
    case '\v':
      return "\\v";
    case '\\':
      return "\\\\";
    case '"':
      return "\\\"";
    default:
      return "";
  }
}

Value Quote(Evaluation& evaluation, const Value* arguments) {
  const absl::string_view text = arguments[0].text();
  return BuildText(evaluation, [text](TextSink& sink) {
    sink.Append('"');
    for (const char c : text) {
      const absl::string_view escape = Escape(c);
      if (escape.empty()) {
        sink.Append(c);
      } else {
        sink.Append(escape);
      }
    }
    sink.Append('"');
  });
}

Value Format(Evaluation& evaluation, const Value* arguments) {
  return FormatString(arguments[0].text(), arguments[1], evaluation);
}

}  // namespace

std::vector<Overload> StringEditOverloads() {
  const Type i(TypeKind::kInt);
  const Type s(TypeKind::kString);
  const Type strings = Type::List(s);
  return {
      Method("split", {s, s}, strings, Split),
      Method("split", {s, s, i}, strings, SplitCount),
      Method("join", {strings}, s, Join),
      Method("join", {strings, s}, s, JoinSeparated),
      Method("replace", {s, s, s}, s, Replace),
      Method("replace", {s, s, s, i}, s, ReplaceCount),
      Method("trim", {s}, s, Trim),
      Method("lowerAscii", {s}, s, LowerAscii),
      Method("upperAscii", {s}, s, UpperAscii),
      Method("reverse", {s}, s, Reverse),
      Function("strings.quote", {s}, s, Quote),
      Method("format", {s, Type::List(Type())}, s, Format),
  };
}

}  // namespace stratagem::expr
