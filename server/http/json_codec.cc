#include "server/http/json_codec.h"

#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
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
// own parser also takes names without quotes, single quotes and the last of
// two members of one name.
class StrictJson final : public nlohmann::json_sax<nlohmann::json> {
 public:
  const std::string& fault() const { return fault_; }

  bool null() override { return Scalar(); }
  bool boolean(bool) override { return Scalar(); }
  bool number_integer(int64_t) override { return Scalar(); }
  bool number_unsigned(uint64_t) override { return Scalar(); }
  bool number_float(double, const std::string&) override { return Scalar(); }
  bool string(std::string&) override { return Scalar(); }
  bool binary(nlohmann::json::binary_t&) override { return Scalar(); }
  bool start_object(size_t) override { return Enter(); }
  bool end_object() override { return Leave(); }
  bool start_array(size_t) override { return Scalar() && Enter(); }
  bool end_array() override { return Leave(); }
  bool key(std::string& name) override {
    if (members_.back().insert(name).second) return true;
    return Fail(absl::StrCat("the member `", name, "` stands there twice"));
  }
  bool parse_error(size_t position, const std::string&,
                   const nlohmann::detail::exception&) override {
    return Fail(absl::StrCat("the text stops being JSON at byte ", position));
  }

 private:
  bool Fail(std::string fault) {
    fault_ = std::move(fault);
    return false;
  }
  bool Scalar() {
    return !members_.empty() || Fail("the text is not one JSON object");
  }
  bool Enter() {
    if (members_.size() == kJsonDepthMax) {
      return Fail(absl::StrCat("the text is nested deeper than ", kJsonDepthMax,
                               " levels"));
    }
    members_.emplace_back();
    return true;
  }
  bool Leave() {
    members_.pop_back();
    return true;
  }

  // The names met in each object around this place; empty for lists.
  std::vector<absl::flat_hash_set<std::string>> members_;
  std::string fault_;
};

}  // namespace

absl::StatusOr<std::string> JsonToBinary(
    absl::string_view json, const google::protobuf::Descriptor& type) {
  StrictJson strict;
  if (!nlohmann::json::sax_parse(json.begin(), json.end(), &strict)) {
    return absl::InvalidArgumentError(strict.fault());
  }
  std::string binary;
  const auto status = google::protobuf::util::JsonToBinaryString(
      &GeneratedTypes(), TypeUrl(type), {json.data(), json.size()}, &binary);
  if (!status.ok()) {
    return absl::InvalidArgumentError(
        absl::string_view(status.message().data(), status.message().size()));
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
