// engine/pack/loader.h
//
// LoadPack: a folder of YAML to a Model. The only way in for packs; plan
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

// Reads `directory`/pack.yaml and what it includes. Returns null if and only
// if it added an error; it goes on after an error and reports all of them.
// Codes E2xx (shape, names, literals; docs/diagnostics.md lists them). Paths in
// diagnostics are relative to `directory`. Bounded by base/limits.h. Thread
// safe.
std::unique_ptr<const Model> LoadPack(const std::string& directory,
                                      Diagnostics& diagnostics);

}  // namespace stratagem::pack

#endif  // STRATAGEM_ENGINE_PACK_LOADER_H_
