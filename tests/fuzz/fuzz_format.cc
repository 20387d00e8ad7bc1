// Any bytes as YAML: they are formatted, and then formatting changes nothing
// more, or the diagnostics say why not.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "engine/author/format.h"
#include "engine/base/check.h"
#include "engine/base/diagnostics.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace stratagem;
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  Diagnostics diagnostics;
  const std::optional<std::string> once =
      author::FormatYaml("pack.yaml", text, diagnostics);
  STRATAGEM_CHECK(once.has_value() != diagnostics.has_errors());
  if (!once.has_value()) return 0;
  const std::optional<std::string> twice =
      author::FormatYaml("pack.yaml", *once, diagnostics);
  STRATAGEM_CHECK(twice.has_value() && *twice == *once);
  return 0;
}
