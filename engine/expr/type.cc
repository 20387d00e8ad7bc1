#include "engine/expr/type.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace stratagem::expr {

struct Type::Detail {
  Detail(std::vector<Type> some_params, std::string some_name)
      : params(std::move(some_params)), name(std::move(some_name)) {
    // Types share their parts, so a small one may be a huge text.
    constexpr size_t kSizeMax = size_t{1} << 32;
    for (const Type& param : params) {
      size = std::min(size + param.size(), kSizeMax);
    }
  }

  std::vector<Type> params;
  std::string name;
  size_t size = 1;
};

Type Type::Make(TypeKind kind, std::vector<Type> params, std::string name) {
  Type type(kind);
  type.detail_ =
      std::make_shared<const Detail>(std::move(params), std::move(name));
  return type;
}

Type Type::List(Type element) {
  return Make(TypeKind::kList, {std::move(element)});
}

Type Type::Map(Type key, Type value) {
  return Make(TypeKind::kMap, {std::move(key), std::move(value)});
}

Type Type::Optional(Type held) {
  return Make(TypeKind::kOptional, {std::move(held)});
}

Type Type::TypeOf(Type denoted) {
  return Make(TypeKind::kType, {std::move(denoted)});
}

Type Type::Wrapper(Type wrapped) {
  return Make(TypeKind::kWrapper, {std::move(wrapped)});
}

Type Type::Opaque(std::string name, std::vector<Type> params) {
  return Make(TypeKind::kOpaque, std::move(params), std::move(name));
}

Type Type::Parameter(std::string name) {
  return Make(TypeKind::kParameter, {}, std::move(name));
}

Type Type::OfKind(ValueKind kind) {
  switch (kind) {
    case ValueKind::kNull:
      return Type(TypeKind::kNull);
    case ValueKind::kBool:
      return Type(TypeKind::kBool);
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
    case ValueKind::kTimestamp:
      return Type(TypeKind::kTimestamp);
    case ValueKind::kDuration:
      return Type(TypeKind::kDuration);
    case ValueKind::kList:
      return List(Type());
    case ValueKind::kMap:
      return Map(Type(), Type());
    case ValueKind::kOptional:
      return Optional(Type());
    case ValueKind::kType:
      return Type(TypeKind::kType);
    case ValueKind::kIp:
      return Type(TypeKind::kIp);
    case ValueKind::kCidr:
      return Type(TypeKind::kCidr);
    case ValueKind::kMissing:
    case ValueKind::kError:
      return Type();
  }
  return Type();
}

namespace {

Type WithoutOptional(const FieldType& type) {
  const Type element = type.element ? WithoutOptional(*type.element) : Type();
  if (type.kind == ValueKind::kList) return Type::List(element);
  if (type.kind == ValueKind::kMap) {
    return Type::Map(Type(TypeKind::kString), element);
  }
  return Type::OfKind(type.kind);
}

}  // namespace

Type Type::Of(const FieldType& type, bool optional) {
  Type held = WithoutOptional(type);
  return optional ? Optional(std::move(held)) : held;
}

const std::vector<Type>& Type::params() const {
  static const std::vector<Type>* const none = new std::vector<Type>();
  return detail_ ? detail_->params : *none;
}

const std::string& Type::name() const {
  static const std::string* const none = new std::string();
  return detail_ ? detail_->name : *none;
}

Type Type::WithParams(std::vector<Type> params) const {
  return Make(kind_, std::move(params), name());
}

size_t Type::size() const { return detail_ ? detail_->size : 1; }

bool operator==(const Type& a, const Type& b) {
  if (a.kind_ != b.kind_) return false;
  // Copies share their detail, which keeps this linear for types that hold one
  // another many times.
  if (a.detail_ == b.detail_) return true;
  return a.params() == b.params() && a.name() == b.name();
}

std::string ToString(const Type& type) {
  const std::vector<Type>& params = type.params();
  switch (type.kind()) {
    case TypeKind::kDyn:
      return "dyn";
    case TypeKind::kError:
      return "error";
    case TypeKind::kNull:
      return "null_type";
    case TypeKind::kBool:
      return "bool";
    case TypeKind::kInt:
      return "int";
    case TypeKind::kUint:
      return "uint";
    case TypeKind::kDouble:
      return "double";
    case TypeKind::kString:
      return "string";
    case TypeKind::kBytes:
      return "bytes";
    case TypeKind::kTimestamp:
      return "google.protobuf.Timestamp";
    case TypeKind::kDuration:
      return "google.protobuf.Duration";
    case TypeKind::kList:
      return absl::StrCat("list(", ToString(params[0]), ")");
    case TypeKind::kMap:
      return absl::StrCat("map(", ToString(params[0]), ", ",
                          ToString(params[1]), ")");
    case TypeKind::kOptional:
      return absl::StrCat("optional_type(", ToString(params[0]), ")");
    case TypeKind::kType:
      if (params.empty()) return "type";
      return absl::StrCat("type(", ToString(params[0]), ")");
    case TypeKind::kIp:
      return "net.IP";
    case TypeKind::kCidr:
      return "net.CIDR";
    case TypeKind::kWrapper:
      return absl::StrCat("wrapper(", ToString(params[0]), ")");
    case TypeKind::kOpaque:
      if (params.empty()) return type.name();
      return absl::StrCat(
          type.name(), "(",
          absl::StrJoin(params, ", ",
                        [](std::string* out, const Type& param) {
                          out->append(ToString(param));
                        }),
          ")");
    case TypeKind::kParameter:
      return type.name();
  }
  return "";
}

}  // namespace stratagem::expr
