#include "server/rpc/read_named_values.h"

#include <string>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "server/options.h"
#include "server/rpc/convert_value.h"
#include "server/rpc/field_checks.h"

namespace stratagem::server {

bool CheckCount(absl::string_view field, int count, size_t count_max,
                std::vector<FieldError>& errors) {
  if (static_cast<size_t>(count) <= count_max) return true;
  errors.push_back(
      {std::string(field), v1::ERROR_REASON_TOO_LARGE,
       absl::StrCat(count, " items, at most ", count_max, " are allowed")});
  return false;
}

void ReadNamedValues(
    absl::string_view field,
    const google::protobuf::RepeatedPtrField<v1::NamedValue>& wire,
    Arena& arena, std::vector<NamedValue>& values,
    std::vector<FieldError>& errors) {
  values.clear();
  if (!CheckCount(field, wire.size(), kNamedValuesMax, errors)) return;
  for (int i = 0; i < wire.size(); ++i) {
    const v1::NamedValue& named = wire[i];
    if (named.name().empty()) {
      errors.push_back({absl::StrCat(field, "[", i, "].name"),
                        v1::ERROR_REASON_MISSING_FIELD,
                        "empty; every value needs a name"});
      continue;
    }
    if (named.name().size() > kNameBytesMax) {
      CheckTextSize(absl::StrCat(field, "[", i, "].name"), named.name(),
                    kNameBytesMax, errors);
      continue;
    }
    std::variant<Value, ValueFault> value = ReadValue(named.value(), arena);
    if (auto* fault = std::get_if<ValueFault>(&value)) {
      errors.push_back({absl::StrCat(field, ".", named.name()), fault->reason,
                        std::move(fault->description)});
      continue;
    }
    values.push_back({named.name(), std::get<Value>(value)});
  }
}

}  // namespace stratagem::server
