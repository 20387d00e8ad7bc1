#include "engine/expr/checker.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "engine/base/suggestion.h"
#include "engine/expr/mismatch.h"
#include "engine/expr/type_inference.h"

namespace stratagem::expr {
namespace {

Type Bool() { return Type(TypeKind::kBool); }
Type Wrong() { return Type(TypeKind::kError); }

// The type that `name` names, when it is one: int, list, ….
std::optional<Type> NamedType(absl::string_view name) {
  static constexpr struct {
    absl::string_view name;
    TypeKind kind;
  } kTypes[] = {
      {"bool", TypeKind::kBool},
      {"int", TypeKind::kInt},
      {"uint", TypeKind::kUint},
      {"double", TypeKind::kDouble},
      {"string", TypeKind::kString},
      {"bytes", TypeKind::kBytes},
      {"null_type", TypeKind::kNull},
      {"google.protobuf.Timestamp", TypeKind::kTimestamp},
      {"google.protobuf.Duration", TypeKind::kDuration},
  };
  for (const auto& type : kTypes) {
    if (type.name == name) return Type(type.kind);
  }
  if (name == "list") return Type::List(Type());
  if (name == "map") return Type::Map(Type(), Type());
  if (name == "optional_type") return Type::Optional(Type());
  if (name == "type") return Type::TypeOf(Type());
  return std::nullopt;
}

absl::string_view WithoutLeadingDot(absl::string_view name) {
  return absl::StartsWith(name, ".") ? name.substr(1) : name;
}

class Checker {
 public:
  Checker(const Ast& ast, const SourceText& source, const Scope& scope,
          Diagnostics& diagnostics)
      : ast_(ast),
        source_(source),
        scope_(scope),
        diagnostics_(diagnostics),
        functions_(*scope.functions()) {
    checked_.types.resize(ast.nodes.size());
    checked_.references.resize(ast.nodes.size());
  }

  std::optional<CheckedAst> Run(const std::vector<Type>& expected) {
    const size_t errors_before = diagnostics_.error_count();
    CheckNode(ast_.root);
    for (Type& type : checked_.types) type = inference_.Finish(type);
    CheckResult(expected);
    if (diagnostics_.error_count() > errors_before) return std::nullopt;
    return std::move(checked_);
  }

 private:
  // A comprehension's or a let's variable, while what sees it is checked.
  struct Variable {
    std::string name;
    NodeId binder = kNoNode;
    uint32_t number = 0;  // Among its binder's.
    Type type;
  };

  // `chain` is the outermost selection of the dotted name that `id` is part
  // of, or kNoNode.
  Type CheckNode(NodeId id, NodeId chain = kNoNode);
  Type CheckKind(NodeId id, NodeId, const ConstantNode& node);
  Type CheckKind(NodeId id, NodeId chain, const NameNode& node);
  Type CheckKind(NodeId id, NodeId chain, const SelectNode& node);
  Type CheckKind(NodeId id, NodeId, const CallNode& node);
  Type CheckKind(NodeId id, NodeId, const ListNode& node);
  Type CheckKind(NodeId id, NodeId, const MapNode& node);
  Type CheckKind(NodeId id, NodeId, const StructNode& node);
  Type CheckKind(NodeId id, NodeId, const LetNode& node);
  Type CheckKind(NodeId id, NodeId, const ComprehensionNode& node);

  void CheckResult(const std::vector<Type>& expected);
  std::optional<Type> ResolveDotted(NodeId id);
  const Variable* FindVariable(absl::string_view name) const;
  bool StartsWithVariable(NodeId id) const;
  Type ReportUnknownName(NodeId id);
  std::string UnknownNameHint(absl::string_view name) const;
  Type FieldType(NodeId id, const SelectNode& node, const Type& operand);
  std::optional<Type> CheckAtLeast(NodeId id, const CallNode& node);
  Type ReportUnknownFunction(NodeId id, const CallNode& node);
  Type ResolveOverload(NodeId id, const CallShape& call);
  std::optional<Type> TryOverload(const Overload& overload,
                                  const std::vector<Type>& types);
  Type ReportNoOverload(NodeId id, CallShape call);
  void WarnOfImpossibleValue(const CallShape& call);
  std::vector<Type> VariableTypes(const Type& range, NodeId at,
                                  const ComprehensionNode& node);
  Type CollectedType(const ComprehensionNode& node, const Type& key);
  Type CheckOptionalItem(NodeId item, bool optional);

  Type Error(NodeId at, absl::string_view code, std::string message,
             std::string hint = "") {
    diagnostics_.AddError(code, source_.Locate(ast_.offsets[at]),
                          std::move(message), std::move(hint));
    return Wrong();
  }

  const Ast& ast_;
  const SourceText& source_;
  const Scope& scope_;
  Diagnostics& diagnostics_;
  const FunctionTable& functions_;
  TypeInference inference_;
  CheckedAst checked_;
  std::vector<Variable> variables_;  // Innermost last.
};

Type Checker::CheckNode(NodeId id, NodeId chain) {
  Type type = std::visit(
      [&](const auto& node) { return CheckKind(id, chain, node); }, ast_[id]);
  checked_.types[id] = type;
  return type;
}

void Checker::CheckResult(const std::vector<Type>& expected) {
  const Type found = checked_.types[ast_.root];
  if (expected.empty() || found.is(TypeKind::kError)) return;
  for (const Type& type : expected) {
    const size_t mark = inference_.Mark();
    if (!found.is(TypeKind::kNull) && inference_.Assign(type, found)) return;
    inference_.Undo(mark);
    if (type == found) return;
  }
  const Mismatch mismatch =
      DescribeWrongResult(ast_, ast_.root, found, expected);
  Error(ast_.root, mismatch.code, mismatch.message, mismatch.hint);
}

Type Checker::CheckKind(NodeId, NodeId, const ConstantNode& node) {
  switch (node.value.kind()) {
    case ValueKind::kNull:
      return Type(TypeKind::kNull);
    case ValueKind::kBool:
      return Bool();
    case ValueKind::kInt:
      return Type(TypeKind::kInt);
    case ValueKind::kUint:
      return Type(TypeKind::kUint);
    case ValueKind::kDouble:
      return Type(TypeKind::kDouble);
    case ValueKind::kString:
      return Type(TypeKind::kString);
    case ValueKind::kBytes:
      return Type(TypeKind::kBytes);
    default:
      return Type();
  }
}

const Checker::Variable* Checker::FindVariable(absl::string_view name) const {
  for (size_t i = variables_.size(); i > 0; --i) {
    if (variables_[i - 1].name == name) return &variables_[i - 1];
  }
  return nullptr;
}

bool Checker::StartsWithVariable(NodeId id) const {
  const auto* root = std::get_if<NameNode>(&ast_[ChainRoot(ast_, id)]);
  return root != nullptr && !root->absolute &&
         FindVariable(root->name) != nullptr;
}

// The type of the whole dotted name `id`, when it is declared or a type.
std::optional<Type> Checker::ResolveDotted(NodeId id) {
  const std::string dotted = DottedName(ast_, id);
  const absl::string_view name = WithoutLeadingDot(dotted);
  if (name.empty()) return std::nullopt;
  Reference& reference = checked_.references[id];
  if (const Declaration* declaration = scope_.Find(name)) {
    reference.kind = ReferenceKind::kDeclaration;
    reference.declaration = declaration;
    return declaration->type;
  }
  if (const std::optional<Type> type = NamedType(name)) {
    reference.kind = ReferenceKind::kTypeName;
    return Type::TypeOf(*type);
  }
  return std::nullopt;
}

Type Checker::CheckKind(NodeId id, NodeId chain, const NameNode& node) {
  const Variable* variable = node.absolute ? nullptr : FindVariable(node.name);
  if (variable != nullptr) {
    Reference& reference = checked_.references[id];
    reference.kind = ReferenceKind::kVariable;
    reference.binder = variable->binder;
    reference.variable = variable->number;
    return variable->type;
  }
  if (const std::optional<Type> type = ResolveDotted(id)) return *type;
  return ReportUnknownName(chain == kNoNode ? id : chain);
}

// Reports the dotted name `id`, of which no part is declared.
Type Checker::ReportUnknownName(NodeId id) {
  const NodeId root = ChainRoot(ast_, id);
  std::string dotted = DottedName(ast_, id);
  if (dotted.empty()) dotted = DottedName(ast_, root);
  const std::string name(WithoutLeadingDot(dotted));
  for (size_t end = 0; end != std::string::npos;) {
    end = name.find('.', end + 1);
    if (const std::string* why = scope_.FindHidden(name.substr(0, end))) {
      return Error(root, "E111",
                   absl::StrCat("`", name, "` is not visible here"),
                   absl::StrCat("it ", *why));
    }
  }
  return Error(root, "E110", absl::StrCat("unknown name `", name, "`"),
               UnknownNameHint(name));
}

std::string Checker::UnknownNameHint(absl::string_view name) const {
  std::vector<std::string> names = scope_.names();
  const std::string ending = absl::StrCat(".", name);
  for (const std::string& candidate : names) {
    if (absl::EndsWith(candidate, ending)) {
      return absl::StrCat("did you mean `", candidate, "`?");
    }
  }
  // Under a known root only the names of that root help.
  const std::string root(name.substr(0, name.find('.')));
  if (scope_.IsPrefix(root)) {
    const std::string prefix = absl::StrCat(root, ".");
    std::erase_if(names, [&prefix](const std::string& candidate) {
      return !absl::StartsWith(candidate, prefix);
    });
  } else {
    for (const Variable& variable : variables_) {
      // Macros' own names start with `@`.
      if (variable.name[0] != '@') names.push_back(variable.name);
    }
  }
  return SuggestionHint(name, names);
}

Type Checker::CheckKind(NodeId id, NodeId chain, const SelectNode& node) {
  if (!node.test && !node.optional && !StartsWithVariable(id)) {
    if (const std::optional<Type> type = ResolveDotted(id)) return *type;
  }
  const bool in_chain = !node.test && !node.optional;
  const NodeId outer = !in_chain ? kNoNode : chain == kNoNode ? id : chain;
  const Type operand = inference_.Follow(CheckNode(node.operand, outer));
  return FieldType(id, node, operand);
}

// The type of `operand`.field; for has(…) bool.
Type Checker::FieldType(NodeId id, const SelectNode& node,
                        const Type& operand) {
  if (operand.is(TypeKind::kError)) return Wrong();
  const bool through = operand.is(TypeKind::kOptional);
  const Type inner = through ? inference_.Follow(operand.params()[0]) : operand;
  Type field;
  if (inner.is(TypeKind::kMap)) {
    if (!inference_.Assign(inner.params()[0], Type(TypeKind::kString))) {
      return Error(id, "E112",
                   absl::StrCat("no field `", node.field, "` in ",
                                ToString(inference_.Finish(operand))),
                   "fields are for string keys: write `m[key]`");
    }
    field = inner.params()[1];
  } else if (!inner.is(TypeKind::kDyn) && !inner.is(TypeKind::kError) &&
             !inner.is(TypeKind::kParameter)) {
    return Error(id, "E112",
                 absl::StrCat("no field `", node.field, "` in ",
                              ToString(inference_.Finish(operand)),
                              ", which is no map"));
  }
  if (node.test) return Bool();
  if (!through && !node.optional) return field;
  // Selections through an optional stay one level of optional.
  const Type held = inference_.Follow(field);
  return held.is(TypeKind::kOptional) ? held : Type::Optional(held);
}

// NAME.atLeast('literal') for names that are ranked; nullopt for others.
std::optional<Type> Checker::CheckAtLeast(NodeId id, const CallNode& node) {
  if (node.function != "atLeast" || node.target == kNoNode ||
      StartsWithVariable(node.target)) {
    return std::nullopt;
  }
  const std::string name = DottedName(ast_, node.target);
  const Declaration* declaration = scope_.Find(WithoutLeadingDot(name));
  if (declaration == nullptr || declaration->rank_slot < 0) return std::nullopt;
  CheckNode(node.target);
  const ConstantNode* literal =
      node.arguments.size() == 1
          ? std::get_if<ConstantNode>(&ast_[node.arguments[0]])
          : nullptr;
  if (literal == nullptr || !literal->value.is(ValueKind::kString)) {
    return Error(id, "E116", "`atLeast` takes one string literal",
                 SuggestionHint("", declaration->values));
  }
  const std::string value(literal->value.text());
  const auto found =
      std::find(declaration->values.begin(), declaration->values.end(), value);
  if (found == declaration->values.end()) {
    return Error(node.arguments[0], "E116",
                 absl::StrCat("`", name, "` is never `", value, "`"),
                 SuggestionHint(value, declaration->values));
  }
  Reference& reference = checked_.references[id];
  reference.kind = ReferenceKind::kAtLeast;
  reference.declaration = declaration;
  reference.rank = static_cast<int>(found - declaration->values.begin());
  return Bool();
}

Type Checker::CheckKind(NodeId id, NodeId, const CallNode& node) {
  if (const std::optional<Type> type = CheckAtLeast(id, node)) return *type;
  CallShape call{ast_, node.function, CallStyle::kGlobal, {}, {}};
  std::string qualified;
  if (node.target != kNoNode) {
    const std::string prefix = DottedName(ast_, node.target);
    if (!prefix.empty() && !StartsWithVariable(node.target)) {
      qualified = absl::StrCat(WithoutLeadingDot(prefix), ".", node.function);
    }
    if (!qualified.empty() && !functions_.Find(qualified).empty()) {
      call.function = qualified;
      checked_.references[id].qualified = true;
    } else {
      call.style = CallStyle::kMember;
      call.arguments.push_back(node.target);
    }
  }
  for (const NodeId argument : node.arguments) {
    call.arguments.push_back(argument);
  }
  bool wrong = false;
  for (const NodeId argument : call.arguments) {
    call.types.push_back(inference_.Resolve(CheckNode(argument)));
    wrong |= call.types.back().is(TypeKind::kError);
  }
  if (functions_.Find(call.function).empty()) {
    return ReportUnknownFunction(id, node);
  }
  WarnOfImpossibleValue(call);
  const Type result = ResolveOverload(id, call);
  if (!result.is(TypeKind::kError) || wrong) return result;
  return ReportNoOverload(id, std::move(call));
}

Type Checker::ReportUnknownFunction(NodeId id, const CallNode& node) {
  const bool member = node.target != kNoNode;
  if (member && checked_.types[node.target].is(TypeKind::kError)) {
    return Wrong();  // The target may be the mistake.
  }
  // All names would be too many to list.
  const std::string nearest = Nearest(node.function, functions_.names());
  std::string hint =
      nearest.empty() ? "" : absl::StrCat("did you mean `", nearest, "`?");
  if (node.function == "atLeast") {
    hint = "only a ranked name, such as `tier`, has `atLeast`";
  }
  return Error(id, "E112",
               absl::StrCat("unknown ", member ? "method `" : "function `",
                            node.function, "`"),
               hint);
}

// The result type when `overload` takes arguments of `types`.
std::optional<Type> Checker::TryOverload(const Overload& overload,
                                         const std::vector<Type>& types) {
  if (overload.params.size() != types.size()) return std::nullopt;
  TypeInference::Renaming renaming;
  for (size_t i = 0; i < types.size(); ++i) {
    const Type param = inference_.Instantiate(overload.params[i], renaming);
    if (!inference_.Assign(param, types[i])) return std::nullopt;
  }
  return inference_.Instantiate(overload.result, renaming);
}

// Finds the overloads that take `call` and records them. The result is dyn
// when several do and differ; error when none does.
Type Checker::ResolveOverload(NodeId id, const CallShape& call) {
  Reference& reference = checked_.references[id];
  Type result = Wrong();
  for (const Overload& overload : functions_.Find(call.function)) {
    if (overload.style != call.style) continue;
    const size_t mark = inference_.Mark();
    const std::optional<Type> candidate = TryOverload(overload, call.types);
    if (!candidate) {
      inference_.Undo(mark);
      continue;
    }
    reference.overloads.push_back(&overload);
    const Type resolved = inference_.Resolve(*candidate);
    if (reference.overloads.size() == 1) {
      result = resolved;
    } else if (!(result == resolved)) {
      result = Type();
    }
  }
  if (!reference.overloads.empty()) reference.kind = ReferenceKind::kOverloads;
  return result;
}

Type Checker::ReportNoOverload(NodeId id, CallShape call) {
  for (Type& type : call.types) type = inference_.Finish(type);
  const std::span<const Overload> overloads = functions_.Find(call.function);
  // Would it fit if each optional were its value?
  std::vector<Type> unwrapped = call.types;
  size_t first = unwrapped.size();
  for (size_t i = 0; i < unwrapped.size(); ++i) {
    if (!unwrapped[i].is(TypeKind::kOptional)) continue;
    unwrapped[i] = Type(unwrapped[i].params()[0]);
    first = std::min(first, i);
  }
  bool fits = false;
  const size_t mark = inference_.Mark();
  for (const Overload& overload : overloads) {
    fits |= overload.style == call.style &&
            TryOverload(overload, unwrapped).has_value();
    inference_.Undo(mark);
  }
  const bool other_style = std::none_of(
      overloads.begin(), overloads.end(),
      [&call](const Overload& row) { return row.style == call.style; });
  if (other_style) {
    return Error(
        id, "E112",
        absl::StrCat("`", call.function, "` is a ",
                     call.style == CallStyle::kGlobal ? "method" : "function"),
        call.style == CallStyle::kGlobal
            ? absl::StrCat("write `x.", call.function, "(…)`")
            : absl::StrCat("write `", call.function, "(x)`"));
  }
  const Mismatch mismatch = fits && first < unwrapped.size()
                                ? DescribeOptionalUse(call, first)
                                : DescribeNoOverload(call, overloads);
  return Error(id, mismatch.code, mismatch.message, mismatch.hint);
}

// A string literal that a name with known values can never equal.
void Checker::WarnOfImpossibleValue(const CallShape& call) {
  const bool in = call.function == "@in";
  if (!in && call.function != "_==_" && call.function != "_!=_") return;
  for (size_t side = 0; side < (in ? 1U : 2U); ++side) {
    const Reference& reference = checked_.references[call.arguments[side]];
    if (reference.kind != ReferenceKind::kDeclaration ||
        reference.declaration->values.empty()) {
      continue;
    }
    std::vector<NodeId> literals = {call.arguments[1 - side]};
    if (const auto* list =
            in ? std::get_if<ListNode>(&ast_[literals[0]]) : nullptr) {
      literals.clear();
      for (const ListNode::Item& item : list->items) {
        literals.push_back(item.value);
      }
    }
    const std::vector<std::string>& values = reference.declaration->values;
    for (const NodeId literal : literals) {
      const auto* constant = std::get_if<ConstantNode>(&ast_[literal]);
      if (constant == nullptr || !constant->value.is(ValueKind::kString)) {
        continue;
      }
      const std::string text(constant->value.text());
      if (std::find(values.begin(), values.end(), text) != values.end()) {
        continue;
      }
      diagnostics_.AddWarning("W120", source_.Locate(ast_.offsets[literal]),
                              absl::StrCat("`", reference.declaration->name,
                                           "` is never `", text, "`"),
                              SuggestionHint(text, values));
    }
  }
}

// The type of an item of a list or map literal; [?x] holds what x holds.
Type Checker::CheckOptionalItem(NodeId item, bool optional) {
  const Type type = inference_.Follow(CheckNode(item));
  if (!optional || type.is(TypeKind::kError)) return type;
  const Type held = inference_.Fresh();
  if (inference_.Assign(Type::Optional(held), type)) {
    return inference_.Resolve(held);
  }
  return Error(item, "E113",
               absl::StrCat("an item marked `?` is an optional, found ",
                            ToString(inference_.Finish(type))));
}

Type Checker::CheckKind(NodeId, NodeId, const ListNode& node) {
  std::optional<Type> element;
  for (const ListNode::Item& item : node.items) {
    const Type type = CheckOptionalItem(item.value, item.optional);
    element = element ? inference_.Join(*element, type) : type;
  }
  return Type::List(element ? *element : inference_.Fresh());
}

Type Checker::CheckKind(NodeId, NodeId, const MapNode& node) {
  std::optional<Type> key;
  std::optional<Type> value;
  for (const MapNode::Entry& entry : node.entries) {
    Type key_type = inference_.Follow(CheckNode(entry.key));
    switch (key_type.kind()) {
      case TypeKind::kBool:
      case TypeKind::kInt:
      case TypeKind::kUint:
      case TypeKind::kString:
      case TypeKind::kDyn:
      case TypeKind::kError:
      case TypeKind::kParameter:
        break;
      default:
        key_type = Error(entry.key, "E113",
                         absl::StrCat("a map's key is a bool, int, uint or "
                                      "string, found ",
                                      ToString(inference_.Finish(key_type))));
    }
    const Type value_type = CheckOptionalItem(entry.value, entry.optional);
    key = key ? inference_.Join(*key, key_type) : key_type;
    value = value ? inference_.Join(*value, value_type) : value_type;
  }
  return Type::Map(key ? *key : inference_.Fresh(),
                   value ? *value : inference_.Fresh());
}

Type Checker::CheckKind(NodeId id, NodeId, const StructNode& node) {
  for (const StructNode::Field& field : node.fields) {
    CheckOptionalItem(field.value, field.optional);
  }
  const absl::string_view name = WithoutLeadingDot(node.type);
  const std::span<const Overload> constructors =
      functions_.Find(absl::StrCat("@", name));
  if (constructors.empty()) {
    return Error(id, "E112", absl::StrCat("unknown type `", name, "`"));
  }
  Reference& reference = checked_.references[id];
  reference.kind = ReferenceKind::kOverloads;
  reference.overloads = {&constructors.front()};
  return constructors.front().result;
}

Type Checker::CheckKind(NodeId id, NodeId, const LetNode& node) {
  const size_t outer = variables_.size();
  for (const LetNode::Binding& binding : node.bindings) {
    const Type type = CheckNode(binding.value);
    const auto number = static_cast<uint32_t>(variables_.size() - outer);
    variables_.push_back({binding.name, id, number, type});
  }
  const Type result = CheckNode(node.body);
  variables_.resize(outer);
  return result;
}

// The types of the variables of `node`, which goes over a `range`.
std::vector<Type> Checker::VariableTypes(const Type& range, NodeId at,
                                         const ComprehensionNode& node) {
  const bool two = !node.second_variable.empty();
  const auto param = [&](size_t i) {
    // The items of `[]` have any type at once, not the one that the first
    // use of the variable happens to need.
    const Type item = inference_.Follow(range.params()[i]);
    return item.is(TypeKind::kParameter) ? Type() : item;
  };
  switch (range.kind()) {
    case TypeKind::kList:
      if (two) return {Type(TypeKind::kInt), param(0)};
      return {param(0)};
    case TypeKind::kMap:
      if (two) return {param(0), param(1)};
      return {param(0)};
    case TypeKind::kDyn:
    case TypeKind::kParameter:
      return {Type(), Type()};
    case TypeKind::kError:
      return {Wrong(), Wrong()};
    default:
      break;
  }
  const std::string name = DottedName(ast_, node.range);
  Error(
      at, "E113",
      absl::StrCat("this goes over a list or a map, found ",
                   ToString(inference_.Finish(range))),
      range.is(TypeKind::kOptional)
          ? absl::StrCat("write `", name.empty() ? "x" : name, ".orValue([])`")
          : "");
  return {Wrong(), Wrong()};
}

// The type of a comprehension that collects its transforms.
Type Checker::CollectedType(const ComprehensionNode& node, const Type& key) {
  const Type transform = inference_.Follow(CheckNode(node.transform));
  if (node.kind == ComprehensionKind::kList) return Type::List(transform);
  if (node.kind == ComprehensionKind::kMap) {
    return Type::Map(key, transform);
  }
  if (transform.is(TypeKind::kError)) return Wrong();
  const Type entries = Type::Map(inference_.Fresh(), inference_.Fresh());
  if (inference_.Assign(entries, transform)) {
    return inference_.Resolve(entries);
  }
  return Error(node.transform, "E113",
               absl::StrCat("each turn gives a map of new entries, found ",
                            ToString(inference_.Finish(transform))),
               "for example `{key: value}`");
}

Type Checker::CheckKind(NodeId id, NodeId, const ComprehensionNode& node) {
  const Type range = inference_.Follow(CheckNode(node.range));
  const std::vector<Type> types = VariableTypes(range, id, node);
  const size_t outer = variables_.size();
  variables_.push_back({node.variable, id, 0, types[0]});
  if (!node.second_variable.empty()) {
    variables_.push_back({node.second_variable, id, 1, types[1]});
  }
  if (node.condition != kNoNode) {
    const Type condition = CheckNode(node.condition);
    if (!inference_.Assign(Bool(), condition)) {
      Error(node.condition, "E113",
            absl::StrCat("this condition must be bool, found ",
                         ToString(inference_.Finish(condition))));
    }
  }
  const Type result =
      Collects(node.kind) ? CollectedType(node, types[0]) : Bool();
  variables_.resize(outer);
  return result;
}

}  // namespace

std::optional<CheckedAst> Check(const Ast& ast, const SourceText& source,
                                const Scope& scope,
                                const std::vector<Type>& expected,
                                Diagnostics& diagnostics) {
  return Checker(ast, source, scope, diagnostics).Run(expected);
}

}  // namespace stratagem::expr
