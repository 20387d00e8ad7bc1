// engine/pack/yaml_flow.h
//
// CutFlow: where a YAML text holds more between brackets than a parser should
// see. Used by yaml_reader.cc.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_PACK_YAML_FLOW_H_
#define STRATAGEM_ENGINE_PACK_YAML_FLOW_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace stratagem::pack {

struct FlowLimits {
  size_t depth_max = 0;   // Open brackets, one inside the other.
  size_t values_max = 0;  // Values between the outermost brackets, or commas.
};

struct FlowCut {
  size_t end = 0;       // Behind the first byte that is over a limit.
  std::string closing;  // The brackets that close those open there.
};

// yaml-cpp keeps all tokens of a flow collection (`[…]`, `{…}`) until it is
// closed, since it may turn out to be a key: nobody sees how deep or how large
// it is before that. Returns where to cut `text` off: at its end when nothing
// is over a limit. Brackets count as YAML counts them: not inside text, between
// quotes or not, block scalars and comments.
// Requires: line breaks are '\n'. Time: O(text).
FlowCut CutFlow(absl::string_view text, const FlowLimits& limits);

}  // namespace stratagem::pack

#endif  // STRATAGEM_ENGINE_PACK_YAML_FLOW_H_
