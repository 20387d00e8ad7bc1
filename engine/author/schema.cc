// Draft 07, since that is the newest one that the YAML support of editors reads
// in full.

#include "engine/author/schema.h"

#include <cmath>
#include <cstdint>
#include <utility>

#include "nlohmann/json.hpp"

namespace stratagem::author {
namespace {

using pack::KeyChoice;
using pack::KeyShape;
using pack::Shape;
using pack::ShapeKind;
// Members in the order written.
using Json = nlohmann::ordered_json;

std::string String(absl::string_view text) { return std::string(text); }

Json Number(double number) {
  if (number == std::floor(number) && std::abs(number) <= 1e15) {
    return static_cast<int64_t>(number);
  }
  return number;
}

class SchemaWriter {
 public:
  Json Document(const Shape& shape, const std::string& title) {
    Json document = {{"$schema", "http://json-schema.org/draft-07/schema#"},
                     {"$comment", "printed by `stratagem pack schema`"},
                     {"title", title}};
    document.update(Of(shape));
    if (!definitions_.empty()) document["definitions"] = definitions_;
    return document;
  }

 private:
  Json Of(pack::ShapeFunction function) {
    return function == nullptr ? Json(true) : Of(function());
  }

  Json Of(const Shape& shape) {
    switch (shape.kind) {
      case ShapeKind::kText:
        return Text(shape, Json::array({"string", "number", "boolean"}));
      case ShapeKind::kString:
        return Text(shape, "string");
      case ShapeKind::kNull:
        return {{"type", "null"}};
      case ShapeKind::kBool:
        return {{"type", "boolean"}};
      case ShapeKind::kInt:
        return Bounded(shape, "integer");
      case ShapeKind::kNumber:
        return Bounded(shape, "number");
      case ShapeKind::kExpression:
        return {{"type", "string"}, {"pattern", "[^ \\t\\r\\n]"}};
      case ShapeKind::kLiteral:
        return {{"type", Json::array({"string", "number", "boolean", "array",
                                      "object"})}};
      case ShapeKind::kWord:
        return Word(shape);
      case ShapeKind::kList:
        return List(shape);
      case ShapeKind::kMapping:
        return Mapping(shape);
      case ShapeKind::kEither:
        return Either(shape);
      case ShapeKind::kDefinition:
        return Definition(shape);
    }
    return true;
  }

  static Json Text(const Shape& shape, Json type) {
    Json json = {{"type", std::move(type)}};
    if (!shape.pattern.empty()) json["pattern"] = String(shape.pattern);
    return json;
  }

  static Json Bounded(const Shape& shape, absl::string_view type) {
    Json json = {{"type", String(type)}};
    if (shape.value_min) json["minimum"] = Number(*shape.value_min);
    if (shape.value_above)
      json["exclusiveMinimum"] = Number(*shape.value_above);
    if (shape.value_max) json["maximum"] = Number(*shape.value_max);
    if (shape.value_below)
      json["exclusiveMaximum"] = Number(*shape.value_below);
    return json;
  }

  static Json Word(const Shape& shape) {
    Json words = Json::array();
    for (const absl::string_view word : shape.words) {
      words.push_back(String(word));
    }
    return {{"enum", std::move(words)}};
  }

  Json List(const Shape& shape) {
    Json json = {{"type", "array"}, {"items", Of(shape.element)}};
    if (shape.size_min > 0) json["minItems"] = shape.size_min;
    if (shape.size_max) json["maxItems"] = *shape.size_max;
    return json;
  }

  Json Mapping(const Shape& shape) {
    Json json = {{"type", "object"}};
    Json required = Json::array();
    for (const KeyShape& key : shape.keys) {
      json["properties"][String(key.name)] = Property(key);
      if (key.required) required.push_back(String(key.name));
    }
    if (!required.empty()) json["required"] = std::move(required);
    json["additionalProperties"] =
        shape.element == nullptr ? Json(false) : Of(shape.element);
    if (!shape.pattern.empty()) {
      json["propertyNames"] = {{"pattern", String(shape.pattern)}};
    }
    if (shape.size_min > 0) json["minProperties"] = shape.size_min;
    AddChoices(shape.choices, json);
    return json;
  }

  Json Property(const KeyShape& key) {
    Json json = Of(key.shape);
    if (key.description.empty()) return json;
    // Draft 07 passes over what stands beside a reference.
    if (json.is_boolean()) {
      json = Json::object();
    } else if (json.contains("$ref")) {
      json = {{"allOf", Json::array({std::move(json)})}};
    }
    json["description"] = String(key.description);
    return json;
  }

  // At most one key of each choice, or exactly one.
  static void AddChoices(const std::vector<KeyChoice>& choices, Json& json) {
    Json all = Json::array();
    for (const KeyChoice& choice : choices) {
      Json one_of = Json::array();
      for (const absl::string_view key : choice.keys) {
        one_of.push_back({{"required", Json::array({String(key)})}});
      }
      if (choice.required) {
        all.push_back({{"oneOf", std::move(one_of)}});
        continue;
      }
      for (size_t i = 0; i < choice.keys.size(); ++i) {
        for (size_t j = i + 1; j < choice.keys.size(); ++j) {
          Json both = Json::array();
          both.push_back(String(choice.keys[i]));
          both.push_back(String(choice.keys[j]));
          all.push_back({{"not", {{"required", std::move(both)}}}});
        }
      }
    }
    if (!all.empty()) json["allOf"] = std::move(all);
  }

  Json Either(const Shape& shape) {
    Json alternatives = Json::array();
    for (const pack::ShapeFunction alternative : shape.alternatives) {
      alternatives.push_back(Of(alternative));
    }
    return {{"anyOf", std::move(alternatives)}};
  }

  Json Definition(const Shape& shape) {
    const std::string name = String(shape.name);
    if (!definitions_.contains(name)) {
      definitions_[name] = nullptr;  // For those inside that refer to it.
      Json body = Of(shape.element);
      definitions_[name] = std::move(body);
    }
    return {{"$ref", "#/definitions/" + name}};
  }

  Json definitions_ = Json::object();
};

}  // namespace

std::string JsonSchema(const pack::Shape& shape, const std::string& title) {
  return SchemaWriter().Document(shape, title).dump(2) + "\n";
}

}  // namespace stratagem::author
