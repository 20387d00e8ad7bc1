#include "engine/store/profile_store.h"

#include <utility>

namespace stratagem::store {

Profile::Profile(std::string customer_id, uint64_t version,
                 absl::Time updated_at, std::span<const NamedValue> attributes)
    : customer_id_(std::move(customer_id)),
      version_(version),
      updated_at_(updated_at) {
  attributes_.reserve(attributes.size());
  for (const NamedValue& attribute : attributes) {
    attributes_.push_back(
        {arena_.CopyString(attribute.name), CopyInto(attribute.value, arena_)});
  }
}

size_t Profile::bytes() const {
  // An arena's blocks double, so up to half of the last one is free.
  return sizeof(Profile) + customer_id_.size() +
         attributes_.size() * sizeof(NamedValue) + 2 * arena_.bytes_used();
}

}  // namespace stratagem::store
