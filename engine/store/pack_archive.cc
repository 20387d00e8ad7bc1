#include "engine/store/pack_archive.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <system_error>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "engine/base/check.h"
#include "engine/base/status_macros.h"
#include "engine/store/directory_lock.h"

namespace stratagem::store {
namespace {

namespace fs = std::filesystem;

constexpr char kArchiveFolder[] = "packs";
constexpr char kTestsSuffix[] = ".tests";
constexpr size_t kDigestDigits = 64;

absl::Status ErrorAt(const fs::path& path, absl::string_view action, int code) {
  return absl::ErrnoToStatus(
      code, absl::StrCat("`", path.string(), "`: cannot ", action,
                         "; check that this user may write there and that the "
                         "disk has room"));
}

bool IsDigest(absl::string_view text) {
  return text.size() == kDigestDigits &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return absl::ascii_isdigit(static_cast<unsigned char>(c)) ||
                  (c >= 'a' && c <= 'f');
         });
}

// Whether `folder` holds each of the files as it is.
bool HoldsAll(const fs::path& folder,
              const std::map<std::string, std::string>& files) {
  return std::all_of(files.begin(), files.end(), [&folder](const auto& file) {
    std::ifstream input(folder / file.first, std::ios::binary);
    const std::string bytes(std::istreambuf_iterator<char>(input), {});
    return input.good() && bytes == file.second;
  });
}

// Of the files below `folder`; 0 when it is not there.
size_t CountFiles(const fs::path& folder) {
  std::error_code error;
  fs::recursive_directory_iterator entry(folder, error);
  size_t count = 0;
  for (; !error && entry != fs::end(entry); entry.increment(error)) {
    std::error_code ignored;
    if (entry->is_regular_file(ignored)) ++count;
  }
  return count;
}

absl::Status MakeFolders(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  return error ? ErrorAt(folder, "make this folder", error.value())
               : absl::OkStatus();
}

absl::Status Remove(const fs::path& folder) {
  std::error_code error;
  fs::remove_all(folder, error);
  return error ? ErrorAt(folder, "remove", error.value()) : absl::OkStatus();
}

// Writes and syncs `bytes`. Returns errno's code of what failed, or 0.
int WriteAll(int descriptor, absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return fsync(descriptor) == 0 ? 0 : errno;
}

absl::Status WriteFile(const fs::path& path, absl::string_view bytes) {
  const int descriptor =
      open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0) return ErrorAt(path, "make this file", errno);
  const int code = WriteAll(descriptor, bytes);
  close(descriptor);
  return code == 0 ? absl::OkStatus() : ErrorAt(path, "write", code);
}

// Writes the files below `folder`, which is not there, and syncs them and every
// folder that holds one.
absl::Status WriteFiles(const fs::path& folder,
                        const std::map<std::string, std::string>& files) {
  std::set<fs::path> folders = {folder};
  STRATAGEM_RETURN_IF_ERROR(MakeFolders(folder));
  for (const auto& [path, bytes] : files) {
    const fs::path file = folder / path;
    for (fs::path parent = file.parent_path(); parent != folder;
         parent = parent.parent_path()) {
      folders.insert(parent);
    }
    STRATAGEM_RETURN_IF_ERROR(MakeFolders(file.parent_path()));
    STRATAGEM_RETURN_IF_ERROR(WriteFile(file, bytes));
  }
  for (const fs::path& written : folders) {
    STRATAGEM_RETURN_IF_ERROR(SyncDirectory(written.string()));
  }
  return absl::OkStatus();
}

// Puts `files` at `folder` of the archive, in the place of what is there.
absl::Status Replace(const std::string& directory, const fs::path& folder,
                     const std::map<std::string, std::string>& files) {
  const fs::path archive = folder.parent_path();
  // What a crash left of the last attempt is written anew.
  const fs::path draft = folder.string() + ".draft";
  STRATAGEM_RETURN_IF_ERROR(MakeFolders(archive));
  STRATAGEM_RETURN_IF_ERROR(Remove(draft));
  STRATAGEM_RETURN_IF_ERROR(WriteFiles(draft, files));
  STRATAGEM_RETURN_IF_ERROR(Remove(folder));
  std::error_code error;
  fs::rename(draft, folder, error);
  if (error) return ErrorAt(folder, "rename to", error.value());
  STRATAGEM_RETURN_IF_ERROR(SyncDirectory(archive.string()));
  return SyncDirectory(directory);
}

}  // namespace

std::string ArchivedPackPath(const std::string& directory,
                             absl::string_view digest) {
  if (!IsDigest(digest)) return "";
  return absl::StrCat(directory, "/", kArchiveFolder, "/", digest);
}

std::string ArchivedTestsPath(const std::string& directory,
                              absl::string_view digest) {
  const std::string folder = ArchivedPackPath(directory, digest);
  return folder.empty() ? "" : absl::StrCat(folder, kTestsSuffix);
}

absl::Status KeepPack(const std::string& directory, absl::string_view digest,
                      const std::map<std::string, std::string>& files) {
  const fs::path folder = ArchivedPackPath(directory, digest);
  STRATAGEM_CHECK(!folder.empty());
  if (HoldsAll(folder, files)) return absl::OkStatus();
  return Replace(directory, folder, files);
}

absl::Status KeepPackTests(const std::string& directory,
                           absl::string_view digest,
                           const std::map<std::string, std::string>& files) {
  const fs::path folder = ArchivedTestsPath(directory, digest);
  STRATAGEM_CHECK(!folder.empty());
  if (HoldsAll(folder, files) && CountFiles(folder) == files.size()) {
    return absl::OkStatus();
  }
  return Replace(directory, folder, files);
}

}  // namespace stratagem::store
