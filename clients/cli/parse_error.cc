// CLI11's exceptions hold nothing but their text, whose forms are these:
//   RequiredError     "--server is required"
//   RequiresError     "--map requires --csv"
//   ArgumentMismatch  "--pack: 1 required DIR missing"
//   ConversionError   "Could not convert: --seed = abc"
//   ValidationError   "--output: xml not in {table,json}",
//                     "-n: Value 0 not in range 1 to 1000"

#include "clients/cli/parse_error.h"

#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "engine/base/suggestion.h"

namespace stratagem::cli {
namespace {

// "`--server ADDR`", "`DIR`": what to write for the option of that name.
std::string Usage(const CLI::App& command, const std::string& name) {
  const CLI::Option* const option = command.get_option_no_throw(name);
  if (option == nullptr || !absl::StartsWith(name, "-") ||
      option->get_type_name().empty()) {
    return absl::StrCat("`", name, "`");
  }
  return absl::StrCat("`", name, " ", option->get_type_name(), "`");
}

// Splits at the first `separator`. Both are empty when there is none.
std::pair<std::string, std::string> SplitAt(absl::string_view text,
                                            absl::string_view separator) {
  const size_t at = text.find(separator);
  if (at == text.npos) return {};
  return {std::string(text.substr(0, at)),
          std::string(text.substr(at + separator.size()))};
}

// What follows "NAME: " of a ValidationError.
ParseErrorText RewordValue(const std::string& option, const std::string& text,
                           const std::string& see) {
  if (auto [value, choices] = SplitAt(text, " not in {"); !choices.empty()) {
    choices.pop_back();  // "}"
    const std::vector<std::string> known = absl::StrSplit(choices, ',');
    return {absl::StrCat("`", option, "` cannot be `", value, "`"),
            SuggestionHint(value, known)};
  }
  if (const auto [found, range] = SplitAt(text, " not in range ");
      !range.empty()) {
    return {
        absl::StrCat("`", option, "`: `", absl::StripPrefix(found, "Value "),
                     "` is not a number from ", range),
        see};
  }
  return {absl::StrCat("`", option, "`: ", text), see};
}

}  // namespace

ParseErrorText Reword(const CLI::ParseError& error, const CLI::App& command,
                      const std::string& name) {
  const std::string text = error.what();
  const std::string see = absl::StrCat("see `", name, " --help`");
  if (absl::string_view option = text;
      absl::ConsumeSuffix(&option, " is required")) {
    return {absl::StrCat("`", name, "` needs ",
                         Usage(command, std::string(option))),
            see};
  }
  if (const auto [option, other] = SplitAt(text, " requires ");
      !other.empty()) {
    return {absl::StrCat("`", option, "` goes with ", Usage(command, other)),
            see};
  }
  if (const auto [option, rest] = SplitAt(text, ": 1 required ");
      !rest.empty()) {
    return {absl::StrCat("`", option, "` has no value"),
            absl::StrCat("write ", Usage(command, option))};
  }
  if (absl::string_view rest = text;
      absl::ConsumePrefix(&rest, "Could not convert: ")) {
    const auto [option, value] = SplitAt(rest, " = ");
    return {absl::StrCat("`", option, "`: `", value, "` is not a number"), see};
  }
  if (const auto [option, rest] = SplitAt(text, ": "); !rest.empty()) {
    return RewordValue(option, rest, see);
  }
  return {text, see};
}

}  // namespace stratagem::cli
