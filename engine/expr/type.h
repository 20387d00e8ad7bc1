// engine/expr/type.h
//
// Type: a CEL type as the checker sees it.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_EXPR_TYPE_H_
#define STRATAGEM_ENGINE_EXPR_TYPE_H_

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/value/schema.h"

namespace stratagem::expr {

enum class TypeKind {
  kDyn,
  kError,  // Of a sub-expression that already has a diagnostic.
  kNull,
  kBool,
  kInt,
  kUint,
  kDouble,
  kString,
  kBytes,
  kTimestamp,
  kDuration,
  kList,      // params: {element}
  kMap,       // params: {key, value}
  kOptional,  // params: {held}
  kType,      // params: {} or {denoted}
  kIp,
  kCidr,
  kWrapper,    // params: {wrapped}: a scalar or null, as
               // google.protobuf.Int64Value
  kOpaque,     // `name` and params: a message, or a type that a host declares
  kParameter,  // `name`; only in declarations of functions and inference.
};

// An immutable value; copies share parameters.
class Type {
 public:
  explicit Type(TypeKind kind = TypeKind::kDyn) : kind_(kind) {}
  static Type List(Type element);
  static Type Map(Type key, Type value);
  static Type Optional(Type held);
  static Type TypeOf(Type denoted);
  static Type Wrapper(Type wrapped);
  // A type known by name: a message that a Scope declares ("shop.Order"), or
  // one of a host's functions ("tuple", with params).
  static Type Opaque(std::string name, std::vector<Type> params = {});
  static Type Parameter(std::string name);
  // The type of values of `kind`, of whose parts nothing is known: "list(dyn)".
  static Type OfKind(ValueKind kind);
  // The type of an attribute or field as a pack declares it; `optional` ones
  // are optional_type(T).
  static Type Of(const FieldType& type, bool optional = false);

  TypeKind kind() const { return kind_; }
  bool is(TypeKind kind) const { return kind_ == kind; }
  const std::vector<Type>& params() const;
  const std::string& name() const;
  // This type with `params` for its own. Requires: as many.
  Type WithParams(std::vector<Type> params) const;
  // True for copies of one type, without looking inside; false says nothing.
  bool IsSame(const Type& other) const {
    return kind_ == other.kind_ && detail_ == other.detail_;
  }
  // How many types it is made of, itself included, as its text writes them.
  size_t size() const;

  friend bool operator==(const Type& a, const Type& b);

 private:
  struct Detail;
  static Type Make(TypeKind kind, std::vector<Type> params,
                   std::string name = "");

  TypeKind kind_;
  std::shared_ptr<const Detail> detail_;
};

// LIMIT: size of one expression's or declaration's type, so that whoever walks
// a type may recurse and print it.
inline constexpr size_t kTypeSizeMax = 1'000;

// A message type whose fields the checker knows. An expression can select them;
// literals of it have a value when the function table has its constructor.
struct MessageType {
  std::string name;  // In full: "shop.Order".
  std::map<std::string, Type, std::less<>> fields;
};

// CEL text: "int", "list(string)", "optional_type(double)",
// "google.protobuf.Timestamp".
std::string ToString(const Type& type);

}  // namespace stratagem::expr

#endif  // STRATAGEM_ENGINE_EXPR_TYPE_H_
