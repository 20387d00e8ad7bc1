#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/author/outline.h"
#include "engine/author/pack_text.h"

namespace stratagem::author {
namespace {

std::string AllowedText(const std::vector<std::string>& values) {
  return values.empty() ? "any" : absl::StrJoin(values, ", ");
}

std::string FlagText(bool flag) { return flag ? "true" : "false"; }

}  // namespace

void AddFields(Outline& parent, std::string name, const Schema& fields,
               const std::string& default_key, absl::TimeZone timezone) {
  Outline& section = parent.Add(std::move(name));
  for (const Field& field : fields.fields()) {
    const auto text = [&](const std::optional<Value>& value) {
      return value.has_value() ? ValueText(*value, timezone) : std::string();
    };
    Outline& node = section.Add(field.name);
    node.Add("type", ToString(field.type));
    node.AddUnlessEmpty("min", text(field.value_min));
    node.AddUnlessEmpty("max", text(field.value_max));
    node.AddDefaulting("values", AllowedText(field.values), AllowedText({}));
    node.AddUnlessEmpty(default_key, text(field.default_value));
    node.AddDefaulting("optional", FlagText(field.optional), FlagText(false));
    node.AddDefaulting("protected", FlagText(field.is_protected),
                       FlagText(false));
    node.AddDefaulting("pii", FlagText(field.pii), FlagText(false));
    node.AddUnlessEmpty("unit", field.unit);
  }
}

}  // namespace stratagem::author
