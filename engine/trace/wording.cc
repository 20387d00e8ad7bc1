#include "engine/trace/wording.h"

#include <optional>
#include <vector>

#include "engine/base/language_tag.h"

namespace stratagem::trace {

std::span<const Wording* const> Wordings() {
  static constexpr const Wording* kAll[] = {&kEnglishWording, &kGermanWording,
                                            &kChineseWording};
  return kAll;
}

const Wording& WordingFor(absl::string_view locale) {
  std::vector<absl::string_view> locales;
  for (const Wording* const wording : Wordings()) {
    locales.push_back(wording->locale);
  }
  return *Wordings()[LookUpLanguage(locale, locales).value_or(0)];
}

}  // namespace stratagem::trace
