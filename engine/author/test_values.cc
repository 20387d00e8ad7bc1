#include "engine/author/test_values.h"

#include <array>
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/base/limits.h"
#include "engine/expr/compile.h"
#include "engine/expr/program.h"
#include "engine/expr/scope.h"
#include "engine/pack/literal.h"

namespace stratagem::author {
namespace {

using expr::Type;
using expr::TypeKind;

expr::Scope ScopeOfNow() {
  expr::Scope scope;
  expr::Declaration now;
  now.name = "now";
  now.type = Type(TypeKind::kTimestamp);
  now.slot = 0;
  scope.Declare(std::move(now));
  return scope;
}

std::optional<Value> Evaluate(const pack::Expression& expression,
                              const Field& field, absl::Time now,
                              pack::ReadContext& context) {
  const std::optional<expr::Program> program =
      expr::Compile(expression.source, ScopeOfNow(), {Type::Of(field.type)},
                    context.diagnostics);
  if (!program.has_value()) return std::nullopt;
  std::array<Value, 1> slots = {Value::Timestamp(now)};
  Arena arena(kDecisionArenaBytesMax);
  expr::Frame frame;
  frame.slots = slots;
  frame.arena = &arena;
  frame.steps_left = kEvaluationStepsMax;
  const Value value = program->Evaluate(frame);
  if (!value.is_error()) return CopyInto(value, context.arena);
  context.diagnostics.AddError(
      "E510", program->Locate(value.error_expr_id()),
      absl::StrCat("the value of `", field.name, "` cannot be computed: ",
                   ErrorCodeText(value.error_code())));
  return std::nullopt;
}

std::string TextOf(const pack::YamlNode& node) {
  const auto join = [](std::string* out, const pack::YamlNode& item) {
    absl::StrAppend(out, TextOf(item));
  };
  switch (node.kind) {
    case pack::YamlKind::kNull:
    case pack::YamlKind::kBroken:
      return "null";
    case pack::YamlKind::kScalar:
      return node.text;
    case pack::YamlKind::kSequence:
      return absl::StrCat("[", absl::StrJoin(node.items, ", ", join), "]");
    case pack::YamlKind::kMapping:
      return absl::StrCat(
          "{",
          absl::StrJoin(node.entries, ", ",
                        [](std::string* out, const pack::YamlEntry& entry) {
                          absl::StrAppend(out, entry.key.text, ": ",
                                          TextOf(entry.value));
                        }),
          "}");
  }
  return "";
}

FieldType Plain(ValueKind kind) { return {kind, nullptr}; }

}  // namespace

std::optional<Value> InputValue(const pack::TestValue& given,
                                const Field& field, absl::Time now,
                                pack::ReadContext& context) {
  const bool is_draft = given.expression.has_value()
                            ? given.expression->source.text().empty()
                            : given.literal == nullptr;
  if (is_draft) return std::nullopt;
  if (given.expression.has_value()) {
    return Evaluate(*given.expression, field, now, context);
  }
  if (field.optional && given.literal->is(pack::YamlKind::kNull)) {
    return Value::Null();
  }
  return pack::ReadLiteral(context, *given.literal, field.type);
}

std::optional<FieldType> LiteralTypeFor(const Type& type) {
  switch (type.kind()) {
    case TypeKind::kBool:
      return Plain(ValueKind::kBool);
    case TypeKind::kInt:
    case TypeKind::kUint:
    case TypeKind::kDouble:
      return Plain(ValueKind::kDouble);
    case TypeKind::kString:
      return Plain(ValueKind::kString);
    case TypeKind::kTimestamp:
      return Plain(ValueKind::kTimestamp);
    case TypeKind::kDuration:
      return Plain(ValueKind::kDuration);
    case TypeKind::kOptional:
      return LiteralTypeFor(type.params()[0]);
    case TypeKind::kList:
    case TypeKind::kMap: {
      const bool is_list = type.is(TypeKind::kList);
      const std::optional<FieldType> element =
          LiteralTypeFor(type.params()[is_list ? 0 : 1]);
      if (!element.has_value()) return std::nullopt;
      return FieldType{is_list ? ValueKind::kList : ValueKind::kMap,
                       std::make_shared<const FieldType>(*element)};
    }
    default:
      return std::nullopt;
  }
}

std::string TextOf(const pack::TestValue& given) {
  return given.expression.has_value() ? given.expression->source.text()
                                      : TextOf(*given.literal);
}

}  // namespace stratagem::author
