// Any bytes as pack.yaml: the pack loads, or the diagnostics say why.

#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "engine/base/check.h"
#include "engine/base/diagnostics.h"
#include "engine/pack/loader.h"
#include "engine/plan/plan.h"
#include "tests/support/temp_dir.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace stratagem;
  static const TempDir* const directory = new TempDir;
  directory->Write("pack.yaml", absl::string_view(
                                    reinterpret_cast<const char*>(data), size));
  Diagnostics diagnostics;
  const std::unique_ptr<const pack::Model> model =
      pack::LoadPack(directory->path(), diagnostics);
  STRATAGEM_CHECK((model == nullptr) == diagnostics.has_errors());
  if (model == nullptr) return 0;
  STRATAGEM_CHECK((plan::CompilePlan(*model, diagnostics) == nullptr) ==
                  diagnostics.has_errors());
  return 0;
}
