#include "tests/conformance/type_text.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"

namespace stratagem::expr {
namespace {

Type WrapperOf(TypeKind kind) { return Type::Wrapper(Type(kind)); }

const std::map<std::string, Type, std::less<>>& NamedTypes() {
  static const auto* const types = new std::map<std::string, Type, std::less<>>{
      {"dyn", Type(TypeKind::kDyn)},
      {"null_type", Type(TypeKind::kNull)},
      {"null", Type(TypeKind::kNull)},
      {"bool", Type(TypeKind::kBool)},
      {"int", Type(TypeKind::kInt)},
      {"uint", Type(TypeKind::kUint)},
      {"double", Type(TypeKind::kDouble)},
      {"string", Type(TypeKind::kString)},
      {"bytes", Type(TypeKind::kBytes)},
      {"type", Type(TypeKind::kType)},
      {"timestamp", Type(TypeKind::kTimestamp)},
      {"duration", Type(TypeKind::kDuration)},
      {"list", Type::List(Type())},
      {"map", Type::Map(Type(), Type())},
      {"net.IP", Type(TypeKind::kIp)},
      {"net.CIDR", Type(TypeKind::kCidr)},
      {"google.protobuf.Any", Type(TypeKind::kDyn)},
      {"google.protobuf.Value", Type(TypeKind::kDyn)},
      {"google.protobuf.NullValue", Type(TypeKind::kNull)},
      {"google.protobuf.Struct",
       Type::Map(Type(TypeKind::kString), Type(TypeKind::kDyn))},
      {"google.protobuf.ListValue", Type::List(Type(TypeKind::kDyn))},
      {"google.protobuf.Timestamp", Type(TypeKind::kTimestamp)},
      {"google.protobuf.Duration", Type(TypeKind::kDuration)},
      {"google.protobuf.BoolValue", WrapperOf(TypeKind::kBool)},
      {"google.protobuf.Int32Value", WrapperOf(TypeKind::kInt)},
      {"google.protobuf.Int64Value", WrapperOf(TypeKind::kInt)},
      {"google.protobuf.UInt32Value", WrapperOf(TypeKind::kUint)},
      {"google.protobuf.UInt64Value", WrapperOf(TypeKind::kUint)},
      {"google.protobuf.FloatValue", WrapperOf(TypeKind::kDouble)},
      {"google.protobuf.DoubleValue", WrapperOf(TypeKind::kDouble)},
      {"google.protobuf.StringValue", WrapperOf(TypeKind::kString)},
      {"google.protobuf.BytesValue", WrapperOf(TypeKind::kBytes)},
  };
  return *types;
}

// Reads one type from the front of `rest_` at a time.
class TypeReader {
 public:
  explicit TypeReader(absl::string_view text) : rest_(text) {}

  std::optional<Type> ReadWhole() {
    std::optional<Type> type = Read();
    SkipSpaces();
    return rest_.empty() ? std::move(type) : std::nullopt;
  }

 private:
  std::optional<Type> Read() {
    SkipSpaces();
    size_t length = 0;
    while (length < rest_.size() &&
           (absl::ascii_isalnum(static_cast<unsigned char>(rest_[length])) ||
            rest_[length] == '_' || rest_[length] == '.')) {
      ++length;
    }
    if (length == 0) return std::nullopt;
    const std::string name(rest_.substr(0, length));
    rest_.remove_prefix(length);
    if (!Take('(')) return Plain(name);
    std::vector<Type> params;
    do {
      std::optional<Type> param = Read();
      if (!param) return std::nullopt;
      params.push_back(*std::move(param));
    } while (Take(','));
    if (!Take(')')) return std::nullopt;
    return Parameterized(name, std::move(params));
  }

  static Type Plain(const std::string& name) {
    const auto named = NamedTypes().find(name);
    if (named != NamedTypes().end()) return named->second;
    if (name.size() == 1 &&
        absl::ascii_isupper(static_cast<unsigned char>(name[0]))) {
      return Type::Parameter(name);
    }
    return Type::Opaque(name);
  }

  static std::optional<Type> Parameterized(const std::string& name,
                                           std::vector<Type> params) {
    if (name == "map") {
      if (params.size() != 2) return std::nullopt;
      return Type::Map(std::move(params[0]), std::move(params[1]));
    }
    using Maker = Type (*)(Type);
    static const auto* const makers =
        new std::map<std::string, Maker>{{"list", Type::List},
                                         {"optional_type", Type::Optional},
                                         {"type", Type::TypeOf},
                                         {"wrapper", Type::Wrapper}};
    const auto maker = makers->find(name);
    if (maker == makers->end()) return Type::Opaque(name, std::move(params));
    if (params.size() != 1) return std::nullopt;
    return maker->second(std::move(params[0]));
  }

  bool Take(char c) {
    SkipSpaces();
    if (rest_.empty() || rest_[0] != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void SkipSpaces() { rest_ = absl::StripLeadingAsciiWhitespace(rest_); }

  absl::string_view rest_;
};

}  // namespace

std::optional<Type> ReadType(absl::string_view text) {
  return TypeReader(text).ReadWhole();
}

}  // namespace stratagem::expr
