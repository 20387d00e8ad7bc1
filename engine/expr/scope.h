// engine/expr/scope.h
//
// Scope: the names that one place of a pack may use, each with its type and its
// slot. plan declares them; the checker resolves against them.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_EXPR_SCOPE_H_
#define STRATAGEM_ENGINE_EXPR_SCOPE_H_

#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "engine/expr/type.h"

namespace stratagem::expr {

// One name. Dotted names ("request.channel", "treatments.pricing.discount_pct")
// are whole names: the checker takes the longest declared one, as CEL's name
// resolution does, and treats what follows as field selection.
struct Declaration {
  std::string name;
  Type type;
  // Index into Frame::slots. For a declared optional_type(T) the slot holds T
  // or kMissing and loading it makes the optional without allocation.
  int slot = -1;
  // The only strings that this name can hold, when known (`values:` of an
  // attribute; tiers; stages). Comparing with another literal, by ==, != or
  // `in`, is a warning with a suggestion.
  std::vector<std::string> values;
  // For ordered `values`, best first: the slot of an int, 0 for the best.
  // `NAME.atLeast('gold')` compiles to a comparison of that slot; without it
  // atLeast does not exist for this name.
  int rank_slot = -1;
};

// Immutable while expressions are compiled against it. A copy extends one
// scope to the next ("everywhere" + score = "lifecycle").
class Scope {
 public:
  // Returns false when the name is taken. A hidden name of that name goes.
  bool Declare(Declaration declaration);
  // Declares that `name` (a whole name or a root such as "treatments") exists
  // elsewhere, so that its use here is an error that says `why`:
  // "is decided after the lifecycle stage".
  void Hide(std::string name, std::string why);
  // Undoes Hide(): from here on what is unknown below `name` is unknown.
  void Reveal(absl::string_view name);

  const Declaration* Find(absl::string_view name) const;
  // Why `name` is hidden, or null.
  const std::string* FindHidden(absl::string_view name) const;
  // True when some declared or hidden name starts with `name` and a dot.
  bool IsPrefix(absl::string_view name) const;
  // Declared names in alphabetical order, for suggestions and completion.
  std::vector<std::string> names() const;

 private:
  std::map<std::string, Declaration, std::less<>> declarations_;
  std::map<std::string, std::string, std::less<>> hidden_;
};

}  // namespace stratagem::expr

#endif  // STRATAGEM_ENGINE_EXPR_SCOPE_H_
