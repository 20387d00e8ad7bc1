#include "server/rpc/decision_id.h"

#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace stratagem::server {

std::string DecisionId(absl::string_view node_id, store::Position position) {
  return absl::StrCat(node_id, ".", position.epoch, ".", position.sequence);
}

std::optional<DecisionPlace> ParseDecisionId(absl::string_view id) {
  const std::vector<absl::string_view> parts = absl::StrSplit(id, '.');
  DecisionPlace place;
  if (parts.size() != 3 || parts[0].empty() ||
      !absl::SimpleAtoi(parts[1], &place.position.epoch) ||
      !absl::SimpleAtoi(parts[2], &place.position.sequence)) {
    return std::nullopt;
  }
  place.node_id = std::string(parts[0]);
  // One place, one id: no signs, blanks or leading zeros.
  if (DecisionId(place.node_id, place.position) != id) return std::nullopt;
  return place;
}

std::string NoDecisionId(absl::string_view id) {
  constexpr size_t kShownMax = 64;
  return absl::StrCat("`", absl::Utf8SafeCHexEscape(id.substr(0, kShownMax)),
                      "` is no decision id, such as `00112233445566ff.3.41`; "
                      "send the `decision_id` of a decision as it is");
}

}  // namespace stratagem::server
