#include "engine/expr/type.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace stratagem::expr {

struct Type::Detail {
  std::vector<Type> params;
  std::string name;
};

Type Type::List(Type element) {
  Type type(TypeKind::kList);
  type.detail_ =
      std::make_shared<const Detail>(Detail{{std::move(element)}, {}});
  return type;
}

Type Type::Map(Type key, Type value) {
  Type type(TypeKind::kMap);
  type.detail_ = std::make_shared<const Detail>(
      Detail{{std::move(key), std::move(value)}, {}});
  return type;
}

Type Type::Optional(Type held) {
  Type type(TypeKind::kOptional);
  type.detail_ = std::make_shared<const Detail>(Detail{{std::move(held)}, {}});
  return type;
}

Type Type::TypeOf(Type denoted) {
  Type type(TypeKind::kType);
  type.detail_ =
      std::make_shared<const Detail>(Detail{{std::move(denoted)}, {}});
  return type;
}

Type Type::Wrapper(Type wrapped) {
  Type type(TypeKind::kWrapper);
  type.detail_ =
      std::make_shared<const Detail>(Detail{{std::move(wrapped)}, {}});
  return type;
}

Type Type::Opaque(std::string name, std::vector<Type> params) {
  Type type(TypeKind::kOpaque);
  type.detail_ = std::make_shared<const Detail>(
      Detail{std::move(params), std::move(name)});
  return type;
}

Type Type::Parameter(std::string name) {
  Type type(TypeKind::kParameter);
  type.detail_ = std::make_shared<const Detail>(Detail{{}, std::move(name)});
  return type;
}

namespace {

Type WithoutOptional(const FieldType& type) {
  switch (type.kind) {
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
    case ValueKind::kNull:
      return Type(TypeKind::kNull);
    case ValueKind::kList:
      return Type::List(type.element ? WithoutOptional(*type.element) : Type());
    case ValueKind::kMap:
      return Type::Map(Type(TypeKind::kString),
                       type.element ? WithoutOptional(*type.element) : Type());
    case ValueKind::kMissing:
    case ValueKind::kOptional:
    case ValueKind::kType:
    case ValueKind::kIp:
    case ValueKind::kCidr:
    case ValueKind::kError:
      return Type();
  }
  return Type();
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
