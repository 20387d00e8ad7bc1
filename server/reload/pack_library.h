// server/reload/pack_library.h
//
// PackLibrary: the packs that were published, in the store's folder, and room
// there to compile what is not published yet. PackRegistry says what of it
// serves; the handler of calls reads it.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_RELOAD_PACK_LIBRARY_H_
#define STRATAGEM_SERVER_RELOAD_PACK_LIBRARY_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/reload/compiled_pack.h"

namespace stratagem::server {

// Returns what is wrong with `path` as the path of a file in a pack, or "".
std::string PackPathFault(absl::string_view path);

// Thread safe, but for Keep() and Load() of the same digest.
class PackLibrary {
 public:
  // Of the store in `directory`, which the caller has open. "": of a log in
  // memory; the library is in a folder of its own then and ends with this.
  // Errors: UNAVAILABLE, with the path.
  static absl::StatusOr<std::unique_ptr<PackLibrary>> Open(
      const std::string& directory);
  ~PackLibrary();
  PackLibrary(const PackLibrary&) = delete;
  PackLibrary& operator=(const PackLibrary&) = delete;

  // Compiles a pack that came with a call. Mistakes stand in its diagnostics.
  // Requires: no path has a fault, and none is a folder of another's.
  // Errors: UNAVAILABLE, the disk.
  absl::StatusOr<CompiledPack> Compile(const PackFiles& files);

  // Keeps a pack under its digest, durably, with its tests: those that were
  // kept before are replaced. Requires: it is valid. Errors: UNAVAILABLE.
  absl::Status Keep(const CompiledPack& pack);

  // Returns the pack of that digest. Its tests may have mistakes that this
  // program sees first. Errors: DATA_LOSS, with the path: it is not there, is
  // damaged, or this program does not understand it.
  absl::StatusOr<CompiledPack> Load(const std::string& digest) const;

  // Where the pack of that digest is.
  std::string PathOf(const std::string& digest) const;

 private:
  PackLibrary(std::string directory, bool is_temporary);

  const std::string directory_;
  const bool is_temporary_;
  std::atomic<uint64_t> drafts_ = 0;
};

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_RELOAD_PACK_LIBRARY_H_
