// Any bytes as JSON facts and as plain text: they are read, or refused, and
// what was read is written as JSON that reads back the same.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/base/check.h"
#include "engine/value/json.h"

namespace stratagem {
namespace {

// A field of each type that text is converted to.
const Schema& Declared() {
  static const Schema* const schema = [] {
    auto* const s = new Schema;
    const auto add = [s](const char* name, FieldType type) {
      Field field;
      field.name = name;
      field.type = std::move(type);
      STRATAGEM_CHECK(s->Add(std::move(field)).has_value());
    };
    const FieldType timestamp = {ValueKind::kTimestamp, nullptr};
    const FieldType duration = {ValueKind::kDuration, nullptr};
    add("t", timestamp);
    add("d", duration);
    add("l", {ValueKind::kList, std::make_shared<FieldType>(timestamp)});
    add("m", {ValueKind::kMap, std::make_shared<FieldType>(duration)});
    return s;
  }();
  return *schema;
}

std::string Write(const std::vector<NamedValue>& members) {
  std::string text = "{";
  for (const NamedValue& member : members) {
    absl::StrAppend(&text, text.size() == 1 ? "" : ",",
                    ToJson(Value::String(member.name)), ":",
                    ToJson(member.value));
  }
  return text + "}";
}

}  // namespace
}  // namespace stratagem

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace stratagem;
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  Arena arena;
  for (const Field& field : Declared().fields()) {
    ReadText(text, field.type, arena).IgnoreError();
  }
  const auto members = ReadJsonObject(text, Declared(), arena);
  if (!members.ok()) return 0;
  const std::string written = Write(*members);
  const auto again = ReadJsonObject(written, Declared(), arena);
  STRATAGEM_CHECK(again.ok() && Write(*again) == written);
  return 0;
}
