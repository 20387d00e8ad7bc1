#include "tests/conformance/test_messages.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/expr/type.h"

namespace stratagem::expr {
namespace {

// What a field's name says of its type: single_int32, repeated_int32 and
// map_string_int32 are one row.
struct Word {
  std::string name;
  Type type;
};

std::vector<Word> Scalars() {
  std::vector<Word> words;
  for (const char* name :
       {"int32", "int64", "sint32", "sint64", "sfixed32", "sfixed64"}) {
    words.push_back({name, Type(TypeKind::kInt)});
  }
  for (const char* name : {"uint32", "uint64", "fixed32", "fixed64"}) {
    words.push_back({name, Type(TypeKind::kUint)});
  }
  for (const char* name : {"float", "double"}) {
    words.push_back({name, Type(TypeKind::kDouble)});
  }
  words.push_back({"bool", Type(TypeKind::kBool)});
  words.push_back({"string", Type(TypeKind::kString)});
  words.push_back({"bytes", Type(TypeKind::kBytes)});
  return words;
}

std::vector<Word> WellKnown() {
  std::vector<Word> words = {
      {"any", Type(TypeKind::kDyn)},
      {"value", Type(TypeKind::kDyn)},
      {"duration", Type(TypeKind::kDuration)},
      {"timestamp", Type(TypeKind::kTimestamp)},
      {"struct", Type::Map(Type(TypeKind::kString), Type(TypeKind::kDyn))},
      {"list_value", Type::List(Type(TypeKind::kDyn))},
      {"null_value", Type(TypeKind::kNull)},
  };
  for (const Word& scalar : Scalars()) {
    if (scalar.name[0] == 's' && scalar.name != "string") continue;
    if (scalar.name == "fixed32" || scalar.name == "fixed64") continue;
    words.push_back(
        {absl::StrCat(scalar.name, "_wrapper"), Type::Wrapper(scalar.type)});
  }
  return words;
}

// The fields of one package's TestAllTypes.
class FieldWriter {
 public:
  explicit FieldWriter(std::string package)
      : message_(
            Type::Opaque(absl::StrCat(package, ".TestAllTypes.NestedMessage"))),
        nested_(Type::Opaque(absl::StrCat(package, ".NestedTestAllTypes"))) {}

  std::map<std::string, Type, std::less<>> Write() {
    AddSingleAndRepeated();
    AddMaps();
    AddOthers();
    return std::move(fields_);
  }

 private:
  void Add(std::string name, Type type) {
    fields_.emplace(std::move(name), std::move(type));
  }

  void AddSingleAndRepeated() {
    std::vector<Word> words = Scalars();
    for (Word& word : WellKnown()) words.push_back(std::move(word));
    words.push_back({"nested_message", message_});
    words.push_back({"nested_enum", Type(TypeKind::kInt)});
    for (const Word& word : words) {
      Add(absl::StrCat("single_", word.name), word.type);
      Add(absl::StrCat("repeated_", word.name), Type::List(word.type));
    }
  }

  void AddMaps() {
    std::vector<Word> held = Scalars();
    for (Word& word : WellKnown()) held.push_back(std::move(word));
    held.push_back({"enum", Type(TypeKind::kInt)});
    held.push_back({"message", message_});
    for (const Word& key : Scalars()) {
      if (key.type.is(TypeKind::kDouble) || key.type.is(TypeKind::kBytes)) {
        continue;
      }
      for (const Word& value : held) {
        Add(absl::StrCat("map_", key.name, "_", value.name),
            Type::Map(key.type, value.type));
      }
    }
    Add("map_int64_nested_type", Type::Map(Type(TypeKind::kInt), nested_));
  }

  void AddOthers() {
    Add("standalone_message", message_);
    Add("standalone_enum", Type(TypeKind::kInt));
    Add("repeated_string_piece", Type::List(Type(TypeKind::kString)));
    Add("repeated_cord", Type::List(Type(TypeKind::kString)));
    Add("repeated_lazy_message", Type::List(message_));
    Add("oneof_type", nested_);
    Add("oneof_msg", message_);
    Add("oneof_bool", Type(TypeKind::kBool));
    Add("optional_bool", Type(TypeKind::kBool));
    Add("optional_string", Type(TypeKind::kString));
    Add("list_value", Type::List(Type(TypeKind::kDyn)));
    Add("null_value", Type(TypeKind::kNull));
    Add("optional_null_value", Type(TypeKind::kNull));
    Add("field_mask", Type::Opaque("google.protobuf.FieldMask"));
    Add("empty", Type::Opaque("google.protobuf.Empty"));
    // Words that some language reserves.
    for (const char* word :
         {"in", "as", "break", "const", "continue", "else", "for", "function",
          "if", "import", "let", "loop", "package", "namespace", "return",
          "var", "void", "while"}) {
      Add(word, Type(TypeKind::kBool));
    }
  }

  const Type message_;
  const Type nested_;
  std::map<std::string, Type, std::less<>> fields_;
};

}  // namespace

void DeclareTestMessages(Scope& scope) {
  for (const char* syntax : {"proto2", "proto3"}) {
    const std::string package = absl::StrCat("cel.expr.conformance.", syntax);
    scope.DeclareMessage(
        {absl::StrCat(package, ".TestAllTypes"), FieldWriter(package).Write()});
    scope.DeclareMessage({absl::StrCat(package, ".TestAllTypes.NestedMessage"),
                          {{"bb", Type(TypeKind::kInt)}}});
    scope.DeclareMessage(
        {absl::StrCat(package, ".NestedTestAllTypes"),
         {{"child", Type::Opaque(absl::StrCat(package, ".NestedTestAllTypes"))},
          {"payload", Type::Opaque(absl::StrCat(package, ".TestAllTypes"))}}});
  }
}

}  // namespace stratagem::expr
