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

void CheckExplain(v1::ExplainLevel explain, std::vector<FieldError>& errors) {
  if (v1::ExplainLevel_IsValid(explain)) return;
  errors.push_back({"explain", v1::ERROR_REASON_UNKNOWN_NAME,
                    absl::StrCat(static_cast<int>(explain),
                                 " is no ExplainLevel of this server")});
}

}  // namespace stratagem::server
