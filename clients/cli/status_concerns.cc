#include "clients/cli/status_concerns.h"

#include <algorithm>
#include <cstdint>
#include <map>

#include "absl/strings/str_cat.h"
#include "clients/cli/display_text.h"
#include "clients/cli/operator_flags.h"
#include "clients/cli/status_interval.h"
#include "clients/cli/status_text.h"

namespace stratagem::cli {
namespace {

// Of a few decisions a share says nothing.
constexpr uint64_t kDegradedConcern = 10;
constexpr double kDegradedShareConcern = 0.01;
constexpr uint64_t kRecordsBehindConcern = 10'000;

// Packs of which versions are live and none decides, each once.
std::vector<std::string> PacksNotInEffect(const v1::GetStatusResponse& status) {
  std::map<std::string, bool> decides;
  for (const v1::PackStatus& pack : status.packs()) {
    if (pack.serving() != v1::SERVING_LIVE) continue;
    decides[pack.ref().name()] |= pack.decides();
  }
  std::vector<std::string> names;
  for (const auto& [name, does] : decides) {
    if (!does) names.push_back(name);
  }
  return names;
}

}  // namespace

double DegradedShare(const v1::PackStatus& pack) {
  if (pack.decisions() == 0) return 0;
  // Counted one after the other: one of them may be a moment ahead.
  return std::min(1.0, static_cast<double>(pack.decisions_degraded()) /
                           static_cast<double>(pack.decisions()));
}

bool IsDegradedOften(const v1::PackStatus& pack) {
  return pack.decisions_degraded() >= kDegradedConcern &&
         DegradedShare(pack) >= kDegradedShareConcern;
}

bool IsFarBehind(const v1::StoreStatus& store) {
  return RecordsBehind(store) >= kRecordsBehindConcern;
}

std::vector<std::string> ConcernsOf(const v1::GetStatusResponse& status) {
  std::vector<std::string> concerns;
  if (status.records_dropped() > 0) {
    concerns.push_back(
        absl::StrCat(Counted(status.records_dropped(), "record"),
                     " that had been acknowledged ",
                     status.records_dropped() == 1 ? "is" : "are", " lost"));
  }
  for (const std::string& name : PacksNotInEffect(status)) {
    concerns.push_back(
        absl::StrCat("no version of `", name, "` is in effect now"));
  }
  for (const v1::RefusedPack& refused : status.refused_packs()) {
    concerns.push_back(absl::StrCat("`", refused.folder(), "` does not serve"));
  }
  if (status.config_reloads().last_failed()) {
    concerns.push_back("the configuration that was read last was refused");
  }
  for (const v1::PackStatus& pack : status.packs()) {
    if (!pack.decides() || !IsDegradedOften(pack)) continue;
    concerns.push_back(absl::StrCat(PercentText(DegradedShare(pack)),
                                    " of the decisions by ", NameOf(pack.ref()),
                                    " are degraded"));
  }
  if (IsFarBehind(status.store())) {
    concerns.push_back(absl::StrCat(
        "tables are ", Counted(RecordsBehind(status.store()), "record"),
        " behind"));
  }
  return concerns;
}

}  // namespace stratagem::cli
