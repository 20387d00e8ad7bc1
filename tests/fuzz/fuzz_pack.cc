// Any bytes as pack.yaml: the pack loads, or the diagnostics say why.

#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "engine/base/check.h"
#include "engine/base/diagnostics.h"
#include "engine/plan/plan.h"
#include "tests/support/temp_dir.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace stratagem;
  static const TempDir* const directory = new TempDir;
  directory->Write("pack.yaml", absl::string_view(
                                    reinterpret_cast<const char*>(data), size));
  Diagnostics diagnostics;
  STRATAGEM_CHECK((plan::LoadPlan(directory->path(), diagnostics) == nullptr) ==
                  diagnostics.has_errors());
  return 0;
}
