// engine/store/pack_archive.h
//
// The pack archive: the files of every pack that ever decided with a store,
// under its digest in the store's folder, so that any record can be decided
// again, and beside it the pack's own tests. Bytes only: whoever reads a pack
// from there checks its digest, which tells damage. The server keeps packs when
// they are published; replay reads them.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_STORE_PACK_ARCHIVE_H_
#define STRATAGEM_ENGINE_STORE_PACK_ARCHIVE_H_

#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace stratagem::store {

// Returns the folder in which the store at `directory` has the pack of that
// digest, if it has it: `directory`/packs/DIGEST. "" for what is no digest (64
// lower-case hexadecimal digits). Thread safe.
std::string ArchivedPackPath(const std::string& directory,
                             absl::string_view digest);

// Keeps a pack's files, by their paths below its folder, in the store at
// `directory`. It is there wholly or not at all, and durable when this returns;
// what is there already and is damaged is replaced.
// Requires: `digest` is one; paths are relative, with '/' and without `..`; the
// caller has the store open, so that nobody else keeps packs there.
// Errors, with the path: PERMISSION_DENIED, NOT_FOUND, RESOURCE_EXHAUSTED (disk
// full), UNAVAILABLE.
absl::Status KeepPack(const std::string& directory, absl::string_view digest,
                      const std::map<std::string, std::string>& files);

// Returns the folder of the tests of that pack, beside it; it need not be
// there. "" for what is no digest. Thread safe.
std::string ArchivedTestsPath(const std::string& directory,
                              absl::string_view digest);

// Keeps the tests of a pack as KeepPack() keeps the pack. They are not part of
// its digest: those that were kept before are replaced, by nothing when `files`
// is empty. Requires and errors: as KeepPack().
absl::Status KeepPackTests(const std::string& directory,
                           absl::string_view digest,
                           const std::map<std::string, std::string>& files);

}  // namespace stratagem::store

#endif  // STRATAGEM_ENGINE_STORE_PACK_ARCHIVE_H_
