#include "engine/expr/checker.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "engine/base/suggestion.h"
#include "engine/expr/mismatch.h"
#include "engine/expr/name_lookup.h"
#include "engine/expr/overload_resolution.h"
#include "engine/expr/type_inference.h"
#include "engine/expr/unknown_name.h"

namespace stratagem::expr {
namespace {

Type Bool() { return Type(TypeKind::kBool); }
Type Wrong() { return Type(TypeKind::kError); }

absl::string_view WithoutLeadingDot(absl::string_view name) {
  return absl::StartsWith(name, ".") ? name.substr(1) : name;
}

class Checker {
 public:
  Checker(const Ast& ast, const SourceText& source, const Scope& scope,
          CheckMode mode, Diagnostics& diagnostics)
      : ast_(ast),
        source_(source),
        scope_(scope),
        names_(scope),
        typed_(mode == CheckMode::kTyped),
        diagnostics_(diagnostics),
        functions_(*scope.functions()) {
    checked_.types.resize(ast.nodes.size());
    checked_.references.resize(ast.nodes.size());
  }

  std::optional<CheckedAst> Run(const std::vector<Type>& expected) {
    const size_t errors_before = diagnostics_.error_count();
    CheckNode(ast_.root);
    for (Type& type : checked_.types) type = inference_.Finish(type);
    if (typed_) CheckResult(expected);
    if (inference_.exhausted()) {
      diagnostics_.AddError("E102", source_.Locate(ast_.offsets[ast_.root]),
                            "the types in this expression are too large",
                            "split it into variables");
    }
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
  Type SelectedType(NodeId id, const SelectNode& node, const Type& operand);
  std::optional<Type> FieldType(NodeId id, const SelectNode& node,
                                const Type& holder);
  void CheckField(const MessageType& message, const StructNode& node,
                  size_t index, const Type& found);
  const Declaration* FindDeclaration(NodeId id) const;
  std::optional<Type> CheckAtLeast(NodeId id, const CallNode& node);
  CallShape ShapeOf(NodeId id, const CallNode& node);
  std::string UnknownQualified(const CallShape& call,
                               const CallNode& node) const;
  void WarnOfImpossibleValue(const CallShape& call);
  void WarnOfNull(const CallShape& call);
  std::vector<Type> VariableTypes(const Type& range, NodeId at,
                                  const ComprehensionNode& node);
  Type CollectedType(const ComprehensionNode& node, const Type& key);
  Type CheckOptionalItem(NodeId item, bool optional);

  Type Error(NodeId at, absl::string_view code, std::string message,
             std::string hint = "") {
    // Types that are too large make the next mistakes up.
    if (inference_.exhausted()) return Wrong();
    diagnostics_.AddError(code, source_.Locate(ast_.offsets[at]),
                          std::move(message), std::move(hint));
    return Wrong();
  }

  Type Error(NodeId at, const Mismatch& mismatch) {
    return Error(at, mismatch.code, mismatch.message, mismatch.hint);
  }

  // Unchecked mode: node `id` stands for nothing, and evaluating it says so.
  Type Unknown(NodeId id) {
    checked_.references[id].kind = ReferenceKind::kUnknown;
    return Type();
  }

  const Ast& ast_;
  const SourceText& source_;
  const Scope& scope_;
  const NameLookup names_;
  // False: every value is dyn, and what does not exist is kUnknown, so that no
  // rule about types can be broken.
  const bool typed_;
  Diagnostics& diagnostics_;
  const FunctionTable& functions_;
  TypeInference inference_;
  CheckedAst checked_;
  std::vector<Variable> variables_;  // Innermost last.
};

Type Checker::CheckNode(NodeId id, NodeId chain) {
  Type type = std::visit(
      [&](const auto& node) { return CheckKind(id, chain, node); }, ast_[id]);
  type = typed_ ? inference_.Limited(type) : Type();
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
  Error(ast_.root, DescribeWrongResult(ast_, ast_.root, found, expected));
}

Type Checker::CheckKind(NodeId, NodeId, const ConstantNode& node) {
  return Type::OfKind(node.value.kind());
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

// The type of the whole dotted name `id`, when it means something.
std::optional<Type> Checker::ResolveDotted(NodeId id) {
  const std::string dotted = DottedName(ast_, id);
  if (dotted.empty()) return std::nullopt;
  std::optional<NameMeaning> meaning = names_.Find(dotted);
  if (!meaning) return std::nullopt;
  Reference& reference = checked_.references[id];
  reference.name = std::move(meaning->name);
  if (meaning->declaration != nullptr) {
    reference.kind = ReferenceKind::kDeclaration;
    reference.declaration = meaning->declaration;
    return meaning->declaration->type;
  }
  if (meaning->denoted) {
    reference.kind = ReferenceKind::kTypeName;
    return Type::TypeOf(*meaning->denoted);
  }
  reference.kind = ReferenceKind::kConstant;
  reference.constant = *meaning->constant;
  return Type::OfKind(meaning->constant->kind());
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
  if (!typed_) return Unknown(id);
  return ReportUnknownName(chain == kNoNode ? id : chain);
}

// Reports the dotted name `id`, of which no part is declared.
Type Checker::ReportUnknownName(NodeId id) {
  const NodeId root = ChainRoot(ast_, id);
  std::string dotted = DottedName(ast_, id);
  if (dotted.empty()) dotted = DottedName(ast_, root);
  std::vector<std::string> variables;
  for (const Variable& variable : variables_) {
    // Macros' own names start with `@`.
    if (variable.name[0] != '@') variables.push_back(variable.name);
  }
  return Error(root, DescribeUnknownName(scope_, dotted, variables));
}

Type Checker::CheckKind(NodeId id, NodeId chain, const SelectNode& node) {
  if (!node.test && !node.optional && !StartsWithVariable(id)) {
    if (const std::optional<Type> type = ResolveDotted(id)) return *type;
  }
  const bool in_chain = !node.test && !node.optional;
  const NodeId outer = !in_chain ? kNoNode : chain == kNoNode ? id : chain;
  const Type operand = inference_.Follow(CheckNode(node.operand, outer));
  return SelectedType(id, node, operand);
}

// The type of field `node.field` of `holder`; nullopt after an error.
std::optional<Type> Checker::FieldType(NodeId id, const SelectNode& node,
                                       const Type& holder) {
  switch (holder.kind()) {
    case TypeKind::kDyn:
    case TypeKind::kError:
    case TypeKind::kParameter:
      return Type();
    case TypeKind::kMap:
      if (inference_.Assign(holder.params()[0], Type(TypeKind::kString))) {
        return holder.params()[1];
      }
      Error(id, "E112",
            absl::StrCat("no field `", node.field, "` in ",
                         ToString(inference_.Finish(holder))),
            "fields are for string keys: write `m[key]`");
      return std::nullopt;
    case TypeKind::kOpaque:
      // The full name of a type needs no looking for.
      if (const MessageType* message =
              names_.FindMessage(absl::StrCat(".", holder.name()))) {
        const auto field = message->fields.find(node.field);
        if (field != message->fields.end()) return field->second;
        Error(id, DescribeUnknownField(*message, node.field));
        return std::nullopt;
      }
      [[fallthrough]];
    default:
      Error(id, "E112",
            absl::StrCat("no field `", node.field, "` in ",
                         ToString(inference_.Finish(holder)),
                         ", which is no map"));
      return std::nullopt;
  }
}

// The type of `operand`.field; for has(…) bool.
Type Checker::SelectedType(NodeId id, const SelectNode& node,
                           const Type& operand) {
  if (operand.is(TypeKind::kError)) return Wrong();
  const bool through = operand.is(TypeKind::kOptional);
  const Type holder =
      through ? inference_.Follow(operand.params()[0]) : operand;
  const std::optional<Type> field = FieldType(id, node, holder);
  if (!field) return Wrong();
  if (node.test) return Bool();
  if (!through && !node.optional) return *field;
  // Selections through an optional stay one level of optional.
  const Type held = inference_.Follow(*field);
  return held.is(TypeKind::kOptional) ? held : Type::Optional(held);
}

// The name that node `id` spells and that is declared, or null.
const Declaration* Checker::FindDeclaration(NodeId id) const {
  const std::string dotted = DottedName(ast_, id);
  if (dotted.empty() || StartsWithVariable(id)) return nullptr;
  const std::optional<NameMeaning> meaning = names_.Find(dotted);
  return meaning ? meaning->declaration : nullptr;
}

// NAME.atLeast('literal') for names that are ranked; nullopt for others.
std::optional<Type> Checker::CheckAtLeast(NodeId id, const CallNode& node) {
  if (node.function != "atLeast" || node.target == kNoNode || !typed_) {
    return std::nullopt;
  }
  const Declaration* const declaration = FindDeclaration(node.target);
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
    return Error(
        node.arguments[0], "E116",
        absl::StrCat("`", declaration->name, "` is never `", value, "`"),
        SuggestionHint(value, declaration->values));
  }
  Reference& reference = checked_.references[id];
  reference.kind = ReferenceKind::kAtLeast;
  reference.declaration = declaration;
  reference.rank = static_cast<int>(found - declaration->values.begin());
  return Bool();
}

// The function that `node` calls: its name in full, how it is called and with
// what. A target that is part of the name is no argument.
CallShape Checker::ShapeOf(NodeId id, const CallNode& node) {
  CallShape call{ast_, "", CallStyle::kGlobal, node.arguments, {}};
  if (node.target == kNoNode) {
    call.function = names_.FindFunction(node.function);
    return call;
  }
  const std::string prefix = DottedName(ast_, node.target);
  if (!prefix.empty() && !StartsWithVariable(node.target)) {
    call.function =
        names_.FindFunction(absl::StrCat(prefix, ".", node.function));
  }
  if (!call.function.empty()) {
    checked_.references[id].qualified = true;
    return call;
  }
  call.function = names_.FindFunction(node.function);
  call.style = CallStyle::kMember;
  call.arguments.insert(call.arguments.begin(), node.target);
  return call;
}

Type Checker::CheckKind(NodeId id, NodeId, const CallNode& node) {
  if (const std::optional<Type> type = CheckAtLeast(id, node)) return *type;
  CallShape call = ShapeOf(id, node);
  const std::string qualified = UnknownQualified(call, node);
  if (!qualified.empty()) {
    for (const NodeId argument : node.arguments) CheckNode(argument);
    return Error(id,
                 DescribeUnknownFunction(functions_, "function", qualified));
  }
  bool wrong = false;
  for (const NodeId argument : call.arguments) {
    call.types.push_back(inference_.Resolve(CheckNode(argument)));
    wrong |= call.types.back().is(TypeKind::kError);
  }
  if (call.function.empty()) {
    if (!typed_) return Type();
    const bool member = call.style == CallStyle::kMember;
    // The target of a method may be the mistake.
    if (member && call.types[0].is(TypeKind::kError)) return Wrong();
    return Error(
        id, DescribeUnknownFunction(functions_, member ? "method" : "function",
                                    WithoutLeadingDot(node.function)));
  }
  if (typed_) WarnOfImpossibleValue(call);
  if (typed_) WarnOfNull(call);
  const std::span<const Overload> rows = functions_.Find(call.function);
  Resolution resolution = ResolveOverloads(call, rows, inference_);
  const bool fits = !resolution.overloads.empty();
  if (fits || wrong || !typed_) {
    Reference& reference = checked_.references[id];
    if (fits) reference.kind = ReferenceKind::kOverloads;
    reference.overloads = std::move(resolution.overloads);
    return resolution.result;
  }
  for (Type& type : call.types) type = inference_.Finish(type);
  return Error(id, DescribeMismatch(call, rows, inference_));
}

// The function that `node` means when its target is no value but the beginning
// of functions' names, as in math.greates(x); else "".
std::string Checker::UnknownQualified(const CallShape& call,
                                      const CallNode& node) const {
  if (!typed_ || call.style == CallStyle::kGlobal) return "";
  const std::string spelled = DottedName(ast_, node.target);
  if (spelled.empty() || StartsWithVariable(node.target)) return "";
  const std::string root(
      std::get<NameNode>(ast_[ChainRoot(ast_, node.target)]).name);
  if (names_.Find(root) || scope_.IsPrefix(root)) return "";
  const std::string prefix = absl::StrCat(WithoutLeadingDot(spelled), ".");
  return StartsAFunction(functions_, prefix)
             ? absl::StrCat(prefix, node.function)
             : "";
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

// `x == null` of an optional: CEL allows it, and it is never true.
void Checker::WarnOfNull(const CallShape& call) {
  const bool differs = call.function == "_!=_";
  if (!differs && call.function != "_==_") return;
  for (size_t side = 0; side < 2; ++side) {
    const NodeId literal = call.arguments[side];
    const auto* constant = std::get_if<ConstantNode>(&ast_[literal]);
    if (constant == nullptr || !constant->value.is(ValueKind::kNull) ||
        !call.types[1 - side].is(TypeKind::kOptional)) {
      continue;
    }
    const std::string name = DottedName(ast_, call.arguments[1 - side]);
    diagnostics_.AddWarning(
        "W121", source_.Locate(ast_.offsets[literal]),
        absl::StrCat(
            name.empty() ? "an optional" : absl::StrCat("`", name, "`"),
            " is never null: this is always ", differs ? "true" : "false"),
        absl::StrCat("write `", differs ? "" : "!", name.empty() ? "x" : name,
                     ".hasValue()`"));
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
    const Type held =
        key_type.is(TypeKind::kWrapper) ? key_type.params()[0] : key_type;
    switch (held.kind()) {
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
  const MessageType* const message = names_.FindMessage(node.type);
  for (size_t i = 0; i < node.fields.size(); ++i) {
    const StructNode::Field& field = node.fields[i];
    const Type type = CheckOptionalItem(field.value, field.optional);
    if (message != nullptr && typed_) CheckField(*message, node, i, type);
  }
  if (message == nullptr) {
    if (!typed_) return Type();
    return Error(id, DescribeUnknownMessage(names_, node.type));
  }
  const std::span<const Overload> constructors =
      functions_.Find(NameLookup::ConstructorOf(*message));
  if (!constructors.empty()) {
    Reference& reference = checked_.references[id];
    reference.kind = ReferenceKind::kOverloads;
    reference.overloads = {&constructors.front()};
  }
  return names_.LiteralType(*message);
}

// Field number `index` of a literal of `message` gets a value of type `found`.
void Checker::CheckField(const MessageType& message, const StructNode& node,
                         size_t index, const Type& found) {
  const StructNode::Field& field = node.fields[index];
  const auto same_name = [&field](const StructNode::Field& other) {
    return other.name == field.name;
  };
  const auto declared = message.fields.find(field.name);
  if (declared == message.fields.end()) {
    Error(field.value, DescribeUnknownField(message, field.name));
  } else if (std::any_of(node.fields.begin(),
                         node.fields.begin() + static_cast<ptrdiff_t>(index),
                         same_name)) {
    Error(field.value, "E113",
          absl::StrCat("field `", field.name, "` is given twice"));
  } else if (!inference_.Assign(declared->second, found)) {
    Error(field.value, "E113",
          absl::StrCat("field `", field.name, "` of ", message.name, " is ",
                       ToString(declared->second), ", found ",
                       ToString(inference_.Finish(found))));
  }
}

Type Checker::CheckKind(NodeId id, NodeId, const LetNode& node) {
  const size_t outer = variables_.size();
  for (const LetNode::Binding& binding : node.bindings) {
    Type type = inference_.Follow(CheckNode(binding.value));
    // As an item of `[]`: any type at once, not the one of the first use.
    if (type.is(TypeKind::kParameter)) type = Type();
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
                                CheckMode mode, Diagnostics& diagnostics) {
  return Checker(ast, source, scope, mode, diagnostics).Run(expected);
}

}  // namespace stratagem::expr
