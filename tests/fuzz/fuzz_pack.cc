// Any bytes as a pack: it loads, or the diagnostics say why. The first byte
// says how they are split into pack.yaml, an included file, a table and tests.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "engine/base/check.h"
#include "engine/base/diagnostics.h"
#include "engine/pack/test_file.h"
#include "engine/plan/plan.h"
#include "tests/support/temp_dir.h"

namespace stratagem {
namespace {

// A pack around a part.
constexpr char kMain[] =
    "language: 1\nname: fuzz\nversion: 1\ninclude: [part.yaml]\n"
    "attributes: {x: {type: int}, s: {type: string}}\n";
// A pack around the rows of a table.
constexpr char kTable[] =
    "language: 1\nname: fuzz\nversion: 1\n"
    "attributes: {x: {type: int}, s: {type: string}}\n"
    "treatments:\n  t:\n    fields: {f: {type: double}, g: {type: string}}\n"
    "    default: {f: 0, g: none}\n"
    "    table: {hit: first, inputs: [x, s], rows_from: rows.csv}\n";

void LoadPack(const TempDir& folder) {
  Diagnostics diagnostics;
  STRATAGEM_CHECK((plan::LoadPlan(folder.path(), diagnostics) == nullptr) ==
                  diagnostics.has_errors());
}

void LoadTests(absl::string_view text) {
  Diagnostics diagnostics;
  STRATAGEM_CHECK((pack::ReadTestFile("a_test.yaml", text, absl::UTCTimeZone(),
                                      diagnostics) == nullptr) ==
                  diagnostics.has_errors());
}

}  // namespace
}  // namespace stratagem

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace stratagem;
  static const TempDir* const folder = new TempDir;
  if (size == 0) return 0;
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  switch (data[0]) {
    case 1:
      folder->Write("pack.yaml", kMain);
      folder->Write("part.yaml", text.substr(1));
      LoadPack(*folder);
      break;
    case 2:
      folder->Write("pack.yaml", kTable);
      folder->Write("rows.csv", text.substr(1));
      LoadPack(*folder);
      break;
    case 3:
      LoadTests(text.substr(1));
      break;
    default:  // As it stands, so that a pack.yaml is a seed.
      folder->Write("pack.yaml", text);
      LoadPack(*folder);
      break;
  }
  return 0;
}
