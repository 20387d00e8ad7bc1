// Any text for the functions that read text of other people: patterns, format
// strings, parts of strings, times, zones, base64. They end within their
// limits, and laws between them hold.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/check.h"
#include "engine/base/utf8.h"
#include "engine/expr/compile.h"

namespace stratagem::expr {
namespace {

// Any of these may be an error, and must be something.
constexpr const char* kCalls[] = {
    "s.matches(p)",
    "matches(p, s)",
    "s.format([p, n, d, y, [s, n], {p: d}, null, true])",
    "p.format([d, n, s])",
    "p.format([[s, {s: [n]}], y])",
    "s.charAt(n)",
    "s.substring(n) + s.substring(0, n)",
    "s.replace(p, p + s, n)",
    "s.split(p, n).join(s)",
    "s.indexOf(p, n) + s.lastIndexOf(p, n)",
    "timestamp(s)",
    "duration(s)",
    "timestamp(n).getHours(s)",
    "[int(s), uint(s)]",
    "double(s)",
    "bool(s)",
    "string(y)",
    "base64.decode(s)",
    "strings.quote(s)",
};

// None of these may be false; they may be errors of a limit.
constexpr const char* kLaws[] = {
    "s.split(p).join(p) == s",
    "p == '' || s.replace(p, p) == s",
    "s.reverse().reverse() == s",
    "s.reverse().size() == s.size()",
    "s.indexOf(p) <= s.lastIndexOf(p)",
    "s.contains(p) == (s.indexOf(p) >= 0)",
    "s.indexOf(p) < 0 || s.substring(s.indexOf(p)).startsWith(p)",
    "base64.decode(base64.encode(y)) == y",
    "s.trim().trim() == s.trim()",
    "s.lowerAscii() == s.upperAscii().lowerAscii()",
    "'%s'.format([s]) == s",
    "'%%%s'.format([n]) == '%' + string(n)",
    "double(string(d)) == d || d != d",
    "int(string(n)) == n",
    "s.split('').size() == s.size()",
};

struct World {
  Scope scope;
  std::vector<Program> calls;
  std::vector<Program> laws;

  void Declare(const char* name, TypeKind kind, int slot) {
    Declaration declaration;
    declaration.name = name;
    declaration.type = Type(kind);
    declaration.slot = slot;
    STRATAGEM_CHECK(scope.Declare(std::move(declaration)));
  }
  Program MustCompile(const char* text) const {
    Diagnostics diagnostics;
    std::optional<Program> program =
        Compile(SourceText(text, {"fuzz", 1, 1}), scope, {}, diagnostics);
    STRATAGEM_CHECK(program.has_value());
    return *std::move(program);
  }
};

const World& TheWorld() {
  static const World* const world = [] {
    auto* const w = new World;
    w->Declare("s", TypeKind::kString, 0);
    w->Declare("p", TypeKind::kString, 1);
    w->Declare("y", TypeKind::kBytes, 2);
    w->Declare("n", TypeKind::kInt, 3);
    w->Declare("d", TypeKind::kDouble, 4);
    for (const char* text : kCalls) w->calls.push_back(w->MustCompile(text));
    for (const char* text : kLaws) w->laws.push_back(w->MustCompile(text));
    return w;
  }();
  return *world;
}

// The input as text: what is not UTF-8 is left out.
std::string ValidPart(absl::string_view bytes) {
  std::string text;
  while (!bytes.empty()) {
    uint32_t code_point = 0;
    const size_t size = DecodeUtf8(bytes, code_point);
    if (size > 0) text.append(bytes.data(), size);
    bytes.remove_prefix(size > 0 ? size : 1);
  }
  return text;
}

// Strings inside a result are valid UTF-8.
void CheckText(const Value& value) {
  if (value.is(ValueKind::kString)) {
    STRATAGEM_CHECK(IsValidUtf8(value.text()));
  }
}

bool IsLimit(const Value& value) {
  return value.is_error() && (value.error_code() == ErrorCode::kStepLimit ||
                              value.error_code() == ErrorCode::kMemoryLimit);
}

}  // namespace
}  // namespace stratagem::expr

// The first byte is the size of the pattern, the second a small number.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace stratagem;
  if (size < 2) return 0;
  const expr::World& world = expr::TheWorld();
  const absl::string_view input(reinterpret_cast<const char*>(data + 2),
                                size - 2);
  const std::string pattern = expr::ValidPart(input.substr(0, data[0]));
  const std::string text =
      expr::ValidPart(input.substr(std::min<size_t>(input.size(), data[0])));
  const int number = static_cast<int8_t>(data[1]);
  std::vector<Value> slots = {Value::String(text), Value::String(pattern),
                              Value::Bytes(input), Value::Int(number),
                              Value::Double(number / 7.0)};
  Arena arena(1u << 20);
  expr::Frame frame;
  frame.slots = slots;
  frame.arena = &arena;
  const auto run = [&](const expr::Program& program) {
    arena.Reset();
    frame.steps_left = 100'000;
    return program.Evaluate(frame);
  };
  for (const expr::Program& call : world.calls) expr::CheckText(run(call));
  for (const expr::Program& law : world.laws) {
    const Value value = run(law);
    STRATAGEM_CHECK(expr::IsLimit(value) ||
                    (value.is(ValueKind::kBool) && value.bool_value()));
  }
  return 0;
}
