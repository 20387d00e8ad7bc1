#include "server/config/configuration.h"

#include <initializer_list>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "server/config/config_file.h"
#include "server/config/variables.h"

namespace stratagem::server {
namespace {

constexpr size_t kOriginColumn = 40;

void Apply(const Setting& setting, Configuration& configuration,
           Diagnostics& diagnostics) {
  const OptionType& type = setting.option->type;
  if (type.is_list()) type.clear(configuration.options);
  for (const GivenValue& value : setting.values) {
    if (type.read(value.text, configuration.options)) continue;
    diagnostics.AddError("E604", value.location,
                         absl::StrCat("found `", OneLine(value.text),
                                      "`, expected ", type.expected));
  }
  configuration.origins.insert_or_assign(setting.option->key, setting.location);
}

// E607 at the later of two options that are equal and must not be.
void CheckDifferent(const Configuration& configuration, const std::string& key,
                    const std::string& other, absl::string_view because,
                    Diagnostics& diagnostics) {
  const auto here = configuration.origins.find(key);
  const auto there = configuration.origins.find(other);
  const bool is_here = here != configuration.origins.end();
  if (!is_here && there == configuration.origins.end()) return;
  diagnostics.AddError("E607", is_here ? here->second : there->second,
                       absl::StrCat("`", key, "` and `", other,
                                    "` are the "
                                    "same, ",
                                    because),
                       "change one of them");
}

void CheckTogether(const Configuration& configuration,
                   Diagnostics& diagnostics) {
  const Options& options = configuration.options;
  if (options.listen == options.http_listen &&
      !absl::EndsWith(options.listen, ":0")) {
    CheckDifferent(configuration, "http", "listen", "expected two addresses",
                   diagnostics);
  }
  if (!options.port_file.empty() &&
      options.port_file == options.http_port_file) {
    CheckDifferent(configuration, "http_port_file", "port_file",
                   "expected two files", diagnostics);
  }
}

// Whether YAML reads `text` as that text when it stands there plain.
bool IsPlain(const std::string& text) {
  constexpr char kSafe[] =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._:@-";
  return !text.empty() && text.front() != '-' && text.front() != ':' &&
         text.front() != '@' && text.back() != ':' && text != "null" &&
         text.find_first_not_of(kSafe) == std::string::npos;
}

std::string InYaml(const std::string& text) {
  if (IsPlain(text)) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      absl::StrAppend(&quoted, "\\", absl::string_view(&c, 1));
    } else if (byte < 0x20 || byte == 0x7F) {
      absl::StrAppend(&quoted, "\\x", absl::Hex(byte, absl::kZeroPad2));
    } else {
      quoted += c;
    }
  }
  return quoted + "\"";
}

std::string LineWithOrigin(std::string line, absl::string_view origin) {
  line.append(line.size() < kOriginColumn ? kOriginColumn - line.size() : 1,
              ' ');
  return absl::StrCat(line, " # ", origin, "\n");
}

// "stratagemd.yaml:3"
std::string OriginText(const SourceLocation& location) {
  return location.line == 0
             ? OneLine(location.file)
             : absl::StrCat(OneLine(location.file), ":", location.line);
}

}  // namespace

std::optional<Configuration> ReadConfiguration(
    const CommandLine& command_line,
    const std::vector<std::string>& environment, Diagnostics& diagnostics) {
  const size_t errors = diagnostics.error_count();
  const Variables variables = ReadVariables(environment, diagnostics);
  const std::optional<GivenValue>& file = command_line.config_file.has_value()
                                              ? command_line.config_file
                                              : variables.config_file;
  std::vector<Setting> in_file;
  if (file.has_value()) {
    in_file = ReadConfigFile(file->text, file->location, diagnostics);
  }
  Configuration configuration;
  for (const std::vector<Setting>* settings :
       std::initializer_list<const std::vector<Setting>*>{
           &in_file, &variables.settings, &command_line.settings}) {
    for (const Setting& setting : *settings) {
      Apply(setting, configuration, diagnostics);
    }
  }
  CheckTogether(configuration, diagnostics);
  if (diagnostics.error_count() > errors) return std::nullopt;
  return configuration;
}

std::string ToYaml(const Configuration& configuration) {
  std::string yaml;
  for (const OptionSpec& spec : OptionList()) {
    const auto found = configuration.origins.find(spec.key);
    const std::string origin = found == configuration.origins.end()
                                   ? "default"
                                   : OriginText(found->second);
    const std::vector<std::string> values =
        spec.type.write(configuration.options);
    if (!spec.type.is_list() || values.empty()) {
      yaml += LineWithOrigin(
          absl::StrCat(spec.key, ": ",
                       values.empty() ? "[]" : InYaml(values.front())),
          origin);
      continue;
    }
    yaml += LineWithOrigin(spec.key + ":", origin);
    for (const std::string& value : values) {
      absl::StrAppend(&yaml, "  - ", InYaml(value), "\n");
    }
  }
  return yaml;
}

std::vector<std::string> ChangedKeys(const Options& before,
                                     const Options& after) {
  std::vector<std::string> keys;
  for (const OptionSpec& spec : OptionList()) {
    if (spec.type.write(before) != spec.type.write(after)) {
      keys.push_back(spec.key);
    }
  }
  return keys;
}

}  // namespace stratagem::server
