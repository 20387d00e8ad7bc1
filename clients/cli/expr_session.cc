#include "clients/cli/expr_session.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "engine/base/limits.h"
#include "engine/base/status_macros.h"
#include "engine/base/suggestion.h"
#include "engine/plan/plan_code.h"
#include "engine/value/json.h"

namespace stratagem::cli {
namespace {

using expr::Declaration;
using expr::Type;
using expr::TypeKind;

constexpr absl::string_view kRequestPrefix = "request.";
constexpr char kNow[] = "now";

// The type that all of `values` have, or dyn.
template <typename Range, typename Get>
Type CommonType(const Range& values, Get get) {
  std::optional<Type> common;
  for (const auto& value : values) {
    const Type type = TypeOfValue(get(value));
    if (common && !(*common == type)) return Type();
    common = type;
  }
  return common.value_or(Type());
}

bool IsName(absl::string_view name) {
  for (const absl::string_view part : absl::StrSplit(name, '.')) {
    if (part.empty() ||
        absl::ascii_isdigit(static_cast<unsigned char>(part[0])))
      return false;
    if (!std::all_of(part.begin(), part.end(), [](char c) {
          return c == '_' || absl::ascii_isalnum(static_cast<unsigned char>(c));
        })) {
      return false;
    }
  }
  return true;
}

std::vector<std::string> FieldNames(const Schema& schema,
                                    absl::string_view prefix = "") {
  std::vector<std::string> names;
  for (const Field& field : schema.fields()) {
    names.push_back(absl::StrCat(prefix, field.name));
  }
  return names;
}

// `text` as one JSON value, or nullopt.
std::optional<Value> ReadJsonValue(absl::string_view text, Arena& arena) {
  const absl::StatusOr<std::vector<NamedValue>> members =
      ReadJsonObject(absl::StrCat("{\"v\":", text, "}"), Schema(), arena);
  if (!members.ok() || members->size() != 1) return std::nullopt;
  return members->front().value;
}

}  // namespace

Type TypeOfValue(const Value& value) {
  switch (value.kind()) {
    case ValueKind::kList:
      return Type::List(
          CommonType(value.list(), [](const Value& item) { return item; }));
    case ValueKind::kMap:
      return Type::Map(
          CommonType(value.map(),
                     [](const MapEntry& entry) { return entry.key; }),
          Type());
    case ValueKind::kOptional:
      if (value.optional() == nullptr) break;
      return Type::Optional(TypeOfValue(*value.optional()));
    default:
      break;
  }
  return Type::OfKind(value.kind());
}

ExprSession::ExprSession(const plan::Plan* plan, absl::Time now)
    : plan_(plan), now_(now), arena_(kDecisionArenaBytesMax) {
  // Nothing is set, so nothing can be refused but what is missing.
  Refresh().IgnoreError();
}

std::optional<ExprSession::PackField> ExprSession::FindField(
    absl::string_view name) const {
  if (plan_ == nullptr) return std::nullopt;
  const bool of_request = absl::ConsumePrefix(&name, kRequestPrefix);
  const Schema& schema =
      of_request ? plan_->summary().request : plan_->summary().attributes;
  const int index = schema.Find(name);
  if (index < 0) return std::nullopt;
  return PackField{&schema, &schema.fields()[static_cast<size_t>(index)]};
}

absl::Status ExprSession::CheckName(absl::string_view name) const {
  if (!IsName(name)) {
    return absl::InvalidArgumentError(
        absl::StrCat("`", name,
                     "` is no name; expected letters, digits and _, "
                     "such as `nps`"));
  }
  const bool is_free = scope_.Find(name) == nullptr || set_.contains(name) ||
                       FindField(name).has_value();
  if (!is_free) {
    return absl::InvalidArgumentError(
        absl::StrCat("`", name, "` is computed and cannot be set"));
  }
  if (plan_ != nullptr && absl::StartsWith(name, kRequestPrefix) &&
      !FindField(name)) {
    const std::string hint = SuggestionHint(
        name, FieldNames(plan_->summary().request, kRequestPrefix));
    return absl::InvalidArgumentError(
        absl::StrCat("`", name, "` is not declared in the pack",
                     hint.empty() ? "" : "; ", hint));
  }
  if (const std::string* why = scope_.FindHidden(name)) {
    return absl::InvalidArgumentError(
        absl::StrCat("`", name, "` cannot be set: it ", *why));
  }
  return absl::OkStatus();
}

absl::Status ExprSession::Store(absl::string_view name, const SetValue& set) {
  std::map<std::string, SetValue, std::less<>> before = set_;
  set_.insert_or_assign(std::string(name), set);
  const absl::Status refreshed = Refresh();
  if (refreshed.ok()) return refreshed;
  set_ = std::move(before);
  Refresh().IgnoreError();  // As it was.
  return refreshed;
}

absl::Status ExprSession::Set(absl::string_view name, const Value& value,
                              const Type& type) {
  STRATAGEM_RETURN_IF_ERROR(CheckName(name));
  return Store(name, {CopyInto(value, values_), type});
}

absl::Status ExprSession::SetFromText(absl::string_view assignment) {
  const size_t equals = assignment.find('=');
  if (equals == absl::string_view::npos || equals == 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("`", assignment, "` is not of the form `name=value`"));
  }
  const absl::string_view name =
      absl::StripAsciiWhitespace(assignment.substr(0, equals));
  const absl::string_view text = assignment.substr(equals + 1);
  STRATAGEM_RETURN_IF_ERROR(CheckName(name));
  if (const std::optional<PackField> found = FindField(name)) {
    const absl::StatusOr<Value> value =
        ReadText(text, found->field->type, values_);
    if (!value.ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat("`", name, "`: ", value.status().message()));
    }
    return Store(name, {*value, Type()});
  }
  std::optional<Value> value = ReadJsonValue(text, values_);
  if (!value && (absl::StartsWith(text, "[") || absl::StartsWith(text, "{"))) {
    return absl::InvalidArgumentError(absl::StrCat(
        "`", name, "`: `", text,
        "` is not JSON; in a shell it needs quotes: 'name={\"key\": 1}'"));
  }
  if (!value) {
    STRATAGEM_ASSIGN_OR_RETURN(
        value, ReadText(text, FieldType{ValueKind::kString, nullptr}, values_));
  }
  return Store(name, {*value, TypeOfValue(*value)});
}

absl::Status ExprSession::SetFromJson(absl::string_view json) {
  const Schema none;
  STRATAGEM_ASSIGN_OR_RETURN(
      const std::vector<NamedValue> members,
      ReadJsonObject(json, plan_ ? plan_->summary().attributes : none,
                     values_));
  for (const NamedValue& member : members) {
    STRATAGEM_RETURN_IF_ERROR(CheckName(member.name));
    STRATAGEM_RETURN_IF_ERROR(
        Store(member.name, {member.value, TypeOfValue(member.value)}));
  }
  return absl::OkStatus();
}

bool ExprSession::Unset(absl::string_view name) {
  const auto found = set_.find(name);
  if (found == set_.end()) return false;
  set_.erase(found);
  Refresh().IgnoreError();  // Fewer values can only be missing.
  return true;
}

absl::Status ExprSession::DecideFacts() {
  std::vector<NamedValue> attributes;
  std::vector<NamedValue> request;
  for (const auto& [name, set] : set_) {
    if (!FindField(name)) continue;
    absl::string_view bare = name;
    const bool of_request = absl::ConsumePrefix(&bare, kRequestPrefix);
    (of_request ? request : attributes).push_back({bare, set.value});
  }
  decide::Call call;
  call.customer_id = "expression";
  call.role = trace::Role::kDryRun;
  call.decided_at = now_;
  call.attributes = attributes;
  call.request = request;
  // What is missing, and constraints that do not hold, are no mistake of an
  // expression that may not need them.
  for (const Violation& violation : decide::Decide(*plan_, call, workspace_)) {
    if (violation.reason == ViolationReason::kConstraint) {
      broken_.push_back(violation.description);
      continue;
    }
    if (violation.reason == ViolationReason::kMissing) {
      missing_.emplace_back(absl::StripPrefix(violation.field, "attributes."));
      continue;
    }
    return absl::InvalidArgumentError(
        absl::StrCat(violation.field, ": ", violation.description));
  }
  return absl::OkStatus();
}

absl::Status ExprSession::Refresh() {
  scope_ = expr::Scope();
  initial_slots_.clear();
  lazy_.clear();
  missing_.clear();
  broken_.clear();
  if (plan_ != nullptr) {
    STRATAGEM_RETURN_IF_ERROR(DecideFacts());
    const expr::Frame& decided = workspace_.frame();
    scope_ = plan_->code().scope;
    initial_slots_.assign(decided.slots.begin(), decided.slots.end());
    lazy_.assign(decided.lazy.begin(), decided.lazy.end());
  }
  const auto declare = [this](const std::string& name, const SetValue& set) {
    Declaration declaration;
    declaration.name = name;
    declaration.type = set.type;
    declaration.slot = static_cast<int>(initial_slots_.size());
    if (!scope_.Declare(std::move(declaration))) return;
    initial_slots_.push_back(set.value);
  };
  for (const auto& [name, set] : set_) {
    if (!FindField(name)) declare(name, set);
  }
  declare(kNow, {Value::Timestamp(now_), Type(TypeKind::kTimestamp)});
  return absl::OkStatus();
}

expr::Frame& ExprSession::Start() {
  arena_.Reset();
  slots_ = initial_slots_;
  frame_.slots = slots_;
  frame_.lazy = lazy_;
  frame_.arena = &arena_;
  frame_.steps_left = kEvaluationStepsMax;
  return frame_;
}

std::set<int> ExprSession::SlotsRead(const expr::Program& program) const {
  std::set<int> slots;
  std::vector<const expr::Program*> open = {&program};
  while (!open.empty()) {
    const expr::Program& reader = *open.back();
    open.pop_back();
    for (const int slot : reader.slots_read()) {
      const auto index = static_cast<size_t>(slot);
      const bool is_new = slots.insert(slot).second;
      if (is_new && index < lazy_.size() && lazy_[index] != nullptr) {
        open.push_back(lazy_[index]);
      }
    }
  }
  return slots;
}

std::string ExprSession::MissingName(const expr::Program& program) const {
  const std::set<int> read = SlotsRead(program);
  for (const std::string& name : scope_.names()) {
    const Declaration& declaration = *scope_.Find(name);
    const auto slot = static_cast<size_t>(declaration.slot);
    const bool is_lazy = slot < lazy_.size() && lazy_[slot] != nullptr;
    if (!initial_slots_[slot].is_missing() || is_lazy ||
        declaration.type.is(TypeKind::kOptional)) {
      continue;
    }
    if (read.contains(declaration.slot) ||
        read.contains(declaration.rank_slot)) {
      return name;
    }
  }
  return "";
}

std::vector<std::string> ExprSession::LikelyMistakes() const {
  std::vector<std::string> mistakes;
  if (plan_ == nullptr) return mistakes;
  const std::vector<std::string> known =
      FieldNames(plan_->summary().attributes);
  for (const auto& [name, set] : set_) {
    if (FindField(name)) continue;
    const std::string nearest = Nearest(name, known);
    if (nearest.empty()) continue;
    mistakes.push_back(absl::StrCat("`", name,
                                    "` is no attribute of the pack; did you "
                                    "mean `",
                                    nearest, "`?"));
  }
  return mistakes;
}

std::string ExprSession::HintForMissing(absl::string_view name) const {
  if (FindField(name)) {
    const bool of_request = absl::ConsumePrefix(&name, kRequestPrefix);
    return absl::StrCat("give it one with `",
                        of_request ? "--request" : "--set", " ", name,
                        "=…` or, in the repl, `:set ",
                        of_request ? kRequestPrefix : "", name, " = …`");
  }
  if (!missing_.empty()) {
    return absl::StrCat("`", name,
                        "` needs all required attributes; these have none: ",
                        absl::StrJoin(missing_, ", "));
  }
  return absl::StrCat("`", name,
                      "` is not decided: ", absl::StrJoin(broken_, "; "));
}

}  // namespace stratagem::cli
