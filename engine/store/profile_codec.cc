#include "engine/store/profile_codec.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "engine/base/status_macros.h"
#include "engine/store/profile.pb.h"
#include "engine/store/record_fields.h"
#include "engine/store/record_value.h"

namespace stratagem::store {

std::string EncodeAttributes(std::span<const NamedValue> attributes) {
  v1::Profile profile;
  profile.set_format(kProfileFormat);
  for (const NamedValue& attribute : attributes) {
    EncodeNamed(attribute, profile.add_attributes());
  }
  return profile.SerializeAsString();
}

absl::StatusOr<std::vector<NamedValue>> DecodeAttributes(
    const std::string& bytes, Arena& arena) {
  v1::Profile profile;
  if (!ParseRecordPart(bytes, profile) || profile.format() == 0) {
    return absl::DataLossError("the profile's bytes are malformed");
  }
  if (profile.format() > kProfileFormat) {
    return absl::FailedPreconditionError(absl::StrCat(
        "profile has format ", profile.format(), ", this program knows up to ",
        kProfileFormat, "; use the version that wrote it or a later one"));
  }
  FieldDecoder decoder(arena);
  std::vector<NamedValue> attributes;
  attributes.reserve(static_cast<size_t>(profile.attributes_size()));
  for (const v1::NamedValue& attribute : profile.attributes()) {
    attributes.push_back(DecodeNamed(attribute, decoder));
    const size_t count = attributes.size();
    if (count > 1 &&
        !(attributes[count - 2].name < attributes[count - 1].name)) {
      decoder.Fault("attributes are not in order");
    }
  }
  STRATAGEM_RETURN_IF_ERROR(decoder.status());
  return attributes;
}

}  // namespace stratagem::store
