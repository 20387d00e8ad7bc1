#include "engine/expr/unknown_name.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "engine/base/suggestion.h"
#include "engine/expr/foreign_syntax.h"
#include "engine/expr/macros.h"

namespace stratagem::expr {
namespace {

// As SuggestionHint() where all names would be too many to list.
std::string NearestHint(absl::string_view name,
                        const std::vector<std::string>& names) {
  const std::string nearest = Nearest(name, names);
  return nearest.empty() ? "" : absl::StrCat("did you mean `", nearest, "`?");
}

// Of functions and macros.
std::vector<std::string> CallableNames(const FunctionTable& functions) {
  std::vector<std::string> names = functions.names();
  for (std::string& name : MacroNames()) names.push_back(std::move(name));
  return names;
}

// Names have no dashes: `recency-days` is read as a subtraction whose first
// part is unknown. "" unless exactly one known name begins with that part.
std::string DashHint(absl::string_view name,
                     const std::vector<std::string>& names) {
  const std::string beginning = absl::StrCat(name, "_");
  const std::string* found = nullptr;
  for (const std::string& candidate : names) {
    if (!absl::StartsWith(candidate, beginning)) continue;
    if (found != nullptr) return "";
    found = &candidate;
  }
  return found == nullptr ? "" : absl::StrCat("did you mean `", *found, "`?");
}

std::string UnknownNameHint(const Scope& scope, absl::string_view name,
                            const std::vector<std::string>& variables) {
  if (std::string hint = ForeignWordHint(name); !hint.empty()) return hint;
  std::vector<std::string> names = scope.names();
  const std::string ending = absl::StrCat(".", name);
  for (const std::string& candidate : names) {
    if (absl::EndsWith(candidate, ending)) {
      return absl::StrCat("did you mean `", candidate, "`?");
    }
  }
  for (const std::string& candidate : names) {
    const std::vector<std::string>& values = scope.Find(candidate)->values;
    if (std::find(values.begin(), values.end(), name) != values.end()) {
      return absl::StrCat("text stands in quotes: `'", name, "'`");
    }
  }
  if (std::string hint = DashHint(name, names); !hint.empty()) return hint;
  // Under a known root only the names of that root help.
  const absl::string_view root = name.substr(0, name.find('.'));
  if (scope.IsPrefix(root)) {
    const std::string prefix = absl::StrCat(root, ".");
    std::erase_if(names, [&prefix](const std::string& candidate) {
      return !absl::StartsWith(candidate, prefix);
    });
  } else {
    names.insert(names.end(), variables.begin(), variables.end());
  }
  return SuggestionHint(name, names);
}

}  // namespace

Mismatch DescribeUnknownName(const Scope& scope, absl::string_view spelled,
                             const std::vector<std::string>& variables) {
  const absl::string_view name = absl::StripPrefix(spelled, ".");
  if (const std::string* why = NameLookup(scope).FindHidden(spelled)) {
    return {"E111", absl::StrCat("`", name, "` is not visible here"),
            absl::StrCat("it ", *why)};
  }
  // In the words of other CEL checkers, which tools look for.
  return {"E110", absl::StrCat("undeclared reference to '", name, "'"),
          UnknownNameHint(scope, name, variables)};
}

Mismatch DescribeUnknownFunction(const FunctionTable& functions,
                                 absl::string_view kind,
                                 absl::string_view name) {
  std::vector<std::string> names = CallableNames(functions);
  const bool exists =
      std::find(names.begin(), names.end(), name) != names.end();
  if (kind == "method") names.emplace_back("atLeast");
  std::string hint = NearestHint(name, names);
  if (exists) {
    hint = absl::StrCat("the macro `", name, "` takes other arguments");
  } else if (name == "atLeast") {
    hint = "only a ranked name, such as `tier`, has `atLeast`";
  } else if (std::string foreign = ForeignWordHint(name); !foreign.empty()) {
    hint = std::move(foreign);
  }
  return {"E112", absl::StrCat("unknown ", kind, " `", name, "`"),
          std::move(hint)};
}

bool StartsAFunction(const FunctionTable& functions, absl::string_view prefix) {
  const std::vector<std::string> names = CallableNames(functions);
  return std::any_of(names.begin(), names.end(),
                     [prefix](const std::string& name) {
                       return absl::StartsWith(name, prefix);
                     });
}

Mismatch DescribeUnknownMessage(const NameLookup& names,
                                absl::string_view spelled) {
  const absl::string_view name = absl::StripPrefix(spelled, ".");
  return {"E112", absl::StrCat("unknown message type `", name, "`"),
          NearestHint(name, names.message_names())};
}

Mismatch DescribeUnknownField(const MessageType& message,
                              absl::string_view field) {
  std::vector<std::string> fields;
  for (const auto& [name, type] : message.fields) fields.push_back(name);
  return {"E112", absl::StrCat("no field `", field, "` in ", message.name),
          SuggestionHint(field, fields)};
}

}  // namespace stratagem::expr
