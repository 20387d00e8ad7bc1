#include "clients/cli/assignment.h"

#include <string>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "clients/cli/display_text.h"
#include "clients/cli/usage_error.h"
#include "engine/value/json.h"

namespace stratagem::cli {
namespace {

// What was meant by `text`, which is no `type`: for a list of texts that is one
// of its items. Or "".
std::string HintFor(absl::string_view flag, absl::string_view name,
                    absl::string_view text, const FieldType& type) {
  if (type.kind != ValueKind::kList) return "";
  const bool quoted = type.element->kind == ValueKind::kString ||
                      type.element->kind == ValueKind::kTimestamp ||
                      type.element->kind == ValueKind::kDuration;
  std::vector<std::string> items;
  for (const absl::string_view item :
       absl::StrSplit(text, ',', absl::SkipWhitespace())) {
    const absl::string_view bare = absl::StripAsciiWhitespace(item);
    items.push_back(quoted ? ToJson(Value::String(bare)) : std::string(bare));
  }
  return absl::StrCat(
      "a list is JSON: `", flag, " ",
      ShellWord(absl::StrCat(name, "=[", absl::StrJoin(items, ","), "]")), "`");
}

}  // namespace

absl::StatusOr<NamedValue> ReadAssignment(absl::string_view flag,
                                          const std::string& text,
                                          const Schema& schema,
                                          const absl::TimeZone& zone,
                                          Arena& arena) {
  const size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("`", text, "` is not of the form `name=value`"));
  }
  const absl::string_view name =
      arena.CopyString(absl::string_view(text).substr(0, equals));
  const absl::string_view value_text =
      absl::string_view(text).substr(equals + 1);
  const int index = schema.Find(name);
  const FieldType type = index < 0
                             ? FieldType{}
                             : schema.fields()[static_cast<size_t>(index)].type;
  absl::StatusOr<Value> value = ReadText(value_text, type, arena, &zone);
  if (!value.ok()) {
    return UsageError(absl::StrCat("`", name, "`: ", value.status().message()),
                      HintFor(flag, name, value_text, type));
  }
  return NamedValue{name, *value};
}

void Put(const NamedValue& named, std::vector<NamedValue>& values) {
  for (NamedValue& existing : values) {
    if (existing.name == named.name) {
      existing.value = named.value;
      return;
    }
  }
  values.push_back(named);
}

}  // namespace stratagem::cli
