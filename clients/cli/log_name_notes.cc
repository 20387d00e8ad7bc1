#include "clients/cli/log_name_notes.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "engine/base/suggestion.h"

namespace stratagem::cli {
namespace {

std::vector<std::string> ValuesOf(const v1::GetLogStatsResponse& stats,
                                  absl::string_view dimension) {
  std::vector<std::string> values;
  for (const v1::LogCount& count : stats.counts()) {
    if (count.dimension() == dimension) values.push_back(count.value());
  }
  return values;
}

void NoteUnless(const std::vector<std::string>& known, absl::string_view what,
                const std::string& name, std::vector<std::string>& notes) {
  if (name.empty() ||
      std::find(known.begin(), known.end(), name) != known.end()) {
    return;
  }
  const std::string hint = SuggestionHint(name, known);
  notes.push_back(absl::StrCat("no decision has ", what, " `", name, "`",
                               hint.empty() ? "" : "; ", hint));
}

}  // namespace

std::vector<std::string> UnknownNames(const v1::DecisionFilter& filter,
                                      const v1::GetLogStatsResponse& stats) {
  std::vector<std::string> notes;
  NoteUnless(ValuesOf(stats, "tier"), "tier", filter.tier(), notes);
  NoteUnless(ValuesOf(stats, "stage"), "stage", filter.stage(), notes);
  const std::vector<std::string> offers = ValuesOf(stats, "offer");
  for (const std::string& offer : filter.offer_ids()) {
    NoteUnless(offers, "offer", offer, notes);
  }
  std::vector<std::string> packs;
  for (const std::string& pack : ValuesOf(stats, "pack")) {
    packs.push_back(
        filter.pack_version().empty() ? pack.substr(0, pack.find('@')) : pack);
  }
  NoteUnless(packs, "pack",
             filter.pack_version().empty()
                 ? filter.pack_name()
                 : absl::StrCat(filter.pack_name(), "@", filter.pack_version()),
             notes);
  return notes;
}

}  // namespace stratagem::cli
