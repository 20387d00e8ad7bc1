#include "server/http/json_codec.h"

#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "engine/base/suggestion.h"
#include "google/protobuf/util/json_util.h"
#include "google/protobuf/util/type_resolver.h"
#include "google/protobuf/util/type_resolver_util.h"
#include "nlohmann/json.hpp"

namespace stratagem::server {
namespace {

constexpr char kTypeUrlPrefix[] = "type.googleapis.com";

google::protobuf::util::TypeResolver& GeneratedTypes() {
  static auto* const resolver =
      google::protobuf::util::NewTypeResolverForDescriptorPool(
          kTypeUrlPrefix, google::protobuf::DescriptorPool::generated_pool());
  return *resolver;
}

std::string TypeUrl(const google::protobuf::Descriptor& type) {
  return absl::StrCat(kTypeUrlPrefix, "/", type.full_name());
}

// Accepts what RFC 8259 calls an object and everybody reads alike. Protobuf's
// own parser also takes names without quotes, single quotes, the last of two
// members of one name, and drops nulls from lists.
class StrictJson final : public nlohmann::json_sax<nlohmann::json> {
 public:
  const std::string& fault() const { return fault_; }

  bool null() override {
    return IsInList() ? Fail("a list holds `null`") : Scalar();
  }
  bool boolean(bool) override { return Scalar(); }
  bool number_integer(int64_t) override { return Scalar(); }
  bool number_unsigned(uint64_t) override { return Scalar(); }
  bool number_float(double, const std::string&) override { return Scalar(); }
  bool string(std::string&) override { return Scalar(); }
  bool binary(nlohmann::json::binary_t&) override { return Scalar(); }
  bool start_object(size_t) override { return Enter(/*is_list=*/false); }
  bool end_object() override { return Leave(); }
  bool start_array(size_t) override {
    if (IsInList()) return Fail("a list stands in another one");
    return Scalar() && Enter(/*is_list=*/true);
  }
  bool end_array() override { return Leave(); }
  bool key(std::string& name) override {
    // A field's two names are one: `customer_id` and `customerId`.
    const std::string folded =
        absl::AsciiStrToLower(absl::StrReplaceAll(name, {{"_", ""}}));
    if (levels_.back().members.insert(folded).second) return true;
    return Fail(absl::StrCat("the member `", name, "` stands there twice"));
  }
  bool parse_error(size_t position, const std::string&,
                   const nlohmann::detail::exception&) override {
    return Fail(absl::StrCat("the text stops being JSON at byte ", position));
  }

 private:
  // An object or a list around the place that is read.
  struct Level {
    bool is_list = false;
    absl::flat_hash_set<std::string> members = {};
  };

  bool Fail(std::string fault) {
    fault_ = std::move(fault);
    return false;
  }
  bool IsInList() const { return !levels_.empty() && levels_.back().is_list; }
  bool Scalar() {
    return !levels_.empty() || Fail("the text is not one JSON object");
  }
  bool Enter(bool is_list) {
    if (levels_.size() == kJsonDepthMax) {
      return Fail(absl::StrCat("the text is nested deeper than ", kJsonDepthMax,
                               " levels"));
    }
    levels_.push_back({.is_list = is_list});
    return true;
  }
  bool Leave() {
    levels_.pop_back();
    return true;
  }

  std::vector<Level> levels_;
  std::string fault_;
};

// The field that `path` ("requests[0].customer_id") names, or nullptr.
const google::protobuf::FieldDescriptor* FieldAt(
    absl::string_view path, const google::protobuf::Descriptor& root) {
  const google::protobuf::Descriptor* type = &root;
  const google::protobuf::FieldDescriptor* field = nullptr;
  for (absl::string_view part : absl::StrSplit(path, '.')) {
    if (type == nullptr) return nullptr;
    field = type->FindFieldByName(std::string(part.substr(0, part.find('['))));
    if (field == nullptr) return nullptr;
    type = field->message_type();
  }
  return field;
}

std::string MessageText(const google::protobuf::Descriptor& type) {
  const std::string& name = type.full_name();
  if (name == "google.protobuf.Timestamp") {
    return "a time such as \"2026-11-15T10:00:00Z\"";
  }
  if (name == "google.protobuf.Duration") return "a duration such as \"90s\"";
  return absl::StrCat("an object, a `", type.name(), "`");
}

// What a field takes, for people.
std::string WantedText(const google::protobuf::FieldDescriptor& field) {
  using Field = google::protobuf::FieldDescriptor;
  switch (field.cpp_type()) {
    case Field::CPPTYPE_BOOL:
      return "true or false";
    case Field::CPPTYPE_INT32:
    case Field::CPPTYPE_INT64:
    case Field::CPPTYPE_UINT32:
    case Field::CPPTYPE_UINT64:
      return absl::StrCat("a whole number that fits into ",
                          field.cpp_type_name());
    case Field::CPPTYPE_FLOAT:
    case Field::CPPTYPE_DOUBLE:
      return "a number";
    case Field::CPPTYPE_ENUM:
      return absl::StrCat("one of ", field.enum_type()->name());
    case Field::CPPTYPE_STRING:
      return field.type() == Field::TYPE_BYTES ? "base64" : "a string";
    case Field::CPPTYPE_MESSAGE:
      return MessageText(*field.message_type());
  }
  return "";
}

JsonFault UnknownField(absl::string_view path, absl::string_view name,
                       const google::protobuf::Descriptor& root) {
  JsonFault fault = {JsonFault::Kind::kUnknownField,
                     absl::StrCat(path, path.empty() ? "" : ".", name),
                     "no such field"};
  const google::protobuf::FieldDescriptor* field = FieldAt(path, root);
  const google::protobuf::Descriptor* type = path.empty() ? &root
                                             : field == nullptr
                                                 ? nullptr
                                                 : field->message_type();
  if (type == nullptr) return fault;
  std::vector<std::string> names;
  for (int i = 0; i < type->field_count(); ++i) {
    names.push_back(type->field(i)->json_name());
  }
  const std::string nearest = Nearest(name, names);
  if (!nearest.empty()) {
    absl::StrAppend(&fault.description, "; did you mean `", nearest, "`?");
  }
  return fault;
}

// "found, not what is wanted", of "invalid value FOUND for type WANTED".
std::string ValueText(absl::string_view path, absl::string_view said,
                      const google::protobuf::Descriptor& root) {
  const google::protobuf::FieldDescriptor* field = FieldAt(path, root);
  const size_t end = said.rfind(" for type ");
  if (absl::StartsWith(said, "invalid value oneof field")) {
    return "more than one of its alternatives is set";
  }
  if (field == nullptr || end == said.npos ||
      !absl::ConsumePrefix(&said, "invalid value ")) {
    return std::string(said);
  }
  absl::string_view found = said.substr(0, end - sizeof("invalid value ") + 1);
  if (absl::StartsWith(found, "Starting an object on a scalar field")) {
    return absl::StrCat("an object stands where its field `",
                        said.substr(end - sizeof("invalid value ") + 1 +
                                    sizeof(" for type ") - 1),
                        "` takes none");
  }
  // Of times protobuf says more than it found.
  const size_t of_time = found.rfind("format: ");
  if (of_time != found.npos) found.remove_prefix(of_time + 8);
  return absl::StrCat("`", found, "` is not ", WantedText(*field));
}

// Reads what protobuf says of a value: "(path) name: Cannot find field." or
// "(path): invalid value …". What is not understood is passed on.
JsonFault FaultOf(absl::string_view message,
                  const google::protobuf::Descriptor& type) {
  absl::string_view rest = message;
  absl::string_view path;
  if (absl::ConsumePrefix(&rest, "(")) {
    const size_t end = rest.find(')');
    path = rest.substr(0, end);
    rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
  }
  absl::string_view name = absl::StripLeadingAsciiWhitespace(rest);
  if (absl::ConsumeSuffix(&name, ": Cannot find field.")) {
    return UnknownField(path, name, type);
  }
  if (!path.empty() && absl::ConsumePrefix(&rest, ": ")) {
    return {JsonFault::Kind::kWrongType, std::string(path),
            ValueText(path, rest, type)};
  }
  return {JsonFault::Kind::kMalformed, "",
          absl::StrReplaceAll(message, {{"\n", " "}})};
}

}  // namespace

std::variant<std::string, JsonFault> JsonToBinary(
    absl::string_view json, const google::protobuf::Descriptor& type) {
  StrictJson strict;
  if (!nlohmann::json::sax_parse(json.begin(), json.end(), &strict)) {
    return JsonFault{JsonFault::Kind::kMalformed, "", strict.fault()};
  }
  std::string binary;
  const auto status = google::protobuf::util::JsonToBinaryString(
      &GeneratedTypes(), TypeUrl(type), {json.data(), json.size()}, &binary);
  if (!status.ok()) {
    return FaultOf({status.message().data(), status.message().size()}, type);
  }
  return binary;
}

absl::StatusOr<std::string> BinaryToJson(
    const std::string& binary, const google::protobuf::Descriptor& type) {
  std::string json;
  const auto status = google::protobuf::util::BinaryToJsonString(
      &GeneratedTypes(), TypeUrl(type), binary, &json);
  if (!status.ok()) {
    return absl::InternalError(absl::StrCat(
        "the bytes are not a message of type `", type.full_name(), "`"));
  }
  return json;
}

}  // namespace stratagem::server
