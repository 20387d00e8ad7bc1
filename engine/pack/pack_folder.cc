#include "engine/pack/pack_folder.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "engine/base/limits.h"
#include "engine/base/sha256.h"
#include "engine/base/suggestion.h"
#include "engine/base/utf8.h"

namespace stratagem::pack {
namespace {

namespace fs = std::filesystem;

// LIMIT: bytes of all files of one pack; all are in memory while it is read.
constexpr size_t kPackBytesMax = 64u << 20;

// True when `path` is plain relative: no root, no empty, `.` or `..` part.
bool IsPlainRelative(absl::string_view path) {
  if (path.empty() || absl::StrContains(path, '\\') ||
      absl::StrContains(path, absl::string_view("\0", 1))) {
    return false;
  }
  for (const absl::string_view part : absl::StrSplit(path, '/')) {
    if (part.empty() || part == "." || part == "..") return false;
  }
  return true;
}

// True when `file` is inside `directory`; both exist and links are followed.
bool IsInside(const fs::path& directory, const fs::path& file) {
  std::error_code error;
  const fs::path root = fs::canonical(directory, error);
  if (error) return false;
  const fs::path target = fs::canonical(file, error);
  if (error) return false;
  return std::mismatch(root.begin(), root.end(), target.begin(), target.end())
             .first == root.end();
}

// nullopt when the file cannot be read; may be longer than `bytes_max`, then
// cut after it.
std::optional<std::string> ReadBytes(const fs::path& path, size_t bytes_max) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  std::string bytes;
  char buffer[65'536];
  while (bytes.size() <= bytes_max && file) {
    file.read(buffer, sizeof(buffer));
    bytes.append(buffer, static_cast<size_t>(file.gcount()));
  }
  if (file.bad()) return std::nullopt;
  return bytes;
}

// True for files that packs and their tests are made of, and for those that an
// author may have meant to be.
bool LooksLikeAPart(absl::string_view name) {
  return absl::EndsWith(name, ".yaml") || absl::EndsWith(name, ".yml") ||
         absl::EndsWith(name, ".csv");
}

// The paths of the files below `directory` that look like parts of the pack,
// sorted; empty when they are too many or the folder cannot be listed.
std::vector<std::string> List(const std::string& directory) {
  std::vector<std::string> paths;
  std::error_code error;
  fs::recursive_directory_iterator entry(
      directory, fs::directory_options::skip_permission_denied, error);
  size_t count = 0;
  for (; !error && entry != fs::end(entry); entry.increment(error)) {
    if (++count > kFolderEntriesMax) return {};
    const std::string name = entry->path().filename().string();
    std::error_code ignored;
    const bool is_folder = entry->is_directory(ignored);
    if (absl::StartsWith(name, ".") ||
        (is_folder && fs::exists(entry->path() / "pack.yaml", ignored))) {
      entry.disable_recursion_pending();
      continue;
    }
    if (!LooksLikeAPart(name) || !entry->is_regular_file(ignored)) continue;
    std::string path =
        entry->path().lexically_relative(directory).generic_string();
    // Names that are no text stand in no pack, nor in any message.
    if (IsValidUtf8(path)) paths.push_back(std::move(path));
  }
  if (error) return {};
  std::sort(paths.begin(), paths.end());
  return paths;
}

}  // namespace

PackFolder::PackFolder(std::string directory)
    : directory_(std::move(directory)) {}

const std::string* PackFolder::Read(const std::string& path,
                                    const SourceLocation& named_at,
                                    Diagnostics& diagnostics) {
  const auto fail = [&](absl::string_view code, std::string message,
                        std::string hint) {
    diagnostics.AddError(code, named_at, std::move(message), std::move(hint));
    return nullptr;
  };
  if (!IsPlainRelative(path)) {
    return fail("E260",
                absl::StrCat("path `", path, "` may lead out of the pack"),
                "name a file below the pack's folder, without `..`, with `/`");
  }
  const auto known = files_.find(path);
  if (known != files_.end()) return &known->second;
  if (files_.size() >= kPackFilesMax) {
    return fail(
        "E202",
        absl::StrCat("the pack has more than ", kPackFilesMax, " files"), "");
  }
  const fs::path full = fs::path(directory_) / path;
  std::error_code error;
  const fs::file_status status = fs::status(full, error);
  if (status.type() == fs::file_type::not_found) {
    return fail("E201", absl::StrCat("file `", path, "` does not exist"),
                NearestFileHint(path, named_at));
  }
  if (status.type() == fs::file_type::none) {
    return fail(
        "E201",
        absl::StrCat("file `", path, "` cannot be read: ", error.message()),
        "");
  }
  if (!IsInside(directory_, full)) {
    return fail(
        "E260",
        absl::StrCat("file `", path, "` is a link that leads out of the pack"),
        "put the file itself into the pack's folder");
  }
  // Never opens what could block, such as a pipe.
  if (!fs::is_regular_file(status)) {
    return fail("E201", absl::StrCat("`", path, "` is not a file"), "");
  }
  // Asked first, so that what is too large is not read; it may still grow.
  const uintmax_t size = fs::file_size(full, error);
  if (!error && size <= kPackFileBytesMax && bytes_ + size > kPackBytesMax) {
    return fail("E202",
                absl::StrCat("the pack has more than ", kPackBytesMax,
                             " bytes up to file `", path, "`"),
                "");
  }
  std::optional<std::string> bytes;
  if (error || size <= kPackFileBytesMax) {
    bytes = ReadBytes(full, kPackFileBytesMax);
    if (!bytes.has_value()) {
      return fail("E201", absl::StrCat("file `", path, "` cannot be read"),
                  "check its permissions");
    }
  }
  if (!bytes.has_value() || bytes->size() > kPackFileBytesMax) {
    return fail("E202",
                absl::StrCat("file `", path, "` has more than ",
                             kPackFileBytesMax, " bytes"),
                "split it with `include:`");
  }
  bytes_ += bytes->size();
  return &files_.insert_or_assign(path, *std::move(bytes)).first->second;
}

std::vector<std::string> PackFolder::UnreadFiles() {
  if (!listed_.has_value()) listed_ = List(directory_);
  std::vector<std::string> unread;
  for (const std::string& path : *listed_) {
    if (!files_.contains(path)) unread.push_back(path);
  }
  return unread;
}

std::string PackFolder::NearestFileHint(const std::string& path,
                                        const SourceLocation& named_at) {
  // Nobody has named pack.yaml, so nobody has misspelt it.
  if (named_at.line == 0) return "";
  const size_t dot = path.rfind('.');
  if (dot == std::string::npos) return "";
  std::vector<std::string> candidates = UnreadFiles();
  std::erase_if(candidates, [&](const std::string& candidate) {
    return !absl::EndsWith(candidate, path.substr(dot));
  });
  const std::string nearest = Nearest(path, candidates);
  return nearest.empty() ? "" : absl::StrCat("did you mean `", nearest, "`?");
}

std::string PackFolder::Digest() const {
  Sha256 sha;
  sha.Update("stratagem-pack-1\n");
  for (const auto& [path, bytes] : files_) {
    sha.Update(absl::StrCat(path.size(), ":", path, bytes.size(), ":"));
    sha.Update(bytes);
  }
  return sha.FinishHex();
}

}  // namespace stratagem::pack
