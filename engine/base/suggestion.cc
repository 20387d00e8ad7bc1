#include "engine/base/suggestion.h"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace stratagem {
namespace {

// LIMIT: longer names get no suggestion, so that a hostile pack cannot buy
// quadratic work.
constexpr size_t kNameBytesMax = 64;
// LIMIT: candidates that are compared, for the same reason.
constexpr size_t kCandidatesMax = 1'000;

// Optimal string alignment distance.
size_t Distance(absl::string_view a, absl::string_view b) {
  std::vector<std::vector<size_t>> d(a.size() + 1,
                                     std::vector<size_t>(b.size() + 1));
  for (size_t i = 0; i <= a.size(); ++i) d[i][0] = i;
  for (size_t j = 0; j <= b.size(); ++j) d[0][j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
      d[i][j] = std::min(
          {d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
      }
    }
  }
  return d[a.size()][b.size()];
}

}  // namespace

std::string Nearest(absl::string_view name,
                    std::span<const std::string> candidates) {
  if (name.empty() || name.size() > kNameBytesMax) return "";
  const std::string wanted = absl::AsciiStrToLower(name);
  std::string best;
  size_t best_distance = 0;
  for (const std::string& candidate :
       candidates.first(std::min(candidates.size(), kCandidatesMax))) {
    if (candidate.size() > kNameBytesMax) continue;
    const size_t distance = Distance(wanted, absl::AsciiStrToLower(candidate));
    if (distance > std::max(wanted.size(), candidate.size()) / 3) continue;
    if (best.empty() || distance < best_distance) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

std::string SuggestionHint(absl::string_view name,
                           std::span<const std::string> candidates,
                           size_t listed_max) {
  if (candidates.empty()) return "";
  const std::string nearest = Nearest(name, candidates);
  if (!nearest.empty()) return absl::StrCat("did you mean `", nearest, "`?");
  std::string hint = "expected one of ";
  const size_t listed = std::min(listed_max, candidates.size());
  for (size_t i = 0; i < listed; ++i) {
    absl::StrAppend(&hint, i == 0 ? "`" : ", `", candidates[i], "`");
  }
  if (listed < candidates.size()) absl::StrAppend(&hint, ", …");
  return hint;
}

}  // namespace stratagem
