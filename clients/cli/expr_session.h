// clients/cli/expr_session.h
//
// ExprSession: the names, values and clock that `stratagem expr` evaluates
// with: a pack's, or those that the user sets.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_CLIENTS_CLI_EXPR_SESSION_H_
#define STRATAGEM_CLIENTS_CLI_EXPR_SESSION_H_

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "engine/base/arena.h"
#include "engine/decide/decide.h"
#include "engine/expr/program.h"
#include "engine/expr/scope.h"
#include "engine/expr/type.h"
#include "engine/plan/plan.h"
#include "engine/value/value.h"

namespace stratagem::cli {

// The type that a value shows: lists of one kind are list(T), every map is
// map(K, dyn), what is mixed or empty is dyn.
expr::Type TypeOfValue(const Value& value);

// Not thread safe.
class ExprSession {
 public:
  // Without a plan there are no names but `now` and those that are set. `plan`
  // outlives the session.
  ExprSession(const plan::Plan* plan, absl::Time now);
  ExprSession(const ExprSession&) = delete;
  ExprSession& operator=(const ExprSession&) = delete;

  // Gives `name` a value: an attribute or a request value of the pack keeps
  // its declared type, any other name gets `type`.
  // Errors: INVALID_ARGUMENT for what is no name, a name that the pack computes
  // itself, a request value that it does not declare, and a value that it
  // refuses.
  absl::Status Set(absl::string_view name, const Value& value,
                   const expr::Type& type);
  // As above from "name=text": text of the declared type; for other names JSON,
  // or else the text itself as a string, unless it begins as a JSON list or
  // object does.
  absl::Status SetFromText(absl::string_view assignment);
  // Every member of a JSON object.
  absl::Status SetFromJson(absl::string_view json);
  // Returns false when `name` was not set.
  bool Unset(absl::string_view name);

  const expr::Scope& scope() const { return scope_; }

  // The values as they were set, in a fresh frame; what earlier evaluations
  // built is forgotten.
  expr::Frame& Start();

  // The names of the pack that names set beside them look like, as sentences:
  // most likely they are misspelt.
  std::vector<std::string> LikelyMistakes() const;

  // A name that `program` reads and that has no value though it needs one, or
  // "".
  std::string MissingName(const expr::Program& program) const;
  // What gives `name`, a MissingName(), a value.
  std::string HintForMissing(absl::string_view name) const;
  // Whether there are no names but `now`.
  bool is_empty() const { return plan_ == nullptr && set_.empty(); }

 private:
  struct SetValue {
    Value value;
    expr::Type type;
  };

  // The field that `name` is of the pack, with its schema and bare name.
  struct PackField {
    const Schema* schema = nullptr;
    const Field* field = nullptr;
  };
  std::optional<PackField> FindField(absl::string_view name) const;
  absl::Status CheckName(absl::string_view name) const;
  // Stores and decides again; takes it back when the pack refuses it.
  absl::Status Store(absl::string_view name, const SetValue& set);
  // The slots that `program` and the pack's variables that it needs read.
  std::set<int> SlotsRead(const expr::Program& program) const;
  // Lays out names and values anew.
  absl::Status Refresh();
  absl::Status DecideFacts();

  const plan::Plan* const plan_;
  const absl::Time now_;
  Arena values_;  // Of everything that was ever set.
  std::map<std::string, SetValue, std::less<>> set_;
  decide::Workspace workspace_;
  // Required attributes and request values that have no value.
  std::vector<std::string> missing_;
  // What is said about constraints that do not hold.
  std::vector<std::string> broken_;
  expr::Scope scope_;
  std::vector<Value> initial_slots_;
  std::vector<const expr::Program*> lazy_;
  Arena arena_;
  std::vector<Value> slots_;
  expr::Frame frame_;
};

}  // namespace stratagem::cli

#endif  // STRATAGEM_CLIENTS_CLI_EXPR_SESSION_H_
