// engine/pack/unread_file.h
//
// WarnOfUnreadFile: a file in a pack's folder that nobody reads, most likely
// forgotten in `include:` or misnamed. Used by loader.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_PACK_UNREAD_FILE_H_
#define STRATAGEM_ENGINE_PACK_UNREAD_FILE_H_

#include <string>

#include "engine/base/diagnostics.h"

namespace stratagem::pack {

// Warns of `path`, a YAML or CSV file of the folder that the pack did not read:
//   W264  the pack does without it
//   W265  its name says that it is a test, and only `*_test.yaml` is run
// Says nothing of `*_test.yaml`, nor of a CSV file unless `knows_tables`: that
// every table of the pack could be read.
void WarnOfUnreadFile(const std::string& path, bool knows_tables,
                      Diagnostics& diagnostics);

}  // namespace stratagem::pack

#endif  // STRATAGEM_ENGINE_PACK_UNREAD_FILE_H_
