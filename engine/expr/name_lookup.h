// engine/expr/name_lookup.h
//
// NameLookup: what a dotted name means in a Scope, by CEL's rules for
// containers, imports and leading dots. Used by the checker.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_EXPR_NAME_LOOKUP_H_
#define STRATAGEM_ENGINE_EXPR_NAME_LOOKUP_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "engine/expr/scope.h"
#include "engine/expr/type.h"
#include "engine/value/value.h"

namespace stratagem::expr {

// A name that exists: exactly one of its meanings is set.
struct NameMeaning {
  std::string name;                          // In full.
  const Declaration* declaration = nullptr;  // A variable; owned by the Scope.
  std::optional<Type> denoted;               // A type.
  std::optional<Value> constant;             // A value of an enumeration.
};

// Borrows the scope. Thread safe.
class NameLookup {
 public:
  explicit NameLookup(const Scope& scope) : scope_(scope) {}

  // Each of these takes a name as an expression spells it and looks for it as
  // a whole, in the scope's container and then in the container's parents. A
  // name of which only a beginning exists is not found.

  std::optional<NameMeaning> Find(absl::string_view spelled) const;
  // Returns the function's name in full, or "".
  std::string FindFunction(absl::string_view spelled) const;
  // Messages that the scope declares and those that CEL knows of itself.
  const MessageType* FindMessage(absl::string_view spelled) const;
  // Why one of the things that `spelled` or a beginning of it may stand for is
  // hidden, or null.
  const std::string* FindHidden(absl::string_view spelled) const;

  // The names of all messages for suggestions: in full, and those in the
  // scope's container also as they are spelled there.
  std::vector<std::string> message_names() const;

  // The type of literals of `message`: what their constructor returns, or the
  // message itself when there is none.
  Type LiteralType(const MessageType& message) const;
  // The name of the constructor's row in the function table.
  static std::string ConstructorOf(const MessageType& message);

 private:
  std::optional<NameMeaning> FindWhole(std::string name) const;
  const MessageType* FindWholeMessage(absl::string_view name) const;

  const Scope& scope_;
};

}  // namespace stratagem::expr

#endif  // STRATAGEM_ENGINE_EXPR_NAME_LOOKUP_H_
