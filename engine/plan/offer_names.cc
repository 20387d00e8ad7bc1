#include "engine/plan/offer_names.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace stratagem::plan {
namespace {

template <typename T, typename GetName>
NameIndex IndexOf(const std::vector<T>& items, GetName name) {
  NameIndex names;
  for (size_t i = 0; i < items.size(); ++i) {
    names.index.emplace(name(items[i]), static_cast<uint32_t>(i));
    names.sorted.push_back(name(items[i]));
  }
  std::sort(names.sorted.begin(), names.sorted.end());
  return names;
}

int FindOrReport(const pack::Name& name, const NameIndex& names,
                 absl::string_view code, absl::string_view what,
                 const Compiler& compiler) {
  const int found = names.Find(name.text);
  if (found < 0) {
    compiler.diagnostics.AddError(
        std::string(code), name.location,
        absl::StrCat("unknown ", what, " `", name.text, "`"),
        compiler.Hint(name.text, names.sorted));
  }
  return found;
}

}  // namespace

int NameIndex::Find(absl::string_view name) const {
  const auto found = index.find(name);
  return found == index.end() ? -1 : static_cast<int>(found->second);
}

OfferNames MakeOfferNames(const pack::Model& model) {
  return {IndexOf(model.groups,
                  [](const pack::Group& group) { return group.name.text; }),
          IndexOf(model.offers,
                  [](const pack::Offer& offer) { return offer.id.text; })};
}

int FindGroup(const pack::Name& name, const OfferNames& names,
              const Compiler& compiler) {
  return FindOrReport(name, names.groups, "E308", "group", compiler);
}

int FindOffer(const pack::Name& name, absl::string_view code,
              const OfferNames& names, const Compiler& compiler) {
  return FindOrReport(name, names.offers, code, "offer", compiler);
}

}  // namespace stratagem::plan
