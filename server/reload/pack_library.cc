#include "server/reload/pack_library.h"

#include <stdlib.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "engine/base/status_macros.h"
#include "engine/base/utf8.h"
#include "engine/store/pack_archive.h"

namespace stratagem::server {
namespace {

namespace fs = std::filesystem;

// Of folders in which packs are compiled. No digest begins so.
constexpr char kDraftPrefix[] = "incoming-";
// LIMIT: bytes of a path and of one of its parts, what file systems take.
constexpr size_t kPathBytesMax = 1'024;
constexpr size_t kPartBytesMax = 255;

fs::path ArchiveOf(const std::string& directory) {
  return fs::path(directory) / "packs";
}

// A full disk is no full queue: to wait does not help.
absl::Status DiskError(const absl::Status& status) {
  return status.ok() ? status : absl::UnavailableError(status.message());
}

absl::Status CannotWrite(const fs::path& path) {
  return absl::UnavailableError(
      absl::StrCat("`", path.string(),
                   "`: cannot write; check that this user may write there and "
                   "that the disk has room"));
}

absl::Status WriteDraft(const fs::path& folder, const PackFiles& files) {
  for (const auto& [path, bytes] : files) {
    const fs::path file = folder / path;
    std::error_code error;
    fs::create_directories(file.parent_path(), error);
    std::ofstream output(file, std::ios::binary);
    output << bytes;
    output.close();
    if (error || !output) return CannotWrite(file);
  }
  return absl::OkStatus();
}

// What a crash left.
void RemoveDrafts(const fs::path& archive) {
  std::error_code error;
  fs::directory_iterator entry(archive, error);
  for (; !error && entry != fs::end(entry); entry.increment(error)) {
    if (!absl::StartsWith(entry->path().filename().string(), kDraftPrefix)) {
      continue;
    }
    std::error_code ignored;
    fs::remove_all(entry->path(), ignored);
  }
}

absl::StatusOr<std::string> MakeTemporary() {
  std::error_code error;
  const fs::path parent = fs::temp_directory_path(error);
  std::string name = (parent / "stratagem-packs-XXXXXX").string();
  if (error || mkdtemp(name.data()) == nullptr) return CannotWrite(name);
  return name;
}

}  // namespace

std::string PackPathFault(absl::string_view path) {
  if (path.empty()) return "empty";
  if (path.size() > kPathBytesMax) {
    return absl::StrCat(path.size(), " bytes, at most ", kPathBytesMax,
                        " are allowed");
  }
  if (!IsValidUtf8(path) || absl::StrContains(path, '\\') ||
      absl::StrContains(path, absl::string_view("\0", 1))) {
    return "neither a backslash nor a byte 0 may stand in it";
  }
  for (const absl::string_view part : absl::StrSplit(path, '/')) {
    if (part.empty() || part == "." || part == "..") {
      return "not a path below the pack: it is relative, without `.`, `..` and "
             "empty parts";
    }
    if (part.size() > kPartBytesMax) {
      return absl::StrCat("a part of ", part.size(), " bytes, at most ",
                          kPartBytesMax, " are allowed");
    }
  }
  return "";
}

absl::StatusOr<std::unique_ptr<PackLibrary>> PackLibrary::Open(
    const std::string& directory) {
  std::string folder = directory;
  if (directory.empty()) {
    STRATAGEM_ASSIGN_OR_RETURN(folder, MakeTemporary());
  }
  std::unique_ptr<PackLibrary> library(
      new PackLibrary(folder, directory.empty()));
  std::error_code error;
  fs::create_directories(ArchiveOf(folder), error);
  if (error) return CannotWrite(ArchiveOf(folder));
  RemoveDrafts(ArchiveOf(folder));
  return library;
}

PackLibrary::PackLibrary(std::string directory, bool is_temporary)
    : directory_(std::move(directory)), is_temporary_(is_temporary) {}

PackLibrary::~PackLibrary() {
  if (!is_temporary_) return;
  std::error_code ignored;
  fs::remove_all(directory_, ignored);
}

absl::StatusOr<CompiledPack> PackLibrary::Compile(const PackFiles& files) {
  const fs::path draft =
      ArchiveOf(directory_) / absl::StrCat(kDraftPrefix, ++drafts_);
  const absl::Cleanup remove = [&draft] {
    std::error_code ignored;
    fs::remove_all(draft, ignored);
  };
  std::error_code error;
  fs::create_directories(draft, error);
  if (error) return CannotWrite(draft);
  STRATAGEM_RETURN_IF_ERROR(WriteDraft(draft, files));
  return CompileFolder(draft.string(), draft.string());
}

absl::Status PackLibrary::Keep(const CompiledPack& pack) {
  const std::string& digest = pack.plan->summary().digest;
  STRATAGEM_RETURN_IF_ERROR(
      DiskError(store::KeepPack(directory_, digest, pack.sources)));
  return DiskError(store::KeepPackTests(directory_, digest, pack.test_files));
}

absl::StatusOr<CompiledPack> PackLibrary::Load(
    const std::string& digest) const {
  const std::string folder = PathOf(digest);
  const auto lost = [&folder](absl::string_view why) {
    return absl::DataLossError(
        absl::StrCat("`", folder, "`: ", why,
                     "; publish the same files again, or put the folder back"));
  };
  CompiledPack pack =
      CompileFolder(folder, store::ArchivedTestsPath(directory_, digest));
  if (pack.plan == nullptr) {
    const std::vector<Diagnostic> found = pack.diagnostics.Sorted();
    return lost(absl::StrCat("the pack cannot be read any more: ",
                             ToString(found.front())));
  }
  if (pack.plan->summary().digest != digest) {
    return lost("the pack is not the one that was published");
  }
  return pack;
}

std::string PackLibrary::PathOf(const std::string& digest) const {
  return store::ArchivedPackPath(directory_, digest);
}

}  // namespace stratagem::server
