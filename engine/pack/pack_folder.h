// engine/pack/pack_folder.h
//
// PackFolder: the files of one pack on disk, none of them outside its folder,
// and the digest of those that were read. Used by loader.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_PACK_PACK_FOLDER_H_
#define STRATAGEM_ENGINE_PACK_PACK_FOLDER_H_

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "engine/base/diagnostics.h"

namespace stratagem::pack {

// LIMIT: entries of a folder that UnreadFiles() looks at.
inline constexpr size_t kFolderEntriesMax = 10'000;

class PackFolder {
 public:
  explicit PackFolder(std::string directory);

  // Returns the bytes of `path` (relative, with '/'), valid while this lives,
  // or null after an error at `named_at`, the place that names the file:
  //   E201  missing or not readable; the hint names a file that is there
  //   E202  larger than kPackFileBytesMax, or the pack larger than 64 MiB or of
  //         more than kPackFilesMax files
  //   E260  the path is absolute, has `..`, or leads out of the folder, also
  //         through a symbolic link
  // A file that was read before is not read again.
  const std::string* Read(const std::string& path,
                          const SourceLocation& named_at,
                          Diagnostics& diagnostics);

  // The paths of the YAML and CSV files below the folder that were not read,
  // tests among them, sorted. Passed over are links to folders, what begins
  // with a dot, and folders that are packs of their own. Empty when the folder
  // holds more than kFolderEntriesMax entries or cannot be listed, which is
  // done once.
  std::vector<std::string> UnreadFiles();

  // SHA-256 of "stratagem-pack-1\n" and then, for each file that was read, in
  // ascending order of path bytes: the path's length in bytes, ':', the path,
  // the content's length in bytes, ':', the content. Lengths are decimal, so
  // that no two sets of files give the same text. Lower-case hexadecimal.
  std::string Digest() const;

  // The bytes of each file that was read, by its path.
  const std::map<std::string, std::string>& files() const { return files_; }

 private:
  // "did you mean `X`?" for a file that does not exist, or "".
  std::string NearestFileHint(const std::string& path,
                              const SourceLocation& named_at);

  std::string directory_;
  std::map<std::string, std::string> files_;
  size_t bytes_ = 0;  // Of all files.
  std::optional<std::vector<std::string>> listed_;
};

}  // namespace stratagem::pack

#endif  // STRATAGEM_ENGINE_PACK_PACK_FOLDER_H_
