#include "engine/store/profile_change.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "engine/state/state.h"
#include "engine/store/profile_codec.h"
#include "engine/value/compare.h"

namespace stratagem::store {
namespace {

bool NameLess(const NamedValue& a, const NamedValue& b) {
  return a.name < b.name;
}

// The named attributes by name, each once, the last one of each.
std::vector<NamedValue> Sorted(std::span<const NamedValue> attributes) {
  std::vector<NamedValue> sorted(attributes.rbegin(), attributes.rend());
  std::stable_sort(sorted.begin(), sorted.end(), NameLess);
  const auto same = [](const NamedValue& a, const NamedValue& b) {
    return a.name == b.name;
  };
  sorted.erase(std::unique(sorted.begin(), sorted.end(), same), sorted.end());
  return sorted;
}

std::vector<NamedValue> Merge(const Profile* before,
                              const ProfileUpdate& update) {
  std::vector<NamedValue> merged = Sorted(update.attributes);
  if (before != nullptr && !update.replace) {
    const auto named = static_cast<std::ptrdiff_t>(merged.size());
    for (const NamedValue& old : before->attributes()) {
      if (!std::binary_search(merged.begin(), merged.begin() + named, old,
                              NameLess)) {
        merged.push_back(old);
      }
    }
    std::inplace_merge(merged.begin(), merged.begin() + named, merged.end(),
                       NameLess);
  }
  std::erase_if(merged, [](const NamedValue& attribute) {
    return attribute.value.is(ValueKind::kNull);
  });
  return merged;
}

absl::Status CheckVersion(uint64_t version, const ProfileUpdate& update) {
  if (update.expected_version.value_or(version) == version) {
    return absl::OkStatus();
  }
  return absl::AbortedError(absl::StrCat(
      "the profile has version ", version, ", expected ",
      *update.expected_version, "; read it again and repeat the change"));
}

absl::Status CheckSize(size_t attributes, size_t bytes) {
  if (attributes > kProfileAttributesMax) {
    return absl::ResourceExhaustedError(
        absl::StrCat("the profile would have ", attributes,
                     " attributes, at most ", kProfileAttributesMax,
                     " are kept; remove some by setting them to null"));
  }
  if (bytes > kProfileBytesMax) {
    return absl::ResourceExhaustedError(absl::StrCat(
        "the profile would take ", bytes, " bytes, at most ", kProfileBytesMax,
        " are kept; remove attributes by setting them to null"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ProfileChange> ApplyUpdate(std::shared_ptr<const Profile> before,
                                          const ProfileUpdate& update,
                                          absl::Time now) {
  const uint64_t version = before == nullptr ? 0 : before->version();
  absl::Status status = CheckVersion(version, update);
  if (!status.ok()) return status;
  const std::vector<NamedValue> attributes = Merge(before.get(), update);
  std::string bytes = EncodeAttributes(attributes);
  if (before != nullptr && bytes == EncodeAttributes(before->attributes())) {
    return ProfileChange{std::move(before), ""};
  }
  status = CheckSize(attributes.size(), bytes.size());
  if (!status.ok()) return status;
  return ProfileChange{std::make_shared<const Profile>(
                           std::string(update.customer_id), version + 1,
                           state::FloorTime(now), attributes),
                       std::move(bytes)};
}

bool HasAttribute(const Profile& profile, const ProfileSearch& search) {
  if (!search.attribute.has_value()) return true;
  const auto found =
      std::lower_bound(profile.attributes().begin(), profile.attributes().end(),
                       *search.attribute, NameLess);
  return found != profile.attributes().end() &&
         found->name == search.attribute->name &&
         ValuesEqual(found->value, search.attribute->value);
}

}  // namespace stratagem::store
