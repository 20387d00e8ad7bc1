#include "server/config/variables.h"

#include <unistd.h>

#include <map>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace stratagem::server {
namespace {

// "STRATAGEM_SERVICE_HOST", "STRATAGEM_PORT_50051_TCP_ADDR": not ours.
bool IsOfKubernetes(absl::string_view rest) {
  return rest == "PORT" || absl::StartsWith(rest, "PORT_") ||
         absl::StartsWith(rest, "SERVICE_");
}

void WarnOf(const std::string& name, absl::string_view rest,
            Diagnostics& diagnostics) {
  if (IsOfKubernetes(rest)) return;
  const OptionSpec* const nearest = FindOption(NearestOption(rest));
  diagnostics.AddWarning(
      "W606", {OneLine(name), 0, 0}, "no option has this variable",
      nearest == nullptr
          ? "see `stratagemd --help`"
          : absl::StrCat("did you mean `", nearest->variable(), "`?"));
}

Setting SettingOf(const OptionSpec& option, const std::string& name,
                  const std::string& value) {
  const SourceLocation here = {name, 0, 0};
  Setting setting = {&option, here, {}};
  if (!option.type.is_list()) {
    setting.values.push_back({value, here});
  } else if (!value.empty()) {
    for (const absl::string_view item : absl::StrSplit(value, ',')) {
      setting.values.push_back(
          {std::string(absl::StripAsciiWhitespace(item)), here});
    }
  }
  return setting;
}

}  // namespace

Variables ReadVariables(const std::vector<std::string>& environment,
                        Diagnostics& diagnostics) {
  std::map<std::string, const OptionSpec*> options;
  for (const OptionSpec& spec : OptionList()) {
    options.emplace(spec.variable(), &spec);
  }
  const std::string config_file = absl::StrCat(kVariablePrefix, "CONFIG");
  Variables variables;
  std::map<const OptionSpec*, Setting> settings;
  for (const std::string& variable : environment) {
    const size_t equals = variable.find('=');
    if (equals == std::string::npos) continue;
    const std::string name = variable.substr(0, equals);
    absl::string_view rest = name;
    if (!absl::ConsumePrefix(&rest, kVariablePrefix)) continue;
    const std::string value = variable.substr(equals + 1);
    if (name == config_file) {
      if (!value.empty()) variables.config_file = {value, {name, 0, 0}};
    } else if (const auto found = options.find(name); found != options.end()) {
      settings.insert_or_assign(found->second,
                                SettingOf(*found->second, name, value));
    } else {
      WarnOf(name, rest, diagnostics);
    }
  }
  for (const OptionSpec& spec : OptionList()) {
    const auto found = settings.find(&spec);
    if (found == settings.end()) continue;
    variables.settings.push_back(std::move(found->second));
  }
  return variables;
}

std::vector<std::string> OwnEnvironment() {
  std::vector<std::string> environment;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    environment.emplace_back(*variable);
  }
  return environment;
}

}  // namespace stratagem::server
