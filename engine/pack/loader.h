// engine/pack/loader.h
//
// ReadPack: a folder of YAML to a Model. The only way in for packs; plan
// compiles what it returns.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_PACK_LOADER_H_
#define STRATAGEM_ENGINE_PACK_LOADER_H_

#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "engine/base/diagnostics.h"
#include "engine/pack/model.h"

namespace stratagem::pack {

struct Shape;  // shape.h

// A pack that was read. At most one is set.
struct ReadPackResult {
  // The pack. Null if and only if reading it added an error.
  std::unique_ptr<const Model> model;
  // After errors: what could be read, for checking its expressions and
  // references too. It may lack anything that Model promises but locations and
  // `broken_names`. Null when not even its names are known: a file that cannot
  // be read, a misspelt section.
  std::unique_ptr<const Model> draft;
};

// Reads `directory`/pack.yaml and what it includes. It goes on after an error
// and reports all of them: codes E2xx and W2xx (shape, names, literals;
// docs/diagnostics.md lists them). Paths in diagnostics are relative to
// `directory`. Bounded by base/limits.h. Thread safe.
ReadPackResult ReadPack(const std::string& directory, Diagnostics& diagnostics);

// ReadPack() for those who have no use for a draft.
std::unique_ptr<const Model> LoadPack(const std::string& directory,
                                      Diagnostics& diagnostics);

// What pack.yaml, or a file that it includes, looks like: made of the tables
// that the readers go by. For editors.
Shape FileShape(bool is_main);

}  // namespace stratagem::pack

#endif  // STRATAGEM_ENGINE_PACK_LOADER_H_
