#include "engine/trace/explanation.h"

namespace stratagem::trace {

absl::string_view TriedName(Tried tried) {
  switch (tried) {
    case Tried::kNotTried:
      return "not_tried";
    case Tried::kHeld:
      return "held";
    case Tried::kFailed:
      return "failed";
    case Tried::kError:
      return "error";
  }
  return "unknown";
}

absl::string_view BoundName(Bound bound) {
  switch (bound) {
    case Bound::kExactly:
      return "exactly";
    case Bound::kAtLeast:
      return "at_least";
    case Bound::kMoreThan:
      return "more_than";
    case Bound::kAtMost:
      return "at_most";
    case Bound::kLessThan:
      return "less_than";
    case Bound::kAnyValue:
      return "any_value";
    case Bound::kNoValue:
      return "no_value";
  }
  return "unknown";
}

}  // namespace stratagem::trace
