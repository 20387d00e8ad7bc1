// `attributes:`, `request:`, `parameters:` and the `fields:` of treatments: one
// declaration of a field each, with the keys that its place allows.

#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/pack/literal.h"
#include "engine/pack/sections.h"
#include "engine/value/compare.h"

namespace stratagem::pack {
namespace {

// LIMIT: levels of `{list: {map: …}}` in a declared type.
constexpr int kTypeDepthMax = 8;

// A field before its type is known, which its bounds and default need.
struct FieldDraft {
  Field field;
  const YamlNode* type = nullptr;
  const YamlNode* value_min = nullptr;
  const YamlNode* value_max = nullptr;
  const YamlNode* values = nullptr;
  const YamlNode* default_value = nullptr;
};

struct TypeWord {
  absl::string_view word;
  ValueKind kind;
};

constexpr TypeWord kTypeWords[] = {
    {"bool", ValueKind::kBool},           {"int", ValueKind::kInt},
    {"double", ValueKind::kDouble},       {"string", ValueKind::kString},
    {"timestamp", ValueKind::kTimestamp}, {"duration", ValueKind::kDuration},
};

Shape TypeWordShape() {
  Shape shape = WordShape({});
  for (const TypeWord& known : kTypeWords) shape.words.push_back(known.word);
  return shape;
}

Shape TypeShape();

// `{list: TYPE}` or `{map: TYPE}`.
Shape CollectionTypeShape() {
  Shape shape;
  shape.kind = ShapeKind::kMapping;
  shape.keys = {
      {"list", false, TypeShape, "a list of items of this type"},
      {"map", false, TypeShape, "a mapping from names to values of this type"}};
  shape.choices = {{{"list", "map"}, true}};
  return shape;
}

Shape TypeShape() {
  return Defined<EitherOf<TypeWordShape, CollectionTypeShape>>("type");
}

// A bound: of int, double, timestamp and duration.
Shape BoundShape() { return EitherOf<NumberShape, TimeShape, DurationShape>(); }

// The keys that several kinds of fields have.
constexpr Key<FieldDraft> kTypeKey = {
    "type", Need::kRequired, Into<&FieldDraft::type, TypeShape>,
    "bool, int, double, string, timestamp, duration, {list: T} or {map: T}"};
constexpr Key<FieldDraft> kMinKey = {"min", Need::kOptional,
                                     Into<&FieldDraft::value_min, BoundShape>,
                                     "the smallest value that is allowed"};
constexpr Key<FieldDraft> kMaxKey = {"max", Need::kOptional,
                                     Into<&FieldDraft::value_max, BoundShape>,
                                     "the largest value that is allowed"};
constexpr Key<FieldDraft> kValuesKey = {
    "values", Need::kOptional, Into<&FieldDraft::values, ListOf<LabelShape, 1>>,
    "the strings that are allowed"};
constexpr Key<FieldDraft> kUnitKey = {
    "unit",
    Need::kOptional,
    {[](ReadContext& context, const YamlNode& node, FieldDraft& draft) {
       Read(context, node, draft.field.unit);
     },
     TextShape},
    "the unit, for people: days, EUR, percent"};
constexpr Key<FieldDraft> kDescriptionKey = {
    "description",
    Need::kOptional,
    {[](ReadContext& context, const YamlNode& node, FieldDraft& draft) {
       Read(context, node, draft.field.description);
     },
     TextShape},
    "what it is, for people"};

// What is known of a customer or of a call.
constexpr Key<FieldDraft> kInputKeys[] = {
    kTypeKey,
    kMinKey,
    kMaxKey,
    kValuesKey,
    {"default", Need::kOptional, Into<&FieldDraft::default_value, LiteralShape>,
     "the value when the call does not give one"},
    {"optional",
     Need::kOptional,
     {[](ReadContext& context, const YamlNode& node, FieldDraft& draft) {
        Read(context, node, draft.field.optional);
      },
      BoolShape},
     "may be absent; expressions ask hasValue() and orValue(…)"},
    {"protected",
     Need::kOptional,
     {[](ReadContext& context, const YamlNode& node, FieldDraft& draft) {
        Read(context, node, draft.field.is_protected);
      },
      BoolShape},
     "must not influence treatments with `protected_check`"},
    {"pii",
     Need::kOptional,
     {[](ReadContext& context, const YamlNode& node, FieldDraft& draft) {
        Read(context, node, draft.field.pii);
      },
      BoolShape},
     "identifies a person"},
    kUnitKey,
    kDescriptionKey,
};

constexpr Key<FieldDraft> kParameterKeys[] = {
    kTypeKey,
    {"value", Need::kRequired, Into<&FieldDraft::default_value, LiteralShape>,
     "the value that expressions read"},
    kMinKey,
    kMaxKey,
    kValuesKey,
    kUnitKey,
    kDescriptionKey,
};

constexpr Key<FieldDraft> kTreatmentFieldKeys[] = {
    kTypeKey, kMinKey, kMaxKey, kValuesKey, kUnitKey, kDescriptionKey,
};

void ReportUnknownType(ReadContext& context, const YamlNode& node) {
  if (node.is(YamlKind::kBroken)) return;
  std::vector<std::string> words;
  for (const TypeWord& known : kTypeWords) words.emplace_back(known.word);
  words.insert(words.end(), {"{list: TYPE}", "{map: TYPE}"});
  context.diagnostics.AddError(
      "E247", node.location(),
      absl::StrCat("found ", Describe(node), ", expected a type"),
      HintAmong(node.text, words));
}

std::optional<FieldType> ReadType(ReadContext& context, const YamlNode& node,
                                  int depth) {
  if (node.is(YamlKind::kScalar)) {
    for (const TypeWord& known : kTypeWords) {
      if (known.word == node.text) return FieldType{known.kind, nullptr};
    }
  }
  if (node.is(YamlKind::kMapping) && node.entries.size() == 1 &&
      depth < kTypeDepthMax) {
    const YamlEntry& entry = node.entries[0];
    const bool is_list = entry.key.text == "list";
    if (is_list || entry.key.text == "map") {
      std::optional<FieldType> element =
          ReadType(context, entry.value, depth + 1);
      if (!element.has_value()) return std::nullopt;
      return FieldType{is_list ? ValueKind::kList : ValueKind::kMap,
                       std::make_shared<const FieldType>(*std::move(element))};
    }
  }
  ReportUnknownType(context, node);
  return std::nullopt;
}

void BadDeclaration(ReadContext& context, const YamlNode& node,
                    std::string message, std::string hint = "") {
  if (node.is(YamlKind::kBroken)) return;
  context.diagnostics.AddError("E242", node.location(), std::move(message),
                               std::move(hint));
}

bool HasOrder(ValueKind kind) {
  return kind == ValueKind::kInt || kind == ValueKind::kDouble ||
         kind == ValueKind::kTimestamp || kind == ValueKind::kDuration;
}

void ReadBounds(ReadContext& context, const FieldDraft& draft, Field& field) {
  // Bounds are values of the field's type, which are not bounded themselves.
  Field unbounded;
  unbounded.name = field.name;
  unbounded.type = field.type;
  const auto read = [&](const YamlNode* node, absl::string_view key,
                        std::optional<Value>& bound) {
    if (node == nullptr) return;
    if (!HasOrder(field.type.kind)) {
      BadDeclaration(
          context, *node,
          absl::StrCat("`", key, "` on a field of type ", ToString(field.type)),
          "only int, double, timestamp and duration have bounds");
      return;
    }
    bound = ReadFieldValue(context, *node, unbounded);
  };
  read(draft.value_min, "min", field.value_min);
  read(draft.value_max, "max", field.value_max);
  if (!field.value_min.has_value() || !field.value_max.has_value()) return;
  if (CompareValues(*field.value_min, *field.value_max) != Order::kGreater) {
    return;
  }
  BadDeclaration(context, *draft.value_min,
                 absl::StrCat("`min` ", ToString(*field.value_min),
                              " is above `max` ", ToString(*field.value_max)));
  field.value_min.reset();
  field.value_max.reset();
}

void ReadAllowedValues(ReadContext& context, const YamlNode& node,
                       Field& field) {
  if (field.type.kind != ValueKind::kString) {
    BadDeclaration(
        context, node,
        absl::StrCat("`values` on a field of type ", ToString(field.type)),
        "only strings list their values");
    return;
  }
  std::vector<Name> names;
  Read(context, node, names);
  for (Name& name : names) field.values.push_back(std::move(name.text));
}

// Completes a field from its draft; nullopt without a usable type, after an
// error.
std::optional<Field> Finish(ReadContext& context, FieldDraft draft) {
  if (draft.type == nullptr) return std::nullopt;
  std::optional<FieldType> type = ReadType(context, *draft.type, 0);
  if (!type.has_value()) return std::nullopt;
  Field field = std::move(draft.field);
  field.type = *std::move(type);
  ReadBounds(context, draft, field);
  if (draft.values != nullptr) {
    ReadAllowedValues(context, *draft.values, field);
  }
  if (draft.default_value != nullptr) {
    field.default_value = ReadFieldValue(context, *draft.default_value, field);
    if (field.optional) {
      BadDeclaration(
          context, *draft.default_value,
          absl::StrCat("`", field.name, "` is optional and has a default"),
          "drop one of the two: with a default it is never absent");
    }
  }
  return field;
}

// One place where fields are declared.
struct Declarations {
  absl::string_view kind;  // "attribute".
  NameUse use;
  NameSet& names;
  Schema& schema;
  std::vector<SourceLocation>* locations;  // Null: not kept.
};

template <size_t N>
void ReadFields(ReadContext& context, const YamlNode& node,
                const Key<FieldDraft> (&keys)[N], Declarations into) {
  if (!ExpectKind(context, node, YamlKind::kMapping,
                  absl::StrCat("`name: {type: …}` for each ", into.kind))) {
    return;
  }
  for (const YamlEntry& entry : node.entries) {
    const Name name = NameOf(entry.key);
    CheckName(name, into.use,
              absl::StrCat(into.kind == "attribute" ? "an " : "a ", into.kind),
              context.diagnostics);
    const bool is_new = into.names.Add(name, context.diagnostics);
    FieldDraft draft;
    draft.field.name = name.text;
    if (!ReadMapping(context, entry.value,
                     absl::StrCat(into.kind, " `", name.text, "`"), keys,
                     draft)) {
      continue;
    }
    std::optional<Field> field = Finish(context, std::move(draft));
    if (!field.has_value() || !is_new) continue;
    if (into.schema.Add(*std::move(field)).has_value() &&
        into.locations != nullptr) {
      into.locations->push_back(name.location);
    }
  }
}

}  // namespace

Shape InputsShape() { return ByIdentifier<MappingOf<kInputKeys>>(); }

Shape ParametersShape() { return ByIdentifier<MappingOf<kParameterKeys>>(); }

Shape TreatmentFieldsShape() {
  return ByIdentifier<MappingOf<kTreatmentFieldKeys>, 1>();
}

void ReadAttributes(ReadContext& context, const YamlNode& node,
                    PackDraft& draft) {
  ReadFields(context, node, kInputKeys,
             {"attribute", NameUse::kAttribute, draft.attributes,
              draft.model.attributes, &draft.model.attribute_locations});
}

void ReadRequest(ReadContext& context, const YamlNode& node, PackDraft& draft) {
  ReadFields(context, node, kInputKeys,
             {"request value", NameUse::kMember, draft.request,
              draft.model.request, &draft.model.request_locations});
}

void ReadParameters(ReadContext& context, const YamlNode& node,
                    PackDraft& draft) {
  ReadFields(context, node, kParameterKeys,
             {"parameter", NameUse::kMember, draft.parameters,
              draft.model.parameters, &draft.model.parameter_locations});
}

void ReadTreatmentFields(ReadContext& context, const YamlNode& node,
                         Schema& fields) {
  NameSet names("field");
  ReadFields(context, node, kTreatmentFieldKeys,
             {"field", NameUse::kField, names, fields, nullptr});
  if (node.is(YamlKind::kMapping) && node.entries.empty()) {
    context.diagnostics.AddError("E224", node.location(),
                                 "a treatment needs at least one field");
  }
}

}  // namespace stratagem::pack
