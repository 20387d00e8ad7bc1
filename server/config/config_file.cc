#include "server/config/config_file.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/base/limits.h"
#include "engine/pack/section_reader.h"
#include "engine/pack/yaml_reader.h"

namespace stratagem::server {
namespace {

namespace fs = std::filesystem;
using pack::YamlEntry;
using pack::YamlKind;
using pack::YamlNode;

constexpr pack::YamlLanguage kConfigLanguage = {
    .name = "the configuration",
    .alias_hint = "write the value out",
    .may_be_empty = true};

// The bytes of the file, or nothing after an error.
std::optional<std::string> ReadBytes(const std::string& path,
                                     const SourceLocation& named_at,
                                     Diagnostics& diagnostics) {
  const auto fail = [&](const std::string& what, std::string hint) {
    diagnostics.AddError("E603", named_at,
                         absl::StrCat("the file `", path, "` ", what),
                         std::move(hint));
    return std::nullopt;
  };
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (status.type() == fs::file_type::not_found) {
    return fail("does not exist", "");
  }
  if (status.type() == fs::file_type::none) {
    return fail(absl::StrCat("cannot be read: ", error.message()), "");
  }
  if (fs::is_directory(status)) {
    return fail("is a folder, expected a file", "name the file in it");
  }
  // Never opens what could block, such as a pipe.
  if (!fs::is_regular_file(status)) {
    return fail("is not a file", "write the options into a file");
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return fail(absl::StrCat("cannot be read: ", std::strerror(errno)),
                "check its permissions");
  }
  std::string bytes(kConfigFileBytesMax + 1, '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (file.bad()) return fail("cannot be read", "");
  bytes.resize(static_cast<size_t>(file.gcount()));
  if (bytes.size() > kConfigFileBytesMax) {
    diagnostics.AddError(
        "E605", {path, 0, 0},
        absl::StrCat("the file has more than ", kConfigFileBytesMax, " bytes"),
        "is it the right one?");
    return std::nullopt;
  }
  return bytes;
}

class Reader {
 public:
  explicit Reader(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

  std::vector<Setting> Read(const YamlNode& root) {
    if (root.is(YamlKind::kMapping)) {
      for (const YamlEntry& entry : root.entries) {
        // No more are kept, and each is compared with all options.
        if (diagnostics_.error_count() >= kDiagnosticsMax) break;
        ReadEntry(entry);
      }
    } else if (!root.is(YamlKind::kNull)) {
      WrongShape(root, "options, each `key: value`", "");
    }
    return std::move(settings_);
  }

 private:
  void WrongShape(const YamlNode& node, absl::string_view expected,
                  std::string hint) {
    if (node.is(YamlKind::kBroken)) return;
    diagnostics_.AddError(
        "E604", node.location(),
        absl::StrCat("found ", pack::Describe(node), ", expected ", expected),
        std::move(hint));
  }

  void ReadEntry(const YamlEntry& entry) {
    const OptionSpec* const option = FindOption(entry.key.text);
    if (option == nullptr) {
      const std::string nearest = NearestOption(entry.key.text);
      diagnostics_.AddError(
          "E601", entry.key.location(),
          absl::StrCat("unknown key `", OneLine(entry.key.text), "`"),
          nearest.empty() ? "see `stratagemd --help`"
                          : absl::StrCat("did you mean `", nearest, "`?"));
      return;
    }
    Setting setting = {option, entry.key.location(), {}};
    const bool is_read = option->type.is_list()
                             ? ReadList(entry.value, setting)
                             : ReadValue(entry.value, setting);
    if (is_read) settings_.push_back(std::move(setting));
  }

  bool ReadList(const YamlNode& node, Setting& setting) {
    const std::string& expected = setting.option->type.expected;
    if (!node.is(YamlKind::kSequence)) {
      WrongShape(node, absl::StrCat("a list, each ", expected),
                 node.is(YamlKind::kScalar)
                     ? absl::StrCat("write `[", OneLine(node.text), "]`")
                     : "");
      return false;
    }
    // What is wrong with an item is told; the others are checked all the same.
    for (const YamlNode& item : node.items) ReadValue(item, setting);
    return true;
  }

  bool ReadValue(const YamlNode& node, Setting& setting) {
    const OptionType& type = setting.option->type;
    if (!node.is(YamlKind::kScalar)) {
      WrongShape(
          node, type.expected,
          node.is(YamlKind::kNull) ? "leave the key out for the default" : "");
      return false;
    }
    if (type.style != ValueStyle::kText &&
        node.style != pack::ScalarStyle::kPlain) {
      WrongShape(node, type.expected, "remove the quotes");
      return false;
    }
    setting.values.push_back({node.text, node.location()});
    return true;
  }

  Diagnostics& diagnostics_;
  std::vector<Setting> settings_;
};

}  // namespace

std::vector<Setting> ReadConfigFile(const std::string& path,
                                    const SourceLocation& named_at,
                                    Diagnostics& diagnostics) {
  const std::optional<std::string> bytes =
      ReadBytes(path, named_at, diagnostics);
  if (!bytes.has_value()) return {};
  const std::unique_ptr<const pack::YamlFile> file =
      pack::YamlFile::Read(path, *bytes, diagnostics, kConfigLanguage);
  if (file == nullptr) return {};
  return Reader(diagnostics).Read(file->root());
}

}  // namespace stratagem::server
