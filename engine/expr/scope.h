// engine/expr/scope.h
//
// Scope: the names that one place of a pack may use, each with its type and its
// slot. plan declares them; the checker resolves against them.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_EXPR_SCOPE_H_
#define STRATAGEM_ENGINE_EXPR_SCOPE_H_

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "engine/expr/function_table.h"
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
  // Declares a name in place of the one of that name, which it returns, if
  // there is one: what an inner block of a policy does to its outer blocks'
  // variables.
  std::optional<Declaration> Shadow(Declaration declaration);
  // Undoes Shadow(): `name` is what that returned again. Requires: Shadow() was
  // called for it.
  void Restore(absl::string_view name, std::optional<Declaration> shadowed);
  // Declares that `name` (a whole name or a root such as "treatments") exists
  // elsewhere, so that its use here is an error that says `why`:
  // "is decided after the lifecycle stage".
  void Hide(std::string name, std::string why);
  // Undoes Hide(): from here on what is unknown below `name` is unknown.
  void Reveal(absl::string_view name);

  // Names are looked for inside `container` ("com.example") and then inside
  // its parents before they are taken as whole names, as CEL defines it; a
  // leading dot means a whole name. Empty at first.
  void SetContainer(std::string container);
  // Lets `alias` (one identifier) stand for the whole name `name`. Returns
  // false when the alias is taken.
  bool Import(std::string alias, std::string name);
  // Returns false when the name is taken.
  bool DeclareMessage(MessageType message);
  // What calls resolve to; FunctionTable::Standard() at first.
  void SetFunctions(std::shared_ptr<const FunctionTable> functions);

  const std::shared_ptr<const FunctionTable>& functions() const {
    return functions_;
  }
  const std::string& container() const { return container_; }
  // The whole names that `name`, as an expression spells it, may stand for, in
  // the order in which they are to be tried.
  std::vector<std::string> Candidates(absl::string_view name) const;
  const MessageType* FindMessage(absl::string_view name) const;
  std::vector<std::string> message_names() const;
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
  std::map<std::string, std::string, std::less<>> imports_;
  std::map<std::string, MessageType, std::less<>> messages_;
  std::string container_;
  std::shared_ptr<const FunctionTable> functions_ = FunctionTable::Standard();
};

}  // namespace stratagem::expr

#endif  // STRATAGEM_ENGINE_EXPR_SCOPE_H_
