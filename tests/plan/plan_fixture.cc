#include "tests/plan/plan_fixture.h"

#include "absl/strings/str_cat.h"
#include "engine/base/diagnostics.h"
#include "tests/support/temp_dir.h"

namespace stratagem::plan {

LoadedPlan LoadPlan(const std::string& directory) {
  Diagnostics diagnostics;
  LoadedPlan loaded;
  loaded.plan = LoadPlan(directory, diagnostics);
  loaded.diagnostics = diagnostics.ToString();
  return loaded;
}

LoadedPlan PlanFromYaml(absl::string_view yaml) {
  const TempDir directory;
  directory.Write(
      "pack.yaml",
      absl::StrCat(yaml, "\nlanguage: 1\nname: test\nversion: v1\n"));
  return LoadPlan(directory.path());
}

}  // namespace stratagem::plan
