#include "server/rpc/read_pack.h"

#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "engine/base/limits.h"
#include "server/options.h"
#include "server/rpc/field_checks.h"

namespace stratagem::server {
namespace {

// LIMIT: bytes of a change's texts, as its comments promise them.
constexpr size_t kActorBytesMax = 256;
constexpr size_t kReasonBytesMax = 1'024;

// A file cannot be a folder, too. Paths are sorted: `a`, `a-b`, `a/b`.
void CheckFolders(const PackFiles& files, absl::string_view field,
                  std::vector<FieldError>& errors) {
  for (const auto& [path, bytes] : files) {
    for (size_t slash = path.find('/'); slash != path.npos;
         slash = path.find('/', slash + 1)) {
      const std::string folder = path.substr(0, slash);
      if (!files.contains(folder)) continue;
      errors.push_back({absl::StrCat(field, ".files"),
                        v1::ERROR_REASON_MALFORMED_ID,
                        absl::StrCat("`", folder,
                                     "` is a file and the folder "
                                     "of `",
                                     path, "`")});
      return;
    }
  }
}

}  // namespace

PackFiles ReadPackFiles(const v1::PackFiles& files, absl::string_view field,
                        std::vector<FieldError>& errors) {
  const std::string list = absl::StrCat(field, ".files");
  PackFiles read;
  if (files.files().empty()) {
    errors.push_back({list, v1::ERROR_REASON_MISSING_FIELD,
                      "no file; a pack has pack.yaml at least"});
    return read;
  }
  if (static_cast<size_t>(files.files_size()) > kPackFilesMax) {
    errors.push_back({list, v1::ERROR_REASON_TOO_LARGE,
                      absl::StrCat(files.files_size(), " files, at most ",
                                   kPackFilesMax, " are allowed")});
    return read;
  }
  for (int i = 0; i < files.files_size(); ++i) {
    const v1::PackFile& file = files.files(i);
    const std::string at = absl::StrCat(list, "[", i, "].path");
    std::string fault = PackPathFault(file.path());
    if (!fault.empty()) {
      errors.push_back({at, v1::ERROR_REASON_MALFORMED_ID, std::move(fault)});
    } else if (!read.emplace(file.path(), file.content()).second) {
      errors.push_back(
          {at, v1::ERROR_REASON_DUPLICATE_NAME,
           absl::StrCat("`", file.path(), "` is there more than once")});
    }
  }
  CheckFolders(read, field, errors);
  return read;
}

VersionName ReadVersionName(const v1::PackVersion& version, VersionNeed need,
                            absl::string_view field,
                            std::vector<FieldError>& errors) {
  CheckTextSize(absl::StrCat(field, ".name"), version.name(), kNameBytesMax,
                errors);
  CheckTextSize(absl::StrCat(field, ".version"), version.version(),
                kNameBytesMax, errors);
  const auto need_text = [&](absl::string_view part, const std::string& text) {
    if (!text.empty()) return;
    errors.push_back({absl::StrCat(field, ".", part),
                      v1::ERROR_REASON_MISSING_FIELD,
                      absl::StrCat("empty; expected the pack's ", part)});
  };
  // A version without its pack names nothing.
  if (need == VersionNeed::kNamed || !version.version().empty()) {
    need_text("name", version.name());
  }
  if (need == VersionNeed::kNamed) need_text("version", version.version());
  return {version.name(), version.version()};
}

Change ReadChange(const v1::Change& change, std::vector<FieldError>& errors) {
  CheckTextSize("change.actor", change.actor(), kActorBytesMax, errors);
  CheckTextSize("change.reason", change.reason(), kReasonBytesMax, errors);
  return {change.actor(), change.reason()};
}

}  // namespace stratagem::server
