#include "server/rpc/field_checks.h"

#include <string>

#include "absl/strings/str_cat.h"

namespace stratagem::server {

void CheckTextSize(absl::string_view field, absl::string_view text,
                   size_t bytes_max, std::vector<FieldError>& errors) {
  if (text.size() <= bytes_max) return;
  errors.push_back({std::string(field), v1::ERROR_REASON_TOO_LARGE,
                    absl::StrCat(text.size(), " bytes, at most ", bytes_max,
                                 " are allowed")});
}

}  // namespace stratagem::server
